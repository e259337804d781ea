"""What ``ckan promote tick`` does for all features: each job answers a line."""
from __future__ import annotations

from typing import Any

from ckanext.promote.base import expiry


def forget_old(session: Any) -> str:
    """Forget counts, nonces, salts and links of mails that are of no use any more."""
    forgotten = expiry.forget_expired(session)
    return ", ".join(f"{count} {name}" for name, count in forgotten.items()) + " forgotten"
