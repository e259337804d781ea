"""The reader of this request: his institutions and roles, loaded once.

CKAN's capacity ``member`` counts as citizen; admins and editors of an organization are the
institution's people. The central team are the people of the configured organization, and
sysadmins.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import flask
import sqlalchemy as sa
from ckan import model

from ckanext.promote import config
from ckanext.promote.base import limits
from ckanext.promote.base.access import user_of
from ckanext.promote.base.policy import Right

ACTING_CAPACITIES = ("admin", "editor")


@dataclass(frozen=True)
class Viewer:
    """Who reads. A visitor has no id and no institution."""

    user_id: str | None = None
    is_sysadmin: bool = False
    is_central: bool = False
    institutions: Mapping[str, str] = field(default_factory=dict)
    """Capacity in each organization, by the organization's id; every capacity is there."""

    def acts_for(self, institution_id: str | None) -> bool:
        """Whether he may act for an institution: one of its people, or the central team."""
        if self.is_central:
            return True
        return self.institutions.get(institution_id or "") in ACTING_CAPACITIES

    def may(self, right: Right, institution_id: str | None) -> bool:
        """Whether he has a right (answer, route, commit, write, plan, appoint) there."""
        return self.acts_for(institution_id)

    @property
    def acting_ids(self) -> frozenset[str]:
        """The institutions whose people he belongs to; of the central team, only his own."""
        held = self.institutions.items()
        return frozenset(each for each, capacity in held if capacity in ACTING_CAPACITIES)

    @property
    def acts_somewhere(self) -> bool:
        """Whether he may act for any institution."""
        return self.is_central or any(
            capacity in ACTING_CAPACITIES for capacity in self.institutions.values()
        )


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


def _load(session: Any, user: Any) -> Viewer:
    rows = session.execute(
        sa.select(model.Group.id, model.Group.name, model.Member.capacity)
        .join(model.Member, model.Member.group_id == model.Group.id)
        .where(
            model.Member.table_name == "user",
            model.Member.table_id == user.id,
            model.Member.state == model.State.ACTIVE,
            model.Group.is_organization.is_(True),
            model.Group.state == model.State.ACTIVE,
        )
    ).all()
    central = config.central_team()
    is_central = user.sysadmin or any(
        row.name == central and row.capacity in ACTING_CAPACITIES for row in rows
    )
    return Viewer(
        user_id=user.id,
        is_sysadmin=bool(user.sysadmin),
        is_central=is_central,
        institutions={row.id: row.capacity for row in rows},
    )


def _is_central(context: Mapping[str, Any]) -> bool:
    return viewer_of(context).is_central


limits.exempt.append(_is_central)
