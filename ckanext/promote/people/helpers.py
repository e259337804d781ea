"""What templates ask about people. None of these asks the database."""
from __future__ import annotations

from ckanext.promote import config
from ckanext.promote.base import active_policy


def promote_roles(institution: str) -> list[tuple[str, str]]:
    """Slug and label of the roles that an institution can give, by its name."""
    is_central = institution == config.central_team()
    language = active_policy.language()
    return [
        (each.slug, each.label.get(language))
        for each in active_policy.get().roles
        if is_central or not each.only_central_team
    ]


def promote_government_types() -> list[tuple[str, str]]:
    """Slug and label of the types of government."""
    return active_policy.get().choices("government_types", active_policy.language())
