"""When an appointment is in force, and which dates it can have. Pure: days in, words out.

Both days count: who is appointed from Monday to Friday holds the role on Friday, too.
"""
from __future__ import annotations

import datetime as dt
from typing import Literal

Standing = Literal["current", "future", "past", "withdrawn"]

CURRENT: Standing = "current"
FUTURE: Standing = "future"
PAST: Standing = "past"
WITHDRAWN: Standing = "withdrawn"

EARLIEST = dt.date(1990, 1, 1)
FURTHEST_YEARS = 20
"""A date further ahead is a slip of the pen."""


def standing(
    from_date: dt.date, to_date: dt.date | None, today: dt.date, ended_on: dt.date | None = None
) -> Standing:
    """Whether an appointment is in force on a day, will be, was, or never came to be.

    :param ended_on: the day on which somebody ended it
    """
    if ended_on is not None and to_date == from_date and ended_on < from_date:
        # Withdrawn before its first day, which is kept as its last one, too.
        return WITHDRAWN
    if to_date is not None and to_date < today:
        return PAST
    return FUTURE if from_date > today else CURRENT


def is_usable(day: dt.date, today: dt.date) -> bool:
    """Whether a day can stand in an appointment."""
    return day >= EARLIEST and day.year <= today.year + FURTHEST_YEARS


def is_period(from_date: dt.date, to_date: dt.date | None) -> bool:
    """Whether two days are in their order; the last one may be open."""
    return to_date is None or from_date <= to_date
