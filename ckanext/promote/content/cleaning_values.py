"""Single values with a form of their own: addresses, e-mail addresses, dates."""
from __future__ import annotations

import datetime as dt
import re

import ckantoolkit as tk

from ckanext.promote.base import addresses, emails, moments

EARLIEST = dt.date(1990, 1, 1)
FUTURE_DAYS = 366
FUTURE_YEARS_OF_MOMENTS = 10
"""A date of publication is past or near; what is announced may be years ahead."""


class Wrong(ValueError):
    """A value that cannot stay. ``message`` is a translated sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def clean_email(value: str) -> str:
    """An e-mail address, as it was given."""
    problem = emails.problem_of(value)
    if problem:
        raise Wrong(problem)
    return value


def clean_address(value: str) -> str:
    """A web address: http or https, with a host and without user or password."""
    problem = addresses.problem_of_link(value)
    if problem:
        raise Wrong(problem)
    return value


def clean_date(value: str) -> str:
    """A date as YYYY-MM-DD, from 1990 to a year from now."""
    try:
        date = dt.date.fromisoformat(value[:10])
    except ValueError:
        date = None
    latest = dt.datetime.now(dt.timezone.utc).date() + dt.timedelta(days=FUTURE_DAYS)
    if date is None or not EARLIEST <= date <= latest or not _is_only_date(value):
        raise Wrong(
            tk._(
                "“{value}” is not a date that can be used. Write it like 2026-03-15, between "
                "{first} and {last}."
            ).format(value=value[:40], first=EARLIEST.isoformat(), last=latest.isoformat())
        )
    return date.isoformat()


def _is_only_date(value: str) -> bool:
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}([T ][\d:.]*Z?)?", value) is not None


def clean_moment(value: str) -> str:
    """A moment in UTC, from 1990 to ten years from now; without offset, in the portal's time."""
    zone = moments.portal_zone()
    last_year = dt.datetime.now(dt.timezone.utc).year + FUTURE_YEARS_OF_MOMENTS
    try:
        moment = moments.parse(value, zone)
    except moments.NoMoment:
        moment = None
    if moment is None or not EARLIEST.year <= moment.year <= last_year:
        raise Wrong(
            tk._(
                "“{value}” is not a date and time that can be used. Write it like "
                "2026-03-15T10:00 (time zone {zone}) or 2026-03-15T10:00-06:00, between the years "
                "{first} and {last}."
            ).format(value=value[:40], zone=zone, first=EARLIEST.year, last=last_year)
        )
    return moment.isoformat()


def is_later(first: str, then: str) -> bool:
    """Whether a stored moment is after another one."""
    return dt.datetime.fromisoformat(first) > dt.datetime.fromisoformat(then)
