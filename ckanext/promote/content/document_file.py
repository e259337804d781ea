"""A content's document: from what was sent to the file that readers get, or another site's address.

An upload is stored as the name of a private file (``base.files``), published or not, and shown as
the address of our own view: so nobody gets one without being asked who he is, and the web server
shows none of them as a page of this portal.
"""
from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote import config
from ckanext.promote.base import documents, files, uploads
from ckanext.promote.base.access import acting_user_id
from ckanext.promote.content.cleaning import Cleaned
from ckanext.promote.content.description import DOCUMENT, UPLOADED_DOCUMENT
from ckanext.promote.content.registry import ActiveType


@dataclass(frozen=True)
class Sent:
    """A document that came with a form or a request and passed every check."""

    document: documents.Document
    filename: str


def read(
    active: ActiveType | None, cleaned: Cleaned, raw: Mapping[str, Any], stored: Mapping[str, Any]
) -> Sent | None:
    """The document that was sent, if any; else the field's value becomes what is to be stored.

    :param stored: the values that are there now: only their file can be kept
    """
    if active is None or not active.declaration.has_document:
        return None
    sent = uploads.uploads_of(raw, UPLOADED_DOCUMENT)
    if raw.get(UPLOADED_DOCUMENT) and not sent:
        cleaned.wrong(DOCUMENT, tk._("A file was expected in document_upload."))
    if sent:
        cleaned.values[DOCUMENT] = ""
        return _checked(cleaned, sent[0])
    _keep(active, cleaned, str(stored.get(DOCUMENT) or ""))
    return None


def _checked(cleaned: Cleaned, storage: Any) -> Sent | None:
    if not files.has_storage():
        cleaned.wrong(
            DOCUMENT,
            tk._("This portal has no place for files. Give the address where the document is."),
        )
        return None
    storage.stream.seek(0)
    try:
        document = documents.check(
            storage.stream, max_bytes=config.document_max_megabytes() * 2**20
        )
    except documents.BadDocument as err:
        cleaned.wrong(DOCUMENT, tk._(err.message).format(**err.params))
        return None
    return Sent(document, str(storage.filename or ""))


def _keep(active: ActiveType, cleaned: Cleaned, stored: str) -> None:
    """Put the stored name in the place of our own address; nobody names another's file."""
    given = cleaned.values.get(DOCUMENT) or ""
    if uploads.private_id(stored) and (given == stored or _is_own_address(active, given)):
        cleaned.values[DOCUMENT] = stored
    elif uploads.private_id(given):
        cleaned.values[DOCUMENT] = ""
        cleaned.wrong(DOCUMENT, tk._("This file does not belong to this content. Upload it again."))


def store(
    context: Mapping[str, Any], content_id: str, sent: Sent | None, values: dict[str, Any]
) -> None:
    """Keep a document that was sent, and name it in the values. Flushes."""
    if sent is None:
        return
    extension = sent.document.extension
    file_id = files.save(
        context["session"],
        "document",
        sent.document.data,
        extension=extension,
        filename=sent.filename,
        subject=("content", content_id),
        created_by=acting_user_id(context),
    )
    values[DOCUMENT] = uploads.private_name(file_id, extension)


def shown(
    active: ActiveType, content_id: str, name: str, value: str, version: int | None = None
) -> dict[str, Any]:
    """What clients get of a document; nothing for types without one.

    :param value: as it is stored
    :param version: number of the text that it belongs to, when that is not published
    :returns: ``document_url`` and ``document`` (``{"id", "filename", "format", "mime", "size"}``;
        None when it is another site's, or lost)
    """
    if not active.declaration.has_document:
        return {}
    file_id = uploads.private_id(value)
    if not file_id:
        return {DOCUMENT: value or "", "document": None}
    row = files.find(model.Session, file_id)
    if row is None or (row.kind, row.subject_id) != ("document", content_id):
        return {DOCUMENT: "", "document": None}
    wanted = f"?version={version}" if version is not None else ""
    return {
        DOCUMENT: _address(active, name) + wanted,
        "document": {
            "id": row.id,
            "filename": row.filename,
            "format": row.extension.upper(),
            "mime": documents.MIME[row.extension],
            "size": row.size,
        },
    }


def location(content: Mapping[str, Any]) -> tuple[Path, dict[str, Any], dt.datetime]:
    """Where the document of a content lies, what ``shown`` says of it, and when it was stored.

    :param content: as promote_content_show gives it: it has the document that its reader may read
    :raises FileLost: when there is none
    """
    document = content.get("document") or {}
    row = files.find(model.Session, document.get("id", ""))
    if row is None or not files.path(row).is_file():
        raise files.FileLost(content["id"])
    return files.path(row), document, row.created_at


def _address(active: ActiveType, name: str) -> str:
    """The address of our view, in no language."""
    path = f"{active.path}/{name}/document"
    return str(tk.h.url_for_static(path, qualified=True, locale="default"))


def _is_own_address(active: ActiveType, address: str) -> bool:
    """Whether an address is the one that ``shown`` gives: a form or a client sends it back.

    Under any name, since the name may be changed by the same request.
    """
    pattern = re.escape(_address(active, "NAME")).replace("NAME", r"[a-z0-9_-]{2,100}")
    return re.fullmatch(pattern + r"(\?version=\d{1,9})?", address) is not None
