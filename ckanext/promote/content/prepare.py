"""From raw input to what is stored: cleaned, resolved, rendered. Writes nothing.

``prepare`` is what CKAN's validation of our package types calls, whoever writes: the action API,
a form, the importer.
"""
from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import ckantoolkit as tk

from ckanext.promote import config
from ckanext.promote.base import images, markdown, uploads
from ckanext.promote.base.access import is_lookup, load_institution
from ckanext.promote.content import cleaning, document_file, embeds, queries, registry
from ckanext.promote.content.cleaning import Cleaned
from ckanext.promote.content.description import ContentType
from ckanext.promote.people.viewer import Viewer

CORE = {"title": "title", "summary": "notes", "license_id": "license_id", "url": "url"}
"""Our fields that are columns of the package, with the column's name."""
PENDING_LINKS = "promote_pending_links"
"""Key of a context in which names without a dataset become pending links (the importer)."""
ELSEWHERE = frozenset({*CORE, "owner_org", "tags", "datasets"})
"""Fields that are not part of ``Content.data``."""


@dataclass
class Prepared:
    """A content that passed every check, ready to be written."""

    declaration: ContentType
    values: dict[str, Any]
    html: dict[str, str] = field(default_factory=dict)
    dataset_ids: list[str] = field(default_factory=list)
    pending_names: list[str] | None = None
    """None leaves those that are there."""
    cover: images.Image | None = None
    screenshots: list[images.Image | None] = field(default_factory=list)
    """For each entry of the value: the image to store, None where it stays."""
    document: document_file.Sent | None = None
    """The document to store; None leaves what the value names."""

    @property
    def data(self) -> dict[str, Any]:
        """What the content's own row holds."""
        return {key: value for key, value in self.values.items() if key not in ELSEWHERE}

    @property
    def digest(self) -> str:
        """Of all that was given; equal when nothing would change."""
        parts = [self.values, self.dataset_ids, self.pending_names, bool(self.cover)]
        parts.append([image is not None for image in self.screenshots])
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    @property
    def brings_files(self) -> bool:
        """Whether files have to be stored."""
        return self.cover is not None or self.document is not None or any(self.screenshots)


def prepare(
    session: Any,
    viewer: Viewer,
    declaration: ContentType,
    raw: Mapping[str, Any],
    stored: Mapping[str, Any],
    keep_unknown_datasets: bool = False,
) -> tuple[Prepared, Cleaned]:
    """What would be written, and what is wrong with it or missing.

    :param stored: the values that are there now; empty for a new content
    :param keep_unknown_datasets: names without a dataset become pending links (the importer)
    """
    cleaned = cleaning.clean(declaration, {**raw, "summary": raw.get("summary", raw.get("notes"))})
    prepared = Prepared(declaration, cleaned.values)
    _resolve_institution(cleaned)
    _resolve_datasets(session, viewer, prepared, cleaned, stored, keep_unknown_datasets)
    if "pending_datasets" in raw and not keep_unknown_datasets:
        prepared.pending_names = _pending(cleaned, raw["pending_datasets"])
    _check_embeds(session, viewer, cleaned, stored)
    _read_cover(prepared, cleaned, raw, stored)
    _read_screenshots(prepared, cleaned, raw, stored)
    active = registry.by_key(declaration.name)
    prepared.document = document_file.read(active, cleaned, raw, stored)
    _render(prepared, cleaned)
    if any(name != "body" for name in prepared.html):
        cleaned.values["sections_pending"] = False
    if not cleaned.values.get("language"):
        cleaned.values["language"] = (tk.config.get("ckan.locale_default") or "en")[:2]
    return prepared, cleaned


def _resolve_institution(cleaned: Cleaned) -> None:
    reference = cleaned.values.get("owner_org")
    if not reference:
        return
    try:
        cleaned.values["owner_org"] = load_institution(reference).id
    except tk.ObjectNotFound:
        cleaned.wrong(
            "owner_org",
            tk._("There is no institution “{value}”. Give an organization's name or id.").format(
                value=reference[:80]
            ),
        )


def _resolve_datasets(
    session: Any,
    viewer: Viewer,
    prepared: Prepared,
    cleaned: Cleaned,
    stored: Mapping[str, Any],
    keep_unknown: bool,
) -> None:
    names = cleaned.values.get("datasets") or []
    lookups = [name for name in names if is_lookup(name)]
    found = queries.readable_dataset_ids(session, viewer, lookups) if lookups else {}
    unknown = [name for name in names if name not in found]
    prepared.dataset_ids = list(dict.fromkeys(found[name] for name in names if name in found))
    if keep_unknown:
        prepared.pending_names = unknown
        return
    if unknown:
        cleaned.wrong(
            "datasets",
            tk._("There is no dataset “{name}” that you can see. Check its name.").format(
                name=unknown[0][:100]
            ),
        )


def _check_embeds(
    session: Any, viewer: Viewer, cleaned: Cleaned, stored: Mapping[str, Any]
) -> None:
    entries = cleaned.values.get("embeds") or []
    for sentence in embeds.check(session, viewer, entries, stored.get("embeds") or []):
        cleaned.wrong("embeds", sentence)


def _pending(cleaned: Cleaned, value: Any) -> list[str]:
    if isinstance(value, list) and all(is_lookup(name) for name in value) and len(value) <= 500:
        return list(dict.fromkeys(value))
    cleaned.wrong("pending_datasets", tk._("A list of names of datasets was expected here."))
    return []


def _read_cover(
    prepared: Prepared, cleaned: Cleaned, raw: Mapping[str, Any], stored: Mapping[str, Any]
) -> None:
    values = cleaned.values
    sent = uploads.uploads_of(raw, "cover_upload")
    if raw.get("cover_upload") and not sent:
        cleaned.wrong("cover_url", tk._("A file was expected in cover_upload."))
    if sent:
        prepared.cover = _decode(cleaned, "cover_url", sent[0])
        values["cover_url"] = ""
    else:
        values["cover_url"] = _kept(cleaned, "cover_url", values.get("cover_url"), {
            stored.get("cover_url", "")
        })
    if (prepared.cover or values["cover_url"]) and not values.get("cover_alt"):
        cleaned.lacks(
            "cover_alt",
            tk._("Say in a sentence what the image shows, for people who cannot see it."),
        )


def _read_screenshots(
    prepared: Prepared, cleaned: Cleaned, raw: Mapping[str, Any], stored: Mapping[str, Any]
) -> None:
    entries = cleaned.values.get("screenshots")
    if not entries and not raw.get("screenshots_upload"):
        return
    entries = entries or []
    known = {entry["url"] for entry in stored.get("screenshots") or []}
    waiting = uploads.uploads_of(raw, "screenshots_upload")
    for number, entry in enumerate(entries, 1):
        if entry["url"]:
            entry["url"] = _kept(cleaned, "screenshots", entry["url"], known)
            prepared.screenshots.append(None)
        elif waiting:
            prepared.screenshots.append(_decode(cleaned, "screenshots", waiting.pop(0)))
        else:
            cleaned.wrong(
                "screenshots", tk._("Entry {number}: choose a file.").format(number=number)
            )
    if waiting:
        cleaned.wrong(
            "screenshots", tk._("Say for each image what it shows, for people who cannot see it.")
        )


def _kept(cleaned: Cleaned, field_name: str, address: Any, known: set[str]) -> str:
    """The stored name that an address of ours means; other sites' images are not shown."""
    if not address:
        return ""
    name = uploads.image_name(address)
    if name and name in known:
        return name
    cleaned.wrong(
        field_name,
        tk._("Images of other sites are not shown. Upload the file instead of giving an address."),
    )
    return ""


def _decode(cleaned: Cleaned, field_name: str, storage: Any) -> images.Image | None:
    try:
        return images.reencode(storage.stream, max_bytes=config.image_max_megabytes() * 2**20)
    except images.BadImage as err:
        cleaned.wrong(field_name, tk._(err.message).format(**err.params))
    return None


def _render(prepared: Prepared, cleaned: Cleaned) -> None:
    for declared in prepared.declaration.markdown_fields:
        source = cleaned.values.get(declared.name)
        if not source:
            continue
        try:
            prepared.html[declared.name] = markdown.render(source).html
        except markdown.MarkdownTooComplex as err:
            cleaned.wrong(declared.name, tk._(err.message).format(**err.params))
