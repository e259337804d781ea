"""The actions on what the policy has to know of an institution."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base.access import not_found
from ckanext.promote.base.model import commit
from ckanext.promote.base.schema import validated
from ckanext.promote.people import dictize, institutions, queries, schema
from ckanext.promote.people.viewer import viewer_of


@tk.side_effect_free
def promote_institution_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """What the policy knows of an institution.

    :param institution: name or id of an organization
    :returns: ``{"id", "name", "title", "government_type", "government_type_label",
        "subject_since", "permissions"}``
    :raises ObjectNotFound: when there is no such organization
    """
    data = validated(schema.institution_show, data_dict)
    tk.check_access("promote_institution_show", context, data)
    session = context.setdefault("session", model.Session)
    return dictize.place(_place(session, data["institution"]), viewer_of(context))


def promote_institution_update(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Say of which type of government an institution is, and since when the policy binds it.

    Only what is given changes; empty text takes a value away.

    :param institution: name or id of an organization
    :param government_type: slug of a type of government of the policy profile
    :param subject_since: the day from which its terms count, like 2026-03-15
    :returns: as `promote_institution_show`
    :raises NotAuthorized: unless the user belongs to the central team
    :raises ValidationError: with a sentence for each wrong field; nothing is stored
    """
    data = validated(schema.institution_update, data_dict)
    session = context.setdefault("session", model.Session)
    place = _place(session, data["institution"])
    tk.check_access("promote_institution_update", context, data)
    if institutions.change(context, place, data):
        commit(context)
    return dictize.place(_place(session, place.id), viewer_of(context))


def _place(session: Any, reference: str) -> Any:
    found = queries.institution(session, reference)
    if found is None:
        raise not_found()
    return found
