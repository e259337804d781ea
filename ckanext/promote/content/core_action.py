"""CKAN's own actions where contents need another answer. Datasets pass through untouched."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.exc import IntegrityError

from ckanext.promote.base import idempotency
from ckanext.promote.base.access import is_lookup
from ckanext.promote.content import package_input, registry


@tk.chained_action
def package_create(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Create a content: the raw dict is checked, and the same request twice makes one."""
    active = registry.by_package_type(_text(data_dict.get("type")))
    if active is None:
        return next_action(context, data_dict)
    package_input.refuse(package_input.raw_errors(active, data_dict))
    package_input.refuse_moves(data_dict, None)
    tk.check_access("package_create", context, data_dict)
    context.setdefault("session", model.Session)
    asked_for = dict(data_dict)
    earlier = idempotency.earlier_result(context, "content.create", asked_for)
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
    package_input.refuse(package_input.raw_errors(active, data_dict))
    package_input.refuse_moves(data_dict, package)
    return next_action(context, data_dict)


@tk.chained_action
@tk.side_effect_free
def package_list(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Names of the datasets: contents are none, and a page of names has to be full."""
    types = registry.package_types()
    has_contents = model.Session.execute(
        sa.select(model.Package.id).where(model.Package.type.in_(types)).limit(1)
    ).first()
    if not has_contents:
        return next_action(context, data_dict)
    limit, offset = data_dict.get("limit"), data_dict.get("offset")
    everything = {k: v for k, v in data_dict.items() if k not in ("limit", "offset")}
    column = model.Package.id if context.get("api_version") == 2 else model.Package.name
    ours = set(
        model.Session.execute(sa.select(column).where(model.Package.type.in_(types))).scalars()
    )
    names = [name for name in next_action(context, everything) if name not in ours]
    start = _number(offset, "offset")
    return names[start : start + _number(limit, "limit")] if limit else names[start:]


@tk.chained_action
@tk.side_effect_free
def package_autocomplete(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Datasets only: it asks Solr directly, where no search hook is heard."""
    found = next_action(context, data_dict)
    names = [entry["name"] for entry in found]
    if not names:
        return found
    statement = sa.select(model.Package.name).where(
        model.Package.name.in_(names), model.Package.type.in_(registry.package_types())
    )
    ours = set(model.Session.execute(statement).scalars())
    return [entry for entry in found if entry["name"] not in ours]


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any, name: str) -> int:
    try:
        return max(0, int(value or 0))
    except (TypeError, ValueError):
        raise tk.ValidationError({name: [tk._("A whole number is expected here.")]}) from None
