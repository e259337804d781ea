"""Which events somebody is told of by mail, and when a mail that failed is tried again. Pure."""
from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

OWED = "owed"
ANSWERED = "answered"

_OWING = frozenset(
    {"thread.create", "thread.route", "thread.reopen", "thread.turn", "commitment.miss"}
)
_ANSWERING = frozenset({"thread.answer", "thread.clarify", "commitment.keep"})

TOLD_WITHIN = dt.timedelta(days=7)
"""What happened longer ago when a worker reads of it, nobody is told any more."""

DELAYS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440))
"""After each failure; after the last one a mail is given up."""
LEASE = dt.timedelta(minutes=10)
"""How long a mail is one worker's, who may have died."""


def kind_of(name: str, data: Mapping[str, Any]) -> str | None:
    """What an event tells: that an answer is owed, that there is one, or nothing."""
    if name in _OWING or (name == "thread.verdict" and data.get("helpful") is False):
        return OWED
    return ANSWERED if name in _ANSWERING else None


def next_try(tries: int, now: dt.datetime) -> dt.datetime | None:
    """When to try again after so many tries; None to give up."""
    return now + DELAYS[tries - 1] if tries <= len(DELAYS) else None
