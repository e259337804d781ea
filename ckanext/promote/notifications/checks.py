"""What holds of mails at any time (``ckan promote check``); each costs one statement."""
from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ckanext.promote.base.model import Event
from ckanext.promote.notifications.model import Mail


def mail_events(session: Any) -> list[str]:
    """A mail tells of an event of its conversation."""
    is_there = sa.exists().where(
        Event.id == Mail.event_id,
        Event.subject_type == "thread",
        Event.subject_id == Mail.thread_id,
    )
    return _mails(session, ~is_there)


def mail_recipients(session: Any) -> list[str]:
    """A mail is for one person, with or without account, under his own key."""
    by_user = sa.and_(Mail.visitor_id.is_(None), Mail.who == "user:" + Mail.user_id)
    by_visitor = sa.and_(Mail.user_id.is_(None), Mail.who == "visitor:" + Mail.visitor_id)
    agrees = sa.func.coalesce(by_user, sa.false()) | sa.func.coalesce(by_visitor, sa.false())
    return _mails(session, ~agrees)


def _mails(session: Any, condition: Any) -> list[str]:
    """Ids of the mails that fulfil a condition: no address is printed."""
    statement = sa.select(Mail.id).where(condition).order_by(Mail.id)
    return [str(each) for each in session.execute(statement).scalars()]
