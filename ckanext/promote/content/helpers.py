"""Template helpers of the contents. Each costs one query at most."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.content import dictize, queries, registry
from ckanext.promote.people.viewer import viewer_of

ON_DATASET_PAGE = 3
ON_INSTITUTION_PAGE = 6


def promote_menu() -> list[dict[str, str]]:
    """Entries of the header: endpoint and label of each type's list."""
    return [
        {"endpoint": f"{active.package_type}.search", "label": tk._(active.declaration.plural)}
        for active in registry.active_types()
    ]


def promote_dataset_contents(dataset_id: str) -> list[dict[str, Any]]:
    """What was made with a dataset, for its page: per type a heading, cards and the count."""
    types = {active.key: active for active in registry.active_types()}
    rows = queries.newest_cards_of_dataset(model.Session, dataset_id, list(types), ON_DATASET_PAGE)
    groups: dict[str, dict[str, Any]] = {}
    for row in rows:
        active = types[row.type]
        group = groups.setdefault(
            row.type,
            {
                "heading": tk._(active.declaration.heading),
                "package_type": active.package_type,
                "count": row.of_type,
                "items": [],
            },
        )
        group["items"].append(dictize.card(row))
    return [groups[key] for key in types if key in groups]


def promote_institution_contents(institution_id: str) -> dict[str, Any]:
    """The newest contents of an institution and how many it has, for its page."""
    keys = [active.key for active in registry.active_types()]
    rows = queries.newest_cards_of_institution(
        model.Session, institution_id, keys, ON_INSTITUTION_PAGE
    )
    return {
        "count": rows[0].of_institution if rows else 0,
        "items": [dictize.card(row) for row in rows],
    }


def promote_type_label(key: str) -> str:
    """What one content of a type is called."""
    active = registry.by_key(key)
    return tk._(active.declaration.label) if active else key


def promote_institutions() -> list[dict[str, str]]:
    """Institutions that the reader may write for: name and title."""
    rows = queries.institutions_for(model.Session, viewer_of(_context()))
    return [{"name": row.name, "title": row.title or row.name, "id": row.id} for row in rows]


def promote_find_datasets(words: str, limit: int) -> list[dict[str, str]]:
    """Datasets that the reader can see and whose title or name has the words."""
    rows = queries.datasets_matching(
        model.Session, viewer_of(_context()), words, registry.package_types(), limit
    )
    return [{"name": row.name, "title": row.title or row.name} for row in rows]


def promote_is_central() -> bool:
    """Whether the reader belongs to the central team."""
    return viewer_of(_context()).is_central


def _context() -> dict[str, Any]:
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}
