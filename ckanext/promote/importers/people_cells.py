"""Cells of a table of people: from what was typed to what is stored."""
from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

import ckantoolkit as tk

from ckanext.promote.base import active_policy
from ckanext.promote.importers.people_known import Known
from ckanext.promote.people.validators import promote_day

_SPREADSHEET_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


class Wrong(ValueError):
    """A cell that cannot stay, and what to do."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason


def role(value: str) -> str:
    """The slug of a role, given as such or by one of its labels."""
    return _slug("role", "roles", value)


def government_type(value: str) -> str:
    """The slug of a type of government, given as such or by one of its labels; may be empty."""
    return _slug("government_type", "government_types", value) if value else ""


def day(column: str, value: str) -> dt.date | None:
    """A day as 2026-03-15, or as spreadsheets in Spanish write it: 15/03/2026; may be empty."""
    if not value:
        return None
    found = _SPREADSHEET_DAY.fullmatch(value)
    if found:
        value = f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}"
    try:
        return promote_day(value)
    except tk.Invalid as err:
        raise Wrong(
            column, f"“{value[:40]}” is not a date that can be used. Write it like 2026-03-15."
        ) from err


def user(known: Known, cells: Mapping[str, str]) -> Any | None:
    """The account that a line means, by its name or its address; none for a person without."""
    if cells["user"]:
        found = known.users.get(cells["user"])
        if found is None:
            raise Wrong(
                "user",
                f"There is no user “{cells['user'][:80]}”. Check the name, or leave it empty and "
                "give the person's name.",
            )
        return found
    by_address = known.by_address.get(cells["email"].lower(), []) if cells["email"] else []
    if len(by_address) > 1:
        raise Wrong("email", "Several accounts have this address. Name one in the column user.")
    if not by_address and not cells["person"]:
        message = "Name a user or a person."
        if cells["email"]:
            message = "No account has this address. Give the person's name, or name a user."
        raise Wrong("person", message)
    return by_address[0] if by_address else None


def _slug(column: str, vocabulary: str, value: str) -> str:
    entries = active_policy.get().entries(vocabulary)
    wanted = value.casefold()
    for each in entries:
        if wanted in (each.slug, each.label.es.casefold(), each.label.en.casefold()):
            return each.slug
    choices = ", ".join(each.slug for each in entries)
    raise Wrong(column, f"“{value[:80]}” is not one of the choices. Use one of: {choices}.")
