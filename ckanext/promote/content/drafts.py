"""Texts on their way: begun, changed, and what of a change goes out at once.

Between an action and ``versions``: decides what becomes of what was given. Nothing here commits
but CKAN's own update, when minor fields go out.
"""
from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base import active_policy
from ckanext.promote.base.model import Visitor
from ckanext.promote.content import (
    package_input,
    queries,
    review_queries,
    rules,
    store,
    versions,
)
from ckanext.promote.content.loading import Loaded
from ckanext.promote.content.model import ContentVersion
from ckanext.promote.content.prepare import PENDING_LINKS, Prepared, prepare
from ckanext.promote.content.registry import ActiveType
from ckanext.promote.people.viewer import EVERYTHING, viewer_of


def begin(
    context: Any, active: ActiveType, raw: Mapping[str, Any], visitor: Visitor | None = None
) -> ContentVersion:
    """The first text of a content that is not published. Flushes.

    :param visitor: who has no account and proposes it whole: he keeps no drafts
    :raises ValidationError: a draft needs a title, and what is there has to be right
    """
    viewer = viewer_of(context)
    prepared, cleaned = prepare(model.Session, viewer, active.declaration, raw, {})
    package_input.refuse(cleaned.problems(None if visitor else rules.DRAFT_FIELDS))
    is_own_behalf = not prepared.values.get("owner_org")
    made = versions.add_pending(
        context,
        active,
        prepared,
        None,
        state=rules.DRAFT,
        name=versions.draft_name(model.Session, raw, prepared, None),
        author_id=viewer.user_id if is_own_behalf else None,
        visitor_id=visitor.id if visitor else None,
    )
    versions.record(context, "content.draft", made)
    return made


def problems_of(context: Any, active: ActiveType, raw: Mapping[str, Any]) -> dict[str, list[str]]:
    """All that is wrong with a content, or missing before it can be published."""
    _, cleaned = prepare(model.Session, viewer_of(context), active.declaration, raw, {})
    return cleaned.problems()


def change(
    context: Any, loaded: Loaded, newest: ContentVersion, given: Mapping[str, Any]
) -> ContentVersion:
    """Change the newest text of a content, for somebody who does not publish it. Flushes.

    Minor fields of a published content go out at once.

    :param newest: the newest version, locked
    :returns: the newest version then
    :raises ValidationError: with a sentence for each wrong field
    """
    viewer = viewer_of(context)
    base = dict(newest.values)
    readable = queries.readable_dataset_ids(model.Session, viewer, base.get("datasets") or [])
    current = store.shown_values(base)
    current["datasets"] = [each for each in base.get("datasets") or [] if each in readable]
    raw = {**current, "name": newest.name, **given}
    prepared, cleaned = prepare(model.Session, viewer, loaded.active.declaration, raw, base)
    state = rules.state_after_edit(newest.state)
    package_input.refuse(cleaned.problems(_needed(state, newest)))
    hidden = [each for each in base.get("datasets") or [] if each not in readable]
    prepared.dataset_ids += [each for each in hidden if each not in prepared.dataset_ids]
    if prepared.pending_names is not None:
        prepared.values["pending_datasets"] = prepared.pending_names
    changed = _changed(prepared, base)
    name = newest.name
    if given.get("name") and given["name"] != newest.name:
        name = versions.draft_name(model.Session, given, prepared, newest.content_id)
        changed.add("name")
    if not changed:
        return newest
    minor = changed & set(active_policy.get().publishing.minor_fields)
    if minor and loaded.is_public:
        newest = _publish_minor(context, loaded, {key: raw.get(key) for key in minor})
    if changed == minor and newest.state not in rules.PENDING:
        return newest
    made = versions.add_pending(
        context, loaded.active, prepared, newest, state=state, name=name
    )
    versions.record(context, "content.draft", made)
    return made


def _needed(state: str, newest: ContentVersion) -> Collection[str] | None:
    if state == rules.DRAFT:
        return rules.DRAFT_FIELDS
    return rules.ADVICE_FIELDS if newest.is_for_advice else None


def _changed(prepared: Prepared, base: Mapping[str, Any]) -> set[str]:
    """Fields whose value is not the one that was there."""
    values = {**prepared.values, "datasets": prepared.dataset_ids}
    changed = {key for key, value in values.items() if value != base.get(key) and not (
        value in ("", None, [], {}, False) and base.get(key) in ("", None, [], {}, False)
    )}  # fmt: skip
    if prepared.cover:
        changed.add("cover_url")
    if any(prepared.screenshots):
        changed.add("screenshots")
    if prepared.document:
        changed.add("document_url")
    return changed


def _publish_minor(context: Any, loaded: Loaded, minor: Mapping[str, Any]) -> ContentVersion:
    """Put minor fields into the published text; the newest version then."""
    published = store.shown_values(store.stored_values(model.Session, loaded.row, loaded.package))
    published["datasets"] = active_datasets(queries.linked_ids(model.Session, loaded.id))
    # It commits: CKAN 2.12.0 takes an update back that is told not to.
    own = own_context(context, **{versions.REVIEWED: True, "promote_is_minor": True})
    tk.get_action("package_update")(
        own, {**published, **minor, "id": loaded.id, "name": loaded.package.name}
    )
    return newest_of(loaded.id)


def newest_of(content_id: str) -> ContentVersion:
    """The newest version of a content, locked."""
    found = review_queries.newest_locked(model.Session, content_id)
    if found is None:
        raise LookupError(content_id)
    return found


def active_datasets(ids: Collection[str]) -> list[str]:
    """Those of the datasets that are there now, whoever may read them."""
    found = queries.readable_dataset_ids(model.Session, EVERYTHING, list(ids)) if ids else {}
    return [each for each in ids if each in found]


def own_context(context: Any, **more: Any) -> dict[str, Any]:
    """A fresh context for CKAN's actions, with what our hooks have to know."""
    own: dict[str, Any] = {**tk.fresh_context(context), **more}
    if context.get(PENDING_LINKS):
        own[PENDING_LINKS] = True
    return own
