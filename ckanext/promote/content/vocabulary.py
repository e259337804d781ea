"""The words that a field may choose from: those of the policy profile, and our closed sets."""
from __future__ import annotations

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base import active_policy
from ckanext.promote.base.i18n import N_

STAGES: tuple[tuple[str, str], ...] = (
    ("planned", N_("Planned")),
    ("in_development", N_("In development")),
    ("available", N_("Available")),
    ("retired", N_("Retired")),
)
PLATFORMS: tuple[tuple[str, str], ...] = (
    ("web", N_("Web")),
    ("android", N_("Android")),
    ("ios", N_("iPhone and iPad")),
    ("windows", N_("Windows")),
    ("macos", N_("macOS")),
    ("linux", N_("Linux")),
    ("other", N_("Another place")),
)
LANGUAGES: tuple[tuple[str, str], ...] = (
    ("es", N_("Spanish")),
    ("en", N_("English")),
    ("nah", N_("Nahuatl")),
    ("yua", N_("Maya")),
    ("tzo", N_("Tzotzil")),
    ("mix", N_("Mixtec")),
    ("zap", N_("Zapotec")),
    ("fr", N_("French")),
    ("pt", N_("Portuguese")),
)
CLOSED = {"stages": STAGES, "platforms": PLATFORMS, "languages": LANGUAGES}


def choices(vocabulary: str) -> list[tuple[str, str]]:
    """Value and label, in the reader's language, in the order in which they are offered."""
    if vocabulary in CLOSED:
        return [(value, tk._(label)) for value, label in CLOSED[vocabulary]]
    if vocabulary == "licenses":
        register = model.Package.get_license_register()
        return [(item.id, tk._(item.title)) for item in register.values()]
    return active_policy.get().choices(vocabulary, active_policy.language())


def label(vocabulary: str, value: str) -> str:
    """The label of a value; the value itself when nobody knows it any more."""
    return dict(choices(vocabulary)).get(value, value)
