"""The form on which people ask: about a dataset, a content, an institution; and for advice."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckantoolkit as tk
from flask import Blueprint

from ckanext.promote.base.subject import SubjectRow
from ckanext.promote.base.web import guarded
from ckanext.promote.feedback import forms, pages, words

bp = guarded(Blueprint("promote_ask", __name__))

FORM = "thread"
SIMILAR = 5
FIELDS = ("kind", "title", "body", "topic", "wanted_formats", "source", "received_on")


@bp.route("/<place>/<name>/feedback/new", methods=["GET", "POST"])
def new(place: str, name: str) -> Any:
    """Ask about something; what others asked already is shown before it is sent."""
    about = pages.about(place, name)
    if not _may(about, {}):
        return pages.refuse(tk._("Sign in to ask."))
    here = tk.h.promote_talk_url(about.shown(), "/new")
    if tk.request.method == "GET":
        return _form(about, here, {"kind": tk.request.args.get("kind", "")[:50]})
    form = tk.request.form
    similar = [] if form.get("seen") else _similar(about, form)
    if similar:
        return _form(about, here, form, similar=similar)
    return _send(about, here, form)


@bp.route("/promote/advice/new", methods=["GET", "POST"])
def advice() -> Any:
    """An institution's people ask the central team."""
    kind = words.advice_kind()
    if not kind:
        return pages.not_there()
    about = pages.about("organization", tk.request.values.get("institution", "")[:200])
    if not tk.h.promote_answers_for(about.institution_id):
        return pages.refuse(tk._("Only an institution's people ask for advice."))
    here = tk.h.url_for("promote_ask.advice", institution=about.name)
    if tk.request.method == "GET":
        return _form(about, here, {"kind": kind}, is_advice=True)
    return _send(about, here, {**tk.request.form, "kind": kind}, is_advice=True)


def _send(
    about: SubjectRow, here: str, form: Mapping[str, str], is_advice: bool = False
) -> Any:
    """Make the conversation; what is refused comes back with what was typed."""
    try:
        made = tk.get_action("promote_thread_create")(pages.context(), _data(about, form))
    except tk.ValidationError as err:
        return _form(about, here, form, err, is_advice=is_advice)
    except tk.NotAuthorized as err:
        return pages.refuse(str(err))
    except tk.ObjectNotFound as err:
        return pages.not_there(err)
    if "message" in made:
        sent = {"title": tk._("Almost there: open your mail"), "message": made["message"],
                "number": made["number"], "url": tk.h.promote_talk_url(about.shown())}  # fmt: skip
        return pages.answered(tk.render("promote/feedback/sent.html", sent))
    tk.h.flash_success(_receipt(made))
    return tk.redirect_to(tk.h.promote_thread_url(made["id"]))


def _receipt(made: Mapping[str, Any]) -> str:
    """The number, and what happens next."""
    if made["state"] == "pending":
        next_step = tk._("A moderator reads it before others see it.")
    elif made["due_at"]:
        next_step = tk._("The answer is due by {date}. You get a mail when it is there.").format(
            date=tk.h.promote_date(made["due_at"])
        )
    else:
        next_step = tk._("It is shown now.")
    number = tk._("It was sent. Its number is {number}.").format(number=made["number"])
    return f"{number} {next_step}"


def _data(about: SubjectRow, form: Mapping[str, str]) -> dict[str, Any]:
    """What the action gets of the form."""
    found = {name: form.get(name, "").strip() for name in FIELDS}
    data = {name: value for name, value in found.items() if value}
    data.update(subject_type=about.type, subject_id=about.id)
    if form.get("idempotency_key"):
        data["idempotency_key"] = form["idempotency_key"]
    if not tk.current_user.is_authenticated:
        return {**data, **forms.visitors_data(form)}
    if data.get("source") and form.get("author_name", "").strip():
        data["author_name"] = form["author_name"].strip()
    return data


def _similar(about: SubjectRow, form: Mapping[str, str]) -> list[dict[str, Any]]:
    """Questions about the same thing that share words with this one."""
    question = " ".join((form.get("title", ""), form.get("body", "")))[:500].strip()
    if not question:
        return []
    data = {
        "subject_type": about.type, "subject_id": about.id, "similar": " ".join(question.split()),
        "limit": SIMILAR,
    }  # fmt: skip
    try:
        return tk.get_action("promote_thread_list")(pages.context(), data)["items"]
    except tk.ValidationError:
        return []


def _may(about: SubjectRow, more: dict[str, Any]) -> bool:
    try:
        tk.check_access("promote_thread_create", pages.context(), more)
    except tk.NotAuthorized:
        return False
    return True


def _form(
    about: SubjectRow,
    here: str,
    form: Mapping[str, str],
    error: Any = None,
    similar: list[dict[str, Any]] | None = None,
    is_advice: bool = False,
) -> Any:
    """The form, with what was typed and what is wrong with it."""
    errors = error.error_dict if error else {}
    names = (*FIELDS, "author_name")
    page = tk.render(
        "promote/feedback/ask.html",
        {
            "about": about.shown(),
            "here": here,
            "values": {
                **{name: form.get(name, "") for name in names},
                "seen": "1" if similar or form.get("seen") else "",
                "idempotency_key": forms.key_after(form, errors),
            },
            "errors": errors,
            "labels": words.field_labels(),
            "kinds": words.kinds(),
            "topics": words.choices("topics"),
            "similar": similar or [],
            "is_advice": is_advice,
            "registers": not is_advice and tk.h.promote_answers_for(about.institution_id),
            "person": _person(about, form, error),
        },
    )
    return pages.answered(page, 400 if error else 200)


def _person(about: SubjectRow, form: Mapping[str, str], error: Any) -> dict[str, str] | None:
    if tk.current_user.is_authenticated:
        return None
    return forms.person(form, (FORM, about.id), error)


