"""Record what happened. History, notices, statistics and activity are made from these rows.

``record`` adds the row to the caller's transaction and commits nothing: either the thing and its
event are stored, or neither is.
"""
from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from ckanext.promote.base.access import acting_user_id
from ckanext.promote.base.model import Event


class Scope(str, Enum):
    """Who may read of it."""

    PUBLIC = "public"
    INSTITUTION = "institution"
    CENTRAL = "central"


def record(
    context: Mapping[str, Any],
    name: str,
    subject: tuple[str, str],
    *,
    institution_id: str | None,
    scope: Scope = Scope.PUBLIC,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> Event:
    """Add one event to the open transaction.

    :param name: ``noun.verb``, e.g. ``content.publish``
    :param subject: type and id of what it is about, e.g. ``("content", package_id)``
    :param data: facts that later readers need, no text that people wrote, no address
    """
    event = Event(
        name=name,
        subject_type=subject[0],
        subject_id=subject[1],
        institution_id=institution_id,
        actor_id=acting_user_id(context),
        scope=scope.value,
        reason=reason,
        data=dict(data or {}),
    )
    context["session"].add(event)
    return event
