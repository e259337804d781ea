"""Buildings and health: a pharmacy shelf, capsules, a heart, a school, a shelter, blocks."""
from __future__ import annotations

import math

from ckanext.promote.portal.demo.canvas import Canvas, Palette, Point, clear, curve, mix, turned


def pharmacy(c: Canvas, p: Palette) -> None:
    """Three bottles on a shelf, a cross on the middle one, capsules around."""
    c.circle(600, 300, 330, mix(p.top, p.light, 0.6))
    c.box(0, 520, 1200, 120, mix(p.main, p.bottom, 0.25))
    c.box(0, 520, 1200, 18, mix(p.main, p.dark, 0.3))
    for x, width, height, colour in ((280, 180, 250, p.second), (500, 220, 350, p.main),
                                     (760, 170, 210, p.accent)):
        top = 520 - height
        c.ellipse(x + width / 2 + 18, 526, width * 0.62, 16, clear(p.dark, 0.25))
        c.box(x, top, width, height, colour, 34)
        c.box(x + 18, top + 26, 20, height - 70, mix(colour, p.light, 0.45), 10)
        c.box(x + width * 0.14, top - 62, width * 0.72, 70, p.dark, 14)
        for ridge in range(5):
            c.box(x + width * (0.2 + ridge * 0.13), top - 52, 7, 48, mix(p.dark, p.light, 0.25), 3)
        c.box(x + 46, top + height * 0.28, width - 64, height * 0.46, p.light, 16)
    c.box(596, 290, 44, 126, p.second, 10)
    c.box(555, 331, 126, 44, p.second, 10)
    for row in range(3):
        c.box(344, 356 + row * 26, 76 - row * 18, 10, mix(p.main, p.light, 0.4), 5)
        c.box(820, 392 + row * 22, 70 - row * 16, 9, mix(p.main, p.light, 0.4), 4)
    for x, y, angle, one in ((150, 190, 35, p.second), (1050, 150, -30, p.main),
                             (1040, 460, 15, p.second), (130, 440, -20, p.accent)):
        _pill(c, x, y, 120, 46, angle, one, p.light)


def _pill(
    c: Canvas, x: float, y: float, length: float, thick: float, angle: float, one: str, other: str
) -> None:
    c.capsule(x, y, length, thick, angle, other)
    half = (length - thick) / 2
    c.line(turned([(x - half, y), (x - thick * 0.5, y)], angle, (x, y)), thick, one)
    c.shape(turned([(x - half, y - thick / 2), (x, y - thick / 2), (x, y + thick / 2),
                    (x - half, y + thick / 2)], angle, (x, y)), one)
    shine = turned([(x - half, y - thick * 0.2), (x + half * 0.7, y - thick * 0.2)], angle, (x, y))
    c.line(shine, thick * 0.13, mix(one, "#ffffff", 0.55))


def capsules(c: Canvas, p: Palette) -> None:
    """Capsules and tablets in diagonal rows."""
    c.box(0, 0, 1200, 630, p.main)
    pairs = ((p.second, p.light), (p.accent, p.light), (p.dark, p.top))
    number = 0
    for row in range(-1, 6):
        for column in range(-1, 9):
            x = column * 165 + (row % 2) * 82
            y = row * 128 + 50
            number += 1
            if number % 4 == 0:
                c.circle(x + 5, y + 7, 43, mix(p.main, p.dark, 0.35))
                c.circle(x, y, 43, p.light)
                c.capsule(x, y, 60, 9, -40, mix(p.main, p.light, 0.45))
            else:
                one, other = pairs[number % 3]
                c.capsule(x + 5, y + 7, 128, 50, -40, mix(p.main, p.dark, 0.35))
                _pill(c, x, y, 128, 50, -40, one, other)


def heartline(c: Canvas, p: Palette) -> None:
    """A coral heart crossed by a white pulse from edge to edge."""
    for radius in range(560, 240, -64):
        c.circle(600, 320, radius, mix(p.bottom, p.main, 0.32 - radius / 2200))
    outline: list[Point] = []
    for step in range(120):
        t = step * math.tau / 120
        x = 16 * math.sin(t) ** 3
        y = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        outline.append((600 + x * 16.5, 300 - y * 16))
    c.shape([(x + 14, y + 18) for x, y in outline], clear(p.dark, 0.2))
    c.shape(outline, p.second)
    shine = [(470 + 70 * math.cos(a), 205 + 62 * math.sin(a)) for a in (3.1, 3.5, 3.9, 4.3, 4.7)]
    c.line(curve(shine), 20, mix(p.second, p.light, 0.5))
    pulse = [(-20, 330), (300, 330), (352, 286), (400, 330), (468, 330), (522, 190), (592, 470),
             (652, 250), (696, 330), (790, 330), (836, 292), (884, 330), (1220, 330)]
    c.line([(float(x), y + 5.0) for x, y in pulse], 16, mix(p.second, p.dark, 0.5))
    c.line([(float(x), float(y)) for x, y in pulse], 14, p.light)
    for x, y, size in ((150, 130, 26), (1060, 160, 34), (1010, 520, 22), (200, 500, 32)):
        c.box(x - size, y - size * 0.32, size * 2, size * 0.64, p.accent, 5)
        c.box(x - size * 0.32, y - size, size * 0.64, size * 2, p.accent, 5)


def school(c: Canvas, p: Palette) -> None:
    """A school of two floors with a red roof and a flag, between trees."""
    c.circle(1010, 130, 76, p.accent)
    c.circle(1010, 130, 104, clear(p.accent, 0.3))
    c.ground([(0, 470), (300, 420), (700, 450), (1200, 410)], "#bcd3a0")
    c.box(0, 540, 1200, 100, "#9ab87c")
    wall = "#fff7e6"
    c.box(200, 300, 800, 246, wall)
    c.box(200, 412, 800, 12, mix(p.accent, wall, 0.3))
    c.shape([(176, 304), (1024, 304), (980, 246), (220, 246)], p.main)
    c.box(486, 230, 228, 316, mix(p.accent, wall, 0.55))
    c.shape([(462, 234), (738, 234), (600, 140)], p.main)
    c.circle(600, 274, 36, p.light)
    c.ring(600, 274, 36, 7, p.dark)
    c.line([(600, 274), (600, 252)], 6, p.dark)
    c.line([(600, 274), (616, 280)], 6, p.dark)
    for x in (228, 318, 408, 732, 822, 912):
        for y in (330, 440):
            c.box(x, y, 60, 66, p.second, 8)
            c.box(x + 27, y, 6, 66, wall)
            c.box(x, y + 30, 60, 6, wall)
    c.box(552, 430, 96, 116, p.dark, 10)
    c.box(597, 430, 6, 116, mix(p.dark, wall, 0.5))
    c.box(596, 52, 8, 92, p.dark, 4)
    c.shape(curve([(604, 56), (640, 48), (680, 64), (716, 54)])
            + curve([(716, 100), (680, 110), (640, 94), (604, 102)]), p.second)
    for x, size in ((100, 1.0), (1090, 1.15), (40, 0.7), (1170, 0.75)):
        c.box(x - 9 * size, 480, 18 * size, 76, p.dark)
        c.circle(x, 440, 74 * size, "#5f9a6b")
        c.circle(x - 22 * size, 416, 32 * size, "#83b98b")
    c.shape([(556, 546), (644, 546), (720, 640), (480, 640)], mix(wall, p.accent, 0.25))


def shelter(c: Canvas, p: Palette) -> None:
    """A white house under a large umbrella, a cyclone turning behind."""
    for turn in range(3):
        arm: list[Point] = []
        for step in range(46):
            angle = step * 0.21 + turn * math.tau / 3
            radius = 14 + step * 11.5
            arm.append((860 + radius * math.cos(angle), 190 + radius * 0.62 * math.sin(angle)))
        c.line(arm, 40, mix(p.bottom, p.main, 0.4))
        c.line(arm, 16, mix(p.bottom, p.light, 0.35))
    c.circle(860, 190, 30, p.dark)
    for number in range(34):
        x, y = (number * 173) % 1220, (number * 97) % 560
        c.line([(x, y), (x - 14, y + 40)], 5, mix(p.main, p.light, 0.35))
    c.ground([(0, 560), (400, 530), (800, 550), (1200, 520)], p.dark)
    c.box(474, 200, 12, 200, p.accent)
    c.slice(480, 272, 256, 180, 360, "#8f6fe0")
    c.shape([(480, 16), (432, 272), (528, 272)], "#a88cf0")
    sky = mix(p.top, p.bottom, 0.43)
    for part in range(5):
        c.ellipse(275.2 + part * 102.4, 274, 51.2, 25, sky)
    c.circle(480, 18, 14, p.accent)
    c.box(330, 400, 300, 156, p.light)
    c.shape([(300, 404), (660, 404), (480, 312)], p.second)
    c.box(446, 462, 70, 94, p.dark, 8)
    for x in (362, 548):
        c.box(x, 436, 52, 52, p.accent, 6)
        c.box(x + 23, 436, 6, 52, p.light)


def blocks(c: Canvas, p: Palette) -> None:
    """Building blocks in three towers, a cross on one."""
    c.box(0, 550, 1200, 90, mix(p.main, p.bottom, 0.45))
    tones = (p.main, p.second, mix(p.main, p.light, 0.45), p.dark, mix(p.second, p.light, 0.4))
    number = 0
    for x, count in ((180, 3), (500, 4), (820, 2)):
        for level in range(count):
            colour = tones[(number * 2 + level) % 5]
            left, top = x + (-1) ** level * 9, 550 - (level + 1) * 124
            c.box(left, top, 206, 124, mix(colour, p.dark, 0.18), 12)
            c.box(left, top, 206, 110, colour, 12)
            for stud in range(3):
                c.box(left + 22 + stud * 60, top - 18, 44, 24, mix(colour, p.light, 0.25), 8)
            if (x, level) == (500, 2):
                c.box(left + 86, top + 20, 34, 76, p.light, 6)
                c.box(left + 65, top + 41, 76, 34, p.light, 6)
            elif level % 2:
                c.circle(left + 103, top + 56, 24, mix(colour, p.light, 0.45))
            number += 1
    for x, y, colour in ((1090, 500, p.accent), (80, 500, p.second)):
        c.circle(x, y, 50, colour)
        c.arc(x, y, 34, 180, 270, 9, mix(colour, p.light, 0.6))
