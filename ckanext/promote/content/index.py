"""Contents in CKAN's search index: found by type, never among the datasets.

Solr's copy goes to everybody, so names of datasets stay out of it (ids tell nothing), and so does
the organization: with it, CKAN 2.12 would count contents among an institution's datasets.
"""
from __future__ import annotations

import json
import logging
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.lib import search

from ckanext.promote.base import markdown
from ckanext.promote.content import queries, registry, schedule
from ckanext.promote.content.model import Content
from ckanext.promote.content.registry import ActiveType

log = logging.getLogger(__name__)

SHOWN_ALONE = ("datasets", "document", "pending_datasets", "rendered")
"""Keys of a content that are no fields, and not for the index."""


def hide_contents(search_params: dict[str, Any]) -> dict[str, Any]:
    """Add the filter that leaves contents out, unless the search asks for a type."""
    types = registry.package_types()
    if not types:
        return search_params
    fq_list = search_params.get("fq_list") or []
    asked = " ".join([search_params.get("fq") or "", search_params.get("q") or "", *fq_list])
    if "dataset_type:" in asked.replace("+dataset_type:dataset", ""):
        return search_params
    return {**search_params, "fq_list": [*fq_list, f"-dataset_type:({' OR '.join(types)})"]}


def document(pkg_dict: dict[str, Any], active: ActiveType) -> dict[str, Any]:
    """The Solr document of a content, from CKAN's."""
    session = model.Session
    row = session.get(Content, pkg_dict["id"])
    for declared in active.declaration.all_fields:
        if declared.name not in ("title", "tags", "license_id", "url"):
            pkg_dict.pop(declared.name, None)
    for key in (*SHOWN_ALONE, "organization", "owner_org"):
        pkg_dict.pop(key, None)
    pkg_dict["groups"] = []
    for copy in ("data_dict", "validated_data_dict"):
        if copy in pkg_dict:
            pkg_dict[copy] = _without_datasets(pkg_dict[copy])
    if row is None:
        return pkg_dict
    pkg_dict["vocab_promote_org"] = _institution(session, pkg_dict["id"])
    pkg_dict["vocab_promote_datasets"] = queries.linked_ids(session, pkg_dict["id"])
    pkg_dict["vocab_promote_sector"] = [row.sector] if row.sector else []
    pkg_dict["vocab_promote_axis"] = [row.axis] if row.axis else []
    pkg_dict["vocab_promote_kind"] = [row.kind] if row.kind else []
    pkg_dict["promote_published_date"] = f"{row.published_on.isoformat()}T00:00:00Z"
    if active.declaration.has_dates:
        pkg_dict.update(schedule.indexed(row.data))
    pkg_dict["extras_promote_text"] = _plain_text(row, active)
    return pkg_dict


def _without_datasets(frozen: str) -> str:
    """Core's copy of the package: a dataset named in it could turn private, and the name stays."""
    package = json.loads(frozen)
    package.pop("datasets", None)
    return json.dumps(package)


def reindex(content_ids: list[str]) -> None:
    """Write index entries anew. It commits the session: call it after the work is done."""
    for content_id in dict.fromkeys(content_ids):
        try:
            search.rebuild(content_id)
        except search.SearchError:
            log.exception("Content %s keeps its old index entry", content_id)


def _institution(session: Any, package_id: str) -> list[str]:
    statement = (
        sa.select(model.Group.name)
        .join(model.Package, model.Package.owner_org == model.Group.id)
        .where(model.Package.id == package_id)
    )
    return list(session.execute(statement).scalars())


def _plain_text(row: Content, active: ActiveType) -> str:
    """What people may search for, without Markdown: texts, authors, names of other data."""
    parts: list[str] = []
    for declared in active.declaration.all_fields:
        value = row.data.get(declared.name)
        if not value:
            continue
        if declared.widget == "markdown":
            parts.append(markdown.to_text(value, 40_000))
        elif declared.widget in ("line", "text") and declared.name != "cover_alt":
            parts.append(str(value))
        elif declared.widget == "lines":
            parts.extend(value)
        elif declared.widget == "rows":
            parts.extend(str(each) for entry in value for each in entry.values())
    return "\n".join(parts)
