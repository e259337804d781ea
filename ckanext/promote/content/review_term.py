"""The review's own clock: when the central team has to have decided."""
from __future__ import annotations

import datetime as dt

from ckanext.promote.base import active_policy, clock


def due_at(start: dt.datetime) -> dt.datetime | None:
    """When a text that was submitted then has to be decided; None without a term."""
    term = active_policy.get().publishing.clock
    if term is None:
        return None
    return clock.due(start, term.days, term.unit, active_policy.calendar())
