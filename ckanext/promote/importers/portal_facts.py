"""What an import has to know of the portal: its types, words, institutions and contacts."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.promote import config
from ckanext.promote.base import active_policy
from ckanext.promote.content import registry
from ckanext.promote.content import vocabulary as words
from ckanext.promote.importers.mapping import Vocabulary
from ckanext.promote.importers.matching import Institutions
from ckanext.promote.importers.values import email_of, entries, line

LANGUAGES = ("es", "en")
OF_THE_POLICY = ("sectors", "axes", "tool_kinds", "event_kinds")
OURS = ("stages", "languages", "licenses")


@dataclass(frozen=True)
class Facts:
    """All that is read before the first record."""

    vocabulary: Vocabulary
    institutions: Institutions
    contacts: Mapping[str, str]
    """The address of each institution that has one, by its name."""
    given_contact: str
    """What the command was given."""

    def contact_for(self, institution: str) -> tuple[str, str]:
        """An e-mail address and where it comes from; nothing when there is none."""
        offered = (
            (self.given_contact, "--contact"),
            (self.contacts.get(institution, ""), "of its institution"),
            (config.import_contact(), "option ckanext.promote.import.contact"),
        )
        return next(((address, whence) for address, whence in offered if address), ("", ""))


def load(contact: str) -> Facts:
    """Read the facts; ``contact`` is what the command was given."""
    institutions = list(_institutions())
    contacts = {each["name"]: each["contact"] for each in institutions if each["contact"]}
    return Facts(_vocabulary(), Institutions(institutions), contacts, contact)


def key_of_package_type(package_type: str) -> str:
    """The key of the content type whose packages are called so; the type itself if none is."""
    active = registry.by_package_type(package_type)
    return active.key if active else package_type


def _vocabulary() -> Vocabulary:
    profile = active_policy.get()
    found: dict[str, dict[str, list[str]]] = {}
    for name in OF_THE_POLICY:
        found[name] = {}
        for language in LANGUAGES:
            for slug, label in profile.choices(name, language):
                found[name].setdefault(slug, []).append(label)
    for name in OURS:
        found[name] = {slug: [label] for slug, label in words.choices(name)}
    fields = {
        active.key: frozenset(field.name for field in active.declaration.all_fields)
        for active in registry.active_types()
    }
    return Vocabulary(fields, found)


def _institutions() -> Iterator[dict[str, Any]]:
    """Each organization with name, title, aliases and contact address.

    From the database: ``organization_list`` asks the search index, and gives 25 at a time.
    """
    statement = sa.select(model.Group).where(
        model.Group.is_organization.is_(True), model.Group.state == model.State.ACTIVE
    )
    for group in model.Session.execute(statement).scalars():
        # CKAN 2.12 maps extras from the table, where no type checker sees them.
        extras = dict(getattr(group, "extras", None) or {})
        yield {
            "name": group.name,
            "title": group.title or "",
            "aliases": [line(alias) for alias in entries(extras.get("aliases"))],
            "contact": email_of(extras.get("contact_email")),
        }
