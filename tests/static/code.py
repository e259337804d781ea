"""What the code does without, and what it keeps to: commits, times, texts, sizes."""
from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Callable, Iterator

from tests.static.package import Files, calls, dotted, literal

FILE_LINES = 400
FUNCTION_LINES = 40
TEMPLATE_LINES = 100

COMMITS = {
    "base/model.py": 1,  # the commit that ends an action
    "importers/indexing.py": 1,  # Solr's, once at the end of an import
    "importers/run.py": 1,  # the record of a content that its own action committed before
}
OLD_QUERIES: dict[str, int] = {}
"""Calls of ``session.query`` that were there before the rule; take an entry away with its call."""
PRINTS = ("cli/*", "portal/*")
MARKUP = {"base/helpers.py": 1}
"""The one place where stored HTML becomes markup."""
MAKES_MARKUP = ("Markup", "markupsafe.Markup", "tk.literal", "tk.h.literal", "literal")

_SESSION_QUERY = re.compile(r"session('\])?\.query$", re.IGNORECASE)
_NO_REASON = re.compile(r"#\s*(noqa|type:\s*ignore|pyright:\s*ignore)")
_WITH_REASON = re.compile(
    r"#\s*(noqa: ?[A-Z]+\d+(, ?[A-Z]+\d+)*|(type|pyright):\s*ignore\[[\w, -]+\])\s+(#\s*)?-- \S"
)
_PLACEHOLDER = re.compile(r"%[sdrif]|%\(\w+\)|\{\d*\}")


def _counted(
    files: Files, allowed: dict[str, int], is_meant: Callable[[ast.Call], bool], message: str
) -> list[str]:
    """Calls beyond the allowed number of each file, and entries that allow too much."""
    found: list[str] = []
    counts: Counter[str] = Counter()
    for file in files.matching("*.py"):
        meant = [call for call in calls(file.tree) if is_meant(call)]
        counts[file.path] = len(meant)
        if len(meant) > allowed.get(file.path, 0):
            found += [file.at(call, message) for call in meant]
    return found + [
        f"{path}: {number} allowed, {counts[path]} there: lower the number"
        for path, number in allowed.items()
        if files.get(path) and counts[path] < number
    ]


def commits(files: Files) -> list[str]:
    """Commits beside ``base.model.commit``, which an action calls once at its end."""
    return _counted(
        files,
        COMMITS,
        lambda call: isinstance(call.func, ast.Attribute) and call.func.attr == "commit",
        "end an action with base.model.commit(context); nothing else commits",
    )


def old_queries(files: Files) -> list[str]:
    """``session.query`` where ``sa.select`` is meant."""
    return _counted(
        files,
        OLD_QUERIES,
        lambda call: bool(_SESSION_QUERY.search(ast.unparse(call.func))),
        "write sa.select and session.execute",
    )


def markup(files: Files) -> list[str]:
    """Text that is declared to be safe HTML."""
    return _counted(
        files,
        MARKUP,
        lambda call: dotted(call) in MAKES_MARKUP,
        "only promote_rendered makes markup, of HTML that base.markdown stored",
    )


def naive_times(files: Files) -> list[str]:
    """Times without a zone, and the date of whatever zone the server has."""
    found: list[str] = []
    for file in files.matching("*.py"):
        for call in calls(file.tree):
            head, _, last = dotted(call).rpartition(".")
            is_time = head.rpartition(".")[2] in ("datetime", "date", "dt")
            wrong = last in ("utcnow", "utcfromtimestamp") or (
                is_time
                and (
                    (last == "now" and not call.args and not call.keywords)
                    or (last == "fromtimestamp" and len(call.args) + len(call.keywords) < 2)
                    or last == "today"
                )
            )
            if wrong:
                found.append(file.at(call, f"{last}() has no zone: use base.model.utc_now()"))
    return found


def prints(files: Files) -> list[str]:
    """``print`` where nobody reads a terminal."""
    programs = {file.path for file in files.matching(*PRINTS)}
    return [
        file.at(call, "print: use the module's log")
        for file in files.matching("*.py")
        if file.path not in programs
        for call in calls(file.tree)
        if dotted(call) in ("print", "pprint", "pprint.pprint")
    ]


def sizes(files: Files) -> list[str]:
    """Files and functions that are longer than somebody reads at once."""
    found: list[str] = []
    for file in files.matching("*.py", "*.html", "*.css", "*.js"):
        limit = TEMPLATE_LINES if file.path.endswith(".html") else FILE_LINES
        if len(file.lines) > limit:
            found.append(file.at(1, f"{len(file.lines)} lines, {limit} at most: divide it"))
    for file in files.matching("*.py"):
        for node in ast.walk(file.tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                length = _length(node)
                if length > FUNCTION_LINES:
                    found.append(
                        file.at(node, f"{node.name}: {length} lines, {FUNCTION_LINES} at most")
                    )
    return found


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from ``def`` to the end, without the docstring."""
    length = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node, clean=False) is not None:
        length -= (first.end_lineno or first.lineno) - first.lineno + 1
    return length


def suppressions(files: Files) -> list[str]:
    """Comments that silence a tool without naming the rule and the reason."""
    found: list[str] = []
    for file in files.matching("*.py"):
        for token in tokenize.generate_tokens(io.StringIO(file.text).readline):
            text = token.string if token.type == tokenize.COMMENT else ""
            if _NO_REASON.search(text) and not _WITH_REASON.search(text):
                found.append(
                    file.at(token.start[0], "name the rule and say why: # noqa: X123 -- why")
                )
    return found


def gettext(files: Files) -> list[str]:
    """Texts that no translator ever sees, or cannot translate."""
    found: list[str] = []
    for file in files.matching("*.py"):
        for call, loops, is_inside in _with_loops(file.tree):
            name = dotted(call).removeprefix("tk.")
            if name not in ("_", "N_", "ungettext") or not call.args:
                continue
            texts = call.args[:2] if name == "ungettext" else call.args[:1]
            found += [
                file.at(call, message)
                for text in texts
                if (message := _untranslatable(text, name, loops))
            ]
            if name != "N_" and not is_inside:
                found.append(file.at(call, "translated at import, for everybody: mark it with N_"))
    return found


def _untranslatable(text: ast.expr, name: str, loops: set[str]) -> str:
    known = literal(text)
    if known is not None:
        wrong = _PLACEHOLDER.search(known)
        return f"{wrong.group()} tells nothing: name the placeholder" if wrong else ""
    is_declared = isinstance(text, (ast.Attribute, ast.Subscript)) or (
        isinstance(text, ast.Name) and (text.id.isupper() or text.id in loops)
    )
    if is_declared and name != "N_":
        return ""
    return f"{ast.unparse(text)} cannot be extracted: give {name}() a literal or a declared text"


def _with_loops(tree: ast.Module) -> Iterator[tuple[ast.Call, set[str], bool]]:
    """Calls with the names that loops over constants bind around them; whether in a function."""
    waiting: list[tuple[ast.AST, set[str], bool]] = [(tree, set(), False)]
    while waiting:
        node, loops, is_inside = waiting.pop()
        if isinstance(node, ast.Call):
            yield node, loops, is_inside
        generators = getattr(node, "generators", [])
        for each in [*generators, *([node] if isinstance(node, ast.For) else [])]:
            if any(isinstance(n, ast.Name) and n.id.isupper() for n in ast.walk(each.iter)):
                loops = loops | {n.id for n in ast.walk(each.target) if isinstance(n, ast.Name)}
        inner = is_inside or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        waiting += [(child, loops, inner) for child in ast.iter_child_nodes(node)]
