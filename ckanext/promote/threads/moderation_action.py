"""The actions of the moderation: the queue, hide and restore."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base import paging
from ckanext.promote.base.schema import validated
from ckanext.promote.people.viewer import viewer_of
from ckanext.promote.threads import (
    dictize,
    listing,
    loading,
    moderating,
    post_queries,
    posting,
    rules,
    schema,
    steps,
    words,
)


def promote_post_hide(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take a post out of sight; a tombstone stays, and its author reads the reason.

    :param id: id of the post
    :param reason: why, for its author to read
    :returns: ``{"id", "state"}``
    :raises ValidationError: when it is an official answer, or out of sight already
    """
    data = validated(schema.post_hide, data_dict)
    loaded = loading.load_post(context, data)
    tk.check_access("promote_post_hide", context, data)
    with steps.step(context, loaded) as thread:
        post = post_queries.locked_post(model.Session, data["id"])
        if post.is_official:
            raise rules.Refused("official")
        posting.hide(context, thread, post, data["reason"])
        posting.close_items(model.Session, post.id)
    return {"id": post.id, "state": post.state}


def promote_post_restore(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Show a post again, or one that waited, with everything that it has to tell.

    :param id: id of the post
    :returns: ``{"id", "state"}``
    :raises ValidationError: when it is shown already, or was deleted
    """
    data = validated(schema.thing, data_dict)
    loaded = loading.load_post(context, data)
    tk.check_access("promote_post_restore", context, data)
    with steps.step(context, loaded) as thread:
        post = post_queries.locked_post(model.Session, data["id"])
        posting.restore(context, thread, post)
        posting.close_items(model.Session, post.id, "approved")
    return {"id": post.id, "state": post.state}


@tk.side_effect_free
def promote_moderation_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """What waits for a moderator, oldest first.

    :param state: open (default), approved or rejected
    :param cause: newcomer, suspicious, reported or appeal
    :param limit: 1 to 100, 20 by default
    :param cursor: ``next`` of the page before
    :returns: ``{"items", "next", "total", "total_exact"}``; an item has ``id``, ``cause``,
        ``reasons``, ``reports_count``, ``post`` and ``thread``
    """
    data = validated(schema.moderation_list, data_dict)
    tk.check_access("promote_moderation_list", context, data)
    filters = {"state": "open", **dictize.given_of(data, "state", "cause")}
    statement = moderating.queue(viewer_of(context), filters)
    counted = paging.total(model.Session, statement)
    cursor = listing.cursor_moment(data["cursor"]) if data.get("cursor") else None
    ordered = moderating.oldest(statement, cursor).limit(data["limit"] + 1)
    rows = model.Session.execute(ordered).all()
    return paging.answer(
        rows,
        data["limit"],
        lambda row: (row.ModerationItem.opened_at.isoformat(), row.ModerationItem.id),
        dictize.queued,
        counted,
    )


def promote_moderation_decide(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Decide about a post of the queue: show it, or keep it out of sight.

    :param id: id of the item in the queue
    :param decision: ``approve`` (the post is shown) or ``reject`` (it is not)
    :param reason: needed to reject: its author reads it
    :returns: ``{"id", "state", "post_id", "post_state"}``
    :raises ValidationError: when it was decided before, or an official answer would be hidden
    """
    data = validated(schema.moderation_decide, data_dict)
    tk.check_access("promote_moderation_decide", context, data)
    context.setdefault("session", model.Session)
    if data["decision"] not in moderating.DECISIONS:
        raise words.wrong("decision", tk._("Choose one of: {names}").format(
            names=", ".join(moderating.DECISIONS)))  # fmt: skip
    is_approved = data["decision"] == "approve"
    if not is_approved and not data.get("reason"):
        raise words.wrong("reason", tk._("Give a reason, which its author will read."))
    item = moderating.item_of(model.Session, data["id"])
    if item is None:
        raise tk.ObjectNotFound
    loaded = loading.load(context, item.thread_id)
    with steps.step(context, loaded) as thread:
        item = moderating.item_locked(model.Session, item.id)
        post = moderating.decide(context, item, thread, is_approved, data.get("reason", ""))
    return {
        "id": item.id, "state": item.state, "post_id": post.id, "post_state": post.state,
    }  # fmt: skip
