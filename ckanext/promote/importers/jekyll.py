"""Read a folder of Jekyll Markdown files: one record a file, one file at a time in memory."""
from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from ckanext.promote.importers import frontmatter
from ckanext.promote.importers.source import (
    MAX_BYTES,
    Problem,
    Record,
    Refused,
    key_of_path,
    plain_body,
    refuse_unstorable,
)

SUFFIXES = (".md", ".markdown")
NOT_CONTENT = frozenset({"_site", "_layouts", "_includes", "_sass", "node_modules", "vendor"})
"""Folders in which Jekyll, or what comes with it, keeps other things."""


def read_folder(root: Path) -> Iterator[Record | Refused]:
    """The records of a folder, then those of the folders in it; each file is refused alone."""
    root = root.resolve()
    for path in _files(root):
        yield read_file(path, root)


def count_files(root: Path) -> int:
    """Number of records in a folder, without reading them."""
    return sum(1 for _ in _files(root.resolve()))


def read_file(path: Path, root: Path) -> Record | Refused:
    """The record in one file below ``root``."""
    where = _shown(path.relative_to(root).as_posix())
    try:
        return _record(path, root, where)
    except Problem as err:
        return Refused(where, err.field, err.reason)


def _files(root: Path) -> Iterator[Path]:
    """Markdown files by path, and links to folders, which ``read_file`` refuses."""
    for folder, names, files in os.walk(root):
        names[:] = sorted(
            name for name in names if not name.startswith(".") and name not in NOT_CONTENT
        )
        for name in names:
            if (Path(folder) / name).is_symlink():
                yield Path(folder) / name
        for name in sorted(files):
            if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                yield Path(folder) / name


def _record(path: Path, root: Path, where: str) -> Record:
    text = _text(path, root)
    if "\x00" in text:
        raise Problem("file", "The text has a NUL character. Remove it.")
    yaml_text, body = frontmatter.split(text)
    front_matter, notes = frontmatter.parse(yaml_text)
    refuse_unstorable(front_matter)
    return Record(
        where=where,
        source_key=_key(path, root),
        source_path=where,
        kind=_kind(front_matter),
        front_matter=front_matter,
        body=plain_body(body),
        root=root,
        notes=tuple(notes),
    )


def _text(path: Path, root: Path) -> str:
    try:
        real = path.resolve(strict=True)
        if path.is_symlink() and (real.is_dir() or not real.is_relative_to(root)):
            raise Problem("file", "It is a link out of the folder, or to one. Copy what it means.")
        # A pipe or a device would never end.
        if not stat.S_ISREG(real.stat().st_mode):
            raise Problem("file", "It is not a file.")
        with real.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, RuntimeError) as err:
        reason = getattr(err, "strerror", None) or "a link that goes in circles"
        raise Problem("file", f"It cannot be read ({reason}).") from err
    if len(data) > MAX_BYTES:
        raise Problem("file", f"It has more than {MAX_BYTES} bytes. Shorten it.")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as err:
        raise Problem("file", f"It is not UTF-8 (byte {err.start + 1}). Save it as UTF-8.") from err


def _key(path: Path, root: Path) -> str:
    """The path below the last folder called _posts that holds it, else below ``root``."""
    inside = path.relative_to(root).as_posix()
    above = root.as_posix().split("/")
    if "_posts" in above and "_posts" not in inside.split("/"):
        start = len(above) - 1 - above[::-1].index("_posts")
        inside = "/".join([*above[start:], inside])
    return unicodedata.normalize("NFC", key_of_path(_shown(inside)))


def _kind(front_matter: dict[str, object]) -> str:
    for key in ("kind", "type"):
        if isinstance(front_matter.get(key), str):
            return str(front_matter[key])
    return ""


def _shown(name: str) -> str:
    """A file name as text, also one that is not UTF-8."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
