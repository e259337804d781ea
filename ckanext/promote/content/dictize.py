"""What clients and templates get: plain dicts with ISO dates, no rows."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote import config
from ckanext.promote.base import documents, moments, paging, uploads
from ckanext.promote.base.model import utc_now
from ckanext.promote.content import (
    dataset_queries,
    document_file,
    downloads,
    links,
    queries,
    registry,
    review_queries,
    rules,
    schedule,
    store,
    vocabulary,
)
from ckanext.promote.content.access import may_publish
from ckanext.promote.content.description import DOCUMENT, UPLOADED_DOCUMENT, Field
from ckanext.promote.content.loading import Loaded
from ckanext.promote.content.model import ContentVersion
from ckanext.promote.content.registry import ActiveType
from ckanext.promote.people.viewer import Viewer, viewer_of


def receipt(active: ActiveType, version: ContentVersion) -> dict[str, Any]:
    """What a write answers: about the newest version."""
    return {
        "id": version.content_id,
        "name": version.name,
        "type": active.key,
        "title": version.title,
        "version": version.number,
        "review_state": version.state,
        "url": tk.url_for(f"{active.package_type}.read", id=version.name, _external=True),
    }


def receipt_of_package(
    active: ActiveType, package: dict[str, Any], version: int
) -> dict[str, Any]:
    """What a write answers that went through CKAN's own actions."""
    return {
        "id": package["id"],
        "name": package["name"],
        "type": active.key,
        "title": package["title"],
        "version": version,
        "review_state": "archived" if package.get("state") == "deleted" else "published",
        "url": tk.url_for(f"{active.package_type}.read", id=package["name"], _external=True),
    }


def whole(context: Any, loaded: Loaded, version: ContentVersion | None) -> dict[str, Any]:
    """A content with all its fields, for this reader.

    :param version: the text to show; None for the published one
    """
    viewer, active = viewer_of(context), loaded.active
    visitor_id = context.get("promote_visitor_id")
    concerned = loaded.concerns(viewer, visitor_id)
    shown = {
        **(_published(viewer, loaded) if version is None else _on_its_way(viewer, version)),
        "id": loaded.id,
        "type": active.key,
        "package_type": active.package_type,
        "permissions": permissions(viewer, loaded, visitor_id),
        "downloads": downloads.total(model.Session, active.declaration, loaded.id),
    }
    number = version.number if version is not None else None
    document = shown.get(DOCUMENT, "")
    shown.update(document_file.shown(active, loaded.id, shown["name"], document, number))
    if active.declaration.has_dates:
        shown.update(schedule.facts(shown))
    if shown["permissions"]["update"]:
        shown["broken_links"] = links.broken_links(model.Session, active.declaration, shown)
    shown["review_state"] = loaded.state if concerned else rules.PUBLISHED
    if concerned:
        if loaded.package is not None:
            shown["pending_datasets"] = queries.pending_names_of(model.Session, loaded.id)
        if loaded.row is not None and loaded.pending is not None:
            shown["pending_version"] = {
                "version": loaded.pending.number,
                "review_state": loaded.pending.state,
                "submitted_at": iso(loaded.pending.submitted_at),
            }
        if loaded.newest is not None:
            shown["reason"] = loaded.newest.reason
            shown["review"] = _review(loaded.newest)
    return shown


def _review(newest: ContentVersion) -> dict[str, Any]:
    """Where the newest version stands, for those concerned."""
    taker = model.User.get(newest.taken_by) if newest.taken_by else None
    due_at = newest.due_at if newest.state == rules.SUBMITTED else None
    return {
        "submitted_at": iso(newest.submitted_at),
        "due_at": iso(newest.due_at),
        "is_overdue": due_at is not None and due_at < utc_now(),
        "taken_by": taker.display_name if taker else None,
        "is_by_visitor": newest.visitor_id is not None,
    }


def _published(viewer: Viewer, loaded: Loaded) -> dict[str, Any]:
    session, row, package = model.Session, loaded.row, loaded.package
    values = store.stored_values(session, row, package)
    if not loaded.is_public and loaded.newest is not None:
        values["tags"] = loaded.newest.values.get("tags") or []
    return {
        **store.shown_values(values),
        "name": package.name,
        "version": row.version,
        "version_state": rules.PUBLISHED if loaded.is_public else rules.ARCHIVED,
        "metadata_created": package.metadata_created.isoformat(),
        "metadata_modified": package.metadata_modified.isoformat(),
        "institution": institution(package.owner_org),
        "datasets": dataset_queries.dataset_names_of(session, viewer, package.id),
        "rendered": row.html,
    }


def _on_its_way(viewer: Viewer, version: ContentVersion) -> dict[str, Any]:
    ids = version.values.get("datasets") or []
    return {
        **store.shown_values(version.values),
        "name": version.name,
        "version": version.number,
        "version_state": version.state,
        "metadata_created": iso(version.changed_at),
        "metadata_modified": iso(version.changed_at),
        "institution": institution(version.institution_id),
        "datasets": review_queries.dataset_names(
            model.Session, queries.readable_dataset(viewer), ids
        ),
        "rendered": version.html,
        "is_for_advice": version.is_for_advice,
    }


def permissions(viewer: Viewer, loaded: Loaded, visitor_id: str | None = None) -> dict[str, bool]:
    """What this reader may do with a content now."""
    may_write = loaded.may_be_changed_by(viewer, visitor_id)
    decides = may_publish(viewer, loaded.institution_ids)["success"]
    return {
        "update": may_write,
        "archive": may_write and rules.is_possible("archive", loaded.state),
        "submit": may_write and rules.is_possible("submit", loaded.state),
        "publish": decides and rules.is_possible("publish", loaded.state),
        "return": decides and rules.is_possible("return", loaded.state),
    }


def iso(value: Any) -> str | None:
    """A moment as ISO 8601."""
    return value.isoformat() if value else None


def institution(institution_id: str | None) -> dict[str, str] | None:
    """Name and title of an organization."""
    group = model.Session.get(model.Group, institution_id) if institution_id else None
    return {"name": group.name, "title": group.title or group.name} if group else None


def card(row: Any) -> dict[str, Any]:
    """A content in a list."""
    active = registry.by_key(row.type)
    is_counted = active is not None and downloads.are_counted(active.declaration)
    has_dates = active is not None and active.declaration.has_dates
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
        "downloads": row.downloads if is_counted else None,
        **(schedule.facts(row._mapping) if has_dates else {}),
    }


def dataset_page(session: Any, statement: Any, data: dict[str, Any]) -> dict[str, Any]:
    """A page of a content's datasets: three queries, however many there are."""
    counted = paging.total(session, statement)
    if data.get("cursor"):
        position, link_id = (whole_number(part) for part in paging.decode(data["cursor"], 2))
        statement = dataset_queries.datasets_after(statement, position, link_id)
    rows = session.execute(statement.limit(data["limit"] + 1)).all()
    formats = dataset_queries.formats_of(session, [row.id for row in rows[: data["limit"]]])
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


def place_after(cursor: str | None) -> int:
    """The place in a text's list of datasets at which a page begins."""
    return whole_number(paging.decode(cursor, 2)[0]) + 1 if cursor else 0


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
        **_of_widget(declared),
        "name": declared.name,
        "label": tk._(declared.label),
        "help": tk._(declared.help) if declared.help else "",
        "form": declared.widget,
        "required": declared.required,
        "max_length": declared.max_length,
    }
    if declared.widget in ("tags", "lines", "rows", "datasets", "images", "embeds"):
        described["max_items"] = declared.max_items
    if declared.vocabulary:
        described["choices"] = [
            {"value": value, "label": label}
            for value, label in vocabulary.choices(declared.vocabulary)
        ]
    if declared.columns:
        described["columns"] = [_field(column) for column in declared.columns]
    return described


def _of_widget(declared: Field) -> dict[str, Any]:
    """What only some fields have: how documents are sent, in which time zone moments are read."""
    if declared.widget == "document":
        return {
            "upload": UPLOADED_DOCUMENT,
            "formats": list(documents.MIME),
            "max_megabytes": config.document_max_megabytes(),
        }
    if declared.widget == "moment":
        return {"time_zone": str(moments.portal_zone())}
    return {}


def whole_number(value: str) -> int:
    """A number in a cursor."""
    if not value.isdecimal() or len(value) > 18:
        raise paging.wrong_cursor()
    return int(value)
