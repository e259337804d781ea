"""Plugins and application stay from test to test, as long as the options are those they began with.

CKAN's own fixtures load all plugins before each test, unload them after it and make a new
application, which takes longer than most tests.
"""
from __future__ import annotations

import importlib
import importlib.util
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ckan.plugins as p
import ckantoolkit as tk
from ckan.lib import app_globals
from ckan.tests.helpers import CKANTestApp, _get_test_app

AT_ANY_TIME = frozenset({
    "ckan.storage_path", "ckanext.promote.central_team", "ckanext.promote.page_size",
    "ckanext.promote.moderation.newcomer_days", "ckanext.promote.policy", "smtp.mail_from",
    "smtp.server",
})  # fmt: skip
"""Options that are read when they are needed; all others may decide how things are loaded."""

Options = dict[str, str]


@dataclass
class Kept:
    """What the last test left loaded."""

    loads: int = -1
    """How often anything was loaded or unloaded by then."""
    began_with: Options = field(default_factory=dict)
    brought: dict[str, Any] = field(default_factory=dict)
    """What loading put into CKAN's options, which forget it after each test."""
    app: Any = None
    uploads: str = ""
    """The folder whose files the application shows as they are."""
    app_began_with: Options = field(default_factory=dict)


_loads = 0
_kept = Kept()


def watch() -> None:
    """Count from now on how often plugins are loaded and unloaded, by whomever."""
    core: Any = sys.modules["ckan.plugins.core"]
    update = core.plugins_update

    def counted() -> None:
        global _loads
        _loads += 1
        update()

    core.plugins_update = counted


def plugins() -> None:
    """Load the plugins that the options name, unless they are as they were."""
    global _kept
    before = dict(tk.config)
    if _kept.loads == _loads and _kept.began_with == _relevant(before):
        tk.config.update(_kept.brought)
        _refresh()
        return
    p.load_all()
    _kept = Kept(_loads, _relevant(before), _changed(before))


def app() -> Any:
    """An application for the plugins that are loaded, with a client that has no cookies yet."""
    before = dict(tk.config)
    if _kept.app is None or _kept.loads != _loads or _kept.app_began_with != _relevant(before):
        made = _get_test_app()
        _kept.app, _kept.app_began_with = made.app, _relevant(before)
        _kept.loads, _kept.uploads = _loads, _uploads()
        _kept.brought.update(_changed(before))
        return made
    tk.config["testing"] = True
    flask_app = _kept.app._wsgi_app
    others = [each for each in flask_app.static_folder if each != _kept.uploads]
    _kept.uploads = _uploads()
    flask_app.static_folder = [*others, *filter(None, [_kept.uploads])]
    return CKANTestApp(_kept.app)


def _uploads() -> str:
    folder = tk.config.get("ckan.storage_path")
    return str(Path(folder) / "storage") if folder else ""


def _relevant(options: dict[str, Any]) -> Options:
    return {key: repr(value) for key, value in options.items() if key not in AT_ANY_TIME}


def _changed(before: dict[str, Any]) -> dict[str, Any]:
    nothing = object()
    return {
        key: value
        for key, value in tk.config.items()
        if key not in AT_ANY_TIME and before.get(key, nothing) != value
    }


def _refresh() -> None:
    """What CKAN keeps of options that change at any time."""
    app_globals._CONFIG_CACHE.clear()
    app_globals.app_globals._init()
    if importlib.util.find_spec("ckan.lib.files"):  # CKAN 2.12
        files = importlib.import_module("ckan.lib.files")
        files.storages.reset()
        files.storages.collect()
