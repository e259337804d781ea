"""Write areas: their name, people and datasets. Nothing here commits."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckantoolkit as tk
import sqlalchemy as sa

from ckanext.promote.base import events
from ckanext.promote.base.access import acting_user_id
from ckanext.promote.base.model import new_id
from ckanext.promote.base.text import clean_line
from ckanext.promote.people import area_queries
from ckanext.promote.people.model import Area, AreaDataset, AreaPerson

NAME_MAX_CHARS = 200

Errors = dict[str, list[str]]


def make(
    context: Mapping[str, Any], institution_id: str, data: Mapping[str, Any], sees_private: bool
) -> Area:
    """A new area. Flushes.

    :param data: as ``schema.area_create`` gives it
    :param sees_private: whether the user may read the institution's private datasets
    :raises ValidationError: with the sentences by field; nothing is written then
    """
    row = Area(id=new_id(), institution_id=institution_id, created_by=acting_user_id(context))
    _write(context, row, {"people": [], "datasets": [], **data}, sees_private, is_new=True)
    _record(context, "area.create", row)
    return row


def change(
    context: Mapping[str, Any], row: Area, data: Mapping[str, Any], sees_private: bool
) -> None:
    """Change what is given of an area. Datasets that the user cannot read stay. Flushes."""
    _write(context, row, data, sees_private, is_new=False)
    _record(context, "area.update", row)


def remove(context: Mapping[str, Any], row: Area) -> None:
    """Remove an area; appointments in it stay, without it. Flushes."""
    _record(context, "area.delete", row)
    context["session"].delete(row)
    context["session"].flush()


def _write(
    context: Mapping[str, Any], row: Area, data: Mapping[str, Any], sees_private: bool, is_new: bool
) -> None:
    session, errors = context["session"], Errors()
    name = clean_line(data["name"]) if "name" in data else row.name
    if not 1 <= len(name) <= NAME_MAX_CHARS:
        errors["name"] = [tk._("Give the area a name of 1 to 200 characters.")]
    people = datasets = None
    if "people" in data:
        people = area_queries.user_ids(session, data["people"])
        _refuse_unknown(
            errors, "people", data["people"], people, tk._("There is no user “{name}”.")
        )
    if "datasets" in data:
        datasets = area_queries.dataset_ids(
            session, row.institution_id, sees_private, data["datasets"]
        )
        _refuse_unknown(
            errors, "datasets", data["datasets"], datasets,
            tk._("This institution has no dataset “{name}” that you can see. Check its name."),
        )  # fmt: skip
    if errors:
        raise tk.ValidationError(errors)
    _name(session, row, name, is_new)
    if people is not None:
        _replace(session, AreaPerson, "user_id", row.id, people.values())
    if datasets is not None:
        kept = [] if is_new else area_queries.unreadable_dataset_ids(session, row, sees_private)
        _replace(session, AreaDataset, "dataset_id", row.id, [*datasets.values(), *kept])


def _refuse_unknown(
    errors: Errors, field: str, asked: list[str], found: Mapping[str, str], sentence: str
) -> None:
    unknown = [each for each in asked if each not in found]
    if unknown:
        errors[field] = [sentence.format(name=each[:80]) for each in unknown[:10]]


def _name(session: Any, row: Area, name: str, is_new: bool) -> None:
    try:
        with session.begin_nested():
            row.name = name
            if is_new:
                session.add(row)
            session.flush()
    except sa.exc.IntegrityError as err:
        message = tk._("This institution has an area of this name already.")
        raise tk.ValidationError({"name": [message]}) from err


def _replace(session: Any, table: Any, column: str, area_id: str, ids: Any) -> None:
    session.execute(sa.delete(table).where(table.area_id == area_id))
    rows = [{"area_id": area_id, column: each} for each in sorted(set(ids))]
    if rows:
        session.execute(sa.insert(table.__table__), rows)


def _record(context: Mapping[str, Any], name: str, row: Area) -> None:
    events.record(
        context, name, ("area", row.id), institution_id=row.institution_id,
        scope=events.Scope.INSTITUTION,
    )  # fmt: skip
