"""The policy profile that this portal runs on, its calendar, and the reader's language."""
from __future__ import annotations

import ckantoolkit as tk

from ckanext.promote import config
from ckanext.promote.base.clock import Calendar
from ckanext.promote.base.policy import Policy, load


def get() -> Policy:
    """The profile that the option ``ckanext.promote.policy`` names (read once per change)."""
    return load(config.policy())


def calendar() -> Calendar:
    """The days of this portal: CKAN's display time zone, the profile's country and closed days."""
    profile = get()
    zone = tk.h.get_display_timezone()
    return Calendar(zone, profile.country, frozenset(profile.closed_days))


def language() -> str:
    """The reader's language; outside of a request, the portal's."""
    try:
        return str(tk.h.lang())
    except RuntimeError:
        return str(tk.config.get("ckan.locale_default") or "en")
