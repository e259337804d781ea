"""What holds of the response figures at any time (``ckan promote check``)."""
from __future__ import annotations

import datetime as dt
from typing import Any

from ckanext.promote.threads import figures_queries, figuring


def response_figures(session: Any) -> list[str]:
    """The figures of an institution equal a recount as of their moment.

    Two statements, and one for each moment at which figures were computed. Institutions of which
    something happened that the worker has not read yet are left out.
    """
    wrong: set[str] = set()
    for computed_at, names in _moments(session).items():
        recounted = figures_queries.recount(session, computed_at, figuring.kinds(), set(names))
        stored = figures_queries.stored(session, set(names))
        wrong |= {names[key[0]] for key, row in stored.items() if recounted.get(key) != row}
    return sorted(wrong)


def _moments(session: Any) -> dict[dt.datetime, dict[str, str]]:
    """By the moment of their figures, names of institutions by id."""
    found: dict[dt.datetime, dict[str, str]] = {}
    for row in figures_queries.settled(session, figuring.CURSOR, figuring.ABOUT):
        found.setdefault(row.computed_at, {})[row.id] = row.name
    return found
