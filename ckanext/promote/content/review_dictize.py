"""What clients and templates get of a review: plain dicts with ISO dates, no rows."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.promote.base.model import utc_now
from ckanext.promote.content import registry, rules
from ckanext.promote.content.dictize import iso


def in_review(row: Any) -> dict[str, Any]:
    """A text in the queue."""
    version = row.ContentVersion
    active = registry.by_key(version.type)
    return {
        "id": version.content_id,
        "name": version.name,
        "type": version.type,
        "package_type": active.package_type if active else version.type,
        "title": version.title,
        "version": version.number,
        "review_state": version.state,
        "is_new": row.published_version is None,
        "is_for_advice": version.is_for_advice,
        "institution": row.institution,
        "institution_title": row.institution_title or row.institution,
        "author": row.author,
        "is_by_visitor": version.visitor_id is not None,
        "changed_at": iso(version.changed_at),
        "submitted_at": iso(version.submitted_at),
        "due_at": iso(version.due_at),
        "is_overdue": bool(
            version.state == rules.SUBMITTED and version.due_at and version.due_at < utc_now()
        ),
        "taken_by": row.taker,
        "taken_at": iso(version.taken_at),
        "decided_at": iso(version.decided_at),
        "reason": version.reason,
    }


def event(row: Any) -> dict[str, Any]:
    """What happened to a content."""
    return {
        "at": iso(row.Event.at),
        "event": row.Event.name,
        # Its own user acts for the portal itself, and has the site's identifier for a name.
        "actor": tk._("the portal") if row.actor == tk.config["ckan.site_id"] else row.actor,
        "version": row.Event.data.get("version"),
        "is_minor": bool(row.Event.data.get("is_minor")),
        "reason": row.Event.reason,
    }
