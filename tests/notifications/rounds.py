"""Rounds of the worker, and what is left to send."""
from __future__ import annotations

import datetime as dt
import time

import sqlalchemy as sa
from ckan import model

from ckanext.promote.notifications import delivering
from ckanext.promote.notifications.model import Mail
from tests.postbox import Postbox


def round_of(postbox: Postbox, *, waits: bool = True) -> list[str]:
    """Send what is due; to whom, in the order of the alphabet.

    :param waits: false where the test itself keeps a transaction open
    """
    if waits:
        wait_for_others()
    before = len(postbox.got)
    delivering.run()
    return sorted(str(each["To"]) for each in postbox.got[before:])


def wait_for_others() -> None:
    """Wait until nothing else writes on the server, such as its own housekeeping.

    Events are read when no older transaction runs, in whatever database.
    """
    model.Session.rollback()
    running = sa.text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE (backend_xid IS NOT NULL OR backend_xmin IS NOT NULL) AND pid <> pg_backend_pid()"
    )
    patience = iter(range(200))
    while model.Session.execute(running).scalar():
        model.Session.rollback()
        next(patience)
        time.sleep(0.05)
    model.Session.rollback()


def waiting() -> list[Mail]:
    model.Session.remove()
    return list(model.Session.query(Mail).order_by(Mail.id))


def later(**delta: float) -> None:
    """As if so much time had gone by for the mails."""
    model.Session.execute(sa.update(Mail).values(due_at=Mail.due_at - dt.timedelta(**delta)))
    model.Session.commit()
