"""Decisions about contents that need neither CKAN nor a database."""
from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection

RESERVED_NAMES = frozenset({"new", "edit", "search", "delete", "dashboard", "feedback", "feed"})
"""Names that are sub-paths of a type."""

NAME_MAX = 90


def today() -> dt.date:
    """The date in UTC."""
    return dt.datetime.now(dt.timezone.utc).date()


def free_name(base: str, taken: Collection[str]) -> str:
    """A slug that nobody has: ``base``, or ``base`` with the first free number from 2."""
    base = re.sub(r"-+", "-", base)[:NAME_MAX].strip("-_") or "content"
    if len(base) < 2:
        base = f"{base}-content"
    if base not in taken and base not in RESERVED_NAMES:
        return base
    number = 2
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"


def words(texts: Collection[str]) -> int:
    """Words in several texts."""
    return sum(len(text.split()) for text in texts)


DRAFT, SUBMITTED, RETURNED, PUBLISHED, ARCHIVED = (
    "draft", "submitted", "returned", "published", "archived",
)  # fmt: skip
PENDING = frozenset({DRAFT, SUBMITTED, RETURNED})
"""States of a text that is on its way."""
STEPS: dict[str, frozenset[str]] = {
    "submit": frozenset({DRAFT, RETURNED}),
    "publish": PENDING,
    "return": frozenset({SUBMITTED}),
    "take": frozenset({SUBMITTED}),
    "archive": PENDING | {PUBLISHED},
}
"""What can be done with a version, and in which of its states."""


def is_possible(step: str, state: str) -> bool:
    """Whether a step can be taken from a state."""
    return state in STEPS[step]


def state_after_edit(state: str) -> str:
    """The state of a pending text after its author changed it: in the queue it stays there."""
    return SUBMITTED if state == SUBMITTED else DRAFT


ADVICE_FIELDS = frozenset({"title", "summary"})
"""What is enough to ask for advice before the work starts."""
DRAFT_FIELDS = frozenset({"title"})
"""What a draft needs."""
