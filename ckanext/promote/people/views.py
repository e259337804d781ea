"""Pages of the people."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from flask import Blueprint, Response, send_file

from ckanext.promote.base.web import guarded
from ckanext.promote.people import letters

bp = guarded(Blueprint("promote_people", __name__))

SANDBOX = "default-src 'none'; sandbox"


@bp.get("/promote/people/<institution>/letter/<id>")
def letter(institution: str, id: str) -> Any:
    """The letter of an appointment, as an attachment; a browser that shows it does so in a box."""
    try:
        listed = tk.get_action("promote_appointment_list")(
            _context(), {"institution": institution, "id": id}
        )
        path, row, made_at = letters.location({**_context(), "session": None}, id)
    except (tk.ObjectNotFound, tk.ValidationError):
        return _nothing()
    return listed, path, row, made_at


def _nothing() -> Any:
    return tk.abort(404, tk._("There is nothing at this address, or not any more."))


def _context() -> dict[str, Any]:
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}
