"""Start, pause and end the clocks of a thread. Called in an action's transaction: no commits."""
from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from ckanext.promote.base import active_policy, clock
from ckanext.promote.base.policy import Clock
from ckanext.promote.threads import queries
from ckanext.promote.threads.model import Thread, ThreadClock


def terms_of(thread: Thread) -> Clock | None:
    """The term for a thread: its kind's, or the central team's while it is in the queue."""
    policy = active_policy.get()
    kind = policy.thread_kind(thread.kind)
    if kind is None or kind.clock is None:
        return None
    if thread.is_in_queue and policy.conversations.triage_clock is not None:
        return policy.conversations.triage_clock
    return kind.clock


def start(session: Any, thread: Thread, cause: str, started_at: dt.datetime) -> ThreadClock | None:
    """Let a clock run for whoever owes the answer now; none for what waits for no answer.

    The one that ran before has to be ended.
    """
    terms = terms_of(thread)
    if terms is None:
        thread.due_at = None
        return None
    calendar = active_policy.calendar()
    due_at = clock.due(started_at, terms.days, terms.unit, calendar)
    made = ThreadClock(
        thread_id=thread.id,
        institution_id=thread.institution_id,
        cause=cause,
        started_at=started_at,
        due_at=due_at,
        unit=terms.unit,
        warn_at=clock.warnings(started_at, due_at, terms.warn_before, terms.unit, calendar),
        escalate_at=[
            clock.due(due_at, days, terms.unit, calendar) for days in terms.escalate_after
        ],
        calendar_version=calendar.version,
    )
    session.add(made)
    session.flush()
    thread.due_at = due_at
    return made


def start_missed(session: Any, thread: Thread, made_at: dt.datetime, due_on: dt.date) -> None:
    """The clock of a promise that was not kept: it has ended with the promised day."""
    calendar = active_policy.calendar()
    due_at = end_of_day(due_on)
    session.add(
        ThreadClock(
            thread_id=thread.id, institution_id=thread.institution_id, cause="commitment",
            started_at=made_at, due_at=due_at, unit="natural", warn_at=[], escalate_at=[],
            calendar_version=calendar.version,
        )  # fmt: skip
    )
    session.flush()
    thread.due_at = due_at


def end_of_day(day: dt.date) -> dt.datetime:
    """The last second of a day in the portal's zone."""
    calendar = active_policy.calendar()
    noon = dt.datetime.combine(day, dt.time(12), dt.timezone.utc)
    within = noon if calendar.day_of(noon) == day else noon - dt.timedelta(hours=11, minutes=59)
    return clock.due(within, 0, "natural", calendar)


def start_of(day: dt.date) -> dt.datetime:
    """The first second of a day in the portal's zone."""
    return end_of_day(day - dt.timedelta(days=1)) + dt.timedelta(seconds=1)


def end(session: Any, thread: Thread, now: dt.datetime) -> None:
    """Let no clock run any more; what it stood still is taken out of its time. One statement."""
    thread.due_at = None
    stood = sa.func.least(now, ThreadClock.pause_until) - ThreadClock.paused_at
    is_in_time = ThreadClock.paused_at <= ThreadClock.due_at
    session.execute(
        sa.update(ThreadClock)
        .where(ThreadClock.thread_id == thread.id, ThreadClock.ended_at.is_(None))
        .values(
            ended_at=now,
            due_at=ThreadClock.due_at + sa.case((is_in_time, stood), else_=dt.timedelta()),
            paused_seconds=ThreadClock.paused_seconds
            + sa.func.coalesce(sa.func.extract("epoch", stood), 0),
            paused_at=None,
            pause_until=None,
        )
        .execution_options(**queries.UNSEEN)
    )


def pause(session: Any, thread: Thread, now: dt.datetime) -> None:
    """Let the clock stand still, at most as long as the profile says."""
    running = queries.running_clock(session, thread.id)
    if running is None:
        return
    most = active_policy.get().conversations.pause_max_days
    running.paused_at = now
    running.pause_until = clock.due(now, most, _unit(running), active_policy.calendar())
    running.was_paused = True
    thread.due_at = None


def resume(session: Any, thread: Thread, now: dt.datetime) -> None:
    """Let the clock go on with what was left of it."""
    running = queries.running_clock(session, thread.id)
    if running is None or running.paused_at is None:
        return
    calendar, unit = active_policy.calendar(), _unit(running)
    resumed_at = min(now, running.pause_until or now)
    moved = clock.after_pause(
        running.due_at, running.paused_at, resumed_at, unit, calendar
    )
    if moved != running.due_at:
        terms = terms_of(thread)
        before = terms.warn_before if terms else ()
        after = terms.escalate_after if terms else ()
        running.warn_at = clock.warnings(resumed_at, moved, before, unit, calendar)
        running.escalate_at = [clock.due(moved, n, unit, calendar) for n in after]
    running.due_at = moved
    running.paused_seconds += int((resumed_at - running.paused_at).total_seconds())
    running.paused_at = running.pause_until = None
    thread.due_at = moved


def _unit(running: ThreadClock) -> clock.Unit:
    return "working" if running.unit == "working" else "natural"
