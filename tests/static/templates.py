"""The templates as Jinja reads them: variables, snippets, blocks, helpers, texts.

CKAN's own tags are parsed by a small extension, so that nothing has to be started.
"""
from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from jinja2 import Environment, nodes
from jinja2.ext import Extension
from jinja2.meta import find_undeclared_variables
from jinja2.parser import Parser

from tests.static.package import File, Files, calls, ckan_folder, decorators, dotted, literal

FOLDER = "templates/"
OURS = "promote/"
DYNAMIC = {"promote/form/field.html": "promote/form/"}
"""Templates that choose a snippet by name, and the folder that the choice is limited to."""
GLOBALS = frozenset(
    {"_", "c", "config", "current_user", "g", "gettext", "h", "ngettext", "request", "ungettext"}
)

_HEADER = re.compile(r"\{#-?(?P<text>.*?)-?#\}", re.DOTALL)
_NAMES = r"[a-z_][a-z0-9_]*(?:, [a-z_][a-z0-9_]*)*"
_LINE = re.compile(rf"^({_NAMES}) - \S", re.MULTILINE)
_INLINE = re.compile(rf"(?:^|[.:;] )({_NAMES}) - \S")
_PLACEHOLDER = re.compile(r"%[sd]|%\(\w+\)|\{\d*\}")
_BLOCK = re.compile(r"\{%-?\s*block\s+(\w+)")
_EXTENDS = re.compile(r"\{%-?\s*extends\s+[\"']([^\"']+)[\"']")
_CKAN_EXTENDS = re.compile(r"\{%-?\s*ckan_extends\s*-?%\}")


class CkanTags(Extension):
    """CKAN's tags, parsed like calls: ``{% tag value, name=value %}``."""

    tags = {"asset", "ckan_extends", "link_for", "snippet", "url_for", "url_for_static"}

    def parse(self, parser: Parser) -> nodes.Node:
        """Make one call of it; its name is the tag's."""
        stream = parser.stream
        tag = next(stream)
        arguments: list[nodes.Expr] = []
        named: list[nodes.Keyword] = []
        while stream.current.type != "block_end":
            if arguments or named:
                stream.expect("comma")
            if stream.current.type == "name" and stream.look().type == "assign":
                name = next(stream).value
                next(stream)
                named.append(nodes.Keyword(name, parser.parse_expression(), lineno=tag.lineno))
            else:
                arguments.append(parser.parse_expression())
        call = self.call_method(tag.value, arguments, named, lineno=tag.lineno)
        return nodes.Output([call], lineno=tag.lineno)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """An environment that parses what CKAN's does."""
    made = Environment(  # noqa: S701 -- nothing is rendered
        extensions=[CkanTags, "jinja2.ext.do", "jinja2.ext.i18n", "jinja2.ext.loopcontrols"]
    )
    made.filters["empty_and_escape"] = str
    made.globals.update(dict.fromkeys(GLOBALS))
    return made


def pages(files: Files) -> list[File]:
    """Every template of ours."""
    return files.matching(f"{FOLDER}*.html", f"{FOLDER}*.txt")


def name_of(file: File) -> str:
    """The name under which a template is found."""
    return file.path.removeprefix(FOLDER)


@lru_cache(maxsize=512)
def tree_of(file: File) -> nodes.Template:
    """The parsed template."""
    return environment().parse(file.text)


def listed(file: File) -> set[str] | None:
    """The variables that the comment at the top lists, None without such a comment."""
    header = _HEADER.match(file.text)
    if header is None:
        return None
    text = header["text"].strip()
    lines = _LINE.findall(text.partition("\n\n")[2]) if "\n" in text else _INLINE.findall(text)
    return {name for line in lines for name in line.split(", ")}


def free(file: File) -> set[str]:
    """The variables that whoever renders the template has to give."""
    tree = tree_of(file)
    first: dict[str, bool] = {}
    for name, is_set in _uses(tree):
        first.setdefault(name, is_set)
    # Jinja calls free what is set in one branch, or at the top and used in a block.
    return {name for name in find_undeclared_variables(tree) if not first.get(name)}


def _uses(node: nodes.Node) -> Iterator[tuple[str, bool]]:
    """Names in the order in which they are met, and whether the template sets them there."""
    if isinstance(node, nodes.Assign):
        yield from _uses(node.node)
    if isinstance(node, (nodes.Assign, nodes.AssignBlock)):
        targets = [node.target, *node.target.find_all(nodes.Name)]
        yield from ((each.name, True) for each in targets if isinstance(each, nodes.Name))
    elif isinstance(node, nodes.Macro):
        yield node.name, True
    elif isinstance(node, nodes.Name) and node.ctx == "load":
        yield node.name, False
    for child in node.iter_child_nodes(exclude=("target",)):
        yield from _uses(child)


def headers(files: Files) -> list[str]:
    """Templates without a comment at the top, or whose comment lists other variables."""
    found: list[str] = []
    for file in pages(files):
        names = listed(file)
        if names is None:
            found.append(file.at(1, "begin with {# what it is, and its variables #}"))
            continue
        for name in sorted(names ^ free(file)):
            verb = "lists, but does not use," if name in names else "does not list"
            found.append(file.at(1, f"the comment at the top {verb} {name}"))
    return found


def tags(file: File, name: str) -> Iterator[nodes.Call]:
    """The uses of one of CKAN's tags."""
    for call in tree_of(file).find_all(nodes.Call):
        if isinstance(call.node, nodes.ExtensionAttribute) and call.node.name == name:
            yield call


def snippets(files: Files) -> list[str]:
    """Snippets that are not there, or get other variables than their comment lists."""
    found: list[str] = []
    for file in pages(files):
        for call in tags(file, "snippet"):
            given = {keyword.key for keyword in call.kwargs}
            first = call.args[0]
            if isinstance(first, nodes.Const):
                found += _wrong_snippet(files, file, call.lineno, str(first.value), given)
            elif name_of(file) in DYNAMIC:
                found += _wrong_choice(files, file, call.lineno, given)
            else:
                found.append(file.at(call.lineno, "name the snippet, or the folder in DYNAMIC"))
    return found


def _wrong_snippet(files: Files, file: File, line: int, name: str, given: set[str]) -> list[str]:
    target = files.get(FOLDER + name)
    if target is None:
        return [] if _is_ckans(name) else [file.at(line, f"there is no template {name}")]
    different = sorted(given ^ (listed(target) or set()))
    return [
        file.at(line, f"{name} {'has no variable' if each in given else 'is not given'} {each}")
        for each in different
    ]


def _wrong_choice(files: Files, file: File, line: int, given: set[str]) -> list[str]:
    folder = FOLDER + DYNAMIC[name_of(file)]
    return [
        file.at(line, f"{name_of(target)} is not given {name}")
        for target in files.matching(f"{folder}*.html")
        if target != file
        for name in sorted((listed(target) or set()) - given)
    ]


def _is_ckans(name: str) -> bool:
    return not name.startswith(OURS) and (ckan_folder() / "templates" / name).is_file()


def families(files: Files) -> list[str]:
    """Parents that are not there, includes, blocks that no parent shows, pages of CKAN replaced."""
    found: list[str] = []
    for file in pages(files):
        name = name_of(file)
        if not name.startswith(OURS) and not (next(tags(file, "ckan_extends"), None)):
            found.append(file.at(1, "it takes the place of a page of CKAN: use ckan_extends"))
        for node in tree_of(file).find_all((nodes.Include, nodes.Import, nodes.FromImport)):
            parent = node.template.value if isinstance(node.template, nodes.Const) else ""
            if isinstance(node, nodes.Include):
                found.append(file.at(node.lineno, "use snippet, with named variables"))
            elif not _exists(files, parent):
                found.append(file.at(node.lineno, f"there is no template {parent}"))
        found += _lost_blocks(files, file)
    return found


def _exists(files: Files, name: str) -> bool:
    return files.get(FOLDER + name) is not None or _is_ckans(name)


def _lost_blocks(files: Files, file: File) -> list[str]:
    """Blocks beside a parent's: nobody shows them."""
    parents, name, text = [], name_of(file), file.text
    while True:
        extends = _EXTENDS.search(text)
        if extends is None and _CKAN_EXTENDS.search(text) is None:
            break
        is_ckans = extends is None or files.get(FOLDER + extends[1]) is None
        name = extends[1] if extends else name
        if is_ckans and not _is_ckans(name):
            return [file.at(1, f"there is no template {name} to extend")]
        text = (
            (ckan_folder() / "templates" / name).read_text("utf-8")
            if is_ckans
            else files.matching(FOLDER + name)[0].text
        )
        parents.append(text)
    shown = {block for each in parents for block in _BLOCK.findall(each)}
    return [
        file.at(node.lineno, f"no parent has a block {node.name}: it is never shown")
        for node in tree_of(file).body
        if parents and isinstance(node, nodes.Block) and node.name not in shown
    ]


def helpers(files: Files) -> list[str]:
    """Helpers that neither CKAN nor a helpers.py of ours has."""
    known = _core_helpers() | {
        function.name for file in files.matching("*/helpers.py") for function in file.functions()
    }
    found = [
        file.at(node.lineno, f"there is no helper {node.attr}")
        for file in pages(files)
        for node in tree_of(file).find_all(nodes.Getattr)
        if isinstance(node.node, nodes.Name) and node.node.name == "h" and node.attr not in known
    ]
    return found + [
        file.at(node, f"there is no helper {node.attr}")
        for file in files.matching("*.py")
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Attribute)
        and dotted(node.value) == "tk.h"
        and node.attr not in known
    ]


@lru_cache(maxsize=1)
def _core_helpers() -> frozenset[str]:
    """CKAN's helpers, from its source."""
    path = ckan_folder() / "lib" / "helpers.py"
    source = File(path.name, path.read_text("utf-8"))
    marked = {each.name for each in source.functions() if "core_helper" in decorators(each)}
    for call in calls(source.tree):
        if dotted(call) == "core_helper":
            marked.add(dotted(call.args[0]).rpartition(".")[2])
            marked |= {name for keyword in call.keywords if (name := literal(keyword.value))}
    return frozenset(marked)


def renders(files: Files) -> list[str]:
    """Calls of ``tk.render`` that give other variables than the template lists."""
    found: list[str] = []
    for file in files.matching("*.py"):
        for call in calls(file.tree):
            name = literal(call.args[0]) if call.args else None
            if dotted(call) not in ("tk.render", "tk.render_snippet") or name is None:
                continue
            target = files.get(FOLDER + name)
            if target is None:
                found += [] if _is_ckans(name) else [file.at(call, f"there is no template {name}")]
                continue
            given = _keys(call.args[1]) if len(call.args) > 1 else set()
            different = (listed(target) or set()) ^ given if given is not None else set()
            for each in sorted(different):
                verb = "has no variable" if each in (given or ()) else "is not given"
                found.append(file.at(call, f"{name} {verb} {each}"))
    return found


def _keys(node: ast.expr) -> set[str] | None:
    """The keys of a dict that is written out, None when a part of it is made elsewhere."""
    if not isinstance(node, ast.Dict) or any(key is None for key in node.keys):
        return None
    return {key for each in node.keys if (key := literal(each)) is not None}


def texts(files: Files) -> list[str]:
    """Texts that no translator sees, or cannot translate."""
    found: list[str] = []
    for file in pages(files):
        for call in tree_of(file).find_all(nodes.Call):
            name = call.node.name if isinstance(call.node, nodes.Name) else ""
            if name not in ("_", "ungettext"):
                continue
            for text in call.args[: 2 if name == "ungettext" else 1]:
                if isinstance(text, nodes.Const):
                    wrong = _PLACEHOLDER.search(str(text.value))
                    if wrong:
                        found.append(file.at(call.lineno, f"name the placeholder {wrong.group()}"))
                    elif "%" in str(text.value).replace("%%", "").replace("%(", ""):
                        found.append(file.at(call.lineno, "a percent sign begins a placeholder"))
                elif not isinstance(text, (nodes.Name, nodes.Getattr, nodes.Getitem)):
                    found.append(file.at(call.lineno, f"{name}() needs one whole text"))
    return found


DICT_METHODS = frozenset(name for name in dir(dict) if not name.startswith("_"))


def keys(files: Files) -> list[str]:
    """Keys of a dict that are named like its methods: a dot finds the method, which is true."""
    return [
        file.at(node.lineno, f".{node.attr} is the dict's method: write ['{node.attr}']")
        for file in pages(files)
        for node in tree_of(file).find_all(nodes.Getattr)
        if node.attr in DICT_METHODS and node not in _called(file)
    ]


def _called(file: File) -> list[nodes.Node]:
    return [call.node for call in tree_of(file).find_all(nodes.Call)]
