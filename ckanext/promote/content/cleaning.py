"""Check and convert what was given for a content, field by field, by its declaration.

``clean`` returns values in the form in which they are stored, and sentences by field for what is
wrong. It asks the database nothing: whether a dataset or an institution exists is asked later.
"""
from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import ckantoolkit as tk

from ckanext.promote.base import rawinput, text, uploads
from ckanext.promote.content import embeds, vocabulary
from ckanext.promote.content.cleaning_values import (
    Wrong,
    clean_address,
    clean_date,
    clean_email,
    clean_moment,
    is_later,
)
from ckanext.promote.content.description import UPLOADED_DOCUMENT, ContentType, Field

TAG = re.compile(r"[\w \-.]*", re.UNICODE)
JSON_MAX_CHARS = 65_536
TRUE = frozenset({"true", "1", "yes", "on"})


@dataclass
class Cleaned:
    """Values by field, and sentences by field: what is wrong, and what is not there yet."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    missing: dict[str, list[str]] = field(default_factory=dict)

    def wrong(self, name: str, message: str) -> None:
        """Add a sentence to a field."""
        self.errors.setdefault(name, []).append(message)

    def lacks(self, name: str, message: str) -> None:
        """Say what a field needs before the content can be published; a draft may do without."""
        self.missing.setdefault(name, []).append(message)

    def problems(self, needed: Collection[str] | None = None) -> dict[str, list[str]]:
        """All that is wrong, with what is missing of the needed fields (of all by default)."""
        found = dict(self.errors)
        for name, messages in self.missing.items():
            if needed is None or name in needed:
                found[name] = [*found.get(name, []), *messages]
        return found


def clean(declaration: ContentType, raw: Mapping[str, Any]) -> Cleaned:
    """All fields of a type, from raw input that has been walked for forbidden characters."""
    found = Cleaned()
    for each in declaration.all_fields:
        try:
            value = clean_field(each, raw.get(each.name))
        except Wrong as err:
            found.wrong(each.name, err.message)
            continue
        is_sent = each.widget == "document" and raw.get(UPLOADED_DOCUMENT)
        if each.required and value in ("", None, [], {}) and not is_sent:
            found.lacks(each.name, missing(each))
        found.values[each.name] = value
    _check_order(declaration, found)
    return found


def _check_order(declaration: ContentType, found: Cleaned) -> None:
    for each in declaration.fields:
        before = declaration.field(each.not_before)
        first, then = found.values.get(each.not_before), found.values.get(each.name)
        if before and first and then and is_later(first, then):
            message = tk._("This is earlier than “{label}”. Change one of the two.")
            found.wrong(each.name, message.format(label=tk._(before.label)))


def missing(declared: Field) -> str:
    """What to say when a required field is empty."""
    if declared.widget == "email":
        return tk._("Give an e-mail address where people can ask. It is shown to the public.")
    if declared.widget == "select":
        return tk._("Choose one: {choices}.").format(
            choices=", ".join(label for _, label in vocabulary.choices(declared.vocabulary))
        )
    if declared.widget == "document":
        return tk._("Choose a file, or give the address where the document is.")
    return tk._("This is required. Fill it in.")


def clean_field(declared: Field, value: Any) -> Any:
    """One value in its stored form; empty text, list or object where nothing was given.

    :raises Wrong: with a sentence that names the problem and what is expected
    """
    if value is None:
        value = declared.default
    return CLEANERS[declared.widget](declared, value)


def _line(declared: Field, value: Any) -> str:
    cleaned = text.clean_line(_text_of(value))
    _check_length(declared, cleaned)
    return cleaned


def _block(declared: Field, value: Any) -> str:
    cleaned = text.clean_block(_text_of(value))
    _check_length(declared, cleaned)
    return cleaned


def _check_length(declared: Field, value: str) -> None:
    if len(value) > declared.max_length:
        raise Wrong(
            tk._("This has {count} characters. Shorten it to {max}.").format(
                count=len(value), max=declared.max_length
            )
        )


def _text_of(value: Any) -> str:
    if isinstance(value, (dict, list, tuple, set, bool)):
        raise Wrong(tk._("Text was expected here."))
    return str(value)


def _email(declared: Field, value: Any) -> str:
    address = _line(declared, value)
    return clean_email(address) if address else ""


def _address(declared: Field, value: Any) -> str:
    address = _line(declared, value)
    return clean_address(address) if address else ""


def _date(declared: Field, value: Any) -> str:
    given = _line(declared, value)
    return clean_date(given) if given else ""


def _moment(declared: Field, value: Any) -> str:
    given = _line(declared, value)
    return clean_moment(given) if given else ""


def _document(declared: Field, value: Any) -> str:
    """An address, or the name of a file of ours: who may use that is asked later."""
    given = _line(declared, value)
    return given if uploads.private_id(given) else _address(declared, given)


def _select(declared: Field, value: Any) -> str:
    chosen = _line(declared, value)
    if not chosen:
        return ""
    offered = vocabulary.choices(declared.vocabulary)
    if chosen not in {slug for slug, _ in offered}:
        raise Wrong(
            tk._("“{value}” is not one of the choices. Use one of: {choices}.").format(
                value=chosen[:80], choices=", ".join(slug for slug, _ in offered)
            )
        )
    return chosen


def _lines(declared: Field, value: Any) -> list[str]:
    if isinstance(value, str):
        value = _json_list(value) or value.split("\n")
    entries = [_line(declared, entry) for entry in _list_of(declared, value)]
    return _counted(declared, _distinct(entries))


def _tags(declared: Field, value: Any) -> list[str]:
    if isinstance(value, str):
        value = _json_list(value) or value.split(",")
    names = [
        _line(declared, entry.get("name", "") if isinstance(entry, Mapping) else entry)
        for entry in _list_of(declared, value)
    ]
    tags = _counted(declared, _distinct(names))
    for tag in tags:
        if len(tag) < 2 or not TAG.fullmatch(tag):
            raise Wrong(
                tk._(
                    "The tag “{tag}” cannot be used: a tag has at least two letters or digits, "
                    "and may have spaces, dots, - and _."
                ).format(tag=tag[:80])
            )
    return tags


def _datasets(declared: Field, value: Any) -> list[str]:
    if isinstance(value, str):
        value = _json_list(value) or re.split(r"[\s,]+", value)
    names = []
    for entry in _list_of(declared, value):
        if isinstance(entry, Mapping):
            entry = entry.get("name") or entry.get("id") or ""
        names.append(_line(declared, entry))
    return _counted(declared, _distinct(names))


def _rows(declared: Field, value: Any) -> list[dict[str, Any]]:
    if isinstance(value, str) and value.strip():
        value = _json_list(value) or value
    rows: list[dict[str, Any]] = []
    for number, entry in enumerate(_list_of(declared, value), 1):
        if not isinstance(entry, Mapping):
            raise Wrong(
                tk._("Entry {number}: an object with {keys} was expected.").format(
                    number=number, keys=", ".join(column.name for column in declared.columns)
                )
            )
        row = _row(declared, number, entry)
        if any(row.values()):
            rows.append(row)
    return _counted(declared, rows)


def _row(declared: Field, number: int, entry: Mapping[str, Any]) -> dict[str, Any]:
    known = {column.name for column in declared.columns}
    unknown = sorted(str(key) for key in entry if key not in known)
    if unknown:
        raise Wrong(
            tk._("Entry {number}: there is no “{key}”.").format(
                number=number, key=unknown[0][:80]
            )
        )
    row: dict[str, Any] = {}
    for column in declared.columns:
        try:
            row[column.name] = clean_field(column, entry.get(column.name))
        except Wrong as err:
            raise Wrong(
                tk._("Entry {number}, {label}: {message}").format(
                    number=number, label=tk._(column.label), message=err.message
                )
            ) from err
    empty = [column for column in declared.columns if column.required and not row[column.name]]
    if any(row.values()) and empty:
        raise Wrong(
            tk._("Entry {number}: “{label}” is missing.").format(
                number=number, label=tk._(empty[0].label)
            )
        )
    return row


def _addresses(declared: Field, value: Any) -> dict[str, str]:
    if isinstance(value, str):
        value = _json_object(value)
    if not isinstance(value, Mapping):
        raise Wrong(tk._("An object with an address for each platform was expected."))
    offered = dict(vocabulary.choices(declared.vocabulary))
    found = {}
    for key, address in value.items():
        if key not in offered:
            raise Wrong(
                tk._("“{value}” is not one of the choices. Use one of: {choices}.").format(
                    value=str(key)[:80], choices=", ".join(offered)
                )
            )
        try:
            cleaned = _address(declared, address if address is not None else "")
        except Wrong as err:
            raise Wrong(
                tk._("{label}: {message}").format(label=offered[key], message=err.message)
            ) from err
        if cleaned:
            found[key] = cleaned
    return found


def is_true(value: Any) -> bool:
    """Whether a flag is set, as JSON or as a form sends it."""
    return value is True or str(value).strip().lower() in TRUE


def _embeds(declared: Field, value: Any) -> list[embeds.Embed]:
    if isinstance(value, str) and value.strip():
        value = _json_list(value) or value
    found: list[embeds.Embed] = []
    for number, entry in enumerate(_list_of(declared, value), 1):
        try:
            cleaned = embeds.clean(entry)
        except Wrong as err:
            raise Wrong(embeds.numbered(number, err.message)) from err
        if cleaned and cleaned not in found:
            found.append(cleaned)
    return _counted(declared, found)


def _flag(declared: Field, value: Any) -> bool:
    return value if isinstance(value, bool) else _text_of(value).strip().lower() in TRUE


def _json(declared: Field, value: Any) -> Any:
    if isinstance(value, str):
        value = _json_object(value)
    if not isinstance(value, Mapping):
        raise Wrong(tk._("An object was expected here."))
    if len(json.dumps(value, default=str)) > JSON_MAX_CHARS:
        raise Wrong(
            tk._("This has more than {max} characters as JSON. Leave something out.").format(
                max=JSON_MAX_CHARS
            )
        )
    return json.loads(json.dumps(value, default=str))


def _json_list(value: str) -> list[Any]:
    """The list that a form or a multipart request sent as JSON text; else nothing."""
    if not value.lstrip().startswith("["):
        return []
    try:
        parsed = json.loads(value)
    except ValueError:
        raise Wrong(tk._("This is not valid JSON. A list was expected.")) from None
    _refuse_forbidden(parsed)
    return parsed if isinstance(parsed, list) else []


def _json_object(value: str) -> Any:
    if not value.strip():
        return {}
    try:
        parsed = json.loads(value)
    except ValueError:
        raise Wrong(tk._("This is not valid JSON. An object was expected.")) from None
    _refuse_forbidden(parsed)
    return parsed


def _refuse_forbidden(parsed: Any) -> None:
    """JSON text was walked as text: what it spells with escapes is seen only now."""
    for messages in rawinput.problems({"json": parsed}).values():
        raise Wrong(messages[0])


def _list_of(declared: Field, value: Any) -> list[Any]:
    if value == "":
        return []
    if not isinstance(value, (list, tuple)):
        raise Wrong(tk._("A list was expected here."))
    if len(value) > 10 * declared.max_items:
        raise Wrong(_too_many(declared, len(value)))
    return list(value)


def _counted(declared: Field, entries: list[Any]) -> list[Any]:
    if len(entries) > declared.max_items:
        raise Wrong(_too_many(declared, len(entries)))
    return entries


def _too_many(declared: Field, count: int) -> str:
    return tk._("These are {count} entries. Keep at most {max}.").format(
        count=count, max=declared.max_items
    )


def _distinct(entries: list[str]) -> list[str]:
    return list(dict.fromkeys(entry for entry in entries if entry))


Cleaner = Callable[[Field, Any], Any]
CLEANERS: dict[str, Cleaner] = {
    "line": _line,
    "text": _block,
    "markdown": _block,
    "email": _email,
    "url": _address,
    "date": _date,
    "moment": _moment,
    "document": _document,
    "select": _select,
    "institution": _line,
    "datasets": _datasets,
    "tags": _tags,
    "lines": _lines,
    "rows": _rows,
    "images": _rows,
    "addresses": _addresses,
    "image": _line,
    "embeds": _embeds,
    "flag": _flag,
    "json": _json,
}
