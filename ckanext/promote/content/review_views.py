"""The pages of the review: what waits, what changed, who decides; and files that are not public."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from flask import Blueprint, Response, make_response, send_file

from ckanext.promote.base.i18n import N_
from ckanext.promote.base.web import guarded
from ckanext.promote.content import diff, private_images, registry, review_words

bp = guarded(Blueprint("promote_review", __name__))

FILTERS = ("state", "type", "institution", "sector", "taken", "overdue", "mine", "cursor")
STATES = ("submitted", "returned", "draft", "pending", "published", "archived")
PAGE_SIZE = 25
HISTORY_SIZE = 20
STEPS: dict[str, tuple[str, dict[str, Any], str]] = {
    "submit": ("promote_content_submit", {}, N_("“{title}” was sent to the review.")),
    "advice": (
        "promote_content_submit", {"for_advice": True}, N_("“{title}” was sent to the review."),
    ),
    "publish": ("promote_content_publish", {}, N_("“{title}” is published.")),
    "return": ("promote_content_return", {}, N_("“{title}” was returned to its author.")),
    "take": ("promote_review_take", {}, N_("You have taken “{title}”.")),
    "release": ("promote_review_take", {"release": True}, N_("“{title}” is in the queue again.")),
    "archive": ("promote_content_archive", {}, N_("“{title}” is withdrawn.")),
}  # fmt: skip
"""What each button does: action, its parameters, and what is said when it is done."""


@bp.get("/promote/file/<name>")
def private_file(name: str) -> Any:
    """An image of a text that is not published, for those who may read that text."""
    try:
        path, mimetype = private_images.readable(_context(), name)
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("There is nothing at this address, or not any more."))
    response: Response = send_file(path, mimetype=mimetype, max_age=0)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = "sandbox"
    return response


@bp.get("/promote/review", strict_slashes=False)
def index() -> Any:
    """The queue; for others than the central team, what they have a part in."""
    if not tk.current_user.is_authenticated:
        tk.h.flash_notice(tk._("Sign in to see where your proposals stand."))
        return tk.redirect_to("user.login", came_from=tk.h.url_for("promote_review.index"))
    asked = {name: tk.request.args[name][:200] for name in FILTERS if tk.request.args.get(name)}
    is_central = tk.h.promote_is_central()
    if not is_central:
        asked["mine"] = "1"
    try:
        found = tk.get_action("promote_review_list")(_context(), {**asked, "limit": PAGE_SIZE})
    except tk.ValidationError:
        return tk.redirect_to("promote_review.index")
    asked.setdefault("state", "pending" if asked.get("mine") else "submitted")
    cursor = found["next"]
    kept = {name: value for name, value in asked.items() if name != "cursor"}
    return tk.render(
        "promote/review/index.html",
        {
            "asked": asked,
            "items": found["items"],
            "total": found["total"],
            "next": tk.h.url_for("promote_review.index", cursor=cursor, **kept) if cursor else "",
            "is_central": is_central,
            "types": tk.get_action("promote_content_type_list")(_context(), {}),
            "institutions": tk.h.promote_institutions() if is_central else [],
            "states": [(name, tk.h.promote_state_label(name)) for name in STATES],
        },
    )


@bp.get("/promote/review/<id>")
def show(id: str) -> Any:
    """Where one content stands."""
    return _page(id)


@bp.post("/promote/review/<id>")
def decide(id: str) -> Any:
    """Take a step. What cannot be done is said on the page, with what was typed."""
    form = tk.request.form
    given = {
        "reason": form.get("reason", ""), "checklist": form.getlist("checklist"),
        "usual": form.getlist("usual"),
    }  # fmt: skip
    step = STEPS.get(form.get("do", ""))
    if step is None:
        return tk.redirect_to("promote_review.show", id=id)
    action, more = step[:2]
    data: dict[str, Any] = {"id": id, "version": form.get("version", ""), **more}
    if action == "promote_content_return":
        data["reason"] = review_words.reason(given["usual"], given["reason"])
    if action == "promote_content_publish" and given["checklist"]:
        data["checklist"] = given["checklist"]
    try:
        done = tk.get_action(action)(_context(), data)
    except tk.ValidationError as err:
        return _page(id, err.error_dict, given, 409)
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("There is nothing at this address, or not any more."))
    tk.h.flash_success(tk._(step[2]).format(title=done["title"]))
    return tk.redirect_to("promote_review.show", id=done["id"])


def _page(
    id: str,
    errors: dict[str, Any] | None = None,
    given: dict[str, Any] | None = None,
    status: int = 200,
) -> Any:
    act = tk.get_action
    try:
        history_of = {"id": id, "limit": HISTORY_SIZE}
        if tk.request.args.get("history"):
            history_of["cursor"] = tk.request.args["history"][:200]
        history = act("promote_content_history")(_context(), history_of)
        content = act("promote_content_show")(_context(), {"id": id})
    except (tk.ObjectNotFound, tk.NotAuthorized, tk.ValidationError):
        return tk.abort(404, tk._("There is nothing at this address, or not any more."))
    published = None
    if content.get("pending_version"):
        published = content
        content = act("promote_content_show")(_context(), {"id": id, "version": "pending"})
    declaration = registry.of_package(content["package_type"]).declaration
    page = tk.render(
        "promote/review/show.html",
        {
            "content": content,
            "content_type": declaration,
            "package_type": content["package_type"],
            "item": content.get("review"),
            "published": published,
            "changes": diff.changes(declaration, published, content) if published else [],
            "history": history,
            "specifications": review_words.specifications(content["type"]),
            "reasons": review_words.reasons(),
            "errors": errors or {},
            "given": given or {"reason": "", "checklist": [], "usual": []},
        },
    )
    return make_response(page, status)


def _context() -> dict[str, Any]:
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}
