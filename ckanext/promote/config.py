"""The options of the plugin, read with their types. Declared in config_declaration.yaml."""
from __future__ import annotations

import re

import ckantoolkit as tk

PREFIX = "ckanext.promote."
LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
HOST = re.compile(rf"(?=.{{1,253}}$){LABEL}(?:\.{LABEL})*")
"""A host as browsers write it: in lower case, names of other scripts in their ASCII form."""


def features() -> frozenset[str]:
    """Names of the features that are on. Pages of conversations need the conversations."""
    found = frozenset(tk.config[PREFIX + "features"])
    return found if "threads" in found else found - {"feedback"}


def types() -> list[str]:
    """Content types that are on, each ``key``, ``key:type`` or ``key:type:path``."""
    return list(tk.config[PREFIX + "types"])


def menu() -> list[str]:
    """Entries of the header: keys of content types, ``impact``, ``questions``."""
    return list(tk.config[PREFIX + "menu"])


def policy() -> str:
    """Name of a packaged policy profile, or the path of a file."""
    return str(tk.config[PREFIX + "policy"])


def central_team() -> str:
    """Name of the organization that coordinates; empty: sysadmins only."""
    return str(tk.config[PREFIX + "central_team"] or "")


def site_user() -> str:
    """Name of the account by which CKAN acts itself."""
    return str(tk.config["ckan.site_id"])


def submissions() -> str:
    """Who may propose contents that are no institution's: anyone, registered, institutions."""
    return str(tk.config[PREFIX + "submissions"])


def import_contact() -> str:
    """E-mail address for imported contents that bring none; empty: they are refused."""
    return str(tk.config[PREFIX + "import.contact"] or "")


def image_max_megabytes() -> int:
    """Largest image that may be uploaded, in megabytes."""
    return int(tk.config[PREFIX + "image.max_megabytes"])


def document_max_megabytes() -> int:
    """Largest document that may be uploaded, in megabytes."""
    return int(tk.config[PREFIX + "document.max_megabytes"])


def embed_hosts() -> tuple[str, ...]:
    """Hosts whose pages tools may show, in lower case; ``.name`` means all below that name."""
    return tuple(tk.config[PREFIX + "embed.hosts"])


def checks_links() -> bool:
    """Whether the addresses that contents name are looked at."""
    return bool(tk.config[PREFIX + "links.check"])


def page_size() -> int:
    """Contents on a page of a list."""
    return int(tk.config[PREFIX + "page_size"])


def trusted_proxies() -> int:
    """How many proxies in front of CKAN add to ``X-Forwarded-For``."""
    return int(tk.config[PREFIX + "trusted_proxies"])


def limit(scope: str, window: str) -> int:
    """How often a ``user``, ``visitor`` or ``network`` may do a thing in an ``hour`` or ``day``.

    0: as often as it likes.
    """
    return int(tk.config[PREFIX + f"limits.{scope}.{window}"])


def form_min_seconds() -> int:
    """How long a visitor's form has to be open before it is sent."""
    return int(tk.config[PREFIX + "form.min_seconds"])


def feedback_who() -> str:
    """Who may write in conversations: anyone, registered."""
    return str(tk.config[PREFIX + "feedback.who"])


def newcomer_days() -> int:
    """How long an account counts as new; 0: never."""
    return int(tk.config[PREFIX + "moderation.newcomer_days"])
