"""Read YAML into declared shapes, and name everything that is wrong with it at once.

Of YAML only what a person writes by hand: mappings, lists, text, whole numbers, true, false and
null. No aliases (a few lines of them unfold to gigabytes), no tags, no key twice; a date is text
until its field makes it one, and so is ``NO``, which is a country. Pure: no CKAN.
"""
from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
import yaml
from yaml.composer import ComposerError

from ckanext.promote.base.text import clean_line

MAX_BYTES = 1_000_000

_TAG = "tag:yaml.org,2002:"
_PLAIN = {
    "null": (re.compile(r"(?:~|null|)\Z"), ["~", "n", ""]),
    "bool": (re.compile(r"(?:true|false)\Z"), ["t", "f"]),
    "int": (re.compile(r"-?(?:0|[1-9][0-9]{0,8})\Z"), list("-0123456789")),
}


@dataclass(frozen=True)
class Problem:
    """What is wrong at a place of a file, and what was expected there.

    ``path`` is like ``sectors[3].label.es``, or a line and column, or empty: the whole file.
    """

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


@dataclass
class Reading:
    """A reading in progress: the problems found so far."""

    problems: list[Problem] = field(default_factory=list)

    def wrong(self, path: str, message: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(path, message))


class _Loader(yaml.SafeLoader):
    """YAML without aliases, tags, and guesses about dates, numbers and words."""

    yaml_implicit_resolvers: dict[str, Any] = {}
    yaml_constructors = {
        _TAG + name: yaml.SafeLoader.yaml_constructors[_TAG + name]
        for name in ("null", "bool", "int", "str", "seq", "map")
    } | {None: yaml.SafeLoader.construct_undefined}

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise ComposerError(
                None, None, "an alias (*) stands here, its content was expected",
                self.peek_event().start_mark,
            )
        return super().compose_node(parent, index)


for _name, (_pattern, _first) in _PLAIN.items():
    _Loader.add_implicit_resolver(_TAG + _name, _pattern, _first)


def read(path: Path, reading: Reading) -> Any:
    """The content of a YAML file as plain values; None when it could not be read."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        text = data.decode("utf-8-sig")
    except OSError as err:
        return reading.wrong("", f"cannot be read ({err.strerror}), a YAML file was expected")
    except UnicodeDecodeError as err:
        return reading.wrong("", f"byte {err.start + 1} is not UTF-8, text in UTF-8 was expected")
    if len(data) > MAX_BYTES:
        return reading.wrong("", f"is too large, at most {MAX_BYTES} bytes were expected")
    try:
        return _plain_values(text, reading)
    except yaml.MarkedYAMLError as err:
        what = ", ".join(part for part in (err.context, err.problem) if part)
        reading.wrong(_place(err.problem_mark), f"{what}; valid YAML was expected")
    except RecursionError:
        reading.wrong("", "is nested too deeply, a few levels were expected")
    except (yaml.YAMLError, ValueError, LookupError) as err:
        reading.wrong("", f"{' '.join(str(err).split())}, valid YAML was expected")
    return None


def _plain_values(text: str, reading: Reading) -> Any:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return reading.wrong("", "is empty, a mapping was expected")
        for path, mark in _keys_given_twice(node, ""):
            reading.wrong(path, f"is given twice (again at {_place(mark)}), one was expected")
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _keys_given_twice(node: yaml.Node, path: str) -> Iterator[tuple[str, yaml.Mark]]:
    if isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield from _keys_given_twice(item, f"{path}[{number}]")
    elif isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            # A list as a key is refused where values are made.
            name = key.value if isinstance(key.value, str) else ""
            if name in seen:
                yield _below(path, name), key.start_mark
            seen.add(name)
            yield from _keys_given_twice(value, _below(path, name))


def _place(mark: yaml.Mark | None) -> str:
    return f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""


def _below(path: str, key: object) -> str:
    name = key if isinstance(key, str) and key.isprintable() else ascii(key)
    return f"{path}.{name[:60]}".lstrip(".")


def build(kind: Any, value: Any, reading: Reading, path: str = "") -> Any:
    """A value of a declared kind: Struct, ``tuple[kind, ...]``, optional, or what msgspec knows.

    Entries of a list differ (by ``slug`` where they have one). Goes on after a problem, in order
    to find the others: what has one is None in the result. What is expected is said in the words
    of ``msgspec.Meta(description=...)``.
    """
    if get_origin(kind) in (Union, types.UnionType):
        if value is None:
            return None
        kind = next(each for each in get_args(kind) if each is not type(None))
    inner = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
        return _struct(inner, value, reading, path)
    if get_origin(inner) is tuple:
        return _tuple(kind, get_args(inner)[0], value, reading, path)
    return _leaf(kind, value, reading, path)


def _struct(kind: type[msgspec.Struct], value: Any, reading: Reading, path: str) -> Any:
    if not isinstance(value, Mapping):
        return reading.wrong(path, _given(value, kind))
    fields = {each.encode_name: each for each in msgspec.structs.fields(kind)}
    for key in value:
        if key not in fields:
            known = ", ".join(fields)
            reading.wrong(_below(path, key), f"is not known, one of these was expected: {known}")
    made = {}
    for name, declared in fields.items():
        if name in value:
            made[declared.name] = build(declared.type, value[name], reading, _below(path, name))
        elif declared.required:
            made[declared.name] = reading.wrong(
                _below(path, name), f"is missing, {_expected(declared.type)} was expected"
            )
    return kind(**made)


def _tuple(kind: Any, item_kind: Any, value: Any, reading: Reading, path: str) -> Any:
    if not isinstance(value, list):
        return reading.wrong(path, _given(value, kind))
    bounds = [each.min_length or 0 for each in get_args(kind)[1:] if isinstance(each, msgspec.Meta)]
    if len(value) < max(bounds, default=0):
        return reading.wrong(path, f"is empty, {_expected(kind)} was expected")
    items = []
    seen = set()
    for number, item in enumerate(value):
        place = f"{path}[{number}]"
        built = build(item_kind, item, reading, place)
        name = getattr(built, "slug", built)
        if name is not None and name in seen:
            where = _below(place, "slug") if hasattr(built, "slug") else place
            reading.wrong(where, f"{name!r} is given twice, each only once was expected")
        seen.add(name)
        items.append(built)
    return tuple(items)


def _leaf(kind: Any, value: Any, reading: Reading, path: str) -> Any:
    if isinstance(value, str) and clean_line(value) != value:
        return reading.wrong(
            path,
            f"{value!a:.60} has spaces around it or characters that cannot be seen, "
            "plain text was expected",
        )
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return reading.wrong(path, _given(value, kind))


def _given(value: Any, kind: Any) -> str:
    return f"{_name_of(value)} was given, {_expected(kind)} was expected"


def _name_of(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value!r:.60}"


def _expected(kind: Any) -> str:
    origin = get_origin(kind)
    if origin is Annotated:
        return next(each.description for each in get_args(kind)[1:] if each.description)
    if origin is Literal:
        return f"one of {', '.join(get_args(kind))}"
    if origin is tuple:
        return "a list"
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return f"a mapping with {', '.join(kind.__struct_encode_fields__)}"
    return {bool: "true or false"}.get(kind, "a value")
