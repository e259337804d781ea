"""Who may call the actions of ``base``."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk


@tk.auth_allow_anonymous_access
def promote_form_token_show(context: Any, data_dict: Any = None) -> dict[str, Any]:
    """Everybody: a token proves nothing but that somebody asked for it a moment ago."""
    return {"success": True}
