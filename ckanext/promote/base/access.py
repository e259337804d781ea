"""Who acts, and what he may see: the questions that every action asks first.

What a reader may not see is not found. Nothing here trusts what the caller says of himself: the
user comes from CKAN's context, everything else from the database.
"""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard

import ckantoolkit as tk
import sqlalchemy as sa
from ckan import model

NOT_FOUND_MAX_LENGTH = 200


def user_of(context: Mapping[str, Any]) -> Any | None:
    """The signed-in user of a context, or None for a visitor.

    CKAN puts an ``AnonymousUser`` (truthy) into the context of web and API calls, so that
    undecorated auth functions run for visitors too: this is the check that counts.
    """
    user = context.get("auth_user_obj")
    if user is None or getattr(user, "is_anonymous", False) or not getattr(user, "id", None):
        name = context.get("user")
        user = model.User.get(name) if name else None
    if user is None or user.state != model.State.ACTIVE:
        return None
    return user


def acting_user_id(context: Mapping[str, Any]) -> str | None:
    """Id of the acting user, None for a visitor."""
    user = user_of(context)
    return user.id if user else None


def not_found() -> Any:
    """The one answer for missing and for invisible. CKAN has the words for it."""
    return tk.ObjectNotFound()


def is_lookup(value: Any) -> TypeGuard[str]:
    """Whether a value can be a name or an id at all (a NUL byte would break the query)."""
    if not isinstance(value, str) or not 0 < len(value) <= NOT_FOUND_MAX_LENGTH:
        return False
    return "\x00" not in value and not any("\ud800" <= char <= "\udfff" for char in value)


def load_dataset(context: Mapping[str, Any], reference: Any) -> Any:
    """The package that a name or id means, if this reader may see it now.

    Active and public is the fast path and costs the lookup alone. Contents are packages too, but
    no datasets: the caller decides by ``type``.

    :raises ObjectNotFound: when it is missing, deleted, or not for this reader
    """
    package = model.Package.get(reference) if is_lookup(reference) else None
    if package is None or package.state != model.State.ACTIVE:
        raise not_found()
    if package.private:
        check = {"user": context.get("user"), "auth_user_obj": context.get("auth_user_obj")}
        try:
            tk.check_access("package_show", {**check, "package": package}, {"id": package.id})
        except tk.NotAuthorized as err:
            raise not_found() from err
    return package


def load_institution(reference: Any) -> Any:
    """The active organization that a name or id means.

    :raises ObjectNotFound: when there is none
    """
    group = None
    if is_lookup(reference):
        # CKAN's own lookup asks twice for a name.
        found = sa.select(model.Group).where(
            sa.or_(model.Group.id == reference, model.Group.name == reference)
        )
        by_id_first = found.order_by(model.Group.id != reference).limit(1)
        group = model.Session.execute(by_id_first).scalars().first()
    if group is None or not group.is_organization or group.state != model.State.ACTIVE:
        raise not_found()
    return group
