"""Write what the policy has to know of an institution. Nothing here commits."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckantoolkit as tk
from sqlalchemy.dialects.postgresql import insert

from ckanext.promote.base import active_policy, events
from ckanext.promote.base.access import acting_user_id
from ckanext.promote.base.model import utc_now
from ckanext.promote.people.model import InstitutionFacts

GIVEN = ("government_type", "subject_since")


def change(context: Mapping[str, Any], place: Any, data: Mapping[str, Any]) -> bool:
    """Set what is given, and empty what is given as nothing; whether anything changed.

    :param place: the institution, as ``queries.institution`` gives it
    :param data: as ``schema.institution_update`` gives it
    :raises ValidationError: when the profile has no such type of government
    """
    kind = data.get("government_type")
    if kind:
        _check_type(kind)
    wanted = {
        "government_type": kind if "government_type" in data else place.government_type or "",
        "subject_since": (
            data["subject_since"] or None if "subject_since" in data else place.subject_since
        ),
    }
    before = {"government_type": place.government_type or "", "subject_since": place.subject_since}
    changed = sorted(name for name, value in wanted.items() if value != before[name])
    if not changed:
        return False
    wanted.update(changed_at=utc_now(), changed_by=acting_user_id(context))
    made = insert(InstitutionFacts).values(id=place.id, **wanted)
    context["session"].execute(made.on_conflict_do_update(index_elements=["id"], set_=wanted))
    events.record(
        context, "institution.update", ("institution", place.id), institution_id=place.id,
        data={"changed": changed},
    )  # fmt: skip
    return True


def _check_type(slug: str) -> None:
    profile = active_policy.get()
    if profile.has("government_types", slug):
        return
    choices = ", ".join(each.slug for each in profile.entries("government_types"))
    message = tk._("“{value}” is not one of the choices. Use one of: {choices}.")
    raise tk.ValidationError(
        {"government_type": [message.format(value=slug[:80], choices=choices)]}
    )
