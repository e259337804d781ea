"""What is different between two texts of a content, field by field. Pure but for its labels."""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from ckanext.promote.base.helpers import promote_size
from ckanext.promote.content.description import FORMLESS, ContentType, Field

Pieces = list[tuple[str, str]]
MOST_PAIRS = 250_000
"""Pairs of lines, and of words, that are compared at most: what is beyond is shown whole, since
time grows with their square, and anybody may propose a text of a thousand equal lines."""
LITTLE = 0.35
"""Texts that share less are shown one after the other: woven into one nobody could read them."""


def changes(
    declaration: ContentType, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The fields that are different, in the order of the form.

    :returns: for texts ``{"label", "pieces"}`` with pieces ``same``, ``gone`` and ``new``; for the
        others ``{"label", "before", "after"}`` as lines
    """
    found: list[dict[str, Any]] = []
    for declared in declaration.all_fields:
        if declared.widget in FORMLESS:
            continue
        old, new = _shown(declared, before), _shown(declared, after)
        if old == new and not _is_other_file(declared, before, after):
            continue
        if declared.widget in ("line", "text", "markdown"):
            found.append({"label": declared.label, "pieces": pieces(old, new)})
        else:
            found.append({"label": declared.label, "before": old, "after": new})
    return found


def _shown(declared: Field, values: Mapping[str, Any]) -> str:
    """A value as one text."""
    value = values.get(declared.name)
    if declared.widget == "institution":
        institution = values.get("institution") or {}
        return institution.get("title", "")
    if declared.widget == "document" and values.get("document"):
        return f"{values['document']['filename']}, {promote_size(values['document']['size'])}"
    if declared.widget == "tags":
        return "\n".join(sorted(_as_text(each) for each in value or []))
    return _as_text(value)


def _is_other_file(
    declared: Field, before: Mapping[str, Any], after: Mapping[str, Any]
) -> bool:
    """Whether another file stands in the place of one, under the same name maybe."""
    old, new = (values.get("document") or {} for values in (before, after))
    return declared.widget == "document" and old.get("id") != new.get("id")


def _as_text(value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, Mapping):
        if set(value) == {"name"}:
            return str(value["name"])
        return ", ".join(f"{key}: {_as_text(each)}" for key, each in value.items() if each)
    if isinstance(value, (list, tuple)):
        return "\n".join(_as_text(each) for each in value)
    return str(value)


def pieces(before: str, after: str) -> Pieces:
    """Two texts as one, with what is gone and what is new: by lines, and inside them by words."""
    weaver = _Weaver()
    for old, new in _blocks(before.splitlines(keepends=True), after.splitlines(keepends=True)):
        if old == new:
            weaver.add("same", old)
        else:
            weaver.weave(_words(old), _words(new))
    return weaver.found


def _blocks(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """The lines of both in their order, those that are the same and those that are not."""
    head = _shared_head(old, new)
    tail = _shared_head(old[head:][::-1], new[head:][::-1])
    yield "".join(old[:head]), "".join(new[:head])
    middle = (old[head : len(old) - tail], new[head : len(new) - tail])
    if len(middle[0]) * len(middle[1]) > MOST_PAIRS:
        yield "".join(middle[0]), "".join(middle[1])
    else:
        for _, old_from, old_to, new_from, new_to in _opcodes(*middle):
            yield "".join(middle[0][old_from:old_to]), "".join(middle[1][new_from:new_to])
    yield "".join(old[len(old) - tail :]), "".join(new[len(new) - tail :])


class _Weaver:
    """Puts pieces together, as long as comparing words has not cost too much."""

    def __init__(self) -> None:
        self.found: Pieces = []
        self.pairs_left = MOST_PAIRS

    def add(self, kind: str, text: str) -> None:
        """Append a text, to the piece before it when that is of the same kind."""
        if self.found and self.found[-1][0] == kind:
            self.found[-1] = (kind, self.found[-1][1] + text)
        elif text:
            self.found.append((kind, text))

    def weave(self, old: list[str], new: list[str]) -> None:
        """Append two different texts as one."""
        self.pairs_left -= len(old) * len(new)
        codes = _opcodes(old, new) if self.pairs_left > 0 else []
        kept = sum(_letters(old[start:end]) for tag, start, end, *_ in codes if tag == "equal")
        if kept < LITTLE * max(_letters(old), _letters(new)):
            codes = [("replace", 0, len(old), 0, len(new))]
        for tag, old_from, old_to, new_from, new_to in codes:
            if tag == "equal":
                self.add("same", "".join(old[old_from:old_to]))
                continue
            self.add("gone", "".join(old[old_from:old_to]))
            self.add("new", "".join(new[new_from:new_to]))


def _opcodes(old: list[str], new: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\S+", text)


def _letters(words: list[str]) -> int:
    return sum(len(word.strip()) for word in words)


def _shared_head(old: list[str], new: list[str]) -> int:
    """How many items at the beginning are the same."""
    together = zip(old, new, strict=False)
    return next((at for at, (one, two) in enumerate(together) if one != two),
                min(len(old), len(new)))  # fmt: skip
