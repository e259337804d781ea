"""Who may read how often an app was downloaded."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.promote.content.access import AuthResult
from ckanext.promote.content.auth import promote_content_show


@tk.auth_allow_anonymous_access
def promote_app_download_count(context: Any, data_dict: Any) -> AuthResult:
    """Everybody who may read the app."""
    return promote_content_show(context, data_dict)
