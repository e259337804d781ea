"""Schemas of the actions on contents (their fields are checked by ``cleaning``)."""
from __future__ import annotations

from ckanext.promote.base.schema import Schema, optional, paged, required


def content_reference() -> Schema:
    """One content."""
    return {"id": required("promote_lookup")}


def content_show() -> Schema:
    """One content, at a version."""
    return {**content_reference(), "version": optional("promote_line")}


def content_archive() -> Schema:
    """One content, with the version that the caller saw and the reason."""
    return {**content_show(), "reason": optional("promote_line")}


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
    """The datasets of a content."""
    return paged(content_reference())


def dataset_content_list() -> Schema:
    """The contents of a dataset."""
    return paged({"dataset": required("promote_lookup"), "type": optional("promote_lookup")})


def content_type_show() -> Schema:
    """A content type."""
    return {"type": required("promote_lookup")}


def nothing() -> Schema:
    """No parameters."""
    return {}
