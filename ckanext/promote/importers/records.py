"""Read a source, whatever its form: ``read`` gives its records one by one.

A source is a JSON-lines file, a folder of Jekyll Markdown files, or one such file. What is wrong
with one record never stops the others.
"""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ckanext.promote.importers import jekyll, jsonlines
from ckanext.promote.importers.source import Record, Refused, SourceError

__all__ = ["Record", "Refused", "SourceError", "count", "read"]


def read(path: str | Path) -> Iterator[Record | Refused]:
    """The records of a source, in their order, with those that could not be read.

    :raises SourceError: when the source itself cannot be read, before the first record
    """
    source = _checked(path)
    if source.is_dir():
        return jekyll.read_folder(source)
    if source.name.lower().endswith(jekyll.SUFFIXES):
        return iter([jekyll.read_file(source, source.parent)])
    return jsonlines.read_lines(source)


def count(path: str | Path) -> int:
    """How many records ``read`` will give.

    :raises SourceError: as ``read``
    """
    source = _checked(path)
    if source.is_dir():
        return jekyll.count_files(source)
    if source.name.lower().endswith(jekyll.SUFFIXES):
        return 1
    return jsonlines.count_lines(source)


def _checked(path: str | Path) -> Path:
    source = Path(path)
    try:
        if not source.exists():
            raise SourceError(f"There is no file or folder {str(source)!r}. Check the path.")
        source = source.resolve()
        if source.is_dir():
            next(source.iterdir(), None)
        elif source.is_file():
            source.open("rb").close()
        else:
            raise SourceError(f"{str(source)!r} is neither a file nor a folder.")
    except (OSError, ValueError) as err:
        reason = getattr(err, "strerror", None) or err
        raise SourceError(f"{str(source)!r} cannot be read: {reason}.") from err
    return source
