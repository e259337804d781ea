"""The moderators' queue: texts in their context, decisions with reasons, who may write no more."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from flask import Blueprint

from ckanext.promote.base.web import guarded
from ckanext.promote.feedback import pages, words

bp = guarded(Blueprint("promote_moderation", __name__))

PAGE_SIZE = 20
STATES = ("open", "approved", "rejected")


@bp.get("/promote/moderation", strict_slashes=False)
def index() -> Any:
    """What waits for a moderator, oldest first; or what was decided."""
    return _page({}, {}, 200)


@bp.post("/promote/moderation/<id>")
def decide(id: str) -> Any:
    """Show a text, or keep it out of sight with a reason for its author."""
    form = tk.request.form
    data = {"id": id, "decision": form.get("decision", "")}
    if form.get("reason", "").strip():
        data["reason"] = form["reason"].strip()
    try:
        done = tk.get_action("promote_moderation_decide")(pages.context(), data)
    except tk.ValidationError as err:
        return _page(err.error_dict, {"id": id, "reason": form.get("reason", "")}, 400)
    except tk.NotAuthorized as err:
        return pages.refuse(str(err))
    except tk.ObjectNotFound:
        return pages.not_there()
    shown = tk._("The text is shown.")
    hidden = tk._("The text is hidden. Its author reads the reason.")
    tk.h.flash_success(shown if done["post_state"] == "visible" else hidden)
    return tk.redirect_to("promote_moderation.index")


@bp.route("/promote/moderation/account/<user>", methods=["GET", "POST"])
def account(user: str) -> Any:
    """Let somebody write no more, or again."""
    if tk.request.method == "GET":
        try:
            tk.check_access("promote_user_block", pages.context(), {"user": user})
        except tk.NotAuthorized as err:
            return pages.refuse(str(err))
        return _account(user, {}, "", 200)
    form = tk.request.form
    blocks = form.get("do") != "unblock"
    action = "promote_user_block" if blocks else "promote_user_unblock"
    data = {"user": user}
    if form.get("reason", "").strip():
        data["reason"] = form["reason"].strip()
    try:
        tk.get_action(action)(pages.context(), data)
    except tk.ValidationError as err:
        return _account(user, err.error_dict, form.get("reason", ""), 400)
    except tk.NotAuthorized as err:
        return pages.refuse(str(err))
    except tk.ObjectNotFound:
        return pages.not_there()
    said = tk._("{user} may write no more.") if blocks else tk._("{user} may write again.")
    tk.h.flash_success(said.format(user=user))
    return tk.redirect_to("promote_moderation.index")


@bp.get("/promote/moderation/blocked")
def blocked() -> Any:
    """Who may write no more, the newest first."""
    wanted: dict[str, Any] = {"limit": PAGE_SIZE}
    if tk.request.args.get("cursor"):
        wanted["cursor"] = tk.request.args["cursor"][:200]
    try:
        found = tk.get_action("promote_user_block_list")(pages.context(), wanted)
    except tk.NotAuthorized as err:
        return pages.refuse(str(err))
    except tk.ValidationError:
        return tk.redirect_to("promote_moderation.blocked")
    shown = {name: found[name] for name in ("items", "total", "next")}
    return pages.answered(tk.render("promote/feedback/blocked.html", shown))


@bp.post("/promote/moderation/unblock")
def unblock() -> Any:
    """Let somebody of that list write again."""
    form = tk.request.form
    data = {name: form[name] for name in ("user", "visitor") if form.get(name)}
    try:
        tk.get_action("promote_user_unblock")(pages.context(), data)
    except tk.NotAuthorized as err:
        return pages.refuse(str(err))
    except (tk.ObjectNotFound, tk.ValidationError):
        return pages.not_there()
    tk.h.flash_success(tk._("That person may write again."))
    return tk.redirect_to("promote_moderation.blocked")


def _page(errors: dict[str, Any], given: dict[str, str], status: int) -> Any:
    state = tk.request.args.get("state", "open")[:50]
    cause = tk.request.args.get("cause", "")[:50]
    wanted: dict[str, Any] = {"state": state, "limit": PAGE_SIZE}
    if cause:
        wanted["cause"] = cause
    if tk.request.args.get("cursor"):
        wanted["cursor"] = tk.request.args["cursor"][:200]
    try:
        found = tk.get_action("promote_moderation_list")(pages.context(), wanted)
    except tk.NotAuthorized as err:
        return pages.refuse(str(err))
    except tk.ValidationError:
        return tk.redirect_to("promote_moderation.index")
    page = tk.render(
        "promote/feedback/moderation.html",
        {
            "items": found["items"],
            "total": found["total"],
            "next": found["next"],
            "state": state,
            "cause": cause,
            "causes": [(name, words.said(words.CAUSES, name)) for name in words.CAUSES],
            "states": [(name, words.said(words.DECIDED, name)) for name in STATES],
            "errors": errors,
            "given": given,
        },
    )
    return pages.answered(page, status)


def _account(user: str, errors: dict[str, Any], reason: str, status: int) -> Any:
    page = tk.render(
        "promote/feedback/account.html",
        {"user": user, "errors": errors, "reason": reason, "labels": words.field_labels()},
    )
    return pages.answered(page, status)
