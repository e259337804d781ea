"""What clients and templates get of response figures."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ckanext.promote.threads.dictize import iso
from ckanext.promote.threads.figures_model import CHANNELS, ResponseFigures

COUNTS = (
    "received", "answered", "resolved", "decided", "on_time", "open_now", "overdue_now",
)  # fmt: skip


def figures(rows: Sequence[Any], least_n: int) -> dict[str, Any]:
    """The figures of one institution (``figures_queries.figures``).

    :param least_n: under so many answers there is no median, nor a share
    """
    found = {row.ResponseFigures.channel: row.ResponseFigures for row in rows if row[3]}
    one = next(iter(found.values()), None)
    return {
        "institution": rows[0].name,
        "institution_title": rows[0].title or rows[0].name,
        "since": iso(one.since) if one else None,
        "computed_at": iso(one.computed_at) if one else None,
        "least_n": least_n,
        **{channel: _of_channel(found.get(channel), least_n) for channel in CHANNELS},
    }


def _of_channel(row: ResponseFigures | None, least_n: int) -> dict[str, Any]:
    if row is None:
        nothing = {"n": 0, "median": None, "p90": None}
        return {
            **dict.fromkeys(COUNTS, 0), "answer_days": nothing, "resolution_days": dict(nothing),
            "share_on_time": None,
        }  # fmt: skip
    is_enough = row.decided >= least_n
    return {
        **{name: getattr(row, name) for name in COUNTS},
        "answer_days": _days(row.answered, row.answer_median, row.answer_p90, least_n),
        "resolution_days": _days(
            row.resolved, row.resolution_median, row.resolution_p90, least_n
        ),
        "share_on_time": round(row.on_time / row.decided, 3) if is_enough else None,
    }


def _days(n: int, median: float | None, p90: float | None, least_n: int) -> dict[str, Any]:
    if n < least_n or median is None or p90 is None:
        return {"n": n, "median": None, "p90": None}
    return {"n": n, "median": round(median, 1), "p90": round(p90, 1)}
