"""Write a prepared content beside its package, and read it back whole.

Called inside CKAN's own transaction of ``package_create`` and ``package_update``: nothing here
commits (on CKAN 2.12 a commit inside the hook would break the save).
"""
from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.promote.base import events, files, uploads
from ckanext.promote.base.access import acting_user_id
from ckanext.promote.base.images import Image
from ckanext.promote.base.markdown import RENDERER_VERSION
from ckanext.promote.base.model import utc_now
from ckanext.promote.content import document_file, queries, registry, versions
from ckanext.promote.content.model import Content, ContentDataset
from ckanext.promote.content.prepare import CORE, Prepared
from ckanext.promote.people.viewer import Viewer


def write(context: Mapping[str, Any], package_id: str, viewer: Viewer, new: Prepared) -> Content:
    """Make the rows of a content what was prepared, and record the event. Flushes.

    The images are stored here and not before: only who may write, and wrote something valid,
    leaves a file.
    """
    session = context["session"]
    row = session.get(Content, package_id)
    is_new = row is None
    publishing = context.get(versions.PUBLISHING)
    is_review = publishing is not None
    if row is not None and not is_review and row.digest == new.digest and not new.brings_files:
        return row
    _store_files(context, package_id, new)
    if row is None:
        row = Content(id=package_id, type=new.declaration.name)
        session.add(row)
    if publishing is not None:
        row.version = publishing.number
    else:
        row.version = versions.next_published_number(session, package_id)
    _fill(row, new)
    row.changed_by = acting_user_id(context)
    _write_links(session, package_id, viewer, new)
    package = session.get(model.Package, package_id)
    versions.record_published(context, row, package, new)
    events.record(
        context,
        _event_name(is_review, is_new),
        ("content", package_id),
        institution_id=new.values.get("owner_org") or None,
        data={
            "type": row.type, "version": row.version,
            "is_minor": bool(context.get("promote_is_minor")),
        },
    )  # fmt: skip
    session.flush()
    return row


def _fill(row: Content, new: Prepared) -> None:
    row.data = new.data
    row.html = new.html
    row.renderer_version = RENDERER_VERSION
    row.published_on = dt.date.fromisoformat(new.values["published_on"])
    row.sector = new.values.get("sector") or None
    row.axis = new.values.get("axis") or None
    row.kind = new.values.get(new.declaration.kind_field) or None
    row.digest = new.digest
    row.changed_at = utc_now()


def _event_name(is_publishing: bool, is_new: bool) -> str:
    if is_publishing:
        return "content.publish"
    return "content.create" if is_new else "content.update"


def _store_files(context: Mapping[str, Any], package_id: str, new: Prepared) -> None:
    """Put images that were sent, or lay outside the public folder, where everybody sees them.

    A document stays outside: our own view gives it away.
    """
    session = context["session"]
    document_file.store(context, package_id, new.document, new.values)
    if new.cover:
        new.values["cover_url"] = uploads.save_image(new.cover)
    new.values["cover_url"] = _public(session, new.values.get("cover_url") or "")
    for entry, image in zip(new.values.get("screenshots") or [], new.screenshots, strict=True):
        entry["url"] = uploads.save_image(image) if image else _public(session, entry["url"])


def _public(session: Any, name: str) -> str:
    file_id = uploads.private_id(name)
    if not file_id:
        return name
    row, content = files.read(session, file_id)
    return uploads.save_image(Image(content, row.extension, 0, 0))


def _write_links(session: Any, content_id: str, viewer: Viewer, new: Prepared) -> None:
    """Set the links; those to datasets that the writer cannot see stay where they are."""
    session.flush()
    wanted = {each: position for position, each in enumerate(new.dataset_ids)}
    visible = set(
        queries.readable_dataset_ids(
            session, viewer, queries.linked_ids(session, content_id)
        ).values()
    )
    links = sa.select(ContentDataset).where(ContentDataset.content_id == content_id)
    for link in session.execute(links).scalars():
        if link.dataset_id is None:
            if new.pending_names is not None and link.pending_name not in new.pending_names:
                session.delete(link)
        elif link.dataset_id in wanted:
            link.position = wanted.pop(link.dataset_id)
        elif link.dataset_id in visible:
            session.delete(link)
    session.flush()
    for dataset_id, position in wanted.items():
        session.add(
            ContentDataset(content_id=content_id, dataset_id=dataset_id, position=position)
        )
    waiting = set(queries.pending_names_of(session, content_id))
    for position, name in enumerate(new.pending_names or []):
        if name not in waiting:
            session.add(
                ContentDataset(content_id=content_id, pending_name=name, position=1000 + position)
            )


def forget_tags(session: Any, package_id: str) -> None:
    """Take an archived content's tags away, which core lists whatever the package's state.

    Its version keeps them, and a publication gives them back.
    """
    package = session.get(model.Package, package_id)
    tags = [tag for tag in package.get_tags() if tag.vocabulary_id is None]
    in_use = sa.select(model.PackageTag.tag_id).where(model.PackageTag.tag_id == model.Tag.id)
    for gone in (
        sa.delete(model.PackageTag).where(model.PackageTag.package_id == package_id),
        sa.delete(model.Tag).where(model.Tag.id.in_([tag.id for tag in tags]), ~in_use.exists()),
    ):
        # CKAN 2.11's SQLAlchemy cannot tell by itself which loaded rows this concerns.
        session.execute(gone.execution_options(synchronize_session=False))
    session.expire_all()


def resolve_pending(session: Any, dataset_id: str, name: str) -> list[str]:
    """Turn links that wait for a name into links to the dataset that now has it.

    :returns: ids of the contents whose links became real; their index entry is out of date
    """
    changed = []
    for link in queries.contents_waiting_for(session, name):
        if dataset_id in queries.linked_ids(session, link.content_id):
            session.delete(link)
            continue
        link.dataset_id, link.pending_name = dataset_id, None
        changed.append(link.content_id)
    if changed:
        session.flush()
    return changed


def stored_values(session: Any, row: Content, package: Any) -> dict[str, Any]:
    """All values in the form in which they are given: data, package columns, tags; no links."""
    values = dict(row.data)
    active = registry.by_key(row.type)
    for name, column in CORE.items():
        if active is None or active.declaration.field(name):
            values[name] = getattr(package, column) or ""
    values["owner_org"] = package.owner_org or ""
    values["tags"] = queries.tags_of(session, package.id)
    values["published_on"] = row.published_on.isoformat()
    return values


def shown_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as clients get them: whole addresses for images, tags as CKAN writes them."""
    shown = dict(values)
    shown["cover_url"] = uploads.image_address(values.get("cover_url") or "")
    if "screenshots" in values:
        shown["screenshots"] = [
            {**entry, "url": uploads.image_address(entry["url"])}
            for entry in values["screenshots"] or []
        ]
    shown["tags"] = [{"name": name} for name in values["tags"]]
    return shown


def is_published(package: Any) -> bool:
    """Whether everybody may read it."""
    return package.state == model.State.ACTIVE and not package.private
