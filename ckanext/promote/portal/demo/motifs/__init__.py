"""What the covers show: a function a picture, by subject."""
from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from ckanext.promote.portal.demo.canvas import Canvas, Palette
from ckanext.promote.portal.demo.motifs import desk, figures, land, meeting, street, town, water

Motif = Callable[[Canvas, Palette], None]


def _motifs_of(module: ModuleType) -> dict[str, Motif]:
    """The public functions that a module defines."""
    return {
        name: value
        for name, value in vars(module).items()
        if getattr(value, "__module__", "") == module.__name__ and not name.startswith("_")
    }


MOTIFS: dict[str, Motif] = {
    name: motif
    for module in (desk, figures, land, meeting, street, town, water)
    for name, motif in _motifs_of(module).items()
}
