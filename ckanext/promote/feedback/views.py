"""The page of one conversation, and each step in it. A POST is one action, then a redirect."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckantoolkit as tk
from flask import Blueprint

from ckanext.promote import config
from ckanext.promote.base.web import guarded
from ckanext.promote.feedback import forms, inputs, pages, words
from ckanext.promote.feedback.inputs import Step

bp = guarded(Blueprint("promote_feedback", __name__))

PAGE_SIZE = 50
REPLY_FORM = "post"
TEMPLATES = 100
WITH_QUESTION = ("answer", "clarify", "route", "assign")
"""Steps that nobody takes without having read what was asked."""


@bp.get("/feedback/<id>")
def show(id: str) -> Any:
    """A conversation: the official answer, the texts, and what this reader can do."""
    token = pages.token_of_request()
    thread = _thread(id, token)
    args = tk.request.args
    asked = {key: args[key][:200] for key in ("cursor", "at") if args.get(key)}
    wanted: dict[str, Any] = {"limit": PAGE_SIZE, **asked}
    if args.get("last"):
        wanted = {"limit": PAGE_SIZE, "last": True}
    try:
        found = tk.get_action("promote_post_list")(
            pages.context(token), pages.with_token({"thread_id": thread["id"], **wanted}, token)
        )
    except (tk.ValidationError, tk.ObjectNotFound):
        return tk.redirect_to(tk.h.promote_thread_url(id, token))
    reply_to = args.get("reply", "")[:100]
    page = tk.render(
        "promote/feedback/show.html",
        {
            "thread": thread,
            "posts": found["items"],
            "next": found["next"],
            "is_start": not asked and "last" not in wanted,
            "is_last": "last" in wanted or not found["next"],
            "token": token,
            "reply_to": next((each for each in found["items"] if each["id"] == reply_to), None),
            "values": {"body": "", "idempotency_key": forms.new_key()},
            "may_write": _may_write(thread, token),
            "person": _person(thread, token, {}),
        },
    )
    return pages.answered(page, token=token)


@bp.route("/feedback/<id>/<step>", methods=["GET", "POST"])
def act(id: str, step: str) -> Any:
    """One step in a conversation: its form, and what the form does."""
    wanted = inputs.STEPS.get(step)
    if wanted is None:
        return pages.not_there()
    if tk.request.method == "POST":
        return _do(id, step, wanted)
    token = pages.token_of_request()
    thread = _thread(id, token)
    if not thread["permissions"].get(wanted.permission):
        return _refuse(thread)
    values = {"reply_to": tk.request.args.get("reply", "")[:100]}
    if step == "answer":
        values.update(_template_of(thread, tk.request.args.get("template", "")[:100]))
    return _form(thread, step, wanted, values)


@bp.route("/feedback/<id>/post/<post>/<step>", methods=["GET", "POST"])
def act_on_post(id: str, post: str, step: str) -> Any:
    """One step about one text."""
    wanted = inputs.POST_STEPS.get(step)
    if wanted is None:
        return pages.not_there()
    if tk.request.method == "POST":
        return _do(id, step, wanted, post)
    token = pages.token_of_request()
    thread = _thread(id, token)
    text = _post(thread, post, token)
    if not text["permissions"].get(wanted.permission):
        return _refuse(thread)
    return _form(thread, step, wanted, {"body": text["body"]}, post=text)


def _do(id: str, name: str, step: Step, post_id: str = "") -> Any:
    """Call the action of a step; what is refused comes back with what was typed."""
    form, token = tk.request.form, pages.token_of_request()
    try:
        done = tk.get_action(step.action)(pages.context(token), _data(id, step, post_id, token))
    except tk.ValidationError as err:
        thread = _thread(id, token)
        text = _post(thread, post_id, token) if post_id else None
        values = {**forms.typed(form, step.inputs), "reply_to": form.get("reply_to", "")}
        return _form(thread, name, step, values, err, text)
    except tk.NotAuthorized as err:
        return pages.refuse(str(err))
    except tk.ObjectNotFound as err:
        return pages.not_there(err)
    if "message" in done:
        sent = {"title": tk._("Almost there: open your mail"), "message": done["message"],
                "number": "", "url": tk.h.promote_thread_url(id)}  # fmt: skip
        return pages.answered(tk.render("promote/feedback/sent.html", sent))
    tk.h.flash_success(tk._(step.done))
    return pages.answered(tk.redirect_to(_after(id, name, post_id, token, done)), token=token)


def _data(id: str, step: Step, post_id: str, token: str) -> dict[str, Any]:
    """What the action of a step gets of its form."""
    form = tk.request.form
    data: dict[str, Any] = {**forms.given(form, step.inputs), **step.fixed}
    data[step.key] = post_id or id
    if step.permission == "keep":
        data["id"] = form.get("promise", "")
    kept = {
        "promote_post_create": ("reply_to", "idempotency_key"),
        "promote_thread_answer": ("idempotency_key",),
    }
    data.update({key: form[key] for key in kept.get(step.action, ()) if form.get(key)})
    if step.action == "promote_post_create" and not token and not tk.current_user.is_authenticated:
        data.update(forms.visitors_data(form))
    return pages.with_token(data, token) if step.action in inputs.WITH_LINK else data


def _after(id: str, step: str, post_id: str, token: str, done: Mapping[str, Any]) -> str:
    """Where to go when a step is done: to the new text, or to the one that it was about."""
    url = tk.h.promote_thread_url
    if step in ("reply", "note"):
        where = {} if done["seq"] <= PAGE_SIZE else {"at": done["id"]}
        return url(id, token, anchor=f"post-{done['seq']}", **where)
    if step == "withdraw" and not _is_there(id, token):
        return tk.h.url_for("promote_talk.index")
    if post_id and step != "delete":
        return url(id, token, at=post_id)
    # Whoever handed it on may be able to read it no more.
    return url(id, token) if _is_there(id, token) else tk.h.url_for("promote_talk.index")


def _is_there(id: str, token: str) -> bool:
    try:
        data = pages.with_token({"id": id}, token)
        tk.check_access("promote_thread_show", pages.context(token), data)
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return False
    return True


def _form(
    thread: Mapping[str, Any],
    name: str,
    step: Step,
    values: dict[str, Any],
    error: Any = None,
    post: Mapping[str, Any] | None = None,
) -> Any:
    """The page of a step, with what was typed and what is wrong with it."""
    token, form = pages.token_of_request(), tk.request.form
    errors = error.error_dict if error else {}
    page = tk.render(
        "promote/feedback/step.html",
        {
            "thread": thread,
            "post": post,
            "name": name,
            "step": step,
            "values": {**values, "idempotency_key": forms.key_after(form, errors)},
            "choices": {
                each.name: forms.choices(each.source, thread) for each in step.inputs if each.source
            },
            "errors": errors,
            "labels": words.field_labels(),
            "token": token,
            "person": _person(thread, token, form, error) if name == "reply" else None,
            "templates": _templates(thread) if name == "answer" else [],
            "question": _first(thread) if name in WITH_QUESTION else None,
        },
    )
    status = 409 if "state" in errors else 400
    return pages.answered(page, status if error else 200, token)


def _may_write(thread: Mapping[str, Any], token: str) -> bool:
    """Whether somebody can write here now: without account and link, as the option says."""
    is_known = bool(token) or tk.current_user.is_authenticated
    return thread["permissions"]["post"] and (is_known or config.feedback_who() == "anyone")


def _person(
    thread: Mapping[str, Any], token: str, form: Mapping[str, str], error: Any = None
) -> dict[str, str] | None:
    """What is asked of a visitor; nothing of somebody who is known."""
    if token or tk.current_user.is_authenticated or not _may_write(thread, token):
        return None
    return forms.person(form, (REPLY_FORM, thread["id"]), error)


def _thread(id: str, token: str) -> dict[str, Any]:
    try:
        data = pages.with_token({"id": id}, token)
        return tk.get_action("promote_thread_show")(pages.context(token), data)
    except (tk.ObjectNotFound, tk.NotAuthorized, tk.ValidationError) as err:
        return pages.not_there(err if token else None)


def _post(thread: Mapping[str, Any], post_id: str, token: str) -> dict[str, Any]:
    """One text of a conversation."""
    data = {"thread_id": thread["id"], "at": post_id, "limit": 1}
    try:
        found = tk.get_action("promote_post_list")(
            pages.context(token), pages.with_token(data, token)
        )
    except (tk.ObjectNotFound, tk.ValidationError):
        return pages.not_there()
    return found["items"][0]


def _first(thread: Mapping[str, Any]) -> dict[str, Any] | None:
    """The text that began a conversation."""
    wanted = {"thread_id": thread["id"], "limit": 1}
    found = tk.get_action("promote_post_list")(pages.context(), wanted)["items"]
    return found[0] if found else None


def _refuse(thread: Mapping[str, Any]) -> Any:
    message = tk._("You cannot do this in this conversation now.")
    if thread["state"] == "closed":
        message = tk._("This conversation is closed. Open it again to go on with it.")
    return pages.refuse(message)


def _templates(thread: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The answer templates of the institution that owes the answer."""
    if not thread["institution"]:
        return []
    wanted = {"institution": thread["institution"], "limit": TEMPLATES}
    try:
        return tk.get_action("promote_answer_template_list")(pages.context(), wanted)["items"]
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return []


def _template_of(thread: Mapping[str, Any], template_id: str) -> dict[str, str]:
    """Text and outcome of the template that was chosen."""
    if not template_id:
        return {}
    chosen = next((each for each in _templates(thread) if each["id"] == template_id), None)
    return {"body": chosen["body"], "outcome": chosen["outcome"] or ""} if chosen else {}
