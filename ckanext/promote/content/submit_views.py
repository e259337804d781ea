"""The page on which everybody begins to propose a content."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from flask import Blueprint, make_response

from ckanext.promote.base.errors import RateLimited
from ckanext.promote.base.web import guarded
from ckanext.promote.content import (
    confirmed,  # noqa: F401 -- takes its place among the handlers of links
    form_input,
    proposals,
    registry,
    views,
)

bp = guarded(Blueprint("promote_submit", __name__))

SHOWN = 20


@bp.get("/promote/submit", strict_slashes=False)
def index() -> Any:
    """Choose a type; below, what one has proposed already."""
    is_visitor = not tk.current_user.is_authenticated
    mine: dict[str, Any] = {"items": [], "next": None}
    if not is_visitor:
        wanted = {"mine": True, "limit": SHOWN}
        mine = tk.get_action("promote_review_list")(_context(), wanted)
    return tk.render(
        "promote/submit/index.html",
        {
            "types": _types(),
            "mine": mine["items"],
            "more": bool(mine["next"]),
            "is_visitor": is_visitor,
        },
    )


@bp.get("/promote/proposal/<token>")
def proposal(token: str) -> Any:
    """A visitor's own proposal, by his personal link: where it stands."""
    content = _by_link(token)
    page = tk.render(
        "promote/submit/proposal.html",
        {"content": content, "content_type": _declaration(content), "token": token},
    )
    return _private(page)


@bp.route("/promote/proposal/<token>/edit", methods=["GET", "POST"])
def correct(token: str) -> Any:
    """Change a proposal that was returned, or is still in the review, and send it."""
    content = _by_link(token)
    declaration = _declaration(content)
    here = tk.h.url_for("promote_submit.correct", token=token)
    kind = content["package_type"]
    if tk.request.method == "GET":
        return _private(views.form_page(kind, content, content=content, action=here))
    raw = form_input.parse(declaration, tk.request.form, tk.request.files)
    if tk.request.form.get("do") not in ("submit", "draft"):
        return _private(views.form_page(kind, raw, content=content, action=here))
    mine = {"id": content["id"], "access_token": token}
    try:
        saved = tk.get_action("promote_content_update")(_visitor(), {**raw, **mine})
        if saved["review_state"] in ("draft", "returned"):
            tk.get_action("promote_content_submit")(_visitor(), dict(mine))
    except tk.ValidationError as err:
        status = 429 if isinstance(err, RateLimited) else 400
        page = views.form_page(kind, raw, err.error_dict, status, content, action=here)
        return _private(page)
    tk.h.flash_success(tk._("“{title}” was sent to the review.").format(title=saved["title"]))
    return _private(tk.redirect_to("promote_submit.proposal", token=token))


def _by_link(token: str) -> dict[str, Any]:
    """The newest text of the proposal that a personal link leads to."""
    try:
        mine = {"id": proposals.content_of(token), "access_token": token}
        content = tk.get_action("promote_content_show")(_visitor(), dict(mine))
        if content.get("pending_version"):
            mine["version"] = "pending"
            content = tk.get_action("promote_content_show")(_visitor(), dict(mine))
    except (tk.ObjectNotFound, tk.NotAuthorized) as err:
        return tk.abort(404, str(err) or tk._("There is nothing at this address, or not any more."))
    return content


def _declaration(content: dict[str, Any]) -> Any:
    return registry.of_package(content["package_type"]).declaration


def _visitor() -> dict[str, Any]:
    """Whoever has the link acts as its visitor; a session of the same browser plays no part."""
    return {"user": "", "auth_user_obj": None}


def _private(page: Any) -> Any:
    """A page whose address is a secret: no other site hears of it, nothing keeps it."""
    response = make_response(page)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _types() -> list[dict[str, Any]]:
    """The types of which this reader may propose one."""
    try:
        tk.check_access("promote_content_create", _context(), {})
    except tk.NotAuthorized:
        return []
    types: list[dict[str, Any]] = tk.get_action("promote_content_type_list")(_context(), {})
    return types


def _context() -> dict[str, Any]:
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}
