"""The actions on people: who holds which role where, and which area makes which data."""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base import idempotency, moments, paging
from ckanext.promote.base.access import not_found
from ckanext.promote.base.model import commit
from ckanext.promote.base.schema import validated
from ckanext.promote.people import appointing, area_queries, areas, dictize, queries, schema
from ckanext.promote.people.model import Appointment, Area
from ckanext.promote.people.viewer import viewer_of

STATES = ("open", "current", "past", "all")


def promote_appointment_create(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Appoint a person to a role in an institution.

    :param institution: name or id of an organization
    :param user: name or id of the person's account; with none, the person has no account here
    :param person: the name that the public reads; of a user, his own when it is left out
    :param role: slug of a role of the policy profile
    :param area: name or id of an area of the institution
    :param from_date: first day in force, like 2026-03-15; today when it is left out
    :param to_date: last day in force; left out while it is open
    :param letter_url: address of the letter
    :param letter_upload: the letter as a PDF file (multipart), in place of an address
    :param idempotency_key: the same key with the same data gives the appointment that was made
    :returns: the appointment, as in `promote_appointment_list`
    :raises NotAuthorized: unless the user may appoint in the institution
    :raises ValidationError: with a sentence for each wrong field; nothing is stored
    """
    data = validated(schema.appointment_create, data_dict)
    session = context.setdefault("session", model.Session)
    place = _place(session, data["institution"])
    tk.check_access("promote_appointment_create", context, data)
    name = "promote_appointment_create"
    made = idempotency.earlier_result(context, name, data_dict)
    if made is None:
        made = appointing.appoint(context, place, data).id
        idempotency.remember(context, name, data_dict, made)
        commit(context)
    return _appointment(context, made)


def promote_appointment_update(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Put right what was written of an appointment; only what is given changes.

    Person and role stay: end the appointment, and make another one. Empty text takes a value away.

    :param id: id of the appointment
    :param person: the name that the public reads
    :param area: name or id of an area of the institution
    :param from_date: first day in force
    :param to_date: last day in force
    :param letter_url: address of the letter
    :param letter_upload: the letter as a PDF file (multipart), in place of an address
    :returns: the appointment, as in `promote_appointment_list`
    :raises NotAuthorized: unless the user may appoint in the institution
    :raises ValidationError: with a sentence for each wrong field, or when it was ended
    """
    data = validated(schema.appointment_update, data_dict)
    row = _locked(context, data["id"])
    tk.check_access("promote_appointment_update", context, data)
    if appointing.change(context, row, data):
        commit(context)
    return _appointment(context, row.id)


def promote_appointment_end(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """End an appointment, or withdraw one that has not begun. It stays in the history.

    :param id: id of the appointment
    :param to_date: the last day in force, past or to come; today when it is left out. One that is
        to come is withdrawn by a day before its first one
    :param reason: why, 1 to 500 characters; only those who appoint read it
    :returns: the appointment, as in `promote_appointment_list`
    :raises NotAuthorized: unless the user may appoint in the institution
    :raises ValidationError: when it has ended, or would end before it begins
    """
    data = validated(schema.appointment_end, data_dict)
    row = _locked(context, data["id"])
    tk.check_access("promote_appointment_end", context, data)
    appointing.end(context, row, data.get("to_date"), data["reason"])
    commit(context)
    return _appointment(context, row.id)


@tk.side_effect_free
def promote_appointment_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Who holds which role where: what is in force or to come, then what is over.

    :param institution: name or id of an organization; all of them when it is left out
    :param role: slug of a role
    :param state: ``open`` (in force or to come, the default), ``current``, ``past`` or ``all``
    :param id: of one appointment, whatever its state
    :param limit: 1 to 100, 20 by default
    :param cursor: ``next`` of the page before
    :returns: ``{"items", "next", "total", "total_exact"}``; an item has ``id``, ``institution``,
        ``institution_title``, ``person``, ``role``, ``role_label``, ``area``, ``from_date``,
        ``to_date``, ``standing`` (``current``, ``future``, ``past``, or ``withdrawn`` before it
        began), ``letter_url``,
        ``letter_is_file``, ``ended_at``, ``permissions``, and for those who may appoint ``user``
        and ``reason``. For one institution also ``institution`` (``name``, ``title``,
        ``government_type``, ``subject_since``, ``permissions``) and ``vacant``: the posts that it
        is to fill, and nobody holds now
    """
    data = validated(schema.appointment_list, data_dict)
    tk.check_access("promote_appointment_list", context, data)
    session, today = context.get("session", model.Session), moments.today()
    place = _place(session, data["institution"]) if data.get("institution") else None
    statement = queries.appointments(today)
    for column, value in (
        (Appointment.institution_id, place and place.id),
        (Appointment.role, data.get("role")),
        (Appointment.id, data.get("id")),
    ):
        if value:
            statement = statement.where(column == value)
    state = _state(data)
    if state != "all":
        statement = queries.in_standing(statement, state, today)
    viewer = viewer_of(context)
    answer = _page(
        session, statement, data, 5,
        lambda rest, key: queries.appointments_after(rest, today, _key(key)),
        lambda row: (str(row.k0), row.k1, row.k2, str(row.k3), row.Appointment.id),
        lambda row: dictize.appointment(row, viewer, today),
    )  # fmt: skip
    if place is not None:
        answer["institution"] = dictize.place(place, viewer)
        answer["vacant"] = dictize.vacant(queries.held_roles(session, place.id, today))
    return answer


def promote_area_create(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Make an area: a part of an institution that makes data.

    :param institution: name or id of an organization
    :param name: up to 200 characters, once in the institution
    :param people: names or ids of the users who know its data
    :param datasets: names or ids of datasets of the institution
    :param idempotency_key: the same key with the same data gives the area that was made
    :returns: the area, as in `promote_area_list`
    :raises NotAuthorized: unless the user may appoint in the institution
    :raises ValidationError: with a sentence for each wrong field; nothing is stored
    """
    data = validated(schema.area_create, data_dict)
    session = context.setdefault("session", model.Session)
    place = _place(session, data["institution"])
    tk.check_access("promote_area_create", context, data)
    made = idempotency.earlier_result(context, "promote_area_create", data_dict)
    if made is None:
        made = areas.make(context, place.id, data, _sees_private(context, place.id)).id
        idempotency.remember(context, "promote_area_create", data_dict, made)
        commit(context)
    return _area(context, place.id, made)


def promote_area_update(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Change what is given of an area. Datasets that the user cannot see stay.

    :param id: id of the area
    :param name: up to 200 characters, once in the institution
    :param people: names or ids of users, all of them; an empty list takes all away
    :param datasets: names or ids of datasets of the institution, all of them
    :returns: the area, as in `promote_area_list`
    :raises NotAuthorized: unless the user may appoint in the institution
    :raises ValidationError: with a sentence for each wrong field; nothing is stored
    """
    data = validated(schema.area_update, data_dict)
    row = _area_row(context, data["id"])
    tk.check_access("promote_area_update", context, data)
    areas.change(context, row, data, _sees_private(context, row.institution_id))
    commit(context)
    return _area(context, row.institution_id, row.id)


def promote_area_delete(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Remove an area. Appointments in it stay, without it.

    :param id: id of the area
    :returns: ``{"id"}``
    :raises NotAuthorized: unless the user may appoint in the institution
    """
    data = validated(schema.area_delete, data_dict)
    row = _area_row(context, data["id"])
    tk.check_access("promote_area_delete", context, data)
    area_id = row.id
    areas.remove(context, row)
    commit(context)
    return {"id": area_id}


@tk.side_effect_free
def promote_area_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """The areas of an institution, by name.

    :param institution: name or id of an organization
    :param id: of one area of it
    :param limit: 1 to 100, 20 by default
    :param cursor: ``next`` of the page before
    :returns: ``{"items", "next", "total", "total_exact"}``; an item has ``id``, ``name``,
        ``datasets`` (``{"name", "title"}``, those that the reader may see), ``permissions``, and
        for the institution's people ``people`` (``{"name", "title"}``)
    """
    data = validated(schema.area_list, data_dict)
    tk.check_access("promote_area_list", context, data)
    session = context.get("session", model.Session)
    place, viewer = _place(session, data["institution"]), viewer_of(context)
    statement = area_queries.areas(place.id, _sees_private(context, place.id))
    if data.get("id"):
        statement = statement.where(Area.id == data["id"])
    return _page(
        session, statement, data, 2,
        lambda rest, key: area_queries.areas_after(rest, key[0], key[1]),
        lambda row: (row.Area.name, row.Area.id),
        lambda row: dictize.area(row, viewer),
    )  # fmt: skip


def _page(
    session: Any,
    statement: Any,
    data: Mapping[str, Any],
    key_length: int,
    after: Callable[[Any, list[str]], Any],
    key_of: Callable[[Any], Sequence[str]],
    as_dict: Callable[[Any], Mapping[str, Any]],
) -> dict[str, Any]:
    """A page of a list."""
    rest = statement
    if data.get("cursor"):
        rest = after(statement, paging.decode(data["cursor"], key_length))
    rows = session.execute(rest.limit(data["limit"] + 1)).all()
    counted = paging.total(session, statement)
    return paging.answer(rows, data["limit"], key_of, as_dict, counted)


def _state(data: Mapping[str, Any]) -> str:
    state = data.get("state") or ("all" if data.get("id") else "open")
    if state not in STATES:
        raise tk.ValidationError({
            "state": [tk._("“{value}” is not one of the choices. Use one of: {choices}.").format(
                value=state[:80], choices=", ".join(STATES)
            )]
        })  # fmt: skip
    return str(state)


def _key(key: list[str]) -> tuple[int, str, str, int, str]:
    try:
        return (int(key[0][:2]), key[1], key[2], int(key[3][:8]), key[4])
    except ValueError:
        raise paging.wrong_cursor() from None


def _place(session: Any, reference: str) -> Any:
    found = queries.institution(session, reference)
    if found is None:
        raise not_found()
    return found


def _locked(context: Any, appointment_id: str) -> Appointment:
    session = context.setdefault("session", model.Session)
    row = queries.appointment(session, appointment_id, is_locked=True)
    if row is None:
        raise not_found()
    return row


def _area_row(context: Any, area_id: str) -> Area:
    row = area_queries.area(context.setdefault("session", model.Session), area_id)
    if row is None:
        raise not_found()
    return row


def _sees_private(context: Any, institution_id: str) -> bool:
    viewer = viewer_of(context)
    return viewer.is_sysadmin or institution_id in viewer.institutions


def _appointment(context: Any, appointment_id: str) -> dict[str, Any]:
    today = moments.today()
    statement = queries.appointments(today).where(Appointment.id == appointment_id)
    row = context["session"].execute(statement).one()
    return dictize.appointment(row, viewer_of(context), today)


def _area(context: Any, institution_id: str, area_id: str) -> dict[str, Any]:
    statement = area_queries.areas(institution_id, _sees_private(context, institution_id))
    row = context["session"].execute(statement.where(Area.id == area_id)).one()
    return dictize.area(row, viewer_of(context))
