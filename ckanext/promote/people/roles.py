"""Who answers for an institution: holders of current appointments, else the organization's admins.

What other features ask of the people. Each function costs one query, for any number of
institutions. What it answers is for deciding and for notices; the public reads names and roles,
never an address.
"""
from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.promote import config
from ckanext.promote.base import active_policy, moments
from ckanext.promote.base.policy import Right
from ckanext.promote.people import queries

MAINTAINER = "maintainer"
"""The role of whom a dataset names itself; no profile has it."""


@dataclass(frozen=True)
class Holder:
    """Somebody who acts for an institution. Of admins who step in, the role is empty."""

    user_id: str | None
    """None for a person without an account here, or whose account is closed."""
    person: str
    role: str
    is_vacant: bool = False
    """Whether nobody is appointed, and this is an admin who acts in the meantime."""


@dataclass(frozen=True)
class TechnicalContact:
    """Who knows a dataset: a role, and a name when there is one. Never an address."""

    role: str
    """``maintainer``, or a role of the policy profile; empty when the post is vacant."""
    person: str
    user_id: str | None = None


def holders(session: Any, institution_id: str, right: Right) -> list[Holder]:
    """Who has a right in an institution by appointment; where nobody has, its admins.

    Persons without an account are named, too. When none of them has one, the admins follow, since
    somebody has to act; the post is not vacant then.
    """
    roles = active_policy.get().roles_with(right)
    return _holders(session, [institution_id], roles)[institution_id]


def liaisons_of(session: Any, institution_ids: Collection[str]) -> dict[str, list[Holder]]:
    """The liaisons of each institution, by its id, as ``holders`` gives them."""
    return _holders(session, institution_ids, active_policy.get().roles_for("liaison"))


def is_liaison_of(session: Any, user_id: str | None, institution_id: str) -> bool:
    """Whether a user is an institution's liaison, or an admin while nobody else can act."""
    if not user_id:
        return False
    found = liaisons_of(session, [institution_id])[institution_id]
    return any(each.user_id == user_id for each in found)


def technical_contact(session: Any, dataset_id: str) -> TechnicalContact | None:
    """Who knows a dataset: its maintainer, else who is appointed for its area or for the data.

    :returns: None for a dataset without institution; whoever asks
    """
    profile = active_policy.get()
    roles = tuple(dict.fromkeys((*profile.roles_for("technical"), *profile.roles_for("liaison"))))
    row = queries.of_dataset(session, dataset_id, roles, moments.today())
    if row is None:
        return None
    maintainer = " ".join((row.maintainer or "").split())
    if maintainer and "@" not in maintainer:
        return TechnicalContact(MAINTAINER, maintainer)
    if not row.owner_org:
        return None
    return TechnicalContact(row.role or "", row.person or "", row.user_id)


def _holders(
    session: Any, institution_ids: Collection[str], roles: Sequence[str]
) -> dict[str, list[Holder]]:
    found: dict[str, list[Holder]] = {each: [] for each in institution_ids}
    admins: dict[str, list[Any]] = {each: [] for each in institution_ids}
    if not found:
        return found
    for row in queries.who_act(
        session, found, roles, moments.today(), config.site_user()
    ):
        if row.role is None:
            admins[row.institution_id].append(row)
        else:
            user_id = row.user_id if row.is_active else None
            found[row.institution_id].append(Holder(user_id, row.person, row.role))
    for institution_id, appointed in found.items():
        if not any(each.user_id for each in appointed):
            step_in = _stepping_in(is_vacant=not appointed)
            found[institution_id] = [*appointed, *map(step_in, admins[institution_id])]
    return found


def _stepping_in(is_vacant: bool) -> Callable[[Any], Holder]:
    return lambda row: Holder(row.user_id, row.person, "", is_vacant=is_vacant)
