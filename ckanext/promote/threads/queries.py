"""SQL about threads: values in, statements and rows out."""
from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from ckanext.promote.base import subject
from ckanext.promote.people.model import Area
from ckanext.promote.people.viewer import Viewer
from ckanext.promote.threads import rules
from ckanext.promote.threads.model import (
    Commitment,
    Follower,
    Supporter,
    Thread,
    ThreadClock,
    ThreadCounter,
)
from ckanext.promote.threads.moderation_model import UserBlock
from ckanext.promote.threads.stems import stems

Institution = aliased(model.Group)
Asking = aliased(model.Group)
UNSEEN = {"synchronize_session": False}
MOST_CANDIDATES = 1_000
"""How many newest hits of a search are put in order."""


def shown_to_all() -> Any:
    """What makes a thread everybody's to read, its subject apart."""
    return sa.and_(
        Thread.visibility == "public",
        Thread.state != rules.PENDING,
        Thread.is_hidden.is_(False),
    )


def visible(viewer: Viewer, visitor_id: str | None = None) -> Any:
    """What makes a thread readable for a viewer, now: its subject has to be, too."""
    readable = subject.readable(viewer, Thread.subject_type, Thread.subject_id)
    return sa.and_(readable, _for(viewer, visitor_id))


def _for(viewer: Viewer, visitor_id: str | None = None) -> Any:
    """What makes a thread one for a viewer, whatever it is about."""
    if viewer.is_central:
        return sa.true()
    allowed = [shown_to_all()]
    if viewer.user_id is not None:
        own = sa.or_(Thread.author_id == viewer.user_id, Thread.registered_by == viewer.user_id)
        allowed.append(sa.and_(own, Thread.visibility == "public"))
    if visitor_id is not None:
        allowed.append(Thread.visitor_id == visitor_id)
    if viewer.acting_ids:
        allowed.append(
            sa.and_(
                Thread.visibility == "advice", Thread.asking_institution_id.in_(viewer.acting_ids)
            )
        )
    return sa.or_(*allowed)


def named(reference: str) -> Any:
    """The condition that a thread has this id or public number."""
    parts = rules.number_parts(reference)
    if parts is None:
        return Thread.id == reference
    return sa.and_(Thread.year == parts[0], Thread.number == parts[1])


def _with_institutions(*columns: Any) -> Any:
    return (
        sa.select(
            Thread,
            Institution.name.label("institution"),
            Institution.title.label("institution_title"),
            Asking.name.label("asking"),
            Asking.title.label("asking_title"),
            Commitment,
            model.User.state.label("author_state"),
            *columns,
        )
        .outerjoin(Institution, Institution.id == Thread.institution_id)
        .outerjoin(Asking, Asking.id == Thread.asking_institution_id)
        .outerjoin(
            Commitment, sa.and_(Commitment.thread_id == Thread.id, Commitment.state == "open")
        )
        .outerjoin(model.User, model.User.id == Thread.author_id)
    )


# Made once: to put them together takes longer than PostgreSQL needs to answer them.
_SHOWN = _with_institutions()
_ONE = (
    _with_institutions(
        sa.exists().where(UserBlock.user_id == sa.bindparam("reader_id")).label("is_blocked"),
        Area.name.label("area"),
    )
    .outerjoin(Area, Area.id == Thread.area_id)
    .execution_options(populate_existing=True)
)


def thread(session: Any, viewer: Viewer, reference: str, visitor_id: str | None = None) -> Any:
    """The row of a thread, with its institutions, promise and area, and whether he is blocked."""
    statement = _ONE.where(named(reference), visible(viewer, visitor_id))
    return session.execute(statement, {"reader_id": viewer.user_id or ""}).first()


def locked(session: Any, thread_id: str) -> Thread:
    """A thread as it is now, kept from others until the end of the transaction."""
    statement = (
        sa.select(Thread)
        .where(Thread.id == thread_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.execute(statement).scalar_one()


def is_blocked(session: Any, user_id: str | None) -> bool:
    """Whether somebody with an account may write no more."""
    if user_id is None:
        return False
    statement = sa.select(sa.exists().where(UserBlock.user_id == user_id))
    return bool(session.execute(statement).scalar())


def next_number(session: Any, year: int) -> int:
    """The next public number of a year; others wait for it until this transaction ends."""
    made = (
        insert(ThreadCounter)
        .values(year=year, last=1)
        .on_conflict_do_update(
            index_elements=["year"], set_={"last": ThreadCounter.last + 1}
        )
        .returning(ThreadCounter.last)
    )
    return int(session.execute(made).scalar_one())


def search_vector(title: str, body: str) -> Any:
    """The value of ``Thread.search``: words of the title weigh more."""
    return sa.func.setweight(_vector(title), sa.text("'A'")).op("||")(
        sa.func.setweight(_vector(body), sa.text("'B'"))
    )


def _vector(text: str) -> Any:
    return sa.func.to_tsvector(sa.text("'pg_catalog.simple'"), " ".join(stems(text)))


# --- lists ---

EQUAL = ("subject_type", "subject_id", "kind", "topic", "state", "outcome", "institution_id")


def conditions(viewer: Viewer, filters: Mapping[str, Any], now: dt.datetime) -> list[Any]:
    """What threads of a list fulfil, for a viewer and filters; what they are about apart."""
    is_advice = Thread.visibility == "advice"
    found = [
        _for(viewer),
        is_advice if filters.get("advice") else ~is_advice,
        *(getattr(Thread, name) == filters[name] for name in EQUAL if name in filters),
    ]
    if filters.get("overdue"):
        found.append(Thread.due_at < now)
    if filters.get("unanswered"):
        # As the index has it.
        found += [Thread.first_answered_at.is_(None), Thread.state != rules.CLOSED]
    if filters.get("mine"):
        found.append(_own(viewer))
    if filters.get("queue"):
        found.append(Thread.is_in_queue)
    if filters.get("followed"):
        mine = sa.select(Follower.thread_id).where(Follower.user_id == (viewer.user_id or ""))
        found.append(Thread.id.in_(mine))
    if filters.get("q"):
        found.append(Thread.search.op("@@")(_all_words(filters["q"])))
    return found


def threads(viewer: Viewer, wanted: Collection[Any]) -> Any:
    """Readable threads that fulfil conditions, with what a list shows of them; without an order."""
    readable = subject.readable(viewer, Thread.subject_type, Thread.subject_id)
    return _SHOWN.where(readable, *wanted)


def ids(viewer: Viewer, wanted: Collection[Any]) -> Any:
    """Ids of readable threads that fulfil conditions, to count them."""
    readable = subject.readable(viewer, Thread.subject_type, Thread.subject_id)
    return sa.select(Thread.id).where(readable, *wanted)


def _own(viewer: Viewer) -> Any:
    if viewer.user_id is None:
        return sa.false()
    return sa.or_(Thread.author_id == viewer.user_id, Thread.registered_by == viewer.user_id)


def _all_words(text: str) -> Any:
    return sa.func.plainto_tsquery(sa.text("'pg_catalog.simple'"), " ".join(stems(text)))


def newest(statement: Any, cursor: tuple[dt.datetime, str] | None) -> Any:
    """In the order of a list: the newest first; after a row."""
    key = sa.tuple_(Thread.created_at, Thread.id)
    if cursor is not None:
        statement = statement.where(key < sa.tuple_(*map(sa.literal, cursor)))
    return statement.order_by(Thread.created_at.desc(), Thread.id.desc())


def soonest_due(statement: Any, cursor: tuple[dt.datetime, str] | None) -> Any:
    """Those with a running clock, what is due first, first; after a row."""
    key = sa.tuple_(Thread.due_at, Thread.id)
    if cursor is not None:
        statement = statement.where(key > sa.tuple_(*map(sa.literal, cursor)))
    return statement.order_by(Thread.due_at, Thread.id)


def similar(statement: Any, text: str) -> Any:
    """Threads that share words with a text, those that share most first."""
    words = " | ".join(f"'{word}'" for word in dict.fromkeys(stems(text)[:40]))
    query = sa.func.to_tsquery(sa.text("'pg_catalog.simple'"), words)
    candidates = (
        sa.select(Thread.id)
        .where(Thread.search.op("@@")(query))
        .order_by(Thread.created_at.desc())
        .limit(MOST_CANDIDATES)
    )
    rank = sa.func.ts_rank(Thread.search, query, 1)
    return statement.where(Thread.id.in_(candidates)).order_by(rank.desc(), Thread.id)


# --- what hangs on a thread ---


def clocks(session: Any, thread_id: str) -> list[Any]:
    """Every hop of a thread in order, with its institution."""
    statement = (
        sa.select(ThreadClock, model.Group.name, model.Group.title)
        .outerjoin(model.Group, model.Group.id == ThreadClock.institution_id)
        .where(ThreadClock.thread_id == thread_id)
        .order_by(ThreadClock.id)
    )
    return list(session.execute(statement).all())


def running_clock(session: Any, thread_id: str) -> ThreadClock | None:
    """The clock that runs, or stands still."""
    statement = (
        sa.select(ThreadClock)
        .where(ThreadClock.thread_id == thread_id, ThreadClock.ended_at.is_(None))
        .execution_options(populate_existing=True)
    )
    return session.execute(statement).scalars().first()


def was_paused(session: Any, thread_id: str) -> bool:
    """Whether a clock of this thread ever stood still."""
    statement = sa.select(
        sa.exists().where(ThreadClock.thread_id == thread_id, ThreadClock.was_paused)
    )
    return bool(session.execute(statement).scalar())


def newest_commitment(session: Any, thread_id: str) -> Commitment | None:
    """What was promised last."""
    statement = (
        sa.select(Commitment)
        .where(Commitment.thread_id == thread_id)
        .order_by(Commitment.made_at.desc(), Commitment.id)
        .limit(1)
    )
    return session.execute(statement).scalars().first()


def part_of(session: Any, thread_ids: Collection[str], who: str) -> tuple[set[str], set[str]]:
    """Of these threads, those that somebody supports, and those that he follows. One statement."""
    statement = sa.union_all(
        *(
            sa.select(sa.literal(name).label("what"), table.thread_id).where(
                table.thread_id.in_(thread_ids), table.who == who
            )
            for name, table in (("supported", Supporter), ("followed", Follower))
        )
    )
    rows = session.execute(statement).all()
    return (
        {row.thread_id for row in rows if row.what == "supported"},
        {row.thread_id for row in rows if row.what == "followed"},
    )


def add_to(session: Any, table: Any, **values: Any) -> bool:
    """Make somebody a supporter or follower; whether he was none."""
    made = insert(table).values(**values).on_conflict_do_nothing().returning(table.thread_id)
    return session.execute(made).first() is not None


def take_from(session: Any, table: Any, thread_id: str, who: str) -> bool:
    """Take somebody out again; whether he was in."""
    gone = sa.delete(table).where(table.thread_id == thread_id, table.who == who)
    return session.execute(gone.execution_options(**UNSEEN)).rowcount == 1


def change(session: Any, thread_id: str, **values: Any) -> None:
    """Set columns of a thread past the session, such as counters."""
    session.execute(
        sa.update(Thread)
        .where(Thread.id == thread_id)
        .values(**values)
        .execution_options(**UNSEEN)
    )


def count_supporter(session: Any, thread_id: str, step: int) -> int:
    """Count a supporter more or less; how many there are then."""
    counted = (
        sa.update(Thread)
        .where(Thread.id == thread_id)
        .values(supporters_count=Thread.supporters_count + step)
        .returning(Thread.supporters_count)
        .execution_options(**UNSEEN)
    )
    return int(session.execute(counted).scalar_one())
