"""How often somebody may do the same thing: per person and per network, in an hour and in a day.

Counts are in PostgreSQL, under hashes that tell nothing (``base.network``). A try counts also when
it is refused for another reason later; one that is too much counts nowhere, so that who waits for
the next hour has lost nothing of the day. Hours and days are those of the clock, in UTC.

- Who is signed in, by session or API token, counts as that person.
- A visitor counts by the e-mail address that he gives, and with all visitors of his network.
- The central team (whoever is in ``exempt``) and calls inside the portal do not count.
"""
from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import ckantoolkit as tk
from sqlalchemy.dialects.postgresql import insert

from ckanext.promote import config
from ckanext.promote.base.access import user_of
from ckanext.promote.base.errors import RateLimited
from ckanext.promote.base.model import RateCount, utc_now
from ckanext.promote.base.network import client_network, who_hash
from ckanext.promote.base.own_transaction import own_transaction

exempt: list[Callable[[Mapping[str, Any]], bool]] = []
"""Say for a context whether who acts is not limited; other layers add theirs."""

WINDOWS = {"hour": dt.timedelta(hours=1), "day": dt.timedelta(days=1)}


@dataclass(frozen=True)
class Bucket:
    """One counter, and how far it may go."""

    scope: str
    key: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    limit: int


def count(
    context: Mapping[str, Any], action: str, who: str = "", network: str | None = None
) -> None:
    """Count one try of a thing, and refuse it when that is too often. One statement.

    Call it first in an action, before anything is looked up for a visitor.

    :param action: what is counted together, such as ``thread.create``
    :param who: a visitor's e-mail address, or whatever tells one from another
    :param network: where a visitor comes from, the request's network by default
    :raises RateLimited: with the seconds until the hour or day is over
    """
    if context.get("ignore_auth") or any(is_exempt(context) for is_exempt in exempt):
        return
    user = user_of(context)
    if user is not None:
        counted = {"user": user.id}
    else:
        network = client_network() if network is None else network
        counted = {"visitor": who.strip().lower(), "network": network}
    now = utc_now()
    buckets = _buckets(action, {scope: key for scope, key in counted.items() if key}, now)
    if not buckets:
        return
    with own_transaction() as connection:
        # Others wait for these rows until here it is decided; a refusal takes the counts back.
        numbers = {row.bucket: row.count for row in connection.execute(_one_more(buckets))}
        full = [bucket for bucket in buckets if numbers[bucket.key] > bucket.limit]
        if full:
            last = max(full, key=lambda bucket: bucket.ends_at)
            seconds = max(1, int((last.ends_at - now).total_seconds()))
            raise RateLimited(seconds, _sentence(last.scope, seconds))


def _buckets(action: str, counted: Mapping[str, str], now: dt.datetime) -> list[Bucket]:
    """The buckets of a try that have a limit, in an order that is the same for everybody."""
    midnight = dt.datetime.combine(now.date(), dt.time.min, dt.timezone.utc)
    buckets: list[Bucket] = []
    for scope, key in counted.items():
        for window, length in WINDOWS.items():
            limit = config.limit(scope, window)
            if limit:
                starts_at = midnight + (now - midnight) // length * length
                hashed = who_hash(action, scope, window, key)
                buckets.append(Bucket(scope, hashed, starts_at, starts_at + length, limit))
    # Two requests that lock the same rows in different orders would wait for each other.
    return sorted(buckets, key=lambda bucket: bucket.key)


def _one_more(buckets: list[Bucket]) -> Any:
    """The statement that counts one in each bucket, and gives the new numbers."""
    rows = [
        {
            "bucket": bucket.key, "window_start": bucket.starts_at,
            "expires_at": bucket.ends_at, "count": 1,
        }
        for bucket in buckets
    ]  # fmt: skip
    return (
        insert(RateCount)
        .values(rows)
        .on_conflict_do_update(
            index_elements=["bucket", "window_start"], set_={"count": RateCount.count + 1}
        )
        .returning(RateCount.bucket, RateCount.count)
    )


def _sentence(scope: str, seconds: int) -> str:
    """Why it was refused, and when to come back."""
    minutes = -(-seconds // 60)
    hours = -(-minutes // 60)
    if minutes < 60:
        later = tk.ungettext(
            "Try again in {n} minute.", "Try again in {n} minutes.", minutes
        ).format(n=minutes)
    else:
        later = tk.ungettext(
            "Try again in {n} hour.", "Try again in {n} hours.", hours
        ).format(n=hours)
    if scope == "network":
        why = tk._("Too much has been sent from your network by people who are not signed in.")
    else:
        why = tk._("You have sent this too often.")
    return f"{why} {later}"
