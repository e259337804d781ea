"""Who appoints, and who reads who holds which role. The institution comes from the rows."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base.access import is_lookup
from ckanext.promote.people import area_queries, queries
from ckanext.promote.people.viewer import viewer_of

AuthResult = dict[str, Any]


@tk.auth_allow_anonymous_access
def promote_appointment_create(context: Any, data_dict: Any = None) -> AuthResult:
    """Those who may appoint in the institution."""
    return _may_appoint(context, _named(data_dict))


@tk.auth_allow_anonymous_access
def promote_appointment_update(context: Any, data_dict: Any) -> AuthResult:
    """Those who may appoint in its institution."""
    return _may_appoint(context, _of(queries.appointment, data_dict))


@tk.auth_allow_anonymous_access
def promote_appointment_end(context: Any, data_dict: Any) -> AuthResult:
    """Those who may appoint in its institution."""
    return _may_appoint(context, _of(queries.appointment, data_dict))


@tk.auth_allow_anonymous_access
def promote_appointment_list(context: Any, data_dict: Any = None) -> AuthResult:
    """Everybody: who holds a role is public."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def promote_area_create(context: Any, data_dict: Any = None) -> AuthResult:
    """Those who may appoint in the institution."""
    return _may_appoint(context, _named(data_dict))


@tk.auth_allow_anonymous_access
def promote_area_update(context: Any, data_dict: Any) -> AuthResult:
    """Those who may appoint in its institution."""
    return _may_appoint(context, _of(area_queries.area, data_dict))


@tk.auth_allow_anonymous_access
def promote_area_delete(context: Any, data_dict: Any) -> AuthResult:
    """Those who may appoint in its institution."""
    return _may_appoint(context, _of(area_queries.area, data_dict))


@tk.auth_allow_anonymous_access
def promote_area_list(context: Any, data_dict: Any = None) -> AuthResult:
    """Everybody; people and private datasets are left out for those who may not see them."""
    return {"success": True}


def _named(data_dict: Any) -> str | None:
    reference = (data_dict or {}).get("institution")
    found = queries.institution(model.Session, reference) if is_lookup(reference) else None
    return found.id if found else None


def _of(load: Any, data_dict: Any) -> str | None:
    reference = (data_dict or {}).get("id")
    row = load(model.Session, reference) if is_lookup(reference) else None
    return row.institution_id if row else None


def _may_appoint(context: Any, institution_id: str | None) -> AuthResult:
    viewer = viewer_of(context)
    if institution_id is not None and viewer.may("appoint", institution_id):
        return {"success": True}
    if viewer.user_id is None:
        return {"success": False, "msg": tk._("Sign in to appoint people.")}
    message = tk._("Only the institution's admins, and whom it gave this right, do this.")
    return {"success": False, "msg": message}
