"""SQL about the views of resources that tools show: values in, rows out."""
from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.promote.content.queries import readable_dataset
from ckanext.promote.people.viewer import Viewer

View = model.ResourceView
Resource = model.Resource
Package = model.Package


def _views(viewer: Viewer) -> Any:
    """Views with their resource and dataset, and whether the viewer may read the dataset."""
    return (
        sa.select(
            View.id,
            View.title,
            View.view_type,
            Resource.id.label("resource_id"),
            Resource.name.label("resource_name"),
            (Resource.state == model.State.ACTIVE).label("has_resource"),
            Package.name.label("dataset"),
            Package.title.label("dataset_title"),
            Package.private,
            sa.case((readable_dataset(viewer), True), else_=False).label("is_readable"),
        )
        .join(Resource, Resource.id == View.resource_id)
        .join(Package, Package.id == Resource.package_id)
    )


def views_by_id(session: Any, viewer: Viewer, ids: Collection[str]) -> dict[str, Any]:
    """Views by their id, readable or not; those that are gone are left out."""
    if not ids:
        return {}
    rows = session.execute(_views(viewer).where(View.id.in_(ids)))
    return {row.id: row for row in rows}


def readable_views_of(
    session: Any, viewer: Viewer, datasets: Collection[str], limit: int
) -> list[Any]:
    """Views of datasets (by name or id) that the viewer can see, in the order of the datasets."""
    if not datasets:
        return []
    statement = (
        _views(viewer)
        .where(
            readable_dataset(viewer),
            Resource.state == model.State.ACTIVE,
            sa.or_(Package.name.in_(datasets), Package.id.in_(datasets)),
        )
        .order_by(Package.title, Package.id, Resource.position, View.order, View.id)
        .limit(limit)
    )
    return list(session.execute(statement).all())
