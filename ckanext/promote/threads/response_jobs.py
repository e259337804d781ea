"""What ``ckan promote tick`` does for the response figures."""
from __future__ import annotations

from typing import Any

from ckanext.promote.base.model import utc_now
from ckanext.promote.threads import figuring


def compute_response_figures(session: Any) -> str:
    """Compute how every institution answers, for the twelve months up to now."""
    return f"{figuring.compute_all(session, utc_now())} institutions"
