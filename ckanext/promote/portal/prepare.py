"""The steps of a first start that need CKAN loaded, each run as a program of its own.

`python -m ckanext.promote.portal.prepare accounts|memberships` with CKAN_INI set; the
supervisor stays small that way, since it never loads CKAN. `fingerprint` tells whether the
database is up to date.
"""
from __future__ import annotations

import hashlib
import os
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path


def fingerprint() -> str:
    """Give what decides whether the database is up to date: versions and migrations."""
    digest = hashlib.sha256(f"{version('ckan')} {version('ckanext-promote')}".encode())
    for package in ("ckan", "ckanext.promote"):
        spec = find_spec(package)
        for folder in (spec.submodule_search_locations if spec else None) or ():
            for path in sorted(Path(folder, "migration").rglob("*.py")):
                digest.update(path.name.encode())
    return digest.hexdigest()


def load_ckan() -> None:
    """Load CKAN with the configuration that CKAN_INI names."""
    from ckan.cli import CKANConfigLoader  # noqa: PLC0415 -- slow import
    from ckan.config.middleware import make_app  # noqa: PLC0415 -- slow import

    make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config())


def main(step: str) -> None:
    """Take one step."""
    load_ckan()
    from ckanext.promote.portal import accounts  # noqa: PLC0415 -- needs CKAN loaded

    path = Path(os.environ["CKAN_INI"]).with_name("accounts.json")
    if step == "accounts":
        accounts.create_all(path)
    else:
        from ckanext.promote.portal.demo import MEMBERSHIPS  # noqa: PLC0415 -- slow import
        from ckanext.promote.portal.seed_reviews import seed_reviews  # noqa: PLC0415 -- slow import

        accounts.apply_memberships(path, MEMBERSHIPS)
        seed_reviews()


if __name__ == "__main__":
    main(sys.argv[1])
