"""Who may write which content: one rule, for our actions and for CKAN's."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote import config
from ckanext.promote.base import active_policy
from ckanext.promote.base.access import is_lookup, load_institution
from ckanext.promote.people.viewer import Viewer

AuthResult = dict[str, Any]


def hidden() -> AuthResult:
    """The refusal of what this reader may not see: as if it were not there."""
    return {"success": False, "msg": tk._("Not found")}


def may_write(viewer: Viewer, institution_ids: list[str | None]) -> AuthResult:
    """Whether a viewer may write for all of these institutions (None: for nobody's)."""
    if viewer.user_id is None:
        return {"success": False, "msg": tk._("Sign in to write contents.")}
    if viewer.is_central:
        return {"success": True}
    for institution_id in institution_ids:
        if institution_id is None:
            return {
                "success": False,
                "msg": tk._("Choose your institution: only the central team writes without one."),
            }
        if not viewer.may("write", institution_id):
            return {
                "success": False,
                "msg": tk._(
                    "Only an institution's people write its contents: members who edit, and who "
                    "is appointed."
                ),
            }
    return {"success": True}


def may_propose(viewer: Viewer) -> AuthResult:
    """Whether a viewer may propose a content that is no institution's: an option says so."""
    who = config.submissions()
    if viewer.is_central or who == "anyone" or (who == "registered" and viewer.user_id):
        return {"success": True}
    if viewer.user_id is None:
        return {"success": False, "msg": tk._("Sign in to write contents.")}
    return {
        "success": False,
        "msg": tk._("Choose your institution: only the central team writes without one."),
    }


def may_publish(viewer: Viewer, institution_ids: list[str | None]) -> AuthResult:
    """Whether a viewer may make texts of these institutions public: as the profile says."""
    writes = may_write(viewer, institution_ids)
    if viewer.is_central or not writes["success"]:
        return writes
    if active_policy.get().publishing.by == "institutions":
        return writes
    return {
        "success": False,
        "msg": tk._(
            "Here {team} publishes. Write with promote_content_create or promote_content_update, "
            "then send it to review with promote_content_submit."
        ).format(team=central_team_name()),
    }


def central_team_name() -> str:
    """What the policy profile calls the central team, in the reader's language."""
    return active_policy.get().bodies.central_team.get(active_policy.language())


def institution_of(reference: Any) -> str | None:
    """Id of the institution that raw input names. What does not exist gives no right."""
    if not reference:
        return None
    try:
        return load_institution(reference).id
    except tk.ObjectNotFound:
        return str(reference)[:100]


def package_of(context: Any, data_dict: dict[str, Any] | None, key: str = "id") -> Any | None:
    """The package that an auth function is asked about.

    One that a caller left in the context counts only when it is the one that is asked about.
    """
    package = context.get("package")
    reference = (data_dict or {}).get(key)
    if package is not None and reference in (None, package.id, package.name):
        return package
    return model.Package.get(reference) if is_lookup(reference) else None


def institutions_now_and_then(package: Any, data_dict: dict[str, Any]) -> list[str | None]:
    """The institution of a content, and the one that it would be moved to."""
    institutions = [package.owner_org or None]
    if "owner_org" in data_dict:
        institutions.append(institution_of(data_dict["owner_org"]))
    return institutions
