"""People's Markdown: rendered once, when it is written, to HTML that holds no surprise.

CommonMark with tables and strikethrough; HTML in it is text. What comes out has the tags of
``TAGS`` with the attributes of ``ATTRIBUTES`` and nothing else. Reading this HTML and writing it
again changes nothing, so that no browser understands it differently.

The work is bounded: what is longer or deeper than the limits below is refused, never cut.
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock, blockquote, table
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from ckanext.promote.base.i18n import N_
from ckanext.promote.base.text import clean_block, clean_fragment

# Raise it whenever the same text gives other HTML: stored HTML with a lower number is stale.
RENDERER_VERSION = 1

MAX_CHARS = 40_000
MAX_LINES = 5_000
MAX_NESTING = 20
MAX_CELLS = 10_000
MAX_QUOTED_LINES = 100_000
MAX_HTML_CHARS = 10 * MAX_CHARS
MAX_ADDRESS_CHARS = 2_000
FIRST_HEADING = 3

TOO_LONG = N_("This text has more than {limit} characters. Shorten it.")
TOO_MANY_LINES = N_("This text has more than {limit} lines. Shorten it.")
TOO_DEEP = N_(
    "Lists, quotes or emphasis are nested more than {limit} deep. Use simpler Markdown."
)
TOO_MUCH_HTML = N_("As a web page, this text has more than {limit} characters. Shorten it.")
TOO_MANY_CELLS = N_("The tables have more than {limit} cells. Publish them as data instead.")
TOO_TANGLED = N_("The quotes in this text are too tangled. Put empty lines between them.")

TAGS = frozenset(
    {"a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre"}
    | {"s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
)
ATTRIBUTES = {"a": frozenset({"href", "rel"}), "ol": frozenset({"start"})}
REL = "nofollow ugc noopener"

# After ``normalizeLink`` an address is ASCII. A host and nothing before it: "gob.mx@evil.example"
# leads to evil.example. The only thing that a mail link may fill in is the subject.
_REST = r"[!#-;=?-\[\]_a-zA-Z~]*"
_HOST = r"(?:[a-zA-Z0-9][a-zA-Z0-9._-]*|\[[0-9a-fA-F:.]+\])"
_WEB = re.compile(rf"https?://(?P<host>{_HOST})(?::[0-9]{{1,5}})?(?:[/?#]{_REST})?")
_MAIL = re.compile(r"mailto:[^\s?&@/]+@(?P<host>[^\s?&@/]+)(?:\?subject=[^&\s]*)?")
_SCHEME = re.compile(r"\A(?:https?|mailto):", re.IGNORECASE)
# What may stand in an address that nothing encloses; what closes a sentence is trimmed off it.
_BARE = re.compile(r"(?<![\w@/])https?://[^\s<>\"\\^`{|}«»“”]+", re.IGNORECASE)
_SENTENCE_END = frozenset(".,;:!?*_~'’…]")

_CONTAINERS = frozenset(
    {"blockquote_open", "bullet_list_open", "ordered_list_open", "list_item_open"}
)


class MarkdownTooComplex(ValueError):
    """The text is beyond a limit: ``message`` is a msgid, to be formatted with ``params``."""

    def __init__(self, message: str, **params: int) -> None:
        super().__init__(message.format(**params))
        self.message = message
        self.params = params


@dataclass(frozen=True)
class Rendered:
    """A text in its two forms: ``html`` for pages, ``plain`` (a line a block) for other uses."""

    html: str
    plain: str


@lru_cache(maxsize=4)  # a text is checked first, and rendered a moment later
def render(text: str, heading_level: int = FIRST_HEADING) -> Rendered:
    """HTML and plain text of Markdown; the first heading is an ``h<heading_level>`` (3 to 6).

    :raises MarkdownTooComplex: when it is longer or deeper than the limits of this module
    """
    if not 3 <= heading_level <= 6:
        raise ValueError(f"heading_level must be 3 to 6, not {heading_level}")
    tokens = _parse(text, heading_level)
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    _refuse_above(MAX_HTML_CHARS, len(html), TOO_MUCH_HTML)
    return Rendered(html=html, plain=_plain(tokens))


def to_text(markdown: str, max_chars: int) -> str:
    """The words alone, on one line of at most ``max_chars``; cut between words, with "…".

    :raises MarkdownTooComplex: as ``render``
    """
    words = " ".join(_plain(_parse(markdown, FIRST_HEADING)).split())
    if len(words) <= max_chars:
        return words
    cut = words[: max_chars - 1]
    space = cut.rfind(" ")
    # A word without end is cut where it is, or little would be left.
    if words[max_chars - 1] != " " and space > max_chars // 3:
        cut = cut[:space]
    return cut.rstrip(" \u200c\u200d") + "…"


def _parse(text: str, heading_level: int) -> list[Token]:
    _refuse_above(MAX_CHARS, len(text), TOO_LONG)
    cleaned = clean_block(text)
    _refuse_above(MAX_LINES, cleaned.count("\n") + 1, TOO_MANY_LINES)
    return _PARSER.parse(cleaned, {"heading_level": heading_level, "cells": 0, "quoted": 0})


def _refuse_above(limit: int, count: int, message: str) -> None:
    if count > limit:
        raise MarkdownTooComplex(message, limit=limit)


# The tokens that the library makes, brought into our form


def _settle(state: StateCore) -> None:
    """The last step of parsing: bounds, links, headings; every other attribute goes."""
    address_chars = 0
    for token in state.tokens:
        if token.type in _CONTAINERS:
            _refuse_above(MAX_NESTING, token.level + 1, TOO_DEEP)
        allowed = ATTRIBUTES.get(token.tag, frozenset())
        token.attrs = {key: value for key, value in token.attrs.items() if key in allowed}
        token.info = ""
        if token.type == "inline":
            token.children = _settled_inline(token.children or [])
            # A short reference to a long address can be repeated at little cost to its author.
            address_chars += sum(len(str(each.attrs.get("href", ""))) for each in token.children)
            _refuse_above(MAX_HTML_CHARS, address_chars, TOO_MUCH_HTML)
    state.tokens = _settled_headings(state.tokens, state.env["heading_level"])


def _settled_headings(tokens: Sequence[Token], first_level: int) -> list[Token]:
    """Headings as an outline without gaps that starts at ``first_level``; no empty headings."""
    settled: list[Token] = []
    outline: list[str] = []
    level = first_level
    for token, after in zip(tokens, [*tokens, None][1:], strict=True):
        if token.type == "heading_open":
            while outline and outline[-1] >= token.tag:
                outline.pop()
            outline.append(token.tag)
            level = min(first_level + len(outline) - 1, 6)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{level}"
        if token.type == "th_open" and after is not None and not _words(after.children).strip():
            # A header cell without a word is none.
            token.tag = "td"
        if token.type == "th_close":
            token.tag = next(each.tag for each in reversed(settled) if each.type == "th_open")
        settled.append(token)
        if token.type == "heading_close" and not _words(settled[-2].children).strip():
            del settled[-3:]
    return settled


def _settled_inline(children: Sequence[Token]) -> list[Token]:
    settled: list[Token] = []
    opened: int | None = None
    for token in children:
        _refuse_above(MAX_NESTING, token.level, TOO_DEEP)
        if token.type == "link_open":
            opened = len(settled)
        if token.type == "link_close" and opened is not None:
            href = str(settled[opened].attrs.get("href", ""))
            settled[opened:] = _link(href, settled[opened + 1 :])
            opened = None
        elif token.type == "image":
            shown = [_text(_image_name(token))]
            href = str(token.attrs.get("src", "")) if opened is None else ""
            settled.extend(_link(href, shown))
        elif token.type == "text" and opened is None:
            settled.extend(_with_bare_links(_fragment(token.content)))
        else:
            token.content = _fragment(token.content)
            settled.append(token)
    return settled


def _fragment(content: str) -> str:
    # Once more, because entities (&#x202e;) hide what the text was cleaned of before.
    return clean_fragment(content).replace("\n", " ")


def _image_name(token: Token) -> str:
    """The alternative text; else the file's name."""
    alternative = _fragment(_words(token.children)).strip()
    if alternative:
        return alternative
    path = str(token.attrs.get("src", "")).partition("?")[0].partition("#")[0]
    return _fragment(unquote(path.rpartition("/")[2])).strip()


def _text(content: str) -> Token:
    return Token(type="text", tag="", nesting=0, content=content)


def _link(href: str, shown: list[Token]) -> list[Token]:
    """A link around tokens, or these alone when the address is none that may be followed."""
    host = _host_of(href)
    if not host:
        return shown
    opening = Token("link_open", "a", 1, attrs={"href": href, "rel": REL})
    closing = Token("link_close", "a", -1)
    words = _words(shown)
    if not words.strip():
        return [opening, _text(host), closing]
    after = [_text(f" ({host})")] if _names_another_host(words, host) else []
    return [opening, *shown, closing, *after]


def _host_of(href: str) -> str:
    """The host to which an address leads; empty when it is not one that we link to."""
    found = _WEB.fullmatch(href) or _MAIL.fullmatch(href)
    return found["host"].lower() if found else ""


def _names_another_host(words: str, host: str) -> bool:
    """Whether a link's text looks like an address, and none of those that it leads to."""
    named = [word for word in re.findall(r"[\w.-]+", words.lower()) if _looks_like_host(word)]
    return bool(named) and not any(
        f".{host}".endswith("." + word.strip(".-").removeprefix("www.")) for word in named
    )


def _looks_like_host(word: str) -> bool:
    labels = word.strip(".-").split(".")
    return len(labels) > 1 and all(labels) and labels[-1].isalpha() and len(labels[-1]) > 1


def _with_bare_links(content: str) -> Iterator[Token]:
    """Text, with links in place of the web addresses that stand in it."""
    end = 0
    for match in _BARE.finditer(content):
        address = _trimmed(match[0])
        href = _PARSER.normalizeLink(address)
        if _host_of(href):
            yield _text(content[end : match.start()])
            yield from _link(href, [_text(_PARSER.normalizeLinkText(address))])
            end = match.start() + len(address)
    yield _text(content[end:])


def _trimmed(address: str) -> str:
    """An address without what ends the sentence around it; its own brackets stay."""
    unmatched = address.count(")") - address.count("(")
    end = len(address)
    while end:
        last = address[end - 1]
        if last == ")" and unmatched > 0:
            unmatched -= 1
        elif last not in _SENTENCE_END:
            break
        end -= 1
    return address[:end]


def _words(children: Sequence[Token] | None) -> str:
    """The text in inline tokens; those of images too, which parsing leaves as they are."""
    found = []
    for token in children or ():
        if token.type in ("softbreak", "hardbreak"):
            found.append(" ")
        elif token.type == "image":
            found.append(_words(token.children))
        else:
            found.append(token.content)
    return "".join(found)


def _plain(tokens: Sequence[Token]) -> str:
    """A line for each block and for each row of a table."""
    lines: list[str] = []
    row: list[str] | None = None
    for token in tokens:
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            lines.append(" ".join(row or ()).strip())
            row = None
        elif token.type == "inline":
            (lines if row is None else row).append(_words(token.children).strip())
        elif token.type in ("fence", "code_block"):
            lines.append(token.content.strip("\n"))
    return "\n".join(line for line in lines if line)


# The library, set up


class _Parser(MarkdownIt):
    """The parser, with our idea of an address."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 -- the library's name
        # To encode a long host in another script takes quadratic time.
        if len(url) > MAX_ADDRESS_CHARS:
            return ""
        return _SCHEME.sub(lambda found: found[0].lower(), super().normalizeLink(url))

    def validateLink(self, url: str) -> bool:  # noqa: N802 -- the library's name
        return bool(_host_of(url))

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 -- the library's name
        # As typed; but letters of other scripts that look like ours must not name a host.
        host = re.split(r"[/?#]", link.partition("://")[2], maxsplit=1)[0]
        return link if host.isascii() else self.normalizeLink(link)


class _Renderer(RendererHTML):
    """HTML as a browser would write it: quotation marks in text stay themselves."""

    def text(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return escape(tokens[idx].content, quote=False)

    def code_inline(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"<code>{escape(tokens[idx].content, quote=False)}</code>"

    def code_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"<pre><code>{escape(tokens[idx].content, quote=False)}</code></pre>\n"

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return self.code_block(tokens, idx, options, env)


def _bounded_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The library's rule for tables, within a number of cells for the whole text.

    A short row is filled up with empty cells: two characters can make hundreds of them.
    """
    if silent or not table(state, start, end, True):
        return table(state, start, end, silent)
    columns = state.src[state.bMarks[start + 1] : state.eMarks[start + 1]].count("|") + 1
    state.env["cells"] += columns * _lines_ahead(state, start, end)
    _refuse_above(MAX_CELLS, state.env["cells"], TOO_MANY_CELLS)
    return table(state, start, end, False)


def _bounded_quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The library's rule for quotes, within the lines that all quotes together may look at.

    Each looks at all lines up to the next empty one, even when it ends earlier: quotes of two
    lines in a row would take quadratic time.
    """
    if silent or not blockquote(state, start, end, True):
        return blockquote(state, start, end, silent)
    state.env["quoted"] += _lines_ahead(state, start, end)
    _refuse_above(MAX_QUOTED_LINES, state.env["quoted"], TOO_TANGLED)
    return blockquote(state, start, end, False)


def _lines_ahead(state: StateBlock, start: int, end: int) -> int:
    """Number of lines up to the next empty one."""
    line = start
    while line < end and not state.isEmpty(line):
        line += 1
    return line - start


def _make_parser() -> _Parser:
    parser = _Parser("commonmark", {"html": False, "xhtmlOut": False}, renderer_cls=_Renderer)
    # One level more than allowed, so that what is too deep can be seen and refused.
    parser.options["maxNesting"] = MAX_NESTING + 1
    parser.disable(["html_block", "html_inline"])
    parser.enable(["table", "strikethrough"])
    parser.block.ruler.at("table", _bounded_table, {"alt": ["paragraph", "reference"]})
    parser.block.ruler.at(
        "blockquote", _bounded_quote, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    parser.core.ruler.push("promote", _settle)
    return parser


_PARSER = _make_parser()
