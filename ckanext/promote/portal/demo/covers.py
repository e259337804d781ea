"""Covers and logos of the demonstration: own flat drawings, the same at every run.

Nothing is fetched and no font is used. A cover has the colours of its content's sector.
"""
from __future__ import annotations

from collections.abc import Callable

from ckanext.promote.portal.demo import logos
from ckanext.promote.portal.demo.canvas import Canvas, Palette
from ckanext.promote.portal.demo.motifs import MOTIFS

WIDTH, HEIGHT = 1200, 630
LOGO_SIDE = 320

PALETTES = {
    "salud": Palette("#e6f4f1", "#bfe3dc", "#0f4c4a", "#1f8a80", "#f08a7b", "#f6c36a", "#ffffff"),
    "geoespacial": Palette(
        "#ece7f8", "#d0c5ec", "#2e2354", "#6a54b8", "#f08a3c", "#f6c453", "#ffffff"
    ),
    "seguridad-y-justicia": Palette(
        "#3d3563", "#5a4a88", "#241d42", "#7d6bc0", "#e9616a", "#f7c65b", "#f6f1ff"
    ),
    "energia-y-medio-ambiente": Palette(
        "#dff1f0", "#b5dfce", "#124b3a", "#2f9169", "#76c08c", "#f5c445", "#fffef5"
    ),
    "educacion": Palette(
        "#fdf0dc", "#f7d7ae", "#5b2238", "#b8415c", "#2f7f8f", "#f2b134", "#fffaf0"
    ),
    "economia": Palette(
        "#fbe9dd", "#f3c9ae", "#53261c", "#c8553d", "#2f6b6a", "#f3b544", "#fff8f0"
    ),
    "cultura-y-turismo": Palette(
        "#fde3df", "#f4b9bb", "#4a1f4f", "#8c3f8f", "#e2725b", "#f6bd4b", "#fff6ee"
    ),
    "finanzas-y-contrataciones": Palette(
        "#22304a", "#34496f", "#151f33", "#4f7cac", "#7fb6a6", "#e2ae4a", "#f5efe0"
    ),
    "infraestructura": Palette(
        "#12324f", "#1c4a6e", "#0a2236", "#3f87b5", "#79b8d6", "#f4b942", "#eef6fa"
    ),
    "desarrollo-sostenible": Palette(
        "#e8f0d8", "#c5dda9", "#2c4a23", "#5b8f3e", "#2a7f86", "#f0a93b", "#fdfcf2"
    ),
    "gobiernos-locales": Palette(
        "#dff3f2", "#aadedb", "#0d3b45", "#138086", "#e8684a", "#f9c74f", "#fffaf0"
    ),
    "otros": Palette("#e9edf3", "#c9d4e5", "#26344d", "#4b6a9b", "#d9705f", "#efb84c", "#ffffff"),
}


def cover(motif: str, sector: str) -> bytes:
    """A PNG of 1200 by 630 pixels: the motif in the colours of the sector."""
    palette = PALETTES[sector]
    canvas = Canvas(WIDTH, HEIGHT, palette.top, palette.bottom)
    MOTIFS[motif](canvas, palette)
    return canvas.png()


def logo(sign: str, back: str, main: str, second: str) -> bytes:
    """A square PNG with an institution's sign in three colours."""
    draw: Callable[[Canvas, str, str, str], None] = logos.SIGNS[sign]
    canvas = Canvas(LOGO_SIDE, LOGO_SIDE, "#ffffff", "#ffffff")
    canvas.box(0, 0, LOGO_SIDE, LOGO_SIDE, back)
    draw(canvas, back, main, second)
    return canvas.png()
