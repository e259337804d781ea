"""The actions that bring a thread to its end: answer, clarify, route, close, judge, keep."""
from __future__ import annotations

import datetime as dt
from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base import paging, subject
from ckanext.promote.base.schema import validated
from ckanext.promote.people import area_queries
from ckanext.promote.people.viewer import viewer_of
from ckanext.promote.threads import (
    answering,
    dictize,
    listing,
    loading,
    promises,
    routing,
    rules,
    schema,
    steps,
    words,
)

ANSWER = "thread.answer"


def promote_thread_answer(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Answer officially, for the institution that owes the answer, with an outcome.

    A later answer corrects the one before, which stays, marked. An acknowledgement and "not ours"
    stop no clock.

    :param id: id or public number
    :param outcome: explained, corrected, will_publish, possible, published, partly_published,
        not_available, declined, not_ours, duplicate or acknowledged
    :param body: Markdown, at most 10,000 characters
    :param due_on: of will_publish and possible: the promised date
    :param dataset: of published: name or id of a public dataset
    :param legal_basis: of declined: the article
    :param institution: of not_ours: who answers instead; none is the central team's queue
    :param duplicate_of: of duplicate: number or id of the other thread
    :param idempotency_key: the same key with the same data answers once
    :returns: as `promote_thread_show`, with ``post_id``; ``{"id", "number", "state"}`` when the
        reader may see it no more
    :raises ValidationError: with a sentence for each field that is missing or not asked for, or
        when the thread is closed
    """
    data = validated(schema.thread_answer, data_dict)
    loaded = loading.load_for_action(context, data)
    tk.check_access("promote_thread_answer", context, data)
    columns = answering.check_answer(context, loaded, data)

    def make() -> str:
        thread = steps.locked(loaded)
        return answering.answer(context, loaded, thread, data, columns).id

    post_id = steps.once(context, ANSWER, data_dict, make)
    return {**listing.again(context, loaded), "post_id": post_id}


def promote_thread_clarify(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Ask back; the clock stands still until the answer comes, once, and not for ever.

    :param id: id or public number
    :param body: what has to be known, Markdown
    :returns: as `promote_thread_show`
    :raises ValidationError: when it was asked before, or the state does not allow it
    """
    data = validated(schema.thread_clarify, data_dict)
    loaded = loading.load_for_action(context, data)
    tk.check_access("promote_thread_clarify", context, data)
    with steps.step(context, loaded) as thread:
        answering.clarify(context, loaded, thread, data["body"])
    return listing.again(context, loaded)


def promote_thread_assign(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Give a thread to an area of the institution, or take it back.

    :param id: id or public number
    :param area: name or id of the area; none takes it back
    :param due_on: the inner date, for the area
    :returns: as `promote_thread_show`
    :raises ValidationError: when the state does not allow it
    """
    data = validated(schema.thread_assign, data_dict)
    loaded = loading.load_for_action(context, data)
    tk.check_access("promote_thread_assign", context, data)
    if data.get("due_on") and not data.get("area"):
        raise words.wrong("area", tk._("Name the area that has to be ready by then."))
    with steps.step(context, loaded) as thread:
        area_id = _area_id(thread.institution_id, data["area"]) if data.get("area") else None
        routing.give_to_area(context, thread, area_id, data.get("due_on"))
    return listing.again(context, loaded)


def _area_id(institution_id: str | None, reference: str) -> str:
    """The area of the institution that owes the answer; no other one's will do."""
    found = area_queries.area_called(model.Session, institution_id or "", reference)
    if found is None:
        raise words.wrong("area", tk._("This institution has no such area. Choose one of its own."))
    return str(found.id)


def promote_thread_route(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Hand a thread on to another institution, or to the central team's queue.

    After two hops it goes to the central team, whoever is named.

    :param id: id or public number
    :param institution: name or id; none is the central team's queue
    :param reason: why, for everybody concerned to read
    :returns: as `promote_thread_show`
    :raises ValidationError: when it is there already, or the state does not allow it
    """
    data = validated(schema.thread_route, data_dict)
    loaded = loading.load_for_action(context, data)
    tk.check_access("promote_thread_route", context, data)
    wanted = data.get("institution")
    target = answering.institution_named(wanted) if wanted else None
    with steps.step(context, loaded) as thread:
        routing.hand_on(context, loaded, thread, target, data["reason"])
    return listing.again(context, loaded)


def promote_thread_close(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """End a thread. The institution cannot while it owes the answer.

    :param id: id or public number
    :param access_token: of a visitor, from his personal link
    :param reason: why
    :returns: as `promote_thread_show`
    :raises ValidationError: when it is closed, or an answer is owed
    """
    data = validated(schema.thread_reasoned, data_dict)
    loaded = loading.load_for_action(context, data)
    tk.check_access("promote_thread_close", context, data)
    with steps.step(context, loaded) as thread:
        answering.close(context, loaded, thread, data.get("reason", ""))
    return listing.again(context, loaded)


def promote_thread_reopen(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Open a thread again that was answered or closed; who asked can do this once.

    :param id: id or public number
    :param access_token: of a visitor, from his personal link
    :param reason: why
    :returns: as `promote_thread_show`
    :raises ValidationError: when it is open, or was opened again before
    """
    data = validated(schema.thread_reasoned, data_dict)
    loaded = loading.load_for_action(context, data)
    tk.check_access("promote_thread_reopen", context, data)
    with steps.step(context, loaded) as thread:
        if not loaded.is_of_institution:
            if thread.objections_count:
                raise rules.Refused("reopened")
            thread.objections_count += 1
        answering.reopen(
            context, thread, rules.REOPEN, "thread.reopen", data.get("reason", "")
        )
    return listing.again(context, loaded)


def promote_thread_withdraw(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take one's question back before it is answered.

    :param id: id or public number
    :param access_token: of a visitor, from his personal link
    :param reason: why
    :returns: as `promote_thread_show`
    :raises ValidationError: when it was answered
    """
    data = validated(schema.thread_reasoned, data_dict)
    loaded = loading.load_for_action(context, data)
    tk.check_access("promote_thread_withdraw", context, data)
    with steps.step(context, loaded) as thread:
        answering.withdraw(context, thread, data.get("reason", ""))
    return listing.again(context, loaded)


def promote_thread_verdict(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Say whether the answer helped.

    Yes closes the thread; no, with a reason, opens it again, once.

    :param id: id or public number
    :param access_token: of a visitor, from his personal link
    :param helpful: true or false
    :param reason: needed with false
    :returns: as `promote_thread_show`
    :raises ValidationError: when there is no answer yet, or it was opened again before
    """
    data = validated(schema.thread_verdict, data_dict)
    loaded = loading.load_for_action(context, data)
    tk.check_access("promote_thread_verdict", context, data)
    if not data["helpful"] and not data.get("reason"):
        raise words.wrong("reason", tk._("Say what is missing, so that it can be answered."))
    with steps.step(context, loaded) as thread:
        answering.judge(context, thread, data["helpful"], data.get("reason", ""))
    return listing.again(context, loaded)


@tk.side_effect_free
def promote_commitment_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Promised dates, soonest first.

    :param institution: name or id of the institution that promised
    :param dataset: name or id of the dataset that the promise is about
    :param state: open, kept or missed
    :param limit: 1 to 100, 20 by default
    :param cursor: ``next`` of the page before
    :returns: ``{"items", "next", "total", "total_exact"}``; an item has ``id``, ``due_on``,
        ``state``, ``outcome``, ``thread_id``, ``number``, ``title``, ``institution``, ``dataset``
    """
    data = validated(schema.commitment_list, data_dict)
    tk.check_access("promote_commitment_list", context, data)
    context.setdefault("session", model.Session)
    filters = dictize.given_of(data, "state")
    if data.get("institution"):
        filters["institution_id"] = answering.institution_named(data["institution"])
    if data.get("dataset"):
        filters["dataset_id"] = subject.load(context, "dataset", data["dataset"]).id
    statement = promises.promised(viewer_of(context), filters)
    counted = paging.total(model.Session, statement)
    ordered = promises.after_day(statement, _day_cursor(data))
    rows = model.Session.execute(ordered.limit(data["limit"] + 1)).all()
    return paging.answer(
        rows,
        data["limit"],
        lambda row: (row.Commitment.due_on.isoformat(), row.Commitment.id),
        dictize.listed_commitment,
        counted,
    )


def _day_cursor(data: dict[str, Any]) -> tuple[dt.date, str] | None:
    if not data.get("cursor"):
        return None
    key = paging.decode(data["cursor"], 2)
    try:
        return dt.date.fromisoformat(key[0]), key[1]
    except ValueError:
        raise paging.wrong_cursor() from None


def promote_commitment_keep(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Name the dataset that keeps a promise; its thread is resolved and closed.

    :param id: id of the commitment
    :param dataset: name or id of a public dataset
    :returns: as `promote_thread_show`, of its thread
    :raises ValidationError: when it was kept, missed or replaced before
    """
    data = validated(schema.commitment_keep, data_dict)
    context.setdefault("session", model.Session)
    found = promises.promise(model.Session, data["id"])
    if found is None:
        raise tk.ObjectNotFound
    loaded = loading.load(context, found.thread_id)
    context["promote_promise_thread"] = loaded
    tk.check_access("promote_commitment_keep", context, data)
    dataset_id = promises.public_dataset(data["dataset"])
    with steps.step(context, loaded) as thread:
        promise = promises.locked_promise(model.Session, found.id)
        if promise.state != "open":
            raise words.wrong("id", tk._("This promise is open no more."))
        promises.keep(context, promise, thread, dataset_id)
    return listing.again(context, loaded)
