"""Find the sector (or any word of a vocabulary) that a source's category means. Pure."""
from __future__ import annotations

from collections.abc import Mapping, Sequence

from ckanext.promote.importers.matching import fold

_SMALL_WORDS = frozenset("a de del el en la las los o u y e of and the".split())

TOO_GENERAL = frozenset(
    "desarrollo development gobierno gobiernos government medio publico publica social".split()
)
"""Words that say nothing alone: not every government is a local one."""

SYNONYMS: dict[str, str] = {
    "geografia": "geoespacial",
    "cartografia": "geoespacial",
    "mapas": "geoespacial",
    "ecologia": "energia-y-medio-ambiente",
    "compras publicas": "finanzas-y-contrataciones",
    "presupuesto": "finanzas-y-contrataciones",
    "municipios": "gobiernos-locales",
    "estados y municipios": "gobiernos-locales",
}
"""Words for sectors that share no word with the slug or the label; used where the slug exists."""


def word_of(value: str, vocabulary: Mapping[str, Sequence[str]]) -> str:
    """The slug that a text means, or nothing.

    :param vocabulary: slug to labels. Equal after folding is best; else all words of the text are
        in the slug and its labels, and in no other's (``Seguridad`` for ``seguridad-y-justicia``).
    """
    folded = fold(value)
    if not folded or folded in TOO_GENERAL:
        return ""
    for slug, labels in vocabulary.items():
        if folded in {fold(called) for called in (slug, *labels)}:
            return slug
    if SYNONYMS.get(folded) in vocabulary:
        return SYNONYMS[folded]
    wanted = _stems(folded)
    hits = [
        slug
        for slug, labels in vocabulary.items()
        if wanted and wanted <= set().union(*(_stems(fold(each)) for each in (slug, *labels)))
    ]
    return hits[0] if len(hits) == 1 else ""


def _stems(folded: str) -> set[str]:
    """The words that count, without their ending for number and gender."""
    words = (word for word in folded.split() if word not in _SMALL_WORDS)
    return {word.rstrip("s").rstrip("aeo") if len(word) > 4 else word for word in words}
