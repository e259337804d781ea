"""Which module may import which: the arrows of the design, as a checker of imports.

Imports under ``TYPE_CHECKING`` and inside functions count like any other.
"""
from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from tests.static.package import NAME, File, Files, dotted

LEVELS = {
    **dict.fromkeys(("__init__", "config", "interfaces", "base"), 0),
    "people": 1,
    "threads": 2,
    **dict.fromkeys(("content", "feedback", "planning"), 3),
    **dict.fromkeys(("dashboards", "compliance", "notifications"), 4),
    **dict.fromkeys(("plugin", "features", "cli", "importers", "portal"), 5),
}
READ_BY_SIBLINGS = ("model", "queries")
"""What features of level 4 may read of each other; those of level 3 meet elsewhere."""
STARTS_NOTIFICATIONS = ("plugin", "cli")
"""Who may import the notifications: their tables join the metadata, their sender is a command."""

RANKS = {
    **dict.fromkeys(("rules", "clock", "description"), 0),
    "model": 1,
    "queries": 2,
    **dict.fromkeys(("schema", "auth", "core_auth"), 3),
    **dict.fromkeys(("action", "core_action"), 4),
    **dict.fromkeys(("views", "helpers"), 5),
}
"""The order inside a feature; ``review_action`` has the place of ``action``. Files of other names
have no place of their own in it."""

PURE = ("rules", "clock", "description")
IMPURE = ("ckan", "ckantoolkit", "sqlalchemy")
KEPT_FROM = {"views": ("model", "queries"), "helpers": ("model",)}
DATABASE = ("ckan.model", "sqlalchemy")


def role(stem: str) -> str:
    """What a file is by its name: ``review_action`` has the place of ``action``."""
    last = stem.rpartition("_")[2]
    return last if stem not in RANKS and last in RANKS else stem


_REASON = re.compile(r"#\s*noqa:[^#]*\bPLC0415\b[^#]*-- \S")
_DYNAMIC = ("import_module", "importlib.import_module", "__import__")


@dataclass(frozen=True)
class Import:
    """One imported name, and the statement that imports it."""

    target: str
    node: ast.stmt

    @property
    def parts(self) -> tuple[str, str]:
        """Feature and file of a target of ours; twice nothing for others."""
        before, _, rest = self.target.partition(NAME)
        if before or rest[:1] not in ("", "."):
            return "", ""
        feature, _, rest = rest[1:].partition(".")
        stem = rest.partition(".")[0]
        return (feature if stem or feature in LEVELS else "__init__"), stem

    @property
    def is_impure(self) -> bool:
        """Whether it is CKAN or SQLAlchemy."""
        return self.target.partition(".")[0] in IMPURE


def imports(file: File) -> Iterator[Import]:
    """Everything that a file imports, wherever it does.

    interfaces.py names what other extensions bring, for type checkers alone: that is no arrow.
    """
    unseen = _for_type_checkers(file) if file.feature == "interfaces" else set()
    for node in ast.walk(file.tree):
        if node in unseen:
            continue
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (Import(f"{node.module}.{alias.name}", node) for alias in node.names)


def _for_type_checkers(file: File) -> set[ast.AST]:
    blocks = (node for node in ast.walk(file.tree) if isinstance(node, ast.If))
    return {
        inner
        for block in blocks
        if dotted(block.test) == "TYPE_CHECKING"
        for inner in ast.walk(block)
    }


def wrong_arrows(files: Files) -> list[str]:
    """Every import that points up, sideways, or at what its file has to do without."""
    found: list[str] = []
    for file in files.modules.values():
        found += _hidden_imports(file)
        if file.feature == "migration":
            found += [
                file.at(each.node, f"a migration has its own tables, not {each.target}")
                for each in imports(file)
                if each.parts[0]
            ]
        elif file.feature not in LEVELS:
            found.append(file.at(1, f"{file.feature} has no level: give it one in LEVELS"))
        else:
            messages = ((each, _wrong(file, each)) for each in imports(file))
            found += [file.at(each.node, message) for each, message in messages if message]
    return found + _impure(files) + _detours(files) + _cycles(files)


def _wrong(file: File, each: Import) -> str:
    feature, stem = each.parts
    if not feature:
        wants_database = role(file.stem) == "views" and each.target.startswith(DATABASE)
        return f"views get dicts from actions, not {each.target}" if wants_database else ""
    if feature != file.feature:
        level, other = LEVELS[file.feature], LEVELS.get(feature, 6)
        if other > level:
            return f"{file.feature} (level {level}) imports {feature} (level {other})"
        if other == level == 3:
            return f"{file.feature} imports {feature}: they meet in base.subject and get_action"
        if other == level == 4 and stem not in READ_BY_SIBLINGS:
            return f"{file.feature} reads model and queries of {feature}, not {stem or 'it'}"
        if feature == "notifications" and file.feature not in STARTS_NOTIFICATIONS:
            return "notifications are made from events: nobody imports them"
    if stem in KEPT_FROM.get(role(file.stem), ()):
        return f"{file.stem} get dicts from actions, not {each.target}"
    if RANKS.get(role(stem), 0) > RANKS.get(role(file.stem), 5):
        return f"{file.stem} imports {stem}, which comes after it"
    return ""


def _hidden_imports(file: File) -> list[str]:
    """Imports inside functions without a reason, relative ones, and those that no tool sees."""
    found: list[str] = []
    for node in ast.walk(file.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for inner in ast.walk(node):
                if isinstance(inner, (ast.Import, ast.ImportFrom)):
                    lines = file.lines[inner.lineno - 1 : inner.end_lineno]
                    if not any(_REASON.search(line) for line in lines):
                        found.append(
                            file.at(inner, "import inside a function: say why, PLC0415 -- reason")
                        )
        elif isinstance(node, ast.ImportFrom) and node.level:
            found.append(file.at(node, "relative import: write the whole path"))
        elif isinstance(node, ast.Call) and dotted(node) in _DYNAMIC and file.stem != "features":
            found.append(file.at(node, "imports by name are for features.py: no tool sees them"))
    return list(dict.fromkeys(found))


def graph(files: Files) -> dict[str, set[str]]:
    """For each module of ours the modules of ours that it imports."""
    known = files.modules
    return {
        name: {target for each in imports(file) if (target := _known(each.target, known))}
        for name, file in known.items()
    }


def _known(target: str, known: dict[str, File]) -> str:
    for name in (target, target.rpartition(".")[0]):
        if name in known and name != NAME:
            return name
    return ""


def _reached(start: str, edges: dict[str, set[str]], through: dict[str, File]) -> dict[str, str]:
    """Modules that one leads to by way of ``through``, each with the one that imports it."""
    came_from: dict[str, str] = {}
    waiting = [start]
    while waiting:
        module = waiting.pop()
        for target in sorted(edges[module] - came_from.keys()):
            came_from[target] = module
            if target in through:
                waiting.append(target)
    return came_from


def _impure(files: Files) -> list[str]:
    """CKAN or SQLAlchemy in a pure module, or in anything that it imports."""
    edges, found = graph(files), []
    for name, file in files.modules.items():
        if role(file.stem) not in PURE:
            continue
        for reached in (name, *_reached(name, edges, files.modules)):
            found += [
                file.at(each.node if reached == name else 1, f"{reached} imports {each.target}")
                for each in imports(files.modules[reached])
                if each.is_impure
            ]
    return found


def _detours(files: Files) -> list[str]:
    """Files that reach one which comes after them by way of files without a rank."""
    edges, found = graph(files), []
    unranked = {name: file for name, file in files.modules.items() if role(file.stem) not in RANKS}
    for name, file in files.modules.items():
        if role(file.stem) not in RANKS:
            continue
        for target, via in _reached(name, edges, unranked).items():
            reached = RANKS.get(role(files.modules[target].stem), 0)
            if via != name and reached > RANKS[role(file.stem)]:
                found.append(file.at(1, f"{file.stem} reaches {target} through {via}"))
    return found


def _cycles(files: Files) -> list[str]:
    try:
        TopologicalSorter(graph(files)).prepare()
    except CycleError as err:
        return ["a circle of imports: " + " -> ".join(reversed(err.args[1]))]
    return []
