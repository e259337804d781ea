"""People as clients get them: names and roles, never an address."""
from __future__ import annotations

import datetime as dt
from typing import Any

import ckantoolkit as tk

from ckanext.promote.base import active_policy, moments
from ckanext.promote.people import rules
from ckanext.promote.people.viewer import Viewer


def appointment(row: Any, viewer: Viewer, today: dt.date) -> dict[str, Any]:
    """An appointment, from a row of ``queries.appointments``."""
    item = row.Appointment
    ended_on = moments.day_of(item.ended_at) if item.ended_at else None
    standing = rules.standing(item.from_date, item.to_date, today, ended_on)
    to_date = item.to_date if standing != rules.WITHDRAWN else None
    may_appoint = viewer.may("appoint", item.institution_id)
    own = {"user": row.user, "reason": item.reason} if may_appoint else {}
    return {
        "id": item.id,
        "institution": row.institution,
        "institution_title": row.institution_title or row.institution,
        "person": item.person,
        "role": item.role,
        "role_label": role_label(item.role),
        "area": row.area,
        "from_date": item.from_date.isoformat(),
        "to_date": to_date.isoformat() if to_date else None,
        "standing": standing,
        "letter_url": _letter_address(row),
        "letter_is_file": bool(item.letter_file_id),
        "ended_at": item.ended_at.isoformat() if item.ended_at else None,
        **own,
        "permissions": {
            "update": may_appoint and item.ended_at is None,
            "end": may_appoint and item.ended_at is None and standing != rules.PAST,
        },
    }


def area(row: Any, viewer: Viewer) -> dict[str, Any]:
    """An area, from a row of ``area_queries.areas``: its people for the institution's people."""
    item = row.Area
    shown = {"people": row.people} if viewer.acts_for(item.institution_id) else {}
    may_appoint = viewer.may("appoint", item.institution_id)
    return {
        "id": item.id,
        "name": item.name,
        "datasets": row.datasets,
        **shown,
        "permissions": {"update": may_appoint, "delete": may_appoint},
    }


def place(row: Any, viewer: Viewer) -> dict[str, Any]:
    """What the policy knows of an institution, from ``queries.institution``."""
    profile, language = active_policy.get(), active_policy.language()
    kind = row.government_type or ""
    return {
        "id": row.id,
        "name": row.name,
        "title": row.title or row.name,
        "government_type": kind,
        "government_type_label": profile.label("government_types", kind, language),
        "subject_since": row.subject_since.isoformat() if row.subject_since else None,
        "permissions": {"appoint": viewer.may("appoint", row.id), "update": viewer.is_central},
    }


def vacant(held: set[str]) -> list[dict[str, str]]:
    """The posts that each institution is to fill, and nobody holds here."""
    return [
        {"role": each.slug, "label": each.label.get(active_policy.language())}
        for each in active_policy.get().roles
        if each.is_expected and each.slug not in held
    ]


def role_label(slug: str) -> str:
    """What a role is called, in the reader's language."""
    return active_policy.get().label("roles", slug, active_policy.language())


def _letter_address(row: Any) -> str:
    item = row.Appointment
    if not item.letter_file_id:
        return str(item.letter_url)
    path = f"promote/people/{row.institution}/letter/{item.id}"
    return str(tk.h.url_for_static(path, qualified=True, locale="default"))
