"""Template helpers that every page of ours needs. None of them asks the database."""
from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import babel.dates
import ckantoolkit as tk
from markupsafe import Markup

from ckanext.promote import SOURCE_URL, __version__, config


def promote_has(feature: str) -> bool:
    """Whether a feature is on."""
    return feature in config.features()


def promote_about() -> dict[str, str]:
    """Version and source, for the last line of our pages."""
    return {"version": __version__, "source_url": SOURCE_URL}


def promote_date(value: str) -> str:
    """A date or moment in ISO form, written out in the reader's language."""
    try:
        date = dt.date.fromisoformat(value[:10])
    except ValueError:
        return value
    return str(babel.dates.format_date(date, format="long", locale=str(tk.h.lang())))


def promote_host(address: str) -> str:
    """The host of an address, shown beside a link so that people see where it leads."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def promote_rendered(content: Mapping[str, Any], field: str) -> Markup:
    """The stored HTML of a Markdown field: made by ``base.markdown``, and by nothing else."""
    return Markup(content["rendered"].get(field, ""))


def promote_with(parameters: Mapping[str, str], name: str, value: str) -> dict[str, str]:
    """Parameters of an address with one more."""
    return {**parameters, name: value}


def promote_without(parameters: Mapping[str, str], name: str) -> dict[str, str]:
    """Parameters of an address without one."""
    return {key: value for key, value in parameters.items() if key != name}


def promote_field_labels(content_type: Any) -> dict[str, str]:
    """Label of each field of a content type, in the reader's language."""
    return {declared.name: tk._(declared.label) for declared in content_type.all_fields}
