"""Schemas of the actions on contents (their fields are checked by ``cleaning``)."""
from __future__ import annotations

import ckantoolkit as tk

from ckanext.promote.base.schema import Schema, optional, paged, required


def content_reference() -> Schema:
    """One content; a visitor shows his personal link."""
    return {"id": required("promote_lookup"), "access_token": optional("promote_line")}


def content_show() -> Schema:
    """One content, at a version."""
    return {**content_reference(), "version": optional("promote_version")}


def content_archive() -> Schema:
    """One content, with the version that the caller saw and the reason."""
    return {**content_show(), "reason": optional("promote_line")}


def content_submit() -> Schema:
    """One content that goes to the review; for advice, a title and two lines are enough."""
    return {**content_show(), "for_advice": optional("boolean_validator")}


def content_publish() -> Schema:
    """One content that was looked at, with what the reviewer ticked."""
    return {**content_show(), "checklist": optional("promote_slugs")}


def content_return() -> Schema:
    """One content that goes back to its author, who reads the reason."""
    return {**content_show(), "reason": required("promote_reason")}


def content_history() -> Schema:
    """What happened to a content."""
    return paged(content_reference())


def review_take() -> Schema:
    """One content of the queue, taken or given back."""
    return {**content_show(), "release": optional("boolean_validator")}


def review_list() -> Schema:
    """The filters of the review."""
    return paged(
        {
            "state": optional("promote_lookup"),
            "type": optional("promote_lookup"),
            "institution": optional("promote_lookup"),
            "sector": optional("promote_lookup"),
            "taken": optional("promote_lookup"),
            "overdue": optional("boolean_validator"),
            "mine": optional("boolean_validator"),
        }
    )


def content_list() -> Schema:
    """The filters of the list of contents."""
    return paged(
        {
            "type": optional("promote_lookup"),
            "institution": optional("promote_lookup"),
            "sector": optional("promote_lookup"),
            "axis": optional("promote_lookup"),
            "kind": optional("promote_lookup"),
            "dataset": optional("promote_lookup"),
        }
    )


def content_dataset_list() -> Schema:
    """The datasets of a content, at a version."""
    return paged(content_show())


def dataset_content_list() -> Schema:
    """The contents of a dataset."""
    return paged({"dataset": required("promote_lookup"), "type": optional("promote_lookup")})


def content_type_show() -> Schema:
    """A content type."""
    return {"type": required("promote_lookup")}


def featured_update() -> Schema:
    """What is shown first, in order."""
    return {"items": [tk.get_validator("promote_featured_items")]}


def nothing() -> Schema:
    """No parameters."""
    return {}
