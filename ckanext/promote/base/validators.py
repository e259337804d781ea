"""Validators for schemas of actions and options. Each converts, or says what is expected."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.promote.base.access import is_lookup


def promote_lookup(value: Any) -> str:
    """A name or id: text that can be looked up. Whether it exists is the action's question."""
    if not is_lookup(value):
        raise tk.Invalid(tk._("A name or id is expected here."))
    return value


def promote_limit(value: Any) -> int:
    """Number of items on a page of an action: 1 to 100."""
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise tk.Invalid(tk._("A number from 1 to 100 is expected here.")) from None
    if not 1 <= number <= 100:
        raise tk.Invalid(tk._("A number from 1 to 100 is expected here."))
    return number


def promote_between_1_and_200(value: Any) -> int:
    """An option: a whole number from 1 to 200."""
    if not isinstance(value, int) or not 1 <= value <= 200:
        raise tk.Invalid(tk._("A number from 1 to 200 is expected here."))
    return value


def promote_key(value: Any) -> str:
    """An idempotency key: 1 to 200 characters that the client chose."""
    if not is_lookup(value):
        raise tk.Invalid(tk._("An idempotency key is text of 1 to 200 characters."))
    return value


def promote_line(value: Any) -> str:
    """A short plain text without line breaks, at most 500 characters."""
    if not isinstance(value, str) or len(value) > 500 or not _is_printable(value):
        raise tk.Invalid(tk._("A line of at most 500 characters is expected here."))
    return value.strip()


def _is_printable(value: str) -> bool:
    """No NUL and no lone surrogate."""
    return "\x00" not in value and not any("\ud800" <= char <= "\udfff" for char in value)


def promote_no_extras(key: Any, data: Any, errors: Any, context: Any) -> None:
    """Refuse keys that no field has, each by name (core keeps or hides them)."""
    for name in data.pop(key, None) or {}:
        errors.setdefault((name,), []).append(tk._("There is no field of this name."))
