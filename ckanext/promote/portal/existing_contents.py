"""The contents that are written on a portal that exists: one of each type, by different people."""
from __future__ import annotations

import base64
import io
import json
from typing import Any, NamedTuple

from PIL import Image

CONTACT = "data@portal.example"
DOCUMENT = "https://files.example/document.pdf"
PUBLISHED = {
    "story": ("fewer-queues", "spending"),
    "app": ("well-finder",),
    "tool": ("bed-map",),
    "news": ("new-wells",),
    "event": ("well-talks",),
    "presentation": ("wells-in-slides",),
    "study": ("beds-studied",),
    "material": ("how-to-read",),
}
"""Names of the contents that are published, by type in the order of the option; the news has no
institution."""
ARCHIVED = "taken-back"
LINKED = {
    "/dataset/pozos-000", "/dataset/camas-001", "/dataset/gastos-049",
    "/organization/agua", "/organization/salud", "/organization/hacienda",
}  # fmt: skip
"""Pages that have something of ours to show."""

# A package type that another extension brings, under a name that is also ours.
APP_OF_OTHERS = """\
scheming_version: 2
dataset_type: app
about_url: http://portal.example
dataset_fields:
- {field_name: title, label: Title}
- {field_name: name, label: Name}
- {field_name: owner_org, label: Organization, preset: dataset_organization}
resource_fields:
- {field_name: url, label: Address}
"""


class Writing(NamedTuple):
    """Who writes what."""

    who: str
    fields: dict[str, Any]


def content(kind: str, name: str, title: str, institution: str) -> dict[str, Any]:
    """Give the fields that every content has."""
    fields = {
        "type": kind, "name": name, "title": title, "contact_email": CONTACT,
        "summary": f"{title}, told in one sentence.", "body": "What *happened* then.",
    }  # fmt: skip
    return {**fields, "owner_org": institution} if institution else fields


# What people try to write who may not.
TRIAL = content("story", "a-trial", "A trial", "salud")


def writings(dataset: str) -> list[Writing]:
    """Give the contents, linked to a dataset, to another one and to a private one."""
    return [
        Writing("boss", {
            **content("story", "fewer-queues", "Fewer queues at the wells", "agua"),
            "background": "Nobody knew which wells were **dry**.", "tags": ["pozos", "drought"],
            "datasets": [dataset, "camas-001"], "cover_alt": "A well",
        }),
        Writing("editor", {
            **content("app", "well-finder", "Well finder", "salud"), "datasets": [dataset],
        }),
        Writing("chief", {
            **content("tool", "bed-map", "Map of beds", "agua"), "tool_kind": "map",
            "datasets": ["camas-001"],
        }),
        Writing("boss", {
            **content("news", "new-wells", "New wells are open", ""), "datasets": [dataset],
        }),
        Writing("editor", {
            **content("story", "spending", "What was spent", "hacienda"),
            "datasets": ["gastos-049"],
        }),
        Writing("boss", {
            **content("story", ARCHIVED, "A story that is taken back", "agua"),
            "datasets": [dataset],
        }),
        *more_writings(dataset),
    ]  # fmt: skip


def more_writings(dataset: str) -> list[Writing]:
    """Give those of the types that are not in the menu, but for the news."""
    return [
        Writing("chief", {
            **content("event", "well-talks", "Talks about wells", "agua"), "event_kind": "mesa",
            "starts_at": "2027-05-04T10:00:00-06:00", "datasets": [dataset],
        }),
        Writing("boss", {
            **content("presentation", "wells-in-slides", "Wells in slides", "agua"),
            "document_url": DOCUMENT, "datasets": [dataset],
        }),
        Writing("editor", {
            **content("study", "beds-studied", "Where beds are missing", "salud"),
            "document_url": DOCUMENT, "datasets": ["camas-001"],
        }),
        Writing("chief", {
            **content("material", "how-to-read", "How to read a table", "hacienda"),
            "document_url": DOCUMENT,
        }),
    ]  # fmt: skip


def as_sent(fields: dict[str, Any]) -> dict[str, Any]:
    """Give fields as a client sends them: as they are, or as a form with the picture they want.

    In a form, lists are JSON text; existing_inside.py reads the picture from base64.
    """
    if "cover_alt" not in fields:
        return fields
    stream = io.BytesIO()
    Image.new("RGB", (60, 40), "#0b5a63").save(stream, "PNG")
    picture = ["well.png", "image/png", base64.b64encode(stream.getvalue()).decode()]
    texts = {key: value if isinstance(value, str) else json.dumps(value)
             for key, value in fields.items()}  # fmt: skip
    return {**texts, "cover_upload": picture}
