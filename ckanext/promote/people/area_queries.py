"""SQL about areas: values in, rows out, each for one purpose."""
from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by

from ckanext.promote.people.model import Area, AreaDataset, AreaPerson
from ckanext.promote.people.queries import (
    ACTIVE,
    Group,
    Package,
    User,
    is_institution,
    name_of_user,
)


def areas(institution_id: str, sees_private: bool) -> Any:
    """Areas of an institution by name, each with its people and the datasets that one may read.

    ``people`` and ``datasets`` are lists of ``{"name", "title"}``.
    """
    people = (
        _listed(User.name, name_of_user())
        .join(AreaPerson, AreaPerson.user_id == User.id)
        .where(AreaPerson.area_id == Area.id, User.state == ACTIVE)
    )
    datasets = (
        _listed(Package.name, sa.func.coalesce(sa.func.nullif(Package.title, ""), Package.name))
        .join(AreaDataset, AreaDataset.dataset_id == Package.id)
        .where(
            AreaDataset.area_id == Area.id, *_of_institution(institution_id, sees_private)
        )
    )
    return (
        sa.select(
            Area,
            people.scalar_subquery().label("people"),
            datasets.scalar_subquery().label("datasets"),
        )
        .where(Area.institution_id == institution_id)
        .order_by(Area.name, Area.id)
    )


def areas_after(statement: Any, name: str, area_id: str) -> Any:
    """The rest of ``areas`` after a row."""
    return statement.where(sa.tuple_(Area.name, Area.id) > sa.tuple_(name, area_id))


def area(session: Any, area_id: str) -> Area | None:
    """One area of an institution that is there."""
    statement = (
        sa.select(Area)
        .join(Group, Group.id == Area.institution_id)
        .where(Area.id == area_id, is_institution())
    )
    return session.execute(statement).scalars().first()


def area_called(session: Any, institution_id: str, reference: str) -> Area | None:
    """The area of an institution that a name or id means."""
    statement = (
        sa.select(Area)
        .where(
            Area.institution_id == institution_id,
            sa.or_(Area.id == reference, Area.name == reference),
        )
        .order_by((Area.id == reference).desc())
        .limit(1)
    )
    return session.execute(statement).scalars().first()


def dataset_ids(
    session: Any, institution_id: str, sees_private: bool, references: Collection[str]
) -> dict[str, str]:
    """Ids of the datasets of an institution that names or ids mean and one may read."""
    statement = sa.select(Package.id, Package.name).where(
        sa.or_(Package.name.in_(list(references)), Package.id.in_(list(references))),
        *_of_institution(institution_id, sees_private),
    )
    return _by_reference(session, statement, references)


def unreadable_dataset_ids(session: Any, area_row: Any, sees_private: bool) -> list[str]:
    """Ids of the datasets of an area that one may not read: a change leaves them as they are."""
    readable = sa.and_(*_of_institution(area_row.institution_id, sees_private))
    statement = (
        sa.select(AreaDataset.dataset_id)
        .join(Package, Package.id == AreaDataset.dataset_id)
        .where(AreaDataset.area_id == area_row.id, sa.not_(readable))
    )
    return list(session.execute(statement).scalars())


def user_ids(session: Any, references: Collection[str]) -> dict[str, str]:
    """Ids of the active users that names or ids mean."""
    statement = sa.select(User.id, User.name).where(
        User.state == ACTIVE,
        sa.or_(User.name.in_(list(references)), User.id.in_(list(references))),
    )
    return _by_reference(session, statement, references)


def _listed(name: Any, title: Any) -> Any:
    entry = sa.func.json_build_object("name", name, "title", title)
    return sa.select(
        sa.func.coalesce(
            sa.func.json_agg(aggregate_order_by(entry, name)), sa.literal_column("'[]'::json")
        )
    )


def _of_institution(institution_id: str, sees_private: bool) -> list[Any]:
    """What makes a package a dataset of an institution, for one who may see private ones or not."""
    found = [Package.owner_org == institution_id, Package.state == ACTIVE]
    return found if sees_private else [*found, Package.private.is_(False)]


def _by_reference(session: Any, statement: Any, references: Collection[str]) -> dict[str, str]:
    by_key: dict[str, str] = {}
    for row in session.execute(statement):
        by_key[row.name] = row.id
        by_key[row.id] = row.id
    return {each: by_key[each] for each in references if each in by_key}
