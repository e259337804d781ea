"""Who may call which action on contents. Load, derive the institution from the row, then decide."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.promote.base.access import load_dataset
from ckanext.promote.content.access import (
    AuthResult,
    hidden,
    institution_of,
    may_propose,
    may_write,
)
from ckanext.promote.content.loading import loaded_for_auth
from ckanext.promote.people.viewer import viewer_of


@tk.auth_allow_anonymous_access
def promote_content_create(context: Any, data_dict: Any = None) -> AuthResult:
    """The people of the institution that is named; without one, whoever may propose."""
    viewer = viewer_of(context)
    if not data_dict:
        return {"success": viewer.may_somewhere("write") or may_propose(viewer)["success"]}
    institution_id = institution_of(data_dict.get("owner_org"))
    if institution_id is None and not viewer.is_central:
        return may_propose(viewer)
    return may_write(viewer, [institution_id])


@tk.auth_allow_anonymous_access
def promote_content_update(context: Any, data_dict: Any) -> AuthResult:
    """The people of its institution, and of the one it would be moved to; its author."""
    loaded = loaded_for_auth(context, data_dict)
    if loaded is None:
        return hidden()
    viewer = viewer_of(context)
    is_own = loaded.is_by(viewer, context.get("promote_visitor_id"))
    if "owner_org" in data_dict and institution_of(data_dict["owner_org"]) not in (
        *loaded.institution_ids, *([None] if is_own else []),
    ):  # fmt: skip
        institutions = [*loaded.institution_ids, institution_of(data_dict["owner_org"])]
        return may_write(viewer, institutions)
    if is_own:
        return {"success": True}
    return may_write(viewer, loaded.institution_ids)


@tk.auth_allow_anonymous_access
def promote_content_archive(context: Any, data_dict: Any) -> AuthResult:
    """The people of its institution, and its author while it is not published."""
    loaded = loaded_for_auth(context, data_dict)
    if loaded is None:
        return hidden()
    viewer = viewer_of(context)
    if loaded.is_by(viewer, context.get("promote_visitor_id")) and not loaded.is_public:
        return {"success": True}
    return may_write(viewer, loaded.institution_ids)


@tk.auth_allow_anonymous_access
def promote_content_show(context: Any, data_dict: Any) -> AuthResult:
    """Everybody, when it is published; else those who have a part in it."""
    loaded = loaded_for_auth(context, data_dict)
    if loaded is None:
        return hidden()
    if loaded.is_public or loaded.concerns(viewer_of(context), context.get("promote_visitor_id")):
        return {"success": True}
    return hidden()


@tk.auth_allow_anonymous_access
def promote_content_dataset_list(context: Any, data_dict: Any) -> AuthResult:
    """Who may read the content; the list has what this reader may see."""
    return promote_content_show(context, data_dict)


@tk.auth_allow_anonymous_access
def promote_content_list(context: Any, data_dict: Any = None) -> AuthResult:
    """Everybody: the list has what is published."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def promote_dataset_content_list(context: Any, data_dict: Any) -> AuthResult:
    """Who may read the dataset."""
    loaded = context.get("package")
    if loaded is not None and loaded.id == data_dict.get("dataset"):
        return {"success": True}  # the action loaded it for this reader
    try:
        load_dataset(context, data_dict.get("dataset"))
    except tk.ObjectNotFound:
        return hidden()
    return {"success": True}


@tk.auth_allow_anonymous_access
def promote_content_type_list(context: Any, data_dict: Any = None) -> AuthResult:
    """Everybody."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def promote_content_type_show(context: Any, data_dict: Any = None) -> AuthResult:
    """Everybody."""
    return {"success": True}
