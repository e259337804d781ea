"""Which content types this portal has, and what its packages and paths are called."""
from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ckan.exceptions import CkanConfigurationException
from ckan.plugins import PluginImplementations

from ckanext.promote import config
from ckanext.promote.content.app import APP
from ckanext.promote.content.description import ContentType
from ckanext.promote.content.event import EVENT
from ckanext.promote.content.material import MATERIAL
from ckanext.promote.content.news import NEWS
from ckanext.promote.content.presentation import PRESENTATION
from ckanext.promote.content.story import STORY
from ckanext.promote.content.study import STUDY
from ckanext.promote.content.tool import TOOL
from ckanext.promote.interfaces import IPromote

BUILT_IN: tuple[ContentType, ...] = (
    STORY, APP, TOOL, NEWS, EVENT, PRESENTATION, STUDY, MATERIAL,
)  # fmt: skip

PACKAGE_TYPE = re.compile(r"[a-z][a-z0-9_-]{1,99}")
PATH = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
IMPACT = "impact"
"""The entry of the header that is no type's."""
INTO_INI = "Write this into your ckan.ini"


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
    :raises WrongTypes: with the line for ckan.ini that mends all clashes of this kind
    """
    clashes = [
        f"the package type {active.package_type!r} belongs to {taken[active.package_type]}"
        for active in active_types()
        if active.package_type in taken
    ]
    what_to_do = f"{INTO_INI}, and run `ckan promote attach` if there are contents"
    # CKAN puts the pages of a package type under a path of its name: that is taken with it.
    _refuse_clashes(clashes, what_to_do, taken_types=taken, taken_paths=taken)


def refuse_taken_paths(rules: Iterable[tuple[str, str]]) -> None:
    """Refuse paths under which other pages lie.

    :param rules: rule and endpoint of every route of the application
    :raises WrongTypes: with the line for ckan.ini that mends all clashes of this kind
    """
    types = {active.path: active.package_type for active in active_types()}
    taken: dict[str, str] = {}
    for rule, endpoint in rules:
        path = rule.split("/")[1]
        if endpoint.partition(".")[0] != types.get(path):
            taken.setdefault(path, endpoint)
    clashes = [f"the path /{path} belongs to {taken[path]}" for path in types if path in taken]
    _refuse_clashes(clashes, INTO_INI, taken_types=(), taken_paths=taken)


def refuse_unknown_entries(entries: Iterable[str], others: Iterable[str]) -> None:
    """Refuse entries of the header that nobody knows; what is off is known.

    :param others: entries that are not of the contents
    :raises WrongTypes: with the entries that there are
    """
    active = [each.key for each in active_types()]
    known = [*dict.fromkeys([*(each.name for each in BUILT_IN), *active]), IMPACT, *others]
    unknown = next((each for each in entries if each not in known), None)
    if unknown is not None:
        raise WrongTypes(
            f"ckanext.promote.menu: there is no entry {unknown!r}. Known: {', '.join(known)}."
        )


def _refuse_clashes(
    clashes: list[str],
    what_to_do: str,
    taken_types: Collection[str],
    taken_paths: Collection[str],
) -> None:
    if clashes:
        sentence = " and ".join(clashes)
        line = _line_without_clashes(taken_types, taken_paths)
        raise WrongTypes(
            f"{sentence[0].upper()}{sentence[1:]}. {what_to_do}: ckanext.promote.types = {line}"
        )


def _line_without_clashes(taken_types: Collection[str], taken_paths: Collection[str]) -> str:
    """The option's value: all types as they are configured, but for what is taken.

    Other plugins' types are on without being named; they are here when they get another name.
    """
    types = active_types()
    configured = {entry.partition(":")[0]: entry for entry in config.types()}
    used_types = {*taken_types, *(active.package_type for active in types)}
    used_paths = {*taken_paths, *(active.path for active in types)}
    entries = []
    for active in types:
        package_type, path = active.package_type, active.path
        if package_type in taken_types:
            package_type = _free(f"promote_{active.key}", "_", used_types)
        if path in taken_paths:
            path = _free(f"promote-{active.key.replace('_', '-')}", "-", used_paths)
        if (package_type, path) != (active.package_type, active.path):
            entries.append(f"{active.key}:{package_type}:{path}")
        elif active.key in configured:
            entries.append(configured[active.key])
    return " ".join(entries)


def _free(base: str, separator: str, used: set[str]) -> str:
    """The name, or the name with the first free number from 2; it counts as used from now on."""
    name, number = base, 2
    while name in used:
        name, number = f"{base}{separator}{number}", number + 1
    used.add(name)
    return name


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
