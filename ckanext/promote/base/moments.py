"""Moments as people write and read them: in the portal's time zone; stored in UTC.

The time zone is ``ckan.display_timezone``. What is stored and what clients get is aware ISO 8601,
``2026-03-15T16:00:00+00:00``.
"""
from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import ckantoolkit as tk

from ckanext.promote.base.model import utc_now

_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})(?::([0-9]{2})(?:[.,][0-9]{1,9})?)?"
    r" ?(Z|z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)


class NoMoment(ValueError):
    """A text that is no moment, or one that no clock ever shows."""


def portal_zone() -> dt.tzinfo:
    """The time zone of the portal's people."""
    zone = tk.h.get_display_timezone()
    # CKAN gives pytz's zones, which are made by other rules than Python's.
    return ZoneInfo(getattr(zone, "zone", None) or str(zone))


def today() -> dt.date:
    """The day it is for the portal's people."""
    return utc_now().astimezone(portal_zone()).date()


def day_of(moment: dt.datetime) -> dt.date:
    """The day it was then for the portal's people."""
    return moment.astimezone(portal_zone()).date()


def start_of(day: dt.date) -> dt.datetime:
    """The first moment of a day of the portal's people, in UTC."""
    midnight = dt.datetime.combine(day, dt.time(), tzinfo=portal_zone())
    return midnight.astimezone(dt.timezone.utc)


def parse(text: str, zone: dt.tzinfo) -> dt.datetime:
    """The moment in ISO 8601, in UTC, to the second. Without an offset it is one of the zone.

    Where a clock is put back, an hour comes twice: the first one is meant.

    :raises NoMoment: when it is written in another way, or when there is no such moment: a date
        that is none, or an hour that is left out where the clock is put forward
    """
    found = _MOMENT.fullmatch(text)
    if not found:
        raise NoMoment(text)
    date, time, seconds, offset = found.groups()
    try:
        moment = dt.datetime.fromisoformat(f"{date}T{time}:{seconds or '00'}{_written(offset)}")
        if moment.tzinfo is not None:
            return moment.astimezone(dt.timezone.utc)
        in_utc = moment.replace(tzinfo=zone).astimezone(dt.timezone.utc)
        is_there = in_utc.astimezone(zone).replace(tzinfo=None) == moment
    except (ValueError, OverflowError) as err:
        raise NoMoment(text) from err
    if not is_there:
        raise NoMoment(text)
    return in_utc


def _written(offset: str | None) -> str:
    """An offset as Python 3.10 reads it."""
    if not offset:
        return ""
    if offset in "Zz":
        return "+00:00"
    return f"{offset[:3]}:{offset[3:].lstrip(':') or '00'}"


def read(stored: str) -> dt.datetime | None:
    """The aware moment that was stored; None for everything else."""
    try:
        moment = dt.datetime.fromisoformat(stored)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def local(stored: str) -> str:
    """What was stored as a form shows it, ``2026-03-15T10:00``; what is no moment stays."""
    moment = read(stored)
    return moment.astimezone(portal_zone()).strftime("%Y-%m-%dT%H:%M") if moment else stored
