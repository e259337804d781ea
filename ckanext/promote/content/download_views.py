"""The page that counts a download and sends people on to the app."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
import flask

from ckanext.promote.content import downloads

HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}


def download(package_type: str, id: str, platform: str) -> Any:
    """Count who follows an app's button, and redirect to the address that the app has stored."""
    found = downloads.target(id, package_type, platform)
    if found is None:
        return tk.abort(404, tk._("There is nothing at this address, or not any more."))
    content_id, address = found
    request = tk.request
    if downloads.is_counted(request.method, request.headers):
        downloads.count(content_id, platform, request.headers.get("User-Agent", ""))
    response = flask.redirect(address, 302)
    response.headers.update(HEADERS)
    return response
