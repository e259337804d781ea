"""The actions on who may write in conversations no more."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base import events, paging, visitors
from ckanext.promote.base.access import acting_user_id
from ckanext.promote.base.events import Scope
from ckanext.promote.base.schema import validated
from ckanext.promote.threads import blocking, dictize, listing, loading, schema, steps, words


def promote_user_block(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Let somebody write in conversations no more; he may still read.

    Somebody without an account is named by one of his texts. His links work no more, and he gets
    no mail; whoever sends a form with his address gets the same answer as everybody.

    :param user: name or id of an account
    :param post_id: in its place, id of a text: who wrote it is meant, with or without account
    :param reason: why
    :returns: ``{"user", "visitor", "is_blocked"}``: the account's name, or an id for
        `promote_user_unblock`
    :raises ObjectNotFound: when there is no such account or text
    :raises ValidationError: for a system administrator, and when nobody or two are named
    """
    data = validated(schema.user_block, data_dict)
    tk.check_access("promote_user_block", context, data)
    context.setdefault("session", model.Session)
    user, visitor_id = _meant(context, data, "post_id")
    if visitor_id:
        return _block_visitor(context, visitor_id, data["reason"])
    if user.sysadmin:
        raise words.wrong("user", tk._("A system administrator cannot be blocked."))
    with steps.writing(context):
        if blocking.block(model.Session, user.id, data["reason"], acting_user_id(context)):
            _record(context, blocking.BLOCK, ("user", user.id), data["reason"])
    return {"user": user.name, "visitor": None, "is_blocked": True}


def promote_user_unblock(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Let somebody who was blocked write again.

    :param user: name or id of an account
    :param visitor: in its place, id of somebody without one, as `promote_user_block_list` gives it
    :param reason: why
    :returns: ``{"user", "visitor", "is_blocked"}``
    :raises ObjectNotFound: when there is no such account or visitor
    :raises ValidationError: when nobody or two are named
    """
    data = validated(schema.user_unblock, data_dict)
    tk.check_access("promote_user_unblock", context, data)
    context.setdefault("session", model.Session)
    user, visitor_id = _meant(context, data, "visitor")
    reason = data.get("reason", "")
    with steps.writing(context):
        if visitor_id:
            visitor = blocking.visitor_locked(model.Session, visitor_id)
            if visitor is None:
                raise tk.ObjectNotFound
            if visitors.is_blocked(visitor):
                visitors.unblock(model.Session, visitor)
                _record(context, blocking.UNBLOCK, (blocking.VISITOR, visitor_id), reason)
        elif blocking.unblock(model.Session, user.id):
            _record(context, blocking.UNBLOCK, ("user", user.id), reason)
    return {
        "user": user.name if user else None, "visitor": visitor_id, "is_blocked": False,
    }  # fmt: skip


@tk.side_effect_free
def promote_user_block_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Who may write in conversations no more, the newest first.

    :param limit: 1 to 100, 20 by default
    :param cursor: ``next`` of the page before
    :returns: ``{"items", "next", "total", "total_exact"}``; an item has ``user`` (name of the
        account) or ``visitor`` (an id), ``name``, ``reason``, ``by`` (who blocked him), ``at``; no
        address
    """
    data = validated(schema.user_block_list, data_dict)
    tk.check_access("promote_user_block_list", context, data)
    statement = blocking.blocked()
    counted = paging.total(model.Session, statement)
    cursor = listing.cursor_moment(data["cursor"]) if data.get("cursor") else None
    ordered = blocking.newest(statement, cursor).limit(data["limit"] + 1)
    rows = model.Session.execute(ordered).all()
    return paging.answer(
        rows, data["limit"], lambda row: (row.at.isoformat(), row.id), dictize.blocked, counted
    )


def _meant(context: Any, data: dict[str, Any], other: str) -> tuple[Any, str | None]:
    """The account that is meant, or the id of somebody without one.

    :param other: the key that is given in the place of ``user``
    """
    if bool(data.get("user")) == bool(data.get(other)):
        message = tk._("Give one of these: {names}").format(names=f"user, {other}")
        raise words.wrong("user", message)
    if data.get("visitor"):
        return None, data["visitor"]
    if data.get("user"):
        return _account(data["user"]), None
    post = loading.load_post(context, {"id": data["post_id"]}).post
    if post is None or not (post.visitor_id or post.author_id):
        raise words.wrong("post_id", tk._("Nobody knows any more who wrote this text."))
    return (None, post.visitor_id) if post.visitor_id else (_account(post.author_id), None)


def _account(reference: str) -> Any:
    user = model.User.get(reference)
    if user is None or user.state != model.State.ACTIVE:
        raise tk.ObjectNotFound
    return user


def _block_visitor(context: Any, visitor_id: str, reason: str) -> dict[str, Any]:
    with steps.writing(context):
        visitor = blocking.visitor_locked(model.Session, visitor_id)
        if visitor is None:
            raise tk.ObjectNotFound
        if not visitors.is_blocked(visitor):
            visitors.block(model.Session, visitor)
            _record(context, blocking.BLOCK, (blocking.VISITOR, visitor_id), reason)
    return {"user": None, "visitor": visitor_id, "is_blocked": True}


def _record(context: Any, name: str, subject: tuple[str, str], reason: str) -> None:
    events.record(context, name, subject, institution_id=None, scope=Scope.CENTRAL, reason=reason)
