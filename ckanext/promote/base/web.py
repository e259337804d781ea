"""What every page of ours has in common: a blueprint with its own CSRF check and headers.

CKAN 2.12.0 switches its CSRF check off for a view, for the life of the process, as soon as one
visitor without session asks for it; 2.11 leaves the routes of extensions unchecked by default.
So every write with a cookie is checked here, whatever core says.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ckantoolkit as tk
import flask
from flask import Blueprint
from werkzeug.exceptions import BadRequest

POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "frame-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}
"""The content security policy of our pages. Its place in a response: ``policy_header``."""
POLICY_HEADER = "Content-Security-Policy"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}


def guarded(blueprint: Blueprint) -> Blueprint:
    """Give a blueprint of ours the CSRF check and the security headers."""
    blueprint.before_request(note_page)
    blueprint.before_request(check_csrf)
    blueprint.after_request(add_headers)
    return blueprint


def note_page() -> None:
    """Let templates know that this request is for a page of ours, also when it ends in an error."""
    flask.g.promote_page = True


def check_csrf() -> Any | None:
    """Refuse a write that came with a session cookie and without our form's token."""
    if not tk.config.get("WTF_CSRF_ENABLED", True):
        return None
    if not tk.current_user.is_authenticated or tk.g.get("login_via_auth_header"):
        return None
    try:
        flask.current_app.extensions["csrf"].protect()
    except BadRequest:
        message = tk._(
            "This form was open too long, or was not sent from this site. "
            "Go back, reload the page and send it again."
        )
        return tk.abort(400, message)
    return None


def allow_frames(sources: Iterable[str]) -> None:
    """Let the page of this request, and no other, show frames of these sources, too."""
    allowed: list[str] = flask.g.setdefault("promote_frame_sources", [])
    allowed += [each for each in sources if each not in allowed]


def policy_header(policy: Mapping[str, str]) -> str:
    """A content security policy as its header has it."""
    return "; ".join(f"{name} {value}".rstrip() for name, value in policy.items())


def add_headers(response: Any) -> Any:
    """Headers of our pages: a strict CSP (they have no inline script and no inline style)."""
    frames = " ".join([POLICY["frame-src"], *flask.g.get("promote_frame_sources", ())])
    policy = policy_header({**POLICY, "frame-src": frames})
    response.headers.setdefault(POLICY_HEADER, policy)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
