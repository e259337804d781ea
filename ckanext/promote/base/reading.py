"""Read the events once, in an order in which none comes late. Nothing here commits.

Ids are given before transactions end: one with a smaller id can appear after one with a larger id
was read. So events are read by the transaction that wrote them, and only those of transactions that
no running one is older than.
"""
from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from ckanext.promote.base.model import Event, EventCursor, utc_now

UNREAD = -1
"""As the transaction of an event: told to nobody, such as what a demonstration brings along."""
_UNSEEN = {"synchronize_session": False}


def take_cursor(session: Any, name: str) -> EventCursor | None:
    """The place up to which a worker has read, locked; None while another one reads.

    The first time, this is before all events.
    """
    made = insert(EventCursor).values(name=name, tx=0, event_id=0, moved_at=utc_now())
    if session.get(EventCursor, name) is None:
        session.execute(made.on_conflict_do_nothing())
    statement = (
        sa.select(EventCursor)
        .where(EventCursor.name == name)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    found = session.execute(statement).scalars().first()
    if found is not None and _is_restored(session):
        session.execute(
            sa.update(Event).where(Event.tx != UNREAD).values(tx=0).execution_options(**_UNSEEN)
        )
        session.execute(sa.update(EventCursor).values(tx=0).execution_options(**_UNSEEN))
        session.refresh(found)
    return found


def _is_restored(session: Any) -> bool:
    """Whether the events come from another server, whose transactions had higher numbers."""
    ahead = sa.exists().where(Event.tx > sa.func.txid_current())
    return bool(session.execute(sa.select(ahead)).scalar())


def next_events(session: Any, cursor: EventCursor, limit: int) -> list[Event]:
    """The events after a place, the oldest first, once all before them are there. One statement."""
    settled = sa.func.txid_snapshot_xmin(sa.func.txid_current_snapshot())
    place = sa.tuple_(sa.literal(cursor.tx), sa.literal(cursor.event_id))
    statement = (
        sa.select(Event)
        .where(sa.tuple_(Event.tx, Event.id) > place, Event.tx < settled)
        .order_by(Event.tx, Event.id)
        .limit(limit)
    )
    return list(session.execute(statement).scalars())


def move_to(cursor: EventCursor, event: Event) -> None:
    """Note that everything up to an event was read."""
    cursor.tx, cursor.event_id, cursor.moved_at = event.tx, event.id, utc_now()
