"""The actions of the page that gathers what came of the data, and of what it shows first."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.promote.base import events
from ckanext.promote.base.model import commit, utc_now
from ckanext.promote.base.schema import validated
from ckanext.promote.content import dictize, impact_queries, registry, schema, vocabulary
from ckanext.promote.content.model import Featured
from ckanext.promote.people.viewer import viewer_of

FEATURED_MAX = 12
NEWEST_PER_TYPE = 4
COMING_MAX = 4


@tk.side_effect_free
def promote_impact_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """What came of the data: featured, newest, coming, and how much there is.

    :returns: ``featured`` and ``coming`` (lists of cards as `promote_content_list` gives them),
        ``newest`` (cards by type), ``types`` (all of them), ``sectors`` and ``axes`` (those that
        have any; lists of ``{"value", "label", "count"}``), ``total``
    """
    validated(schema.nothing, data_dict)
    tk.check_access("promote_impact_show", context, {})
    session, types = model.Session, [each.key for each in registry.active_types()]
    newest: dict[str, list[dict[str, Any]]] = {}
    for row in impact_queries.newest_of_each(session, types, NEWEST_PER_TYPE):
        newest.setdefault(row.type, []).append(dictize.card(row))
    coming = impact_queries.coming(session, types, utc_now(), COMING_MAX)
    return {
        "featured": [
            dictize.card(row) for row in impact_queries.featured(session, types, FEATURED_MAX)
        ],
        "newest": newest,
        "coming": [dictize.card(row) for row in coming],
        **_counted(session, types),
    }


def _counted(session: Any, types: list[str]) -> dict[str, Any]:
    found: dict[str, dict[str, int]] = {"type": {}, "sector": {}, "axis": {}}
    for row in impact_queries.counts(session, types):
        # The bits of what a row is not grouped by: type, sector, axis.
        name = {0b011: "type", 0b101: "sector", 0b110: "axis"}[row.without]
        value = getattr(row, name)
        if value is not None:
            found[name][value] = row.count
    labels = [(each.key, tk._(each.declaration.plural)) for each in registry.active_types()]
    return {
        "types": _entries(labels, found["type"]),
        "sectors": _with_some(_entries(vocabulary.choices("sectors"), found["sector"])),
        "axes": _with_some(_entries(vocabulary.choices("axes"), found["axis"])),
        "total": sum(found["type"].values()),
    }


def _entries(labels: list[tuple[str, str]], counts: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"value": value, "label": label, "count": counts.get(value, 0)} for value, label in labels
    ]


def _with_some(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for each in entries if each["count"]]


@tk.side_effect_free
def promote_featured_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """What the central team shows first, in its order.

    :returns: ``{"items"}``: cards as `promote_content_list` gives them, at most 12
    """
    validated(schema.nothing, data_dict)
    tk.check_access("promote_featured_list", context, {})
    types = [each.key for each in registry.active_types()]
    rows = impact_queries.featured(model.Session, types, FEATURED_MAX)
    return {"items": [dictize.card(row) for row in rows]}


def promote_featured_update(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Say what is shown first, in this order.

    :param items: ids or names of published contents, at most 12; an empty list shows none
    :returns: as `promote_featured_list`
    :raises NotAuthorized: unless the user belongs to the central team
    :raises ValidationError: when one of them is not published
    """
    data = validated(schema.featured_update, data_dict)
    tk.check_access("promote_featured_update", context, data)
    session = context.setdefault("session", model.Session)
    types = [each.key for each in registry.active_types()]
    wanted = list(dict.fromkeys(data["items"]))
    ids = impact_queries.published_ids(session, types, wanted)
    if len(ids) != len(wanted):
        raise tk.ValidationError(
            {"items": [tk._("One of these is not published. Leave it out.")]}
        )
    session.execute(sa.delete(Featured))
    for position, content_id in enumerate(dict.fromkeys(ids)):
        session.add(
            Featured(content_id=content_id, position=position, by=viewer_of(context).user_id)
        )
    events.record(
        context, "featured.update", ("portal", "featured"), institution_id=None,
        scope=events.Scope.CENTRAL, data={"items": ids},
    )  # fmt: skip
    commit(context)
    rows = impact_queries.featured(session, types, FEATURED_MAX)
    return {"items": [dictize.card(row) for row in rows]}
