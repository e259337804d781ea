"""What a reader hands on: a record of a source, or the reason why it could not be read.

Pure: no CKAN. Readers make these, ``mapping`` turns a record into a content, ``run`` writes it.
"""
from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from ckanext.promote.base.text import has_forbidden

MAX_BYTES = 2 * 2**20
"""Of one record: a line of a JSON-lines file, or a Markdown file."""
MAX_DEPTH = 12


class SourceError(Exception):
    """The whole source cannot be read. One sentence."""


class Note(NamedTuple):
    """Something that the importer decided and a person should know."""

    field: str
    message: str


class Problem(ValueError):
    """A record that cannot be taken, with the field and the sentence for its report."""

    def __init__(self, field_name: str, reason: str) -> None:
        super().__init__(f"{field_name}: {reason}")
        self.field = field_name
        self.reason = reason


@dataclass(frozen=True)
class Refused:
    """A record that could not be read: where it stands, which field, what is wrong."""

    where: str
    field: str
    reason: str


@dataclass(frozen=True)
class Record:
    """A record that could be read, in the words of its source."""

    where: str
    """For people: the file and the line, or the file's path in its folder."""
    source_key: str
    """What it is known by from one run to the next."""
    source_path: str = ""
    kind: str = ""
    """What the source calls its type; empty when only its place tells."""
    front_matter: Mapping[str, Any] = field(default_factory=dict)
    body: str = ""
    content: Mapping[str, Any] | None = None
    """The content's own keys, for a record that already has them."""
    root: Path | None = None
    """The folder in which its images may lie."""
    notes: tuple[Note, ...] = ()

    @property
    def digest(self) -> str:
        """Of what the source says; equal for the same text from a file or a line."""
        said = {"content": self.content, "front_matter": self.front_matter, "body": self.body}
        text = json.dumps(said, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def key_of_path(path: str) -> str:
    """A record's key from its path: the same whether the site or one of its folders is read."""
    parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".")]
    if "_posts" in parts:
        parts = parts[parts.index("_posts") :]
    return "/".join(parts)


def key_of_text(kind: str, *texts: Any) -> str:
    """A record's key when it has no path: its kind and the first text that names it."""
    named = next((str(text) for text in texts if text not in (None, "", [], {})), "")
    if len(named) > 200:
        named = hashlib.sha256(named.encode()).hexdigest()
    return f"{kind}:{named.strip()}"


def plain_body(text: str) -> str:
    r"""A text with ``\n`` line ends and nothing around it, so that equal texts are equal."""
    return re.sub(r"\r\n?", "\n", text).strip()


def refuse_unstorable(values: Mapping[str, Any]) -> None:
    """Refuse what no database takes, wherever it is nested.

    :raises Problem: naming the top-level key
    """
    for key, value in values.items():
        stack: list[tuple[Any, int]] = [(key, 0), (value, 0)]
        while stack:
            item, depth = stack.pop()
            if depth > MAX_DEPTH:
                raise Problem(_shown(key), f"It is nested more than {MAX_DEPTH} deep. Flatten it.")
            if isinstance(item, str):
                reason = has_forbidden(item)
                if reason:
                    raise Problem(_shown(key), reason)
            elif isinstance(item, Mapping):
                stack.extend((part, depth + 1) for pair in item.items() for part in pair)
            elif isinstance(item, (list, tuple)):
                stack.extend((part, depth + 1) for part in item)


def _shown(key: str) -> str:
    return key.encode("ascii", "backslashreplace").decode()[:100] if has_forbidden(key) else key
