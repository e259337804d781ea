"""The text of a record as Markdown for the portal: without Jekyll's marks, HTML made Markdown.

What is taken out (templates, scripts, pictures without a word) is listed, so that nothing is lost.
"""
from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ckanext.promote.base import markdown
from ckanext.promote.importers import html
from ckanext.promote.importers.source import Problem

MAX_CHARS = 100_000
"""Before cleaning. What is left has to fit into the field."""
SUMMARY_CHARS = 500
ENOUGH_FOR_A_SUMMARY = 40

MORE = re.compile(r"<!-{2,3}\s*(?:more|excerpt|readmore|leer m[aá]s)\s*-{2,3}>", re.IGNORECASE)

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_OUTPUT = re.compile(r"\{\{([^{}]{0,500})\}\}")
_LITERAL = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_TAG = re.compile(r"\{%-?\s*([a-z_]*)[^{}]{0,500}?%\}")
_KRAMDOWN = re.compile(r"[ \t]*\{:{1,2}[^{}\n]{0,300}\}")
_TOC = re.compile(r"(?im)^[ \t]*[*+-] toc[ \t]*\n[ \t]*(?=\{:)")
_HEADING_WITHOUT_SPACE = re.compile(r"(?m)^(#{2,6})(?=[^\s#])")
_IMAGE = re.compile(
    r"!\[(?P<alt>[^\[\]]{0,500})\]\(\s*<?(?P<address>[^\s()<>]{1,2000})>?[^()\n]{0,300}\)"
)
_HAS_WORD = re.compile(r"[^\W\d_]{2}")
_IS_HEADING = re.compile(r"#{1,6} |(?:\*\*|__)[^\n]{1,80}(?:\*\*|__):?$")


@dataclass
class Body:
    """A text in Markdown, and what is not in it any more."""

    markdown: str = ""
    lead: str = ""
    """What stands before the mark that ends the teaser, if there is one."""
    pictures: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


def clean(text: str) -> Body:
    """A record's text as Markdown.

    :raises Problem: when it is too long to be looked at
    """
    if len(text) > MAX_CHARS:
        raise Problem(
            "body", f"It has {len(text)} characters. At most {markdown.MAX_CHARS} are kept."
        )
    body = Body()
    more = MORE.search(text)
    if more:
        body.lead = _clean(text[: more.start()], Body())
        text = f"{text[: more.start()]}\n\n{text[more.end() :]}"
    body.markdown = _clean(text, body)
    return body


def summary_of(body: Body) -> str:
    """Plain text for the lists: the teaser, or the first paragraph that says something."""
    paragraphs = [
        each.strip()
        for each in re.split(r"\n[ \t]*\n", body.markdown)
        if each.strip() and not _IS_HEADING.match(each.strip())
    ]
    best = ""
    for candidate in (body.lead, *paragraphs[:20]):
        plain = plain_text(candidate)
        if len(plain) >= ENOUGH_FOR_A_SUMMARY:
            return plain
        best = max(best, plain, key=len)
    return best


def plain_text(text: str, max_chars: int = SUMMARY_CHARS) -> str:
    """The words of a Markdown text on one line, cut between words."""
    try:
        return markdown.to_text(text, max_chars)
    except markdown.MarkdownTooComplex:
        words = " ".join(text.split())
        return words if len(words) <= max_chars else words[: max_chars - 1].rstrip() + "…"


def _clean(text: str, body: Body) -> str:
    return _collapse("".join(_outside_code(text, lambda part: _clean_part(part, body))))


def _outside_code(text: str, convert: Callable[[str], str]) -> list[str]:
    """The parts of a text, those outside of fenced code converted."""
    parts: list[str] = []
    waiting: list[str] = []
    fence = ""
    for line in text.splitlines(keepends=True):
        found = _FENCE.match(line)
        if not fence and found:
            parts.append(convert("".join(waiting)))
            waiting, fence = [], found[1]
        waiting.append(line)
        is_end = fence and found and len(waiting) > 1 and line.strip().startswith(fence)
        if is_end and not line.strip().strip(fence[0]):
            parts.append("".join(waiting))
            waiting, fence = [], ""
    # A fence that nothing closes is no code.
    parts.append(convert("".join(waiting)))
    return parts


def _clean_part(text: str, body: Body) -> str:
    text = _without_liquid(text, body)
    for opening, closing in (
        (re.compile("<!--"), "-->"),
        (re.compile(r"<script\b", re.IGNORECASE), "</script>"),
        (re.compile(r"<style\b", re.IGNORECASE), "</style>"),
    ):
        text = _cut(text, opening, closing, body.removed)
    text = html.to_markdown(text)
    text = _HEADING_WITHOUT_SPACE.sub(r"\1 ", text)
    return _IMAGE.sub(lambda found: _picture(found, body), text)


def _without_liquid(text: str, body: Body) -> str:
    """Without the marks of Jekyll's templates and of its Markdown dialect."""
    comment = re.compile(r"\{%-?\s*comment\s*-?%\}")
    text = _cut(text, comment, "{% endcomment %}", body.removed)
    text = _OUTPUT.sub(_literal, text)
    text = _TAG.sub(lambda found: _removed_tag(found, body), text)
    return _KRAMDOWN.sub("", _TOC.sub("", text))


def _literal(found: re.Match[str]) -> str:
    """``{{ "/a.png" | prepend: site.url }}`` means /a.png, ``{{ site.url }}`` nothing."""
    literal = _LITERAL.match(found[1].strip())
    return (literal[1] or literal[2] or "") if literal else ""


def _removed_tag(found: re.Match[str], body: Body) -> str:
    if found[1] not in ("raw", "endraw", "highlight", "endhighlight"):
        body.removed.append(found[0])
    return ""


def _cut(text: str, opening: re.Pattern[str], closing: str, removed: list[str]) -> str:
    """Without what stands between an opening and its closing; an opening alone stays."""
    kept: list[str] = []
    lowered = text.lower()
    position = 0
    while found := opening.search(text, position):
        end = lowered.find(closing, found.end())
        if end < 0:
            break
        end += len(closing)
        kept.append(text[position : found.start()])
        inner = text[found.start() : end]
        if not MORE.fullmatch(inner):
            removed.append(inner)
        position = end
    return "".join([*kept, text[position:]])


def _picture(found: re.Match[str], body: Body) -> str:
    """A picture of the old site: its words stay; without words it is only listed."""
    address = found["address"]
    if address.lower().startswith(("http://", "https://")):
        return found[0]
    body.pictures.append(address)
    return found[0] if _HAS_WORD.search(found["alt"]) else ""


def _collapse(text: str) -> str:
    lines = [line.rstrip() if not line.endswith("  ") else line for line in text.split("\n")]
    text = "\n".join(line if line.strip() else "" for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
