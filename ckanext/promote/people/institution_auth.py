"""Who says what the policy has to know of an institution, and who reads it."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.promote.people.viewer import viewer_of

AuthResult = dict[str, Any]


@tk.auth_allow_anonymous_access
def promote_institution_show(context: Any, data_dict: Any = None) -> AuthResult:
    """Everybody: since when whom the policy binds is public."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def promote_institution_update(context: Any, data_dict: Any = None) -> AuthResult:
    """The central team."""
    viewer = viewer_of(context)
    if viewer.is_central:
        return {"success": True}
    if viewer.user_id is None:
        return {"success": False, "msg": tk._("Sign in to do this.")}
    return {"success": False, "msg": tk._("Only the central team may do this.")}
