"""Forms of conversations: what was typed, what can be chosen, what an action gets of it."""
from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import ckantoolkit as tk

from ckanext.promote.base import tokens
from ckanext.promote.base.i18n import N_
from ckanext.promote.feedback import words
from ckanext.promote.feedback.inputs import Input
from ckanext.promote.threads.words import OUTCOMES

PRIVACY_VERSION = "2026-11"
"""Of the sentences in promote/feedback/person.html, which is kept with who was shown them."""
PERSON = ("author_name", "author_email", "form_token", tokens.HONEYPOT)
VERDICTS = (("true", N_("Yes, it helped")), ("false", N_("No, something is missing")))


def typed(form: Mapping[str, str], inputs: tuple[Input, ...]) -> dict[str, str]:
    """What a form has in its fields, to be shown again."""
    return {each.name: form.get(each.name, "") for each in inputs}


def given(form: Mapping[str, str], inputs: tuple[Input, ...]) -> dict[str, Any]:
    """What an action gets of a form: what is not empty."""
    found = {each.name: form.get(each.name, "").strip() for each in inputs}
    data: dict[str, Any] = {name: value for name, value in found.items() if value}
    if "dataset" in data:
        data["dataset"] = slug_of(data["dataset"])
    return data


def slug_of(reference: str) -> str:
    """The name in an address that somebody copied; another text stays as it is."""
    if "/" not in reference:
        return reference
    path = reference.partition("?")[0].partition("#")[0].rstrip("/")
    return path.rpartition("/")[2]


def person(form: Mapping[str, str], about: tuple[str, str], error: Any = None) -> dict[str, str]:
    """What a visitor's form asks of him, with a token that is old enough when it comes back.

    :param about: the form's name and the id of what it is about
    """
    token = form.get("form_token")
    return {
        "author_name": form.get("author_name", ""),
        "author_email": form.get("author_email", ""),
        "form_token": tokens.again(token, *about, error) if token else tokens.issue(*about),
        "honeypot": tokens.HONEYPOT,
    }


def visitors_data(form: Mapping[str, str]) -> dict[str, str]:
    """What an action gets of a visitor beside the text."""
    found = {name: form.get(name, "") for name in PERSON if form.get(name)}
    return {**found, "privacy_version": PRIVACY_VERSION}


def new_key() -> str:
    """The key by which a form that is sent twice is known."""
    return str(uuid.uuid4())


def key_after(form: Mapping[str, str], errors: Mapping[str, Any]) -> str:
    """The key of a form that comes back: the same one, unless it was used for another text."""
    key = form.get("idempotency_key", "")
    return key if key and "idempotency_key" not in errors else new_key()


def choices(source: str, thread: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What can be chosen in a select: value and label."""
    if source == "institutions":
        found = tk.h.promote_all_institutions()
        return [
            (each["name"], each["title"]) for each in found if each["name"] != thread["institution"]
        ]
    if source == "outcomes":
        return [(name, words.said(OUTCOMES, name)) for name in OUTCOMES]
    if source == "verdicts":
        return [(value, tk._(label)) for value, label in VERDICTS]
    if source == "areas":
        return _areas(thread["institution"])
    if source == "kinds":
        return words.kinds()
    if source == "reasons":
        return words.report_reasons()
    return words.choices("topics")


def _areas(institution: str | None) -> list[tuple[str, str]]:
    """The areas of an institution, if this portal has any."""
    try:
        action = tk.get_action("promote_area_list")
    except KeyError:
        return []
    if not institution:
        return []
    context = {"user": tk.current_user.name, "auth_user_obj": tk.current_user}
    found = action(context, {"institution": institution, "limit": 100})
    return [(each["id"], each["name"]) for each in found["items"]]
