"""SQL about mails: values in, rows out."""
from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.promote.base.model import Event, Visitor
from ckanext.promote.notifications import rules
from ckanext.promote.notifications.model import Mail
from ckanext.promote.threads.model import Follower, Thread

_UNSEEN = {"synchronize_session": False}


@dataclass(frozen=True)
class Taken:
    """A mail that is one worker's for a while."""

    id: int
    kind: str
    event_id: int
    thread_id: str
    user_id: str | None
    visitor_id: str | None
    tries: int


def tell_users(
    session: Any, event: Event, kind: str, user_ids: Collection[str], now: dt.datetime
) -> None:
    """Note a mail for each user."""
    rows = [
        {
            "event_id": event.id, "kind": kind, "thread_id": event.subject_id,
            "who": f"user:{each}", "user_id": each, "tries": 0, "due_at": now, "created_at": now,
        }
        for each in user_ids
    ]  # fmt: skip
    if rows:
        session.execute(insert(Mail).values(rows).on_conflict_do_nothing())


def tell_followers(session: Any, event: Event, kind: str, now: dt.datetime) -> None:
    """Note a mail for each follower of a thread but who did it. One statement for any number."""
    moment = sa.literal(now, sa.DateTime(timezone=True))
    followers = sa.select(
        sa.literal(event.id), sa.literal(kind), Follower.thread_id, Follower.who,
        Follower.user_id, Follower.visitor_id, sa.literal(0), moment, moment,
    ).where(
        Follower.thread_id == event.subject_id,
        Follower.user_id.is_distinct_from(event.actor_id or ""),
    )  # fmt: skip
    names = [
        "event_id", "kind", "thread_id", "who", "user_id", "visitor_id", "tries", "due_at",
        "created_at",
    ]  # fmt: skip
    made = insert(Mail).from_select(names, followers)
    session.execute(made.on_conflict_do_nothing())


def take(session: Any, now: dt.datetime) -> Taken | None:
    """The mail that is due longest and nobody else sends, leased and counted as tried."""
    statement = (
        sa.select(Mail)
        .where(Mail.given_up_at.is_(None), Mail.due_at <= now)
        .order_by(Mail.due_at, Mail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    mail = session.execute(statement).scalars().first()
    if mail is None:
        return None
    mail.tries += 1
    mail.due_at = now + rules.LEASE
    session.flush()
    return Taken(
        mail.id, mail.kind, mail.event_id, mail.thread_id, mail.user_id, mail.visitor_id,
        mail.tries,
    )  # fmt: skip


def settle(session: Any, mail_id: int) -> None:
    """Forget a mail: it was sent, or there is nothing to tell any more."""
    session.execute(
        sa.delete(Mail).where(Mail.id == mail_id).execution_options(**_UNSEEN)
    )


def put_off(session: Any, mail_id: int, until: dt.datetime | None, now: dt.datetime) -> None:
    """Try a mail again later; None gives it up."""
    values = {"given_up_at": now} if until is None else {"due_at": until}
    session.execute(
        sa.update(Mail).where(Mail.id == mail_id).values(**values).execution_options(**_UNSEEN)
    )


def thread(session: Any, thread_id: str) -> Any:
    """A thread as it is now, whoever asks; None when it is gone."""
    statement = sa.select(Thread).where(Thread.id == thread_id)
    return session.execute(statement.execution_options(populate_existing=True)).scalars().first()


def event(session: Any, event_id: int) -> Any:
    """An event."""
    return session.get(Event, event_id)


def user(session: Any, user_id: str) -> Any:
    """Somebody with an account, and an address to write to; None for others."""
    statement = sa.select(model.User).where(
        model.User.id == user_id, model.User.state == model.State.ACTIVE
    )
    found = session.execute(
        statement.execution_options(populate_existing=True)
    ).scalars().first()
    return found if found is not None and found.email else None


def visitor(session: Any, visitor_id: str) -> Any:
    """Somebody without an account whose address is confirmed, and who is not blocked."""
    statement = sa.select(Visitor).where(
        Visitor.id == visitor_id, Visitor.confirmed_at.is_not(None), Visitor.blocked_at.is_(None)
    )
    return session.execute(statement.execution_options(populate_existing=True)).scalars().first()


def organization_id(session: Any, name: str) -> str | None:
    """Id of an active organization."""
    statement = sa.select(model.Group.id).where(
        model.Group.name == name, model.Group.is_organization.is_(True),
        model.Group.state == model.State.ACTIVE,
    )  # fmt: skip
    return session.execute(statement).scalar()


def sysadmin_ids(session: Any, but: str) -> list[str]:
    """Ids of the sysadmins, but for the site's own user."""
    statement = sa.select(model.User.id).where(
        model.User.sysadmin.is_(True), model.User.state == model.State.ACTIVE,
        model.User.name != but,
    )  # fmt: skip
    return list(session.execute(statement).scalars())
