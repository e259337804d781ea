"""Files that are not public: images of texts that are not published, and documents.

They lie in ``<ckan.storage_path>/promote_private/<two letters>/<id>.<extension>``, outside the
folder that the web server gives away, readable for CKAN's own user alone. No part of a path comes
from people. What a row is about decides who may read it; that is its caller's to ask.

A file is written before its row is committed. When the transaction is rolled back, the file goes
with it; when the row is removed, the file goes after the commit. What a crash leaves behind,
``forget_orphans`` sweeps.
"""
from __future__ import annotations

import contextlib
import datetime as dt
import io
import os
import re
import shutil
import tempfile
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import ckantoolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.exceptions import CkanConfigurationException

from ckanext.promote.base.model import PrivateFile, new_id, utc_now
from ckanext.promote.base.text import clean_line

FOLDER = "promote_private"
FILENAME_MAX_CHARS = 120
YOUNG = dt.timedelta(days=1)
"""A file of this age may belong to a transaction that is still running, or was just replaced."""

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_EXTENSION = re.compile(r"[a-z0-9]{1,8}")
_UNSAFE_IN_NAMES = re.compile(r'[<>:"|?*%;\\/]')
_OF_WINDOWS = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_SAVED, _REMOVED = "promote_files_saved", "promote_files_removed"


class NoStorage(CkanConfigurationException):
    """``ckan.storage_path`` is not set: there is no place for files."""


class FileLost(LookupError):
    """There is no such file, or its row is there and the file is not."""


def has_storage() -> bool:
    """Whether this portal has a place for files."""
    return bool(tk.config.get("ckan.storage_path"))


def folder() -> Path:
    """The folder of all private files; it need not exist.

    :raises NoStorage: when the portal has no place for files
    """
    if not has_storage():
        raise NoStorage(
            "ckan.storage_path is not set: ckanext-promote has no place for documents and for "
            "images that are not published. Set it in ckan.ini to a folder that CKAN may write to."
        )
    return Path(str(tk.config["ckan.storage_path"])) / FOLDER


def path(row: Any) -> Path:
    """Where the file of a row lies."""
    if not _ID.fullmatch(row.id) or not _EXTENSION.fullmatch(row.extension):
        raise FileLost(row.id)
    return folder() / row.id[:2] / f"{row.id}.{row.extension}"


def save(
    session: Any,
    kind: str,
    data: bytes | BinaryIO,
    extension: str,
    filename: str,
    subject: tuple[str, str],
    created_by: str | None,
) -> str:
    """Store a file with its row; gives the id. Flushes.

    :param kind: ``image`` or ``document``
    :param data: the bytes, or a stream that is read from where it stands
    :param extension: as its content says, not as it was called
    :param filename: as it was called where it came from
    :param subject: type and id of what it belongs to
    :raises NoStorage: when the portal has no place for files
    :raises OSError: when it cannot be written; nothing is left then
    """
    row = PrivateFile(
        id=new_id(),
        kind=kind,
        extension=extension,
        filename=clean_filename(filename, extension),
        subject_type=subject[0],
        subject_id=subject[1],
        created_by=created_by,
    )
    place = path(row)
    row.size = _write(place, io.BytesIO(data) if isinstance(data, bytes) else data)
    _session(session).info.setdefault(_SAVED, []).append(place)
    session.add(row)
    session.flush()
    return str(row.id)


def find(session: Any, file_id: str) -> PrivateFile | None:
    """The row of a file."""
    return session.get(PrivateFile, file_id) if _ID.fullmatch(file_id) else None


def open_file(row: Any) -> BinaryIO:
    """A stream of a file's bytes.

    :raises FileLost: when the row is there and the file is not
    """
    try:
        return path(row).open("rb")
    except OSError as err:
        raise FileLost(row.id) from err


def read(session: Any, file_id: str) -> tuple[PrivateFile, bytes]:
    """The row of a file, and its bytes.

    :raises FileLost: when either is not there
    """
    row = find(session, file_id)
    if row is None:
        raise FileLost(file_id)
    with open_file(row) as stream:
        return row, stream.read()


def remove(session: Any, file_id: str) -> None:
    """Remove a row now, and its file as soon as the transaction is committed. Flushes."""
    row = find(session, file_id)
    if row is None:
        return
    _session(session).info.setdefault(_REMOVED, []).append(path(row))
    session.delete(row)
    session.flush()


def forget_orphans(session: Any, in_use: Collection[str]) -> int:
    """Remove rows that nothing names, and files without a row, if they are a day old. Flushes.

    :param in_use: ids of the files that are still named
    :returns: how many files went
    """
    before = utc_now() - YOUNG
    rows = session.execute(sa.select(PrivateFile.id, PrivateFile.created_at)).all()
    unused = [row.id for row in rows if row.id not in in_use and row.created_at < before]
    for file_id in unused:
        remove(session, file_id)
    known = {row.id for row in rows}
    return len(unused) + _sweep(known)


def clean_filename(name: str, extension: str) -> str:
    """What a download may be called: no folders, nothing that a system takes for something else."""
    last = re.split(r"[\\/]", clean_line(name.replace("\x00", "")))[-1]
    stem = last.rpartition(".")[0] or last
    stem = _UNSAFE_IN_NAMES.sub("", stem).strip(" .-")[:FILENAME_MAX_CHARS].strip(" .")
    if not stem or _OF_WINDOWS.match(stem):
        stem = f"document {stem}".strip()
    return f"{stem}.{extension}"


def _write(place: Path, source: BinaryIO) -> int:
    """Write a file under another name, and give it its own when it is whole."""
    place.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.parent.mkdir(mode=0o700, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as target:
            shutil.copyfileobj(source, target)
            target.flush()
            os.fsync(target.fileno())
            size = target.tell()
        Path(temporary).replace(place)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return size


def _sweep(known: Collection[str]) -> int:
    """Remove old files without a row, and what was never written to its end."""
    count = 0
    before = time.time() - YOUNG.total_seconds()
    for place in _all_files():
        with contextlib.suppress(FileNotFoundError):
            if place.name.partition(".")[0] not in known and place.stat().st_mtime < before:
                place.unlink()
                count += 1
    return count


def _all_files() -> Iterator[Path]:
    if has_storage():
        yield from (each for each in folder().glob("??/*") if each.is_file())


def _session(session: Any) -> Any:
    """The session itself: CKAN's ``model.Session`` is a registry of them."""
    return session() if callable(session) else session


def _after_commit(session: Any) -> None:
    if session.in_nested_transaction():
        return  # a savepoint: what it holds may still be rolled back
    session.info.pop(_SAVED, None)
    for place in session.info.pop(_REMOVED, ()):
        place.unlink(missing_ok=True)


def _after_rollback(session: Any) -> None:
    if session.in_nested_transaction():
        return  # what was saved before the savepoint stays
    session.info.pop(_REMOVED, None)
    for place in session.info.pop(_SAVED, ()):
        place.unlink(missing_ok=True)


sa.event.listen(model.Session, "after_commit", _after_commit)
sa.event.listen(model.Session, "after_rollback", _after_rollback)
