"""What the views of conversations share: who acts, private answers, refusals, what is not there."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckantoolkit as tk
from flask import abort, make_response

from ckanext.promote.base import subject
from ckanext.promote.base.subject import SubjectRow


def context(token: str = "") -> dict[str, Any]:
    """Who acts. Whoever shows a personal link acts as its visitor, whatever the session says."""
    if token:
        return {"user": "", "auth_user_obj": None}
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}


def token_of_request() -> str:
    """The secret of a personal link, from the address or the form."""
    return (tk.request.values.get("access_token") or "")[:200]


def with_token(data: dict[str, Any], token: str) -> dict[str, Any]:
    """An action's input, with the secret when there is one."""
    return {**data, "access_token": token} if token else data


def answered(page: Any, status: int = 200, token: str = "") -> Any:
    """A response; one whose address is a secret is kept by nobody and told to nobody."""
    response = make_response(page, status) if isinstance(page, str) else make_response(page)
    if token:
        # A session's CSRF check wants to see where a form comes from, on https.
        policy = "same-origin" if tk.current_user.is_authenticated else "no-referrer"
        response.headers["Referrer-Policy"] = policy
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def not_there(err: Exception | None = None) -> Any:
    """What is missing and what is not for this reader look the same."""
    said = str(err or "") or tk._("There is nothing at this address, or not any more.")
    return tk.abort(404, said)


def refuse(message: str) -> Any:
    """Somebody who may not: whoever is not signed in can do so first."""
    if tk.request.method == "GET" and not tk.current_user.is_authenticated:
        tk.h.flash_notice(message)
        here = tk.h.url_for(tk.request.path)
        return abort(make_response(tk.redirect_to("user.login", came_from=here)))
    return tk.abort(403, message)


def about(place: str, name: str) -> SubjectRow:
    """The thing under whose page these conversations are, if the reader may see it."""
    known = subject.at(place)
    if known is None:
        return not_there()
    kind, blueprint = known
    try:
        row = subject.load(context(), kind, name)
    except tk.ObjectNotFound:
        return not_there()
    has_page = bool(tk.h.promote_subject_url(row.shown()))
    if subject.blueprint_of(row.type, row.kind) != blueprint or not has_page:
        return not_there()
    return row


def first_of(errors: Mapping[str, Any]) -> str:
    """The sentences of a refusal as one text."""
    said = [each for value in errors.values() for each in _listed(value)]
    return " ".join(map(str, said))


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]
