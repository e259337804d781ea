"""What time does to threads: late, promised dates missed, pauses over, silence. No commits.

Each takes rows that nobody else works on, so that two runs at once do nothing twice.
"""
from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from ckanext.promote.base import active_policy, markdown, visitors
from ckanext.promote.base.rendering import rendered_again
from ckanext.promote.threads import (
    answering,
    clocks,
    journal,
    post_queries,
    promises,
    queries,
    rules,
)
from ckanext.promote.threads.model import Commitment, Post, Thread, ThreadClock

AT_ONCE = 500
"""Threads in one run; the rest has its turn in the next."""


def record_late(session: Any, now: dt.datetime) -> int:
    """Note once, as of its day, what has become late. How many there were."""
    rows = _due(
        session,
        sa.select(ThreadClock, Thread)
        .join(Thread, Thread.id == ThreadClock.thread_id)
        .where(
            ThreadClock.due_at < now,
            ThreadClock.ended_at.is_(None),
            ThreadClock.late_recorded_at.is_(None),
            ThreadClock.paused_at.is_(None),
        )
        .order_by(ThreadClock.due_at),
        ThreadClock,
    )
    for row in rows:
        row.ThreadClock.late_recorded_at = now
        event = journal.record(
            _context(session), "thread.late", row.Thread, clock=row.ThreadClock.id,
            due_at=row.ThreadClock.due_at.isoformat(), cause=row.ThreadClock.cause,
        )  # fmt: skip
        event.at = row.ThreadClock.due_at
    session.flush()
    return len(rows)


def miss_promises(session: Any, now: dt.datetime) -> int:
    """Note the promises whose day went by. How many there were."""
    today = active_policy.calendar().day_of(now)
    rows = _due(
        session,
        sa.select(Commitment, Thread)
        .join(Thread, Thread.id == Commitment.thread_id)
        .where(Commitment.state == "open", Commitment.due_on < today)
        .order_by(Commitment.due_on),
        (Commitment, Thread),
    )
    for row in rows:
        promises.miss(_context(session), row.Commitment, row.Thread)
    session.flush()
    return len(rows)


def resume_pauses(session: Any, now: dt.datetime) -> int:
    """Let clocks go on that stood still long enough. How many there were."""
    rows = _due(
        session,
        sa.select(ThreadClock, Thread)
        .join(Thread, Thread.id == ThreadClock.thread_id)
        .where(
            ThreadClock.paused_at.is_not(None),
            ThreadClock.pause_until < now,
            Thread.state == rules.WAITING,
        )
        .order_by(ThreadClock.pause_until),
        (ThreadClock, Thread),
    )
    for row in rows:
        row.Thread.state = rules.after(row.Thread.state, rules.RESUME)
        clocks.resume(session, row.Thread, now)
        journal.record(_context(session), "thread.resume", row.Thread, is_over=True)
    session.flush()
    return len(rows)


def close_silent(session: Any, now: dt.datetime) -> int:
    """Close what was answered long ago, and nobody said anything more. How many there were."""
    days = active_policy.get().conversations.close_after_days
    promise = sa.exists().where(Commitment.thread_id == Thread.id, Commitment.state == "open")
    rows = _due(
        session,
        sa.select(Thread)
        .where(
            Thread.state == rules.ANSWERED,
            Thread.answered_at < now - dt.timedelta(days=days),
            Thread.last_activity_at < now - dt.timedelta(days=days),
            ~promise,
        )
        .order_by(Thread.answered_at),
        Thread,
    )
    for row in rows:
        target = rules.after(row.Thread.state, rules.SILENCE)
        answering.shut(session, row.Thread, target, "silence", now)
        journal.record(_context(session), "thread.close", row.Thread, by="silence")
    session.flush()
    return len(rows)


def forget_unconfirmed(session: Any, now: dt.datetime) -> int:
    """Delete what visitors wrote and never confirmed. How many texts there were."""
    long_ago = now - visitors.REMEMBERED
    waits = sa.and_(Post.state == rules.PENDING, Post.created_at < long_ago)
    begun = sa.select(Post.thread_id).where(waits, Post.seq == 1)
    threads = session.execute(
        sa.delete(Thread)
        .where(Thread.state == rules.PENDING, Thread.id.in_(begun))
        .execution_options(**queries.UNSEEN)
    )
    replies = session.execute(
        sa.delete(Post).where(waits, Post.seq > 1).execution_options(**queries.UNSEEN)
    )
    return threads.rowcount + replies.rowcount


def render_again(session: Any) -> int:
    """Render posts whose HTML an older renderer made. How many there were."""
    stale = post_queries.stale(session, markdown.RENDERER_VERSION, AT_ONCE)
    for post in stale:
        post.html = rendered_again(post.body, post.html)
        post.renderer_version = markdown.RENDERER_VERSION
    session.flush()
    return len(stale)


def _due(session: Any, statement: Any, of: Any) -> list[Any]:
    locked = statement.limit(AT_ONCE).with_for_update(skip_locked=True, of=of)
    return list(session.execute(locked.execution_options(populate_existing=True)).all())


def _context(session: Any) -> dict[str, Any]:
    """Nobody's: the calendar acts."""
    return {"session": session, "user": "", "auth_user_obj": None}
