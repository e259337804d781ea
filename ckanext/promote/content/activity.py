"""CKAN's activity rows about contents that are no longer published: nobody's to read.

The plugin ``activity`` writes its row about a deletion after every hook, readable for members of
the organization, who are citizens here. So the row itself is looked at when it is written.
"""
from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.plugins import plugin_loaded

from ckanext.promote.content import registry

HIDDEN = "promote-archived"
"""A label that nobody has (CKAN's own for an organization is had by its members, too)."""


def watch() -> None:
    """Look at each activity row of this process from now on, where the plugin is on."""
    if not plugin_loaded("activity"):
        return
    # The model exists only where the plugin is on.
    from ckanext.activity.model import Activity  # noqa: PLC0415 -- of a plugin that may be off

    if not sa.event.contains(Activity, "before_insert", _label):
        sa.event.listen(Activity, "before_insert", _label)


def _label(mapper: Any, connection: Any, activity: Any) -> None:
    package = (activity.data or {}).get("package") or {}
    if registry.by_package_type(package.get("type")) is None:
        return
    if package.get("state") != model.State.ACTIVE:
        activity.permission_labels = [HIDDEN]


def hide(session: Any, package_id: str) -> None:
    """Relabel a content's rows: they tell its text, and were public while it was."""
    if not plugin_loaded("activity"):
        return
    session.execute(
        sa.text(
            "UPDATE activity SET permission_labels = ARRAY[CAST(:label AS text)] "
            "WHERE object_id = :package_id"
        ),
        {"label": HIDDEN, "package_id": package_id},
    )
