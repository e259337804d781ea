"""The actions on contents. All of the UI and the importer go through them."""
from __future__ import annotations

import datetime as dt
from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base import paging
from ckanext.promote.base.access import is_lookup, load_dataset, not_found
from ckanext.promote.base.schema import validated
from ckanext.promote.content import dictize, package_input, queries, registry, schema, store
from ckanext.promote.content.model import Content
from ckanext.promote.content.prepare import PENDING_LINKS
from ckanext.promote.people.viewer import viewer_of


def promote_content_create(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Create a content and publish it.

    Those who may not publish will be able to submit it for review.

    :param type: key of the content type, e.g. ``story``; `promote_content_type_show` tells its
        fields. The other parameters are these fields.
    :param name: slug of its page; made from the title when it is left out
    :param cover_upload: image file (multipart)
    :param idempotency_key: the same key with the same data gives the content that was made
    :returns: ``{"id", "name", "type", "title", "version", "review_state", "url"}``
    :raises NotAuthorized: unless the user is of the institution's people or the central team
    :raises ValidationError: with a sentence for each wrong field; nothing is stored
    """
    active = _type_of(data_dict)
    package_input.refuse(package_input.raw_errors(active, data_dict))
    tk.check_access("promote_content_create", context, data_dict)
    package = tk.get_action("package_create")(
        _own_context(context), {**data_dict, "type": active.package_type}
    )
    return dictize.receipt(active, package, _version(package["id"]))


def promote_content_update(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Change the fields that are given; the others stay.

    Links to datasets that the caller cannot see stay as they are.

    :param id: id or name of the content
    :param version: the version that was edited; outdated when somebody else saved since
    :returns: as `promote_content_create`
    :raises NotAuthorized: unless the user is of the institution's people or the central team
    :raises ValidationError: with a sentence for each wrong field; nothing is stored
    """
    row, package, active = _load(context, data_dict)
    package_input.refuse(package_input.raw_errors(active, data_dict))
    tk.check_access("promote_content_update", context, data_dict)
    _refuse_outdated(context, row, data_dict)
    given = {key: value for key, value in data_dict.items() if key not in ("id", "version", "type")}
    current = store.shown_values(store.stored_values(model.Session, row, package))
    current["datasets"] = queries.dataset_names_of(
        model.Session, viewer_of(context), package.id
    )
    if "summary" not in given and "notes" in given:
        given["summary"] = given["notes"]
    updated = tk.get_action("package_update")(
        _own_context(context), {**current, "name": package.name, **given, "id": package.id}
    )
    return dictize.receipt(active, updated, _version(package.id))


def promote_content_archive(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take a content off the portal: it is on no page, list or search any more.

    Its rows stay, and the people of its institution can still read it.

    :param id: id or name of the content
    :param version: the version that was seen; outdated when somebody else saved since
    :param reason: why, kept with the event
    :returns: as `promote_content_create`, with ``review_state`` ``archived``
    """
    data = validated(schema.content_archive, data_dict)
    row, package, active = _load(context, data)
    tk.check_access("promote_content_archive", context, data)
    _refuse_outdated(context, row, data)
    if store.is_published(package):
        tk.get_action("package_delete")(
            {**_own_context(context), "promote_reason": data.get("reason", "")}, {"id": package.id}
        )
    shown = {"id": package.id, "name": package.name, "title": package.title}
    return {**dictize.receipt(active, shown, row.version), "review_state": "archived"}


@tk.side_effect_free
def promote_content_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """A content, whole.

    :param id: id or name of the content
    :param version: ``published`` (the default) or its number
    :returns: all fields of its type, ``rendered`` (HTML by field), ``datasets`` (names that this
        reader may see), ``institution`` ``{"name", "title"}``, ``review_state``, ``permissions``
    """
    data = validated(schema.content_show, data_dict)
    row, package, active = _load(context, data)
    tk.check_access("promote_content_show", context, data)
    if data.get("version") not in (None, "published", "pending", str(row.version)):
        raise not_found()
    return dictize.whole(context, row, package, active)


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
    :param limit: 1 to 100, 20 by default
    :param cursor: ``next`` of the page before
    :returns: ``{"items", "next", "total", "total_exact"}``; an item has ``id``, ``name``,
        ``title``, ``institution``, ``institution_title``, ``formats``, ``metadata_modified``
    """
    data = validated(schema.content_dataset_list, data_dict)
    row, _, _ = _load(context, data)
    tk.check_access("promote_content_dataset_list", context, {"id": row.id})
    statement = queries.datasets_of(model.Session, viewer_of(context), row.id)
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


def _load(context: Any, data: dict[str, Any]) -> tuple[Any, Any, registry.ActiveType]:
    """Content, package and type of an id or name that this reader may see.

    :raises ObjectNotFound: when it is missing, or archived and not this reader's to restore
    """
    reference = data.get("id") if isinstance(data, dict) else None
    found = (
        queries.content_with_package(model.Session, reference)
        if is_lookup(reference)
        else None
    )
    active = registry.by_key(found.Content.type) if found else None
    if found is None or active is None:
        raise not_found()
    is_visible = store.is_published(found.Package) or viewer_of(context).acts_for(
        found.Package.owner_org
    )
    if not is_visible:
        raise not_found()
    context["package"] = found.Package
    return found.Content, found.Package, active


def _refuse_outdated(context: Any, row: Any, data: dict[str, Any]) -> None:
    seen = data.get("version")
    if seen in (None, "") or str(seen) == str(row.version):
        return
    who = model.User.get(row.changed_by) if row.changed_by else None
    raise tk.ValidationError(
        {
            "version": [
                tk._(
                    "{who} saved this content on {when}, after you opened it. Open it again and "
                    "repeat your change; what you typed is still here."
                ).format(
                    who=who.display_name if who else tk._("Somebody"),
                    when=row.changed_at.strftime("%Y-%m-%d %H:%M UTC"),
                )
            ]
        }
    )


def _own_context(context: Any) -> dict[str, Any]:
    own: dict[str, Any] = tk.fresh_context(context)
    if context.get(PENDING_LINKS):
        own[PENDING_LINKS] = True
    return own


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
