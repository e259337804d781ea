"""What holds of people at any time (``ckan promote check``); each costs one statement."""
from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.promote.people.model import Appointment, Area, InstitutionFacts

User, Group = model.User, model.Group


def appointment_days(session: Any) -> list[str]:
    """An appointment that was ended has a last day."""
    wrong = sa.and_(Appointment.ended_at.is_not(None), Appointment.to_date.is_(None))
    return _appointments(session, wrong)


def appointment_areas(session: Any) -> list[str]:
    """The area of an appointment is one of its institution."""
    is_own = sa.exists().where(
        Area.id == Appointment.area_id, Area.institution_id == Appointment.institution_id
    )
    return _appointments(session, sa.and_(Appointment.area_id.is_not(None), ~is_own))


def appointment_users(session: Any) -> list[str]:
    """Who is appointed with an account has one, closed or not."""
    is_there = sa.exists().where(User.id == Appointment.user_id)
    return _appointments(session, sa.and_(Appointment.user_id.is_not(None), ~is_there))


def institutions_are_organizations(session: Any) -> list[str]:
    """What the policy knows of an institution is about an organization."""
    statement = (
        sa.select(Group.name)
        .join(InstitutionFacts, InstitutionFacts.id == Group.id)
        .where(Group.is_organization.is_not(True))
        .order_by(Group.name)
    )
    return list(session.execute(statement).scalars())


def _appointments(session: Any, condition: Any) -> list[str]:
    """Ids of the appointments that fulfil a condition."""
    statement = sa.select(Appointment.id).where(condition).order_by(Appointment.id)
    return list(session.execute(statement).scalars())
