"""SQL about the datasets of contents, for the reader who asks: values in, rows out."""
from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.promote.content import queries
from ckanext.promote.content.model import ContentDataset
from ckanext.promote.people.viewer import Viewer

Package = model.Package
Group = model.Group


def datasets_of(session: Any, viewer: Viewer, content_id: str) -> Any:
    """Datasets of a content that the viewer can see, in the order that the author gave."""
    return (
        sa.select(
            ContentDataset.id.label("link_id"),
            ContentDataset.position,
            Package.id,
            Package.name,
            Package.title,
            Package.metadata_modified,
            Package.private,
            Group.name.label("institution"),
            Group.title.label("institution_title"),
        )
        .select_from(ContentDataset)
        .join(Package, Package.id == ContentDataset.dataset_id)
        .outerjoin(Group, Group.id == Package.owner_org)
        .where(ContentDataset.content_id == content_id, queries.readable_dataset(viewer))
        .order_by(ContentDataset.position, ContentDataset.id)
    )


def datasets_with(viewer: Viewer, ids: Sequence[str], start: int = 0) -> Any:
    """As ``datasets_of``, for a text that is not published: its datasets from a place on."""
    numbered = list(enumerate(ids))[start:]
    ids = [each for _, each in numbered]
    places = sa.case({each: place for place, each in numbered} or {"": 0}, value=Package.id,
                     else_=0)  # fmt: skip
    columns = (
        sa.literal(0).label("link_id"),
        places.label("position"),
        Package.id,
        Package.name,
        Package.title,
        Package.metadata_modified,
        Package.private,
        Group.name.label("institution"),
        Group.title.label("institution_title"),
    )
    return (
        sa.select(*columns)
        .outerjoin(Group, Group.id == Package.owner_org)
        .where(Package.id.in_(ids), queries.readable_dataset(viewer))
        .order_by("position")
    )


def datasets_after(statement: Any, position: int, link_id: int) -> Any:
    """The rest of ``datasets_of`` after a row."""
    same = sa.and_(ContentDataset.position == position, ContentDataset.id > link_id)
    return statement.where(sa.or_(ContentDataset.position > position, same))


def dataset_names_of(session: Any, viewer: Viewer, content_id: str) -> list[str]:
    """Names of the datasets of a content that the viewer can see, in order."""
    statement = (
        sa.select(Package.name)
        .select_from(ContentDataset)
        .join(Package, Package.id == ContentDataset.dataset_id)
        .where(ContentDataset.content_id == content_id, queries.readable_dataset(viewer))
        .order_by(ContentDataset.position, ContentDataset.id)
    )
    return list(session.execute(statement).scalars())


def formats_of(session: Any, dataset_ids: Sequence[str]) -> dict[str, list[str]]:
    """Formats of the resources of each dataset, in upper case, each once."""
    found: dict[str, list[str]] = {each: [] for each in dataset_ids}
    if not dataset_ids:
        return found
    statement = (
        sa.select(model.Resource.package_id, sa.func.upper(model.Resource.format))
        .where(
            model.Resource.package_id.in_(dataset_ids),
            model.Resource.state == model.State.ACTIVE,
            model.Resource.format != "",
        )
        .distinct()
        .order_by(model.Resource.package_id, sa.func.upper(model.Resource.format))
    )
    for package_id, name in session.execute(statement):
        found[package_id].append(name)
    return found


def datasets_matching(
    session: Any, viewer: Viewer, words: str, content_types: Collection[str], limit: int
) -> list[Any]:
    """Datasets whose title or name has all the words, for the form's search."""
    condition = queries.readable_dataset(viewer)
    for word in words.split()[:8]:
        pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        condition = sa.and_(
            condition, sa.or_(Package.title.ilike(pattern), Package.name.ilike(pattern))
        )
    statement = (
        sa.select(Package.id, Package.name, Package.title)
        .where(condition, Package.type.not_in(content_types))
        .order_by(Package.title, Package.id)
        .limit(limit)
    )
    return list(session.execute(statement).all())

