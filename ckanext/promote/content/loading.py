"""A content with all that there is of it: its newest version, its row, its package."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base import visitors
from ckanext.promote.base.access import is_lookup, not_found
from ckanext.promote.content import queries, registry, review_queries, rules
from ckanext.promote.content.model import ContentVersion
from ckanext.promote.content.registry import ActiveType
from ckanext.promote.content.store import is_published
from ckanext.promote.people.viewer import Viewer, viewer_of


@dataclass(frozen=True)
class Loaded:
    """A content. Without package it was never published; without version, never reviewed."""

    active: ActiveType
    newest: Any
    """Its newest ``ContentVersion``, or None."""
    row: Any
    """Its ``Content``, or None."""
    package: Any

    @property
    def id(self) -> str:
        """Its id, which is its package's."""
        return self.package.id if self.package is not None else self.newest.content_id

    @property
    def name(self) -> str:
        """The slug of its page."""
        return self.package.name if self.package is not None else self.newest.name

    @property
    def title(self) -> str:
        """The title that is shown in lists."""
        return (self.package.title or self.name) if self.package is not None else self.newest.title

    @property
    def is_public(self) -> bool:
        """Whether everybody may read its published text."""
        return self.package is not None and is_published(self.package)

    @property
    def pending(self) -> ContentVersion | None:
        """The text that is on its way, if there is one."""
        return self.newest if self.newest and self.newest.state in rules.PENDING else None

    @property
    def number(self) -> int:
        """The number of its newest version."""
        return self.newest.number if self.newest else self.row.version

    @property
    def state(self) -> str:
        """The state of its newest version."""
        if self.newest is not None:
            return self.newest.state
        return rules.PUBLISHED if self.is_public else rules.ARCHIVED

    @property
    def institution_ids(self) -> list[str | None]:
        """The institutions that it belongs to: now, and by the text that is on its way."""
        found = [self.package.owner_org or None] if self.package is not None else []
        if self.pending is not None and self.pending.institution_id not in found:
            found.append(self.pending.institution_id)
        return found

    def concerns(self, viewer: Viewer, visitor_id: str | None = None) -> bool:
        """Whether a reader has a part in it: central team, its institution's people, its author."""
        if viewer.is_central:
            return True
        if self.is_by(viewer, visitor_id):
            return True
        return any(each and viewer.acts_for(each) for each in self.institution_ids)

    def is_by(self, viewer: Viewer, visitor_id: str | None = None) -> bool:
        """Whether a reader proposed it on his own behalf."""
        if self.newest is None:
            return False
        by_user = viewer.user_id is not None and self.newest.author_id == viewer.user_id
        return by_user or (visitor_id is not None and self.newest.visitor_id == visitor_id)


    def may_be_changed_by(self, viewer: Viewer, visitor_id: str | None = None) -> bool:
        """Whether a reader may change it: for all of its institutions, or as its author."""
        if viewer.is_central or self.is_by(viewer, visitor_id):
            return True
        ids = self.institution_ids
        return all(each and viewer.may("write", each) for each in ids)


def load(context: Mapping[str, Any], reference: Any, visitor_id: str | None = None) -> Loaded:
    """The content that an id or name means, if this reader may see anything of it.

    :raises ObjectNotFound: when it is missing, or not for this reader
    """
    found = find(reference)
    if found is None:
        raise not_found()
    if not found.is_public and not found.concerns(viewer_of(context), visitor_id):
        raise not_found()
    return found


def load_for_action(context: Any, data: Mapping[str, Any]) -> Loaded:
    """The content that an action is about, for whoever calls it, a visitor by his link too.

    Auth functions find both in the context: ``promote_loaded`` and ``promote_visitor_id``.

    :raises ObjectNotFound: when it is missing, not for this reader, or the link does not do
    """
    reference = data.get("id") if isinstance(data, Mapping) else None
    visitor_id = None
    if isinstance(data, Mapping) and data.get("access_token"):
        visitor, token = visitors.read_token(model.Session, data["access_token"], "access")
        visitor_id = visitor.id
        found = find(reference)
        if found is None or (token.subject_type, token.subject_id) != ("content", found.id):
            raise not_found()
    context.setdefault("session", model.Session)
    context["promote_visitor_id"] = visitor_id
    loaded = load(context, reference, visitor_id)
    context["promote_loaded"] = loaded
    return loaded


def loaded_for_auth(context: Any, data_dict: Any) -> Loaded | None:
    """The content that the action loaded, or that the caller means and may see."""
    reference = (data_dict or {}).get("id")
    known = context.get("promote_loaded")
    if isinstance(known, Loaded) and reference in (known.id, known.name):
        return known
    try:
        return load(context, reference, context.get("promote_visitor_id"))
    except tk.ObjectNotFound:
        return None


def find(reference: Any) -> Loaded | None:
    """The content that an id or name means, whoever asks."""
    if not is_lookup(reference):
        return None
    session = model.Session
    row = queries.content_with_package(session, reference)
    if row is not None:
        active = registry.by_key(row.Content.type)
        # Detached, or not yet attached after a rename: for CKAN it is a package of another type.
        if active is None or row.Package.type != active.package_type:
            return None
        return Loaded(active, row.ContentVersion, row.Content, row.Package)
    newest = review_queries.unpublished(session, reference)
    active = registry.by_key(newest.type) if newest is not None else None
    return Loaded(active, newest, None, None) if active else None
