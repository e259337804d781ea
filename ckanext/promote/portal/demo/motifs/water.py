"""Water: pipes, drops, a dam, a river, a coast, a map of streams."""
from __future__ import annotations

import math

from ckanext.promote.portal.demo.canvas import Canvas, Palette, Point, clear, curve, mix


def pipes(c: Canvas, p: Palette) -> None:
    """A net of pipes with a leaking joint."""
    runs: tuple[tuple[list[Point], str], ...] = (
        ([(-40, 130), (330, 130), (330, 420), (640, 420), (640, 700)], mix(p.main, p.top, 0.55)),
        ([(150, 700), (150, 300), (860, 300), (860, -40)], mix(p.main, p.top, 0.3)),
        ([(-40, 520), (480, 520), (480, 190), (1000, 190), (1000, 470), (1260, 470)], p.main),
    )
    for points, colour in runs:
        c.line(points, 74, mix(colour, p.dark, 0.35))
        c.line([(x, y - 8) for x, y in points], 54, colour)
        c.line([(x - 6, y - 20) for x, y in points], 10, mix(colour, p.light, 0.4))
        for x, y in points[1:-1]:
            c.box(x - 52, y - 56, 104, 104, mix(colour, p.dark, 0.25), 26)
            c.box(x - 40, y - 46, 80, 80, mix(colour, p.light, 0.12), 20)
    c.box(700, 138, 96, 104, p.accent, 18)
    c.box(712, 150, 72, 16, mix(p.accent, p.light, 0.5), 8)
    for x, y, size in ((748, 330, 24), (722, 440, 32), (772, 556, 42)):
        c.drop(x, y, size, mix(p.second, p.light, 0.45))
        c.circle(x - size * 0.35, y + size * 0.1, size * 0.22, p.light)


def drops(c: Canvas, p: Palette) -> None:
    """Seven drops, each larger, over widening rings."""
    for number, radius in enumerate(range(760, 60, -88)):
        shade = mix(p.bottom, p.main, 0.06 + 0.07 * number)
        c.ellipse(600, 640, radius, radius * 0.46, shade)
    colours = (p.second, p.accent, p.main)
    for day in range(7):
        size = 26 + day * 6.5
        x = 132 + day * 148 + day * day * 1.6
        y = 330 - 40 * math.sin(day * 0.9)
        colour = colours[day % 3]
        c.ellipse(x, 520, size * 0.9, size * 0.2, clear(p.dark, 0.18))
        c.drop(x, y, size, colour)
        c.arc(x, y, size * 0.7, 95, 175, size * 0.16, mix(colour, p.light, 0.7))


def dam(c: Canvas, p: Palette) -> None:
    """A curved wall between mountains, half full, one gate open."""
    c.circle(960, 140, 66, p.accent)
    c.ground([(0, 300), (180, 150), (340, 260), (520, 190), (700, 300)],
             mix(p.second, p.bottom, 0.35))
    c.ground([(520, 400), (760, 170), (950, 270), (1100, 180), (1200, 240)], p.second)
    blue, deep = "#5db7d8", "#2f86b3"
    c.box(0, 330, 1200, 300, deep)
    for row in range(3):
        y = 352 + row * 30
        c.line(curve([(x, y + 8 * (-1) ** (x // 90)) for x in range(180, 1041, 90)]), 5, blue)
    c.ground([(0, 250), (120, 290), (220, 420), (260, 640)], p.main)
    c.ground([(940, 640), (980, 420), (1080, 290), (1200, 240)], p.main)
    top = curve([(180, 392), (390, 450), (600, 470), (810, 450), (1020, 392)])
    wall = mix(p.light, "#c9c3b4", 0.5)
    c.shape([*top, (960, 640), (240, 640)], wall)
    for x in (330, 465, 735, 870):
        c.line([(x, 470 - abs(x - 600) * 0.09), (x + (600 - x) * 0.12, 640)], 6,
               mix(wall, p.dark, 0.15))
    c.line(top, 20, mix(wall, p.dark, 0.4))
    c.box(560, 500, 80, 140, p.dark, 40)
    c.box(572, 530, 56, 110, blue, 28)
    c.ellipse(600, 636, 130, 32, p.light)


def flood(c: Canvas, p: Palette) -> None:
    """A winding river under rain clouds, and a measuring staff."""
    c.ground([(0, 250), (220, 170), (460, 260), (760, 150), (1000, 230), (1200, 170)],
             mix(p.main, p.bottom, 0.55))
    c.ground([(0, 330), (300, 280), (560, 350), (880, 270), (1200, 330)],
             mix(p.main, p.bottom, 0.2))
    c.ground([(0, 430), (260, 390), (600, 440), (900, 380), (1200, 420)], p.main)
    left = curve([(700, 300), (640, 340), (760, 385), (520, 440), (560, 520), (160, 640)])
    right = curve([(730, 300), (690, 340), (880, 390), (760, 460), (1010, 530), (1120, 640)])
    c.shape([*left, *reversed(right)], p.second)
    for y, x0, x1 in ((420, 680, 790), (480, 620, 760), (545, 520, 820), (600, 380, 700)):
        c.line([(x0, y), (x1, y)], 7, mix(p.second, p.light, 0.45))
    for x, y, size in ((250, 110, 1.0), (820, 118, 1.2)):
        grey = mix(p.dark, p.bottom, 0.45)
        for dx, dy, radius in ((-70, 14, 44), (0, -12, 62), (74, 12, 46)):
            c.circle(x + dx * size, y + dy * size, radius * size, grey)
        c.box(x - 112 * size, y + 10 * size, 230 * size, 48 * size, grey, 24 * size)
        for drop in range(5):
            left_x = x - 84 * size + drop * 42 * size
            c.line([(left_x, y + 84 * size), (left_x - 16, y + 124 * size)], 7, p.second)
    c.box(986, 230, 62, 410, p.light, 8)
    for mark in range(5):
        c.box(986, 250 + mark * 82, 62, 41, "#d8483e")


def beach(c: Canvas, p: Palette) -> None:
    """Sand and sea from above, with three striped parasols."""
    sea, sand = "#3fb8b4", "#f6dfb3"
    c.box(0, 0, 1200, 630, sand)
    for shift, colour in ((70, "#d9f2ec"), (36, "#7fd4cc"), (0, sea), (-150, "#2c9aa3")):
        edge = curve([(640 + shift, -20), (560 + shift, 130), (690 + shift, 300),
                      (600 + shift, 460), (700 + shift, 660)])
        c.shape([(-20, -20), *edge, (-20, 660)], colour)
    for x, y in ((140, 150), (300, 330), (120, 470), (380, 90), (420, 540)):
        c.line(curve([(x, y), (x + 34, y - 14), (x + 68, y), (x + 102, y - 14)]), 7, "#8fdcd4")
    stripes = (p.second, p.main, p.accent)
    for number, (x, y, radius) in enumerate(((905, 150, 104), (1050, 400, 118), (815, 465, 92))):
        c.ellipse(x + 26, y + 30, radius, radius, clear("#8a6b3c", 0.3))
        for part in range(12):
            colour = stripes[number] if part % 2 else p.light
            c.slice(x, y, radius, part * 30, part * 30 + 30, colour)
        c.circle(x, y, 12, p.dark)
        c.box(x - radius * 1.3, y + radius * 1.02, 78, 34, mix(stripes[number], p.light, 0.35), 8)


def watershed(c: Canvas, p: Palette) -> None:
    """Contour lines in blue, streams that join, half-filled circles."""
    tones = [mix("#cfe3f3", "#1d4f86", step / 8) for step in range(9)]
    c.box(0, 0, 1200, 630, tones[0])
    for step in range(1, 9):
        radius = 640 - step * 66
        ring = [
            (560 + 1.28 * (radius + 34 * math.sin(3 * a + step * 0.5)) * math.cos(a),
             310 + 0.82 * (radius + 30 * math.cos(2 * a + step * 0.4)) * math.sin(a))
            for a in (n * math.tau / 90 for n in range(90))
        ]
        c.shape(ring, tones[step])
    main = curve([(1220, 560), (960, 470), (760, 420), (560, 300), (400, 110), (360, -20)])
    for points in ([(760, 420), (850, 260), (1010, 150), (1080, -20)],
                   [(560, 300), (380, 330), (190, 300), (-20, 380)],
                   [(960, 470), (780, 560), (560, 560), (400, 650)]):
        c.line(curve([(float(x), float(y)) for x, y in points]), 11, "#9fd8f0")
    c.line(main, 18, "#bfe8f7")
    for x, y, radius, full in ((560, 300, 62, 0.7), (850, 262, 44, 0.35), (380, 328, 48, 0.55),
                               (790, 556, 40, 0.85), (1010, 152, 34, 0.2), (404, 120, 40, 0.45)):
        c.circle(x, y, radius + 9, p.light)
        c.circle(x, y, radius, mix(p.light, tones[5], 0.15))
        angle = math.degrees(math.asin(1 - 2 * full)) if 0 < full < 1 else 0
        level = [(x + radius * math.cos(math.radians(a)), y + radius * math.sin(math.radians(a)))
                 for a in range(round(angle), round(180 - angle) + 1, 3)]
        c.shape(level, "#2f9bd6")
