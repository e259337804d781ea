"""Appointments for the tests, made through the action, and what it refuses."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model

from ckanext.promote.base.model import Event, PrivateFile
from ckanext.promote.people.model import Appointment
from tests.factories import Institution, act

BASE = {"role": "liaison", "person": "Ana P.", "from_date": "2026-01-01"}


def appoint(owner: Institution, **fields: Any) -> dict[str, Any]:
    """An appointment by the institution's admin."""
    data = {**BASE, "institution": owner.name, **fields}
    return act(owner.admin, "promote_appointment_create", **data)


def refused(owner: Institution, **fields: Any) -> dict[str, Any]:
    """Sentences by field; nothing was stored."""
    before = rows()
    with pytest.raises(tk.ValidationError) as caught:
        appoint(owner, **fields)
    model.Session.rollback()
    assert rows() == before
    return caught.value.error_dict


def rows() -> list[str]:
    """All that a refused appointment must leave as it is."""
    tables = (Appointment, Event, PrivateFile)
    return [
        repr(sorted(map(repr, model.Session.execute(sa.select(each.__table__))))) for each in tables
    ]
