"""The mails: plain text, in the reader's language, with the subject saying who, what and by when.

No address is in them, and no text of people but the thread's title and the official answer.
"""
from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import babel.dates
import ckantoolkit as tk

from ckanext.promote.base import active_policy
from ckanext.promote.base.i18n import N_
from ckanext.promote.threads import rules, words

SHORT = 60
"""Characters of a title in a subject line."""
LONG = 2_000
"""Characters of an answer in a mail; the page has the rest."""

WHY_OWED = {
    "thread.create": N_("It is new."),
    "thread.turn": N_("It was a comment, and waits for an answer now."),
    "thread.route": N_("It was handed on to you: {reason}"),
    "thread.reopen": N_("It was opened again: {reason}"),
    "thread.verdict": N_("The answer did not help: {reason}"),
    "commitment.miss": N_("The promised day has gone by."),
}


@dataclass(frozen=True)
class About:
    """What a mail is about, as its reader may see it."""

    event: Any
    thread: Any
    post: Any
    institution_title: str
    subject_title: str
    url: str
    language: str
    is_personal: bool = False
    """Whether the address is a visitor's own link."""

    @property
    def number(self) -> str:
        """The public number."""
        return rules.number_of(self.thread.year, self.thread.number)


def portal() -> str:
    """What this portal is called."""
    return str(tk.config.get("ckan.site_title") or tk.config.get("ckan.site_url"))


def owed(about: About) -> tuple[str, str]:
    """Subject and body for who has to answer."""
    policy = active_policy.get()
    by = _day(about.thread.due_at, about.language)
    subject = tk._("{institution}: answer {number} by {day} – {title}").format(
        institution=_short(about.institution_title), number=about.number, day=by,
        title=_short(about.thread.title),
    )  # fmt: skip
    why = tk._(WHY_OWED[about.event.name]).format(reason=about.event.reason or "–")
    body = tk._(
        "{institution} owes an answer on {portal}.\n\n"
        "{kind} {number}: {title}\n"
        "About: {subject}\n"
        "Answer by: {day}\n\n"
        "{why}\n\n"
        "Read and answer it here:\n{url}\n\n"
        "You get this message because you answer for {institution}."
    ).format(
        institution=about.institution_title, portal=portal(), number=about.number,
        kind=policy.label("thread_kinds", about.thread.kind, about.language),
        title=about.thread.title, subject=about.subject_title, day=by, why=why, url=about.url,
    )  # fmt: skip
    return subject, body + "\n"


def answered(about: About) -> tuple[str, str]:
    """Subject and body for who asked, and who follows."""
    subject, said = _said(about)
    body = tk._(
        "{said}\n\n{number}: {title}\nAbout: {subject}\n\n{text}\n\nRead it on {portal}:\n{url}"
    ).format(
        said=said, number=about.number, title=about.thread.title, subject=about.subject_title,
        text=_text(about.post), portal=portal(), url=about.url,
    )  # fmt: skip
    if about.is_personal:
        end = tk._(
            "This link is for you alone, and works for a year. With it you explain what you mean, "
            "say whether the answer helped, withdraw what you asked, and stop these messages."
        )
    else:
        end = tk._("You get this message because you follow this conversation. Its page has the "
                   "button to stop.")
    return subject, f"{body}\n\n{end}\n"


def _said(about: About) -> tuple[str, str]:
    """Subject line and first sentence."""
    names = {
        "institution": about.institution_title, "number": about.number,
        "title": _short(about.thread.title),
    }  # fmt: skip
    short = {**names, "institution": _short(about.institution_title)}
    if about.event.name == "thread.clarify":
        return (
            tk._("{institution} asks you something about {number} – {title}").format(**short),
            tk._("{institution} needs to know more before it can answer. Until then its term "
                 "stands still.").format(**names),
        )
    if about.event.name == "commitment.keep":
        return (
            tk._("{institution} kept its promise in {number} – {title}").format(**short),
            tk._("{institution} has published what it promised.").format(**names),
        )
    outcome = words.outcome_label(about.post.outcome)
    if about.post.due_on:
        day = _day(about.post.due_on, about.language)
        return (
            tk._("{institution} answered {number}: {outcome}, by {day} – {title}").format(
                **short, outcome=outcome, day=day
            ),
            tk._("{institution} answered: {outcome}. It names {day} as the date.").format(
                **names, outcome=outcome, day=day
            ),
        )
    return (
        tk._("{institution} answered {number}: {outcome} – {title}").format(
            **short, outcome=outcome
        ),
        tk._("{institution} answered: {outcome}.").format(**names, outcome=outcome),
    )


def _text(post: Any) -> str:
    """What was written, as it was typed; a long text is cut."""
    if post is None:
        return ""
    body = post.body.strip()
    return body if len(body) <= LONG else body[:LONG].rstrip() + " …"


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= SHORT else one_line[: SHORT - 1].rstrip() + "…"


def _day(value: dt.datetime | dt.date, language: str) -> str:
    day = active_policy.calendar().day_of(value) if isinstance(value, dt.datetime) else value
    return str(babel.dates.format_date(day, format="long", locale=language))
