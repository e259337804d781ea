"""Terms in days: when something is due, when to warn, how many days are left.

Pure: no CKAN, no database; this moment is always an argument. A term is counted in whole days of
the portal's time zone, and the day on which it starts is not counted. It ends with its last day.
Natural days are all days. Working days leave out weekends and public holidays of a country (those
of the library ``holidays``) and the days on which a policy profile says that offices are closed.

Escalations are terms of their own: ``due(due_at, days, unit, calendar)``.
"""
from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import Literal

import holidays
from holidays.holiday_base import HolidayBase

Unit = Literal["natural", "working"]

_DAY = dt.timedelta(days=1)
_LAST_SECOND = dt.time(23, 59, 59)


@dataclass(frozen=True)
class Calendar:
    """The days of a place: its time zone, its country (ISO 3166, two letters), its closed days."""

    zone: dt.tzinfo = dt.timezone.utc
    country: str = ""
    closed_days: frozenset[dt.date] = frozenset()

    @property
    def version(self) -> str:
        """What a term was counted with: country, version of its holidays, digest of own days."""
        own = ",".join(day.isoformat() for day in sorted(self.closed_days))
        digest = hashlib.sha256(own.encode()).hexdigest()[:8] if own else "0"
        return f"{self.country or '-'}/{version('holidays')}/{digest}"

    def day_of(self, moment: dt.datetime) -> dt.date:
        """The day that an aware moment belongs to here."""
        if moment.tzinfo is None:
            raise ValueError("an aware datetime was expected")
        return moment.astimezone(self.zone).date()

    def is_working(self, day: dt.date) -> bool:
        """Whether offices are open on a day."""
        if day in self.closed_days:
            return False
        public = _holidays(self.country, day.year)
        return day.weekday() < 5 if public is None else public.is_working_day(day)

    def counts(self, day: dt.date, unit: Unit) -> bool:
        """Whether a day is one of those that a term is counted in."""
        return unit == "natural" or self.is_working(day)


def due(start: dt.datetime, days: int, unit: Unit, calendar: Calendar) -> dt.datetime:
    """The last second of the day on which a term of so many days ends, in the calendar's zone.

    :param start: an aware moment; its day is not counted
    :param days: 0 or more; 0 ends with the day of the start, whatever day this is
    """
    return _end_of(_moved(calendar.day_of(start), days, unit, calendar), calendar)


def warnings(
    start: dt.datetime,
    due_at: dt.datetime,
    before: Iterable[int],
    unit: Unit,
    calendar: Calendar,
) -> list[dt.datetime]:
    """When to warn, the earliest first: the first moments of days before the last one.

    A warning that would not be later than the start of the term is left out, and so are repeated
    ones.

    :param before: how many days before the day on which the term ends
    """
    last = calendar.day_of(due_at)
    moments = {
        _end_of(_moved(last, -days, unit, calendar) - _DAY, calendar) + dt.timedelta(seconds=1)
        for days in before
    }
    return sorted(moment for moment in moments if moment > start)


def days_left(now: dt.datetime, due_at: dt.datetime, unit: Unit, calendar: Calendar) -> int:
    """Days from today to the last day; 0 on the last day, negative afterwards."""
    today, last = calendar.day_of(now), calendar.day_of(due_at)
    if unit == "natural":
        return (last - today).days
    if last >= today:
        return sum(map(calendar.is_working, _days_after(today, last)))
    return -sum(map(calendar.is_working, _days_after(last, today)))


def is_overdue(now: dt.datetime, due_at: dt.datetime) -> bool:
    """Whether a term has ended."""
    return now > due_at


def after_pause(
    due_at: dt.datetime,
    paused_at: dt.datetime,
    resumed_at: dt.datetime,
    unit: Unit,
    calendar: Calendar,
) -> dt.datetime:
    """When a term ends that stood still for a while: what was left of it is counted on.

    A term that had ended before, and a pause within one day, change nothing.
    """
    left = days_left(paused_at, due_at, unit, calendar)
    is_same_day = calendar.day_of(resumed_at) <= calendar.day_of(paused_at)
    if is_same_day or is_overdue(paused_at, due_at):
        return due_at
    return due(resumed_at, left, unit, calendar)


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> HolidayBase | None:
    """One year's holidays, None for a country whose holidays the library does not know."""
    try:
        # Years are not added later: two threads could see a half-filled one.
        return holidays.country_holidays(country, years=year, expand=False)
    except NotImplementedError:
        return None


def _moved(day: dt.date, days: int, unit: Unit, calendar: Calendar) -> dt.date:
    """The day so many days later, or earlier when the number is negative."""
    if unit == "natural":
        return day + days * _DAY
    step = _DAY if days > 0 else -_DAY
    left = abs(days)
    while left:
        day += step
        left -= calendar.is_working(day)
    return day


def _days_after(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """The days after the first up to the last one."""
    for number in range((last - first).days):
        yield first + (number + 1) * _DAY


def _end_of(day: dt.date, calendar: Calendar) -> dt.datetime:
    """The last second of a day, also where clocks change at midnight.

    Zones of pytz do not work as ``tzinfo`` of a new datetime, so the offset is looked up the
    other way round: which moments are shown as this second here?
    """
    wall = dt.datetime.combine(day, _LAST_SECOND, dt.timezone.utc)
    around = [near.astimezone(calendar.zone) for near in (wall - _DAY, wall + _DAY)]
    offsets = {moment.utcoffset() or dt.timedelta() for moment in around}
    moments = [(wall - offset).astimezone(calendar.zone) for offset in sorted(offsets)]
    shown = [each for each in moments if each.replace(tzinfo=None) == wall.replace(tzinfo=None)]
    # The smallest offset is the latest moment: of a second that comes twice the later one counts.
    return (shown or moments)[0]
