"""What every page of ours has in common: a blueprint with its own CSRF check and headers.

CKAN 2.12.0 switches its CSRF check off for a view, for the life of the process, as soon as one
visitor without session asks for it; 2.11 leaves the routes of extensions unchecked by default.
So every write with a cookie is checked here, whatever core says.
"""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
import flask
from flask import Blueprint
from werkzeug.exceptions import BadRequest

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; frame-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}


def guarded(blueprint: Blueprint) -> Blueprint:
    """Give a blueprint of ours the CSRF check and the security headers."""
    blueprint.before_request(check_csrf)
    blueprint.after_request(add_headers)
    return blueprint


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


def add_headers(response: Any) -> Any:
    """Headers of our pages: a strict CSP (they have no inline script and no inline style)."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
