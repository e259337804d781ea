"""Confirm what a visitor wrote, by the link in his mail: ``/promote/confirm/<token>``.

What is confirmed is a feature's business: it puts a handler for its type of subject into
``handlers``. Whoever has the link acts, as the visitor to whom it was sent; a session that the same
browser may have plays no part.
"""
from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base import limits, visitors
from ckanext.promote.base.model import Visitor, commit
from ckanext.promote.base.visitors import BadToken


class Confirmed(TypedDict):
    """What the page says afterwards. ``url``: where to go on, or nothing."""

    title: str
    message: str
    url: str


Handler = Callable[[dict[str, Any], Visitor, str], Confirmed]
"""Takes an anonymous context, the visitor (whose address is confirmed now) and the subject's id.

It works in the open transaction and commits nothing (``defer_commit`` is set). Raise
ObjectNotFound when the subject is gone, ValidationError with a sentence when it cannot be done:
then nothing is stored, and the link can be used again.
"""

handlers: dict[str, Handler] = {}
"""By type of subject, as in ``visitors.make_token``."""


def url_of(secret: str, language: str) -> str:
    """The whole address of a link, for a mail in the visitor's language."""
    return str(
        tk.h.url_for("promote_visitors.confirm", token=secret, locale=language, _external=True)
    )


def look(secret: str) -> None:
    """Find out whether a link can be used. Changes nothing but the count of bad tries.

    :raises BadToken: when it cannot
    :raises RateLimited: when a network tried too many that do not exist
    """
    try:
        _, token = visitors.read_token(model.Session, secret, "confirm")
        _handler_of(token.subject_type)
    except BadToken as err:
        _count(err)
        raise


def confirm(secret: str) -> Confirmed:
    """Use a link up, and do what it stands for: all of it, or nothing.

    :raises BadToken: when it cannot be used, or was used by somebody else just now
    :raises RateLimited: when a network tried too many that do not exist
    """
    context: dict[str, Any] = {"user": "", "auth_user_obj": None, "session": model.Session}
    try:
        visitor, token = visitors.use_token(model.Session, secret)
        handler = _handler_of(token.subject_type)
        done = handler({**context, "defer_commit": True}, visitor, token.subject_id)
        commit(context)
    except BadToken as err:
        model.Session.rollback()
        _count(err)
        raise
    except Exception:
        model.Session.rollback()
        raise
    return done


def _handler_of(subject_type: str) -> Handler:
    """The handler of a type; without one (its feature is off) the link is none."""
    try:
        return handlers[subject_type]
    except KeyError:
        raise BadToken("unknown") from None


def _count(err: BadToken) -> None:
    """Count who tries links that do not exist, so that nobody tries many."""
    if err.problem == "unknown":
        limits.count({}, "confirm")
