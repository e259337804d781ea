"""Lists by keyset: a page costs the same at the beginning and at the end.

The cursor is opaque to clients: the sort key of the last row, as URL-safe base64 of JSON. A
cursor that was tampered with is an error of the caller; it can only point at rows that the query
would give anyway.
"""
from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ckantoolkit as tk
import sqlalchemy as sa

EXACT_UP_TO = 1000


def encode(key: Sequence[str]) -> str:
    """The cursor for a sort key."""
    raw = json.dumps(list(key), separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(cursor: str, length: int) -> list[str]:
    """The sort key of a cursor.

    :raises ValidationError: when it is not one that a list gave
    """
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        key = json.loads(raw)
    except (binascii.Error, ValueError):
        key = None
    if (
        not isinstance(key, list)
        or len(key) != length
        or not all(isinstance(part, str) and "\x00" not in part for part in key)
    ):
        raise wrong_cursor()
    return key


def wrong_cursor() -> Any:
    """The error for a cursor that no list gave."""
    return tk.ValidationError(
        {"cursor": [tk._("This is not a cursor that a list gave. Start without one.")]}
    )


def total(session: Any, statement: Any) -> tuple[int, bool]:
    """Rows of a statement, counted up to 1,000, and whether that is all of them."""
    capped = statement.order_by(None).limit(EXACT_UP_TO + 1).subquery()
    count = session.execute(sa.select(sa.func.count()).select_from(capped)).scalar()
    return min(count, EXACT_UP_TO), count <= EXACT_UP_TO


def answer(
    rows: Sequence[Any],
    limit: int,
    key_of: Callable[[Any], Sequence[str]],
    dictize: Callable[[Any], Mapping[str, Any]],
    counted: tuple[int, bool],
) -> dict[str, Any]:
    """The answer of a list action, from ``limit + 1`` rows at most."""
    page = rows[:limit]
    more = len(rows) > limit
    return {
        "items": [dictize(row) for row in page],
        "next": encode(key_of(page[-1])) if more else None,
        "total": counted[0],
        "total_exact": counted[1],
    }
