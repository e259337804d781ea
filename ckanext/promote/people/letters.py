"""The letter by which somebody was appointed: a PDF, checked by its content, or an address.

It is public, as the policy wants it, and given away as an attachment only (``base.documents``).
"""
from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote import config
from ckanext.promote.base import addresses, documents, files, uploads
from ckanext.promote.base.access import acting_user_id, is_lookup, not_found
from ckanext.promote.people import queries
from ckanext.promote.people.model import Appointment

SUBJECT = "appointment"
UPLOAD = "letter_upload"
ADDRESS = "letter_url"
ADDRESS_MAX_CHARS = 2000
MIME = documents.MIME["pdf"]

Errors = dict[str, list[str]]


def checked(data: Mapping[str, Any], errors: Errors) -> tuple[documents.Document, str] | None:
    """The letter that was sent, and its file's name; what is wrong goes into ``errors``."""
    address = str(data.get(ADDRESS) or "")
    problem = addresses.problem_of_link(address) if address else ""
    if len(address) > ADDRESS_MAX_CHARS or problem:
        errors[ADDRESS] = [problem or tk._("The address is too long. Use a shorter one.")]
    sent = uploads.uploads_of(data, UPLOAD)
    if data.get(UPLOAD) and not sent and not hasattr(data[UPLOAD], "filename"):
        errors[UPLOAD] = [tk._("A file was expected in letter_upload.")]
    if not sent:
        return None
    if address:
        errors[ADDRESS] = [tk._("Send the letter as a file or as an address, not as both.")]
    try:
        document = _document(sent[0])
    except documents.BadDocument as err:
        errors[UPLOAD] = [tk._(err.message).format(**err.params)]
        return None
    if document is None:
        errors[UPLOAD] = [
            tk._("This portal has no place for files. Give the address where the document is.")
        ]
        return None
    if document.extension != "pdf":
        errors[UPLOAD] = [tk._("The letter has to be a PDF. Save it as one and upload it again.")]
        return None
    return document, str(sent[0].filename or "")


def _document(storage: Any) -> documents.Document | None:
    if not files.has_storage():
        return None
    storage.stream.seek(0)
    return documents.check(storage.stream, max_bytes=config.document_max_megabytes() * 2**20)


def put(
    context: Mapping[str, Any],
    row: Appointment,
    data: Mapping[str, Any],
    sent: tuple[documents.Document, str] | None,
) -> None:
    """Give an appointment the letter that was sent: it takes the place of the one before."""
    if sent is None and ADDRESS not in data:
        return
    session = context["session"]
    if row.letter_file_id:
        files.remove(session, row.letter_file_id)
    row.letter_file_id, row.letter_url = None, str(data.get(ADDRESS) or "")
    if sent is not None:
        document, filename = sent
        row.letter_file_id = files.save(
            session, "document", document.data, extension=document.extension, filename=filename,
            subject=(SUBJECT, row.id), created_by=acting_user_id(context),
        )  # fmt: skip


def location(
    context: Mapping[str, Any], institution: str, appointment_id: str
) -> tuple[Path, Any, dt.datetime]:
    """Where the letter of an appointment lies, its file's row, and when it was stored.

    :param institution: name or id of the appointment's organization
    :raises ObjectNotFound: when the appointment is not there, or has no letter of its own
    """
    tk.check_access("promote_appointment_list", dict(context), {"institution": institution})
    session = model.Session
    place = queries.institution(session, institution) if is_lookup(institution) else None
    row = queries.appointment(session, appointment_id) if is_lookup(appointment_id) else None
    if place is None or row is None or row.institution_id != place.id:
        raise not_found()
    found = files.find(session, row.letter_file_id or "")
    if found is None or (found.subject_type, found.subject_id) != (SUBJECT, row.id):
        raise not_found()
    path = files.path(found)
    if not path.is_file():
        raise not_found()
    return path, found, found.created_at
