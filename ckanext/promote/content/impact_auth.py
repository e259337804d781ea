"""Who sees what came of the data, and who says what is shown first."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.promote.content.access import AuthResult
from ckanext.promote.people.viewer import viewer_of


@tk.auth_allow_anonymous_access
def promote_impact_show(context: Any, data_dict: Any = None) -> AuthResult:
    """Everybody: it has what is published."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def promote_featured_list(context: Any, data_dict: Any = None) -> AuthResult:
    """Everybody: it has what is published."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def promote_featured_update(context: Any, data_dict: Any = None) -> AuthResult:
    """The central team."""
    if viewer_of(context).is_central:
        return {"success": True}
    return {"success": False, "msg": tk._("Only the central team says what is shown first.")}
