"""The actions on contents. All of the UI and the importer go through them."""
from __future__ import annotations

import datetime as dt
from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base import limits, paging, visitors
from ckanext.promote.base.access import load_dataset, not_found
from ckanext.promote.base.model import commit
from ckanext.promote.base.schema import validated
from ckanext.promote.content import (
    dataset_queries,
    dictize,
    drafts,
    loading,
    package_input,
    proposals,
    queries,
    registry,
    review,
    review_queries,
    rules,
    schema,
    store,
)
from ckanext.promote.content.access import institution_of, may_publish
from ckanext.promote.content.cleaning import is_true
from ckanext.promote.content.loading import Loaded
from ckanext.promote.content.model import Content, ContentVersion
from ckanext.promote.people.viewer import viewer_of

NOT_FIELDS = frozenset({"id", "version", "type"})
"""Parameters of an update that are no fields of the content."""


def promote_content_create(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Create a content: published at once by those who publish here, else a draft.

    A draft needs a title alone; `promote_content_submit` checks the rest. People without an account
    send a whole proposal, and confirm it by the link that is mailed to them; then it is submitted.

    :param type: key of the content type, e.g. ``story``; `promote_content_type_show` tells its
        fields. The other parameters are these fields.
    :param name: slug of its page; made from the title when it is left out
    :param draft: true for a draft, also by those who may publish
    :param cover_upload: image file (multipart)
    :param document_upload: PDF, ODP or PPTX file, for types with ``document_url`` (multipart)
    :param idempotency_key: the same key with the same data gives the content that was made
    :param author_name: of a visitor, name or initials; shown as author
    :param author_email: of a visitor; shown to nobody
    :param form_token: of a visitor, from `promote_form_token_show` (``form`` is ``submission``)
    :returns: ``{"id", "name", "type", "title", "version", "review_state", "url"}``, for visitors
        also ``message``
    :raises NotAuthorized: unless the user may write for the institution, or propose
    :raises ValidationError: with a sentence for each wrong field; nothing is stored
    """
    active = _type_of(data_dict)
    viewer = viewer_of(context)
    given = proposals.split(data_dict, is_visitor=viewer.user_id is None)
    raw = given.content
    package_input.refuse(package_input.raw_errors(active, raw))
    package_input.refuse_moves(raw, None)
    tk.check_access("promote_content_create", context, raw)
    if viewer.user_id is None:
        made = proposals.create_by_visitor(context, active, given)
        return {**dictize.receipt(active, made), "message": visitors.sent_sentence()}
    institutions = [institution_of(raw.get("owner_org"))]
    if not given.is_draft and may_publish(viewer, institutions)["success"]:
        package = tk.get_action("package_create")(
            drafts.own_context(context), {**raw, "type": active.package_type}
        )
        return dictize.receipt_of_package(active, package, _version(package["id"]))
    return dictize.receipt(active, proposals.create_once(context, active, raw))


def promote_content_update(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Change the fields that are given, of the newest version; the others stay.

    Those who publish here change the published text, or the one that waits in the review. Others
    make a new version of a published content, which readers do not see until it is published; only
    fields that the policy profile calls minor go out at once. Links to datasets that the caller
    cannot see stay as they are.

    :param id: id or name of the content
    :param version: the version that was edited; outdated when somebody else saved since
    :param draft: true for a new version, also by those who may publish
    :param access_token: of a visitor, from his personal link
    :returns: as `promote_content_create`
    :raises NotAuthorized: unless the user may write for its institution, or is its author
    :raises ValidationError: with a sentence for each wrong field; nothing is stored
    """
    loaded = loading.load_for_action(context, data_dict)
    raw = {key: each for key, each in data_dict.items() if key not in ("draft", "access_token")}
    package_input.refuse(package_input.raw_errors(loaded.active, raw))
    tk.check_access("promote_content_update", context, data_dict)
    if context["promote_visitor_id"]:
        limits.count(context, "content.update", who=context["promote_visitor_id"])
    newest = review_queries.newest_locked(model.Session, loaded.id)
    _refuse_outdated(loaded, newest, data_dict)
    given = {key: value for key, value in raw.items() if key not in NOT_FIELDS}
    if "summary" not in given and "notes" in given:
        given["summary"] = given["notes"]
    institutions = [*loaded.institution_ids]
    if "owner_org" in given:
        institutions.append(institution_of(given["owner_org"]))
    publishes = may_publish(viewer_of(context), institutions)["success"]
    is_direct = publishes and loaded.is_public and not is_true(data_dict.get("draft"))
    if newest is None or (is_direct and newest.state not in rules.PENDING):
        return _update_published(context, loaded, given)
    try:
        made = drafts.change(context, loaded, newest, given)
    except tk.ValidationError:
        model.Session.rollback()
        raise
    commit(context)
    return dictize.receipt(loaded.active, made)


def _update_published(context: Any, loaded: Loaded, given: dict[str, Any]) -> dict[str, Any]:
    row, package = loaded.row, loaded.package
    current = store.shown_values(store.stored_values(model.Session, row, package))
    current["datasets"] = dataset_queries.dataset_names_of(
        model.Session, viewer_of(context), package.id
    )
    updated = tk.get_action("package_update")(
        drafts.own_context(context), {**current, "name": package.name, **given, "id": package.id}
    )
    return dictize.receipt_of_package(loaded.active, updated, _version(package.id))


def promote_content_archive(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take a content off the portal: it is on no page, list or search any more.

    Its rows stay, and the people of its institution can still read it. A content that was not
    published is withdrawn.

    :param id: id or name of the content
    :param version: the version that was seen; outdated when somebody else saved since
    :param reason: why, kept with the event
    :param access_token: of a visitor, from his personal link
    :returns: as `promote_content_create`, with ``review_state`` ``archived``
    """
    data = validated(schema.content_archive, data_dict)
    loaded = loading.load_for_action(context, data)
    tk.check_access("promote_content_archive", context, data)
    newest = review_queries.newest_locked(model.Session, loaded.id)
    _refuse_outdated(loaded, newest, data)
    reason = data.get("reason", "")
    if newest is not None and newest.state != rules.ARCHIVED:
        review.archive(context, newest, reason, is_public=loaded.is_public)
    if loaded.is_public:
        tk.get_action("package_delete")(
            drafts.own_context(context, promote_reason=reason), {"id": loaded.id}
        )
    commit(context)
    shown = {"id": loaded.id, "name": loaded.name, "title": loaded.title, "state": "deleted"}
    return dictize.receipt_of_package(loaded.active, shown, loaded.number)


@tk.side_effect_free
def promote_content_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """A content, whole.

    :param id: id or name of the content
    :param version: ``published``, ``pending`` (the newest one that is not published) or a number;
        without it the published text, and the newest one when none is published
    :param access_token: of a visitor, from his personal link
    :returns: all fields of its type, ``rendered`` (HTML by field), ``datasets`` (names that this
        reader may see), ``institution`` ``{"name", "title"}``, ``permissions``; ``review_state``
        of the newest version that this reader may see, ``version_state`` of the one that is shown,
        and for those concerned ``pending_version`` of a published content
        (``{"version", "review_state", "submitted_at"}``); ``downloads`` of an app, and for those
        who may change it ``broken_links`` (``[{"address", "worked_on", "problem"}]``)
    """
    data = validated(schema.content_show, data_dict)
    loaded = loading.load_for_action(context, data)
    tk.check_access("promote_content_show", context, data)
    return dictize.whole(context, loaded, _wanted_version(context, loaded, data.get("version")))


def _wanted_version(context: Any, loaded: Loaded, wanted: Any) -> ContentVersion | None:
    """The version to show; None for the published text.

    :raises ObjectNotFound: when there is no such version, or not for this reader
    """
    if wanted in (None, "") and loaded.row is None:
        return loaded.newest
    is_live = loaded.row is not None and str(wanted) == str(loaded.row.version)
    if wanted in (None, "", "published") or is_live:
        if loaded.row is None:
            raise not_found()
        return None
    if not loaded.concerns(viewer_of(context), context.get("promote_visitor_id")):
        raise not_found()
    if wanted == "pending":
        found = loaded.pending
    else:
        is_number = str(wanted).isdecimal() and len(str(wanted)) < 9
        found = (
            review_queries.version_of(model.Session, loaded.id, int(wanted)) if is_number else None
        )
    if found is None:
        raise not_found()
    return found


@tk.side_effect_free
def promote_content_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Published contents, newest first. Needs no search index.

    :param type: key of a content type
    :param institution: name of an organization
    :param sector: slug of the policy profile
    :param axis: slug of the policy profile
    :param kind: the type's kind (a tool's, an app's stage)
    :param dataset: name or id of a dataset that this reader may see
    :param limit: 1 to 100, 20 by default
    :param cursor: ``next`` of the page before
    :returns: ``{"items", "next", "total", "total_exact"}``
    """
    data = validated(schema.content_list, data_dict)
    tk.check_access("promote_content_list", context, data)
    return _listed(context, data)


@tk.side_effect_free
def promote_dataset_content_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """What was made with a dataset: published contents, newest first.

    :param dataset: name or id of the dataset
    :param type: key of a content type
    :param limit: 1 to 100, 20 by default
    :param cursor: ``next`` of the page before
    :returns: ``{"items", "next", "total", "total_exact"}``
    """
    data = validated(schema.dataset_content_list, data_dict)
    dataset = load_dataset(context, data.pop("dataset"))
    tk.check_access(
        "promote_dataset_content_list", {**context, "package": dataset}, {"dataset": dataset.id}
    )
    return _listed(context, {**data, "dataset_id": dataset.id})


@tk.side_effect_free
def promote_content_dataset_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """The datasets that a content was made with, as far as this reader may see them.

    :param id: id or name of the content
    :param version: as for `promote_content_show`
    :param access_token: of a visitor, from his personal link
    :param limit: 1 to 100, 20 by default
    :param cursor: ``next`` of the page before
    :returns: ``{"items", "next", "total", "total_exact"}``; an item has ``id``, ``name``,
        ``title``, ``institution``, ``institution_title``, ``formats``, ``metadata_modified``
    """
    data = validated(schema.content_dataset_list, data_dict)
    loaded = loading.load_for_action(context, data)
    tk.check_access("promote_content_dataset_list", context, {"id": loaded.id})
    version = _wanted_version(context, loaded, data.get("version"))
    viewer = viewer_of(context)
    if version is None:
        statement = dataset_queries.datasets_of(model.Session, viewer, loaded.id)
    else:
        start = dictize.place_after(data.pop("cursor", None))
        ids = version.values.get("datasets") or []
        statement = dataset_queries.datasets_with(viewer, ids, start)
    return dictize.dataset_page(model.Session, statement, data)


@tk.side_effect_free
def promote_content_type_list(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """The content types of this portal.

    :returns: a list of ``{"type", "package_type", "path", "label", "plural", "purpose"}``
    """
    validated(schema.nothing, data_dict)
    tk.check_access("promote_content_type_list", context, {})
    return [dictize.type_summary(active) for active in registry.active_types()]


@tk.side_effect_free
def promote_content_type_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """A content type with its fields: what `promote_content_create` takes.

    :param type: key of the type, or its package type
    :returns: the type, and ``fields`` with name, label, help, form, limits and choices of each
    """
    data = validated(schema.content_type_show, data_dict)
    tk.check_access("promote_content_type_show", context, data)
    active = registry.by_key(data["type"])
    if active is None:
        raise not_found()
    return dictize.type_whole(active)


def _type_of(data_dict: Any) -> registry.ActiveType:
    given = data_dict.get("type") if isinstance(data_dict, dict) else None
    active = registry.by_key(given) if isinstance(given, str) else None
    if active is None:
        raise tk.ValidationError(
            {
                "type": [
                    tk._("Say which type of content this is. Use one of: {choices}.").format(
                        choices=", ".join(each.key for each in registry.active_types())
                    )
                ]
            }
        )
    return active


def _refuse_outdated(loaded: Loaded, newest: ContentVersion | None, data: dict[str, Any]) -> None:
    seen = data.get("version")
    number = newest.number if newest is not None else loaded.number
    if newest is None or seen in (None, "") or str(seen) == str(number):
        return
    raise tk.ValidationError({"version": [review.outdated(newest)]})


def _version(content_id: str) -> int:
    row = model.Session.get(Content, content_id)
    return row.version if row is not None else 0


def _listed(context: Any, data: dict[str, Any]) -> dict[str, Any]:
    filters = dict(data)
    keys = [each.key for each in registry.active_types()]
    if data.get("type"):
        active = registry.by_key(data["type"])
        keys = [active.key] if active else []
    if data.get("dataset") and not data.get("dataset_id"):
        filters["dataset_id"] = load_dataset(context, data["dataset"]).id
    statement = queries.newest_cards(filters, keys)
    counted = paging.total(model.Session, statement)
    if data.get("cursor"):
        published_on, content_id = paging.decode(data["cursor"], 2)
        statement = queries.after(statement, _date(published_on), content_id)
    rows = model.Session.execute(statement.limit(data["limit"] + 1)).all()
    return paging.answer(
        rows,
        data["limit"],
        lambda row: (row.published_on.isoformat(), row.id),
        dictize.card,
        counted,
    )


def _date(value: str) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise paging.wrong_cursor() from None
