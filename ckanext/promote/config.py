"""The options of the plugin, read with their types. Declared in config_declaration.yaml."""
from __future__ import annotations

import ckantoolkit as tk

PREFIX = "ckanext.promote."


def features() -> frozenset[str]:
    """Names of the features that are on."""
    return frozenset(tk.config[PREFIX + "features"])


def types() -> list[str]:
    """Content types that are on, each ``key``, ``key:type`` or ``key:type:path``."""
    return list(tk.config[PREFIX + "types"])


def policy() -> str:
    """Name of a packaged policy profile, or the path of a file."""
    return str(tk.config[PREFIX + "policy"])


def central_team() -> str:
    """Name of the organization that coordinates; empty: sysadmins only."""
    return str(tk.config[PREFIX + "central_team"] or "")


def import_contact() -> str:
    """E-mail address for imported contents that bring none; empty: they are refused."""
    return str(tk.config[PREFIX + "import.contact"] or "")


def image_max_megabytes() -> int:
    """Largest image that may be uploaded, in megabytes."""
    return int(tk.config[PREFIX + "image.max_megabytes"])


def page_size() -> int:
    """Contents on a page of a list."""
    return int(tk.config[PREFIX + "page_size"])
