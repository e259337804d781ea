"""The street: a crossing, lamps at night, a bus, shops, a market stall, a net of roads."""
from __future__ import annotations

import math

from ckanext.promote.portal.demo.canvas import Canvas, Palette, Point, clear, mix


def crossing(c: Canvas, p: Palette) -> None:
    """Two streets from above with stripes, an island, three cars."""
    c.box(0, 0, 1200, 630, mix(p.main, p.bottom, 0.2))
    for x, y, width, height in ((0, 0, 410, 190), (790, 0, 410, 190), (0, 440, 410, 190),
                                (790, 440, 410, 190)):
        c.box(x, y, width, height, "#cfe0c3")
        for tx in range(60, 400, 110):
            for ty in (50, 140):
                c.circle(x + tx, y + ty, 34, "#86b17c")
                c.circle(x + tx - 9, y + ty - 9, 15, "#a7cb9c")
    asphalt = "#3b4756"
    c.box(0, 205, 1200, 220, asphalt)
    c.box(425, 0, 350, 630, asphalt)
    for stripe in range(6):
        for x in (375, 805):
            c.box(x - 28, 219 + stripe * 34, 66, 20, p.light, 3)
        for y in (160, 440):
            c.box(443 + stripe * 54, y, 30, 56, p.light, 3)
    for x in (*range(10, 330, 76), *range(880, 1200, 76)):
        c.box(x, 311, 42, 8, p.accent, 4)
    c.box(520, 252, 160, 126, p.light, 50)
    c.box(532, 264, 136, 102, "#6fae6a", 42)
    c.circle(600, 315, 30, "#4c8f52")
    c.circle(592, 306, 13, "#8cc783")
    _car(c, 150, 262, "#e4573d", p, False)
    _car(c, 1010, 368, p.accent, p, False)
    _car(c, 700, 90, "#4fb3a5", p, True)


def _car(c: Canvas, x: float, y: float, colour: str, p: Palette, upright: bool) -> None:
    width, height = (64, 118) if upright else (118, 64)
    c.box(x - width / 2, y - height / 2, width, height, colour, 20)
    roof = mix(colour, "#000000", 0.25)
    if upright:
        c.box(x - 24, y - 30, 48, 62, roof, 12)
        c.box(x - 22, y - 26, 44, 16, mix(p.light, p.main, 0.3), 5)
    else:
        c.box(x - 32, y - 24, 62, 48, roof, 12)
        c.box(x + 8, y - 22, 16, 44, mix(p.light, p.main, 0.3), 5)


def streetlights(c: Canvas, p: Palette) -> None:
    """Four houses with lit windows and three lamps under a crescent."""
    night, low = "#10283f", "#1f4a5c"
    for step in range(30):
        c.box(0, step * 21, 1200, 22, mix(night, low, step / 29))
    c.circle(1030, 110, 54, "#fdf3cf")
    c.circle(1054, 96, 48, mix(night, low, 0.15))
    for number in range(26):
        c.circle((number * 197) % 1190, (number * 83) % 230 + 12, 2 + number % 3, "#d7e6ec")
    houses = ((70, 300, "#2d6f77"), (340, 250, "#8a4a3c"), (620, 310, "#3a5d86"),
              (900, 270, "#2d6f77"))
    for x, height, wall in houses:
        top = 560 - height * 0.78
        c.box(x, top, 220, 560 - top, wall)
        c.shape([(x - 20, top), (x + 240, top), (x + 110, top - 78)], mix(wall, night, 0.5))
        for wx, wy in ((34, 36), (132, 36), (34, 126)):
            c.box(x + wx, top + wy, 54, 60, "#ffd978", 6)
            c.box(x + wx + 24, top + wy, 6, 60, mix(wall, night, 0.4))
        c.box(x + 132, 560 - 100, 56, 100, mix(wall, night, 0.55), 8)
    c.box(0, 556, 1200, 80, "#0c1d2d")
    c.box(0, 556, 1200, 10, "#35566b")
    for x in (314, 594, 874):
        c.shape([(x - 34, 262), (x + 34, 262), (x + 122, 566), (x - 122, 566)],
                clear("#ffe08a", 0.34))
        c.ellipse(x, 570, 126, 16, clear("#ffe08a", 0.6))
        c.box(x - 6, 230, 12, 336, "#0a1826", 6)
        c.box(x - 42, 238, 84, 24, "#0a1826", 12)
        c.box(x - 30, 254, 60, 14, "#fff3c4", 7)


def bus(c: Canvas, p: Palette) -> None:
    """A yellow school bus from the side, trees and low buildings behind."""
    c.circle(1010, 120, 70, mix(p.accent, p.light, 0.3))
    for number, (x, width, height) in enumerate(((0, 190, 190), (210, 150, 250), (380, 210, 160),
                                                 (640, 170, 230), (830, 220, 180), (1070, 160,
                                                                                    260))):
        colour = mix(p.second, p.bottom, 0.45 + 0.15 * (number % 2))
        c.box(x, 470 - height, width, height, colour, 8)
        for row in range(int(height // 70)):
            for column in range(int(width // 56)):
                c.box(x + 22 + column * 52, 494 - height + row * 62, 26, 34,
                      mix(colour, p.light, 0.5), 4)
    for x in (120, 590, 1120):
        c.box(x - 8, 400, 16, 90, p.dark)
        c.circle(x, 370, 66, "#6aa57a")
        c.circle(x - 20, 350, 26, "#8fc39a")
    c.box(0, 470, 1200, 160, "#5f5460")
    c.box(0, 470, 1200, 16, "#8b7d86")
    for x in range(20, 1200, 130):
        c.box(x, 588, 70, 10, p.light, 5)
    yellow = "#f5b82e"
    c.box(240, 236, 640, 280, yellow, 40)
    c.box(840, 350, 130, 166, yellow, 34)
    c.box(240, 420, 728, 20, p.dark)
    c.box(240, 456, 728, 12, p.dark)
    for x in range(276, 780, 126):
        c.box(x, 280, 100, 100, "#cfeaf0", 16)
        c.shape([(x + 16, 366), (x + 46, 294), (x + 66, 294), (x + 36, 366)], "#ecf8fa")
    c.box(784, 280, 76, 100, "#cfeaf0", 16)
    c.box(944, 470, 40, 22, p.main, 10)
    c.circle(948, 400, 16, p.light)
    for x in (390, 800):
        c.circle(x, 516, 62, "#3a2b35")
        c.circle(x, 516, 30, "#d8cfd3")
        c.circle(x, 516, 11, "#3a2b35")


def shops(c: Canvas, p: Palette) -> None:
    """Four shop fronts with striped awnings and a map pin over the second."""
    colours = (p.second, p.main, "#7a9a52", p.accent)
    c.box(0, 560, 1200, 80, mix(p.dark, p.bottom, 0.35))
    c.box(0, 552, 1200, 14, mix(p.dark, p.bottom, 0.65))
    for number, colour in enumerate(colours):
        x = 30 + number * 290
        top = 190 + 36 * (number % 2)
        c.box(x, top, 270, 560 - top, mix(colour, p.light, 0.68), 10)
        c.box(x + 24, top + 24, 222, 40, mix(colour, p.dark, 0.2), 10)
        c.box(x + 24, 376, 136, 130, mix("#cfe8ea", p.light, 0.2), 8)
        c.shape([(x + 44, 500), (x + 92, 384), (x + 112, 384), (x + 64, 500)], p.light)
        c.box(x + 178, 376, 68, 184, mix(colour, p.dark, 0.45), 8)
        c.circle(x + 234, 470, 6, p.light)
        for item in range(3):
            c.circle(x + 54 + item * 38, 490, 16, colours[(number + item + 1) % 4])
        for stripe in range(6):
            shade = colour if stripe % 2 == 0 else p.light
            left = x - 8 + stripe * 47.6
            c.box(left, 290, 47.6, 56, shade)
            c.circle(left + 23.8, 346, 23.8, shade)
    c.shape([(412, 86), (488, 86), (450, 184)], "#d9433b")
    c.circle(450, 72, 52, "#d9433b")
    c.circle(450, 72, 21, p.light)


def market(c: Canvas, p: Palette) -> None:
    """A stall with a striped awning, crates of fruit and fish."""
    c.box(0, 540, 1200, 100, mix(p.main, p.dark, 0.35))
    c.box(150, 150, 26, 430, "#8a5a3a")
    c.box(1024, 150, 26, 430, "#8a5a3a")
    c.box(176, 200, 848, 250, mix(p.dark, p.main, 0.3))
    for number in range(5):
        x = 270 + number * 165
        c.line([(x, 200), (x, 262)], 4, p.light)
        c.circle(x, 284, 26, (p.accent, p.second)[number % 2])
        c.shape([(x - 20, 266), (x + 20, 266), (x, 246)], "#5d9650")
    fills = ("#e8684a", "#f9c74f", "#7bb661", "fish", "#c7497c")
    for number, fill in enumerate(fills):
        x = 120 + number * 196
        if fill == "fish":
            for row, y in enumerate((400, 436)):
                for column in range(2):
                    _fish(c, x + 52 + column * 82 + row * 8, y, p)
        else:
            for ball in range(11):
                row, column = divmod(ball, 4)
                c.circle(x + 32 + column * 36 + 14 * row, 440 - row * 28, 23, fill)
                c.circle(x + 25 + column * 36 + 14 * row, 432 - row * 28, 7,
                         mix(fill, p.light, 0.55))
        c.box(x, 446, 176, 96, "#c98b52", 6)
        for slat in range(2):
            c.box(x + 8, 460 + slat * 40, 160, 24, "#e0a96d", 4)
    for stripe in range(12):
        shade = p.second if stripe % 2 == 0 else p.light
        left = 90 + stripe * 85
        c.shape([(left + (600 - left) * 0.12, 80), (left + 85 + (515 - left) * 0.12, 80),
                 (left + 85, 190), (left, 190)], shade)
        c.slice(left + 42.5, 190, 42.5, 0, 180, shade)


def _fish(c: Canvas, x: float, y: float, p: Palette) -> None:
    c.ellipse(x, y, 36, 17, "#9fc9d6")
    c.shape([(x + 28, y), (x + 56, y - 18), (x + 56, y + 18)], "#7fb1c1")
    c.circle(x - 20, y - 4, 4, p.dark)


def network(c: Canvas, p: Palette) -> None:
    """Roads of different widths from above, with knots in red, orange and yellow."""
    nodes: list[Point] = [(90, 120), (310, 80), (560, 150), (840, 90), (1110, 150), (190, 330),
                          (430, 300), (690, 340), (960, 300), (1140, 420), (80, 540), (330, 530),
                          (600, 550), (870, 510), (1080, 590)]
    links = ((0, 1, 10), (1, 2, 18), (2, 3, 26), (3, 4, 12), (0, 5, 8), (1, 6, 14), (2, 6, 20),
             (2, 7, 30), (3, 8, 16), (4, 8, 10), (8, 9, 14), (5, 6, 12), (6, 7, 34), (7, 8, 24),
             (5, 10, 8), (5, 11, 10), (6, 11, 16), (11, 12, 14), (7, 12, 22), (7, 13, 18),
             (8, 13, 12), (13, 14, 10), (12, 13, 12), (9, 14, 8), (10, 11, 8))
    for radius in range(760, 90, -96):
        c.circle(690, 340, radius, mix(p.top, p.main, 0.36 - radius / 2600))
    for start, end, thick in links:
        c.line([nodes[start], nodes[end]], thick + 10, p.dark)
    for start, end, thick in links:
        c.line([nodes[start], nodes[end]], thick, mix(p.main, p.light, 0.5))
    heat = {7: "#e9616a", 6: "#e9616a", 2: "#ef8d4e", 3: "#ef8d4e", 13: "#ef8d4e", 8: "#f7c65b"}
    for number, (x, y) in enumerate(nodes):
        degree = sum(number in link[:2] for link in links)
        size = 14 + 5 * degree
        colour = heat.get(number, "#f7c65b")
        if degree > 3:
            c.circle(x, y, size * 1.9, clear(colour, 0.28))
        c.circle(x, y, size, colour)
        c.circle(x, y, size * 0.45, mix(colour, p.light, 0.75))
        if degree > 5:
            for ray in range(12):
                angle = ray * math.tau / 12
                c.circle(x + size * 2.5 * math.cos(angle), y + size * 2.5 * math.sin(angle), 5,
                         colour)
