"""CKAN's own actions where contents need another answer. Datasets pass through untouched."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from ckan import model
from sqlalchemy.exc import IntegrityError

from ckanext.promote import config
from ckanext.promote.base import idempotency
from ckanext.promote.base.access import is_lookup
from ckanext.promote.content import package_input, queries, registry


@tk.chained_action
def package_create(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Create a content: the raw dict is checked, and the same request twice makes one."""
    kind = data_dict.get("type")
    if not isinstance(kind, (str, type(None))):
        raise tk.ValidationError({"type": [tk._("Text was expected here.")]})
    active = registry.by_package_type(kind)
    if active is None:
        return next_action(context, data_dict)
    _refuse_switched_off()
    package_input.refuse(package_input.raw_errors(active, data_dict))
    package_input.refuse_moves(data_dict, None)
    tk.check_access("package_create", context, data_dict)
    context.setdefault("session", model.Session)
    asked_for = dict(data_dict)
    earlier = idempotency.earlier_result(context, "content.create", asked_for)
    if earlier is not None and model.Package.get(earlier) is None:
        idempotency.forget(context, "content.create", asked_for)
        earlier = None
    if earlier is None:
        context["promote_asked_for"] = asked_for
        try:
            return next_action(context, data_dict)
        except IntegrityError:
            # Somebody else's request won: the same one, or one with the same name.
            context["session"].rollback()
            earlier = idempotency.earlier_result(context, "content.create", asked_for)
            if earlier is None:
                raise tk.ValidationError(
                    {"name": [tk._("This name was taken a moment ago. Send it again.")]}
                ) from None
        finally:
            del context["promote_asked_for"]
    return tk.get_action("package_show")(tk.fresh_context(context), {"id": earlier})


@tk.chained_action
def package_update(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Update a content: the raw dict is checked, and what nobody moves here stays."""
    reference = data_dict.get("id") or data_dict.get("name")
    package = model.Package.get(reference) if is_lookup(reference) else None
    active = registry.by_package_type(package.type) if package is not None else None
    if active is None:
        return next_action(context, data_dict)
    _refuse_switched_off()
    package_input.refuse(package_input.raw_errors(active, data_dict))
    package_input.refuse_moves(data_dict, package)
    return next_action(context, data_dict)


@tk.chained_action
def bulk_update_delete(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Delete many datasets at once; a content among them is refused before anything is done."""
    tk.check_access("bulk_update_delete", context, data_dict)
    _refuse_contents(data_dict)
    return next_action(context, data_dict)


@tk.chained_action
def bulk_update_private(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """As for deleting (CKAN 2.11 would change the rows past every hook)."""
    tk.check_access("bulk_update_private", context, data_dict)
    _refuse_contents(data_dict)
    return next_action(context, data_dict)


@tk.chained_action
def bulk_update_public(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """As for deleting."""
    tk.check_access("bulk_update_public", context, data_dict)
    _refuse_contents(data_dict)
    return next_action(context, data_dict)


@tk.chained_action
@tk.side_effect_free
def package_list(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Names of the datasets: contents are none.

    While there are contents, the next action is not asked: a page of its names would have gaps.
    """
    types = registry.package_types()
    if not queries.has_packages(model.Session, types):
        return next_action(context, data_dict)
    tk.check_access("package_list", context, data_dict)
    limit, offset = (_number(data_dict.get(name), name) for name in ("limit", "offset"))
    by_id = context.get("api_version") == 2
    return queries.dataset_names(model.Session, types, limit, offset, by_id)


@tk.chained_action
@tk.side_effect_free
def package_autocomplete(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Datasets only: it asks Solr directly, where no search hook is heard."""
    found = next_action(context, data_dict)
    names = [entry["name"] for entry in found]
    if not names:
        return found
    ours = queries.names_of_types(model.Session, names, registry.package_types())
    return [entry for entry in found if entry["name"] not in ours]


@tk.chained_action
@tk.side_effect_free
def tag_show(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """A tag with its datasets alone: core asks Solr here, too, where no search hook is heard."""
    tag = next_action(context, data_dict)
    if "packages" in tag:
        types = registry.package_types()
        tag["packages"] = [each for each in tag["packages"] if each.get("type") not in types]
    return tag


def _refuse_switched_off() -> None:
    if "content" not in config.features():
        raise tk.ValidationError({"type": [tk._("Contents are switched off on this portal.")]})


def _refuse_contents(data_dict: dict[str, Any]) -> None:
    given = data_dict.get("datasets")
    ids = [each for each in given if is_lookup(each)] if isinstance(given, list) else []
    if ids and queries.has_packages(model.Session, registry.package_types(), ids):
        message = tk._("The state is not set here. Use promote_content_archive, or the review.")
        raise tk.ValidationError({"datasets": [message]})


def _number(value: Any, name: str) -> int:
    try:
        return max(0, int(value or 0))
    except (TypeError, ValueError):
        raise tk.ValidationError({name: [tk._("A whole number is expected here.")]}) from None
