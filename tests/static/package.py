"""The files that the static tests read: those of the package, or some that a test makes up.

Nothing here imports the package: what is checked is what is written.
"""
from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAME = "ckanext.promote"
FOLDER = ROOT / "ckanext" / "promote"
TEXTS = frozenset({".css", ".html", ".js", ".mako", ".py", ".txt", ".yaml", ".yml"})

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class File:
    """One text file; ``path`` is relative to the package, with slashes."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree of a Python file."""
        return ast.parse(self.text, self.path)

    @cached_property
    def lines(self) -> list[str]:
        """The lines, without their ends."""
        return self.text.splitlines()

    @property
    def feature(self) -> str:
        """The folder at the top, or the name of a module that lies there."""
        return self.path.partition("/")[0].removesuffix(".py")

    @property
    def stem(self) -> str:
        """The name without folder and ending."""
        return self.path.rpartition("/")[2].partition(".")[0]

    @property
    def module(self) -> str:
        """The dotted name of a Python file."""
        dotted = self.path.removesuffix(".py").replace("/", ".")
        return f"{NAME}.{dotted}".removesuffix(".__init__")

    def at(self, node: ast.AST | int, message: str) -> str:
        """A finding: path, line, what is wrong and what to do."""
        line = node if isinstance(node, int) else getattr(node, "lineno", 1)
        return f"{self.path}:{line} {message}"

    def functions(self) -> list[ast.FunctionDef]:
        """The public functions at the top: what CKAN would publish of an action or auth file."""
        return [
            node
            for node in self.tree.body
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        ]


class Files:
    """Files of a package, by path."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._files = {path: File(path, text) for path, text in sorted(texts.items())}

    def matching(self, *patterns: str) -> list[File]:
        """Files whose path matches a pattern; an asterisk also stands for folders."""
        return [
            file
            for path, file in self._files.items()
            if any(fnmatch(path, pattern) for pattern in patterns)
        ]

    def get(self, path: str) -> File | None:
        """The file at a path."""
        return self._files.get(path)

    @cached_property
    def modules(self) -> dict[str, File]:
        """Python files by dotted name."""
        return {file.module: file for file in self.matching("*.py")}


@lru_cache(maxsize=1)
def ours() -> Files:
    """The package as it is."""
    return _read(FOLDER)


@lru_cache(maxsize=1)
def suite() -> Files:
    """The tests as they are."""
    return _read(ROOT / "tests")


def _read(folder: Path) -> Files:
    return Files(
        {
            path.relative_to(folder).as_posix(): path.read_text("utf-8")
            for path in folder.rglob("*")
            if path.suffix in TEXTS and "__pycache__" not in path.parts and path.is_file()
        }
    )


@lru_cache(maxsize=1)
def ckan_folder() -> Path:
    """Where the installed CKAN lies. Finding it does not load it."""
    spec = find_spec("ckan")
    if spec is None or spec.origin is None:
        raise LookupError("CKAN is not installed here: its own names are checked too")
    return Path(spec.origin).parent


def hold(findings: list[str]) -> None:
    """Fail with every finding on a line of its own."""
    if findings:
        pytest.fail("\n" + "\n".join(findings), pytrace=False)


def dotted(node: ast.AST) -> str:
    """``a.b.c`` of a name or attribute, of what a call calls; else nothing."""
    if isinstance(node, ast.Call):
        return dotted(node.func)
    if isinstance(node, ast.Attribute):
        head = dotted(node.value)
        return f"{head}.{node.attr}" if head else ""
    return node.id if isinstance(node, ast.Name) else ""


def decorators(function: ast.FunctionDef) -> list[str]:
    """Dotted names of the decorators, the outermost first."""
    return [dotted(each) for each in function.decorator_list]


def calls(node: ast.AST) -> Iterator[ast.Call]:
    """Every call in a tree."""
    return (each for each in ast.walk(node) if isinstance(each, ast.Call))


def literal(node: ast.AST | None) -> str | None:
    """The text of a string literal."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def imported(file: File) -> dict[str, str]:
    """What each imported name of a file means, dotted."""
    names: dict[str, str] = {}
    for node in ast.walk(file.tree):
        if isinstance(node, ast.ImportFrom):
            names.update({a.asname or a.name: f"{node.module}.{a.name}" for a in node.names})
        elif isinstance(node, ast.Import):
            names.update({a.asname or a.name.partition(".")[0]: a.name for a in node.names})
    return names
