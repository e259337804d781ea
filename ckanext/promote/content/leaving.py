"""Contents as CKAN's own datasets, and back: what a portal needs that takes the plugin out.

Without the plugin CKAN has no page for a package of type ``story``, and each of its lists that
shows one fails. A content is detached when its package is a dataset; its own rows stay. The index
is brought up to date apart, since that takes longer than the rest.
"""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import ckantoolkit as tk
import sqlalchemy as sa
from ckan.lib import search

from ckanext.promote.base.model import commit
from ckanext.promote.content import queries, registry
from ckanext.promote.content.model import Content

PACKAGES = sa.text("""
UPDATE package SET type = :package_type
FROM promote_content c
WHERE c.id = package.id AND c.type = :key AND package.type IS DISTINCT FROM :package_type
RETURNING package.id
""")
# Activity is JSON in a column of text. It is read for contents alone: what other plugins wrote
# about other things may be no JSON.
ACTIVITY = sa.text("""
WITH ours AS MATERIALIZED (
    SELECT a.id, CAST(a.data AS jsonb) AS data
    FROM activity a JOIN promote_content c ON c.id = a.object_id
    WHERE c.type = :key
)
UPDATE activity SET data = CAST(
    jsonb_set(ours.data, '{package,type}', to_jsonb(CAST(:package_type AS text))) AS text)
FROM ours
WHERE ours.id = activity.id AND ours.data #>> '{package,type}' <> :package_type
""")


class NoTables(Exception):
    """The tables of the contents are not there."""


class Changed(NamedTuple):
    """What was changed."""

    ids: list[str]
    """Of the contents whose package has another type now; their index entries are out of date."""
    activity: int
    """Entries of CKAN's activity stream."""


def detach(session: Any) -> Changed:
    """Make datasets of all contents, also of those whose type is not on. It commits.

    :raises NoTables: when there are no contents because there is no place for them
    """
    return _retype(session, dict.fromkeys(_keys(session), queries.DETACHED))


def attach(session: Any) -> Changed:
    """Give all contents the package types that their types have now. It commits.

    Contents whose type is not on stay as they are: see `without_type`.

    :raises NoTables: as for `detach`
    """
    _keys(session)
    return _retype(session, {each.key: each.package_type for each in registry.active_types()})


def without_type(session: Any) -> list[str]:
    """Keys of contents whose type is not on, in alphabetical order."""
    on = {each.key for each in registry.active_types()}
    return [key for key in _keys(session) if key not in on]


def reindex(content_id: str) -> None:
    """Write a package's index entry anew, as a content's or as a dataset's. It commits the session.

    :raises SearchError, SearchIndexError, SolrConnectionError: when the index does not take it
    """
    try:
        search.rebuild(content_id)
    except tk.ObjectNotFound:
        return  # it was purged a moment ago, and its entry with it


def _keys(session: Any) -> list[str]:
    if not _has_table(session, Content.__tablename__):
        raise NoTables
    statement = sa.select(Content.type).distinct().order_by(Content.type)
    return list(session.execute(statement).scalars())


def _retype(session: Any, package_types: Mapping[str, str]) -> Changed:
    """Give packages, and what activity tells of them, another type by the key of their contents."""
    has_activity = _has_table(session, "activity")
    ids: list[str] = []
    activity = 0
    for key, package_type in package_types.items():
        wanted = {"key": key, "package_type": package_type}
        ids += session.execute(PACKAGES, wanted).scalars()
        if has_activity:
            activity += session.execute(ACTIVITY, wanted).rowcount
    commit({"session": session})
    # Rows that are loaded already have not seen it.
    session.expire_all()
    return Changed(ids, activity)


def _has_table(session: Any, name: str) -> bool:
    return bool(sa.inspect(session.connection()).has_table(name))
