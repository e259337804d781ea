"""Who may write, change and hide posts."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.promote.people.viewer import viewer_of
from ckanext.promote.threads import access
from ckanext.promote.threads.access import AuthResult


@tk.auth_allow_anonymous_access
def promote_post_create(context: Any, data_dict: Any) -> AuthResult:
    """Whoever may read the thread; internal notes, the institution's people."""
    viewer_of(context)
    what = "post_internal" if (data_dict or {}).get("internal") else "post"
    return access.in_thread(context, data_dict, what, "thread_id")


@tk.auth_allow_anonymous_access
def promote_post_list(context: Any, data_dict: Any) -> AuthResult:
    """Whoever may read the thread."""
    viewer_of(context)
    return access.can_read(context, data_dict, "thread_id")


@tk.auth_sysadmins_check
@tk.auth_allow_anonymous_access
def promote_post_update(context: Any, data_dict: Any) -> AuthResult:
    """Its author; system administrators are asked, too."""
    viewer_of(context)
    return access.of_own_post(context, data_dict)


@tk.auth_sysadmins_check
@tk.auth_allow_anonymous_access
def promote_post_delete(context: Any, data_dict: Any) -> AuthResult:
    """Its author; system administrators are asked, too."""
    viewer_of(context)
    return access.of_own_post(context, data_dict)


@tk.auth_allow_anonymous_access
def promote_post_hide(context: Any, data_dict: Any) -> AuthResult:
    """The central team."""
    viewer_of(context)
    return access.about_post(context, data_dict, "moderate")


@tk.auth_allow_anonymous_access
def promote_post_restore(context: Any, data_dict: Any) -> AuthResult:
    """The central team."""
    viewer_of(context)
    return access.about_post(context, data_dict, "moderate")


@tk.auth_sysadmins_check
@tk.auth_allow_anonymous_access
def promote_post_appeal(context: Any, data_dict: Any) -> AuthResult:
    """Its author; system administrators are asked, too."""
    viewer_of(context)
    return access.of_own_post(context, data_dict)


@tk.auth_allow_anonymous_access
def promote_report_create(context: Any, data_dict: Any) -> AuthResult:
    """Whoever may read the post."""
    viewer_of(context)
    return access.about_post(context, data_dict, "report", "post_id")
