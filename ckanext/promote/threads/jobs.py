"""What ``ckan promote tick`` does for the conversations: each job answers a line."""
from __future__ import annotations

from typing import Any

from ckanext.promote.base.model import utc_now
from ckanext.promote.threads import ticking


def resume_paused_clocks(session: Any) -> str:
    """Let clocks go on that stood still for a clarification, and long enough."""
    return f"{ticking.resume_pauses(session, utc_now())} resumed"


def miss_commitments(session: Any) -> str:
    """Open threads again whose promised day went by."""
    return f"{ticking.miss_promises(session, utc_now())} missed"


def record_late_threads(session: Any) -> str:
    """Note once what has become late."""
    return f"{ticking.record_late(session, utc_now())} became late"


def close_silent_threads(session: Any) -> str:
    """Close what was answered, and nobody said anything more."""
    return f"{ticking.close_silent(session, utc_now())} closed"


def forget_unconfirmed_texts(session: Any) -> str:
    """Delete what visitors wrote in conversations and never confirmed."""
    return f"{ticking.forget_unconfirmed(session, utc_now())} forgotten"


def render_posts_again(session: Any) -> str:
    """Render posts again whose HTML an older version made."""
    return f"{ticking.render_again(session)} rendered"
