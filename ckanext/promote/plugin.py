"""The one plugin class: it wires the features into CKAN and decides nothing."""
from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckantoolkit as tk
from ckan.lib.plugins import DefaultTranslation
from flask import Flask

from ckanext.promote import config as promote_config
from ckanext.promote import features
from ckanext.promote.base import catalogue  # noqa: F401 -- its subjects register
from ckanext.promote.base import model as base_model  # noqa: F401 -- tables join the metadata
from ckanext.promote.base.errors import add_retry_after
from ckanext.promote.content import (  # noqa: F401 -- as above
    activity,
    index,
    model,
    registry,
    subjects,
)
from ckanext.promote.content.hooks import RESOLVED, ContentForm
from ckanext.promote.importers import model as importers_model  # noqa: F401 -- as above
from ckanext.promote.notifications import model as mail_model  # noqa: F401 -- as above
from ckanext.promote.people import model as people_model  # noqa: F401 -- as above
from ckanext.promote.threads import (  # noqa: F401 -- as above
    confirmed,
    figures_model,
    moderation_model,
)
from ckanext.promote.threads import model as threads_model  # noqa: F401 -- as above


# What stands before CKAN's own actions stays there when a feature is off: its contents are still
# no datasets.
@tk.blanket.actions(
    lambda: {
        **features.collect("action"), **features.collect("core_action", features=features.ALL)
    }
)  # fmt: skip
@tk.blanket.auth_functions(
    lambda: {**features.collect("auth"), **features.collect("core_auth", features=features.ALL)}
)
@tk.blanket.helpers(lambda: features.collect("helpers"))
# CKAN asks for validators before it has read the options, so all features give theirs.
@tk.blanket.validators(lambda: features.collect("validators", features=features.ALL))
@tk.blanket.blueprints(features.blueprints)
@tk.blanket.cli
@tk.blanket.config_declarations
class PromotePlugin(ContentForm, p.SingletonPlugin, DefaultTranslation):
    """Promotion of open data: see README."""

    p.implements(p.IConfigurer)
    p.implements(p.IDatasetForm, inherit=True)
    p.implements(p.IPackageController, inherit=True)
    p.implements(p.IMiddleware, inherit=True)
    p.implements(p.ISignal)
    p.implements(p.ITranslation)

    def update_config(self, config: Any) -> None:
        """Templates, static files and assets."""
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")
        tk.add_resource("assets", "promote")

    def package_types(self) -> list[str]:
        """The package types of the contents that are on.

        Refuses a type that another plugin has, with the way out: CKAN asks here first, and would
        stop a moment later without saying what to do.
        """
        taken: dict[str, str] = {}
        for plugin in p.PluginImplementations(p.IDatasetForm):
            if plugin is not self:
                taken.update(dict.fromkeys(plugin.package_types(), type(plugin).__name__))
        registry.refuse_taken(taken)
        return super().package_types()

    def make_middleware(self, app: Flask, config: Any) -> Flask:
        """Refuse to start when another extension owns a path of ours; answer 429 where due."""
        registry.refuse_taken_paths(
            [(rule.rule, rule.endpoint) for rule in app.url_map.iter_rules()]
        )
        registry.refuse_unknown_entries(promote_config.menu(), others=("questions",))
        app.after_request(add_retry_after)
        activity.watch()
        return app

    def get_signal_subscriptions(self) -> Any:
        """Contents whose pending links became real get a new index entry after the commit."""
        return {
            tk.signals.action_succeeded: [
                {"sender": "package_create", "receiver": _reindex_resolved},
                {"sender": "package_update", "receiver": _reindex_resolved},
            ]
        }


def _reindex_resolved(sender: str, **kwargs: Any) -> None:
    context = kwargs.get("context") or {}
    resolved = context.pop(RESOLVED, None)
    if resolved and not context.get("defer_commit"):
        index.reindex(resolved)
