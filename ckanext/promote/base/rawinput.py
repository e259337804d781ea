"""Look at raw input before CKAN does: what would break PostgreSQL, Solr or core's schemas.

A NUL byte, half a surrogate pair, or a list where text belongs make stock CKAN answer 500 before
any validator runs. The walk names the key and says what to do. It keeps nothing and changes
nothing.
"""
from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import ckantoolkit as tk

MAX_CHARS = 2_000_000
MAX_DEPTH = 12
MAX_NODES = 20_000

Errors = dict[str, list[str]]


def problems(raw: Mapping[str, Any], text_keys: Collection[str] = ()) -> Errors:
    """Errors by top-level key: forbidden characters, too deep or too large, not text.

    :param text_keys: keys whose value has to be text (or a number, or nothing)
    """
    errors: Errors = {}
    total = 0
    for key, value in raw.items():
        if not isinstance(key, str) or _bad_text(key):
            errors["__before"] = [tk._("The name of a field has characters that are not allowed.")]
            continue
        if key in text_keys and not isinstance(value, (str, int, float, type(None))):
            errors[key] = [
                tk._("Text was expected here, not {what}.").format(what=_kind_of(value))
            ]
            continue
        message, size = _walk(value)
        total += size
        if message:
            errors[key] = [message]
    if total > MAX_CHARS:
        errors["__before"] = [
            tk._("All fields together have more than {max} characters. Shorten them.").format(
                max=MAX_CHARS
            )
        ]
    return errors


def _walk(value: Any) -> tuple[str, int]:
    """A message (or nothing) and the number of characters, without recursion."""
    stack: list[tuple[Any, int]] = [(value, 0)]
    nodes = size = 0
    while stack:
        item, depth = stack.pop()
        nodes += 1
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            return tk._("This is nested too deeply or has too many parts."), size
        if isinstance(item, str):
            size += len(item)
            message = _bad_text(item)
            if message:
                return message, size
        elif isinstance(item, Mapping):
            stack.extend((part, depth + 1) for pair in item.items() for part in pair)
        elif isinstance(item, (list, tuple)):
            stack.extend((part, depth + 1) for part in item)
        elif isinstance(item, float) and item != item:
            return tk._("NaN is not a value. Leave the field out."), size
    return "", size


def _bad_text(text: str) -> str:
    if "\x00" in text:
        return tk._("The text has a NUL character. Remove it.")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return tk._("The text has half of a surrogate pair. Send it as valid UTF-8.")
    return ""


def _kind_of(value: Any) -> str:
    if isinstance(value, Mapping):
        return tk._("an object")
    if isinstance(value, (list, tuple)):
        return tk._("a list")
    return tk._("another kind of value")
