"""The features of the plugin, and how a layer is gathered from all of them.

A feature is a folder. What CKAN has to know of it lies in files of fixed names: ``action.py``,
``auth.py``, ``helpers.py``, ``validators.py``, ``views.py`` and so on, or ``review_action.py``
where one file would be too long. ``collect`` puts the files of one layer together; a function that
two of them define is an error at start.
"""
from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

from flask import Blueprint

from ckanext.promote import config

ALWAYS = ("base", "people")
FEATURES = ("threads", "content", "feedback")
"""Features that the option ``ckanext.promote.features`` can leave out, lowest layer first."""

ALL = ALWAYS + FEATURES

PACKAGE = __name__.rpartition(".")[0]


class NameTwice(RuntimeError):
    """Two features define the same public name."""


def active() -> tuple[str, ...]:
    """The features that are on: the fixed ones, then those of the option, lowest layer first."""
    wanted = config.features()
    return ALWAYS + tuple(name for name in FEATURES if name in wanted)


def layer_modules(layer: str, features: tuple[str, ...] | None = None) -> list[ModuleType]:
    """The modules called ``layer`` or ``<something>_layer`` of the given features (of all)."""
    found = []
    for feature in features or ALL:
        folder = import_module(f"{PACKAGE}.{feature}")
        names = sorted(each.name for each in pkgutil.iter_modules(folder.__path__))
        found += [
            import_module(f"{PACKAGE}.{feature}.{name}")
            for name in names
            if name == layer or (name.endswith(f"_{layer}") and name.partition("_")[0] != "core")
        ]
    return found


def collect(
    *layers: str, features: tuple[str, ...] | None = None
) -> dict[str, Callable[..., Any]]:
    """Public functions of every ``<layer>.py`` of the given features (the active ones), by name.

    :raises NameTwice: when two modules define one name
    """
    found: dict[str, Callable[..., Any]] = {}
    for layer in layers:
        for module in layer_modules(layer, features or active()):
            for name, function in _own_functions(module):
                if name in found:
                    raise NameTwice(
                        f"{name} is defined by {found[name].__module__} and by {module.__name__}"
                    )
                found[name] = function
    return found


def blueprints() -> list[Blueprint]:
    """The blueprint ``bp`` of every active feature that has views."""
    return [module.bp for module in layer_modules("views", active()) if hasattr(module, "bp")]


def _own_functions(module: ModuleType) -> list[tuple[str, Callable[..., Any]]]:
    return [
        (name, function)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    ]
