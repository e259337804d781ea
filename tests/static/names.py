"""Names that CKAN, the database or an operator sees: prefixed, declared, and nobody else's."""
from __future__ import annotations

import ast
import re
from fnmatch import fnmatch

import yaml

from tests.static.package import File, Files, calls, dotted, literal

PREFIX = "ckanext.promote."
DECLARED = "config_declaration.yaml"
NAMED_BY_THE_TYPE = ("content/routes.py",)
"""Where blueprints carry the name of a package type: CKAN looks them up by it."""
FOREIGN = re.compile(r"\bCEDN\b|Escuadr[oó]n|datos\.gob", re.IGNORECASE)
"""Bodies of one country: the policy profile and the demonstration name them, nothing else."""
OF_THE_COUNTRY = ("policies/*", "portal/demo/*", "i18n/*")


def public_names(files: Files) -> list[str]:
    """Helpers, validators, tables, blueprints and option names without our prefix."""
    return (
        _published_functions(files) + _tables(files) + _blueprints(files) + _migrated_tables(files)
    )


def _published_functions(files: Files) -> list[str]:
    return [
        file.at(function, f"{function.name} is published to CKAN: call it promote_... or _...")
        for file in files.matching("*/helpers.py", "*/validators.py")
        for function in file.functions()
        if not function.name.startswith("promote_")
    ]


def _tables(files: Files) -> list[str]:
    found: list[str] = []
    for file in files.matching("*/model.py"):
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Assign) and dotted(node.targets[0]) == "__tablename__":
                name = literal(node.value) or ""
                if not name.startswith("promote_"):
                    found.append(file.at(node, f"the table {name!r} has to begin with promote_"))
    return found


def _migrated_tables(files: Files) -> list[str]:
    return [
        file.at(call, "a table of ours begins with promote_")
        for file in files.matching("migration/*/versions/*.py")
        for call in calls(file.tree)
        if dotted(call).endswith(".create_table")
        and not (literal(call.args[0]) or "").startswith("promote_")
    ]


def _blueprints(files: Files) -> list[str]:
    return [
        file.at(call, "the name of a blueprint begins with promote_")
        for file in files.matching("*.py")
        for call in calls(file.tree)
        if dotted(call).endswith("Blueprint")
        and file.path not in NAMED_BY_THE_TYPE
        and not (call.args and (literal(call.args[0]) or "").startswith("promote"))
    ]


def options(files: Files) -> list[str]:
    """Options that are read but not declared, declared but not read, or not described."""
    used = _used_options(files)
    declared = _declared_options(files)
    found = [
        file.at(node, f"{name} is not declared in {DECLARED}")
        for name, file, node in used
        if not any(fnmatch(_open(each), name) for each in declared)
    ]
    found += [
        file.at(node, f"{name} is read in config.py, which knows its type: use that")
        for name, file, node in used
        if file.path != "config.py"
    ]
    names = {name for name, _, _ in used}
    for key, option in declared.items():
        if key.startswith(PREFIX) and not any(fnmatch(_open(key), name) for name in names):
            found.append(f"{DECLARED}: {key} is read nowhere")
        if not str(option.get("description") or "").strip():
            found.append(f"{DECLARED}: {key} has no description")
    return found


def _open(key: str) -> str:
    """A declared key with its ``<parts>`` as asterisks."""
    return re.sub(r"<[^>]+>", "*", key)


def _declared_options(files: Files) -> dict[str, dict[str, str]]:
    file = files.get(DECLARED)
    groups = yaml.safe_load(file.text)["groups"] if file else []
    return {option["key"]: option for group in groups for option in group["options"]}


def _used_options(files: Files) -> list[tuple[str, File, ast.AST]]:
    """Names of our options wherever ``tk.config`` is asked for one; parts that vary are ``*``."""
    used: list[tuple[str, File, ast.AST]] = []
    for file in files.matching("*.py"):
        constants = {
            node.targets[0].id: value
            for node in file.tree.body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and (value := literal(node.value)) is not None
        }
        for node in ast.walk(file.tree):
            key: ast.expr | None = None
            if isinstance(node, ast.Subscript) and dotted(node.value) == "tk.config":
                key = node.slice
            elif isinstance(node, ast.Call) and dotted(node) == "tk.config.get":
                key = node.args[0]
            name = _pattern(key, constants) if key is not None else ""
            if name.startswith(PREFIX):
                used.append((name, file, node))
    return used


def _pattern(node: ast.expr, constants: dict[str, str]) -> str:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _pattern(node.left, constants) + _pattern(node.right, constants)
    if isinstance(node, ast.JoinedStr):
        return "".join(_pattern(part, constants) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return _pattern(node.value, constants)
    if isinstance(node, ast.Name):
        return constants.get(node.id, "*")
    return literal(node) or "*"


def names_of_a_country(files: Files) -> list[str]:
    """Names of bodies that belong into a policy profile."""
    excepted = {file.path for file in files.matching(*OF_THE_COUNTRY)}
    return [
        file.at(number, f"{match.group()}: such names belong into a policy profile")
        for file in files.matching("*")
        if file.path not in excepted
        for number, line in enumerate(file.lines, 1)
        if (match := FOREIGN.search(line))
    ]
