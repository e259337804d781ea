"""Template helpers of the contents. Each costs one query at most."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote import config
from ckanext.promote.base import active_policy
from ckanext.promote.base.i18n import N_
from ckanext.promote.base.web import allow_frames
from ckanext.promote.content import (
    dataset_queries,
    dictize,
    embeds,
    impact_queries,
    queries,
    registry,
)
from ckanext.promote.content.access import central_team_name
from ckanext.promote.people.viewer import viewer_of

ON_DATASET_PAGE = 3
ON_INSTITUTION_PAGE = 6
FOUND_VIEWS = 200
STATE_LABELS = {
    "draft": N_("Draft"),
    "submitted": N_("In review"),
    "returned": N_("Returned"),
    "published": N_("Published"),
    "archived": N_("Archived"),
    "pending": N_("Not published"),
}
EVENT_LABELS = {
    "content.create": N_("Published"),
    "content.draft": N_("Draft saved"),
    "content.submit": N_("Sent to review"),
    "content.take": N_("Taken by a reviewer"),
    "content.release": N_("Back in the queue"),
    "content.return": N_("Returned"),
    "content.publish": N_("Published"),
    "content.update": N_("Published text changed"),
    "content.archive": N_("Archived"),
    "content.confirm": N_("E-mail address confirmed"),
}


def promote_content_entry(name: str) -> dict[str, Any] | None:
    """An entry of the header: the list of a type, or the page with all contents.

    :returns: ``endpoint``, ``label`` and ``blueprints`` (where the reader is at it); None for a
        type that is off
    """
    active = registry.by_key(name)
    if active is not None:
        return {**_list_of(active), "blueprints": [active.package_type]}
    if name != registry.IMPACT:
        return None
    alone = config.menu()
    others = [each.package_type for each in registry.active_types() if each.key not in alone]
    return {
        "endpoint": "promote_impact.index", "label": tk._("Impact"),
        "blueprints": ["promote_impact", *others],
    }  # fmt: skip


def promote_lists() -> list[dict[str, str]]:
    """Endpoint and label of each type's list."""
    return [_list_of(active) for active in registry.active_types()]


def _list_of(active: registry.ActiveType) -> dict[str, str]:
    label = tk._(active.declaration.plural)
    return {"endpoint": f"{active.package_type}.search", "label": label}


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
    rows = dataset_queries.datasets_matching(
        model.Session, viewer_of(_context()), words, registry.package_types(), limit
    )
    return [{"name": row.name, "title": row.title or row.name} for row in rows]


def promote_embeds(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a tool shows, for this reader; lets the page show frames of just these hosts."""
    entries = content.get("embeds")
    if not entries:
        return []
    shown = embeds.shown(model.Session, viewer_of(_context()), entries)
    hosts = [each["host"] for each in shown if each["host"] and not each["problem"]]
    allow_frames(f"https://{host}" for host in hosts)
    return shown


def promote_embed_hosts() -> tuple[str, ...]:
    """Hosts whose pages tools may show."""
    return config.embed_hosts()


def promote_chosen_views(entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The views among what a form has for a tool to show, with their titles."""
    return embeds.chosen(model.Session, viewer_of(_context()), entries)


def promote_views_of(datasets: Sequence[str]) -> list[dict[str, Any]]:
    """Views of datasets that a tool can show."""
    return embeds.choices(model.Session, viewer_of(_context()), datasets, FOUND_VIEWS)


def promote_state_label(state: str) -> str:
    """What a state of the review is called."""
    return tk._(STATE_LABELS[state]) if state in STATE_LABELS else state


def promote_event_label(name: str) -> str:
    """What happened, in a word or two."""
    return tk._(EVENT_LABELS[name]) if name in EVENT_LABELS else name


def promote_writes() -> bool:
    """Whether the reader writes for an institution."""
    return viewer_of(_context()).may_somewhere("write")


def promote_publishes() -> bool:
    """Whether what the reader writes needs no review: the policy profile says who publishes."""
    viewer = viewer_of(_context())
    by = active_policy.get().publishing.by
    return viewer.is_central or (by == "institutions" and viewer.may_somewhere("write"))


def promote_central_team() -> str:
    """What the policy profile calls the central team."""
    return central_team_name()


def promote_find_contents(words: str, limit: int) -> list[dict[str, Any]]:
    """Published contents whose title has the words, as cards."""
    types = [active.key for active in registry.active_types()]
    rows = impact_queries.with_words(model.Session, types, words, limit)
    return [dictize.card(row) for row in rows]


def promote_is_central() -> bool:
    """Whether the reader belongs to the central team."""
    return viewer_of(_context()).is_central


def _context() -> dict[str, Any]:
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}
