"""Published contents as subjects of conversations."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.promote.base import catalogue, subject
from ckanext.promote.base.access import not_found
from ckanext.promote.base.i18n import N_
from ckanext.promote.base.subject import Reader, Subject, SubjectRow
from ckanext.promote.content import loading, registry
from ckanext.promote.content.model import Content

Package = model.Package
# As in the catalogue: of tables, and made once.
_package = sa.inspect(Package).local_table.alias("subject_content_package").c
_content = Content.__table__.alias("subject_content").c


def _load_content(context: Mapping[str, Any], reference: Any) -> SubjectRow:
    found = loading.find(reference)
    if found is None or not found.is_public:
        raise not_found()
    return SubjectRow(
        "content", found.id, found.name, found.title, found.package.owner_org or None,
        found.active.key,
    )  # fmt: skip


def _readable_content(reader: Reader, column: Any) -> list[Any]:
    return [
        _package.id == column,
        _content.id == _package.id,
        _package.state == model.State.ACTIVE,
        _package.type.in_(registry.package_types()),
    ]


def _content_rows(ids: Any) -> Any:
    columns = subject.columns("content", Package, Package.owner_org, Content.type)
    return (
        sa.select(*columns)
        .join(Content, Content.id == Package.id)
        .where(Package.id.in_(ids))
    )


def _places() -> dict[str, str]:
    return {active.path: active.package_type for active in registry.active_types()}


def _blueprint(kind: str) -> str:
    active = registry.by_key(kind)
    return active.package_type if active else ""


catalogue.other_types.append(registry.package_types)
subject.register(
    Subject(
        "content", N_("Content"), _load_content, _readable_content, _content_rows, _places,
        _blueprint,
    )  # fmt: skip
)
