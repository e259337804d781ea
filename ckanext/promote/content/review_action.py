"""The actions of the review: submitted, published or returned, and who sees where it stands."""
from __future__ import annotations

import datetime as dt
from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base import paging
from ckanext.promote.base.model import commit, utc_now
from ckanext.promote.base.schema import validated
from ckanext.promote.content import (
    dictize,
    loading,
    registry,
    review,
    review_dictize,
    review_queries,
    rules,
    schema,
)
from ckanext.promote.content.loading import Loaded
from ckanext.promote.content.model import ContentVersion
from ckanext.promote.people.viewer import viewer_of


def promote_content_submit(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Send a draft, or a text that was returned, to the review.

    :param id: id or name of the content
    :param access_token: of a visitor, from his personal link
    :param version: the version that was seen; outdated when somebody else saved since
    :param for_advice: true to ask for advice before the work starts: title and summary are enough
    :returns: ``{"id", "name", "type", "title", "version", "review_state", "url"}``
    :raises ValidationError: with a sentence for each field that is missing or wrong
    """
    data = validated(schema.content_submit, data_dict)
    loaded = loading.load_for_action(context, data)
    tk.check_access("promote_content_submit", context, data)
    return _done(context, loaded, _step(review.submit, context, loaded, data))


def promote_content_publish(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Make the newest version of a content public.

    :param id: id or name of the content
    :param access_token: of a visitor, from his personal link
    :param version: the version that was seen; outdated when somebody else saved since
    :param checklist: slugs of the profile's specifications that were looked at
    :returns: ``{"id", "name", "type", "title", "version", "review_state", "url"}``
    :raises NotAuthorized: unless the policy profile lets the user publish
    :raises ValidationError: with a sentence for each field that is missing or wrong, or with who
        decided already, and when
    """
    data = validated(schema.content_publish, data_dict)
    loaded = loading.load_for_action(context, data)
    tk.check_access("promote_content_publish", context, data)
    return _done(context, loaded, _step(review.publish, context, loaded, data))


def promote_content_return(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return a submitted text to its author, who reads the reason.

    :param id: id or name of the content
    :param access_token: of a visitor, from his personal link
    :param version: the version that was seen; outdated when somebody else saved since
    :param reason: what is to be done, 1 to 5,000 characters
    :returns: ``{"id", "name", "type", "title", "version", "review_state", "url"}``
    :raises ValidationError: with who decided already, and when
    """
    data = validated(schema.content_return, data_dict)
    loaded = loading.load_for_action(context, data)
    tk.check_access("promote_content_return", context, data)
    return _done(context, loaded, _step(review.send_back, context, loaded, data))


def promote_review_take(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take a submitted text, so that nobody else begins with it, or give it back.

    :param id: id or name of the content
    :param access_token: of a visitor, from his personal link
    :param version: the version that was seen; outdated when somebody else saved since
    :param release: true to give it back
    :returns: ``{"id", "name", "type", "title", "version", "review_state", "url"}``
    :raises ValidationError: with who took it, and when
    """
    data = validated(schema.review_take, data_dict)
    loaded = loading.load_for_action(context, data)
    tk.check_access("promote_review_take", context, data)
    return _done(context, loaded, _step(review.take, context, loaded, data))


@tk.side_effect_free
def promote_content_history(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """What happened to a content, newest first.

    :param id: id or name of the content
    :param access_token: of a visitor, from his personal link
    :param limit: 1 to 100, 20 by default
    :param cursor: ``next`` of the page before
    :returns: ``{"items", "next", "total", "total_exact"}``; an item has ``at``, ``event``,
        ``actor``, ``version`` and ``reason``
    """
    data = validated(schema.content_history, data_dict)
    loaded = loading.load_for_action(context, data)
    tk.check_access("promote_content_history", context, data)
    statement = review_queries.events_of(loaded.id)
    counted = paging.total(model.Session, statement)
    if data.get("cursor"):
        event_id = dictize.whole_number(paging.decode(data["cursor"], 1)[0])
        statement = review_queries.events_before(statement, event_id)
    rows = model.Session.execute(statement.limit(data["limit"] + 1)).all()
    return paging.answer(
        rows, data["limit"], lambda row: (str(row.Event.id),), review_dictize.event, counted
    )


@tk.side_effect_free
def promote_review_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """What is on its way, the longest waiting first.

    :param state: ``submitted`` (the default), ``draft``, ``returned``, ``published``,
        ``archived`` or ``pending`` (all that is not published); with ``mine``, ``pending``
    :param type: key of a content type
    :param institution: name of an organization
    :param sector: slug of the policy profile
    :param taken: ``me`` or ``nobody``
    :param overdue: true for what the review's clock has run out on
    :param mine: true for what one has a part in, as author or for one's institutions
    :param limit: 1 to 100, 20 by default
    :param cursor: ``next`` of the page before
    :returns: ``{"items", "next", "total", "total_exact"}``; an item has ``id``, ``name``,
        ``type``, ``title``, ``version``, ``review_state``, ``is_new``, ``is_for_advice``,
        ``institution``, ``author``, ``submitted_at``, ``due_at``, ``is_overdue``, ``taken_by``,
        ``taken_at``, ``reason``
    """
    data = validated(schema.review_list, data_dict)
    tk.check_access("promote_review_list", context, data)
    viewer = viewer_of(context)
    keys = [each.key for each in registry.active_types()]
    filters = {
        **data, "states": _states(data), "viewer_id": viewer.user_id, "now": utc_now(),
    }  # fmt: skip
    if data.get("type"):
        filters["type"] = data["type"]
    statement = review_queries.reviewed(filters, keys)
    if data.get("mine"):
        statement = review_queries.of_concern(statement, viewer)
    counted = paging.total(model.Session, statement)
    if data.get("cursor"):
        since, content_id = paging.decode(data["cursor"], 2)
        statement = review_queries.reviewed_after(statement, _moment(since), content_id)
    rows = model.Session.execute(statement.limit(data["limit"] + 1)).all()
    return paging.answer(
        rows,
        data["limit"],
        lambda row: (row.since.isoformat(), row.ContentVersion.content_id),
        review_dictize.in_review,
        counted,
    )


def _states(data: dict[str, Any]) -> list[str]:
    wanted = data.get("state") or ("pending" if data.get("mine") else rules.SUBMITTED)
    if wanted == "pending":
        return sorted(rules.PENDING)
    if wanted in (*rules.PENDING, rules.PUBLISHED, rules.ARCHIVED):
        return [wanted]
    raise tk.ValidationError({
        "state": [tk._("“{value}” is not one of the choices. Use one of: {choices}.").format(
            value=wanted[:80], choices="submitted, draft, returned, published, archived, pending"
        )]
    })  # fmt: skip


def _moment(value: str) -> dt.datetime:
    try:
        found = dt.datetime.fromisoformat(value)
    except ValueError:
        raise paging.wrong_cursor() from None
    if found.tzinfo is None:
        raise paging.wrong_cursor()
    return found


def _step(step: Any, context: Any, loaded: Loaded, data: dict[str, Any]) -> ContentVersion:
    """Take a step; what it began is taken back when it is refused."""
    try:
        made: ContentVersion = step(context, loaded, data)
    except (tk.ValidationError, tk.NotAuthorized):
        model.Session.rollback()
        raise
    return made


def _done(context: Any, loaded: Loaded, version: ContentVersion) -> dict[str, Any]:
    answer = dictize.receipt(loaded.active, version)
    commit(context)
    return answer
