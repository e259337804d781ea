"""Signs of the demonstration's institutions, on a square of 320 pixels a side."""
from __future__ import annotations

import math
from collections.abc import Callable

from ckanext.promote.portal.demo.canvas import Canvas, curve

Sign = Callable[[Canvas, str, str, str], None]


def _nodes(c: Canvas, back: str, main: str, second: str) -> None:
    spots = [(160 + 96 * math.cos(a), 160 + 96 * math.sin(a))
             for a in (math.tau * n / 6 - math.pi / 2 for n in range(6))]
    for spot in spots:
        c.line([(160, 160), spot], 10, second)
    for number, (x, y) in enumerate(spots):
        c.circle(x, y, 27, main if number % 2 else second)
    c.circle(160, 160, 42, main)


def _cross(c: Canvas, back: str, main: str, second: str) -> None:
    c.box(124, 60, 72, 200, main, 20)
    c.box(60, 124, 200, 72, main, 20)
    c.drop(160, 172, 27, second)


def _drop(c: Canvas, back: str, main: str, second: str) -> None:
    c.drop(160, 190, 74, second)
    c.slice(160, 190, 74, 10, 170, main)
    c.line(curve([(90, 206), (126, 192), (160, 206), (194, 220), (230, 206)]), 14, main)


def _book(c: Canvas, back: str, main: str, second: str) -> None:
    for side in (-1, 1):
        top = curve([(160, 118), (160 + side * 44, 94), (160 + side * 100, 108)])
        low = curve([(160 + side * 100, 230), (160 + side * 44, 216), (160, 240)])
        c.shape([*top, *low], second)
        for row in range(3):
            c.line([(160 + side * 26, 140 + row * 30), (160 + side * 80, 134 + row * 30)], 8, main)
    c.circle(160, 68, 24, main)


def _road(c: Canvas, back: str, main: str, second: str) -> None:
    c.shape([(126, 60), (194, 60), (270, 260), (50, 260)], second)
    for y, height in ((76, 28), (126, 38), (186, 56)):
        c.box(160 - 4 - y / 40, y, 8 + y / 20, height, main, 4)


def _hexes(c: Canvas, back: str, main: str, second: str) -> None:
    for number, (x, y) in enumerate(((160, 106), (106, 200), (214, 200))):
        corner = [(x + 56 * math.cos(a), y + 56 * math.sin(a))
                  for a in (math.tau * n / 6 + math.pi / 6 for n in range(6))]
        c.shape(corner, second if number == 0 else main)


def _sun(c: Canvas, back: str, main: str, second: str) -> None:
    for ray in range(12):
        a = math.tau * ray / 12
        c.line([(160 + 84 * math.cos(a), 150 + 84 * math.sin(a)),
                (160 + 108 * math.cos(a), 150 + 108 * math.sin(a))], 14, main)
    c.circle(160, 150, 66, main)
    c.ground([(0, 236), (90, 200), (180, 226), (320, 190)], second)


def _coins(c: Canvas, back: str, main: str, second: str) -> None:
    for x, count in ((96, 3), (160, 6), (224, 4)):
        for level in range(count):
            c.ellipse(x, 240 - level * 27, 36, 14, back)
            c.ellipse(x, 232 - level * 27, 34, 13, main if level % 2 == 0 else second)


def _peaks(c: Canvas, back: str, main: str, second: str) -> None:
    c.circle(226, 96, 32, main)
    c.shape([(30, 250), (130, 90), (230, 250)], second)
    c.shape([(150, 250), (216, 150), (290, 250)], main)
    c.shape([(130, 90), (160, 138), (140, 128), (126, 146), (112, 130), (100, 138)], main)


def _waves(c: Canvas, back: str, main: str, second: str) -> None:
    c.circle(160, 120, 58, main)
    for row in range(3):
        y = 168 + row * 38
        c.line(curve([(40 + n * 40, y + 10 * (-1) ** n) for n in range(7)]), 20, second)


def _scale(c: Canvas, back: str, main: str, second: str) -> None:
    c.box(152, 70, 16, 170, main, 8)
    c.box(100, 234, 120, 18, main, 9)
    c.line([(70, 100), (250, 100)], 14, main)
    for x in (70, 250):
        c.line([(x, 100), (x - 38, 170)], 5, second)
        c.line([(x, 100), (x + 38, 170)], 5, second)
        c.slice(x, 168, 46, 0, 180, second)


def _leaf(c: Canvas, back: str, main: str, second: str) -> None:
    c.shape([*curve([(70, 250), (80, 130), (250, 70)]),
             *curve([(250, 70), (226, 220), (70, 250)])], main)
    c.line(curve([(60, 262), (130, 180), (216, 108)]), 9, back)
    c.line(curve([(40, 280), (160, 262), (290, 280)]), 14, second)


SIGNS: dict[str, Sign] = {
    "nodes": _nodes, "cross": _cross, "drop": _drop, "book": _book, "road": _road, "hexes": _hexes,
    "sun": _sun, "coins": _coins, "peaks": _peaks, "waves": _waves, "scale": _scale, "leaf": _leaf,
}
