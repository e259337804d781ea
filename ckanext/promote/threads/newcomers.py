"""People whose accounts are new: how fast they may write, and whose first text is looked at."""
from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import ckantoolkit as tk
import sqlalchemy as sa

from ckanext.promote import config
from ckanext.promote.base import linkscore
from ckanext.promote.base.access import user_of
from ckanext.promote.base.errors import RateLimited
from ckanext.promote.base.model import utc_now
from ckanext.promote.people.viewer import viewer_of
from ckanext.promote.threads import post_queries

WINDOW = dt.timedelta(minutes=10)


def cause_to_hold(context: Mapping[str, Any], *texts: str) -> str:
    """Why a citizen's text has to be looked at before others see it; nothing when it has not.

    A new account's posts are counted here, one after the other: two statements, for new ones only.
    Institutions answer for their people, also in what they write elsewhere.

    :raises RateLimited: when a new account wrote too much within ten minutes
    """
    user = user_of(context)
    cause = "suspicious" if linkscore.is_suspicious(*texts) else ""
    if user is None or not is_new(user) or viewer_of(context).acts_somewhere:
        return cause
    session, now = context["session"], utc_now()
    # Of two posts at the same time, the second is counted when the first is there.
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(user.id))))
    found = post_queries.recent(session, user.id, now - WINDOW)
    most = config.limit("newcomer", "ten_minutes")
    if most and found.count >= most:
        seconds = max(1, int((found.first + WINDOW - now).total_seconds()) + 1)
        raise RateLimited(seconds, _sentence(seconds))
    return cause or ("" if found.has_shown else "newcomer")


def is_new(user: Any) -> bool:
    """Whether an account was made lately."""
    days = config.newcomer_days()
    if not days or user.sysadmin:
        return False
    # CKAN keeps the moment as the server's clock shows it, without a zone.
    made = user.created.astimezone(dt.timezone.utc)
    return utc_now() - made < dt.timedelta(days=days)


def _sentence(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return tk.ungettext(
        "With a new account you can write a few texts in ten minutes. Try again in {n} minute.",
        "With a new account you can write a few texts in ten minutes. Try again in {n} minutes.",
        minutes,
    ).format(n=minutes)
