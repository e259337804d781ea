"""Lists of conversations: of everything, or of one thing; their feeds; what was promised."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from flask import Blueprint, Response

from ckanext.promote.base.subject import SubjectRow
from ckanext.promote.base.web import guarded
from ckanext.promote.feedback import export, pages, words
from ckanext.promote.threads.words import OUTCOMES, STATES

bp = guarded(Blueprint("promote_talk", __name__))

PAGE_SIZE = 20
FED = 50
MOST_ROWS = 1_000
LINES = ("kind", "topic", "outcome", "institution", "q", "sort")
TICKS = ("overdue", "unanswered", "mine", "followed", "advice")
QUEUE = "queue"
"""Beside the states: what waits for the central team to say who answers."""
PROMISES = ("open", "kept", "missed")


@bp.get("/feedback", strict_slashes=False)
def index() -> Any:
    """All conversations of the portal."""
    return _page(None)


@bp.get("/feedback.csv")
def csv() -> Any:
    """The same as a table for spreadsheets."""
    return _csv(None)


@bp.get("/feedback.atom")
def atom() -> Any:
    """The same for feed readers."""
    return _atom(None)


@bp.get("/feedback/promises")
def promises() -> Any:
    """What was promised, for which day."""
    return _promises(None)


@bp.get("/<place>/<name>/feedback", strict_slashes=False)
def of(place: str, name: str) -> Any:
    """The conversations about one thing; of an institution, those that it answers."""
    return _page(pages.about(place, name))


@bp.get("/<place>/<name>/feedback.csv")
def csv_of(place: str, name: str) -> Any:
    """The same as a table for spreadsheets."""
    return _csv(pages.about(place, name))


@bp.get("/<place>/<name>/feedback.atom")
def atom_of(place: str, name: str) -> Any:
    """The same for feed readers."""
    return _atom(pages.about(place, name))


@bp.get("/<place>/<name>/feedback/promises")
def promises_of(place: str, name: str) -> Any:
    """What was promised about a dataset, or by an institution."""
    about = pages.about(place, name)
    return _promises(about) if about.type in ("dataset", "institution") else pages.not_there()


def _asked() -> dict[str, str]:
    """The filters of the address, as the form shows them."""
    names = (*LINES, *TICKS, "state", "cursor")
    return {name: tk.request.args[name][:200] for name in names if tk.request.args.get(name)}


def _wanted(asked: dict[str, str], about: SubjectRow | None) -> dict[str, Any]:
    """The filters as the action takes them."""
    data: dict[str, Any] = dict(asked)
    if data.get("state") == QUEUE:
        del data["state"]
        data["queue"] = True
    if about is None:
        return data
    if about.type == "institution":
        # What it owes is what people look for on its page, whatever it is about.
        return {**data, "institution": about.id}
    return {**data, "subject_type": about.type, "subject_id": about.id}


def _list(data: dict[str, Any]) -> dict[str, Any]:
    return tk.get_action("promote_thread_list")(pages.context(), data)


def _page(about: SubjectRow | None) -> Any:
    asked = _asked()
    try:
        found = _list({**_wanted(asked, about), "limit": PAGE_SIZE})
    except (tk.ValidationError, tk.NotAuthorized):
        return tk.redirect_to(_here(about))
    filters = {name: value for name, value in asked.items() if name != "cursor"}
    return tk.render(
        "promote/feedback/index.html",
        {
            "about": about.shown() if about else None,
            "here": _here(about),
            "asked": asked,
            "filters": filters,
            "items": found["items"],
            "total": found["total"],
            "is_exact": found["total_exact"],
            "next": found["next"],
            "kinds": words.kinds(),
            "topics": words.choices("topics"),
            "states": _labels(STATES),
            "outcomes": _labels(OUTCOMES),
            "is_central": tk.h.promote_is_coordinator(),
            "asks_advice": bool(
                about and about.type == "institution"
                and tk.h.promote_answers_for(about.institution_id)
            ),
        },
    )


def _labels(labels: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, words.said(labels, name)) for name in labels]


def _here(about: SubjectRow | None, page: str = "") -> str:
    if about is None:
        return f"{tk.h.url_for('promote_talk.index')}{page}"
    return tk.h.promote_talk_url(about.shown(), page)


def _csv(about: SubjectRow | None) -> Any:
    """A page of 1,000 rows; the header Link has the address of the next one."""
    asked, items = _asked(), []
    data = {**_wanted(asked, about), "limit": 100}
    while True:
        try:
            found = _list(data)
        except (tk.ValidationError, tk.NotAuthorized):
            return tk.redirect_to(_here(about, ".csv"))
        items += found["items"]
        if not found["next"] or len(items) >= MOST_ROWS:
            break
        data["cursor"] = found["next"]
    response = Response(export.table(items), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="feedback.csv"'
    if found["next"]:
        more = export.address(_here(about, ".csv"), {**asked, "cursor": found["next"]})
        response.headers["Link"] = f'<{more}>; rel="next"'
    return response


def _atom(about: SubjectRow | None) -> Any:
    asked = _asked()
    try:
        found = _list({**_wanted(asked, about), "limit": FED})
    except (tk.ValidationError, tk.NotAuthorized):
        return tk.redirect_to(_here(about, ".atom"))
    title = tk._("Questions and answers")
    if about is not None:
        title = f"{title}: {about.title}"
    feed = export.feed(
        title, export.address(_here(about, ".atom"), asked), export.address(_here(about), {}),
        found["items"],
    )  # fmt: skip
    return Response(feed, mimetype="application/atom+xml")


def _promises(about: SubjectRow | None) -> Any:
    asked = {
        name: tk.request.args[name][:200] for name in ("state", "cursor")
        if tk.request.args.get(name)
    }  # fmt: skip
    data: dict[str, Any] = {**asked, "limit": PAGE_SIZE}
    if about is not None:
        data["dataset" if about.type == "dataset" else "institution"] = about.id
    try:
        found = tk.get_action("promote_commitment_list")(pages.context(), data)
    except (tk.ValidationError, tk.NotAuthorized):
        return tk.redirect_to(_here(about, "/promises"))
    return tk.render(
        "promote/feedback/promises.html",
        {
            "about": about.shown() if about else None,
            "here": _here(about, "/promises"),
            "items": found["items"],
            "next": found["next"],
            "asked": asked,
            "states": [(name, words.said(words.PROMISES, name)) for name in PROMISES],
        },
    )
