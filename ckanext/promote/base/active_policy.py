"""The policy profile that this portal runs on, and the reader's language for its labels."""
from __future__ import annotations

import ckantoolkit as tk

from ckanext.promote import config
from ckanext.promote.base.policy import Policy, load


def get() -> Policy:
    """The profile that the option ``ckanext.promote.policy`` names (read once per change)."""
    return load(config.policy())


def language() -> str:
    """The reader's language; outside of a request, the portal's."""
    try:
        return str(tk.h.lang())
    except RuntimeError:
        return str(tk.config.get("ckan.locale_default") or "en")
