"""What the reading actions of threads gather: a number of statements that never grows."""
from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base import paging, subject
from ckanext.promote.base.access import load_institution
from ckanext.promote.base.model import utc_now
from ckanext.promote.people.viewer import Viewer
from ckanext.promote.threads import dictize, loading, post_queries, queries, words
from ckanext.promote.threads.loading import Loaded
from ckanext.promote.threads.model import Post, Thread
from ckanext.promote.threads.stems import stems

FILTERS = (
    "subject_type", "kind", "topic", "state", "outcome", "overdue", "unanswered", "mine",
    "followed", "queue", "advice", "q",
)  # fmt: skip
SORTS = ("newest", "due")


def who(loaded: Loaded) -> str:
    """The reader as he stands in lists of supporters; nothing for a visitor without link."""
    if loaded.viewer.user_id is not None:
        return f"user:{loaded.viewer.user_id}"
    return f"visitor:{loaded.visitor_id}" if loaded.visitor_id else ""


def shown(loaded: Loaded) -> dict[str, Any]:
    """A thread as its reader sees it: five statements at most."""
    session, thread = model.Session, loaded.thread
    key = (thread.subject_type, thread.subject_id)
    me = who(loaded)
    return dictize.whole(
        loaded,
        subject.rows(session, [key]).get(key),
        queries.clocks(session, thread.id),
        queries.newest_commitment(session, thread.id),
        utc_now(),
        queries.part_of(session, [thread.id], me) if me else ((), ()),
        _post_row(loaded, thread.official_post_id) if thread.official_post_id else None,
    )


def _post_row(loaded: Loaded, post_id: str) -> Any:
    return model.Session.execute(_posts_of(loaded).where(Post.id == post_id)).first()


def _posts_of(loaded: Loaded) -> Any:
    return post_queries.posts(
        loaded.thread.id, who(loaded), loaded.viewer.can_moderate, loaded.is_of_institution
    )


def again(context: Any, loaded: Loaded) -> dict[str, Any]:
    """A thread after something was done to it, for the same reader; what is left of it."""
    row = queries.thread(model.Session, loaded.viewer, loaded.thread.id, loaded.visitor_id)
    if row is None:
        # Handed on or withdrawn: it is not for this reader any more.
        return dictize.receipt(loaded.thread)
    return shown(Loaded(row, loaded.viewer, loaded.visitor))


def threads(context: Any, viewer: Viewer, data: Mapping[str, Any]) -> dict[str, Any]:
    """A page of a list of threads: at most seven statements."""
    session, now = model.Session, utc_now()
    filters = dictize.given_of(data, *FILTERS)
    if data.get("institution"):
        filters["institution_id"] = _institution(data["institution"])
    if data.get("subject_id"):
        filters["subject_id"] = _subject_id(context, data)
    sort = data.get("sort", "newest")
    if sort not in SORTS:
        raise words.wrong(
            "sort", tk._("Choose one of: {names}").format(names=", ".join(SORTS))
        )
    wanted = queries.conditions(viewer, filters, now)
    statement = queries.threads(viewer, wanted)
    if filters.get("q") and not stems(filters["q"]):
        return {"items": [], "next": None, "total": 0, "total_exact": True}
    if data.get("similar"):
        return _similar(session, viewer, statement, data, now)
    order = queries.newest
    if sort == "due":
        order, wanted = queries.soonest_due, [*wanted, Thread.due_at.is_not(None)]
        statement = queries.threads(viewer, wanted)
    counted = paging.total(session, queries.ids(viewer, wanted))
    rows = session.execute(order(statement, _cursor(data)).limit(data["limit"] + 1)).all()
    column = "due_at" if sort == "due" else "created_at"
    return _page(session, viewer, rows, data["limit"], column, counted, now)


def _similar(
    session: Any, viewer: Viewer, statement: Any, data: Mapping[str, Any], now: dt.datetime
) -> dict[str, Any]:
    rows: list[Any] = []
    if stems(data["similar"]):
        found = session.execute(queries.similar(statement, data["similar"]).limit(data["limit"]))
        rows = list(found.all())
    return _page(session, viewer, rows, data["limit"], "created_at", (len(rows), True), now)


def _page(
    session: Any, viewer: Viewer, rows: Any, limit: int, column: str,
    counted: tuple[int, bool], now: dt.datetime,
) -> dict[str, Any]:  # fmt: skip
    wanted = {(row.Thread.subject_type, row.Thread.subject_id) for row in rows}
    subjects = subject.rows(session, wanted)
    own: tuple[set[str], set[str]] = (set(), set())
    if viewer.user_id is not None and rows:
        ids = [row.Thread.id for row in rows]
        own = queries.part_of(session, ids, f"user:{viewer.user_id}")
    return paging.answer(
        rows,
        limit,
        lambda row: (getattr(row.Thread, column).isoformat(), row.Thread.id),
        lambda row: dictize.summary(
            row, subjects.get((row.Thread.subject_type, row.Thread.subject_id)), now, own
        ),
        counted,
    )


def cursor_moment(cursor: str) -> tuple[dt.datetime, str]:
    """The place in a list that is ordered by a moment.

    :raises ValidationError: when it is not one that a list gave
    """
    key = paging.decode(cursor, 2)
    try:
        moment = dt.datetime.fromisoformat(key[0])
    except ValueError:
        raise paging.wrong_cursor() from None
    if moment.tzinfo is None:
        raise paging.wrong_cursor()
    return moment, key[1]


def _cursor(data: Mapping[str, Any]) -> tuple[dt.datetime, str] | None:
    return cursor_moment(data["cursor"]) if data.get("cursor") else None


def _institution(reference: str) -> str:
    try:
        return load_institution(reference).id
    except tk.ObjectNotFound:
        raise words.wrong(
            "institution", tk._("There is no such institution. Check its name.")
        ) from None


def _subject_id(context: Any, data: Mapping[str, Any]) -> str:
    if not data.get("subject_type"):
        raise words.wrong("subject_type", tk._("Say of which type this is."))
    return subject.load(context, data["subject_type"], data["subject_id"]).id


# --- posts ---


def posts(loaded: Loaded, data: Mapping[str, Any]) -> dict[str, Any]:
    """A page of a thread's posts: one statement, wherever it is.

    The total is what everybody may read: tombstones and notes are on the pages, but do not count.
    """
    session, limit = model.Session, data["limit"]
    statement = _posts_of(loaded)
    if data.get("last"):
        rows = list(session.execute(post_queries.last_ones(statement).limit(limit)).all())[::-1]
    else:
        key, is_included = _start(loaded, data)
        statement = post_queries.from_key(statement, key, is_included)
        rows = list(session.execute(statement.limit(limit + 1)).all())
    count = loaded.thread.posts_count
    return paging.answer(
        rows,
        limit,
        lambda row: (str(row.Post.k1), str(row.Post.k2), str(row.Post.k3)),
        lambda row: dictize.post(row, loaded),
        (min(count, paging.EXACT_UP_TO), count <= paging.EXACT_UP_TO),
    )


def _start(loaded: Loaded, data: Mapping[str, Any]) -> tuple[Any, bool]:
    """The order key from which a page begins, and whether its post is on it."""
    if data.get("at"):
        found = post_queries.post(model.Session, data["at"])
        if found is None or not _is_here(loaded, found):
            raise tk.ObjectNotFound
        return (found.k1, found.k2, found.k3), True
    if not data.get("cursor"):
        return None, False
    key = paging.decode(data["cursor"], 3)
    if not all(part.isdecimal() and len(part) < 10 for part in key):
        raise paging.wrong_cursor()
    return tuple(map(int, key)), False


def _is_here(loaded: Loaded, post: Post) -> bool:
    return post.thread_id == loaded.thread.id and loading.may_read(loaded, post)
