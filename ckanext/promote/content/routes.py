"""Our pages in place of CKAN's dataset pages, under the names that CKAN links to.

CKAN makes a blueprint for each package type and adds its dataset routes to it. Ours keeps its own
routes and lets nobody add more: no groups, collaborators, resources or staged forms for contents.
"""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from flask import Blueprint
from werkzeug.routing import BuildError

from ckanext.promote.base.web import guarded
from ckanext.promote.content import document_views, download_views, registry, views
from ckanext.promote.content.registry import ActiveType

PAGES: dict[str, views.Route] = {
    "download": ("/<id>/download/<platform>", "download", download_views.download, ["GET"]),
    "document": ("/<id>/document", "document", document_views.document, ["GET"]),
    "calendar": ("/<id>/event.ics", "calendar", document_views.calendar, ["GET"]),
}
"""Pages that only some types have, by the name under which their declarations ask for them."""


class SealedBlueprint(Blueprint):
    """A blueprint that takes no more routes once it is sealed."""

    is_sealed = False

    def add_url_rule(self, *args: Any, **kwargs: Any) -> None:
        """Add a route; after ``is_sealed`` was set, ignore it."""
        if not self.is_sealed:
            super().add_url_rule(*args, **kwargs)


def content_blueprint(active: ActiveType) -> Blueprint:
    """The pages of one type, as ``<package type>.<endpoint>``."""
    blueprint = SealedBlueprint(
        active.package_type,
        __name__,
        url_prefix=f"/{active.path}",
        url_defaults={"package_type": active.package_type},
    )
    extra = [PAGES[name] for name in active.declaration.all_pages]
    for rule, endpoint, view, methods in (*views.ROUTES, *extra):
        blueprint.add_url_rule(
            rule, endpoint, view, methods=methods, strict_slashes=False
        )
    guarded(blueprint)
    blueprint.app_errorhandler(BuildError)(_own_page)
    blueprint.is_sealed = True
    return blueprint


def resource_blueprint(active: ActiveType) -> Blueprint:
    """A blueprint without a page, under the name that CKAN expects."""
    blueprint = SealedBlueprint(f"{active.package_type}_resource", __name__)
    blueprint.is_sealed = True
    return blueprint


def _own_page(error: BuildError) -> Any:
    """The page of a content, when one of core's dataset pages links to what contents do not have.

    ``/dataset/groups/<content>`` and the like answer for packages of every type, and their tabs
    lead to the routes of its type or of that type's resources. That is known here for nothing, and
    only when it happens.
    """
    blueprint = error.endpoint.partition(".")[0]
    active = registry.by_package_type(blueprint) or registry.by_package_type(
        blueprint.removesuffix("_resource")
    )
    reference = (tk.request.view_args or {}).get("id")
    if active is None or not reference:
        raise error
    return tk.redirect_to(f"{active.package_type}.read", id=reference)
