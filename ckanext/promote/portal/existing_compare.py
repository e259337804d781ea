"""Two looks at a portal compared: what is ours is taken out, the rest has to be the same.

A page is read as HTML and written as lines, one a tag or text; white space counts as one space.
Only what changes with every look is left out: tokens against forgery, "3 minutes ago", when
somebody was last there, the time at which a feed was made; and the order of the two answers that
CKAN gives in none.
"""
from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypedDict

from lxml import html
from lxml.etree import ParserError

AGO = re.compile(r"\b(\d+ (second|minute|hour)s? ago|[Jj]ust now)\b")
# The pages that a template of ours adds a block to.
HAS_BLOCK = re.compile(r"^(/es)?/(dataset|organization)/[\w-]+(\?.*)?$")
MENU = "//header//ul[contains(@class, 'navbar-nav')]/li/a"
STYLE = "/webassets/promote/"
CSRF = "_csrf_token"
MOST_LINES = 60


class Answer(TypedDict):
    """What came for an address."""

    status: int
    headers: list[list[str]]
    body: str


class Look(NamedTuple):
    """An answer without what changes each time, and how much of ours was taken out of it."""

    lines: list[str]
    ours: Counter[str]


def look(path: str, answer: Answer, menu: Sequence[str]) -> Look:
    """Read an answer; `menu` holds the paths of our entries, none to take out nothing."""
    kind = dict(answer["headers"]).get("Content-Type", "").partition(";")[0]
    ours: Counter[str] = Counter()
    if kind == "application/json" and answer["body"]:
        lines = json_lines(path, answer["body"])
    elif kind == "text/html" and answer["body"].strip():
        lines, ours = html_lines(path, answer["body"], menu)
    else:
        body = re.sub(r"<updated>[^<]*</updated>", "<updated/>", answer["body"], count=1)
        lines = body.replace("><", ">\n<").splitlines()
    return Look([str(answer["status"]), *header_lines(answer["headers"]), *lines], ours)


def header_lines(headers: list[list[str]]) -> list[str]:
    """Give the headers but their lengths, and cookies by their names."""
    kept = []
    for name, value in headers:
        if name == "Set-Cookie":
            kept.append(f"{name}: {value.partition('=')[0]}")
        elif name != "Content-Length":
            kept.append(f"{name}: {value}")
    return kept


def json_lines(path: str, body: str) -> list[str]:
    """Write an answer of the API with a value a line."""
    value = json.loads(body)
    if "/status_show" in path:
        value["result"].pop("extensions")
    elif "/package_autocomplete" in path:
        value["result"].sort(key=lambda each: each["name"])
    elif "/tag_show" in path:
        value["result"]["packages"].sort(key=lambda each: each["name"])
    # The order of keys has no meaning, and the database keeps none.
    shown = json.dumps(without_last_active(value), indent=1, ensure_ascii=False, sort_keys=True)
    return shown.splitlines()


def without_last_active(value: Any) -> Any:
    """Leave out when users were last there: each look changes it."""
    if isinstance(value, dict):
        return {k: without_last_active(v) for k, v in value.items() if k != "last_active"}
    return [without_last_active(each) for each in value] if isinstance(value, list) else value


# --- Pages ---


def html_lines(path: str, body: str, menu: Sequence[str]) -> tuple[list[str], Counter[str]]:
    """Write a page, or a part of one, with a tag or a text a line."""
    try:
        tree = html.document_fromstring(body)
    except ParserError:
        return body.splitlines(), Counter()
    ours = take_out(tree, path, menu) if menu else Counter()
    for field in tree.iterfind(f".//input[@name='{CSRF}']"):
        field.set("value", "")
    for meta in tree.iterfind(f".//meta[@name='{CSRF}']"):
        meta.set("content", "")
    return list(node_lines(tree)), ours


def menu_paths(body: str, names: Sequence[str]) -> list[str]:
    """Give where the entries of a page's menu lead that have these names."""
    links = html.document_fromstring(body).xpath(MENU)
    return [link.get("href", "").rstrip("/") for link in links
            if shown(link.text_content()) in names]  # fmt: skip


def take_out(tree: html.HtmlElement, path: str, menu: Sequence[str]) -> Counter[str]:
    """Take our nodes out of a page; give how many of each kind there were."""
    ours: Counter[str] = Counter()
    entry = re.compile(rf"(/[\w-]+)?({'|'.join(map(re.escape, menu))})/?")
    for link in tree.xpath(MENU):
        if entry.fullmatch(link.get("href", "")):
            link.getparent().drop_tree()
            ours["menu"] += 1
    if HAS_BLOCK.match(path):
        for block in tree.xpath("//section[starts-with(concat(@class, ' '), 'promote ')]"):
            block.drop_tree()
            ours["block"] += 1
    if ours["block"]:
        for sheet in tree.xpath(f"//link[@rel='stylesheet'][starts-with(@href, '{STYLE}')]"):
            sheet.drop_tree()
            ours["style"] += 1
    return ours


def node_lines(node: html.HtmlElement) -> Iterator[str]:
    """Give the lines of a node and of all that it holds."""
    if isinstance(node.tag, str):
        attributes = (f'{key}="{shown(value)}"' for key, value in node.attrib.items())
        yield f"<{' '.join([node.tag, *attributes])}>"
    else:
        yield f"<!-- a {type(node).__name__} -->"
    text = shown(node.text)
    # drop_tree() joins texts, but an empty text and none are the same.
    if text:
        yield text
    for child in node:
        yield from node_lines(child)
        tail = shown(child.tail)
        if tail:
            yield tail
    if isinstance(node.tag, str):
        yield f"</{node.tag}>"


def shown(text: str | None) -> str:
    """Give a text with single spaces, and without how long ago something was."""
    return AGO.sub("some time ago", " ".join((text or "").split()))


# --- Differences ---


def differences(before: Look, after: Look) -> list[str]:
    """Give what differs, with a line before and after it."""
    if before.lines == after.lines:
        return []
    found = list(difflib.unified_diff(before.lines, after.lines, n=1, lineterm=""))[2:]
    more = [f"... and {len(found) - MOST_LINES} lines more"] if len(found) > MOST_LINES else []
    return [line[:240] for line in found[:MOST_LINES]] + more
