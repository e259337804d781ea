"""Bring the institutions' response figures up to date. Nothing here commits."""
from __future__ import annotations

import datetime as dt
from typing import Any

from ckanext.promote.base import active_policy, reading
from ckanext.promote.base.model import Event
from ckanext.promote.threads import figures_queries

CURSOR = "figures"
AT_ONCE = 500
"""Events in one run; the rest has its turn in the next."""
ABOUT = ("thread.", "commitment.", "post.")
"""Beginnings of the names of events after which the figures may be others."""


def compute_all(session: Any, now: dt.datetime) -> int:
    """Compute the figures of all institutions: days go by without an event. How many they are."""
    return figures_queries.compute(session, now, kinds(), None)


def compute_changed(session: Any, now: dt.datetime) -> int:
    """Compute the figures of the institutions with new events. How many they were."""
    cursor = reading.take_cursor(session, CURSOR)
    if cursor is None:
        return 0
    found = reading.next_events(session, cursor, AT_ONCE)
    if not found:
        return 0
    concerned = {each for event in found for each in _institutions(event)}
    reading.move_to(cursor, found[-1])
    session.flush()
    if not concerned:
        return 0
    return figures_queries.compute(session, now, kinds(), concerned)


def _institutions(event: Event) -> set[str]:
    """The institution that an event is about, and the one that had the thread before."""
    if not event.name.startswith(ABOUT):
        return set()
    before = (event.data or {}).get("before") if event.name == "thread.route" else None
    return {each for each in (event.institution_id, before) if each}


def kinds() -> list[str]:
    """The kinds of threads that wait for an answer of an institution."""
    return [
        kind.slug
        for kind in active_policy.get().thread_kinds
        if kind.clock is not None and not kind.is_advice
    ]
