"""Rounds of the worker, and what is left to send."""
from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from ckan import model

from ckanext.promote.notifications import delivering
from ckanext.promote.notifications.model import Mail
from tests.postbox import Postbox


def round_of(postbox: Postbox) -> list[str]:
    """Send what is due; to whom, in the order of the alphabet."""
    before = len(postbox.got)
    delivering.run()
    return sorted(str(each["To"]) for each in postbox.got[before:])


def waiting() -> list[Mail]:
    model.Session.remove()
    return list(model.Session.query(Mail).order_by(Mail.id))


def later(**delta: float) -> None:
    """As if so much time had gone by for the mails."""
    model.Session.execute(sa.update(Mail).values(due_at=Mail.due_at - dt.timedelta(**delta)))
    model.Session.commit()
