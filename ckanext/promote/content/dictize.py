"""What clients and templates get: plain dicts with ISO dates, no rows."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base import paging, uploads
from ckanext.promote.content import queries, registry, store, vocabulary
from ckanext.promote.content.description import Field
from ckanext.promote.content.registry import ActiveType
from ckanext.promote.people.viewer import viewer_of


def receipt(active: ActiveType, package: dict[str, Any], version: int) -> dict[str, Any]:
    """What a write answers."""
    return {
        "id": package["id"],
        "name": package["name"],
        "type": active.key,
        "title": package["title"],
        "version": version,
        "review_state": "archived" if package.get("state") == "deleted" else "published",
        "url": tk.url_for(f"{active.package_type}.read", id=package["name"], _external=True),
    }


def whole(context: Any, row: Any, package: Any, active: ActiveType) -> dict[str, Any]:
    """A content with all its fields, for this reader."""
    viewer = viewer_of(context)
    session = model.Session
    values = store.shown_values(store.stored_values(session, row, package))
    may_edit = viewer.acts_for(package.owner_org)
    shown = {
        **values,
        "id": package.id,
        "name": package.name,
        "type": active.key,
        "package_type": active.package_type,
        "version": row.version,
        "review_state": "published" if store.is_published(package) else "archived",
        "metadata_created": package.metadata_created.isoformat(),
        "metadata_modified": package.metadata_modified.isoformat(),
        "institution": institution(package),
        "datasets": queries.dataset_names_of(session, viewer, package.id),
        "rendered": row.html,
        "permissions": {"update": may_edit, "archive": may_edit},
    }
    if may_edit:
        shown["pending_datasets"] = queries.pending_names_of(session, package.id)
    return shown


def institution(package: Any) -> dict[str, str] | None:
    """Name and title of a package's organization."""
    group = model.Session.get(model.Group, package.owner_org) if package.owner_org else None
    return {"name": group.name, "title": group.title or group.name} if group else None


def card(row: Any) -> dict[str, Any]:
    """A content in a list."""
    active = registry.by_key(row.type)
    return {
        "id": row.id,
        "type": row.type,
        "package_type": active.package_type if active else row.type,
        "name": row.name,
        "title": row.title,
        "summary": row.summary or "",
        "institution": row.institution,
        "institution_title": row.institution_title or row.institution,
        "sector": row.sector,
        "axis": row.axis,
        "kind": row.kind,
        "cover_url": uploads.image_address(row.cover or ""),
        "cover_alt": row.cover_alt or "",
        "published_on": row.published_on.isoformat(),
        "metadata_modified": row.metadata_modified.isoformat(),
    }


def dataset_page(session: Any, statement: Any, data: dict[str, Any]) -> dict[str, Any]:
    """A page of a content's datasets: three queries, however many there are."""
    counted = paging.total(session, statement)
    if data.get("cursor"):
        position, link_id = (_whole_number(part) for part in paging.decode(data["cursor"], 2))
        statement = queries.datasets_after(statement, position, link_id)
    rows = session.execute(statement.limit(data["limit"] + 1)).all()
    formats = queries.formats_of(session, [row.id for row in rows[: data["limit"]]])
    return paging.answer(
        rows,
        data["limit"],
        lambda row: (str(row.position), str(row.link_id)),
        lambda row: {
            "id": row.id,
            "name": row.name,
            "title": row.title or row.name,
            "institution": row.institution,
            "institution_title": row.institution_title or row.institution,
            "private": row.private,
            "formats": formats[row.id],
            "metadata_modified": row.metadata_modified.isoformat(),
        },
        counted,
    )


def type_summary(active: ActiveType) -> dict[str, Any]:
    """A content type in a list."""
    declaration = active.declaration
    return {
        "type": active.key,
        "package_type": active.package_type,
        "path": f"/{active.path}",
        "label": tk._(declaration.label),
        "plural": tk._(declaration.plural),
        "purpose": tk._(declaration.purpose),
    }


def type_whole(active: ActiveType) -> dict[str, Any]:
    """A content type with its fields."""
    fields = [_field(declared) for declared in active.declaration.all_fields]
    return {**type_summary(active), "fields": fields}


def _field(declared: Field) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": declared.name,
        "label": tk._(declared.label),
        "help": tk._(declared.help) if declared.help else "",
        "form": declared.widget,
        "required": declared.required,
        "max_length": declared.max_length,
    }
    if declared.widget in ("tags", "lines", "rows", "datasets", "images"):
        described["max_items"] = declared.max_items
    if declared.vocabulary:
        described["choices"] = [
            {"value": value, "label": label}
            for value, label in vocabulary.choices(declared.vocabulary)
        ]
    if declared.columns:
        described["columns"] = [_field(column) for column in declared.columns]
    return described


def _whole_number(value: str) -> int:
    if not value.isdecimal() or len(value) > 18:
        raise paging.wrong_cursor()
    return int(value)
