"""Match what a source says about its author to an institution of the portal. Pure: no CKAN."""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

_NOT_WORD = re.compile(r"[\W_]+")
_SMALL_WORDS = frozenset("de del la las el los lo y e en the of and for".split())
_IN_BRACKETS = re.compile(r"\(([^()]{2,100})\)")
_STRONG_SEPARATOR = re.compile(r"\s*[|;&/\n]\s*|\s+[-–—]\s+")
_WEAK_SEPARATOR = re.compile(r"\s*,\s*|\s+(?:y|e|and)\s+")


def fold(text: str) -> str:
    """A text for comparing: lower case, no accents, words with one space between them."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _NOT_WORD.sub(" ", letters).strip()


class Institutions:
    """The institutions of a portal, found by what people call them."""

    def __init__(self, institutions: Iterable[Mapping[str, Any]]) -> None:
        """:param institutions: each with name, title and aliases (a list)"""
        self._exact: dict[str, set[str]] = {}
        self._loose: dict[str, set[str]] = {}
        for institution in institutions:
            name = str(institution["name"])
            for called in _names_of(institution):
                self._exact.setdefault(fold(called), set()).add(name)
                self._loose.setdefault(_without_small_words(called), set()).add(name)

    def match(self, texts: Sequence[str]) -> str | None:
        """Name of the first institution that one of the texts means; None when none does.

        A text that could mean two institutions means none.
        """
        for text in texts:
            for candidate in _candidates(text):
                for names, key in (
                    (self._exact, fold(candidate)),
                    (self._loose, _without_small_words(candidate)),
                ):
                    found = names.get(key, set()) if key else set()
                    if len(found) == 1:
                        return next(iter(found))
        return None


def _names_of(institution: Mapping[str, Any]) -> Iterator[str]:
    """Name, title and aliases, and the title's parts: “Long Name (LN)” is called LN, too."""
    title = str(institution.get("title") or "")
    yield str(institution["name"])
    yield title
    yield from (str(alias) for alias in institution.get("aliases") or ())
    in_brackets = _IN_BRACKETS.findall(title)
    if in_brackets:
        yield _IN_BRACKETS.sub(" ", title)
        yield from in_brackets
    for short in (title.rpartition(separator)[2] for separator in (", ", " - ", " | ")):
        # An acronym at the end: three capitals at least, or every "…, Puebla" would be Puebla.
        if re.fullmatch(r"[A-ZÁÉÍÓÚÑ]{3,12}", short) and short != title:
            yield short
            yield title[: -len(short)].rstrip(" ,-|")


def _candidates(text: str) -> Iterator[str]:
    """What may be an institution in a text: the whole first, then ever smaller parts of it."""
    text = text[:1000]
    yield text
    strong = [part for part in _STRONG_SEPARATOR.split(text) if part]
    for part in strong:
        yield part
        yield _IN_BRACKETS.sub(" ", part)
        for weak in _WEAK_SEPARATOR.split(part):
            if weak != part:
                yield weak
                yield _IN_BRACKETS.sub(" ", weak)
    yield from _IN_BRACKETS.findall(text)


def _without_small_words(text: str) -> str:
    return " ".join(word for word in fold(text).split() if word not in _SMALL_WORDS)
