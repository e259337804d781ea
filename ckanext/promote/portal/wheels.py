"""Where an installed package keeps its files, found without importing it."""
from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from ckanext.promote.portal.console import PortalError


def folder_of(package: str) -> Path:
    """Give the folder of an installed package."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise PortalError(f"{package} is not installed here: start with make, which installs it.")
    return Path(spec.origin).parent
