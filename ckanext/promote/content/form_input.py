"""From a content's form to raw input, and from a content to what its form shows.

The form works without JavaScript: rows are numbered fields, and buttons that add a row or look
for datasets send the form and get it back with everything that was typed.
"""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.promote.base import moments, uploads
from ckanext.promote.content.description import (
    FORMLESS,
    UPLOADED_DOCUMENT,
    ContentType,
    Field,
)

EMPTY_ROWS = 1
MAX_ROWS = 100


def parse(declaration: ContentType, form: Any, files: Any) -> dict[str, Any]:
    """Raw input for ``promote_content_create`` and ``_update`` from a posted form."""
    raw: dict[str, Any] = {"type": declaration.name}
    for name in ("name", "version", "idempotency_key"):
        if form.get(name):
            raw[name] = form[name]
    for declared in declaration.all_fields:
        if declared.widget in FORMLESS:
            continue
        raw[declared.name] = _parse_field(declared, form)
    for name in ("cover_upload", UPLOADED_DOCUMENT):
        if uploads.is_upload(files.get(name)):
            raw[name] = files[name]
    if declaration.field("screenshots"):
        raw.update(_parse_images("screenshots", form, files))
    if form.get("is_contact_confirmed") or form.get("contact_email") != form.get("contact_before"):
        raw["is_contact_confirmed"] = True
    return raw


def _parse_field(declared: Field, form: Any) -> Any:
    if declared.widget == "datasets":
        return list(dict.fromkeys(form.getlist(declared.name)))
    if declared.widget == "rows":
        return _parse_rows(declared, form)
    if declared.widget == "embeds":
        views = [{"resource_view": each} for each in form.getlist(f"{declared.name}-view")]
        rows = _parse_rows(declared, form)
        return views + [{key: row[key] for key in row if key != "resource_view"} for row in rows]
    if declared.widget == "addresses":
        prefix = declared.name + "-"
        return {key[len(prefix):]: value for key, value in form.items() if key.startswith(prefix)}
    if declared.widget == "images":
        return []
    if declared.widget == "document" and not form.get(declared.name):
        is_kept = not form.get(f"{declared.name}-remove")
        return form.get(f"{declared.name}-now", "") if is_kept else ""
    if declared.widget == "image" and form.get(f"{declared.name}-remove"):
        return ""
    return form.get(declared.name, "")


def _parse_rows(declared: Field, form: Any) -> list[dict[str, str]]:
    return [
        {
            column.name: form.get(f"{declared.name}-{number}-{column.name}", "")
            for column in declared.columns
        }
        for number in _row_numbers(declared.name, form)
    ]


def _parse_images(name: str, form: Any, files: Any) -> dict[str, Any]:
    entries, sent = [], []
    for number in _row_numbers(name, form):
        if form.get(f"{name}-{number}-remove"):
            continue
        upload = files.get(f"{name}-{number}-file")
        address, alt = form.get(f"{name}-{number}-url", ""), form.get(f"{name}-{number}-alt", "")
        if uploads.is_upload(upload):
            sent.append(upload)
            entries.append({"url": "", "alt": alt})
        elif address:
            entries.append({"url": address, "alt": alt})
    return {name: entries, f"{name}_upload": sent}


def _row_numbers(name: str, form: Any) -> list[int]:
    found = set()
    for key in form:
        parts = key.split("-")
        if len(parts) == 3 and parts[0] == name and parts[1].isdecimal() and len(parts[1]) < 4:
            found.add(int(parts[1]))
    return sorted(found)[:MAX_ROWS]


def shown(declaration: ContentType, values: Mapping[str, Any], add_row: str = "") -> dict[str, Any]:
    """What the form shows for each field: text for text, rows with empty ones at the end.

    :param add_row: the field that gets one more empty row
    """
    data: dict[str, Any] = {}
    for declared in declaration.all_fields:
        value = values.get(declared.name)
        if declared.widget in ("rows", "images", "embeds"):
            extra = EMPTY_ROWS + (1 if declared.name == add_row else 0)
            rows = [row for row in value or [] if any(row.values())]
            value = rows + [{} for _ in range(extra)]
        elif declared.widget == "tags" and isinstance(value, list):
            value = ", ".join(tag["name"] if isinstance(tag, Mapping) else tag for tag in value)
        elif declared.widget == "lines" and isinstance(value, list):
            value = "\n".join(value)
        elif declared.widget == "moment" and isinstance(value, str):
            value = moments.local(value)
        elif value is None:
            value = declared.default
        data[declared.name] = value
    for key in ("name", "version", "idempotency_key"):
        data[key] = values.get(key, "")
    return data
