"""Pages of the people: who holds which role in an institution; forms for those who appoint."""
from __future__ import annotations

import uuid
from typing import Any

import ckantoolkit as tk
from flask import Blueprint, Response, make_response, send_file

from ckanext.promote.base.web import guarded
from ckanext.promote.people import letters

bp = guarded(Blueprint("promote_people", __name__))

SANDBOX = "default-src 'none'; sandbox"
PAGE_SIZE = 100
LINES = ("people", "datasets")
"""Fields of an area's form that have a name on each line."""
APPOINTMENT_FIELDS = (
    "user", "person", "role", "area", "from_date", "to_date", "letter_url", "idempotency_key",
)  # fmt: skip
CHANGED_FIELDS = ("person", "area", "from_date", "to_date", "letter_url")

FACTS = ("government_type", "subject_since")

Data = dict[str, Any]
STILL = ("current", "future")
"""Standings of appointments that are not history."""


@bp.get("/promote/people/<institution>", strict_slashes=False)
def index(institution: str) -> Any:
    """The public record: who holds which role since when, vacant posts, areas, history."""
    asked = {"institution": institution, "state": "all", "limit": PAGE_SIZE}
    cursor = tk.request.args.get("cursor", "")[:500]
    if cursor:
        asked["cursor"] = cursor
    try:
        found = _act("promote_appointment_list", asked)
        areas = _act("promote_area_list", {"institution": institution, "limit": PAGE_SIZE})
    except tk.ObjectNotFound:
        return _nothing()
    except tk.ValidationError:
        return tk.redirect_to("promote_people.index", institution=institution)
    here = {"institution": institution}
    return tk.render(
        "promote/people/index.html",
        {
            "place": found["institution"],
            "vacant": found["vacant"],
            "appointments": [each for each in found["items"] if each["standing"] in STILL],
            "history": [each for each in found["items"] if each["standing"] not in STILL],
            "areas": [] if cursor else areas["items"],
            "is_first": not cursor,
            "next": tk.h.url_for("promote_people.index", cursor=found["next"], **here)
            if found["next"] else "",
        },
    )  # fmt: skip


@bp.route("/promote/people/<institution>/appoint", methods=["GET", "POST"])
def appoint(institution: str) -> Any:
    """Appoint somebody."""
    place = _place_to_appoint(institution)
    data = _form(APPOINTMENT_FIELDS)
    if tk.request.method == "GET":
        return _appointment_form(place, _with_key(data), {})
    data.update(_sent_letter())
    try:
        made = _act("promote_appointment_create", {**data, "institution": institution})
    except tk.ValidationError as err:
        return _appointment_form(place, data, err.error_dict)
    said = tk._("{person} is appointed: {role}.")
    return _done(place, said.format(person=made["person"], role=made["role_label"]))


@bp.route("/promote/people/<institution>/edit/<id>", methods=["GET", "POST"])
def edit(institution: str, id: str) -> Any:
    """Put right what was written of an appointment."""
    place, item = _place_and_appointment(institution, id)
    if tk.request.method == "GET":
        shown = {name: item.get(name) or "" for name in CHANGED_FIELDS}
        shown["letter_url"] = "" if item["letter_is_file"] else item["letter_url"]
        return _appointment_form(place, shown, {}, item)
    data = {name: tk.request.form.get(name, "").strip() for name in CHANGED_FIELDS}
    sent = _sent_letter()
    given = {**data, **sent}
    if sent:
        given.pop("letter_url")
    try:
        _act("promote_appointment_update", {**given, "id": id})
    except tk.ValidationError as err:
        return _appointment_form(place, data, err.error_dict, item)
    return _done(place, tk._("The changes are saved."))


@bp.route("/promote/people/<institution>/end/<id>", methods=["GET", "POST"])
def end(institution: str, id: str) -> Any:
    """End an appointment."""
    place, item = _place_and_appointment(institution, id)
    data = _form(("to_date", "reason"))
    errors: Data = {}
    if tk.request.method == "POST":
        try:
            done = _act("promote_appointment_end", {**data, "id": id})
        except tk.ValidationError as err:
            errors = err.error_dict
        else:
            withdrawn = tk._("The appointment is withdrawn. It will not begin.")
            ended = tk._("The appointment has its last day.")
            return _done(place, withdrawn if done["standing"] == "withdrawn" else ended)
    page = {"place": place, "item": item, "data": data, "errors": errors}
    return make_response(tk.render("promote/people/end.html", page), 400 if errors else 200)


@bp.route("/promote/people/<institution>/facts", methods=["GET", "POST"])
def facts(institution: str) -> Any:
    """Say of which type of government an institution is, and since when the policy binds it."""
    try:
        place = _act("promote_institution_show", {"institution": institution})
    except (tk.ObjectNotFound, tk.ValidationError):
        return _nothing()
    if not place["permissions"]["update"]:
        return tk.abort(403, tk._("Only the central team may do this."))
    data = {name: place[name] or "" for name in FACTS}
    errors: Data = {}
    if tk.request.method == "POST":
        data = {name: tk.request.form.get(name, "").strip() for name in FACTS}
        try:
            _act("promote_institution_update", {**data, "institution": institution})
        except tk.ValidationError as err:
            errors = err.error_dict
        else:
            return _done(place, tk._("The changes are saved."))
    page = {
        "place": place, "data": data, "errors": errors,
        "types": tk.h.promote_government_types(),
    }  # fmt: skip
    return make_response(tk.render("promote/people/facts.html", page), 400 if errors else 200)


@bp.route("/promote/people/<institution>/area", methods=["GET", "POST"])
def area(institution: str) -> Any:
    """Make an area."""
    place = _place_to_appoint(institution)
    data = _form(("name", "idempotency_key", *LINES))
    if tk.request.method == "GET":
        return _area_form(place, _with_key(data), {})
    try:
        _act("promote_area_create", {**_lists(data), "institution": institution})
    except tk.ValidationError as err:
        return _area_form(place, data, err.error_dict)
    return _done(place, tk._("The area is made."))


@bp.route("/promote/people/<institution>/area/<id>", methods=["GET", "POST"])
def area_edit(institution: str, id: str) -> Any:
    """Change an area, or remove it."""
    place = _place_to_appoint(institution)
    listed = _act("promote_area_list", {"institution": institution, "id": id})["items"]
    if not listed:
        return _nothing()
    item = listed[0]
    if tk.request.method == "GET":
        shown = {name: "\n".join(each["name"] for each in item[name]) for name in LINES}
        return _area_form(place, {**shown, "name": item["name"]}, {}, item)
    if tk.request.form.get("do") == "delete":
        _act("promote_area_delete", {"id": id})
        return _done(place, tk._("The area is removed."))
    data = {name: tk.request.form.get(name, "").strip() for name in ("name", *LINES)}
    try:
        _act("promote_area_update", {**_lists(data), "id": id})
    except tk.ValidationError as err:
        return _area_form(place, data, err.error_dict, item)
    return _done(place, tk._("The changes are saved."))


@bp.get("/promote/people/<institution>/letter/<id>")
def letter(institution: str, id: str) -> Any:
    """The letter of an appointment, as an attachment; a browser that shows it does so in a box."""
    try:
        path, row, made_at = letters.location(_context(), institution, id)
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return _nothing()
    response: Response = send_file(
        path, mimetype=letters.MIME, as_attachment=True, download_name=row.filename,
        conditional=True, etag=row.id, last_modified=made_at, max_age=0,
    )  # fmt: skip
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def _appointment_form(place: Data, data: Data, errors: Data, item: Data | None = None) -> Any:
    areas = _act("promote_area_list", {"institution": place["name"], "limit": PAGE_SIZE})
    page = tk.render(
        "promote/people/appoint.html",
        {
            "place": place,
            "item": item,
            "data": data,
            "errors": errors,
            "roles": tk.h.promote_roles(place["name"]),
            "areas": [(each["name"], each["name"]) for each in areas["items"]],
        },
    )
    return make_response(page, 400 if errors else 200)


def _area_form(place: Data, data: Data, errors: Data, item: Data | None = None) -> Any:
    page = {"place": place, "item": item, "data": data, "errors": errors}
    return make_response(tk.render("promote/people/area.html", page), 400 if errors else 200)


def _place_to_appoint(institution: str) -> Data:
    """The institution, for those who may appoint there; others are sent away."""
    try:
        found = _act("promote_appointment_list", {"institution": institution, "limit": 1})
    except (tk.ObjectNotFound, tk.ValidationError):
        return _nothing()
    place: Data = found["institution"]
    if not place["permissions"]["appoint"]:
        return _refused()
    return place


def _place_and_appointment(institution: str, id: str) -> tuple[Data, Data]:
    try:
        found = _act("promote_appointment_list", {"institution": institution, "id": id})
    except (tk.ObjectNotFound, tk.ValidationError):
        return _nothing()
    if not found["items"]:
        return _nothing()
    if not found["institution"]["permissions"]["appoint"]:
        return _refused()
    return found["institution"], found["items"][0]


def _form(names: tuple[str, ...]) -> Data:
    """What was typed, without what was left empty."""
    given = {name: tk.request.form.get(name, "").strip() for name in names}
    return {name: value for name, value in given.items() if value}


def _with_key(data: Data) -> Data:
    """With a key by which a form that is sent twice is one."""
    return {**data, "idempotency_key": str(uuid.uuid4())}


def _lists(data: Data) -> Data:
    """Names on lines as lists."""
    return {
        name: [line.strip() for line in value.splitlines() if line.strip()]
        if name in LINES else value
        for name, value in data.items()
    }  # fmt: skip


def _sent_letter() -> Data:
    sent = tk.request.files.get("letter_upload")
    return {"letter_upload": sent} if sent and sent.filename else {}


def _done(place: Data, message: str) -> Any:
    tk.h.flash_success(message)
    return tk.redirect_to("promote_people.index", institution=place["name"])


def _act(action: str, data: Data) -> Any:
    return tk.get_action(action)(_context(), data)


def _refused() -> Any:
    return tk.abort(
        403, tk._("Only the institution's admins, and whom it gave this right, do this.")
    )


def _nothing() -> Any:
    return tk.abort(404, tk._("There is nothing at this address, or not any more."))


def _context() -> Data:
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}
