"""CKAN's auth functions for packages of our types; everything else is CKAN's decision.

Without these, any signed-in user could change and delete a content without institution.
"""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.promote.base.i18n import N_
from ckanext.promote.content import registry
from ckanext.promote.content.access import (
    AuthResult,
    institution_of,
    institutions_now_and_then,
    may_publish,
    may_write,
    package_of,
)
from ckanext.promote.content.store import is_published
from ckanext.promote.content.versions import REVIEWED
from ckanext.promote.people.viewer import viewer_of

NO_COLLABORATORS = N_("A content has no collaborators. Add people to its institution instead.")
NO_RESOURCES = N_("A content has no resources. Link the datasets that it uses instead.")


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def package_create(next_auth: Any, context: Any, data_dict: Any = None) -> AuthResult:
    """For our types: who may publish for the institution that is named."""
    given = data_dict or {}
    active = registry.by_package_type(given.get("type") or _type_of_page())
    if active is None:
        return next_auth(context, data_dict)
    viewer = viewer_of(context)
    if not data_dict:
        return {"success": viewer.may_somewhere("write")}
    if context.get(REVIEWED):
        return {"success": True}
    return may_publish(viewer, [institution_of(given.get("owner_org"))])


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def package_update(next_auth: Any, context: Any, data_dict: Any = None) -> AuthResult:
    """For our types: who may publish for its institution, now and after the change."""
    package = package_of(context, data_dict)
    if package is None or registry.by_package_type(package.type) is None:
        return next_auth(context, data_dict)
    if context.get(REVIEWED):
        return {"success": True}
    return may_publish(viewer_of(context), institutions_now_and_then(package, data_dict or {}))


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def package_delete(next_auth: Any, context: Any, data_dict: Any = None) -> AuthResult:
    """The people of its institution: what is wrong goes at once."""
    package = package_of(context, data_dict)
    if package is None or registry.by_package_type(package.type) is None:
        return next_auth(context, data_dict)
    return may_write(viewer_of(context), [package.owner_org or None])


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def package_show(next_auth: Any, context: Any, data_dict: Any = None) -> AuthResult:
    """Everybody while it is published, then its institution's people; core's members are more."""
    package = package_of(context, data_dict)
    if package is None or is_published(package) or registry.by_package_type(package.type) is None:
        return next_auth(context, data_dict)
    return may_write(viewer_of(context), [package.owner_org or None])


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
@tk.auth_sysadmins_check
def package_change_state(next_auth: Any, context: Any, data_dict: Any = None) -> AuthResult:
    """Nobody moves the state of a content here, sysadmins neither."""
    package = package_of(context, data_dict)
    if package is None or registry.by_package_type(package.type) is None:
        return _pass_on(next_auth, context, data_dict)
    return {"success": False, "msg": tk._("Use promote_content_archive, or the review.")}


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
@tk.auth_sysadmins_check
def resource_create(next_auth: Any, context: Any, data_dict: Any = None) -> AuthResult:
    """Contents have no resources (core would answer 500 on CKAN 2.12)."""
    package = package_of({}, data_dict, "package_id")
    if package is None or registry.by_package_type(package.type) is None:
        return _pass_on(next_auth, context, data_dict)
    return {"success": False, "msg": tk._(NO_RESOURCES)}


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
@tk.auth_sysadmins_check
def package_collaborator_create(next_auth: Any, context: Any, data_dict: Any = None) -> AuthResult:
    """Contents have no collaborators: their institution's people write them."""
    package = package_of({}, data_dict)
    if package is None or registry.by_package_type(package.type) is None:
        return _pass_on(next_auth, context, data_dict)
    return {"success": False, "msg": tk._(NO_COLLABORATORS)}


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
@tk.auth_sysadmins_check
def package_relationship_create(next_auth: Any, context: Any, data_dict: Any = None) -> AuthResult:
    """Contents are linked by their datasets (with a relationship, CKAN 2.12 saves them no more)."""
    packages = [package_of({}, data_dict, key) for key in ("subject", "object")]
    if not any(each and registry.by_package_type(each.type) for each in packages):
        return _pass_on(next_auth, context, data_dict)
    return {"success": False, "msg": tk._("Contents have no relationships. Link their datasets.")}


def _pass_on(next_auth: Any, context: Any, data_dict: Any) -> AuthResult:
    """Core's answer, with the right that sysadmins have where nothing else is said."""
    if viewer_of(context).is_sysadmin:
        return {"success": True}
    return next_auth(context, data_dict)


def _type_of_page() -> str | None:
    """The package type of the page: core asks for /<type>/new without data."""
    try:
        return tk.get_endpoint()[0]
    except RuntimeError:
        return None
