"""Land and sky: wind, clouds, a road, a forest, a village, kites."""
from __future__ import annotations

import math

from ckanext.promote.portal.demo.canvas import Canvas, Palette, curve, mix, turned


def air(c: Canvas, p: Palette) -> None:
    """Green hills, three wind vanes, bands of wind."""
    c.circle(210, 150, 74, p.accent)
    for y, shift, thick in ((120, 0, 16), (196, 60, 22), (282, -40, 18), (356, 30, 14)):
        line = [(x, y + 26 * math.sin((x + shift) / 130)) for x in range(-40, 1260, 60)]
        c.line(curve([(float(x), float(v)) for x, v in line]), thick, mix(p.top, p.light, 0.85))
    c.ground([(0, 430), (240, 350), (520, 440), (840, 340), (1200, 420)], p.second)
    c.ground([(0, 520), (320, 430), (640, 510), (980, 430), (1200, 490)], p.main)
    for x, foot, height, angle in ((330, 470, 250, 12), (640, 520, 330, 50), (960, 455, 280, 85)):
        top = foot - height
        c.shape([(x - 6, top), (x + 6, top), (x + 12, foot), (x - 12, foot)], p.light)
        for blade in range(3):
            tip = turned([(x, top - height * 0.46), (x + 15, top - 34), (x, top),
                          (x - 8, top - 26)],
                         angle + blade * 120, (x, top))
            c.shape(tip, p.light)
        c.circle(x, top, 13, p.dark)
    c.ground([(0, 600), (360, 540), (760, 600), (1200, 550)], p.dark)


def clouds(c: Canvas, p: Palette) -> None:
    """Layers of round clouds over a skyline, the sun half hidden."""
    c.circle(870, 190, 118, mix(p.accent, p.light, 0.4))
    c.circle(870, 190, 90, p.accent)
    layers = (
        (210, "#8d9aa8", (40, 150, 270, 380, 500, 610, 980, 1090, 1190), 92),
        (300, "#a9bfd0", (0, 120, 230, 350, 470, 590, 720, 850, 970, 1090, 1200), 100),
        (390, "#c6dde9", (30, 160, 290, 410, 540, 660, 790, 910, 1030, 1170), 108),
    )
    for y, colour, places, radius in layers:
        for number, x in enumerate(places):
            c.circle(x, y + 22 * (number % 2), radius - 18 * (number % 3), colour)
        c.box(min(places), y + 10, max(places) - min(places), 120, colour)
    c.box(0, 470, 1200, 160, "#c6dde9")
    widths = (70, 96, 58, 84, 110, 64, 90, 74, 100, 66, 92, 80, 104, 72, 88)
    heights = (120, 180, 90, 220, 150, 250, 130, 200, 110, 170, 230, 140, 190, 100, 160)
    x = -6.0
    for number, (width, height) in enumerate(zip(widths, heights, strict=True)):
        shade = mix(p.main, p.dark, 0.25 * (number % 4))
        c.box(x, 630 - height, width, height, shade)
        for row in range(int(height // 46)):
            for column in range(int(width // 30)):
                lit = (number + row * 2 + column) % 3 == 0
                c.box(x + 12 + column * 28, 646 - height + row * 42, 12, 18,
                      p.accent if lit else mix(shade, p.light, 0.2), 3)
        x += width - 2


def road(c: Canvas, p: Palette) -> None:
    """A road that winds up between hills towards a low sun."""
    c.box(0, 0, 1200, 330, "#f0a35e")
    for step in range(6):
        c.box(0, 90 + step * 40, 1200, 300, mix("#f0a35e", "#f9dc9c", step / 5))
    c.circle(620, 270, 120, "#fdf0c8")
    c.circle(620, 270, 92, p.accent)
    c.ground([(0, 280), (200, 200), (420, 290), (620, 240), (860, 300), (1200, 190)], p.second)
    c.ground([(0, 340), (260, 290), (560, 330), (900, 270), (1200, 320)], p.main)
    c.ground([(0, 420), (300, 350), (640, 390), (940, 340), (1200, 410)], p.bottom)
    c.ground([(0, 520), (420, 440), (800, 480), (1200, 450)], p.dark)
    middle = [(680, 366), (676, 374), (664, 388), (560, 450), (600, 530), (420, 650)]
    widths = (4, 9, 19, 40, 84, 190)
    left = curve([(x - w, y) for (x, y), w in zip(middle, widths, strict=True)])
    right = curve([(x + w, y) for (x, y), w in zip(middle, widths, strict=True)])
    c.shape([*left, *reversed(right)], "#59606b")
    centre = curve([(float(x), float(y)) for x, y in middle])
    for start in range(10, len(centre) - 3, 6):
        thick = 2 + 13 * (start / len(centre)) ** 3
        c.line(centre[start:start + 4], thick, p.accent)
    for x, y, size, colour in ((600, 452, 0.9, "#e4573d"), (672, 384, 0.45, p.light)):
        c.box(x - 62 * size, y - 64 * size, 84 * size, 60 * size, colour, 7 * size)
        c.box(x + 26 * size, y - 46 * size, 40 * size, 42 * size, mix(colour, p.dark, 0.35),
              8 * size)
        for wheel in (-36, 4, 46):
            c.circle(x + wheel * size, y, 13 * size, "#1d2530")


def forest(c: Canvas, p: Palette) -> None:
    """Rows of trees, from sprouts on the left to a tall wood on the right."""
    c.circle(190, 150, 70, p.accent)
    c.ground([(0, 420), (400, 360), (800, 330), (1200, 250)], mix(p.main, p.bottom, 0.6))
    rows = ((400, 0.62, 14, mix(p.main, p.bottom, 0.35)), (480, 0.82, 11, p.main),
            (575, 1.05, 9, mix(p.main, p.dark, 0.5)))
    for base, scale, count, colour in rows:
        c.ground([(0, base), (500, base - 26), (1200, base - 12)], mix(colour, p.bottom, 0.25))
        for number in range(count):
            x = 50 + number * 1150 / count + (17 if base == 480 else 0)
            grown = scale * (0.16 + 0.94 * (number / (count - 1)) ** 1.1)
            y = base + 16
            if grown < 0.34:
                c.line([(x, y), (x, y - 30)], 6, p.dark)
                c.ellipse(x - 12, y - 34, 14, 8, p.second)
                c.ellipse(x + 12, y - 40, 14, 8, p.second)
            elif number % 2:
                c.box(x - 8 * grown, y - 70 * grown, 16 * grown, 80 * grown, p.dark)
                for tier in range(3):
                    top = y - (290 - tier * 66) * grown
                    half = (48 + tier * 22) * grown
                    c.shape([(x, top), (x + half, top + 108 * grown),
                             (x - half, top + 108 * grown)], colour)
            else:
                c.box(x - 9 * grown, y - 110 * grown, 18 * grown, 116 * grown, p.dark)
                c.circle(x, y - 170 * grown, 84 * grown, mix(colour, p.second, 0.3))
                c.circle(x - 22 * grown, y - 190 * grown, 36 * grown, mix(colour, p.light, 0.2))
    c.ground([(0, 615), (600, 600), (1200, 610)], p.dark)


def village(c: Canvas, p: Palette) -> None:
    """White and ochre houses under violet mountains, a bell tower, bunting."""
    c.circle(930, 130, 78, p.accent)
    c.shape([(-40, 440), (190, 150), (360, 330), (560, 100), (800, 390), (980, 220), (1240, 440)],
            mix(p.main, p.bottom, 0.35))
    c.shape([(470, 206), (560, 100), (650, 208), (590, 190), (548, 216), (510, 184)], p.light)
    c.ground([(0, 380), (300, 330), (640, 370), (1000, 320), (1200, 360)], mix(p.main, p.dark, 0.3))
    ochre, white = "#e5a24a", "#fff6e6"
    houses = ((20, 150, 120), (160, 110, 150), (280, 150, 110), (700, 140, 130), (830, 110, 170),
              (935, 150, 120), (1075, 130, 150))
    for number, (x, width, height) in enumerate(houses):
        wall = (white, ochre, mix(p.second, white, 0.35))[number % 3]
        c.box(x, 560 - height, width, height + 80, wall)
        c.shape([(x - 14, 560 - height), (x + width + 14, 560 - height),
                 (x + width - 12, 520 - height), (x + 12, 520 - height)], p.second)
        c.box(x + width * 0.16, 590 - height, 30, 40, p.dark, 15)
        c.box(x + width * 0.6, 590 - height, 30, 40, mix(p.dark, p.main, 0.5), 15)
    c.box(420, 400, 250, 240, white)
    c.shape([(400, 400), (690, 400), (545, 318)], p.second)
    c.box(505, 230, 84, 180, ochre)
    c.shape([(497, 232), (597, 232), (547, 160)], p.main)
    c.box(528, 256, 38, 62, p.dark, 19)
    c.circle(547, 300, 13, p.accent)
    c.box(512, 480, 66, 160, p.dark, 33)
    for start, end, sag in (((0, 250), (500, 300), 40), ((594, 300), (1200, 210), 56)):
        _bunting(c, p, start, end, sag)
    c.box(0, 602, 1200, 40, mix(p.dark, p.main, 0.25))


def _bunting(c: Canvas, p: Palette, start: tuple[int, int], end: tuple[int, int], sag: int) -> None:
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + sag)
    rope = curve([start, middle, end], 20)
    c.line(rope, 4, p.dark)
    for number, (x, y) in enumerate(rope[2:-2:4]):
        colour = (p.second, p.accent, p.light, p.main)[number % 4]
        c.shape([(x - 17, y), (x + 17, y), (x, y + 36)], colour)


def kites(c: Canvas, p: Palette) -> None:
    """Four diamond kites with tails of bows in a pink sky."""
    for x, y, size in ((180, 470, 1.0), (1010, 90, 0.8), (660, 540, 1.2)):
        for dx, radius in ((-70, 34), (0, 52), (70, 36)):
            c.circle(x + dx * size, y, radius * size, mix(p.top, p.light, 0.65))
        c.box(x - 104 * size, y, 210 * size, 40 * size, mix(p.top, p.light, 0.65), 20 * size)
    kinds = ((220, 200, 110, -14, p.main, p.accent), (520, 290, 86, 12, p.second, p.light),
             (780, 190, 130, 20, p.accent, p.second), (1050, 340, 96, -8, p.dark, p.second))
    for x, y, size, lean, one, other in kinds:
        low = turned([(x, y + size * 1.35)], lean, (x, y))[0]
        tail = curve([low, (low[0] + 40, low[1] + 60), (low[0] - 20, low[1] + 130),
                      (low[0] + 50, low[1] + 210)])
        c.line(tail, 5, p.dark)
        for place in (12, 24, 36):
            bx, by = tail[place]
            c.shape([(bx - 26, by - 14), (bx, by), (bx - 26, by + 14)], other)
            c.shape([(bx + 26, by - 14), (bx, by), (bx + 26, by + 14)], one)
        corners = ((x, y - size), (x + size * 0.76, y), (x, y + size * 1.35), (x - size * 0.76, y))
        top, right, bottom, left = turned(corners, lean, (x, y))
        c.shape([top, right, (x, y)], one)
        c.shape([right, bottom, (x, y)], other)
        c.shape([bottom, left, (x, y)], one)
        c.shape([left, top, (x, y)], other)
        c.line([top, bottom], 5, p.dark)
        c.line([left, right], 5, p.dark)
