"""Lists of conversations for other programs: CSV for spreadsheets, Atom for feed readers."""
from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import ckantoolkit as tk

BOM = "\ufeff"
"""Without it, spreadsheets take UTF-8 for the alphabet of their country."""
COLUMNS = (
    "number", "url", "title", "kind", "topic", "about_type", "about", "institution", "state",
    "outcome", "created_at", "due_at", "is_overdue", "first_answered_at", "resolved_at",
    "promised_for", "posts", "me_too",
)  # fmt: skip
ATOM = "http://www.w3.org/2005/Atom"

_FORMULA = re.compile(r"[=+\-@\t\r\n]")
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def cell(value: Any) -> str:
    """A value that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def table(items: Sequence[Mapping[str, Any]]) -> str:
    """A list as CSV: UTF-8 with a mark, so that spreadsheets know it; names as the API has them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for item in items:
        writer.writerow([cell(value) for value in _row(item)])
    return BOM + out.getvalue()


def _row(item: Mapping[str, Any]) -> list[Any]:
    about = item["subject"] or {"type": "", "title": ""}
    promise = item["commitment"]
    return [
        item["number"], whole(tk.h.promote_thread_url(item["id"])), item["title"], item["kind"],
        item["topic"], about["type"], about["title"], item["institution"], item["state"],
        item["outcome"], item["created_at"], item["due_at"],
        "true" if item["is_overdue"] else "false", item["first_answered_at"],
        item["resolved_at"], promise["due_on"] if promise else None, item["posts_count"],
        item["supporters_count"],
    ]  # fmt: skip


def whole(path: str) -> str:
    """A path of ours as a whole address."""
    return str(tk.config["ckan.site_url"]).rstrip("/") + path


def address(path: str, parameters: Mapping[str, str]) -> str:
    """A whole address with parameters."""
    return whole(path) + (f"?{urlencode(parameters)}" if parameters else "")


def feed(title: str, here: str, page: str, items: Sequence[Mapping[str, Any]]) -> str:
    """A list as Atom: the newest first. What XML cannot have is left out."""
    root = ET.Element("feed", {"xmlns": ATOM})
    _add(root, "title", title)
    _add(root, "id", here)
    _add(root, "link", None, rel="self", href=here)
    _add(root, "link", None, rel="alternate", href=page)
    newest = max((item["last_activity_at"] for item in items), default="1970-01-01T00:00:00+00:00")
    _add(root, "updated", newest)
    author = ET.SubElement(root, "author")
    _add(author, "name", str(tk.config.get("ckan.site_title") or ""))
    for item in items:
        _entry(root, item)
    declaration = '<?xml version="1.0" encoding="utf-8"?>\n'
    return declaration + ET.tostring(root, encoding="unicode")


def _entry(root: ET.Element, item: Mapping[str, Any]) -> None:
    entry = ET.SubElement(root, "entry")
    url = whole(tk.h.promote_thread_url(item["id"]))
    _add(entry, "title", item["title"])
    _add(entry, "id", f"urn:uuid:{item['id']}")
    _add(entry, "link", None, rel="alternate", href=url)
    _add(entry, "published", item["created_at"])
    _add(entry, "updated", item["last_activity_at"])
    _add(entry, "summary", _summary(item))


def _summary(item: Mapping[str, Any]) -> str:
    about = item["subject"]
    parts = [
        item["number"],
        tk.h.promote_thread_kind(item["kind"]),
        about["title"] if about else "",
        item["institution_title"] or item["institution"] or tk.h.promote_coordination(),
        tk.h.promote_thread_state(item["state"]),
        tk.h.promote_thread_outcome(item["outcome"]) if item["outcome"] else "",
    ]
    return " · ".join(part for part in parts if part)


def _add(parent: ET.Element, name: str, text: str | None, **given: str) -> None:
    child = ET.SubElement(parent, name, given)
    if text is not None:
        child.text = _NO_XML.sub("", text)
