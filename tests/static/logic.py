"""What every action and every auth function of ours has to have."""
from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.static.package import (
    File,
    Files,
    calls,
    ckan_folder,
    decorators,
    dotted,
    imported,
    literal,
)

FIRST_LINE = 80
READING = frozenset({"count", "history", "list", "show", "statistics", "suggest"})
"""Last words of the actions that change nothing; every other action changes something."""
EMPTY_VERBS = frozenset({"do", "handle", "manage", "process"})
CHECKS_THE_USER = frozenset({"acting_user_id", "check_access", "user_of", "viewer_of"})
OPEN = "Everybody"
"""How the docstring of an auth function begins that asks for no user."""

_PARAM = re.compile(r"^\s*:param (\w+):", re.MULTILINE)
_RETURNS = re.compile(r"^\s*:returns:", re.MULTILINE)


def auth_twins(files: Files) -> list[str]:
    """An action without an auth function of its name in its feature, and the other way round."""
    found: list[str] = []
    for action, auth in (("action", "auth"), ("auth", "action")):
        for file in files.matching(f"*/{action}.py"):
            twin = files.get(f"{file.feature}/{auth}.py")
            names = {function.name for function in twin.functions()} if twin else set()
            found += [
                file.at(function, f"{function.name} has no function of its name in {auth}.py")
                for function in file.functions()
                if function.name not in names
            ]
    return found


def action_names(files: Files) -> list[str]:
    """Actions that are not called ``promote_<noun>_<verb>``."""
    found: list[str] = []
    for file in files.matching("*/action.py"):
        for function in file.functions():
            words = function.name.split("_")
            if words[0] != "promote" or len(words) < 3:
                found.append(file.at(function, f"{function.name}: promote_<noun>_<verb>, please"))
            elif words[-1] in EMPTY_VERBS:
                found.append(file.at(function, f"{function.name}: say what it does"))
    return found


def access_checks(files: Files) -> list[str]:
    """Actions that may return without ``tk.check_access("<own name>", ...)``."""
    return [
        file.at(function, f'call tk.check_access("{function.name}", ...) before any return')
        for file in files.matching("*/action.py")
        for function in file.functions()
        if not _checks_access(function)
    ]


def _checks_access(function: ast.FunctionDef) -> bool:
    for statement in _always_run(function.body):
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            call = statement.value
            if dotted(call) == "tk.check_access" and literal(call.args[0]) == function.name:
                return True
        if any(isinstance(each, ast.Return) for each in ast.walk(statement)):
            return False
    return False


def _always_run(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that run on every way through, those of ``with`` and ``try`` one by one."""
    for statement in body:
        if isinstance(statement, (ast.With, ast.Try)):
            yield from _always_run(statement.body)
        else:
            yield statement


def reading_actions(files: Files) -> list[str]:
    """Actions that only read without ``@tk.side_effect_free``, and others that have it."""
    found: list[str] = []
    for file in files.matching("*/action.py"):
        for function in file.functions():
            reads = function.name.rpartition("_")[2] in READING
            marked = "tk.side_effect_free" in decorators(function)
            if reads != marked:
                verb = "needs" if reads else "changes something and must not have"
                found.append(file.at(function, f"{function.name} {verb} @tk.side_effect_free"))
    return found


def action_docstrings(files: Files) -> list[str]:
    """Docstrings of actions that leave out a parameter of the schema, or what is returned."""
    found: list[str] = []
    for file in files.matching("*/action.py"):
        for function in file.functions():
            text = ast.get_docstring(function) or ""
            if not text:
                found.append(file.at(function, f"{function.name} has no docstring"))
                continue
            if len(text.splitlines()[0]) > FIRST_LINE:
                found.append(
                    file.at(function, f"{function.name}: first line longer than {FIRST_LINE}")
                )
            if not _RETURNS.search(text):
                found.append(file.at(function, f"{function.name}: say what it :returns:"))
            keys = schema_keys(files, file, function)
            if keys is not None and keys != set(_PARAM.findall(text)):
                names = ", ".join(sorted(keys ^ set(_PARAM.findall(text))))
                found.append(
                    file.at(function, f"{function.name}: :param and schema differ: {names}")
                )
    return found


def schema_keys(files: Files, file: File, function: ast.FunctionDef) -> set[str] | None:
    """The keys of the schema that an action names, None when it names none."""
    meaning = imported(file)
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = files.modules.get(meaning.get(node.value.id, ""))
            if module is not None and module.stem == "schema":
                return _keys_of(files, module, node.attr)
    return None


def _keys_of(files: Files, file: File, name: str) -> set[str]:
    """The keys of the dict that a schema function returns."""
    function = next((each for each in file.functions() if each.name == name), None)
    if function is None:
        target = imported(file).get(name, "").rpartition(".")
        module = files.modules.get(target[0])
        return _keys_of(files, module, target[2]) if module else set()
    keys: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            keys |= _keys_in(files, file, node.value)
        elif isinstance(node, ast.Assign):
            keys |= _keys_in(files, file, node.value)
            keys |= {
                key
                for target in node.targets
                if isinstance(target, ast.Subscript) and (key := literal(target.slice))
            }
    return {key for key in keys if not key.startswith("__")}


def _keys_in(files: Files, file: File, node: ast.expr) -> set[str]:
    if isinstance(node, ast.Dict):
        spread = [v for k, v in zip(node.keys, node.values, strict=True) if k is None]
        inner = (_keys_in(files, file, value) for value in spread)
        return {key for each in node.keys if (key := literal(each))}.union(*inner)
    if isinstance(node, ast.BinOp):
        return _keys_in(files, file, node.left) | _keys_in(files, file, node.right)
    if isinstance(node, ast.Call):
        inner = (_keys_in(files, file, argument) for argument in node.args)
        return _keys_of(files, file, dotted(node)).union(*inner)
    return set()


def auth_functions(files: Files) -> list[str]:
    """Auth functions that leave the question who asks to CKAN, or to nobody."""
    found: list[str] = []
    for file in files.matching("*/auth.py", "*/core_auth.py"):
        for function in file.functions():
            if "tk.auth_allow_anonymous_access" not in decorators(function):
                found.append(
                    file.at(function, f"{function.name} needs @tk.auth_allow_anonymous_access")
                )
            text = ast.get_docstring(function) or ""
            if not text.startswith(OPEN) and not _asks_for_the_user(files, file, function):
                found.append(
                    file.at(function, f'{function.name} asks for no user: "{OPEN}" begins its text')
                )
    return found


def _asks_for_the_user(files: Files, file: File, function: ast.FunctionDef) -> bool:
    """Whether it, or a function of ours that it calls, looks at who acts."""
    waiting, seen = [(file, function)], {(file.path, function.name)}
    while waiting:
        file, function = waiting.pop()
        for call in calls(function):
            name = dotted(call)
            if name.rpartition(".")[2] in CHECKS_THE_USER:
                return True
            called = _function(files, file, name)
            if called and (called[0].path, called[1].name) not in seen:
                seen.add((called[0].path, called[1].name))
                waiting.append(called)
    return False


def _function(files: Files, file: File, name: str) -> tuple[File, ast.FunctionDef] | None:
    """The function of ours that a dotted name means in a file."""
    head, _, rest = name.partition(".")
    meant = imported(file).get(head, f"{file.module}.{head}") + (f".{rest}" if rest else "")
    module, _, last = meant.rpartition(".")
    target = files.modules.get(module)
    for node in target.tree.body if target else ():
        if isinstance(node, ast.FunctionDef) and node.name == last and target:
            return target, node
    return None


def chained_functions(files: Files) -> list[str]:
    """Chained functions that lose what CKAN says of the function below: a chain copies nothing."""
    found: list[str] = []
    for kind, decorator, kept in (
        ("action", "tk.chained_action", "side_effect_free"),
        ("auth", "tk.chained_auth_function", "auth_sysadmins_check"),
    ):
        core = core_functions(kind)
        for file in files.matching(f"*/core_{kind}.py"):
            for function in file.functions():
                own = decorators(function)
                if function.name not in core:
                    found.append(file.at(function, f"CKAN has no {kind} called {function.name}"))
                elif decorator not in own:
                    found.append(file.at(function, f"{function.name} needs @{decorator}"))
                elif kept in core[function.name] and f"tk.{kept}" not in own:
                    found.append(file.at(function, f"{function.name} needs @tk.{kept}, as in CKAN"))
                elif "tk.side_effect_free" in own and kept not in core[function.name]:
                    found.append(file.at(function, f"{function.name} is none that a GET may call"))
    return found


def core_functions(kind: str) -> dict[str, set[str]]:
    """CKAN's actions or auth functions with their decorators, from its source."""
    core: dict[str, set[str]] = {}
    for path in sorted((ckan_folder() / "logic" / kind).glob("*.py")):
        for function in File(path.name, path.read_text("utf-8")).functions():
            names = {each.rpartition(".")[2] for each in decorators(function)}
            if path.name == "get.py":
                names.add("side_effect_free")  # CKAN sets it on every action of this file
            core[function.name] = names
    return core
