"""The texts with which an institution answers more than once: list, write, change, delete."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckantoolkit as tk
from flask import Blueprint

from ckanext.promote.base.subject import SubjectRow
from ckanext.promote.base.web import guarded
from ckanext.promote.feedback import forms, pages, words
from ckanext.promote.threads.words import OUTCOMES

bp = guarded(Blueprint("promote_templates", __name__))

AT_ONCE = 100
FIELDS = ("title", "outcome", "body")


@bp.get("/promote/templates/<org>", strict_slashes=False)
def index(org: str) -> Any:
    """The templates of an institution."""
    about = pages.about("organization", org)
    found = _list(about, tk.request.args.get("cursor", "")[:200])
    return tk.render(
        "promote/feedback/templates.html",
        {"about": about.shown(), "items": found["items"], "next": found["next"]},
    )


@bp.route("/promote/templates/<org>/new", methods=["GET", "POST"])
def new(org: str) -> Any:
    """Write a template."""
    about = pages.about("organization", org)
    if tk.request.method == "GET":
        if not tk.h.promote_answers_for(about.institution_id):
            return pages.refuse(tk._("Only the people of this institution may do this."))
        return _form(about, {}, None, None)
    more = {"institution": about.name}
    if tk.request.form.get("idempotency_key"):
        more["idempotency_key"] = tk.request.form["idempotency_key"]
    return _save(about, "promote_answer_template_create", more, None)


@bp.route("/promote/templates/<org>/<id>/edit", methods=["GET", "POST"])
def edit(org: str, id: str) -> Any:
    """Change a template."""
    about = pages.about("organization", org)
    found = _one(about, id)
    if tk.request.method == "GET":
        return _form(about, found, None, found)
    return _save(about, "promote_answer_template_update", {"id": id}, found)


@bp.route("/promote/templates/<org>/<id>/delete", methods=["GET", "POST"])
def delete(org: str, id: str) -> Any:
    """Ask before a template is deleted, then delete it."""
    about = pages.about("organization", org)
    found = _one(about, id)
    if tk.request.method == "GET":
        return tk.render(
            "promote/feedback/template_delete.html", {"about": about.shown(), "template": found}
        )
    try:
        tk.get_action("promote_answer_template_delete")(pages.context(), {"id": id})
    except tk.NotAuthorized as err:
        return pages.refuse(str(err))
    except tk.ObjectNotFound:
        return pages.not_there()
    tk.h.flash_success(tk._("“{title}” is deleted.").format(title=found["title"]))
    return tk.redirect_to("promote_templates.index", org=about.name)


def _save(
    about: SubjectRow, action: str, more: dict[str, str], template: Mapping[str, Any] | None
) -> Any:
    form = tk.request.form
    data = {name: form[name] for name in FIELDS if form.get(name, "").strip()}
    if template is not None:
        data["outcome"] = form.get("outcome", "")
    try:
        if template is not None:
            _refuse_empty(form)
        made = tk.get_action(action)(pages.context(), {**data, **more})
    except tk.ValidationError as err:
        return _form(about, form, err, template)
    except tk.NotAuthorized as err:
        return pages.refuse(str(err))
    except tk.ObjectNotFound:
        return pages.not_there()
    tk.h.flash_success(tk._("“{title}” is saved.").format(title=made["title"]))
    return tk.redirect_to("promote_templates.index", org=about.name)


def _refuse_empty(form: Mapping[str, str]) -> None:
    """What a change leaves out stays, but a field that was emptied is no such thing.

    :raises ValidationError: when title or text are empty
    """
    empty = [name for name in ("title", "body") if not form.get(name, "").strip()]
    if empty:
        raise tk.ValidationError({name: [tk._("Missing value")] for name in empty})


def _form(
    about: SubjectRow, values: Mapping[str, Any], error: Any, template: Mapping[str, Any] | None
) -> Any:
    errors = error.error_dict if error else {}
    page = tk.render(
        "promote/feedback/template_form.html",
        {
            "about": about.shown(),
            "values": {
                **{name: values.get(name) or "" for name in FIELDS},
                "idempotency_key": forms.key_after(tk.request.form, errors),
            },
            "errors": errors,
            "labels": words.field_labels(),
            "outcomes": [(name, words.said(OUTCOMES, name)) for name in OUTCOMES],
            "template": template,
        },
    )
    return pages.answered(page, 400 if error else 200)


def _list(about: SubjectRow, cursor: str = "") -> dict[str, Any]:
    data: dict[str, Any] = {"institution": about.name, "limit": AT_ONCE}
    if cursor:
        data["cursor"] = cursor
    try:
        return tk.get_action("promote_answer_template_list")(pages.context(), data)
    except tk.NotAuthorized as err:
        return pages.refuse(str(err))
    except tk.ValidationError:
        return pages.not_there()


def _one(about: SubjectRow, template_id: str) -> dict[str, Any]:
    """A template of the institution, by its id."""
    cursor = ""
    while True:
        found = _list(about, cursor)
        for each in found["items"]:
            if each["id"] == template_id:
                return each
        if not found["next"]:
            return pages.not_there()
        cursor = found["next"]
