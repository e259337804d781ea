"""SQL about posts: values in, statements and rows out."""
from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.orm import aliased

from ckanext.promote.threads import rules
from ckanext.promote.threads.model import Post, Thread

Dataset = aliased(model.Package)
To = aliased(model.Group)
Of = aliased(model.Group)
Parent = aliased(Post)
ParentAuthor = aliased(model.User)
Key = tuple[int, int, int]

_KEY = sa.tuple_(Post.k1, Post.k2, Post.k3)


def post(session: Any, post_id: str) -> Post | None:
    """A post, whoever asks."""
    statement = (
        sa.select(Post).where(Post.id == post_id).execution_options(populate_existing=True)
    )
    return session.execute(statement).scalars().first()


def locked_post(session: Any, post_id: str) -> Post:
    """A post as it is now, kept from others until the end of the transaction."""
    statement = (
        sa.select(Post)
        .where(Post.id == post_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.execute(statement).scalar_one()


def first(session: Any, thread_id: str) -> Post:
    """The post that began a thread."""
    statement = sa.select(Post).where(Post.thread_id == thread_id, Post.seq == 1)
    return session.execute(statement).scalar_one()


def next_seq(session: Any, thread_id: str, is_counted: bool, now: dt.datetime) -> Any:
    """Take the next place in a thread: ``last_seq`` and ``state`` as they are now.

    Whoever writes in the same thread waits here, so that no place is given twice.
    """
    more = {"posts_count": Thread.posts_count + 1, "last_activity_at": now} if is_counted else {}
    taken = (
        sa.update(Thread)
        .where(Thread.id == thread_id)
        .values(last_seq=Thread.last_seq + 1, **more)
        .returning(Thread.last_seq, Thread.state)
        .execution_options(synchronize_session=False)
    )
    return session.execute(taken).one()


def count(session: Any, thread_id: str, step: int) -> None:
    """Count a post that everybody may read more (1) or less (-1)."""
    session.execute(
        sa.update(Thread)
        .where(Thread.id == thread_id)
        .values(posts_count=Thread.posts_count + step)
        .execution_options(synchronize_session=False)
    )


def posts(thread_id: str, who: str | None, moderates: bool, sees_internal: bool) -> Any:
    """The posts of a thread that a reader may see, with what they name; without an order.

    :param who: ``user:`` or ``visitor:`` and an id
    """
    statement = (
        sa.select(
            Post,
            model.User.name.label("author"),
            model.User.state.label("author_state"),
            Dataset.name.label("dataset"),
            Dataset.title.label("dataset_title"),
            Dataset.state.label("dataset_state"),
            Dataset.private.label("dataset_private"),
            To.name.label("to_institution"),
            To.title.label("to_institution_title"),
            Of.name.label("institution"),
            Parent.seq.label("parent_seq"),
            Parent.state.label("parent_state"),
            Parent.author_name.label("parent_author"),
            ParentAuthor.state.label("parent_author_state"),
        )
        .outerjoin(model.User, model.User.id == Post.author_id)
        .outerjoin(Dataset, Dataset.id == Post.dataset_id)
        .outerjoin(To, To.id == Post.to_institution_id)
        .outerjoin(Of, Of.id == Post.institution_id)
        .outerjoin(Parent, Parent.id == Post.parent_id)
        .outerjoin(ParentAuthor, ParentAuthor.id == Parent.author_id)
        .where(Post.thread_id == thread_id)
    )
    if not sees_internal:
        statement = statement.where(Post.is_internal.is_(False))
    if not moderates:
        shown = Post.state.in_((rules.VISIBLE, rules.HIDDEN, rules.DELETED))
        statement = statement.where(sa.or_(shown, _by(who)))
    return statement


def _by(who: str | None) -> Any:
    kind, _, key = (who or "").partition(":")
    if not key:
        return sa.false()
    return (Post.author_id if kind == "user" else Post.visitor_id) == key


def from_key(statement: Any, key: Key | None, is_included: bool = False) -> Any:
    """In their order; after a post, or from it on."""
    if key is not None:
        edge = sa.tuple_(*map(sa.literal, key))
        statement = statement.where(edge <= _KEY if is_included else edge < _KEY)
    return statement.order_by(Post.k1, Post.k2, Post.k3)


def last_ones(statement: Any) -> Any:
    """The other way round: the last ones first."""
    return statement.order_by(Post.k1.desc(), Post.k2.desc(), Post.k3.desc())


def recent(session: Any, user_id: str, since: dt.datetime) -> Any:
    """How many posts somebody wrote lately, the first of them, and whether any is shown."""
    lately = sa.select(Post.created_at).where(Post.author_id == user_id, Post.created_at > since)
    found = lately.subquery()
    has_shown = sa.exists().where(Post.author_id == user_id, Post.state == rules.VISIBLE)
    return session.execute(
        sa.select(
            sa.func.count(found.c.created_at).label("count"),
            sa.func.min(found.c.created_at).label("first"),
            has_shown.label("has_shown"),
        ).select_from(found)
    ).one()


def has_others(session: Any, thread: Thread) -> bool:
    """Whether somebody else than the asker wrote in a thread what is not gone."""
    others = sa.exists().where(
        Post.thread_id == thread.id,
        Post.state == rules.VISIBLE,
        sa.or_(
            Post.author_id.is_distinct_from(thread.author_id),
            Post.visitor_id.is_distinct_from(thread.visitor_id),
        ),
    )
    return bool(session.execute(sa.select(others)).scalar())


def stale(session: Any, version: int, limit: int) -> list[Post]:
    """Posts whose HTML an older renderer made."""
    statement = (
        sa.select(Post).where(Post.renderer_version < version).order_by(Post.id).limit(limit)
    )
    return list(session.execute(statement).scalars())
