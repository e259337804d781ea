"""The actions on posts: write, read, correct, take away."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base import active_policy, limits, linkscore, visitors
from ckanext.promote.base.network import client_network, who_hash
from ckanext.promote.base.schema import validated
from ckanext.promote.threads import (
    authors,
    dictize,
    listing,
    loading,
    moderating,
    newcomers,
    post_queries,
    posting,
    queries,
    rules,
    schema,
    steps,
    visiting,
    words,
)
from ckanext.promote.threads.authors import Author
from ckanext.promote.threads.loading import Loaded
from ckanext.promote.threads.model import Post
from ckanext.promote.threads.posting import Text

WRITE = "post.create"


def promote_post_create(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Write in a thread, or answer one of its posts.

    What a new account writes first, and what looks like advertising, waits for a moderator.
    Visitors give name, address and the token of a form, and confirm by mail; who has a personal
    link needs none of it.

    :param thread_id: id or public number
    :param body: Markdown, at most 10,000 characters
    :param reply_to: id of the post that it answers
    :param internal: true for a note that the institution and the central team alone read
    :param access_token: of a visitor, from his personal link
    :param author_name: of a visitor, name or initials
    :param author_email: of a visitor; shown to nobody
    :param privacy_version: of a visitor, the version of the privacy notice that he was shown
    :param form_token: of a visitor, from `promote_form_token_show` (``form`` is ``post``,
        ``subject_id`` the ``thread_id`` as here)
    :param idempotency_key: the same key with the same data gives the post that was made
    :returns: ``{"id", "thread_id", "seq", "depth", "reply_to", "state", "author", "html", …}``;
        for visitors without link ``{"id", "thread_id", "state", "message"}``
    :raises ObjectNotFound: when the thread is not for this reader
    :raises ValidationError: with a sentence for each wrong field, or when the thread is closed
    :raises RateLimited: when this person, address or network wrote too much
    """
    data = validated(schema.post_create, data_dict)
    loaded = loading.load_for_action(context, data, "thread_id")
    tk.check_access("promote_post_create", context, data)
    if loaded.viewer.user_id is None and loaded.visitor is None:
        post = visiting.reply(context, loaded, data)
        return {
            "id": post.id, "thread_id": post.thread_id, "state": post.state,
            "message": visitors.sent_sentence(),
        }  # fmt: skip
    if loaded.visitor is not None:
        limits.count(context, WRITE, who=loaded.visitor.email)
    elif not loaded.is_of_institution:
        limits.count(context, WRITE)
    made: list[Post] = []

    def make() -> str:
        made.append(_write(context, loaded, data))
        return made[0].id

    post_id = steps.once(context, WRITE, data_dict, make)
    if not made or made[0].id != post_id:
        # The same request was made before, or at the same time.
        return _shown(loaded, post_id)
    return dictize.written(made[0], loaded, loaded.row.institution)


def _write(context: Any, loaded: Loaded, data: dict[str, Any]) -> Post:
    thread, is_internal = loaded.thread, bool(data.get("internal"))
    parent = posting.parent_of(loaded, model.Session, data)
    author, cause = _author(context, loaded, data["body"])
    text = Text(
        data["body"], rules.HELD if cause else rules.VISIBLE, cause, parent, is_internal
    )
    is_asker = rules.ASKER in loaded.relations
    is_reply = is_asker and not is_internal and not cause
    step = rules.ASKER_REPLY if is_reply else rules.REPLY
    post = posting.add(context, thread, author, text, step)
    if not cause:
        posting.tell(context, thread, post, is_asker)
    return post


def _author(context: Any, loaded: Loaded, body: str) -> tuple[Author, str]:
    """Who writes, and why his text has to be looked at first."""
    if loaded.visitor is not None:
        return (
            authors.of_visitor(loaded.visitor),
            "suspicious" if linkscore.is_suspicious(body) else "",
        )
    title = loaded.row.institution_title or ""
    if loaded.thread.visibility == "advice" and not loaded.viewer.is_central:
        institution_id = loaded.thread.asking_institution_id
        title = loaded.row.asking_title or ""
        return authors.of_user(context, loaded.viewer, institution_id, title), ""
    author = authors.of_user(context, loaded.viewer, loaded.thread.institution_id, title)
    cause = "" if author.role else newcomers.cause_to_hold(context, body)
    return author, cause


def _shown(loaded: Loaded, post_id: str) -> dict[str, Any]:
    statement = post_queries.posts(
        loaded.thread.id, listing.who(loaded), loaded.viewer.can_moderate, loaded.is_of_institution
    ).where(Post.id == post_id)
    row = model.Session.execute(statement).first()
    if row is None:
        raise tk.ObjectNotFound
    return dictize.post(row, loaded)


@tk.side_effect_free
def promote_post_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """The posts of a thread in their order, replies under what they answer.

    Texts that were hidden or deleted leave a tombstone, without text.

    :param thread_id: id or public number
    :param at: id of a post: the page begins with it
    :param last: true for the last posts, as many as ``limit``
    :param access_token: of a visitor, from his personal link
    :param limit: 1 to 100, 50 by default
    :param cursor: ``next`` of the page before
    :returns: ``{"items", "next", "total", "total_exact"}``; an item has ``id``, ``seq``,
        ``depth``, ``reply_to``, ``author``, ``is_official``, ``outcome``, ``body``, ``html``,
        ``state``, ``permissions`` …
    """
    data = validated(schema.post_list, data_dict)
    loaded = loading.load_for_action(context, data, "thread_id")
    tk.check_access("promote_post_list", context, data)
    return listing.posts(loaded, data)


def promote_post_update(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Correct one's own text. Official answers stay: a new answer corrects them.

    What began a thread stays, too, once it was answered.

    :param id: id of the post
    :param access_token: of a visitor, from his personal link
    :param body: Markdown, at most 10,000 characters
    :returns: as an item of `promote_post_list`
    :raises ValidationError: when it was hidden, or is official
    """
    data = validated(schema.post_update, data_dict)
    loaded = loading.load_post(context, data)
    tk.check_access("promote_post_update", context, data)
    with steps.step(context, loaded) as thread:
        post = _own(loaded)
        if thread.state == rules.CLOSED:
            raise rules.Refused("closed")
        if post.seq == 1 and thread.first_answered_at is not None:
            raise rules.Refused("answered")  # the answer is about the words that were there
        was_shown = post.state == rules.VISIBLE
        posting.edit(context, thread, post, data["body"])
        is_suspicious = linkscore.is_suspicious(data["body"])
        if was_shown and is_suspicious and not loaded.is_of_institution:
            moderating.take_out_of_sight(context, thread, post, "suspicious")
    return _shown(loaded, post.id)


def promote_post_delete(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take one's own text away for good. What began a thread goes with `promote_thread_withdraw`.

    :param id: id of the post
    :param access_token: of a visitor, from his personal link
    :returns: ``{"id", "state"}``
    :raises ValidationError: when it is official, or began the thread
    """
    data = validated(schema.reference, data_dict)
    loaded = loading.load_post(context, data)
    tk.check_access("promote_post_delete", context, data)
    with steps.step(context, loaded) as thread:
        post = _own(loaded)
        if post.seq == 1:
            raise rules.Refused("withdraw")
        posting.delete(context, thread, post)
    return {"id": post.id, "state": post.state}


def _own(loaded: Loaded) -> Post:
    """The post as it is now, locked.

    :raises Refused: when it is official
    """
    assert loaded.post is not None  # noqa: S101 -- load_post gives one
    post = post_queries.locked_post(model.Session, loaded.post.id)
    if post.is_official:
        raise rules.Refused("official")
    return post


def promote_post_appeal(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Ask the moderators to look again at one's own text that they hid.

    :param id: id of the post
    :param access_token: of a visitor, from his personal link
    :param text: why it should be shown
    :returns: ``{"id", "state"}``
    :raises ValidationError: when it is not hidden, or they are looking at it already
    """
    data = validated(schema.post_appeal, data_dict)
    loaded = loading.load_post(context, data)
    tk.check_access("promote_post_appeal", context, data)
    with steps.writing(context):
        post = _own(loaded)
        moderating.appeal(context, loaded.thread, post, data["text"])
    return {"id": post.id, "state": post.state}


def promote_report_create(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Tell the moderators of a post; once a person, a visitor once a day and network.

    :param post_id: id of the post
    :param reason: of the profile's reasons; ``other`` is always one
    :param text: what they should know, at most 2,000 characters
    :param idempotency_key: not needed: a second report of the same post changes nothing
    :returns: ``{"post_id", "is_reported"}``
    :raises ValidationError: when there is no such reason, or the post is out of sight already
    :raises RateLimited: when this person or network reports too much
    """
    data = validated(schema.report_create, data_dict)
    _check_reason(data["reason"])
    loaded = loading.load_post(context, data, "post_id")
    tk.check_access("promote_report_create", context, data)
    limits.count(context, "report.create")
    who = listing.who(loaded)
    if not who:
        who = "today:" + who_hash("report.create", data["post_id"], client_network())
    with steps.writing(context):
        thread = queries.locked(model.Session, loaded.thread.id)
        post = post_queries.locked_post(model.Session, data["post_id"])
        moderating.report(context, thread, post, who, data["reason"], data.get("text", ""))
    return {"post_id": post.id, "is_reported": True}


def _check_reason(reason: str) -> None:
    slugs = [slug for slug, _ in active_policy.get().choices("report_reasons", "en")]
    if reason not in (*slugs, "other"):
        names = ", ".join(dict.fromkeys((*slugs, "other")))
        raise words.wrong(
            "reason", tk._("There is no such choice. Choose one of: {names}").format(names=names)
        )
