"""The list of one type: what the reader asked for, found by CKAN's search.

Readers' words never reach Solr as syntax: only letters, digits and blanks are left of them, and a
filter is quoted after everything but a slug's characters was taken out.
"""
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import ckantoolkit as tk
from ckan import model
from ckan.lib.search import SearchError

from ckanext.promote import config
from ckanext.promote.base.i18n import N_
from ckanext.promote.content import download_queries, downloads, queries, vocabulary
from ckanext.promote.content.description import ContentType
from ckanext.promote.content.dictize import card
from ckanext.promote.content.registry import ActiveType

SORTS: dict[str, tuple[str, str]] = {
    "newest": (N_("Newest first"), "promote_published_date desc, name asc"),
    "title": (N_("By title"), "title_string asc"),
    "relevance": (N_("Best match"), "score desc, promote_published_date desc"),
    "downloads": (N_("Most downloaded"), "score desc, promote_published_date desc"),
    "date": (
        N_("Coming ones first"),
        # What is not over, the nearest first; then what is, the latest first.
        "map(ms(promote_ends_date,NOW/MINUTE),0,1e15,0,1) asc, "
        "abs(ms(promote_starts_date,NOW/MINUTE)) asc, name asc",
    ),
}
"""Label, and order for Solr. Downloads change all the time: by them, the database sorts."""
FACET_FIELDS: dict[str, str] = {
    "institution": "vocab_promote_org",
    "sector": "vocab_promote_sector",
    "axis": "vocab_promote_axis",
    "kind": "vocab_promote_kind",
    "tags": "tags",
}
LAST_PAGE = 10_000
MOST_SORTED = 1000
"""Matches of words that are sorted by downloads, the best ones."""
FACET_LIMIT = 50


@dataclass
class Asked:
    """What the address asks for, cleaned."""

    words: str = ""
    filters: dict[str, str] = field(default_factory=dict)
    dataset: str = ""
    sort: str = "newest"
    first_sort: str = "newest"
    """The order when nobody asks for one."""
    page: int = 1

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the address, without the page."""
        chosen = {"q": self.words, "dataset": self.dataset, **self.filters}
        if self.sort != ("relevance" if self.words else self.first_sort):
            chosen["sort"] = self.sort
        return {key: value for key, value in chosen.items() if value}


def sorts_of(declaration: ContentType) -> dict[str, tuple[str, str]]:
    """The orders in which a type's list can be shown."""
    left_out = set() if downloads.are_counted(declaration) else {"downloads"}
    if not declaration.has_dates:
        left_out.add("date")
    return {name: sort for name, sort in SORTS.items() if name not in left_out}


def asked(arguments: Mapping[str, str], declaration: ContentType) -> Asked:
    """What the parameters of an address mean. Anything that makes no sense is left out."""
    words = " ".join(re.sub(r"[^\w\s]", " ", arguments.get("q", "")[:200]).lower().split())
    filters = {name: _literal(arguments.get(name, "")) for name in FACET_FIELDS}
    page = arguments.get("page", "1")
    sort = arguments.get("sort", "")
    first_sort = "date" if declaration.has_dates else "newest"
    return Asked(
        words=words,
        filters={name: value for name, value in filters.items() if value},
        dataset=_literal(arguments.get("dataset", "")),
        sort=sort if sort in sorts_of(declaration) else ("relevance" if words else first_sort),
        first_sort=first_sort,
        page=min(int(page), LAST_PAGE) if page.isdecimal() and 0 < len(page) < 6 else 1,
    )


def _literal(value: str) -> str:
    """What may stand between quotes in a query."""
    return re.sub(r'["\\\x00-\x1f]', "", value)[:200].strip()


def found(context: dict[str, Any], active: ActiveType, wanted: Asked) -> dict[str, Any]:
    """A page of contents with facets.

    :returns: ``items`` (cards), ``count``, ``pages``, ``facets`` (for each: ``name``, ``label``,
        ``entries`` with ``value``, ``label``, ``count``, ``is_chosen``), ``is_degraded`` when the
        search did not answer and the list is the newest without facets
    """
    size = config.page_size()
    try:
        answer = tk.get_action("package_search")(_everybody(), _search(active, wanted, size))
    except SearchError:
        return _without_search(context, active, size)
    session = model.Session
    ids = [result["id"] for result in answer["results"]]
    if wanted.sort == "downloads":
        rows = _most_downloaded(session, active, wanted, ids, size)
    else:
        rows = queries.cards_by_id(session, ids, [active.key]) if ids else []
    return {
        "items": [card(row) for row in rows],
        "count": answer["count"],
        "pages": max(1, -(-answer["count"] // size)),
        "facets": _facets(session, active, wanted, answer["search_facets"]),
        "is_degraded": False,
    }


def _everybody() -> dict[str, Any]:
    """The context of a visitor: contents are public, so core need not ask for anyone's rights."""
    return {"user": "", "auth_user_obj": None}


def _search(active: ActiveType, wanted: Asked, size: int) -> dict[str, Any]:
    fq = [f"+dataset_type:{active.package_type}"]
    fq += [f'+{FACET_FIELDS[name]}:"{value}"' for name, value in wanted.filters.items()]
    if wanted.dataset:
        fq.append(f'+vocab_promote_datasets:"{wanted.dataset}"')
    rows, start = size, (wanted.page - 1) * size
    if wanted.sort == "downloads":
        rows, start = (MOST_SORTED if wanted.words else 0), 0
    return {
        "q": wanted.words or "*:*",
        "fq": " ".join(fq),
        "fl": ["id"],
        "rows": rows,
        "start": start,
        "sort": SORTS[wanted.sort][1],
        "facet.field": list(FACET_FIELDS.values()),
        "facet.limit": FACET_LIMIT,
        "facet.mincount": 1,
    }


def _most_downloaded(
    session: Any, active: ActiveType, wanted: Asked, ids: list[str], size: int
) -> list[Any]:
    """A page of what Solr was asked for, in the database's order; ``ids`` are matches of words."""
    filters = {**wanted.filters, "dataset_id": wanted.dataset}
    statement = download_queries.most_downloaded(
        queries.newest_cards(filters, [active.key]),
        tag=wanted.filters.get("tags", ""),
        among=ids if wanted.words else None,
    )
    start = (wanted.page - 1) * size
    return list(session.execute(statement.offset(start).limit(size)).all())


def _without_search(context: dict[str, Any], active: ActiveType, size: int) -> dict[str, Any]:
    newest = tk.get_action("promote_content_list")(
        tk.fresh_context(context), {"type": active.key, "limit": min(size, 100)}
    )
    return {
        "items": newest["items"],
        "count": newest["total"],
        "pages": 1,
        "facets": [],
        "is_degraded": True,
    }


def _facets(
    session: Any, active: ActiveType, wanted: Asked, answer: Mapping[str, Any]
) -> list[dict[str, Any]]:
    labels = {
        "institution": tk._("Institution"),
        "sector": tk._("Sector"),
        "axis": tk._("Strategic axis"),
        "tags": tk._("Tags"),
    }
    kind = active.declaration.field(active.declaration.kind_field)
    if kind:
        labels["kind"] = tk._(kind.label)
    facets = []
    for name, label in labels.items():
        items = answer.get(FACET_FIELDS[name], {}).get("items", [])
        names = _value_labels(session, active, name, [item["name"] for item in items])
        entries = [
            {
                "value": item["name"],
                "label": names.get(item["name"], item["name"]),
                "count": item["count"],
                "is_chosen": wanted.filters.get(name) == item["name"],
            }
            for item in sorted(items, key=lambda item: -item["count"])
        ]
        if entries:
            facets.append({"name": name, "label": label, "entries": entries})
    return facets


def _value_labels(
    session: Any, active: ActiveType, facet: str, values: list[str]
) -> dict[str, str]:
    if facet == "institution":
        return queries.institution_titles(session, values)
    kind = active.declaration.field(active.declaration.kind_field)
    vocabularies = {"sector": "sectors", "axis": "axes", "kind": kind.vocabulary if kind else ""}
    name = vocabularies.get(facet)
    return dict(vocabulary.choices(name)) if name else {}
