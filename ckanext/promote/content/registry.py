"""Which content types this portal has, and what its packages and paths are called."""
from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ckan.exceptions import CkanConfigurationException
from ckan.plugins import PluginImplementations

from ckanext.promote import config
from ckanext.promote.content.app import APP
from ckanext.promote.content.description import ContentType
from ckanext.promote.content.news import NEWS
from ckanext.promote.content.story import STORY
from ckanext.promote.content.tool import TOOL
from ckanext.promote.interfaces import IPromote

BUILT_IN: tuple[ContentType, ...] = (STORY, APP, TOOL, NEWS)

PACKAGE_TYPE = re.compile(r"[a-z][a-z0-9_-]{1,99}")
PATH = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


class WrongTypes(CkanConfigurationException):
    """The option ``ckanext.promote.types``, or a plugin's types, cannot work. One sentence."""


@dataclass(frozen=True)
class ActiveType:
    """A type that is on: its declaration, and what it is called on this portal."""

    declaration: ContentType
    package_type: str
    path: str

    @property
    def key(self) -> str:
        """The name in options and in our actions."""
        return self.declaration.name


def active_types() -> tuple[ActiveType, ...]:
    """The types that are on, in the order of the menu: the option's, then other plugins'."""
    brought = tuple(
        declaration
        for plugin in PluginImplementations(IPromote)
        for declaration in plugin.promote_content_types()
    )
    return _resolve(tuple(config.types()), brought)


def by_key(key: object) -> ActiveType | None:
    """The type with this key or package type."""
    return next((t for t in active_types() if key in (t.key, t.package_type)), None)


def by_package_type(package_type: object) -> ActiveType | None:
    """The type whose packages are called so; None for datasets and everything that is not ours."""
    return next((t for t in active_types() if t.package_type == package_type), None)


def of_package(package_type: str) -> ActiveType:
    """The type of a package that is known to be ours.

    :raises LookupError: when it is not
    """
    active = by_package_type(package_type)
    if active is None:
        raise LookupError(package_type)
    return active


def package_types() -> list[str]:
    """The package types of the contents."""
    return [t.package_type for t in active_types()]


def refuse_taken(taken: Mapping[str, str]) -> None:
    """Refuse package types that another plugin has.

    :param taken: the other plugin by package type
    :raises WrongTypes: with what to write into the option
    """
    for active in active_types():
        if active.package_type in taken:
            raise WrongTypes(
                f"The package type {active.package_type!r} belongs to "
                f"{taken[active.package_type]}. Give ours another name: "
                f"ckanext.promote.types = ... {active.key}:promote_{active.key}:{active.path} ..."
            )


def refuse_taken_paths(rules: Iterable[tuple[str, str]]) -> None:
    """Refuse paths under which other pages lie.

    :param rules: rule and endpoint of every route of the application
    :raises WrongTypes: with what to write into the option
    """
    by_path = {active.path: active for active in active_types()}
    for rule, endpoint in rules:
        active = by_path.get(rule.split("/")[1])
        if active and endpoint.partition(".")[0] != active.package_type:
            raise WrongTypes(
                f"The path /{active.path} belongs to {endpoint}. Give ours another: "
                f"ckanext.promote.types = ... {active.key}:{active.package_type}:my-path ..."
            )


@lru_cache(maxsize=8)
def _resolve(
    wanted: tuple[str, ...], brought: tuple[ContentType, ...]
) -> tuple[ActiveType, ...]:
    known: dict[str, ContentType] = {}
    for declaration in (*BUILT_IN, *brought):
        if declaration.name in known:
            raise WrongTypes(f"Two content types are called {declaration.name!r}. Rename one.")
        known[declaration.name] = declaration
    named = [_parse(entry, known) for entry in wanted]
    keys = {active.key for active in named}
    rest = [
        ActiveType(declaration, declaration.name, declaration.name)
        for declaration in brought
        if declaration.name not in keys
    ]
    found = (*named, *rest)
    _refuse_twice("package type", [active.package_type for active in found])
    _refuse_twice("path", [active.path for active in found])
    return found


def _parse(entry: str, known: dict[str, ContentType]) -> ActiveType:
    key, _, rest = entry.partition(":")
    package_type, _, path = rest.partition(":")
    package_type = package_type or key
    path = path or package_type
    if key not in known:
        raise WrongTypes(
            f"ckanext.promote.types: there is no content type {key!r}. Known: "
            f"{', '.join(known)}."
        )
    if not PACKAGE_TYPE.fullmatch(package_type) or package_type == "dataset":
        raise WrongTypes(f"ckanext.promote.types: {package_type!r} cannot be a package type.")
    if not PATH.fullmatch(path):
        raise WrongTypes(f"ckanext.promote.types: {path!r} cannot be a path.")
    return ActiveType(known[key], package_type, path)


def _refuse_twice(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise WrongTypes(f"ckanext.promote.types: the {what} {name!r} is there twice.")
        seen.add(name)
