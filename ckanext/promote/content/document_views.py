"""Documents and calendars of contents: given away as attachments, to those who may read the text.

A browser that shows such a file all the same does it in a sandbox: it is not a page of ours.
"""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from flask import Response, make_response, send_file

from ckanext.promote.base.files import FileLost
from ckanext.promote.content import calendars, document_file

SANDBOX = "default-src 'none'; sandbox"


def document(package_type: str, id: str) -> Any:
    """The file of a content's document: of its published text, or of the version that is asked."""
    content = _content(package_type, id)
    try:
        path, found, made_at = document_file.location(content)
    except FileLost:
        return _nothing()
    response: Response = send_file(
        path,
        mimetype=found["mime"],
        as_attachment=True,
        download_name=found["filename"],
        conditional=True,
        etag=found["id"],
        last_modified=made_at,
        max_age=0,
    )
    return _sandboxed(response, content)


def calendar(package_type: str, id: str) -> Any:
    """An event for people's calendars."""
    content = _content(package_type, id)
    if content["version_state"] != "published" or not content.get("starts_at"):
        return _nothing()
    address = tk.url_for(f"{package_type}.read", id=content["name"], _external=True)
    response: Response = make_response(calendars.calendar(content, address))
    response.headers["Content-Type"] = calendars.MIME
    response.headers.set("Content-Disposition", "attachment", filename=f"{content['name']}.ics")
    return _sandboxed(response, content)


def _content(package_type: str, id: str) -> dict[str, Any]:
    """The content at this address, for this reader."""
    data = {"id": id}
    if tk.request.args.get("version"):
        data["version"] = tk.request.args["version"][:20]
    context = {"user": tk.current_user.name, "auth_user_obj": tk.current_user}
    try:
        content = tk.get_action("promote_content_show")(context, data)
    except (tk.ObjectNotFound, tk.NotAuthorized, tk.ValidationError):
        return _nothing()
    return content if content["package_type"] == package_type else _nothing()


def _nothing() -> Any:
    return tk.abort(404, tk._("There is nothing at this address, or not any more."))


def _sandboxed(response: Response, content: dict[str, Any]) -> Response:
    response.headers["Content-Security-Policy"] = SANDBOX
    if content["version_state"] != "published":
        tk.request.environ["__no_cache__"] = True  # CKAN would call it public for visitors
        response.headers["Cache-Control"] = "private, no-store"
    return response
