"""Find the four sections of a story in its text by their headings.

A heading is a line of #, an underlined line, or a line in bold letters (also with the text right
after it: ``**Results:** …``). A section goes on to the next heading that is not below its own.
"""
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ckanext.promote.importers.matching import fold

SECTIONS = ("background", "challenges", "solution", "results")

CORE: dict[str, frozenset[str]] = {
    "background": frozenset("antecedente antecedentes contexto background context".split()),
    "challenges": frozenset(
        "reto retos desafio desafios problema problemas problematica problematicas challenge "
        "challenges problem problems".split()
    ),
    "solution": frozenset("solucion soluciones solution solutions".split()),
    "results": frozenset(
        "resultado resultados impacto impactos logro logros result results impact impacts "
        "outcome outcomes".split()
    ),
}
BESIDE = frozenset(
    "a al con de del e el en la las lo los que se su sus un una y nuestra nuestras nuestro "
    "nuestros principal principales gran grandes general generales inicial proyecto caso historia "
    "datos iniciativa herramienta plataforma obtenido obtenidos obtenida obtenidas alcanzado "
    "alcanzados logrado logrados esperado esperados encontrado encontrados enfrentado enfrentados "
    "identificado identificados propuesta propuestas propuesto implementada implementado "
    "desarrollada adoptada planteada and the of our main key project".split()
)
"""Words that may stand in a heading beside the one that tells its section."""

BOLD_LEVEL = 7

_ATX = re.compile(r" {0,3}(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*")
_BOLD = re.compile(r" {0,3}(\*\*|__)(?P<title>[^*_\n]{2,80})\1[ \t]*:?[ \t]*(?P<after>[^\n]*)")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")


@dataclass(frozen=True)
class _Part:
    """A heading (level 0 for the text before any) and the lines after it."""

    level: int
    title: str
    heading: str
    lines: tuple[str, ...]


def split(markdown: str) -> tuple[str, dict[str, str]]:
    """What belongs to no section, and the text of each section that is there."""
    rest: list[str] = []
    found: dict[str, list[str]] = {}
    current, level = "", 0
    for part in _parts(markdown):
        section = section_of(part.title) if part.level else ""
        if section:
            current, level = section, part.level
            found.setdefault(section, []).append("\n".join(part.lines).strip())
            continue
        if current and part.level <= level:
            current = ""
        text = "\n".join([part.heading, *part.lines] if part.heading else part.lines).strip()
        if text:
            (found[current] if current else rest).append(text)
    sections = {name: "\n\n".join(filter(None, texts)) for name, texts in found.items()}
    return "\n\n".join(rest), {name: text for name, text in sections.items() if text}


def section_of(title: str) -> str:
    """The section that a heading names, or nothing."""
    words = [word for word in fold(title).split() if not word.isdigit()]
    named = {name for name, core in CORE.items() if core.intersection(words)}
    if len(words) > 8 or len(named) != 1:
        return ""
    name = named.pop()
    return name if CORE[name].union(BESIDE).issuperset(words) else ""


def _parts(markdown: str) -> Iterator[_Part]:
    level, title, heading = 0, "", ""
    lines: list[str] = []
    in_code = False
    all_lines = markdown.split("\n")
    skipped = -1
    for number, line in enumerate(all_lines):
        if number == skipped:
            continue
        in_code ^= bool(_FENCE.match(line))
        following = all_lines[number + 1] if number + 1 < len(all_lines) else ""
        before = all_lines[number - 1] if number else ""
        started = None if in_code else _heading(line, following, before)
        if started is None:
            lines.append(line)
            continue
        yield _Part(level, title, heading, tuple(lines))
        level, title, heading, after = started
        lines = [after] if after else []
        if level < BOLD_LEVEL and not _ATX.fullmatch(line):
            skipped = number + 1
    yield _Part(level, title, heading, tuple(lines))


def _heading(line: str, following: str, before: str) -> tuple[int, str, str, str] | None:
    """Level, title, source and the text after it on the line, if a heading begins here."""
    atx = _ATX.fullmatch(line)
    if atx:
        return len(atx[1]), atx[2], line.strip(), ""
    underline = _UNDERLINE.fullmatch(following)
    if underline and line.strip() and not before.strip() and len(line) <= 200:
        level = 1 if underline[1][0] == "=" else 2
        return level, line.strip(), f"{'#' * level} {line.strip()}", ""
    bold = _BOLD.fullmatch(line)
    if not bold or before.strip():
        return None
    is_alone = not bold["after"].strip()
    ends_with_colon = bold["title"].rstrip().endswith(":") or ":" in line[: bold.start("after")]
    if is_alone and not following.strip() and not bold["title"].rstrip().endswith((".", "!")):
        return BOLD_LEVEL, bold["title"], line.strip(), ""
    if section_of(bold["title"]) and (is_alone or ends_with_colon):
        return BOLD_LEVEL, bold["title"], "", bold["after"].strip()
    return None
