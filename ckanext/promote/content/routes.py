"""Our pages in place of CKAN's dataset pages, under the names that CKAN links to.

CKAN makes a blueprint for each package type and adds its dataset routes to it. Ours keeps its own
routes and lets nobody add more: no groups, collaborators, resources or staged forms for contents.
"""
from __future__ import annotations

from typing import Any

from flask import Blueprint

from ckanext.promote.base.web import guarded
from ckanext.promote.content import views
from ckanext.promote.content.registry import ActiveType


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
    for rule, endpoint, view, methods in views.ROUTES:
        blueprint.add_url_rule(
            rule, endpoint, view, methods=methods, strict_slashes=False
        )
    guarded(blueprint)
    blueprint.is_sealed = True
    return blueprint


def resource_blueprint(active: ActiveType) -> Blueprint:
    """A blueprint without a page, under the name that CKAN expects."""
    blueprint = SealedBlueprint(f"{active.package_type}_resource", __name__)
    blueprint.is_sealed = True
    return blueprint
