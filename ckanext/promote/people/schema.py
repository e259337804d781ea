"""Schemas of the actions on people: what is well-formed. What exists is the actions' question."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.promote.base.schema import Schema, optional, paged, required


def appointment_create() -> Schema:
    """A person's role in an institution."""
    return {
        "institution": required("promote_lookup"),
        "user": optional("promote_lookup"),
        "person": optional("promote_line"),
        "role": required("promote_lookup"),
        "area": optional("promote_lookup"),
        "from_date": optional("promote_day"),
        "to_date": optional("promote_day"),
        "letter_url": optional("promote_text_of_address"),
        "letter_upload": _file(),
        "idempotency_key": optional("promote_key"),
    }


def appointment_update() -> Schema:
    """What can be put right in an appointment; empty text takes a value away."""
    return {
        "id": required("promote_lookup"),
        "person": optional("promote_line"),
        "area": _changed("promote_lookup"),
        "from_date": optional("promote_day"),
        "to_date": _changed("promote_day"),
        "letter_url": _changed("promote_text_of_address"),
        "letter_upload": _file(),
    }


def appointment_end() -> Schema:
    """The last day of an appointment, and why."""
    return {
        "id": required("promote_lookup"),
        "to_date": optional("promote_day"),
        "reason": required("promote_why"),
    }


def appointment_list() -> Schema:
    """Which appointments, and which page of them."""
    return paged({
        "institution": optional("promote_lookup"),
        "role": optional("promote_lookup"),
        "state": optional("promote_line"),
        "id": optional("promote_lookup"),
    })  # fmt: skip


def area_create() -> Schema:
    """A part of an institution."""
    return {
        "institution": required("promote_lookup"),
        "name": required("promote_line"),
        "people": optional("promote_lookups"),
        "datasets": optional("promote_lookups"),
        "idempotency_key": optional("promote_key"),
    }


def area_update() -> Schema:
    """What changes of an area; an empty list takes all away."""
    return {
        "id": required("promote_lookup"),
        "name": optional("promote_line"),
        "people": [tk.get_validator("ignore_missing"), tk.get_validator("promote_lookups")],
        "datasets": [tk.get_validator("ignore_missing"), tk.get_validator("promote_lookups")],
    }


def area_delete() -> Schema:
    """One area."""
    return {"id": required("promote_lookup")}


def area_list() -> Schema:
    """An institution's areas, and which page of them."""
    return paged({"institution": required("promote_lookup"), "id": optional("promote_lookup")})


def institution_show() -> Schema:
    """One institution."""
    return {"institution": required("promote_lookup")}


def institution_update() -> Schema:
    """What the policy has to know of an institution; empty text takes a value away."""
    return {
        "institution": required("promote_lookup"),
        "government_type": _changed("promote_line"),
        "subject_since": _changed("promote_day"),
    }


def _file() -> list[Any]:
    return [tk.get_validator("ignore_missing")]


def _changed(name: str) -> list[Any]:
    """A value that is taken away by an empty text."""
    check = tk.get_validator(name)

    def or_nothing(value: Any) -> Any:
        return "" if isinstance(value, str) and not value.strip() else check(value)

    return [tk.get_validator("ignore_missing"), or_nothing]
