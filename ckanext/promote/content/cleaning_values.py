"""Single values with a form of their own: addresses, e-mail addresses, dates."""
from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urlsplit

import ckantoolkit as tk

EARLIEST = dt.date(1990, 1, 1)
FUTURE_DAYS = 366

EMAIL = re.compile(r"[^@\s<>\"'(),:;\\\[\]]{1,64}@(?=.{4,253}$)([\w-]{1,63}\.)+[\w-]{2,63}")
"""What a browser's e-mail field accepts, with a dot in the domain."""


class Wrong(ValueError):
    """A value that cannot stay. ``message`` is a translated sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def clean_email(value: str) -> str:
    """An e-mail address, as it was given."""
    if not EMAIL.fullmatch(value):
        raise Wrong(
            tk._("“{value}” is not an e-mail address. Write it like name@example.org.").format(
                value=value[:80]
            )
        )
    return value


def clean_address(value: str) -> str:
    """A web address: http or https, with a host and without user or password."""
    try:
        parts = urlsplit(value)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        parts, host = None, None
    if parts is None or parts.scheme.lower() not in ("http", "https") or not host:
        raise Wrong(
            tk._(
                "“{value}” is not an address that can be linked. Write it whole, beginning with "
                "https:// or http://."
            ).format(value=value[:80])
        )
    if "@" in parts.netloc or re.search(r"[\s<>\"\\]", value):
        raise Wrong(
            tk._(
                "The address “{value}” has a user name, blanks or quotes in it. Remove them."
            ).format(value=value[:80])
        )
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
