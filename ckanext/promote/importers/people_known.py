"""What the portal has already of a table of people: loaded at once, looked up by line."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.promote.importers.people_source import Line
from ckanext.promote.people.model import Appointment, InstitutionFacts

Group, User = model.Group, model.User


@dataclass
class Known:
    """Organizations and users by name, users by address, facts and appointments."""

    groups: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, InstitutionFacts] = field(default_factory=dict)
    users: dict[str, Any] = field(default_factory=dict)
    by_address: dict[str, list[Any]] = field(default_factory=dict)
    appointments: dict[tuple[str, str, str], list[Appointment]] = field(default_factory=dict)
    """By institution's id, role and first day in ISO form."""

    def remember(self, row: Appointment) -> None:
        """Let later lines find an appointment."""
        key = (row.institution_id, row.role, row.from_date.isoformat())
        self.appointments.setdefault(key, []).append(row)


def load(session: Any, lines: Sequence[Line]) -> Known:
    """All that the lines can mean, in five queries whatever their number."""
    known = Known()

    def cells(name: str) -> list[str]:
        return sorted({line.cells[name] for line in lines if line.cells[name]})

    for group in session.execute(
        sa.select(Group).where(Group.name.in_(cells("institution")))
    ).scalars():
        known.groups[group.name] = group
    ids = [group.id for group in known.groups.values()]
    for facts in session.execute(
        sa.select(InstitutionFacts).where(InstitutionFacts.id.in_(ids))
    ).scalars():
        known.facts[facts.id] = facts
    active = User.state == model.State.ACTIVE
    for user in session.execute(
        sa.select(User).where(active, User.name.in_(cells("user")))
    ).scalars():
        known.users[user.name] = user
    addresses = [each.lower() for each in cells("email")]
    for user in session.execute(
        sa.select(User).where(active, sa.func.lower(User.email).in_(addresses)).order_by(User.name)
    ).scalars():
        known.by_address.setdefault(user.email.lower(), []).append(user)
    for row in session.execute(
        sa.select(Appointment).where(Appointment.institution_id.in_(ids)).order_by(Appointment.id)
    ).scalars():
        known.remember(row)
    return known
