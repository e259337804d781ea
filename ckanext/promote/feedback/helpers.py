"""Template helpers of the conversations. Each costs one statement at most."""
from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import ckantoolkit as tk
from ckan import model
from werkzeug.routing import BuildError

from ckanext.promote.base import active_policy, moments, subject
from ckanext.promote.feedback import queries, words
from ckanext.promote.people import roles
from ckanext.promote.people.viewer import viewer_of
from ckanext.promote.threads import rules
from ckanext.promote.threads.words import OUTCOMES, STATES, role_label


def promote_talk_about(subject_type: str, subject_id: str) -> dict[str, Any]:
    """What is said about a thing, for a block: counts, the newest answers, promises."""
    return _board(queries.board_about(model.Session, subject_type, subject_id))


def promote_talk_with(institution_id: str) -> dict[str, Any]:
    """What an institution was asked, for a block on its page."""
    return _board(queries.board_of_institution(model.Session, institution_id))


def promote_counted(number: int) -> str:
    """A number of conversations, up to where they are counted."""
    most = queries.COUNTED
    return f"{number}" if number <= most else tk._("more than {n}").format(n=most)


def promote_answer_speed(institution_id: str | None) -> dict[str, Any] | None:
    """How fast an institution answers, as `promote_response_figures_show` says it.

    None before the first computation, and for what is no institution's.
    """
    if not institution_id:
        return None
    show = tk.get_action("promote_response_figures_show")
    try:
        figures: dict[str, Any] = show(_context(), {"institution": institution_id})
    except tk.ObjectNotFound:
        return None
    return figures if figures["computed_at"] else None


def _board(rows: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"answered": [], "asked": [], "promised": []}
    for row in rows:
        if row.what in ("open", "all"):
            found[row.what] = row.count
            continue
        found[row.what].append({
            "id": row.id, "number": rules.number_of(row.year, row.number), "title": row.title,
            "state": row.state, "outcome": row.outcome, "at": row.at.isoformat(),
            "due_on": row.due_on.isoformat() if row.due_on else None,
        })  # fmt: skip
    return found


def promote_talk_url(about: Mapping[str, Any], page: str = "") -> str:
    """The address of a thing's conversations, or of a page below it; nothing without its page."""
    place = promote_subject_url(about)
    return f"{place}/feedback{page}" if place else ""


def promote_subject_url(about: Mapping[str, Any]) -> str:
    """The address of what a conversation is about."""
    blueprint = subject.blueprint_of(about["type"], about["kind"])
    try:
        return str(tk.h.url_for(f"{blueprint}.read", id=about["name"])) if blueprint else ""
    except BuildError:
        # Its feature is off, or another extension has that page no more.
        return ""


def promote_thread_url(
    thread_id: str, token: str = "", step: str = "", post: str = "", **parameters: Any
) -> str:
    """The address of a conversation, or of a step in it; ``anchor`` for a place on the page.

    :param token: of a visitor's personal link, which every page of his keeps
    """
    anchor = parameters.pop("anchor", "")
    path = str(tk.h.url_for("promote_feedback.show", id=thread_id))
    if post:
        path += f"/post/{post}"
    if step:
        path += f"/{step}"
    asked = {name: value for name, value in parameters.items() if value}
    if token:
        asked["access_token"] = token
    return path + (f"?{urlencode(asked)}" if asked else "") + (f"#{anchor}" if anchor else "")


def promote_query(parameters: Mapping[str, str], cursor: str) -> str:
    """Parameters of an address as its query has them, with the cursor of a page."""
    asked = {name: value for name, value in parameters.items() if value and name != "cursor"}
    return urlencode({**asked, "cursor": cursor} if cursor else asked)


def promote_thread_state(name: str) -> str:
    """What a conversation's state is called."""
    return words.said(STATES, name)


def promote_thread_outcome(name: str | None) -> str:
    """What came of a conversation."""
    return words.said(OUTCOMES, name)


def promote_thread_kind(slug: str) -> str:
    """What a kind of conversations is called."""
    return active_policy.get().label("thread_kinds", slug, active_policy.language())


def promote_topic(slug: str) -> str:
    """What a topic is called."""
    return active_policy.get().label("topics", slug, active_policy.language())


def promote_closed_by(who: str | None) -> str:
    """How a conversation came to its end."""
    return words.said(words.CLOSED_BY, who)


def promote_promise_state(name: str) -> str:
    """What became of a promise."""
    return words.said(words.PROMISES, name)


def promote_hop_cause(name: str) -> str:
    """How a conversation came to an institution."""
    return words.said(words.HOPS, name)


def promote_report_reason(slug: str) -> str:
    """Why a text was reported."""
    return dict(words.report_reasons()).get(slug, slug)


def promote_moderation_cause(name: str) -> str:
    """Why a text waits for a moderator."""
    return words.said(words.CAUSES, name)


def promote_coordination() -> str:
    """Who answers what no institution owes: the central team, as the profile calls it."""
    return words.central_team()


def promote_days_taken(thread: Mapping[str, Any]) -> int | None:
    """Days from when a question came to its first official answer; None without one."""
    if not thread["first_answered_at"] or not thread["hops"]:
        return None
    calendar = active_policy.calendar()
    first, last = (
        calendar.day_of(dt.datetime.fromisoformat(each))
        for each in (thread["hops"][0]["started_at"], thread["first_answered_at"])
    )
    return max(0, (last - first).days)


def promote_technical_contact(about: Mapping[str, Any] | None) -> dict[str, str] | None:
    """Who knows a dataset, by name and role; None when nobody is named. Never an address."""
    if not about or about["type"] != "dataset":
        return None
    found = roles.technical_contact(model.Session, about["id"])
    if found is None or not found.person:
        return None
    is_own = found.role == roles.MAINTAINER
    label = tk._("maintains the dataset") if is_own else role_label(found.role)
    return {"person": found.person, "role_label": label}


def promote_all_institutions() -> list[dict[str, str]]:
    """Every institution, for who hands a conversation on: name and title."""
    rows = queries.institutions(model.Session)
    return [{"name": row.name, "title": row.title or row.name} for row in rows]


def promote_answers_for(institution_id: str | None) -> bool:
    """Whether the reader may answer for an institution. Costs nothing that is not known."""
    return viewer_of(_context()).may("answer", institution_id) and institution_id is not None


def promote_is_coordinator() -> bool:
    """Whether the reader belongs to the central team."""
    return viewer_of(_context()).is_central


def promote_today() -> str:
    """The date in the portal's time zone, for fields of dates."""
    return dt.datetime.now(moments.portal_zone()).date().isoformat()


def _context() -> dict[str, Any]:
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}
