"""When and where something takes place: what lists, pages, index and calendars have of it."""
from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from ckanext.promote.base import moments
from ckanext.promote.base.model import utc_now


def facts(values: Mapping[str, Any]) -> dict[str, Any]:
    """The dates and the place of a content, and whether it is over."""
    over = ends(values)
    return {
        "starts_at": values.get("starts_at") or "",
        "ends_at": values.get("ends_at") or "",
        "place": values.get("place") or "",
        "is_past": over is not None and over <= utc_now(),
    }


def ends(values: Mapping[str, Any]) -> dt.datetime | None:
    """The moment from which it is over, in UTC; without an end, with the day on which it starts."""
    last = moments.read(str(values.get("ends_at") or ""))
    if last is not None:
        return last
    start = moments.read(str(values.get("starts_at") or ""))
    if start is None:
        return None
    zone = moments.portal_zone()
    next_day = start.astimezone(zone).date() + dt.timedelta(days=1)
    midnight = dt.datetime.combine(next_day, dt.time(), tzinfo=zone)
    return midnight.astimezone(dt.timezone.utc)


def indexed(values: Mapping[str, Any]) -> dict[str, str]:
    """The fields of the search index."""
    start, end = moments.read(str(values.get("starts_at") or "")), ends(values)
    if start is None or end is None:
        return {}
    return {
        "promote_starts_date": _for_solr(start),
        "promote_ends_date": _for_solr(end),
    }


def _for_solr(moment: dt.datetime) -> str:
    return moment.astimezone(dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
