"""SQL about response figures: of all threads in one statement, whatever their number.

A thread counts for the institution that owes the answer now, from when it got it: what another
institution or the central team's queue needed before is not its time.
"""
from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.promote.base import subject
from ckanext.promote.base.model import Event, EventCursor
from ckanext.promote.people.viewer import VISITOR
from ckanext.promote.threads import rules
from ckanext.promote.threads.figures_model import CHANNELS, ResponseFigures
from ckanext.promote.threads.model import Commitment, Post, Thread, ThreadClock

ROLLING = dt.timedelta(days=365)
GOT = ("shown", "route")
"""Why a clock started when an institution got a thread; others go on with what it had."""
STOPPING = tuple(name for name, outcome in rules.OUTCOMES.items() if outcome.stops)
SECONDS_OF_DAY = 86_400

PORTAL, ELSEWHERE = CHANNELS
KEYS = ("institution_id", "channel")


def compute(
    session: Any, now: dt.datetime, kinds: Collection[str], institution_ids: Collection[str] | None
) -> int:
    """Write the figures of institutions, all of them for None. How many institutions there were.

    :param kinds: the kinds of threads that wait for an answer
    """
    since = now - ROLLING
    facts = _facts(now, since, kinds, institution_ids)
    counted = _counted(now, since, facts, institution_ids)
    names = [column.name for column in ResponseFigures.__table__.columns]
    made = insert(ResponseFigures).from_select(names, counted)
    written = made.on_conflict_do_update(
        index_elements=list(KEYS),
        set_={name: made.excluded[name] for name in names if name not in KEYS},
    )
    return session.execute(written).rowcount // len(CHANNELS)


def _turns(
    since: dt.datetime, kinds: Collection[str], institution_ids: Collection[str] | None
) -> Any:
    """Each thread that counts, with the clock that its institution got it with: the newest."""
    is_running = Thread.state.in_((rules.OPEN, rules.WAITING))
    wanted = [
        Thread.visibility == "public",
        Thread.is_hidden.is_(False),
        Thread.kind.in_(list(kinds)),
        sa.or_(Thread.closed_by.is_(None), Thread.closed_by != "withdrawn"),
        sa.or_(ThreadClock.started_at >= since, is_running),
        subject.readable(VISITOR, Thread.subject_type, Thread.subject_id),
    ]
    if institution_ids is not None:
        wanted.append(Thread.institution_id.in_(list(institution_ids)))
    return (
        sa.select(
            Thread.id,
            Thread.institution_id,
            sa.case((Thread.source.is_(None), PORTAL), else_=ELSEWHERE).label("channel"),
            Thread.resolved_at,
            Thread.due_at.label("running_due_at"),
            is_running.label("is_open"),
            ThreadClock.id.label("clock_id"),
            ThreadClock.started_at,
            ThreadClock.due_at,
            ThreadClock.paused_seconds,
        )
        .join(
            ThreadClock,
            sa.and_(
                ThreadClock.thread_id == Thread.id,
                ThreadClock.institution_id == Thread.institution_id,
                ThreadClock.cause.in_(GOT),
            ),
        )
        .where(*wanted)
        .distinct(Thread.id)
        .order_by(Thread.id, ThreadClock.id.desc())
        .cte("turn")
    )


def _answers(turn: Any) -> Any:
    """Of each thread, when its institution answered first."""
    return (
        sa.select(turn.c.id, sa.func.min(Post.created_at).label("at"))
        .join(
            Post,
            sa.and_(
                Post.thread_id == turn.c.id,
                Post.is_official,
                Post.outcome.in_(STOPPING),
                Post.created_at >= turn.c.started_at,
            ),
        )
        .group_by(turn.c.id)
        .cte("answer")
    )


def _pauses(turn: Any) -> Any:
    """Of each thread, how long the clocks of its institution stood still."""
    return (
        sa.select(turn.c.id, sa.func.sum(ThreadClock.paused_seconds).label("seconds"))
        .join(
            ThreadClock,
            sa.and_(
                ThreadClock.thread_id == turn.c.id,
                ThreadClock.institution_id == turn.c.institution_id,
                ThreadClock.id >= turn.c.clock_id,
            ),
        )
        .group_by(turn.c.id)
        .cte("pause")
    )


def _facts(
    now: dt.datetime, since: dt.datetime, kinds: Collection[str],
    institution_ids: Collection[str] | None,
) -> Any:  # fmt: skip
    """What every thread adds to the figures."""
    turn = _turns(since, kinds, institution_ids)
    answer, pause = _answers(turn), _pauses(turn)
    is_late = sa.and_(turn.c.is_open, sa.func.coalesce(turn.c.running_due_at < now, False))
    is_missed = sa.exists().where(
        Commitment.thread_id == turn.c.id,
        Commitment.institution_id == turn.c.institution_id,
        Commitment.state == "missed",
    )
    return (
        sa.select(
            turn.c.institution_id,
            turn.c.channel,
            (turn.c.started_at >= since).label("is_counted"),
            answer.c.at.is_not(None).label("is_answered"),
            sa.or_(answer.c.at.is_not(None), is_late).label("is_decided"),
            sa.and_(answer.c.at <= turn.c.due_at, ~is_missed).label("is_on_time"),
            turn.c.resolved_at.is_not(None).label("is_resolved"),
            _days(answer.c.at - turn.c.started_at, turn.c.paused_seconds).label("answer_days"),
            _days(turn.c.resolved_at - turn.c.started_at, pause.c.seconds).label(
                "resolution_days"
            ),
            turn.c.is_open,
            is_late.label("is_late"),
        )
        .join(pause, pause.c.id == turn.c.id)
        .outerjoin(answer, answer.c.id == turn.c.id)
        .cte("fact")
    )


def _days(interval: Any, paused_seconds: Any) -> Any:
    """Natural days, with their fraction, without pauses; NULL while there is no end."""
    seconds = sa.cast(sa.func.extract("epoch", interval), sa.Float) - paused_seconds
    # GREATEST knows no NULL: it would make a zero of it.
    return sa.case(
        (interval.is_(None), sa.null()), (seconds < 0, 0.0), else_=seconds / SECONDS_OF_DAY
    )


def _counted(
    now: dt.datetime, since: dt.datetime, facts: Any, institution_ids: Collection[str] | None
) -> Any:
    """A row for each institution and channel, of nothing but zeros where it was asked nothing."""
    channel = sa.union_all(
        *(sa.select(sa.literal(name).label("channel")) for name in CHANNELS)
    ).subquery("channel")
    fact = facts.c
    wanted = [model.Group.is_organization.is_(True), model.Group.state == model.State.ACTIVE]
    if institution_ids is not None:
        wanted.append(model.Group.id.in_(list(institution_ids)))
    return (
        sa.select(
            model.Group.id,
            channel.c.channel,
            sa.literal(since, sa.DateTime(timezone=True)),
            *_columns(fact),
            sa.literal(now, sa.DateTime(timezone=True)),
        )
        .select_from(model.Group)
        .join(channel, sa.true())
        .outerjoin(
            facts,
            sa.and_(fact.institution_id == model.Group.id, fact.channel == channel.c.channel),
        )
        .where(*wanted)
        .group_by(model.Group.id, channel.c.channel)
        # Two at once take the rows in the same order, and wait for each other in a line.
        .order_by(model.Group.id, channel.c.channel)
    )


def _columns(fact: Any) -> list[Any]:
    """What is counted and measured, in the order of the table's columns."""

    def count(*conditions: Any) -> Any:
        return sa.func.count(sa.case((sa.and_(*conditions), 1)))

    def part(share: float, days: Any) -> Any:
        counted = sa.case((fact.is_counted, days))
        return sa.func.percentile_cont(share).within_group(counted.asc())

    return [
        count(fact.is_counted),
        count(fact.is_counted, fact.is_answered),
        count(fact.is_counted, fact.is_resolved),
        count(fact.is_counted, fact.is_decided),
        count(fact.is_counted, fact.is_decided, fact.is_on_time),
        part(0.5, fact.answer_days),
        part(0.9, fact.answer_days),
        part(0.5, fact.resolution_days),
        part(0.9, fact.resolution_days),
        count(fact.is_open),
        count(fact.is_late),
    ]


def figures(session: Any, reference: str) -> list[Any]:
    """Of an institution by name or id, its rows; one without figures before they are computed.

    No rows where there is no such institution. One statement.
    """
    return list(session.execute(_figures(), {"reference": reference}).all())


@lru_cache(maxsize=1)
def _figures() -> Any:
    """Made once: making it takes longer than its answer, and it is on every dataset's page."""
    group, reference = model.Group, sa.bindparam("reference")
    return (
        sa.select(group.id, group.name, group.title, ResponseFigures)
        .outerjoin(ResponseFigures, ResponseFigures.institution_id == group.id)
        .where(
            sa.or_(group.id == reference, group.name == reference),
            group.is_organization.is_(True),
            group.state == model.State.ACTIVE,
        )
    )


# --- whether they are right ---

Counts = dict[tuple[str, str], tuple[Any, ...]]
"""By institution and channel, what was counted and measured."""


def recount(
    session: Any, now: dt.datetime, kinds: Collection[str], institution_ids: Collection[str]
) -> Counts:
    """The figures of institutions as ``compute`` would write them at a moment; writes nothing."""
    since = now - ROLLING
    facts = _facts(now, since, kinds, institution_ids)
    rows = session.execute(_counted(now, since, facts, institution_ids)).all()
    return _comparable(rows)


def stored(session: Any, institution_ids: Collection[str]) -> Counts:
    """The figures of institutions as they were written."""
    table = ResponseFigures.__table__
    statement = sa.select(*table.columns).where(table.c.institution_id.in_(list(institution_ids)))
    return _comparable(session.execute(statement).all())


def _comparable(rows: Any) -> Counts:
    """Rows in the order of the table's columns, without moments; days to a millionth."""
    return {
        (row[0], row[1]): tuple(
            round(each, 6) if isinstance(each, float) else each for each in row[3:-1]
        )
        for row in rows
    }


def settled(session: Any, cursor: str, about: Collection[str]) -> list[Any]:
    """Institutions whose figures should be right: id, name, and when they were computed.

    Left out are those of which something happened since that the worker has not read, and those
    with conversations about something that was changed since: it may be private now.

    :param cursor: of the worker
    :param about: beginnings of the names of events after which the figures may be others
    """
    group, figures_ = model.Group, ResponseFigures
    place = [
        sa.func.coalesce(
            sa.select(column).where(EventCursor.name == cursor).scalar_subquery(), 0
        )
        for column in (EventCursor.tx, EventCursor.event_id)
    ]
    is_unread = sa.exists().where(
        sa.or_(
            Event.institution_id == group.id, Event.data["before"].astext == group.id
        ),
        sa.or_(*(Event.name.startswith(each) for each in about)),
        # An event is some time older than the moment from which others see it.
        Event.at > figures_.computed_at - dt.timedelta(minutes=1),
        sa.tuple_(Event.tx, Event.id) > sa.tuple_(*place),
    )
    is_changed = sa.exists().where(
        Thread.institution_id == group.id,
        Thread.subject_id == model.Package.id,
        model.Package.metadata_modified > sa.func.timezone("UTC", figures_.computed_at),
    )
    statement = (
        sa.select(group.id, group.name, figures_.computed_at)
        .join(figures_, figures_.institution_id == group.id)
        .where(
            figures_.channel == PORTAL,
            group.is_organization.is_(True),
            group.state == model.State.ACTIVE,
            ~is_unread,
            ~is_changed,
        )
    )
    return list(session.execute(statement).all())
