"""Who may call which action on contents. Load, derive the institution from the row, then decide."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base.access import is_lookup, load_dataset
from ckanext.promote.content import queries
from ckanext.promote.content.access import AuthResult, institution_of, may_change, may_write
from ckanext.promote.content.store import is_published
from ckanext.promote.people.viewer import viewer_of


@tk.auth_allow_anonymous_access
def promote_content_create(context: Any, data_dict: Any = None) -> AuthResult:
    """The people of the institution that is named; without data: whoever may write for any."""
    viewer = viewer_of(context)
    if not data_dict:
        return {"success": viewer.acts_somewhere}
    return may_write(viewer, [institution_of(data_dict.get("owner_org"))])


@tk.auth_allow_anonymous_access
def promote_content_update(context: Any, data_dict: Any) -> AuthResult:
    """The people of its institution, and of the one it would be moved to."""
    package = _package(context, data_dict)
    if package is None:
        return _hidden()
    return may_change(viewer_of(context), package, data_dict)


@tk.auth_allow_anonymous_access
def promote_content_archive(context: Any, data_dict: Any) -> AuthResult:
    """The people of its institution."""
    package = _package(context, data_dict)
    if package is None:
        return _hidden()
    return may_change(viewer_of(context), package, {})


@tk.auth_allow_anonymous_access
def promote_content_show(context: Any, data_dict: Any) -> AuthResult:
    """Everybody, when it is published; else the people of its institution."""
    package = _package(context, data_dict)
    if package is None:
        return _hidden()
    if is_published(package):
        return {"success": True}
    return may_change(viewer_of(context), package, {})


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
        return _hidden()
    return {"success": True}


@tk.auth_allow_anonymous_access
def promote_content_type_list(context: Any, data_dict: Any = None) -> AuthResult:
    """Everybody."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def promote_content_type_show(context: Any, data_dict: Any = None) -> AuthResult:
    """Everybody."""
    return {"success": True}


def _package(context: Any, data_dict: Any) -> Any | None:
    """The package of a content; what the action loaded already is not loaded again."""
    reference = (data_dict or {}).get("id")
    loaded = context.get("package")
    if loaded is not None and reference in (loaded.id, loaded.name):
        return loaded
    if not is_lookup(reference):
        return None
    found = queries.content_with_package(model.Session, reference)
    return found.Package if found else None


def _hidden() -> AuthResult:
    return {"success": False, "msg": tk._("Not found")}
