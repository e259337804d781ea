"""Who may write in conversations no more, with or without an account. Nothing here commits."""
from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from ckanext.promote.base.model import Event, Visitor, utc_now
from ckanext.promote.people.queries import name_of_user
from ckanext.promote.threads import queries
from ckanext.promote.threads.moderation_model import UserBlock

BLOCK = "user.block"
UNBLOCK = "user.unblock"
ACCOUNT = "account"
VISITOR = "visitor"


def block(session: Any, user_id: str, reason: str, by: str | None) -> bool:
    """Let somebody with an account write no more; whether he could before."""
    made = (
        insert(UserBlock)
        .values(user_id=user_id, reason=reason, by=by, at=utc_now())
        .on_conflict_do_nothing()
        .returning(UserBlock.user_id)
    )
    return session.execute(made).first() is not None


def unblock(session: Any, user_id: str) -> bool:
    """Let him write again; whether he could not before."""
    gone = sa.delete(UserBlock).where(UserBlock.user_id == user_id)
    return session.execute(gone.execution_options(**queries.UNSEEN)).rowcount == 1


def visitor_locked(session: Any, visitor_id: str) -> Visitor | None:
    """Somebody without an account as he is now, kept from others."""
    statement = (
        sa.select(Visitor)
        .where(Visitor.id == visitor_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.execute(statement).scalars().first()


def blocked() -> Any:
    """Who may write no more: kind, id, user (account name), name, reason, by, at.

    Of somebody without an account only the name that he gave; why he was blocked is in the event.
    """
    by, by_whom = aliased(model.User), aliased(model.User)
    nothing = sa.cast(sa.null(), sa.Text)
    accounts = (
        sa.select(
            sa.literal(ACCOUNT).label("kind"), UserBlock.user_id.label("id"),
            model.User.name.label("user"), name_of_user().label("name"),
            UserBlock.reason.label("reason"), by.name.label("by"), UserBlock.at.label("at"),
        )
        .outerjoin(model.User, model.User.id == UserBlock.user_id)
        .outerjoin(by, by.id == UserBlock.by)
    )  # fmt: skip
    last = (
        sa.select(sa.func.max(Event.id))
        .where(
            Event.subject_type == VISITOR, Event.subject_id == Visitor.id, Event.name == BLOCK
        )
        .correlate(Visitor)
        .scalar_subquery()
    )
    visitors = (
        sa.select(
            sa.literal(VISITOR), Visitor.id, nothing, Visitor.name,
            sa.func.coalesce(Event.reason, ""), by_whom.name, Visitor.blocked_at,
        )
        .outerjoin(Event, Event.id == last)
        .outerjoin(by_whom, by_whom.id == Event.actor_id)
        .where(Visitor.blocked_at.is_not(None))
    )  # fmt: skip
    return sa.select(sa.union_all(accounts, visitors).subquery("blocked"))


def newest(statement: Any, cursor: tuple[dt.datetime, str] | None) -> Any:
    """In the order of the list, the newest first; after a row."""
    at, key = statement.selected_columns.at, statement.selected_columns.id
    if cursor is not None:
        statement = statement.where(sa.tuple_(at, key) < sa.tuple_(*map(sa.literal, cursor)))
    return statement.order_by(at.desc(), key.desc())
