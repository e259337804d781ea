"""Who may read how institutions answer."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.promote.people.viewer import viewer_of
from ckanext.promote.threads.access import YES, AuthResult


@tk.auth_allow_anonymous_access
def promote_response_figures_show(context: Any, data_dict: Any) -> AuthResult:
    """Everybody."""
    viewer_of(context)
    return YES
