"""Read a JSON-lines file: a record a line, never more than one line in memory."""
from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ckanext.promote.importers.source import (
    MAX_BYTES,
    Problem,
    Record,
    Refused,
    key_of_path,
    key_of_text,
    plain_body,
    refuse_unstorable,
)

EXPECTED = (
    "Write an object with kind, source_path, front_matter and body, or one with the keys of a "
    "content and its type."
)


def read_lines(path: Path) -> Iterator[Record | Refused]:
    """The records of a file, in its order; a line that cannot be read is refused alone."""
    for number, line in _lines(path):
        where = f"{path.name}:{number}"
        try:
            yield _record(where, line)
        except Problem as err:
            yield Refused(where, err.field, err.reason)


def count_lines(path: Path) -> int:
    """Number of records, without reading them."""
    return sum(1 for _, line in _lines(path))


def _lines(path: Path) -> Iterator[tuple[int, bytes | None]]:
    """Number and bytes of each line that is not empty; None for one that is too long."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_BYTES + 1):
            number += 1
            if len(line) > MAX_BYTES:
                while line and not line.endswith(b"\n"):
                    line = file.readline(MAX_BYTES)
                yield number, None
            else:
                line = line.removeprefix(b"\xef\xbb\xbf").strip()
                if line:
                    yield number, line


def _record(where: str, line: bytes | None) -> Record:
    if line is None:
        raise Problem("line", f"It has more than {MAX_BYTES} bytes. Shorten it.")
    given = _parsed(line)
    if not isinstance(given, Mapping):
        raise Problem("line", f"It is not a JSON object. {EXPECTED}")
    refuse_unstorable(given)
    if "front_matter" not in given and "type" in given:
        return _content_record(where, given)
    return _source_record(where, given)


def _parsed(line: bytes) -> Any:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as err:
        raise Problem("line", f"It is not UTF-8 (byte {err.start + 1}). Save it as UTF-8.") from err
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as err:
        raise Problem("line", "It is nested too deeply. Flatten it.") from err
    except json.JSONDecodeError as err:
        raise Problem("line", f"It is not valid JSON ({err.msg}, column {err.colno}).") from err
    except ValueError as err:
        raise Problem("line", f"It is not valid JSON ({err}).") from err


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a value")


def _content_record(where: str, given: Mapping[str, Any]) -> Record:
    content = {key: value for key, value in given.items() if key != "source_path"}
    path = _text(given, "source_path")
    return Record(
        where=where,
        source_key=key_of_path(path)
        or key_of_text(_text(given, "type"), given.get("name"), given.get("title")),
        source_path=path,
        kind=_text(given, "type"),
        content=content,
    )


def _source_record(where: str, given: Mapping[str, Any]) -> Record:
    front_matter = given.get("front_matter")
    if not isinstance(front_matter, Mapping):
        raise Problem("front_matter", f"An object was expected here. {EXPECTED}")
    known = {"kind", "type", "source_path", "front_matter", "body"}
    beside = {key: value for key, value in given.items() if key not in known}
    path = _text(given, "source_path")
    body = plain_body(_text(given, "body"))
    kind = _text(given, "kind") or _text(given, "type")
    return Record(
        where=where,
        source_key=key_of_path(path)
        or key_of_text(kind, front_matter.get("permalink"), front_matter.get("title"), body),
        source_path=path,
        kind=kind,
        front_matter={**beside, **front_matter},
        body=body,
    )


def _text(given: Mapping[str, Any], key: str) -> str:
    value = given.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Problem(key, "Text was expected here.")
    return value
