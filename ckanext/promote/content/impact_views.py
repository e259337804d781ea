"""The page that gathers what came of the data, and the one on which its first row is arranged."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from flask import Blueprint, make_response

from ckanext.promote.base.web import guarded

bp = guarded(Blueprint("promote_impact", __name__))

FOUND = 10


@bp.get("/impact", strict_slashes=False)
def index() -> str:
    """What is featured, newest and coming, by sector and axis."""
    shown = tk.get_action("promote_impact_show")(_context(), {})
    types = {each["type"]: each for each in _types()}
    return tk.render(
        "promote/impact/index.html",
        {
            "impact": shown,
            "types": types,
            "is_central": tk.h.promote_is_central(),
        },
    )


@bp.route("/impact/featured", methods=["GET", "POST"])
def featured() -> Any:
    """Arrange what is shown first: add, remove, move. Each button is a whole step."""
    try:
        tk.check_access("promote_featured_update", _context(), {})
    except tk.NotAuthorized as err:
        return tk.abort(403, str(err))
    ids = [item["id"] for item in _featured()]
    if tk.request.method == "POST":
        verb, _, content_id = tk.request.form.get("do", "").partition(":")
        try:
            tk.get_action("promote_featured_update")(
                _context(), {"items": moved(ids, verb, content_id)}
            )
        except tk.ValidationError as err:
            return _arrange(" ".join(map(str, err.error_summary.values())), 409)
        return tk.redirect_to("promote_impact.featured")
    return _arrange("", 200)


def moved(ids: list[str], verb: str, content_id: str) -> list[str]:
    """The list after a step: ``add``, ``remove``, ``up`` or ``down``."""
    rest = [each for each in ids if each != content_id]
    if verb == "add" and content_id not in ids:
        return [*ids, content_id]
    if verb == "remove":
        return rest
    if verb in ("up", "down") and content_id in ids:
        place = ids.index(content_id) + (-1 if verb == "up" else 1)
        rest.insert(max(0, place), content_id)
        return rest
    return ids


def _arrange(problem: str, status: int) -> Any:
    words = tk.request.args.get("q", "").strip()[:200]
    page = tk.render(
        "promote/impact/featured.html",
        {
            "items": _featured(),
            "words": words,
            "found": tk.h.promote_find_contents(words, FOUND) if words else [],
            "problem": problem,
        },
    )
    return make_response(page, status)


def _featured() -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = tk.get_action("promote_featured_list")(_context(), {})["items"]
    return listed


def _types() -> list[dict[str, Any]]:
    types: list[dict[str, Any]] = tk.get_action("promote_content_type_list")(_context(), {})
    return types


def _context() -> dict[str, Any]:
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}
