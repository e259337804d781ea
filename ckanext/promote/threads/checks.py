"""What holds of conversations at any time (``ckan promote check``); each costs one statement.

The first line of a docstring is what people read when it does not hold.
"""
from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.orm import aliased

from ckanext.promote.base import subject
from ckanext.promote.threads import rules
from ckanext.promote.threads.model import (
    Commitment,
    Follower,
    Post,
    Supporter,
    Thread,
    ThreadClock,
    ThreadCounter,
)
from ckanext.promote.threads.moderation_model import ModerationItem

STOPPING = tuple(name for name, each in rules.OUTCOMES.items() if each.stops)
PROMISING = tuple(name for name, each in rules.OUTCOMES.items() if each.is_promise)
WAITS_FOR_NOTHING = (rules.PENDING, rules.ANSWERED, rules.CLOSED)


def thread_numbers(session: Any) -> list[str]:
    """Public numbers are given once, and the counter of the year is not behind them."""
    same, ahead = aliased(Thread), aliased(ThreadCounter)
    is_double = sa.exists().where(
        same.year == Thread.year, same.number == Thread.number, same.id != Thread.id
    )
    is_counted = sa.exists().where(ahead.year == Thread.year, ahead.last >= Thread.number)
    return _threads(session, sa.or_(is_double, ~is_counted))


def thread_posts(session: Any) -> list[str]:
    """Conversations count the texts that everybody may read."""
    counted = (
        sa.select(sa.func.count())
        .where(
            Post.thread_id == Thread.id, Post.state == rules.VISIBLE, Post.is_internal.is_(False)
        )
        .scalar_subquery()
    )
    return _threads(session, Thread.posts_count != counted)


def thread_places(session: Any) -> list[str]:
    """The last place that a conversation gave is not before its last text."""
    last = sa.select(sa.func.max(Post.seq)).where(Post.thread_id == Thread.id).scalar_subquery()
    return _threads(session, Thread.last_seq < last)


def thread_supporters(session: Any) -> list[str]:
    """Conversations count the people who have the same question."""
    counted = (
        sa.select(sa.func.count()).where(Supporter.thread_id == Thread.id).scalar_subquery()
    )
    return _threads(session, Thread.supporters_count != counted)


def thread_followers(session: Any) -> list[str]:
    """Who follows a conversation is one person, with or without account, under his own key."""
    by_user = sa.and_(Follower.visitor_id.is_(None), Follower.who == "user:" + Follower.user_id)
    by_visitor = sa.and_(
        Follower.user_id.is_(None), Follower.who == "visitor:" + Follower.visitor_id
    )
    agrees = sa.func.coalesce(by_user, sa.false()) | sa.func.coalesce(by_visitor, sa.false())
    return _threads(session, sa.exists().where(Follower.thread_id == Thread.id, ~agrees))


def thread_answers(session: Any) -> list[str]:
    """What is answered has an official answer that everybody reads, and its outcome."""
    official, kept = aliased(Post), aliased(Commitment)
    was_kept = (
        sa.exists()
        .where(kept.thread_id == Thread.id, kept.state == "kept")
        .correlate(Thread)  # two selects further out
    )
    is_there = sa.exists().where(
        official.id == Thread.official_post_id,
        official.thread_id == Thread.id,
        official.is_official,
        official.is_superseded.is_(False),
        official.state == rules.VISIBLE,
        official.outcome.in_(STOPPING),
        sa.or_(official.outcome == Thread.outcome, was_kept),
    )
    has_none = sa.and_(
        Thread.official_post_id.is_(None),
        Thread.answered_at.is_(None),
        Thread.first_answered_at.is_(None),
        Thread.outcome.is_(None),
        Thread.state != rules.ANSWERED,
    )
    has_one = sa.and_(
        is_there, Thread.answered_at.is_not(None), Thread.first_answered_at.is_not(None)
    )
    return _threads(session, ~sa.or_(has_none, has_one))


def thread_ends(session: Any) -> list[str]:
    """What is closed says when and by whom, and nothing else does."""
    is_closed = Thread.state == rules.CLOSED
    return _threads(
        session,
        sa.or_(
            is_closed != Thread.closed_at.is_not(None), is_closed != Thread.closed_by.is_not(None)
        ),
    )


def thread_clocks(session: Any) -> list[str]:
    """A conversation is due when its running clock is; what waits for no answer has none."""
    running = (ThreadClock.thread_id == Thread.id, ThreadClock.ended_at.is_(None))
    due_at = (
        sa.select(ThreadClock.due_at)
        .where(*running, ThreadClock.paused_at.is_(None))
        .scalar_subquery()
    )
    runs_for_nothing = sa.and_(
        Thread.state.in_(WAITS_FOR_NOTHING), sa.exists().where(*running)
    )
    return _threads(
        session, sa.or_(Thread.due_at.is_distinct_from(due_at), runs_for_nothing)
    )


def thread_clock_owners(session: Any) -> list[str]:
    """The clock that runs is the one of whoever owes the answer."""
    is_others = sa.exists().where(
        ThreadClock.thread_id == Thread.id,
        ThreadClock.ended_at.is_(None),
        ThreadClock.institution_id.is_distinct_from(Thread.institution_id),
    )
    return _threads(session, is_others)


def thread_subjects(session: Any) -> list[str]:
    """What waits for an answer is about something that there is, deleted or not."""
    is_there = [
        sa.and_(
            Thread.subject_type == name,
            Thread.subject_id.in_(subject.ids_among(name, sa.select(about.subject_id))),
        )
        for name, about in ((name, aliased(Thread)) for name in subject.types())
    ]
    is_over = sa.or_(Thread.state == rules.CLOSED, Thread.is_hidden)
    return _threads(session, ~sa.or_(is_over, *is_there))


def thread_institutions(session: Any) -> list[str]:
    """Who owes an answer, or asks for advice, is an organization."""
    organizations = sa.select(model.Group.id).where(model.Group.is_organization.is_(True))
    return _threads(
        session,
        sa.or_(
            Thread.institution_id.not_in(organizations),
            Thread.asking_institution_id.not_in(organizations),
        ),
    )


def thread_commitments(session: Any) -> list[str]:
    """A promise is the date of an official answer, and an open one is of the answer that counts."""
    post = aliased(Post)
    is_of_answer = sa.exists().where(
        post.id == Commitment.post_id,
        post.thread_id == Commitment.thread_id,
        post.is_official,
        post.outcome == Commitment.outcome,
        post.outcome.in_(PROMISING),
        post.due_on == Commitment.due_on,
    )
    is_open = Commitment.state == "open"
    counts = sa.and_(
        Thread.official_post_id == Commitment.post_id, Thread.outcome == Commitment.outcome
    )
    wrong = sa.or_(
        ~is_of_answer,
        is_open == Commitment.decided_at.is_not(None),
        sa.and_(is_open, ~counts),
        (Commitment.state == "kept") != Commitment.kept_dataset_id.is_not(None),
    )
    return _threads(session, sa.exists().where(Commitment.thread_id == Thread.id, wrong))


def post_parents(session: Any) -> list[str]:
    """A text answers one of the same conversation that was there before."""
    parent = aliased(Post)
    is_there = sa.exists().where(
        parent.id == Post.parent_id, parent.thread_id == Post.thread_id, parent.seq < Post.seq
    )
    wrong = sa.exists().where(
        Post.thread_id == Thread.id, Post.parent_id.is_not(None), ~is_there
    )
    return _threads(session, wrong)


def posts_that_wait(session: Any) -> list[str]:
    """A text that is held back is in the queue of the moderators."""
    is_queued = sa.exists().where(
        ModerationItem.post_id == Post.id, ModerationItem.state == "open"
    )
    wrong = sa.exists().where(
        Post.thread_id == Thread.id, Post.state == rules.HELD, ~is_queued
    )
    return _threads(session, sa.and_(Thread.state != rules.CLOSED, wrong))


def _threads(session: Any, condition: Any) -> list[str]:
    """Numbers of the threads that fulfil a condition."""
    statement = (
        sa.select(Thread.year, Thread.number)
        .where(condition)
        .order_by(Thread.year, Thread.number)
    )
    return [rules.number_of(row.year, row.number) for row in session.execute(statement)]
