"""Where CKAN's package life cycle meets the contents: validation, hooks, index.

``ContentForm`` is mixed into the plugin class. CKAN calls it for packages of our types, and the
hooks for every package: for datasets they cost one query when one is written, none when one is
read or indexed.
"""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from ckan import model
from flask import Blueprint, abort

from ckanext.promote import config
from ckanext.promote.base import events, idempotency
from ckanext.promote.base.model import utc_now
from ckanext.promote.content import (
    activity,
    dataset_queries,
    document_file,
    index,
    registry,
    routes,
    store,
)
from ckanext.promote.content.description import DOCUMENT
from ckanext.promote.content.model import Content
from ckanext.promote.content.package_input import core_values, for_ckan
from ckanext.promote.content.prepare import PENDING_LINKS, prepare
from ckanext.promote.content.rules import today
from ckanext.promote.content.versions import PUBLISHING, REVIEWED
from ckanext.promote.people.viewer import EVERYTHING, VISITOR, Viewer, viewer_of

PREPARED = "promote_prepared"
RESOLVED = "promote_resolved"


class ContentForm(tk.DefaultDatasetForm):
    """IDatasetForm and IPackageController for the contents."""

    def is_fallback(self) -> bool:
        """Datasets stay CKAN's."""
        return False

    def package_types(self) -> list[str]:
        """The package types of the contents; none when the feature is off."""
        return registry.package_types() if "content" in config.features() else []

    def create_package_schema(self) -> dict[str, Any]:
        """Core's schema, without the duty to have an organization: our auth decides that."""
        schema = super().create_package_schema()
        # A content keeps the id that it had in the review: ours is the only dict that has one.
        schema["id"] = [
            tk.get_validator(name)
            for name in ("ignore_missing", "unicode_safe", "package_id_does_not_exist")
        ]
        schema["owner_org"] = [tk.get_validator("ignore_missing"), tk.get_validator("unicode_safe")]
        return schema

    def update_package_schema(self) -> dict[str, Any]:
        """As for a create."""
        schema = super().update_package_schema()
        schema["owner_org"] = [tk.get_validator("ignore_missing"), tk.get_validator("unicode_safe")]
        return schema

    def validate(
        self, context: Any, data_dict: dict[str, Any], schema: dict[str, Any], action: str
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Our fields by their declaration, core's by core's schema; the errors of both."""
        if action == "package_show":
            return tk.navl_validate(data_dict, schema, context)
        active = registry.of_package(data_dict["type"])
        package = context.get("package") if action == "package_update" else None
        row = model.Session.get(Content, package.id) if package is not None else None
        stored = store.stored_values(model.Session, row, package) if row is not None else {}
        publishing = context.get(PUBLISHING)
        if publishing is not None:
            stored = {**stored, **publishing.values}
        raw = dict(data_dict)
        if not raw.get("published_on"):
            raw["published_on"] = stored.get("published_on") or today().isoformat()
        prepared, cleaned = prepare(
            model.Session,
            _linking_viewer(context),
            active.declaration,
            raw,
            stored,
            keep_unknown_datasets=bool(context.get(PENDING_LINKS)),
        )
        core = core_values(model.Session, active, raw, prepared, package)
        if publishing is not None:
            core.update(id=publishing.content_id, state=model.State.ACTIVE)
        is_changed = row is not None and (
            row.digest != prepared.digest or prepared.brings_files or publishing is not None
        )
        if is_changed:
            # CKAN 2.12 stops an update that changes no column of the package before the hooks.
            core["metadata_modified"] = utc_now().replace(tzinfo=None)
        data, core_errors = tk.navl_validate(core, schema, context)
        if "metadata_modified" in core:
            data["metadata_modified"] = core["metadata_modified"]
        if publishing is not None:
            data["state"] = model.State.ACTIVE  # an archived content may come back
        context[PREPARED] = prepared
        return data, for_ckan({**_renamed(core_errors), **cleaned.problems()})

    def after_dataset_create(self, context: Any, data: dict[str, Any]) -> None:
        """Write a content's own rows, or make links real that waited for this dataset."""
        if registry.by_package_type(data.get("type")) is None:
            self._resolve(context, data)
            return
        store.write(context, data["id"], _linking_viewer(context), context[PREPARED])
        asked_for = context.get("promote_asked_for")
        if asked_for:
            idempotency.remember(context, "content.create", asked_for, data["id"])
            context["session"].flush()

    def after_dataset_update(self, context: Any, data: dict[str, Any]) -> None:
        """As after a create."""
        if registry.by_package_type(data.get("type")) is None:
            self._resolve(context, data)
            return
        if PREPARED in context:
            store.write(context, data["id"], _linking_viewer(context), context[PREPARED])

    def after_dataset_delete(self, context: Any, data_dict: dict[str, Any]) -> None:
        """Record that a content was archived, and hide its activity: it would stay public."""
        package = context.get("package") or model.Package.get(data_dict.get("id"))
        if package is None or registry.by_package_type(package.type) is None:
            return
        events.record(
            context,
            "content.archive",
            ("content", package.id),
            institution_id=package.owner_org or None,
            reason=context.get("promote_reason", ""),
        )
        activity.hide(model.Session, package.id)
        store.forget_tags(model.Session, package.id)

    def after_dataset_show(self, context: Any, data: dict[str, Any]) -> None:
        """Fill in what a content has beyond its package; nothing for datasets."""
        active = registry.by_package_type(data.get("type"))
        if active is None:
            return
        row = model.Session.get(Content, data["id"])
        package = model.Session.get(model.Package, data["id"])
        if row is None or package is None:
            return
        # What is asked for with ignore_auth goes into Solr and the activity stream, for everybody;
        # but what is asked for to be changed comes back, and must not lose links.
        is_for_everybody = context.get("ignore_auth") and not context.get("for_update")
        viewer = VISITOR if is_for_everybody else viewer_of(context)
        values = store.shown_values(store.stored_values(model.Session, row, package))
        del values["tags"]
        data.update(values)
        stored = values.get(DOCUMENT, "")
        data.update(document_file.shown(active, package.id, package.name, stored))
        data["datasets"] = dataset_queries.dataset_names_of(model.Session, viewer, data["id"])
        data["rendered"] = row.html

    def before_dataset_search(self, search_params: dict[str, Any]) -> dict[str, Any]:
        """Leave contents out of every search that does not ask for a type."""
        return index.hide_contents(search_params)

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        """The index document of a content: facets, plain text, no organization."""
        active = registry.by_package_type(pkg_dict.get("type"))
        return index.document(pkg_dict, active) if active else pkg_dict

    def prepare_dataset_blueprint(self, package_type: str, blueprint: Blueprint) -> Blueprint:
        """Our pages in place of core's dataset pages."""
        active = registry.by_package_type(package_type)
        return routes.content_blueprint(active) if active else blueprint

    def prepare_resource_blueprint(self, package_type: str, blueprint: Blueprint) -> Blueprint:
        """No resource pages: a content has no resources."""
        active = registry.by_package_type(package_type)
        return routes.resource_blueprint(active) if active else blueprint

    def read_template(self, package_type: str | None = None) -> str:
        """Core asks for this on /dataset/<content>: the content's own page is elsewhere."""
        return _go_to(package_type, "read")

    def edit_template(self, package_type: str | None = None) -> str:
        """As for reading."""
        return _go_to(package_type, "edit")

    def _resolve(self, context: Any, data: dict[str, Any]) -> None:
        changed = store.resolve_pending(context["session"], data["id"], data.get("name") or "")
        if changed:
            context.setdefault(RESOLVED, []).extend(changed)


def _linking_viewer(context: Any) -> Viewer:
    """Who decides which datasets may be linked: after a review, that was decided already."""
    return EVERYTHING if context.get(REVIEWED) else viewer_of(context)


def _go_to(package_type: str | None, endpoint: str) -> str:
    reference = (tk.request.view_args or {}).get("id")
    abort(tk.redirect_to(f"{package_type}.{endpoint}", id=reference))


def _renamed(errors: dict[str, Any]) -> dict[str, Any]:
    return {("summary" if name == "notes" else name): each for name, each in errors.items()}

