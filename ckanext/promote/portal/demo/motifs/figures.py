"""Figures: gauges, a mosaic of areas, bars, bubbles, a pin on a plan, a compass rose."""
from __future__ import annotations

import math

from ckanext.promote.portal.demo.canvas import Canvas, Palette, Point, clear, mix, turned


def gauges(c: Canvas, p: Palette) -> None:
    """A panel with three needle gauges, a grid of cells, a rising line."""
    c.box(60, 50, 1080, 540, p.light, 34)
    for number, (turn, colour) in enumerate(((220, p.second), (300, p.main), (262, p.accent))):
        x = 240 + number * 360
        c.arc(x, 250, 130, 180, 360, 38, mix(colour, p.light, 0.7))
        c.arc(x, 250, 130, 180, turn, 38, colour)
        tip = (x + 96 * math.cos(math.radians(turn)), 250 + 96 * math.sin(math.radians(turn)))
        c.line([(x, 250), tip], 12, p.dark)
        c.circle(x, 250, 20, p.dark)
    heat = (mix(p.main, p.light, 0.6), p.main, p.accent, p.second, mix(p.main, p.light, 0.3))
    for row in range(4):
        for column in range(9):
            colour = heat[(row * 4 + column * 3 + row * column) % 5]
            c.box(110 + column * 58, 326 + row * 56, 48, 46, colour, 10)
    c.box(680, 326, 410, 214, mix(p.top, p.light, 0.3), 18)
    rise = [(710, 500), (780, 470), (840, 484), (910, 420), (980, 430), (1060, 356)]
    c.shape([*[(float(x), float(y)) for x, y in rise], (1060, 530), (710, 530)],
            clear(p.main, 0.25))
    c.line([(float(x), float(y)) for x, y in rise], 11, p.main)
    for x, y in rise:
        c.circle(x, y, 11, p.dark)


def treemap(c: Canvas, p: Palette) -> None:
    """Areas of different sizes like a mosaic, stacks of coins on the three largest."""
    tiles = ((40, 40, 420, 330, p.main), (40, 382, 260, 208, p.second),
             (312, 382, 148, 208, p.light),
             (472, 40, 330, 230, p.accent), (472, 282, 330, 308, mix(p.main, p.light, 0.35)),
             (814, 40, 180, 150, p.light), (1006, 40, 154, 150, p.second),
             (814, 202, 346, 168, mix(p.second, p.light, 0.4)), (814, 382, 150, 208, p.main),
             (976, 382, 184, 98, mix(p.accent, p.light, 0.45)), (976, 492, 88, 98, p.second),
             (1076, 492, 84, 98, mix(p.main, p.dark, 0.3)))
    for x, y, width, height, colour in tiles:
        c.box(x, y, width, height, mix(colour, p.dark, 0.12), 14)
        c.box(x, y, width, height - 8, colour, 14)
    coin, edge = mix(p.accent, p.light, 0.2), mix(p.accent, p.dark, 0.4)
    for x, base, heights in ((170, 310, (4, 7, 5)), (570, 528, (6, 3, 5)), (570, 218, (2, 4, 3))):
        for stack, height in enumerate(heights):
            left = x + stack * 74
            shown = (mix(p.light, p.accent, 0.1), p.dark) if base == 218 else (coin, edge)
            for level in range(height):
                c.ellipse(left, base - level * 20, 33, 13, shown[1])
                c.ellipse(left, base - level * 20 - 7, 33, 13, shown[0])
                c.ellipse(left, base - level * 20 - 7, 20, 7, mix(shown[0], shown[1], 0.3))


def bars(c: Canvas, p: Palette) -> None:
    """Bars in warm colours going down like stairs; the two tallest are pencils."""
    for row in range(5):
        c.box(90, 120 + row * 104, 1020, 4, mix(p.bottom, p.main, 0.25))
    tones = (p.main, p.second, p.accent, "#e07a4f", mix(p.main, p.light, 0.4))
    for number, height in enumerate((440, 396, 330, 290, 262, 214, 190, 150)):
        x = 120 + number * 124
        colour = tones[number % 5]
        if number < 2:
            _pencil(c, p, x, 560 - height, height, colour)
        else:
            c.box(x, 560 - height, 86, height, colour, 12)
            c.box(x + 12, 576 - height, 14, height - 40, mix(colour, p.light, 0.4), 7)
    c.box(80, 552, 1040, 22, p.dark, 11)


def _pencil(c: Canvas, p: Palette, x: float, top: float, height: float, colour: str) -> None:
    body = top + 96
    c.shape([(x, body), (x + 86, body), (x + 43, top)], "#f3d3a2")
    c.shape([(x + 28, top + 33), (x + 58, top + 33), (x + 43, top)], p.dark)
    for part, shade in enumerate((0.0, 0.3, 0.12)):
        c.box(x + part * 28.7, body, 28.8, height - 96, mix(colour, p.light, shade))
    c.box(x, top + height - 60, 86, 26, "#c9ccd2")
    c.box(x, top + height - 34, 86, 34, "#f09aa0")


def bubbles(c: Canvas, p: Palette) -> None:
    """Circles of many sizes over a faint grid; two, in orange, joined by a line."""
    for x in range(60, 1200, 90):
        c.box(x, 0, 2, 630, mix(p.bottom, p.main, 0.3))
    for y in range(45, 630, 90):
        c.box(0, y, 1200, 2, mix(p.bottom, p.main, 0.3))
    tones = (p.main, mix(p.main, p.light, 0.4), p.dark, p.accent, mix(p.main, p.dark, 0.4))
    for number in range(34):
        x = (number * 311 + 70) % 1180
        y = 560 - 0.38 * x + 150 * math.sin(number * 2.1)
        radius = 12 + 44 * ((number * 13) % 11) / 10
        c.circle(x, y, radius, clear(tones[number % 5], 0.82))
        c.circle(x - radius * 0.3, y - radius * 0.3, radius * 0.22, clear(p.light, 0.55))
    c.line([(360, 410), (850, 210)], 10, p.second)
    for x, y, radius in ((360, 410, 76), (850, 210, 96)):
        c.circle(x, y, radius + 10, p.light)
        c.circle(x, y, radius, p.second)
        c.circle(x - radius * 0.3, y - radius * 0.32, radius * 0.24, mix(p.second, p.light, 0.6))


def pin(c: Canvas, p: Palette) -> None:
    """An orange pin on a plan of blocks and streets."""
    c.box(0, 0, 1200, 630, mix(p.top, p.light, 0.5))
    tones = (mix(p.main, p.light, 0.62), mix(p.main, p.light, 0.48), mix(p.main, p.light, 0.75))
    for row in range(-3, 9):
        for column in range(-3, 13):
            x, y = column * 128, row * 108
            if (row * 5 + column * 3) % 11 == 0:
                colour = "#b5d6a4"
            else:
                colour = tones[(row * 2 + column) % 3]
            block = [(x, y), (x + 108, y), (x + 108, y + 88), (x, y + 88)]
            c.shape(turned([(float(a), float(b)) for a, b in block], -14, (600, 315)), colour)
    avenue = [(-40.0, 560.0), (420.0, 420.0), (760.0, 470.0), (1240.0, 250.0)]
    c.line(avenue, 46, p.light)
    c.line(avenue, 6, p.accent)
    c.ellipse(600, 480, 120, 30, clear(p.dark, 0.3))
    c.ellipse(600, 480, 60, 15, clear(p.dark, 0.4))
    flank: list[Point] = [(600, 480), (462, 268), (738, 268)]
    c.shape(flank, p.second)
    c.circle(600, 210, 150, p.second)
    c.slice(600, 210, 150, 90, 270, mix(p.second, p.light, 0.16))
    c.shape([(600, 480), (462, 268), (600, 268)], mix(p.second, p.light, 0.16))
    c.circle(600, 210, 66, p.light)
    c.circle(600, 210, 34, p.dark)


def compass(c: Canvas, p: Palette) -> None:
    """A rose of eight points over a net of meridians and parallels."""
    c.box(0, 0, 1200, 630, mix(p.main, p.dark, 0.45))
    line = mix(p.main, p.light, 0.25)
    for step in range(-4, 5):
        bend = step * 150
        points = [(600 + bend * math.cos((y - 315) / 620), float(y)) for y in range(-20, 660, 20)]
        c.line(points, 4, line)
        level = [(float(x), 315 + step * 84 + 46 * math.cos((x - 600) / 420) * step / 4)
                 for x in range(-20, 1240, 20)]
        c.line(level, 4, line)
    for radius, colour in ((250, mix(p.main, p.dark, 0.2)), (228, p.light),
                           (216, mix(p.main, p.dark, 0.3))):
        c.circle(600, 315, radius, colour)
    for tick in range(72):
        angle = tick * math.tau / 72
        inner = 190 if tick % 6 else 176
        c.line([(600 + inner * math.cos(angle), 315 + inner * math.sin(angle)),
                (600 + 206 * math.cos(angle), 315 + 206 * math.sin(angle))], 4, p.light)
    for point in (1, 3, 5, 7, 0, 2, 4, 6):
        length, half = (290, 42) if point % 2 == 0 else (165, 30)
        bright, shade = (p.accent, p.second) if point % 2 == 0 else (p.light,
                                                                     mix(p.main, p.light, 0.4))
        for side, colour in ((-1, bright), (1, shade)):
            blade = [(600.0, 315.0 - length), (600.0 + side * half, 315.0 - half), (600.0, 315.0)]
            c.shape(turned(blade, point * 45, (600, 315)), colour)
    c.circle(600, 315, 24, p.dark)
    c.circle(600, 315, 11, p.accent)
