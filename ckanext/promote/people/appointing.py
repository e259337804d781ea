"""Write appointments: for the actions and for the import. Nothing here commits.

Each function checks all values, refuses with a sentence by field, and records the event.
"""
from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import ckantoolkit as tk
import sqlalchemy as sa

from ckanext.promote import config
from ckanext.promote.base import active_policy, events, moments
from ckanext.promote.base.access import acting_user_id
from ckanext.promote.base.model import new_id, utc_now
from ckanext.promote.base.text import clean_line
from ckanext.promote.people import area_queries, letters, queries, rules
from ckanext.promote.people.model import SAME_PERSON, SAME_POST, Appointment
from ckanext.promote.people.viewer import forget_viewers

PERSON_MAX_CHARS = 200

Errors = dict[str, list[str]]


def appoint(context: Mapping[str, Any], place: Any, data: Mapping[str, Any]) -> Appointment:
    """A new appointment in an institution. Flushes.

    :param place: the institution, as ``queries.institution`` gives it
    :param data: as ``schema.appointment_create`` gives it
    :raises ValidationError: with the sentences by field; nothing is written then
    """
    session, errors = context["session"], Errors()
    check_role(place, data["role"], errors)
    user = _user(session, data.get("user"), errors)
    person = _person(data.get("person"), user, errors)
    row = Appointment(
        id=new_id(),
        institution_id=place.id,
        user_id=user.id if user else None,
        person=person,
        role=data["role"],
        area_id=_area_id(session, place.id, data.get("area"), errors),
        from_date=data.get("from_date") or moments.today(),
        to_date=data.get("to_date") or None,
        created_by=acting_user_id(context),
    )
    _check_period(row.from_date, row.to_date, errors)
    sent = letters.checked(data, errors)
    if errors:
        raise tk.ValidationError(errors)
    role = active_policy.get().role(row.role)
    row.is_only_one = bool(role and role.one_per_institution)
    _kept(session, lambda: session.add(row))
    letters.put(context, row, data, sent)
    _record(context, "appointment.create", row)
    return row


def change(context: Mapping[str, Any], row: Appointment, data: Mapping[str, Any]) -> bool:
    """Put right what was written of an appointment; whether anything changed. Flushes.

    :param data: as ``schema.appointment_update`` gives it: only what changes; from an import also
        ``user_id``, when a person has an account by now
    :raises ValidationError: with the sentences by field; nothing is written then
    """
    session, errors = context["session"], Errors()
    if row.ended_at is not None:
        message = tk._("This appointment was ended; what it says stays. Make a new one.")
        raise tk.ValidationError({"id": [message]})
    wanted = _wanted(session, row, data, errors)
    dates = {"from_date": row.from_date, "to_date": row.to_date, **wanted}
    _check_period(dates["from_date"], dates["to_date"], errors)
    sent = letters.checked(data, errors)
    if errors:
        raise tk.ValidationError(errors)
    changed = sorted(name for name, value in wanted.items() if getattr(row, name) != value)
    if sent is not None or data.get("letter_url", row.letter_url) != row.letter_url:
        changed.append("letter")
    if not changed:
        return False
    _kept(session, lambda: _set(row, wanted))
    if "letter" in changed:
        letters.put(context, row, data, sent)
    _record(context, "appointment.update", row, changed=changed)
    return True


def _wanted(
    session: Any, row: Appointment, data: Mapping[str, Any], errors: Errors
) -> dict[str, Any]:
    """What was given, by column."""
    wanted = {name: data[name] for name in ("user_id", "from_date") if name in data}
    if "person" in data:
        wanted["person"] = _person(data["person"], None, errors)
    if "area" in data:
        wanted["area_id"] = _area_id(session, row.institution_id, data["area"], errors)
    if "to_date" in data:
        wanted["to_date"] = data["to_date"] or None
    return wanted


def end(
    context: Mapping[str, Any], row: Appointment, to_date: dt.date | None, reason: str
) -> None:
    """Give an appointment its last day, and say why; withdraw one that has not begun. Flushes.

    :raises ValidationError: when it has ended, or would end before it begins though it has begun
    """
    today = moments.today()
    if row.ended_at is not None or rules.standing(row.from_date, row.to_date, today) == rules.PAST:
        message = tk._("This appointment has an end already: {date}.").format(date=row.to_date)
        raise tk.ValidationError({"id": [message]})
    last = to_date or today
    if row.from_date > today and last <= row.from_date:
        _withdraw(context, row, last, reason)
        return
    errors = Errors()
    _check_period(row.from_date, last, errors)
    if errors:
        raise tk.ValidationError(errors)
    values = {
        "to_date": last, "reason": reason, "ended_at": utc_now(),
        "ended_by": acting_user_id(context),
    }  # fmt: skip
    _kept(context["session"], lambda: _set(row, values))
    _record(context, "appointment.end", row)


def _withdraw(
    context: Mapping[str, Any], row: Appointment, last: dt.date, reason: str
) -> None:
    """Note that an appointment will never be in force; it keeps its first day as its last.

    :raises ValidationError: when its first day was asked for as its last one
    """
    if last == row.from_date:
        # One day of it, and none, would look the same.
        message = tk._(
            "It begins on {date}. Give a later last day, or an earlier one to withdraw it."
        )
        raise tk.ValidationError({"to_date": [message.format(date=last.isoformat())]})
    values = {
        "to_date": row.from_date, "reason": reason, "ended_at": utc_now(),
        "ended_by": acting_user_id(context), "is_only_one": False,
    }  # fmt: skip
    _kept(context["session"], lambda: _set(row, values))
    _record(context, "appointment.withdraw", row)


def check_role(place: Any, slug: str, errors: Errors) -> None:
    """Whether somebody can be appointed to a role in an institution."""
    profile = active_policy.get()
    role = profile.role(slug)
    if role is None:
        choices = ", ".join(each.slug for each in profile.roles)
        errors["role"] = [
            tk._("“{value}” is not one of the choices. Use one of: {choices}.").format(
                value=slug[:80], choices=choices
            )
        ]
    elif role.only_central_team and place.name != config.central_team():
        errors["role"] = [
            tk._("This role is held in the organization of the central team alone.")
        ]


def public_name(user: Any) -> str:
    """The name of an account that the public reads: never an address."""
    fullname = clean_line(user.fullname or "")
    return fullname[:PERSON_MAX_CHARS] if fullname and "@" not in fullname else str(user.name)


def _user(session: Any, reference: Any, errors: Errors) -> Any | None:
    if not reference:
        return None
    found = queries.active_user(session, reference)
    if found is None:
        errors["user"] = [
            tk._(
                "There is no user “{name}”. Check the name, or give the person's name alone."
            ).format(name=reference[:80])
        ]
    return found


def _person(given: Any, user: Any | None, errors: Errors) -> str:
    name = clean_line(given or "")
    if not name and user is not None:
        return public_name(user)
    if "@" in name:
        errors["person"] = [tk._("Write the person's name, without an e-mail address.")]
    elif not 1 <= len(name) <= PERSON_MAX_CHARS and "user" not in errors:
        errors["person"] = [
            tk._("Say who it is: the name of a user, or a person's name of up to 200 characters.")
        ]
    return name


def _area_id(session: Any, institution_id: str, reference: Any, errors: Errors) -> str | None:
    if not reference:
        return None
    found = area_queries.area_called(session, institution_id, reference)
    if found is None:
        errors["area"] = [
            tk._("This institution has no area “{name}”. Make it first, or leave it out.").format(
                name=reference[:80]
            )
        ]
    return found.id if found else None


def _check_period(from_date: dt.date, to_date: dt.date | None, errors: Errors) -> None:
    if not rules.is_period(from_date, to_date):
        errors["to_date"] = [
            tk._("The last day is before the first one, {date}. Change one of them.").format(
                date=from_date.isoformat()
            )
        ]


def _set(row: Appointment, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _kept(session: Any, write: Callable[[], None]) -> None:
    """Write in a savepoint: what the constraints refuse is a sentence, and leaves nothing."""
    try:
        with session.begin_nested():
            write()
            session.flush()
    except sa.exc.IntegrityError as err:
        name = getattr(getattr(err.orig, "diag", None), "constraint_name", "")
        sentences = {
            SAME_PERSON: tk._("This person holds this role here on one of these days already."),
            SAME_POST: tk._(
                "Somebody holds this role here on one of these days already. "
                "End that appointment first, or begin on a later day."
            ),
        }
        if name not in sentences:
            raise
        raise tk.ValidationError({"role": [sentences[name]]}) from err


def _record(context: Mapping[str, Any], name: str, row: Appointment, **facts: Any) -> None:
    events.record(
        context, name, (letters.SUBJECT, row.id), institution_id=row.institution_id,
        data={"role": row.role, "user_id": row.user_id, **facts},
    )  # fmt: skip
    forget_viewers()
