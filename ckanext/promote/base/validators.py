"""Validators for schemas of actions and options. Each converts, or says what is expected."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.promote import config
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


def promote_version(value: Any) -> str:
    """A version of a content: its number, ``published`` or ``pending``."""
    given = str(value).strip() if isinstance(value, (str, int)) else ""
    if given in ("published", "pending") or (given.isdecimal() and len(given) < 9):
        return given
    raise tk.Invalid(tk._("A number of a version is expected here, or published, or pending."))


def promote_reason(value: Any) -> str:
    """Why somebody decided so, for another person to read: 1 to 5,000 characters."""
    message = tk._("Give a reason of 1 to 5,000 characters, which its author will read.")
    if not isinstance(value, str) or not _is_printable(value) or not value.strip():
        raise tk.Invalid(message)
    if len(value) > 5000:
        raise tk.Invalid(message)
    return value.replace("\r\n", "\n").strip()


def promote_slugs(value: Any) -> list[str]:
    """A list of slugs, at most 50."""
    entries = [value] if isinstance(value, str) else value
    if not isinstance(entries, (list, tuple)) or len(entries) > 50:
        raise tk.Invalid(tk._("A list was expected here."))
    return [promote_lookup(each) for each in entries]


def promote_hosts(value: Any) -> list[str]:
    """An option: hosts, each with a leading dot where its subdomains are meant; in lower case."""
    hosts = [str(each).lower() for each in value]
    for each in hosts:
        if not config.HOST.fullmatch(each.removeprefix(".")):
            raise tk.Invalid(
                tk._(
                    "“{value}” is no host. Write data.example.org, or .example.org for all "
                    "below it, without https:// and without a path."
                ).format(value=each[:80])
            )
    return hosts


def promote_natural(value: Any) -> int:
    """An option: a whole number from 0."""
    if not isinstance(value, int) or value < 0:
        raise tk.Invalid(tk._("A number from 0 is expected here."))
    return value


def promote_featured_items(value: Any) -> list[str]:
    """A list of at most 12 names or ids; it may be empty."""
    if not isinstance(value, (list, tuple)) or len(value) > 12:
        raise tk.Invalid(tk._("A list of at most 12 names or ids is expected here."))
    return [promote_lookup(each) for each in value]


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
