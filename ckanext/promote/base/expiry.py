"""Forget what is of no use any more: counts, nonces, salts, links."""
from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ckanext.promote.base.model import FormNonce, RateCount, utc_now
from ckanext.promote.base.network import forget_old_salts
from ckanext.promote.base.visitors import forget_old_tokens


def forget_expired(session: Any) -> dict[str, int]:
    """Delete them; how many of each kind. Commits nothing; doing it twice does nothing twice."""
    now = utc_now()
    nonces = session.execute(sa.delete(FormNonce).where(FormNonce.expires_at < now))
    counts = session.execute(sa.delete(RateCount).where(RateCount.expires_at < now))
    return {
        "nonces": nonces.rowcount,
        "counts": counts.rowcount,
        "salts": forget_old_salts(session),
        "tokens": forget_old_tokens(session),
    }
