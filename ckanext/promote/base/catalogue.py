"""Datasets and institutions as subjects: what every catalogue has."""
from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.promote.base import subject
from ckanext.promote.base.access import load_dataset, load_institution, not_found
from ckanext.promote.base.i18n import N_
from ckanext.promote.base.subject import Reader, Subject, SubjectRow

Package = model.Package
Group = model.Group
# Of tables and not of classes, and made once: these stand in a statement of every request.
_package = sa.inspect(Package).local_table.alias("subject_package").c
_group = sa.inspect(Group).local_table.alias("subject_group").c

other_types: list[Callable[[], Collection[str]]] = []
"""Package types that are no datasets: who makes packages of other types says them here."""


def readable_package(reader: Reader, package: Any = Package) -> Any:
    """What makes a package readable for a reader, in SQL: private ones of his institutions too.

    :param package: the class, an alias of it, or columns of its table
    """
    active = package.state == model.State.ACTIVE
    if reader.is_sysadmin:
        return active
    public = package.private.is_(False)
    if not reader.institutions:
        return sa.and_(active, public)
    return sa.and_(active, sa.or_(public, package.owner_org.in_(list(reader.institutions))))


def _other_types() -> list[str]:
    return sorted({name for give in other_types for name in give()})


def _load_dataset(context: Mapping[str, Any], reference: Any) -> SubjectRow:
    package = load_dataset(context, reference)
    if package.type in _other_types():
        raise not_found()
    return SubjectRow(
        "dataset", package.id, package.name, package.title or package.name,
        package.owner_org or None,
    )  # fmt: skip


def _readable_dataset(reader: Reader, column: Any) -> list[Any]:
    return [
        _package.id == column,
        readable_package(reader, _package),
        _package.type.not_in(_other_types()),
    ]


def _dataset_rows(ids: Any) -> Any:
    columns = subject.columns("dataset", Package, Package.owner_org)
    return sa.select(*columns).where(Package.id.in_(ids))


def _load_institution(context: Mapping[str, Any], reference: Any) -> SubjectRow:
    group = load_institution(reference)
    return SubjectRow("institution", group.id, group.name, group.title or group.name, group.id)


def _readable_institution(reader: Reader, column: Any) -> list[Any]:
    return [
        _group.id == column, _group.is_organization.is_(True), _group.state == model.State.ACTIVE,
    ]


def _institution_rows(ids: Any) -> Any:
    return sa.select(*subject.columns("institution", Group, Group.id)).where(Group.id.in_(ids))


subject.register(
    Subject(
        "dataset", N_("Dataset"), _load_dataset, _readable_dataset, _dataset_rows,
        lambda: {"dataset": "dataset"}, lambda kind: "dataset",
    )  # fmt: skip
)
subject.register(
    Subject(
        "institution", N_("Institution"), _load_institution, _readable_institution,
        _institution_rows, lambda: {"organization": "organization"}, lambda kind: "organization",
    )  # fmt: skip
)
