"""The reader of this request: his institutions, roles and rights, loaded once.

CKAN's capacity ``member`` counts as citizen. Admins and editors of an organization are the
institution's people, and so is whoever holds a current appointment there. The central team are the
admins and editors of the configured organization, and sysadmins. Memberships of CKAN are read
here, never changed.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

import flask
from ckan import model

from ckanext.promote import config
from ckanext.promote.base import active_policy, limits, moments
from ckanext.promote.base.access import user_of
from ckanext.promote.base.policy import Right
from ckanext.promote.people import queries

ALL_RIGHTS: frozenset[Right] = frozenset(get_args(Right))
CAPACITY_RIGHTS: dict[str, frozenset[Right]] = {
    "admin": ALL_RIGHTS,
    "editor": ALL_RIGHTS - {"appoint"},
}
"""What members of an organization may do for it; other capacities nothing."""
NO_RIGHTS: frozenset[Right] = frozenset()


@dataclass(frozen=True)
class Viewer:
    """Who reads. A visitor has no id and no institution."""

    user_id: str | None = None
    is_sysadmin: bool = False
    is_central: bool = False
    institutions: Mapping[str, str] = field(default_factory=dict)
    """Capacity in each organization, by the organization's id; every capacity is there."""
    appointed: Mapping[str, frozenset[Right]] = field(default_factory=dict)
    """Rights from current appointments, by the institution's id; there may be none in it."""
    roles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Roles of those appointments, as slugs, by the institution's id."""

    def acts_for(self, institution_id: str | None) -> bool:
        """Whether he may act for an institution: one of its people, or the central team."""
        return self.is_central or (institution_id or "") in self.acting_ids

    def may(self, right: Right, institution_id: str | None) -> bool:
        """Whether he has a right in an institution, by membership or by appointment."""
        return self.is_central or right in self._rights_in(institution_id or "")

    def may_somewhere(self, right: Right) -> bool:
        """Whether he has a right in any institution."""
        return self.is_central or bool(self.ids_with(right))

    @property
    def acting_ids(self) -> frozenset[str]:
        """The institutions whose people he belongs to; of the central team, only his own."""
        members = (each for each, held in self.institutions.items() if held in CAPACITY_RIGHTS)
        return frozenset((*members, *self.appointed))

    def ids_with(self, right: Right) -> frozenset[str]:
        """The institutions among his own in which he has a right."""
        return frozenset(each for each in self.acting_ids if right in self._rights_in(each))

    @property
    def can_moderate(self) -> bool:
        """Whether he decides about texts and those who write them: the central team does."""
        return self.is_central

    def role_with(self, right: Right, institution_id: str | None) -> str:
        """The role by which he has a right in an institution: the first of the profile's."""
        held = self.roles.get(institution_id or "", frozenset())
        return next((each for each in active_policy.get().roles_with(right) if each in held), "")

    @property
    def acts_somewhere(self) -> bool:
        """Whether he may act for any institution."""
        return self.is_central or bool(self.acting_ids)

    def _rights_in(self, institution_id: str) -> frozenset[Right]:
        capacity = self.institutions.get(institution_id, "")
        by_membership = CAPACITY_RIGHTS.get(capacity, NO_RIGHTS)
        return by_membership | self.appointed.get(institution_id, NO_RIGHTS)


VISITOR = Viewer()
EVERYTHING = Viewer(is_sysadmin=True)
"""For what was decided already, when nobody's rights count."""


def viewer_of(context: Mapping[str, Any]) -> Viewer:
    """The viewer of a context: one query, once a request."""
    user = user_of(context)
    if user is None:
        return VISITOR
    if not flask.has_request_context():
        return _load(context.get("session", model.Session), user)
    known: dict[str, Viewer] = flask.g.setdefault("promote_viewers", {})
    if user.id not in known:
        known[user.id] = _load(model.Session, user)
    return known[user.id]


def forget_viewers() -> None:
    """Load viewers anew: an appointment was changed in this request."""
    if flask.has_request_context():
        flask.g.pop("promote_viewers", None)


def _load(session: Any, user: Any) -> Viewer:
    rows = queries.places_of(session, user.id, moments.today())
    members = {row.id: row.capacity for row in rows if row.capacity}
    central = config.central_team()
    is_central = user.sysadmin or any(
        row.name == central and row.capacity in CAPACITY_RIGHTS for row in rows
    )
    profile = active_policy.get()
    appointed: dict[str, frozenset[Right]] = {}
    roles: dict[str, frozenset[str]] = {}
    for row in rows:
        if row.role:
            held = appointed.get(row.id, NO_RIGHTS)
            appointed[row.id] = held | profile.rights_of(row.role)
            roles[row.id] = roles.get(row.id, frozenset()) | {row.role}
    return Viewer(
        user_id=user.id,
        is_sysadmin=bool(user.sysadmin),
        is_central=bool(is_central),
        institutions=members,
        appointed=appointed,
        roles=roles,
    )


def _is_central(context: Mapping[str, Any]) -> bool:
    return viewer_of(context).is_central


limits.exempt.append(_is_central)
