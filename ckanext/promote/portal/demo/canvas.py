"""A small drawing board for flat pictures: shapes with smooth edges, colours by name.

Everything is drawn at twice its size and reduced at the end, which smooths the edges. Coordinates
are those of the finished picture: x to the right, y down, in pixels.
"""
from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageColor, ImageDraw

Point = tuple[float, float]
Colour = str
"""``#rrggbb`` or ``#rrggbbaa``."""

SCALE = 2
BANDS = 42
"""Steps of a background that goes from one colour to another."""


@dataclass(frozen=True)
class Palette:
    """Colours that go together; ``top`` and ``bottom`` are the ends of the background."""

    top: Colour
    bottom: Colour
    dark: Colour
    main: Colour
    second: Colour
    accent: Colour
    light: Colour


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """The colour that lies ``share`` (0 to 1) of the way from one to another."""
    pairs = zip(ImageColor.getrgb(one)[:3], ImageColor.getrgb(other)[:3], strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def clear(colour: Colour, opacity: float) -> Colour:
    """The colour, seen through; opacity from 0 to 1."""
    return f"{colour[:7]}{round(opacity * 255):02x}"


def turned(points: Sequence[Point], degrees: float, around: Point) -> list[Point]:
    """The points turned clockwise (as seen) around one of them."""
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    x0, y0 = around
    return [
        (x0 + (x - x0) * cosine - (y - y0) * sine, y0 + (x - x0) * sine + (y - y0) * cosine)
        for x, y in points
    ]


def curve(points: Sequence[Point], steps: int = 14) -> list[Point]:
    """A smooth line through the points (Catmull-Rom)."""
    padded = [points[0], *points, points[-1]]
    line: list[Point] = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for step in range(steps):
            t = step / steps
            line.append((_between(t, a[0], b[0], c[0], d[0]), _between(t, a[1], b[1], c[1], d[1])))
    return [*line, points[-1]]


def _between(t: float, a: float, b: float, c: float, d: float) -> float:
    return 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )


class Canvas:
    """A picture in the making."""

    def __init__(self, width: int, height: int, top: Colour, bottom: Colour) -> None:
        """Start with a background that goes from one colour to another, downwards."""
        self.width, self.height = width, height
        column = Image.new("RGB", (1, BANDS))
        for band in range(BANDS):
            column.putpixel((0, band), ImageColor.getrgb(mix(top, bottom, band / (BANDS - 1))))
        size = (width * SCALE, height * SCALE)
        self.image = column.resize(size, Image.Resampling.NEAREST)
        self._draw = ImageDraw.Draw(self.image, "RGBA")

    def box(
        self, x: float, y: float, width: float, height: float, colour: Colour, radius: float = 0
    ) -> None:
        """A rectangle by its corner and size, with round corners if wanted."""
        corners = [x * SCALE, y * SCALE, (x + width) * SCALE, (y + height) * SCALE]
        self._draw.rounded_rectangle(corners, radius * SCALE, fill=colour)

    def circle(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """A disc by its centre."""
        self.ellipse(x, y, radius, radius, colour)

    def ellipse(self, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
        """A filled ellipse by its centre and half-axes."""
        self._draw.ellipse(
            [(x - rx) * SCALE, (y - ry) * SCALE, (x + rx) * SCALE, (y + ry) * SCALE], fill=colour
        )

    def ring(self, x: float, y: float, radius: float, thick: float, colour: Colour) -> None:
        """A circle's outline, ``thick`` inwards."""
        self.arc(x, y, radius, 0, 360, thick, colour)

    def arc(
        self, x: float, y: float, radius: float, start: float, end: float, thick: float, c: Colour
    ) -> None:
        """Part of a ring; degrees clockwise from three o'clock."""
        box = [(x - radius) * SCALE, (y - radius) * SCALE, (x + radius) * SCALE]
        self._draw.arc([*box, (y + radius) * SCALE], start, end, fill=c, width=round(thick * SCALE))

    def slice(
        self, x: float, y: float, radius: float, start: float, end: float, colour: Colour
    ) -> None:
        """A slice of a disc; degrees clockwise from three o'clock."""
        box = [(x - radius) * SCALE, (y - radius) * SCALE, (x + radius) * SCALE]
        self._draw.pieslice([*box, (y + radius) * SCALE], start, end, fill=colour)

    def shape(self, points: Sequence[Point], colour: Colour) -> None:
        """A filled polygon."""
        self._draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=colour)

    def line(self, points: Sequence[Point], thick: float, colour: Colour) -> None:
        """A line with round ends and joints (an opaque colour, or joints show)."""
        self._draw.line(
            [(x * SCALE, y * SCALE) for x, y in points],
            fill=colour, width=round(thick * SCALE), joint="curve",
        )
        for x, y in points:
            self.circle(x, y, thick / 2, colour)

    def ground(self, points: Sequence[Point], colour: Colour) -> None:
        """Everything under a smooth line, down to the lower edge."""
        top = curve(points)
        self.shape([*top, (top[-1][0], self.height), (top[0][0], self.height)], colour)

    def drop(self, x: float, y: float, size: float, colour: Colour) -> None:
        """A drop of water; ``y`` is the centre of its round part, ``size`` its radius."""
        self.circle(x, y, size, colour)
        waist = (x + size * 0.36, y - size * 1.5)
        tip = [(x, y - size * 2.3), waist, (x + size * 0.93, y - size * 0.36)]
        mirror = [(2 * x - px, py) for px, py in reversed(tip[1:])]
        self.shape([*curve(tip), *curve(mirror)], colour)

    def capsule(
        self, x: float, y: float, length: float, thick: float, degrees: float, colour: Colour
    ) -> None:
        """A bar with round ends around its centre, turned clockwise."""
        half = (length - thick) / 2
        self.line(turned([(x - half, y), (x + half, y)], degrees, (x, y)), thick, colour)

    def png(self) -> bytes:
        """The finished picture."""
        small = self.image.resize((self.width, self.height), Image.Resampling.LANCZOS)
        file = io.BytesIO()
        small.save(file, "PNG")
        return file.getvalue()
