"""Read what happened, and note who has to be told of it. Nothing here commits."""
from __future__ import annotations

import datetime as dt
from typing import Any

from ckanext.promote import config
from ckanext.promote.base import reading
from ckanext.promote.base.model import Event
from ckanext.promote.notifications import queries, rules
from ckanext.promote.people import roles
from ckanext.promote.threads import rules as thread_rules

CURSOR = "mails"
AT_ONCE = 200
"""Events in one transaction."""


def note_mails(session: Any, now: dt.datetime) -> bool:
    """Note the mails of the next events; whether there may be more.

    The place in the events moves in the same transaction: a mail is noted once or not at all.
    """
    cursor = reading.take_cursor(session, CURSOR)
    if cursor is None:
        return False
    found = reading.next_events(session, cursor, AT_ONCE)
    for event in found:
        kind = rules.kind_of(event.name, event.data or {})
        if kind is not None and now - event.at < rules.TOLD_WITHIN:
            _note(session, event, kind, now)
    if found:
        reading.move_to(cursor, found[-1])
    session.flush()
    return len(found) == AT_ONCE


def _note(session: Any, event: Event, kind: str, now: dt.datetime) -> None:
    if kind == rules.ANSWERED:
        queries.tell_followers(session, event, kind, now)
        return
    thread = queries.thread(session, event.subject_id)
    if thread is None or not is_owed(thread):
        return
    if (thread.institution_id or thread.asking_institution_id) != event.institution_id:
        # It was handed on since; who owes the answer now hears of it by that event.
        return
    user_ids = {each for each in _answerers(session, thread.institution_id) if each}
    queries.tell_users(session, event, kind, sorted(user_ids - {event.actor_id}), now)


def is_owed(thread: Any) -> bool:
    """Whether a thread waits for an answer, so that everybody concerned sees it."""
    return (
        thread.state == thread_rules.OPEN and thread.due_at is not None and not thread.is_hidden
    )


def _answerers(session: Any, institution_id: str | None) -> list[str | None]:
    """Who answers: for an institution, or for the central team (None)."""
    body = institution_id
    if body is None:
        name = config.central_team()
        body = queries.organization_id(session, name) if name else None
    if body is None:
        return list(queries.sysadmin_ids(session, config.site_user()))
    return [each.user_id for each in roles.holders(session, body, "answer")]
