"""The action that shows how an institution answers."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base import active_policy
from ckanext.promote.base.schema import validated
from ckanext.promote.threads import figures_dictize, figures_queries, schema


@tk.side_effect_free
def promote_response_figures_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """How an institution answered what it was asked in the last twelve months.

    A thread counts for the institution that owes the answer now, from when it got it. Pauses and
    the central team's queue are not its time. Days are natural ones. What it registered for people
    who asked elsewhere is counted apart.

    :param institution: name or id
    :returns: ``{"institution", "institution_title", "since", "computed_at", "least_n", "portal",
        "elsewhere"}``; each of the last two has ``received``, ``answered``, ``resolved``,
        ``decided`` (answered, or overdue), ``on_time`` (of those), ``open_now``, ``overdue_now``,
        ``answer_days`` and ``resolution_days`` (``{"n", "median", "p90"}``; no figures while n is
        under ``least_n``) and ``share_on_time`` (0 to 1; none while ``decided`` is under it).
        ``computed_at`` is null before the first computation
    """
    data = validated(schema.figures_show, data_dict)
    tk.check_access("promote_response_figures_show", context, data)
    rows = figures_queries.figures(model.Session, data["institution"])
    if not rows:
        raise tk.ObjectNotFound
    return figures_dictize.figures(rows, active_policy.get().conversations.least_answers)
