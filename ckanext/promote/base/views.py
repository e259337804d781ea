"""Pages that belong to no feature: where a visitor confirms that it was he who wrote."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from flask import Blueprint, make_response

from ckanext.promote.base import confirming
from ckanext.promote.base.visitors import BadToken
from ckanext.promote.base.web import guarded


def confirm(token: str) -> Any:
    """Ask before a link from a mail is used (programs open links, too), then use it."""
    is_sent = tk.request.method == "POST"
    try:
        if not is_sent:
            confirming.look(token)
            return _question()
        done = confirming.confirm(token)
    except BadToken as err:
        return _page(_title_of(err), str(err), status=404 if err.problem == "unknown" else 410)
    except tk.ObjectNotFound:
        return _page(
            tk._("This is not there any more"),
            tk._("What this link stands for was removed in the meantime."),
            status=410,
        )
    except tk.NotAuthorized as err:
        return _page(tk._("This cannot be done"), str(err), status=403)
    except tk.ValidationError as err:
        sentences = [str(each) for said in err.error_dict.values() for each in _listed(said)]
        return _page(tk._("This cannot be done now"), " ".join(sentences), status=409)
    return _page(done["title"], done["message"], done["url"])


bp = Blueprint("promote_visitors", __name__)
bp.add_url_rule("/promote/confirm/<token>", "confirm", confirm, methods=["GET", "POST"])
guarded(bp)


def _question() -> Any:
    """The page with the button."""
    return _page(
        tk._("Confirm that it was you"),
        tk._(
            "Your e-mail address was given here with a text. Confirm it, and the text goes on. If "
            "it was not you, close this page: without confirmation nothing happens."
        ),
        is_question=True,
    )


def _page(
    title: str, message: str, url: str = "", status: int = 200, is_question: bool = False
) -> Any:
    """A page whose address is a secret: kept by nobody, told to nobody, found by nobody."""
    page = tk.render(
        "promote/visitors/confirm.html",
        {"title": title, "message": message, "url": url, "is_question": is_question},
    )
    response = make_response(page, status)
    # A session's CSRF check wants to see where a form comes from, on https.
    policy = "same-origin" if tk.current_user.is_authenticated else "no-referrer"
    response.headers["Referrer-Policy"] = policy
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _title_of(err: BadToken) -> str:
    titles = {
        "unknown": tk._("There is no such link"),
        "expired": tk._("This link has expired"),
        "used": tk._("This was confirmed already"),
        "revoked": tk._("This link was withdrawn"),
    }
    return titles[err.problem]


def _listed(said: Any) -> list[Any]:
    return list(said) if isinstance(said, (list, tuple)) else [said]
