"""SQL about people: values in, rows out, each for one purpose."""
from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.promote.base import moments
from ckanext.promote.people.model import (
    Appointment,
    Area,
    AreaDataset,
    InstitutionFacts,
)

Group, Member, Package, User = model.Group, model.Member, model.Package, model.User

_EPOCH = dt.date(2000, 1, 1)
ACTIVE = model.State.ACTIVE


def is_in_force(today: dt.date) -> Any:
    """What makes an appointment current on a day."""
    return _is_in_force(today, moments.start_of(today))


def _is_in_force(today: Any, midnight: Any) -> Any:
    return sa.and_(
        Appointment.from_date <= today,
        sa.or_(Appointment.to_date.is_(None), Appointment.to_date >= today),
        sa.not_(_is_withdrawn(today, midnight)),
    )


def _is_withdrawn(today: Any, midnight: Any) -> Any:
    """What makes an appointment with a day from today on one that will never be in force.

    ``rules.standing`` says it of any day.
    """
    was_before = sa.or_(
        Appointment.from_date > today,
        sa.and_(Appointment.from_date == today, Appointment.ended_at < midnight),
    )
    return sa.and_(
        Appointment.ended_at.is_not(None),
        sa.func.coalesce(Appointment.to_date == Appointment.from_date, sa.false()),
        was_before,
    )


def _is_over(today: dt.date) -> Any:
    is_past = sa.func.coalesce(Appointment.to_date < today, sa.false())
    return sa.or_(is_past, _is_withdrawn(today, moments.start_of(today)))


def is_institution() -> Any:
    """What makes a group an institution that is there."""
    return sa.and_(Group.is_organization.is_(True), Group.state == ACTIVE)


def name_of_user() -> Any:
    """The name of an account that people may read: never an address."""
    is_usable = sa.and_(User.fullname != "", User.fullname.not_like("%@%"))
    return sa.case((is_usable, User.fullname), else_=User.name)


def _places() -> Any:
    nothing = sa.cast(sa.null(), sa.Text)
    user_id, today = sa.bindparam("user_id"), sa.bindparam("today", type_=sa.Date)
    midnight = sa.bindparam("midnight", type_=sa.DateTime(timezone=True))
    memberships = (
        sa.select(Group.id, Group.name, Member.capacity, nothing.label("role"))
        .join(Member, Member.group_id == Group.id)
        .where(
            Member.table_name == "user",
            Member.table_id == user_id,
            Member.state == ACTIVE,
            is_institution(),
        )
    )
    appointments = (
        sa.select(Group.id, Group.name, nothing.label("capacity"), Appointment.role)
        .join(Appointment, Appointment.institution_id == Group.id)
        .where(Appointment.user_id == user_id, _is_in_force(today, midnight), is_institution())
    )
    return sa.union_all(memberships, appointments)


# Made once: it is asked in every request of somebody who is signed in.
_PLACES = _places()


def places_of(session: Any, user_id: str, today: dt.date) -> list[Any]:
    """Where a user is: a row for each membership (capacity) and current appointment (role)."""
    wanted = {"user_id": user_id, "today": today, "midnight": moments.start_of(today)}
    return list(session.execute(_PLACES, wanted).all())


def institution(session: Any, reference: str) -> Any | None:
    """The organization of a name or id, with what the policy knows of it."""
    statement = (
        sa.select(
            Group.id,
            Group.name,
            Group.title,
            InstitutionFacts.government_type,
            InstitutionFacts.subject_since,
        )
        .outerjoin(InstitutionFacts, InstitutionFacts.id == Group.id)
        .where(is_institution(), sa.or_(Group.id == reference, Group.name == reference))
        .order_by((Group.id == reference).desc())
        .limit(1)
    )
    return session.execute(statement).first()


def _sort_key(today: dt.date) -> tuple[Any, ...]:
    """Not past before past, by institution and role, the newest first."""
    is_past = sa.case((_is_over(today), 1), else_=0)
    age = sa.literal(_EPOCH, sa.Date) - Appointment.from_date
    return (is_past, Group.name, Appointment.role, sa.cast(age, sa.Integer), Appointment.id)


def appointments(today: dt.date) -> Any:
    """Appointments with institution and area, in the order of the lists; ``position`` is its key.

    The columns ``k0`` to ``k3`` are the sort key before the id.
    """
    key = _sort_key(today)
    columns = [each.label(f"k{number}") for number, each in enumerate(key[:4])]
    return (
        sa.select(
            Appointment,
            Group.name.label("institution"),
            Group.title.label("institution_title"),
            Area.name.label("area"),
            User.name.label("user"),
            *columns,
        )
        .join(Group, Group.id == Appointment.institution_id)
        .outerjoin(Area, Area.id == Appointment.area_id)
        .outerjoin(User, User.id == Appointment.user_id)
        .where(is_institution())
        .order_by(*key)
    )


def appointments_after(
    statement: Any, today: dt.date, key: tuple[int, str, str, int, str]
) -> Any:
    """The rest of ``appointments`` after a row."""
    return statement.where(sa.tuple_(*_sort_key(today)) > sa.tuple_(*map(sa.literal, key)))


def in_standing(statement: Any, standing: str, today: dt.date) -> Any:
    """Only the appointments that are ``open`` (not past), ``current`` or ``past``."""
    is_past = _is_over(today)
    if standing == "past":
        return statement.where(is_past)
    return statement.where(is_in_force(today) if standing == "current" else sa.not_(is_past))


def held_roles(session: Any, institution_id: str, today: dt.date) -> set[str]:
    """The roles of an institution that somebody holds."""
    statement = sa.select(Appointment.role).where(
        Appointment.institution_id == institution_id, is_in_force(today)
    )
    return set(session.execute(statement.distinct()).scalars())


def who_act(
    session: Any,
    institution_ids: Collection[str],
    roles: Sequence[str],
    today: dt.date,
    nobody: str,
) -> list[Any]:
    """Current holders of roles in institutions, and the admins of their organizations.

    A row has institution_id, user_id, person, role (none for admins) and is_active: whether there
    is an account that can act. Holders come in the order in which they were appointed.

    :param nobody: name of an account that is no person: CKAN's own is an admin of what it made
    """
    holders = _holders(institution_ids, roles, today)
    admins = _admins(institution_ids, nobody)
    found = sa.union_all(holders, admins).subquery()
    order = (found.c.institution_id, found.c.from_date, found.c.person, found.c.user_id)
    return list(session.execute(sa.select(found).order_by(*order)).all())


def _holders(institution_ids: Collection[str], roles: Sequence[str], today: dt.date) -> Any:
    """Current holders of roles."""
    return (
        sa.select(
            Appointment.institution_id,
            Appointment.user_id,
            Appointment.person,
            Appointment.role,
            (User.state == ACTIVE).label("is_active"),
            Appointment.from_date,
        )
        .outerjoin(User, User.id == Appointment.user_id)
        .where(
            Appointment.institution_id.in_(list(institution_ids)),
            Appointment.role.in_(list(roles)),
            is_in_force(today),
        )
    )


def _admins(institution_ids: Collection[str], nobody: str) -> Any:
    """Active admins of organizations, in the columns of ``_holders``."""
    return (
        sa.select(
            Member.group_id.label("institution_id"),
            User.id.label("user_id"),
            name_of_user().label("person"),
            sa.cast(sa.null(), sa.Text).label("role"),
            sa.true().label("is_active"),
            sa.cast(sa.null(), sa.Date).label("from_date"),
        )
        .join(User, User.id == Member.table_id)
        .where(
            Member.group_id.in_(list(institution_ids)),
            Member.table_name == "user",
            Member.capacity == "admin",
            Member.state == ACTIVE,
            User.state == ACTIVE,
            User.name != nobody,
        )
    )


def of_dataset(
    session: Any, dataset_id: str, roles: Sequence[str], today: dt.date
) -> Any | None:
    """Whom a dataset names, and who is appointed for it.

    Those of its area come before others, then by the order of the roles. None without dataset.
    """
    areas = (
        sa.select(AreaDataset.area_id)
        .join(Area, Area.id == AreaDataset.area_id)
        .where(AreaDataset.dataset_id == dataset_id, Area.institution_id == Package.owner_org)
        .correlate(Package)
    )
    is_of_its_area = sa.func.coalesce(Appointment.area_id.in_(areas), sa.false())
    of_role = [(Appointment.role == role, number) for number, role in enumerate(roles)]
    statement = (
        sa.select(
            Package.maintainer,
            Package.owner_org,
            Appointment.role,
            Appointment.person,
            sa.case((User.state == ACTIVE, User.id), else_=None).label("user_id"),
        )
        .select_from(Package)
        .outerjoin(
            Appointment,
            sa.and_(
                Appointment.institution_id == Package.owner_org,
                is_in_force(today),
                sa.or_(is_of_its_area, Appointment.role.in_(list(roles))),
            ),
        )
        .outerjoin(User, User.id == Appointment.user_id)
        .where(Package.id == dataset_id)
        .order_by(
            is_of_its_area.desc(),
            sa.case(*of_role, else_=len(of_role)),
            Appointment.from_date,
            Appointment.id,
        )
        .limit(1)
    )
    return session.execute(statement).first()


def appointment(session: Any, appointment_id: str, is_locked: bool = False) -> Any | None:
    """One appointment of an institution that is there; held for this transaction if it is said."""
    statement = (
        sa.select(Appointment)
        .join(Group, Group.id == Appointment.institution_id)
        .where(Appointment.id == appointment_id, is_institution())
    )
    if is_locked:
        statement = statement.with_for_update(of=Appointment).execution_options(
            populate_existing=True
        )
    return session.execute(statement).scalars().first()


def letter_ids(session: Any) -> set[str]:
    """Ids of the files that are letters of appointments."""
    statement = sa.select(Appointment.letter_file_id).where(Appointment.letter_file_id.is_not(None))
    return set(session.execute(statement).scalars())


def active_user(session: Any, reference: str) -> Any | None:
    """The active user of a name or id."""
    statement = (
        sa.select(User)
        .where(User.state == ACTIVE, sa.or_(User.name == reference, User.id == reference))
        .order_by((User.id == reference).desc())
        .limit(1)
    )
    return session.execute(statement).scalars().first()
