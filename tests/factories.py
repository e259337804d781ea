"""People, institutions, datasets and contents for the tests, made through the actions."""
from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from ckan.tests import factories, helpers
from PIL import Image
from werkzeug.datastructures import FileStorage

STORY: dict[str, Any] = {
    "type": "story",
    "title": "Fewer queues at the water office",
    "summary": "A list of leaks, published every week, cut the waiting time by half.",
    "body": "People **reported** leaks twice.",
    "background": "Nobody knew which leaks were being repaired.",
    "contact_email": "water@example.org",
    "published_on": "2026-03-15",
}


REQUIRED: dict[str, dict[str, Any]] = {
    "story": {},
    "app": {},
    "tool": {"tool_kind": "map"},
    "news": {},
    "event": {"event_kind": "mesa", "starts_at": "2026-03-15T10:00:00+00:00"},
    "presentation": {"document_url": "https://slides.example/water.pdf"},
    "study": {"document_url": "https://studies.example/water.pdf"},
    "material": {},
}
"""By type, in the order of the menu: what a content needs beyond the common fields."""
TYPES = tuple(REQUIRED)


@dataclass(frozen=True)
class Institution:
    """An organization with one person of each capacity; ``headers`` sign requests in."""

    id: str
    name: str
    admin: dict[str, Any]
    editor: dict[str, Any]
    member: dict[str, Any]


def institution(**fields: Any) -> Institution:
    """An institution with an admin, an editor and a member, each with an API token."""
    admin, editor, member = (factories.UserWithToken() for _ in range(3))
    made = factories.Organization(
        users=[
            {"name": admin["name"], "capacity": "admin"},
            {"name": editor["name"], "capacity": "editor"},
            {"name": member["name"], "capacity": "member"},
        ],
        **fields,
    )
    return Institution(made["id"], made["name"], admin, editor, member)


def headers(user: dict[str, Any] | None) -> dict[str, str]:
    """Request headers that sign a user in; none for a visitor."""
    return {"Authorization": user["token"]} if user else {}


def act(user: dict[str, Any] | str | None, action: str, /, **data: Any) -> Any:
    """Call an action as a user, with its access check."""
    name = user if isinstance(user, str) or user is None else user["name"]
    return helpers.call_action(action, {"user": name or "", "ignore_auth": False}, **data)


def content(user: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A published story (or what ``type`` says) of this user."""
    data = {**STORY, **REQUIRED.get(fields.get("type", "story"), {}), **fields}
    if data["type"] != "story":
        data.pop("background")
    made = act(user, "promote_content_create", **data)
    if made["review_state"] == "draft":
        made = act(site_user(), "promote_content_publish", id=made["id"])
    return made


def site_user() -> str:
    """Name of a sysadmin who is always there."""
    return helpers.call_action("get_site_user")["name"]


def png(width: int = 40, height: int = 20, name: str = "picture.png") -> FileStorage:
    """A real image as a browser sends it."""
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "#0b5a63").save(stream, "PNG")
    stream.seek(0)
    return FileStorage(stream, filename=name, content_type="image/png")


def appointed(owner: Institution, role: str = "liaison", **fields: Any) -> dict[str, Any]:
    """A user, with an API token, whom an institution's admin has appointed; no member of it."""
    user = factories.UserWithToken()
    made = act(
        owner.admin, "promote_appointment_create", institution=owner.name, user=user["name"],
        role=role, **{"from_date": "2026-01-01", **fields},
    )  # fmt: skip
    return {**user, "appointment": made}
