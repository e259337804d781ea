"""Plugins of other extensions: one with a content type, two that own names of ours."""
from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckantoolkit as tk
from ckan.lib.plugins import DefaultDatasetForm
from flask import Blueprint

from ckanext.promote.base import limits
from ckanext.promote.base.i18n import N_
from ckanext.promote.content.description import ContentType, Field
from ckanext.promote.interfaces import IPromote

RECIPE = ContentType(
    name="recipe",
    label=N_("Recipe"),
    plural=N_("Recipes"),
    new_label=N_("New recipe"),
    edit_label=N_("Edit recipe"),
    purpose=N_("Short programs that use the data."),
    none_label=N_("No recipes yet."),
    heading=N_("Recipes for these data"),
    fields=(
        Field("code", N_("Program"), "text", required=True, max_length=2000),
        Field("steps", N_("Steps"), "markdown"),
    ),
)


class RecipesPlugin(p.SingletonPlugin):
    """An extension with a content type of its own: one declaration, and nothing else."""

    p.implements(IPromote)

    def promote_content_types(self) -> list[ContentType]:
        """Our type."""
        return [RECIPE]


class OtherAppsPlugin(p.SingletonPlugin, DefaultDatasetForm):
    """An extension that owns the package type ``app``."""

    p.implements(p.IDatasetForm, inherit=True)

    def is_fallback(self) -> bool:
        """Only apps."""
        return False

    def package_types(self) -> list[str]:
        """The type that we would like to have, too."""
        return ["app"]


class AppPagesPlugin(p.SingletonPlugin):
    """An extension that owns a page below ``/app``."""

    p.implements(p.IBlueprint)

    def get_blueprint(self) -> Blueprint:
        """One page."""
        blueprint = Blueprint("their_apps", __name__)
        blueprint.add_url_rule("/app/list", "index", lambda: "theirs")
        return blueprint


class KnocksPlugin(p.SingletonPlugin):
    """An extension with an action that is limited like ours."""

    p.implements(p.IActions)

    def get_actions(self) -> dict[str, Any]:
        """One action."""
        return {"promote_test_knock": knock}


def knock(context: Any, data_dict: dict[str, Any]) -> str:
    """Count a try, then refuse it if that is what is asked for."""
    limits.count(context, "knock", data_dict.get("email", ""))
    if data_dict.get("refuse"):
        raise tk.ValidationError({"refuse": ["No."]})
    return "come in"
