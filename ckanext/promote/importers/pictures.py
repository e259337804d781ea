"""Find the pictures that a record names in the folder that is imported."""
from __future__ import annotations

import os
from pathlib import Path
from typing import Any

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp"})
FOLDERS = (
    "", "assets", "images", "img", "assets/images", "assets/img", "public", "static",
    "assets/img/impacto", "assets/img/herramientas",
)  # fmt: skip
"""Where static sites keep pictures, below the site's folder."""


def find(named: Any, root: Path | None, source_path: str = "") -> Path | None:
    """The file that a relative path means, if it lies in the folder; else None.

    :param source_path: the record's own path in the folder; what it names may be beside it
    """
    if root is None or not isinstance(named, str) or not 0 < len(named) <= 500:
        return None
    relative = named.split("?")[0].split("#")[0].strip().lstrip("/")
    if "://" in named or Path(relative).suffix.lower() not in SUFFIXES:
        return None
    here = Path(source_path).parent
    places = [*FOLDERS, here.as_posix(), *(p.as_posix() for p in here.parents)]
    for place in dict.fromkeys(places):
        found = _inside(root, root / place / relative)
        if found:
            return found
    return None


def _inside(root: Path, candidate: Path) -> Path | None:
    try:
        real = candidate.resolve(strict=True)
        is_readable = real.is_file() and os.access(real, os.R_OK)
    except (OSError, RuntimeError, ValueError):
        return None
    return real if is_readable and real.is_relative_to(root) else None
