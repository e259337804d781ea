"""Who may take which step of a review. The institution comes from the rows, never from the caller.

Missing and invisible look the same: the actions load first, with the same question.
"""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.promote.content.access import AuthResult, hidden, may_publish
from ckanext.promote.content.loading import loaded_for_auth
from ckanext.promote.people.viewer import viewer_of


@tk.auth_allow_anonymous_access
def promote_content_submit(context: Any, data_dict: Any) -> AuthResult:
    """Whoever may change it."""
    loaded = loaded_for_auth(context, data_dict)
    viewer = viewer_of(context)
    if loaded is None:
        return hidden()
    return _allowed(loaded.may_be_changed_by(viewer, context.get("promote_visitor_id")))


@tk.auth_allow_anonymous_access
def promote_content_publish(context: Any, data_dict: Any) -> AuthResult:
    """Whom the policy profile names."""
    loaded = loaded_for_auth(context, data_dict)
    if loaded is None:
        return hidden()
    return may_publish(viewer_of(context), loaded.institution_ids)


@tk.auth_allow_anonymous_access
def promote_content_return(context: Any, data_dict: Any) -> AuthResult:
    """Who may publish may return."""
    return promote_content_publish(context, data_dict)


@tk.auth_allow_anonymous_access
def promote_content_history(context: Any, data_dict: Any) -> AuthResult:
    """Those who have a part in it."""
    loaded = loaded_for_auth(context, data_dict)
    viewer = viewer_of(context)
    if loaded is None:
        return hidden()
    return _allowed(loaded.concerns(viewer, context.get("promote_visitor_id")))


@tk.auth_allow_anonymous_access
def promote_review_list(context: Any, data_dict: Any = None) -> AuthResult:
    """The central team; everybody who is signed in for what he has a part in."""
    viewer = viewer_of(context)
    if viewer.is_central:
        return {"success": True}
    if viewer.user_id and (data_dict or {}).get("mine"):
        return {"success": True}
    return {"success": False, "msg": tk._("Only the central team sees the whole review.")}


@tk.auth_allow_anonymous_access
def promote_review_take(context: Any, data_dict: Any) -> AuthResult:
    """Who may publish it."""
    return promote_content_publish(context, data_dict)


def _allowed(is_allowed: bool) -> AuthResult:
    if is_allowed:
        return {"success": True}
    return {"success": False, "msg": tk._("Only those who have a part in this content do this.")}
