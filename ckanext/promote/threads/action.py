"""The actions on threads: begin, read, list, change, support, follow."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base import active_policy, limits, visitors
from ckanext.promote.base.events import Scope
from ckanext.promote.base.model import utc_now
from ckanext.promote.base.network import client_network, who_hash
from ckanext.promote.base.schema import validated
from ckanext.promote.people.viewer import viewer_of
from ckanext.promote.threads import (
    answering,
    dictize,
    journal,
    listing,
    loading,
    opening,
    queries,
    rules,
    schema,
    steps,
    visiting,
)
from ckanext.promote.threads.loading import Loaded
from ckanext.promote.threads.model import Follower, Supporter

CREATE = "thread.create"
WRITE = "post.create"
"""What is counted for the limits: threads and posts together."""


def promote_thread_create(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Ask, tell or request something about a dataset, a content or an institution.

    Who owes the answer follows from the subject. What a new account writes first, and what looks
    like advertising, waits for a moderator. Visitors give name, address and the token of a form,
    and nothing is shown before they have opened the link that is mailed to them.

    :param subject_type: ``dataset``, ``content`` or ``institution``
    :param subject_id: id or name of what it is about
    :param kind: of the profile's kinds: question, problem, request, idea, comment, advice
    :param topic: of the profile's topics
    :param title: one line of 3 to 200 characters
    :param body: Markdown, at most 10,000 characters
    :param wanted_formats: for requests, a list of formats
    :param source: of what an institution registers for somebody: where it came from
    :param received_on: of the same, the day when it came; the clock starts there
    :param author_name: of a visitor, or for whom it is registered: name or initials
    :param author_email: of a visitor; shown to nobody
    :param privacy_version: of a visitor, the version of the privacy notice that he was shown
    :param form_token: of a visitor, from `promote_form_token_show` (``form`` is ``thread``,
        ``subject_id`` as here)
    :param idempotency_key: the same key with the same data gives the thread that was made
    :returns: as `promote_thread_show`; for visitors ``{"id", "number", "state", "message"}``
    :raises ObjectNotFound: when the reader may not see the subject
    :raises ValidationError: with a sentence for each wrong field; nothing is stored
    :raises RateLimited: when this person, address or network wrote too much
    """
    data = validated(schema.thread_create, data_dict)
    asked = opening.read(context, data)
    tk.check_access("promote_thread_create", context, data)
    opening.check_registered(asked, data)
    if asked.viewer.user_id is None:
        thread = visiting.begin(context, asked, data)
        return {**dictize.receipt(thread), "message": visitors.sent_sentence()}
    if not asked.viewer.may("answer", asked.subject.institution_id):
        limits.count(context, WRITE)
    thread_id = steps.once(
        context, CREATE, data_dict, lambda: opening.by_user(context, asked, data).id
    )
    return listing.shown(loading.load(context, thread_id))


@tk.side_effect_free
def promote_thread_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """A thread with its clocks and what this reader can do; posts apart.

    :param id: id or public number
    :param access_token: of a visitor, from his personal link
    :returns: ``{"id", "number", "kind", "topic", "title", "subject", "state", "outcome",
        "institution", "due_at", "is_overdue", "first_answered_at", "resolved_at", "posts_count",
        "supporters_count", "commitment", "hops", "verdict", "official_answer", "permissions",
        …}``; ``official_answer`` is the answer that counts, as `promote_post_list` gives posts;
        ``area``, ``area_name`` and ``area_due_on`` are for the institution's people alone
    :raises ObjectNotFound: when it is missing, or not for this reader
    """
    data = validated(schema.reference, data_dict)
    loaded = loading.load_for_action(context, data)
    tk.check_access("promote_thread_show", context, data)
    return listing.shown(loaded)


@tk.side_effect_free
def promote_thread_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Threads that this reader may see, newest first.

    :param subject_type: only about things of this type
    :param subject_id: only about this thing, by id or name; wants ``subject_type``
    :param institution: name or id of the institution that owes the answer
    :param kind: of the profile's kinds
    :param topic: of the profile's topics
    :param state: pending, open, waiting, answered, closed
    :param outcome: of the outcomes
    :param overdue: true for those whose clock has ended
    :param unanswered: true for those that have no official answer yet
    :param mine: true for the reader's own
    :param followed: true for those that the reader follows
    :param queue: true for what waits for the central team to say who answers
    :param advice: true for advice, which other lists leave out
    :param q: words that all have to be there
    :param similar: a question; those that share most words with it come first, on one page
    :param sort: ``newest`` (default), or ``due`` for those with a running clock, soonest first
    :param limit: 1 to 100, 20 by default
    :param cursor: ``next`` of the page before
    :returns: ``{"items", "next", "total", "total_exact"}``; an item has what
        `promote_thread_show` has, without hops, verdict and permissions
    """
    data = validated(schema.thread_list, data_dict)
    tk.check_access("promote_thread_list", context, data)
    context.setdefault("session", model.Session)
    return listing.threads(context, viewer_of(context), data)


def promote_thread_update(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Correct what a thread is about, or make a question of a comment.

    Before it is answered.

    :param id: id or public number
    :param access_token: of a visitor, from his personal link
    :param kind: another of the profile's kinds; its clock starts now
    :param topic: of the profile's topics
    :param title: one line of 3 to 200 characters; only who asked, or the central team
    :param wanted_formats: for requests
    :returns: as `promote_thread_show`
    :raises ValidationError: when it was answered, or with a sentence for each wrong field
    """
    data = validated(schema.thread_update, data_dict)
    loaded = loading.load_for_action(context, data)
    tk.check_access("promote_thread_update", context, data)
    with steps.step(context, loaded) as thread:
        errors: dict[str, list[str]] = {}
        opening.check_topic(data.get("topic"), errors)
        kind = data.get("kind", thread.kind)
        _check_turn(loaded, kind, errors)
        if "title" in data and not loaded.relations & {rules.ASKER, rules.CENTRAL}:
            errors["title"] = [tk._("The title is for who asked, or the central team, to change.")]
        if errors:
            raise tk.ValidationError(errors)
        if thread.first_answered_at is not None or thread.state == rules.CLOSED:
            raise rules.Refused("closed" if thread.state == rules.CLOSED else "answered")
        changed = [key for key in ("topic", "title", "wanted_formats") if key in data]
        for key in changed:
            setattr(thread, key, data[key])
        if "title" in data:
            answering.index(model.Session, thread)
        if kind != thread.kind:
            answering.turn(context, thread, kind)
        if changed:
            journal.record(context, "thread.update", thread, fields=changed)
    return listing.again(context, loaded)


def _check_turn(loaded: Loaded, kind: str, errors: dict[str, list[str]]) -> None:
    """Note when a thread would become advice, or advice something else."""
    policy, before = active_policy.get(), loaded.thread.kind
    wanted = policy.thread_kind(kind)
    if kind == before:
        return
    if wanted is None or wanted.is_advice or loaded.thread.visibility == "advice":
        errors["kind"] = [tk._("It cannot become this kind of conversation.")]


def promote_thread_support(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Say “me too”, once; a visitor without account once a day and network.

    :param id: id or public number
    :param access_token: of a visitor, from his personal link
    :param undo: true to take it back
    :returns: ``{"id", "supporters_count", "is_supported"}``
    :raises RateLimited: when a network supports too much without accounts
    """
    data = validated(schema.thread_support, data_dict)
    loaded = loading.load_for_action(context, data)
    tk.check_access("promote_thread_support", context, data)
    who = listing.who(loaded)
    if not who:
        limits.count(context, "thread.support")
        who = "today:" + who_hash("thread.support", loaded.thread.id, client_network())
    undo = bool(data.get("undo"))
    with steps.writing(context):
        if undo:
            changed = queries.take_from(model.Session, Supporter, loaded.thread.id, who)
        else:
            changed = queries.add_to(
                model.Session, Supporter, thread_id=loaded.thread.id, who=who, at=utc_now()
            )
        count = queries.count_supporter(
            model.Session, loaded.thread.id, (-1 if undo else 1) if changed else 0
        )
        if changed:
            verb = "thread.unsupport" if undo else "thread.support"
            journal.record(context, verb, loaded.thread, scope=Scope.CENTRAL)
    return {"id": loaded.thread.id, "supporters_count": count, "is_supported": not undo}


def promote_thread_follow(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Hear of what happens in a thread.

    :param id: id or public number
    :param access_token: of a visitor, from his personal link
    :returns: ``{"id", "is_followed"}``
    """
    data = validated(schema.reference, data_dict)
    loaded = loading.load_for_action(context, data)
    tk.check_access("promote_thread_follow", context, data)
    with steps.writing(context):
        changed = queries.add_to(
            model.Session, Follower, thread_id=loaded.thread.id, who=listing.who(loaded),
            user_id=loaded.viewer.user_id, visitor_id=loaded.visitor_id, at=utc_now(),
        )  # fmt: skip
        if changed:
            journal.record(context, "thread.follow", loaded.thread, scope=Scope.CENTRAL)
    return {"id": loaded.thread.id, "is_followed": True}


def promote_thread_unfollow(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Hear of it no more.

    :param id: id or public number
    :param access_token: of a visitor, from his personal link
    :returns: ``{"id", "is_followed"}``
    """
    data = validated(schema.reference, data_dict)
    loaded = loading.load_for_action(context, data)
    tk.check_access("promote_thread_unfollow", context, data)
    with steps.writing(context):
        changed = queries.take_from(
            model.Session, Follower, loaded.thread.id, listing.who(loaded)
        )
        if changed:
            journal.record(context, "thread.unfollow", loaded.thread, scope=Scope.CENTRAL)
    return {"id": loaded.thread.id, "is_followed": False}
