"""The front matter of a Jekyll file: YAML, as people type it.

Only plain data is made of it: no tags, no aliases, and a date stays the text that was typed. What
is no YAML for a small reason (a tab, a colon in a title) is put right line by line, with a note.
"""
from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

import yaml
from yaml.composer import ComposerError

from ckanext.promote.importers.source import Note, Problem

MAX_CHARS = 100_000

_KEY_LINE = re.compile(r"(?P<before> *(?:- +)?[\w][\w .-]*:) +(?P<value>\S.*?) *")
_FENCE = re.compile(r"---[ \t]*")
_END = re.compile(r"(?:---|\.\.\.)[ \t]*")


def split(text: str) -> tuple[str, str]:
    """Front matter and body of a file's text.

    :raises Problem: when it does not begin with front matter, or that has no end
    """
    lines = text.lstrip("\n").split("\n")
    if not _FENCE.fullmatch(lines[0]):
        raise Problem(
            "front_matter", "There is none. Begin the file with a line of ---, as Jekyll wants it."
        )
    for number, line in enumerate(lines[1:], 1):
        if _END.fullmatch(line):
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :])
    raise Problem("front_matter", "It has no end. Close it with a line of ---.")


def parse(text: str) -> tuple[dict[str, Any], list[Note]]:
    """The keys of a front matter, and what had to be put right.

    :raises Problem: when it is no YAML object of plain data
    """
    if len(text) > MAX_CHARS:
        raise Problem("front_matter", f"It has more than {MAX_CHARS} characters. Shorten it.")
    notes: list[Note] = []
    try:
        loaded, twice = _load(text)
    except yaml.YAMLError as err:
        try:
            loaded, twice = _load(_repaired(text))
        except yaml.YAMLError:
            raise Problem("front_matter", _sentence(err)) from err
        notes.append(Note("front_matter", "It is not valid YAML; it was read line by line."))
    notes.extend(Note(key, "It is there more than once; the last one counts.") for key in twice)
    if loaded is None:
        loaded = {}
    if not isinstance(loaded, Mapping):
        raise Problem("front_matter", "A list of “key: value” was expected.")
    return {str(key): _plain(str(key), value) for key, value in loaded.items()}, notes


class _Loader(yaml.SafeLoader):
    """Plain data only. Null, true, false and whole numbers are recognised; the rest is text."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.twice: list[str] = []

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            mark = self.peek_event().start_mark
            # A few lines of aliases can stand for gigabytes.
            raise ComposerError(None, None, "aliases are not used here", mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        self.twice.extend(sorted({key for key in keys if keys.count(key) > 1}))
        return super().construct_mapping(node, deep)


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"-?(?:0|[1-9][0-9]{0,17})$"), list("-0123456789")
)


def _load(text: str) -> tuple[Any, list[str]]:
    try:
        loader = _Loader(text)
        try:
            return loader.get_single_data(), loader.twice
        finally:
            loader.dispose()
    except RecursionError as err:
        raise yaml.YAMLError("it is nested too deeply") from err
    except (ValueError, TypeError, KeyError) as err:
        # An explicit tag (!!timestamp) whose text does not fit.
        raise yaml.YAMLError(str(err)) from err


def _repaired(text: str) -> str:
    """The same lines, with spaces for tabs and quotes around values that YAML cannot read."""
    return "\n".join(_repaired_line(line) for line in text.replace("\t", "  ").split("\n"))


def _repaired_line(line: str) -> str:
    found = _KEY_LINE.fullmatch(line)
    if not found:
        return line
    value = found["value"]
    try:
        loaded, _ = _load(value)
        is_fine = not isinstance(loaded, Mapping) or value.startswith("{")
    except yaml.YAMLError:
        # The beginning of a list or of a text of several lines goes on below.
        is_fine = value[0] in "[{" and not value.startswith("{{")
    if is_fine or value[0] in "|>" or value.startswith("!!"):
        return line
    quoted = value.replace("'", "''")
    return f"{found['before']} '{quoted}'"


def _sentence(err: yaml.YAMLError) -> str:
    mark = getattr(err, "problem_mark", None)
    place = f"line {mark.line + 2}: " if mark else ""
    problem = getattr(err, "problem", None) or str(err).splitlines()[0]
    return f"It is not valid YAML ({place}{problem}). Quote texts that have special characters."


def _plain(key: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(each): _plain(key, part) for each, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(key, part) for part in value]
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    raise Problem(key, "This kind of YAML value is not used here. Write it as text.")
