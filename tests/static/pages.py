"""What stands in the HTML of our templates, and in our assets."""
from __future__ import annotations

import re
from html.parser import HTMLParser

import yaml
from jinja2 import nodes

from tests.static.package import File, Files
from tests.static.templates import name_of, pages, tags, tree_of

BUNDLES = "assets/webassets.yml"
FILTERS = ("safe", "striptags", "forceescape")
"""Filters that make markup of text, or hide that it was none."""
CORE_MARKDOWN = ("render_markdown", "markdown_extract", "literal", "dump_json")
"""Core's helpers that make markup of text in other ways than ours."""

_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_CSRF = re.compile(r"\{\{-?\s*h\.csrf_input\(\)\s*-?\}\}")
_OUTPUT = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_TAG = re.compile(r"\{%.*?%\}", re.DOTALL)
_RISKY_SCRIPT = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\s*\(|new\s+Function)\b"
)
_REMOTE_STYLE = re.compile(r"(@import|url\()\s*[\"']?\s*(https?:)?//", re.IGNORECASE)
_LOADS = {
    "audio": ("src",), "embed": ("src",), "iframe": ("src",), "img": ("src", "srcset"),
    "link": ("href",), "object": ("data",), "script": ("src",), "source": ("src", "srcset"),
    "video": ("src", "poster"),
}  # fmt: skip


class _Page(HTMLParser):
    """Collects what is wrong in the HTML of one template."""

    def __init__(self, file: File) -> None:
        super().__init__()
        self.file = file
        self.found: list[str] = []
        self.post_at = 0
        self.has_token = False

    def say(self, message: str) -> None:
        self.found.append(self.file.at(self.getpos()[0], message))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "csrf-input":
            self.has_token = True
            return
        if tag in ("script", "style"):
            self.say(f"<{tag}>: put it into an asset")
        given = {name: value or "" for name, value in attrs}
        for name, value in given.items():
            if name == "style" or name.startswith("on"):
                self.say(f"{name}=: the content security policy refuses it")
            if value.strip().lower().startswith("javascript:"):
                self.say(f"{name} runs a script: use a form, or an asset")
            if name in _LOADS.get(tag, ()) and re.match(r"(https?:)?//", value):
                self.say(f"<{tag} {name}> loads from another site")
        method = given.get("formmethod") or given.get("method", "")
        if tag == "form":
            self.post_at, self.has_token = 0, False
        if method and method.lower() != "get":
            self.post_at = self.getpos()[0]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.post_at and not self.has_token:
            self.found.append(self.file.at(self.post_at, "a form that posts: {{ h.csrf_input() }}"))
        if tag == "form":
            self.post_at = 0


def html(files: Files) -> list[str]:
    """Inline script and style, other sites, and forms without a token."""
    found: list[str] = []
    for file in pages(files):
        page = _Page(file)
        page.feed(_without_jinja(file.text))
        page.close()
        found += page.found
    return found


def _without_jinja(text: str) -> str:
    """The HTML alone, line by line: what Jinja writes is ``x``, what it decides is blank."""
    text = _COMMENT.sub(lambda match: "\n" * match.group().count("\n"), text)
    text = _CSRF.sub("<csrf-input>", text)
    text = _OUTPUT.sub(lambda match: "x" + "\n" * match.group().count("\n"), text)
    return _TAG.sub(lambda match: " " + "\n" * match.group().count("\n"), text)


def markup(files: Files) -> list[str]:
    """Text that a template declares to be safe HTML."""
    found: list[str] = []
    for file in pages(files):
        tree = tree_of(file)
        found += [
            file.at(node.lineno, f"|{node.name}: text stays text")
            for node in tree.find_all(nodes.Filter)
            if node.name in FILTERS
        ]
        found += [
            file.at(node.lineno, f"h.{node.attr} makes markup that base.markdown did not")
            for node in tree.find_all(nodes.Getattr)
            if isinstance(node.node, nodes.Name)
            and node.node.name == "h"
            and node.attr in CORE_MARKDOWN
        ]
        if "{% autoescape" in file.text:
            found.append(file.at(1, "escaping stays on"))
    return found


def assets(files: Files) -> list[str]:
    """Scripts that write HTML, styles that load from elsewhere, bundles that are not there."""
    found: list[str] = []
    for pattern, risky in (("*.js", _RISKY_SCRIPT), ("*.css", _REMOTE_STYLE)):
        for file in files.matching(f"assets/{pattern}"):
            for number, line in enumerate(file.lines, 1):
                match = risky.search(line)
                if match:
                    found.append(file.at(number, f"{match.group()}: not in our assets"))
    declared = files.get(BUNDLES)
    bundles = yaml.safe_load(declared.text) if declared else {}
    for name, bundle in bundles.items():
        found += [
            f"{BUNDLES}: {name} names {path}, which is not there"
            for path in bundle["contents"]
            if files.get(f"assets/{path}") is None
        ]
    known = {f"promote/{name}" for name in bundles}
    for file in pages(files):
        for call in tags(file, "asset"):
            name = str(getattr(call.args[0], "value", ""))
            if name.startswith("promote/") and name not in known:
                found.append(file.at(call.lineno, f"{name_of(file)}: no bundle {name}"))
    return found
