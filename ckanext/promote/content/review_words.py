"""The words of the policy profile for the review: what is looked at, and why a text goes back."""
from __future__ import annotations

from ckanext.promote.base import active_policy
from ckanext.promote.content import review


def specifications(type_key: str) -> list[dict[str, str]]:
    """What a reviewer looks at for a type: slug and label."""
    language = active_policy.language()
    return [
        {"slug": each.slug, "label": each.label.get(language)}
        for each in review.specifications(type_key)
    ]


def reasons() -> list[dict[str, str]]:
    """The usual reasons for a return: slug, label and the text that its author reads."""
    language = active_policy.language()
    return [
        {"slug": each.slug, "label": each.label.get(language), "text": each.text.get(language)}
        for each in active_policy.get().publishing.reasons
    ]


def reason(usual: list[str], words: str) -> str:
    """What an author reads: the usual reasons that were ticked, then the reviewer's own words."""
    texts = [each["text"] for each in reasons() if each["slug"] in usual]
    return "\n".join([*texts, *([words.strip()] if words.strip() else [])])
