"""The raw dict that ``package_create`` and ``package_update`` get for a content.

Checked before core touches it: forbidden characters, lists where text belongs, keys that no field
has, and what nobody moves through ``package_*`` (state, visibility, type, id).
"""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckantoolkit as tk
from ckan import model
from ckan.lib.munge import munge_title_to_name

from ckanext.promote.base import rawinput
from ckanext.promote.content import queries, rules
from ckanext.promote.content.description import UPLOADED_DOCUMENT, Widget
from ckanext.promote.content.prepare import CORE, Prepared
from ckanext.promote.content.registry import ActiveType

TEXT_WIDGETS: frozenset[Widget] = frozenset(
    {
        "line", "text", "markdown", "email", "url", "date", "moment", "select", "institution",
        "image", "document",
    }
)  # fmt: skip
BESIDE_FIELDS = frozenset(
    {
        "name", "type", "cover_upload", "screenshots_upload", "pending_datasets",
        "idempotency_key", "notes",
    }
)  # fmt: skip
"""Keys that a create or update may have beside the declared fields."""

CORE_SHOWN = frozenset(
    {
        "id", "state", "private", "resources", "groups", "extras", "relationships_as_object",
        "relationships_as_subject", "metadata_created", "metadata_modified", "creator_user_id",
        "organization", "isopen", "num_resources", "num_tags", "license_title", "license_url",
        "author", "author_email", "maintainer", "maintainer_email", "version", "rendered",
        "revision_id", "tag_string", "plugin_data", "tracking_summary",
    }
)  # fmt: skip
"""Keys that ``package_show`` gives and that come back when a client changes one field."""

EMPTY_ONLY = ("resources", "groups", "extras", "relationships_as_object")
COLUMNS = frozenset(CORE.values())
"""Columns that every package has; empty ones come back for types without such a field."""


def raw_errors(active: ActiveType, raw: Mapping[str, Any]) -> rawinput.Errors:
    """What is wrong with the dict itself, by key."""
    fields = active.declaration.all_fields
    text_keys = {f.name for f in fields if f.widget in TEXT_WIDGETS} | {"name", "type", "notes"}
    errors = rawinput.problems(raw, text_keys)
    known = {declared.name for declared in fields} | BESIDE_FIELDS | CORE_SHOWN
    if active.declaration.has_document:
        known |= {UPLOADED_DOCUMENT, "document"}
    for key in raw:
        if isinstance(key, str) and key not in known and not key.startswith("__"):
            if key in COLUMNS and not raw[key]:
                continue
            errors.setdefault(key[:100], [tk._("There is no field of this name.")])
    for key in EMPTY_ONLY:
        if raw.get(key):
            errors.setdefault(key, [tk._("A content has none of these. Leave it out.")])
    return errors


def refuse(errors: rawinput.Errors) -> None:
    """Raise the errors, if there are any.

    :raises ValidationError: with the sentences by key
    """
    if errors:
        raise tk.ValidationError(for_ckan(errors))


def for_ckan(errors: Mapping[str, Any]) -> dict[str, Any]:
    """Errors as CKAN's ValidationError wants them: for tags, it expects one dict for each."""
    tags = errors.get("tags")
    if not tags:
        return dict(errors)
    named = [{"name": [each]} if isinstance(each, str) else each for each in tags]
    return {**errors, "tags": named}


def refuse_moves(raw: Mapping[str, Any], package: Any | None) -> None:
    """State, visibility, type and id of a content are not moved through ``package_*``.

    :raises ValidationError: naming the action to use instead
    """
    errors: rawinput.Errors = {}
    if package is None and raw.get("id"):
        errors["id"] = [tk._("The id of a new content is made by the portal. Leave it out.")]
    state = package.state if package is not None else model.State.ACTIVE
    if raw.get("state") not in (None, "", state):
        errors["state"] = [
            tk._("The state is not set here. Use promote_content_archive, or the review.")
        ]
    if str(raw.get("private", "")).lower() not in ("", "false", "none", "0"):
        errors["private"] = [tk._("A published content is always public. Leave it out.")]
    if package is not None and raw.get("type") not in (None, "", package.type):
        errors["type"] = [tk._("The type of a content cannot be changed. Make a new one.")]
    refuse(errors)


def core_values(
    session: Any, active: ActiveType, raw: Mapping[str, Any], prepared: Prepared, package: Any
) -> dict[str, Any]:
    """The dict that core's schema validates and saves."""
    values = prepared.values
    core: dict[str, Any] = {
        "type": active.package_type,
        "state": package.state if package is not None else model.State.ACTIVE,
        "private": False,
        "owner_org": values.get("owner_org") or None,
        "tags": [{"name": name} for name in values.get("tags") or []],
        "name": raw.get("name") or _name(session, prepared, package),
    }
    for name, column in CORE.items():
        core[column] = values.get(name) or ""
    if package is not None:
        core["id"] = package.id
    return core


def _name(session: Any, prepared: Prepared, package: Any) -> str:
    if package is not None:
        return package.name
    title = prepared.values.get("title") or prepared.declaration.name
    base = munge_title_to_name(title)[: rules.NAME_MAX]
    return rules.free_name(base, queries.names_like(session, base))
