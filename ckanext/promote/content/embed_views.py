"""A view of this portal as tools show it: in a frame that has nothing of the portal's.

Plugins draw views from data that anybody may have uploaded, and some put these into the page as
HTML (the popups of geojson_view do). In a frame of our own origin that would run as the reader, and
``sandbox`` with both ``allow-scripts`` and ``allow-same-origin`` would not stop it, since such a
frame can take its own sandbox away. So the frame gets no origin at all. Tried in Chromium on both
versions of CKAN, that alone leaves every view blank, for three reasons, each met here:

- CKAN's scripts begin with a request to /api/i18n, tables ask for their rows, maps for their file,
  and what is no origin may read no answer. Answers are opened (CORS) for requests that carry the
  token of such a frame. They come without cookies: a frame reads what a visitor reads.
- Storage, cookies and the parent window throw, and datatables_view and geo_view use them.
  ``public/promote/frame.js`` gives the page stand-ins before any other script runs.
- Fonts need CORS, too. Fonts of this portal are open to frames.

The policy below also keeps the page from asking other sites for anything, but for those that the
operator allows: that is where base maps come from.
"""
from __future__ import annotations

import hashlib
import html
import re
from typing import Any

import ckantoolkit as tk
from ckan.lib.datapreview import get_view_plugin
from flask import Blueprint, make_response
from itsdangerous import BadData, URLSafeTimedSerializer

from ckanext.promote import config
from ckanext.promote.base.access import is_lookup
from ckanext.promote.base.web import POLICY_HEADER, guarded, policy_header
from ckanext.promote.content.embeds import VIEW_SANDBOX

TOKEN_HEADER = "X-Promote-Frame"  # noqa: S105 -- the name of a header
TOKEN_SECONDS = 24 * 3600
SENT_HEADERS = ("x-csrf-token", "x-csrftoken", "x-requested-with")
"""Headers that CKAN's scripts and jQuery add to their requests."""
FONTS = re.compile(r"\.(woff2?|ttf|otf|eot)$")
HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)


def view(view_id: str) -> Any:
    """The page of a view of a public dataset, to be shown in a frame of ours."""
    context = {
        "user": tk.current_user.name,
        "auth_user_obj": tk.current_user,
        "use_cache": False,  # Solr is not asked
    }
    if not is_lookup(view_id):
        return tk.abort(404, tk._("There is nothing at this address, or not any more."))
    try:
        found = tk.get_action("resource_view_show")(dict(context), {"id": view_id})
        package = tk.get_action("package_show")(dict(context), {"id": found["package_id"]})
    except (tk.ObjectNotFound, tk.NotAuthorized, tk.ValidationError):
        return tk.abort(404, tk._("There is nothing at this address, or not any more."))
    resource = next(
        (each for each in package["resources"] if each["id"] == found["resource_id"]), None
    )
    if resource is None or package["private"] or get_view_plugin(found["view_type"]) is None:
        return tk.abort(404, tk._("There is nothing at this address, or not any more."))
    response = make_response(
        _with_stand_ins(str(tk.h.rendered_resource_view(found, resource, package, embed=True)))
    )
    response.headers[POLICY_HEADER] = policy_header(_policy())
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _policy() -> dict[str, str]:
    """What the page of a view may do: run its scripts, which are inline in part, and no more."""
    hosts = " ".join(host_source(each) for each in config.embed_hosts())
    return {
        "sandbox": VIEW_SANDBOX,
        "default-src": "'self'",
        "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": f"'self' data: blob: {hosts}",
        "font-src": "'self' data:",
        "connect-src": f"'self' {hosts}",
        "worker-src": "'self' blob:",
        "frame-src": f"'self' {hosts}",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }


def host_source(entry: str) -> str:
    """A host of the option as a content security policy writes it."""
    return f"https://*{entry}" if entry.startswith(".") else f"https://{entry}"


def _with_stand_ins(page: str) -> str:
    address = html.escape(tk.h.url_for_static("/promote/frame.js"))
    script = f'<script src="{address}" data-token="{_serializer().dumps("frame")}"></script>'
    if HEAD.search(page) is None:
        return script + page
    return HEAD.sub(lambda match: match[0] + script, page, count=1)


def open_to_frames(response: Any) -> Any:
    """Let a frame of ours read an answer. No cookie comes with what it asks, nor may one.

    The token keeps the answers from frames without origin that other sites have made: a portal
    that is open within a network only stays so.
    """
    request = tk.request
    if request.headers.get("Origin") != "null":
        return response
    if request.method == "OPTIONS":
        asked = request.headers.get("Access-Control-Request-Headers", "").lower()
        is_ours = TOKEN_HEADER.lower() in re.split(r"[\s,]+", asked)
        if is_ours:
            allowed = ", ".join([TOKEN_HEADER, *SENT_HEADERS])
            response.headers["Access-Control-Allow-Headers"] = allowed
            response.headers["Access-Control-Allow-Methods"] = "GET, POST"
    else:
        is_font = request.method == "GET" and FONTS.search(request.path) is not None
        is_ours = is_font or _is_token(request.headers.get(TOKEN_HEADER, ""))
    if is_ours:
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _is_token(value: str) -> bool:
    try:
        return _serializer().loads(value[:500], max_age=TOKEN_SECONDS) == "frame"
    except BadData:
        return False


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        tk.config["SECRET_KEY"],
        salt="ckanext-promote frame",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )


bp = Blueprint("promote_embeds", __name__)
bp.add_url_rule("/promote/view/<view_id>", "view", view)
bp.after_app_request(open_to_frames)
guarded(bp)
