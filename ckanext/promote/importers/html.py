"""Turn the HTML that stands in a Markdown text into Markdown; the Markdown around it stays.

Pages of a static site mix both. What counts as a tag is what CommonMark says; a tag that has no
Markdown stays text. Whatever comes out is rendered with HTML off (``base.markdown``), so nothing
here has to be safe: it has to be readable.
"""
from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from markdown_it.common import html_re

MAX_DEPTH = 40

_TOKEN = re.compile(
    r"(?<!`)(?P<ticks>`{1,3})(?!`).{1,500}?(?<!`)(?P=ticks)(?!`)"
    rf"|(?P<tag>{html_re.open_tag}|{html_re.close_tag})"
)
_ATTRIBUTE = re.compile(
    rf"({html_re.attr_name})\s*=\s*({html_re.unquoted}|{html_re.single_quoted}"
    rf"|{html_re.double_quoted})"
)
_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")

EMPHASIS = {
    "strong": "**", "b": "**", "em": "*", "i": "*", "cite": "*", "code": "`", "tt": "`",
    "kbd": "`", "del": "~~", "s": "~~", "strike": "~~",
}  # fmt: skip
HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
LISTS = frozenset({"ul", "ol"})
BLOCKS = frozenset(
    {"p", "blockquote", "pre", "table", "dt", "dd", "figcaption", "caption", *HEADINGS, *LISTS}
)
CONTAINERS = frozenset(
    {"div", "section", "article", "header", "footer", "figure", "center", "main", "aside", "nav",
     "address", "details", "summary", "dl", "fieldset", "form"}
)  # fmt: skip
ROW_PARTS = frozenset({"tr", "td", "th"})
TRANSPARENT = frozenset(
    {"span", "font", "small", "big", "u", "ins", "sup", "sub", "abbr", "acronym", "mark", "label",
     "time", "thead", "tbody", "tfoot", "colgroup", "col", "picture", "noscript", "button", "q",
     "var", "samp", "dfn", "wbr", "object", "param", "input", "link", "meta"}
)  # fmt: skip
FRAMES = frozenset({"iframe", "embed", "video", "audio", "source"})
ONE_LINE = frozenset({"p", "li", "td", "th", "a", "dt", "dd", "figcaption", "caption", *HEADINGS})
"""Line ends in these are spaces, as in a browser."""


@dataclass
class _Open:
    """A tag that is open, and what came after it so far."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    """Items of a list, rows of a table, cells of a row."""


def to_markdown(text: str) -> str:
    """The text with Markdown in place of its HTML."""
    stack = [_Open("")]
    end = 0
    for match in _TOKEN.finditer(text):
        _add_text(stack, text[end : match.start()])
        end = match.end()
        tag = match["tag"]
        if tag is None or not _take(stack, tag):
            stack[-1].parts.append(match[0])
    _add_text(stack, text[end:])
    while len(stack) > 1:
        _close(stack, is_closed=False)
    return "".join(stack[0].parts)


def _add_text(stack: list[_Open], text: str) -> None:
    if not text:
        return
    if stack[-1].tag in LISTS | {"table", "tr"} and not text.strip():
        return
    if stack[-1].tag in CONTAINERS:
        # Indented as HTML: four spaces would be a block of code.
        text = re.sub(r"(?m)^[ \t]+", "", text)
    stack[-1].parts.append(text)


def _take(stack: list[_Open], tag: str) -> bool:
    """Apply a tag; False for one that stays text."""
    found = _NAME.match(tag)
    name = found[1].lower() if found else ""
    is_shown_as_it_is = name in EMPHASIS and any(each.tag == "pre" for each in stack)
    if name in TRANSPARENT or is_shown_as_it_is:
        return True
    if tag.startswith("</"):
        return _take_closing(stack, name)
    if name == "br":
        stack[-1].parts.append("  \n")
    elif name == "hr":
        stack[-1].parts.append("\n\n---\n\n")
    elif name == "img":
        stack[-1].parts.append(_image(_attributes(tag)))
    elif name in FRAMES:
        stack[-1].parts.append(_frame(_attributes(tag)))
    elif name in EMPHASIS or name in BLOCKS | CONTAINERS | ROW_PARTS | {"a", "li"}:
        return _open(stack, name, _attributes(tag))
    else:
        return False
    return True


def _open(stack: list[_Open], name: str, attributes: dict[str, str]) -> bool:
    if name in BLOCKS | CONTAINERS and stack[-1].tag == "p":
        _close(stack, is_closed=False)
    if name in ("li", *ROW_PARTS):
        _close_siblings(stack, name)
    if len(stack) > MAX_DEPTH:
        return False
    stack.append(_Open(name, attributes))
    return True


def _close_siblings(stack: list[_Open], name: str) -> None:
    """A new item ends the one before it, in its own list or table."""
    ends = {"li"} if name == "li" else {"td", "th"} | ({"tr"} if name == "tr" else set())
    borders = LISTS if name == "li" else {"table"}
    for depth in range(len(stack) - 1, 0, -1):
        if stack[depth].tag in borders:
            return
        if stack[depth].tag in ends:
            while len(stack) > depth:
                _close(stack, is_closed=True)


def _take_closing(stack: list[_Open], name: str) -> bool:
    if name in FRAMES or name in ("br", "img", "hr"):
        return True
    if name not in [each.tag for each in stack[1:]]:
        return name in BLOCKS | CONTAINERS | ROW_PARTS | {"a", "li"} or name in EMPHASIS
    while stack[-1].tag != name:
        _close(stack, is_closed=stack[-1].tag in ("li", "p", *ROW_PARTS))
    _close(stack, is_closed=True)
    return True


def _close(stack: list[_Open], is_closed: bool) -> None:
    """Take the last open tag off, and add what it makes to the one around it."""
    last = stack.pop()
    around = stack[-1]
    content = "".join(last.parts)
    if last.tag in ONE_LINE and is_closed and not _BLANK_LINE.search(content):
        content = re.sub(r"[ \t]*\n[ \t]*(?![ \t]*[-*+\d])", " ", content)
    if last.tag == "li" and around.tag in LISTS:
        around.items.append(content.strip())
    elif last.tag in ("td", "th") and around.tag == "tr":
        around.items.append(" ".join(content.split()).replace("|", "\\|"))
    elif last.tag == "tr" and around.tag == "table":
        around.items.append(f"| {' | '.join(last.items)} |" + content.strip())
    else:
        around.parts.append(_written(last, content, is_closed))


def _written(closed: _Open, content: str, is_closed: bool) -> str:
    """The Markdown of one element."""
    tag = closed.tag
    inner = content.strip()
    if tag in EMPHASIS:
        mark = EMPHASIS[tag] if is_closed and inner and not _BLANK_LINE.search(inner) else ""
        before = content[: len(content) - len(content.lstrip())]
        after = content[len(content.rstrip()) :] if inner else ""
        return f"{before}{mark}{inner}{mark}{after}"
    if tag == "a":
        return _link(inner, closed.attributes.get("href", "")) if is_closed else content
    if tag in HEADINGS:
        return f"\n\n{HEADINGS[tag]} {' '.join(inner.split())}\n\n" if inner else ""
    if tag in LISTS:
        return f"\n\n{_list(closed)}\n\n{inner}"
    if tag == "li":
        return f"\n\n- {inner}\n\n"
    if tag == "table":
        return f"\n\n{_table(closed.items)}\n\n{inner}\n\n"
    if tag == "tr":
        return f"\n\n{' | '.join(closed.items)} {inner}\n\n"
    if tag == "blockquote":
        lines = re.sub(r"\n{3,}", "\n\n", inner).split("\n")
        return "\n\n" + "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"
    if tag == "pre":
        return "\n\n```\n" + content.strip("\n").strip("`") + "\n```\n\n"
    return f"\n\n{inner}\n\n"


def _list(closed: _Open) -> str:
    lines = []
    for number, item in enumerate(closed.items, 1):
        mark = f"{number}. " if closed.tag == "ol" else "- "
        text = re.sub(r"\n{2,}", "\n", item)
        lines.append(mark + text.replace("\n", "\n" + " " * len(mark)))
    return "\n".join(lines)


def _table(rows: list[str]) -> str:
    if not rows:
        return ""
    columns = len(re.findall(r"(?<!\\)\|", rows[0])) - 1
    return "\n".join([rows[0], "|" + " --- |" * columns, *rows[1:]])


def _attributes(tag: str) -> dict[str, str]:
    return {
        name.lower(): html.unescape(value.strip("\"'")).strip()
        for name, value in _ATTRIBUTE.findall(tag)
    }


def _image(attributes: dict[str, str]) -> str:
    address = attributes.get("src", "")
    alternative = " ".join(attributes.get("alt", "").replace("]", " ").split())
    return f"![{alternative}]({_target(address)})" if address else alternative


def _frame(attributes: dict[str, str]) -> str:
    """An embedded page as a link to it."""
    address = attributes.get("src", "")
    if not address:
        return ""
    address = "https:" + address if address.startswith("//") else address
    return f"\n\n{_link(attributes.get('title', ''), address)}\n\n"


def _link(shown: str, address: str) -> str:
    address = "https:" + address if address.startswith("//") else address
    if not address or address.lower().startswith(("javascript:", "data:", "vbscript:")):
        return shown
    shown = " ".join(shown.split()) or _host(address) or address
    return f"[{shown}]({_target(address)})"


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _target(address: str) -> str:
    address = address.replace("\n", "").replace("<", "%3C").replace(">", "%3E")
    return f"<{address}>" if re.search(r"[\s()]", address) else address
