"""A believable portal of an invented country's institutions, for those who try this extension.

Names, people and figures are invented; places of Mexico are real. Every text is in Spanish and was
written for this demonstration. `load` gives everything but the pictures (`covers` draws them) and
needs no CKAN.
"""
from __future__ import annotations

from ckanext.promote.portal.demo.loading import (
    Dataset,
    Demo,
    Institution,
    Map,
    Paper,
    Resource,
    Review,
    View,
    load,
    load_reviews,
)

__all__ = [
    "CENTRAL", "MEMBERSHIPS", "Dataset", "Demo", "Institution", "Map", "Paper", "Resource",
    "Review", "View", "load", "load_reviews",
]  # fmt: skip

CENTRAL = "unidad-de-gobierno-abierto"
"""The organization of the central team."""

MEMBERSHIPS = {
    "central": (CENTRAL, "admin"),
    "liaison": ("instituto-del-agua", "editor"),
    "liaison2": ("secretaria-de-salud-publica", "editor"),
}
"""Organization and capacity of the portal's accounts."""
