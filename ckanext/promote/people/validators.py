"""Validators for the schemas of the people. Each converts, or says what is expected."""
from __future__ import annotations

import datetime as dt
import re
from typing import Any

import ckantoolkit as tk

from ckanext.promote.base import moments
from ckanext.promote.base.access import is_lookup
from ckanext.promote.people import rules

MOST_REFERENCES = 500

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def promote_day(value: Any) -> dt.date:
    """A day as 2026-03-15, from 1990 to twenty years from now."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    text = value.strip() if isinstance(value, str) else ""
    try:
        day = dt.date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not rules.is_usable(day, moments.today()):
        raise tk.Invalid(tk._("Write the date as year, month and day, like 2026-03-15."))
    return day


def promote_text_of_address(value: Any) -> str:
    """Text that may be an address; whether it is one, the action says."""
    if not isinstance(value, str):
        raise tk.Invalid(tk._("An address is expected here, beginning with https://."))
    return value.strip()


def promote_why(value: Any) -> str:
    """Why an appointment ends: 1 to 500 characters."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not 1 <= len(text) <= 500:
        raise tk.Invalid(tk._("Give a reason of 1 to 500 characters."))
    return text


def promote_lookups(value: Any) -> list[str]:
    """A list of at most 500 names or ids, each once; it may be empty."""
    found = [value] if isinstance(value, str) and value else value or []
    if not isinstance(found, (list, tuple)) or len(found) > MOST_REFERENCES:
        raise tk.Invalid(tk._("A list of at most 500 names or ids is expected here."))
    if not all(is_lookup(each) for each in found):
        raise tk.Invalid(tk._("A name or id is expected here."))
    return list(dict.fromkeys(found))
