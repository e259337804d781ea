"""What is different between two texts of a content, field by field. Pure but for its labels."""
from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from ckanext.promote.base.helpers import promote_size
from ckanext.promote.content.description import FORMLESS, ContentType, Field

Pieces = list[tuple[str, str]]
LONG = 20_000
"""Characters from which a text is compared by lines: by words it would take too long."""


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
    """Two texts as one, with what is gone and what is new, by words (long ones by lines)."""
    pattern = r"[^\n]*\n?" if max(len(before), len(after)) > LONG else r"\s+|[^\s]+"
    old, new = re.findall(pattern, before), re.findall(pattern, after)
    found: Pieces = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            found.append(("same", "".join(old[old_from:old_to])))
            continue
        if old_to > old_from:
            found.append(("gone", "".join(old[old_from:old_to])))
        if new_to > new_from:
            found.append(("new", "".join(new[new_from:new_to])))
    return found
