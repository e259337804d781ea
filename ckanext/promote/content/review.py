"""The steps of a review: submitted, published, returned, taken. Each holds the newest version.

Two who decide at once: one wins, the other is told who and when. Called by the actions, which have
checked access.
"""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base import active_policy
from ckanext.promote.base.model import utc_now
from ckanext.promote.content import (
    drafts,
    package_input,
    review_queries,
    review_term,
    rules,
    store,
    versions,
)
from ckanext.promote.content.loading import Loaded
from ckanext.promote.content.model import ContentVersion
from ckanext.promote.content.prepare import prepare
from ckanext.promote.people.viewer import EVERYTHING, viewer_of


def hold(context: Any, loaded: Loaded, seen: Any, step: str) -> ContentVersion:
    """The newest version, locked, when it is what the caller saw and the step is possible.

    :param seen: the version that the caller saw; nothing when he does not say
    :raises ValidationError: with who did what in between, and when
    """
    newest = review_queries.newest_locked(context["session"], loaded.id)
    if newest is None:
        raise tk.ObjectNotFound
    if seen not in (None, "") and str(seen) != str(newest.number):
        raise tk.ValidationError({"version": [outdated(newest)]})
    if not rules.is_possible(step, newest.state):
        raise tk.ValidationError({"id": [_impossible(newest)]})
    return newest


def outdated(newest: ContentVersion) -> str:
    """What to say to somebody who saw an older version."""
    if newest.state in rules.PENDING or newest.decided_by is None:
        return tk._(
            "{who} saved this content on {when}, after you opened it. Open it again and "
            "repeat your change; what you typed is still here."
        ).format(who=name_of(newest.changed_by), when=moment(newest.changed_at))
    return _impossible(newest)


def _impossible(newest: ContentVersion) -> str:
    """Why a step cannot be taken from the state that it is in."""
    who, when = name_of(newest.decided_by), moment(newest.decided_at)
    if newest.state == rules.PUBLISHED:
        return tk._("It is published already: {who} published it on {when}.").format(
            who=who, when=when
        )
    if newest.state == rules.RETURNED:
        return tk._("It was returned already: {who} returned it on {when}.").format(
            who=who, when=when
        )
    if newest.state == rules.ARCHIVED:
        return tk._("It is archived: {who} archived it on {when}.").format(who=who, when=when)
    if newest.state == rules.SUBMITTED:
        return tk._("It is in the review already, since {when}.").format(
            when=moment(newest.submitted_at)
        )
    return tk._("It is a draft: it was not sent to the review yet.")


def name_of(user_id: str | None) -> str:
    """The name of a user as others see it."""
    user = model.User.get(user_id) if user_id else None
    return user.display_name if user else tk._("Somebody")


def moment(value: Any) -> str:
    """A moment in a sentence."""
    return value.strftime("%Y-%m-%d %H:%M UTC") if value else ""


def submit(context: Any, loaded: Loaded, data: Mapping[str, Any]) -> ContentVersion:
    """Send a draft to the review. Flushes.

    :raises ValidationError: naming each field that is missing or wrong
    """
    newest = hold(context, loaded, data.get("version"), "submit")
    for_advice = bool(data.get("for_advice"))
    _, cleaned = prepare(
        model.Session, EVERYTHING, loaded.active.declaration, _raw(newest), newest.values
    )
    package_input.refuse(cleaned.problems(rules.ADVICE_FIELDS if for_advice else None))
    newest.state = rules.SUBMITTED
    newest.is_for_advice = for_advice
    newest.submitted_at = utc_now()
    newest.due_at = review_term.due_at(newest.submitted_at)
    newest.reason = ""
    versions.record(context, "content.submit", newest)
    context["session"].flush()
    return newest


def publish(context: Any, loaded: Loaded, data: Mapping[str, Any]) -> ContentVersion:
    """Make the newest version public, through CKAN's own actions, which commit.

    :raises ValidationError: naming each field that is missing or wrong; nothing is changed then
    """
    newest = review_queries.newest_locked(context["session"], loaded.id)
    viewer = viewer_of(context)
    is_own = newest is not None and newest.decided_by == viewer.user_id
    if newest is not None and newest.state == rules.PUBLISHED and is_own:
        return newest  # the same request again
    newest = hold(context, loaded, data.get("version"), "publish")
    versions.decide(context, newest, rules.PUBLISHED)
    newest.checklist = _ticked(loaded, data.get("checklist"))
    # CKAN 2.12.0 takes an update back that is told not to commit: so core's commit is the one.
    own = drafts.own_context(context, **{versions.REVIEWED: True, versions.PUBLISHING: newest})
    action = "package_create" if loaded.package is None else "package_update"
    raw = {**_raw(newest), "name": newest.name, "type": loaded.active.package_type}
    if loaded.package is not None:
        raw["id"] = loaded.id
    tk.get_action(action)(own, raw)
    return newest


def send_back(context: Any, loaded: Loaded, data: Mapping[str, Any]) -> ContentVersion:
    """Return a submitted text to its author, with a reason. Flushes."""
    newest = hold(context, loaded, data.get("version"), "return")
    versions.decide(context, newest, rules.RETURNED, data["reason"])
    versions.record(context, "content.return", newest, data["reason"])
    context["session"].flush()
    return newest


def take(context: Any, loaded: Loaded, data: Mapping[str, Any]) -> ContentVersion:
    """Take a submitted text, so that nobody else begins with it, or give it back. Flushes."""
    newest = hold(context, loaded, data.get("version"), "take")
    user_id = viewer_of(context).user_id
    if data.get("release"):
        newest.taken_by = newest.taken_at = None
    elif newest.taken_by not in (None, user_id):
        raise tk.ValidationError({
            "id": [tk._("{who} took it on {when}. Ask, or let it be released.").format(
                who=name_of(newest.taken_by), when=moment(newest.taken_at)
            )]
        })  # fmt: skip
    elif newest.taken_by is None:
        newest.taken_by, newest.taken_at = user_id, utc_now()
    step = "content.release" if data.get("release") else "content.take"
    versions.record(context, step, newest)
    context["session"].flush()
    return newest


def archive(context: Any, newest: ContentVersion, reason: str, is_public: bool) -> None:
    """End the way of the newest version. Flushes.

    :param is_public: CKAN's deletion follows, and tells of it
    """
    versions.decide(context, newest, rules.ARCHIVED, reason)
    if not is_public:
        versions.record(context, "content.archive", newest, reason)
    context["session"].flush()


def _raw(newest: ContentVersion) -> dict[str, Any]:
    """A version in the form in which contents are given; datasets that are gone are left out."""
    raw = store.shown_values(newest.values)
    raw["datasets"] = drafts.active_datasets(newest.values.get("datasets") or [])
    return raw


def _ticked(loaded: Loaded, given: Any) -> list[str]:
    """The specifications of the profile that the reviewer ticked."""
    if not given:
        return []
    known = {each.slug for each in specifications(loaded.active.key)}
    wrong = [str(each) for each in given if each not in known]
    if wrong:
        message = tk._("“{value}” is not one of the choices. Use one of: {choices}.")
        shown = message.format(value=wrong[0][:80], choices=", ".join(sorted(known)))
        raise tk.ValidationError({"checklist": [shown]})
    return list(dict.fromkeys(given))


def specifications(type_key: str) -> list[Any]:
    """What the profile wants a reviewer to look at, for a type."""
    checklist = active_policy.get().publishing.checklist
    return [each for each in checklist if not each.types or type_key in each.types]
