"""Every page and every reading action of ours with its arguments, so that a test can walk all."""
from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import ckan.plugins as p
from werkzeug.routing import Rule

Arguments = Mapping[str, Sequence[Mapping[str, str]]]
"""By endpoint, or by blueprint: the arguments of its paths, as many sets as there are."""


def rules(app: Any, method: str = "GET") -> list[Rule]:
    """The routes of ours that take a method."""
    flask_app = app.flask_app
    return [
        rule for rule in flask_app.url_map.iter_rules()
        if flask_app.view_functions[rule.endpoint].__module__.startswith("ckanext.promote.")
        and method in rule.methods
    ]  # fmt: skip


def paths(app: Any, arguments: Arguments, method: str = "GET") -> dict[str, str]:
    """The paths of all routes of ours, with their endpoints.

    :raises LookupError: for a route whose arguments nobody gave
    """
    urls = app.flask_app.url_map.bind("localhost")
    found: dict[str, str] = {}
    for rule in rules(app, method):
        for values in _arguments_of(rule, arguments):
            path = urls.build(rule.endpoint, {**(rule.defaults or {}), **values}, method=method)
            found[path] = rule.endpoint
    return found


def _arguments_of(rule: Rule, arguments: Arguments) -> Iterator[dict[str, str]]:
    names = set(rule.arguments) - set(rule.defaults or {})
    if not names:
        yield {}
        return
    blueprint = rule.endpoint.partition(".")[0]
    given = arguments.get(rule.endpoint) or arguments.get(blueprint) or ()
    fitting = [each for each in given if names <= set(each)]
    if not fitting:
        raise LookupError(f"{rule.rule} ({rule.endpoint}): nobody says what its arguments are")
    for each in fitting:
        yield {name: each[name] for name in names}


def each_with(one: Mapping[str, str], **more: Sequence[str]) -> list[dict[str, str]]:
    """A set of arguments for every combination of further ones."""
    names = list(more)
    return [
        {**one, **dict(zip(names, values, strict=True))} for values in product(*more.values())
    ]


def actions(*features: str, reading: bool | None = None) -> dict[str, Any]:
    """The actions that the plugin brings under names of its own, by name.

    :param features: only those of these folders
    :param reading: only those that read, or only those that write
    """
    found = p.get_plugin("promote").get_actions()
    return {
        name: do for name, do in sorted(found.items())
        if name.startswith("promote_")
        and (not features or do.__module__.split(".")[2] in features)
        and (reading is None or bool(getattr(do, "side_effect_free", False)) is reading)
    }  # fmt: skip


_SCHEMA = re.compile(r"validated\((?:\w+\.)?schema\.(\w+)|validated\((\w+)\.(\w+)")


def keys_of(do: Any) -> set[str]:
    """What an action takes, as the schema says by which it validates."""
    do = inspect.unwrap(do)
    named = _SCHEMA.search(inspect.getsource(do))
    if named is None:
        raise LookupError(f"{do.__name__} names no schema")
    make = getattr(do.__globals__["schema"], named[1] or named[3])
    return set(make())
