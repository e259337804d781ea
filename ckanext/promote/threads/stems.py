"""Words as the search knows them: folded, without endings, so that inflections are one. Pure.

PostgreSQL's own Spanish stems depend on accents that people leave out ("medicion"), and tell
"calidad" from "calidades". Here a word loses its plural and its last vowel, and what is left is cut
to seven letters: good enough to find a question again, in Spanish and in English.
"""
from __future__ import annotations

from ckanext.promote.threads.rules import folded

LONGEST = 7
MOST = 2_000
"""Words of a text that are looked at; what comes later finds nobody."""

STOP = frozenset(
    "a al ante con como cual cuales cuando de del desde donde el ella ellos en entre era es esa "
    "ese eso esta estan este esto fue ha hay han la las le les lo los mas me mi muy no nos o "
    "para pero por porque que quien se ser si sin sobre son su sus tambien te tiene tienen tu un "
    "una uno unos unas y ya yo hola gracias favor puede pueden "
    "an and are as at be by can do does for from how i in is it of on or our that the their there "
    "these they this to was we what when where which who why will with you your please".split()
)  # fmt: skip


def stems(text: str) -> list[str]:
    """The stems of a text in order, repeated ones too; words that say nothing are left out."""
    words = folded(text[:100_000]).split()[:MOST]
    return [_stem(word) for word in words if word not in STOP and (len(word) > 1 or word.isdigit())]


def _stem(word: str) -> str:
    if word.isdigit() or len(word) < 4:
        return word
    if word.endswith("es") and len(word) > 5 and word[-3] not in "aeiou":
        word = word[:-2]
    elif word.endswith("s"):
        word = word[:-1]
    if word[-1] in "aeo" and len(word) > 3:
        word = word[:-1]
    return word[:LONGEST]
