"""The same create, sent twice, is made once.

A client that got no answer sends its request again with the same ``idempotency_key``. The key is
stored in the transaction of the create, so there is no moment in which one is kept without the
other.
"""
from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import ckantoolkit as tk
import sqlalchemy as sa

from ckanext.promote.base.access import acting_user_id
from ckanext.promote.base.model import IdempotencyKey


def digest(data: Mapping[str, Any]) -> str:
    """A hash of what was asked for, without the key itself. Files count by their name."""
    plain = {key: value for key, value in data.items() if key != "idempotency_key"}
    text = json.dumps(plain, sort_keys=True, default=_name_of)
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def earlier_result(context: Mapping[str, Any], action: str, data: Mapping[str, Any]) -> str | None:
    """Id of what an earlier request with this key made, if there was one.

    :raises ValidationError: when the key was used for something else
    """
    key = data.get("idempotency_key")
    if not key:
        return None
    statement = sa.select(IdempotencyKey).where(
        IdempotencyKey.key == key,
        IdempotencyKey.user_id == (acting_user_id(context) or ""),
        IdempotencyKey.action == action,
    )
    row = context["session"].execute(statement).scalars().first()
    if row is None:
        return None
    if row.digest != digest(data):
        raise tk.ValidationError(
            {"idempotency_key": [tk._("This key was used for other content. Choose a new one.")]}
        )
    return row.result_id


def forget(context: Mapping[str, Any], action: str, data: Mapping[str, Any]) -> None:
    """Drop a key whose thing was purged, so that it can be made anew."""
    context["session"].execute(
        sa.delete(IdempotencyKey).where(
            IdempotencyKey.key == data["idempotency_key"],
            IdempotencyKey.user_id == (acting_user_id(context) or ""),
            IdempotencyKey.action == action,
        )
    )


def remember(
    context: Mapping[str, Any], action: str, data: Mapping[str, Any], result_id: str
) -> None:
    """Keep the key with what was made, in the open transaction."""
    key = data.get("idempotency_key")
    if not key:
        return
    context["session"].add(
        IdempotencyKey(
            key=key,
            user_id=acting_user_id(context) or "",
            action=action,
            digest=digest(data),
            result_id=result_id,
        )
    )


def _name_of(value: Any) -> str:
    return str(getattr(value, "filename", None) or type(value).__name__)
