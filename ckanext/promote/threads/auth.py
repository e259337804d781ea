"""Who may call which action on threads: load, then ask the rules' table."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.promote.people.viewer import viewer_of
from ckanext.promote.threads import access
from ckanext.promote.threads.access import AuthResult


@tk.auth_allow_anonymous_access
def promote_thread_create(context: Any, data_dict: Any = None) -> AuthResult:
    """Whoever may read the subject; advice and what came elsewhere, its institution's people."""
    viewer_of(context)
    return access.may_begin(context, data_dict)


@tk.auth_allow_anonymous_access
def promote_thread_show(context: Any, data_dict: Any) -> AuthResult:
    """Whoever may read what it is about; advice, the two who take part in it."""
    viewer_of(context)
    return access.can_read(context, data_dict)


@tk.auth_allow_anonymous_access
def promote_thread_list(context: Any, data_dict: Any = None) -> AuthResult:
    """Everybody: the list has what this reader may see. His own and the queue need an account."""
    viewer, data = viewer_of(context), data_dict or {}
    if viewer.user_id is None and (data.get("mine") or data.get("followed")):
        return access.refused(viewer)
    if data.get("queue") and not viewer.is_central:
        return access.central(context)
    return access.YES


@tk.auth_allow_anonymous_access
def promote_thread_update(context: Any, data_dict: Any) -> AuthResult:
    """Who asked; the people of the institution that answers; the central team."""
    viewer_of(context)
    return access.in_thread(context, data_dict, "update")


@tk.auth_allow_anonymous_access
def promote_thread_support(context: Any, data_dict: Any) -> AuthResult:
    """Whoever may read it."""
    viewer_of(context)
    return access.in_thread(context, data_dict, "support")


@tk.auth_allow_anonymous_access
def promote_thread_follow(context: Any, data_dict: Any) -> AuthResult:
    """Whoever may read it and has an account, or a personal link."""
    viewer_of(context)
    return access.in_thread(context, data_dict, "follow")


@tk.auth_allow_anonymous_access
def promote_thread_unfollow(context: Any, data_dict: Any) -> AuthResult:
    """As follow; who was blocked may, too."""
    viewer = viewer_of(context)
    if viewer.user_id is not None:
        return access.can_read(context, data_dict)
    return access.in_thread(context, data_dict, "follow")
