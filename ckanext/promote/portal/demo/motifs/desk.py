"""Paper and desk: scales, books, a lens, letters, talk, a key, a paper plane, a ledger."""
from __future__ import annotations

import math

from ckanext.promote.portal.demo.canvas import Canvas, Palette, Point, clear, curve, mix, turned


def balance(c: Canvas, p: Palette) -> None:
    """Golden scales level, sheets on one pan and coins on the other."""
    c.circle(600, 330, 290, mix(p.top, p.main, 0.28))
    c.circle(600, 330, 220, mix(p.top, p.main, 0.16))
    gold, shade = p.accent, mix(p.accent, p.dark, 0.35)
    c.box(460, 560, 280, 34, shade, 17)
    c.box(500, 532, 200, 34, gold, 17)
    c.box(588, 130, 24, 410, gold)
    c.box(588, 130, 9, 410, mix(gold, p.light, 0.5))
    c.line([(270, 170), (930, 170)], 22, gold)
    c.circle(600, 128, 30, gold)
    c.circle(600, 128, 13, p.dark)
    for x in (270, 930):
        c.circle(x, 170, 18, shade)
        c.line([(x, 180), (x - 130, 400)], 5, shade)
        c.line([(x, 180), (x + 130, 400)], 5, shade)
        c.slice(x, 396, 150, 0, 180, gold)
        c.slice(x, 396, 120, 0, 180, shade)
    for sheet in range(7):
        left = 180 + 8 * (sheet % 3)
        c.box(left, 372 - sheet * 22, 170, 20,
              p.light if sheet % 2 else mix(p.light, p.main, 0.25), 4)
    for stack, count in ((860, 5), (930, 8), (1000, 4)):
        for coin in range(count):
            y = 386 - coin * 22
            c.ellipse(stack, y, 38, 14, mix(p.second, p.dark, 0.3))
            c.ellipse(stack, y - 7, 38, 14, p.second if coin % 2 else mix(p.second, p.light, 0.3))


def books(c: Canvas, p: Palette) -> None:
    """A shelf of coloured spines, two of them leaning, a cap on the last."""
    c.box(0, 500, 1200, 32, "#8a5a3a")
    c.box(0, 532, 1200, 14, "#6d4429")
    tones = (p.main, p.second, p.accent, p.dark, mix(p.second, p.light, 0.4), "#e07a4f")
    x = 60
    for number, (width, height) in enumerate(((62, 300), (84, 250), (52, 330), (74, 280), (60, 310),
                                              (92, 230), (56, 290), (70, 340), (64, 260))):
        colour = tones[number % 6]
        c.box(x, 500 - height, width, height, colour, 8)
        c.box(x, 500 - height + 34, width, 16, mix(colour, p.light, 0.5))
        c.box(x, 440, width, 10, mix(colour, p.light, 0.5))
        x += width + 4
    for left, angle, colour in ((776, 13, p.main), (872, 20, tones[4])):
        base = [(left, 500.0), (left + 62, 500.0), (left + 62, 220.0), (left, 220.0)]
        c.shape(turned(base, angle - 32, (left + 62, 500)), colour)
        band = [(left, 270.0), (left + 62, 270.0), (left + 62, 288.0), (left, 288.0)]
        c.shape(turned(band, angle - 32, (left + 62, 500)), mix(colour, p.light, 0.5))
    for level, (width, colour) in enumerate(((230, p.second), (200, p.accent), (212, p.dark))):
        c.box(960, 452 - level * 50, width, 46, colour, 8)
        c.box(974, 460 - level * 50, width - 14, 28, p.light, 4)
    c.shape([(1060, 250), (1180, 296), (1060, 342), (940, 296)], p.dark)
    c.shape([(1000, 316), (1060, 340), (1120, 316), (1120, 350), (1000, 350)],
            mix(p.dark, p.main, 0.4))
    c.line([(1060, 296), (1150, 312), (1150, 372)], 6, p.accent)
    c.circle(1150, 380, 13, p.accent)


def magnifier(c: Canvas, p: Palette) -> None:
    """A lens over ruled sheets; inside, the lines are thicker and one is lit."""
    for x, y, angle in ((330, 330, -9), (860, 320, 7), (590, 310, -2)):
        sheet = [(x - 230.0, y - 290.0), (x + 230.0, y - 290.0), (x + 230.0, y + 300.0),
                 (x - 230.0, y + 300.0)]
        c.shape(turned([(a + 10, b + 14) for a, b in sheet], angle, (x, y)), clear(p.dark, 0.45))
        c.shape(turned(sheet, angle, (x, y)), mix(p.light, p.main, 0.1 if x == 590 else 0.3))
        for row in range(14):
            start, end = x - 180.0, x + 180.0 - (row * 53) % 130
            line = turned([(start, y - 230.0 + row * 38), (end, y - 230.0 + row * 38)], angle,
                          (x, y))
            c.line(line, 10, mix(p.main, p.light, 0.45))
    handle = [(800.0, 450.0), (1010.0, 640.0)]
    c.line(handle, 62, p.dark)
    c.line(handle, 42, p.accent)
    c.circle(660, 310, 208, p.dark)
    c.circle(660, 310, 184, mix(p.light, p.second, 0.18))
    for row in range(5):
        y = 210 + row * 52
        half = math.sqrt(170**2 - (y - 310) ** 2) - 18
        colour = p.accent if row == 2 else mix(p.main, p.dark, 0.15)
        end = 660 + half * (1 if row == 2 else 0.55 + 0.1 * row)
        c.line([(660 - half, y), (end, y)], 26, colour)
    c.arc(660, 310, 160, 200, 250, 14, p.light)


def envelopes(c: Canvas, p: Palette) -> None:
    """Three envelopes on dotted arcs towards an open letter box."""
    c.ground([(0, 560), (500, 530), (1200, 560)], mix(p.main, p.bottom, 0.55))
    arc = curve([(60, 430), (300, 190), (640, 130), (900, 300)], 26)
    for x, y in arc[::4]:
        c.circle(x, y, 6, p.main)
    for x, y in curve([(90, 560), (360, 350), (660, 290), (900, 350)], 26)[::4]:
        c.circle(x, y, 5, mix(p.main, p.bottom, 0.4))
    c.box(1000, 400, 40, 240, p.dark)
    c.box(880, 250, 290, 190, p.main, 20)
    c.slice(975, 270, 95, 180, 360, p.main)
    c.box(880, 262, 190, 178, p.main, 12)
    c.box(1060, 176, 110, 264, mix(p.main, p.dark, 0.3), 54)
    c.slice(975, 270, 70, 180, 360, p.dark)
    c.box(905, 264, 140, 120, p.dark, 8)
    c.box(1120, 110, 12, 110, p.second)
    c.box(1120, 110, 56, 38, p.second, 6)
    for x, y, size, angle, colour in ((150, 370, 1.05, -24, p.accent),
                                      (430, 160, 1.25, -8, p.light),
                                      (730, 190, 1.1, 22, p.second)):
        corners = [(x - 92 * size, y - 60 * size), (x + 92 * size, y - 60 * size),
                   (x + 92 * size, y + 60 * size), (x - 92 * size, y + 60 * size)]
        body = turned(corners, angle, (x, y))
        c.shape([(a + 8, b + 12) for a, b in body], clear(p.dark, 0.2))
        c.shape(body, colour)
        flap = turned([corners[0], (x, y + 14 * size), corners[1]], angle, (x, y))
        c.shape(flap, mix(colour, p.dark, 0.16))
        c.line(flap, 5, mix(colour, p.dark, 0.35))


def speech(c: Canvas, p: Palette) -> None:
    """Four overlapping balloons with dots and short lines."""
    c.box(70, 90, 470, 250, p.main, 60)
    c.shape([(150, 320), (260, 320), (140, 420)], p.main)
    c.box(640, 50, 480, 240, p.accent, 60)
    c.shape([(960, 270), (1060, 270), (1090, 370)], p.accent)
    c.box(330, 250, 520, 260, p.second, 60)
    c.shape([(480, 490), (590, 490), (450, 600)], p.second)
    c.box(800, 360, 330, 190, p.dark, 52)
    c.shape([(980, 530), (1060, 530), (1090, 610)], p.dark)
    for row, length in enumerate((330, 220)):
        c.box(130, 140 + row * 46, length, 20, mix(p.main, p.light, 0.65), 10)
    for row, length in enumerate((340, 260, 160)):
        c.box(720, 100 + row * 46, length, 20, mix(p.accent, p.light, 0.7), 10)
    for dot in range(3):
        c.circle(480 + dot * 110, 382, 34, mix(p.second, p.light, 0.78))
    for row, length in enumerate((220, 140)):
        c.box(850, 420 + row * 46, length, 20, mix(p.dark, p.light, 0.5), 10)


def keys(c: Canvas, p: Palette) -> None:
    """A golden key entering a lock shaped like an open book."""
    for ray in range(20):
        a = ray * math.tau / 20
        c.shape([(760, 330), (760 + 900 * math.cos(a), 330 + 900 * math.sin(a)),
                 (760 + 900 * math.cos(a + 0.16), 330 + 900 * math.sin(a + 0.16))],
                clear(p.light, 0.4))
    for side in (-1, 1):
        for page, colour in enumerate((p.dark, p.main, mix(p.main, p.light, 0.75), p.light)):
            inset = page * 16
            outer = 760 + side * (350 - inset)
            top = curve([(760, 180 + inset), (760 + side * 120, 130 + inset), (outer, 170 + inset)])
            low = curve([(outer, 510 - inset * 0.6), (760 + side * 120, 470 - inset * 0.6),
                         (760, 530 - inset * 0.6)])
            c.shape([*top, *low], colour)
        for row in range(5):
            start = 760 + side * 130
            c.line([(start, 250 + row * 46), (start + side * (150 - row * 12), 254 + row * 46)], 9,
                   mix(p.main, p.light, 0.55))
    c.line([(760, 196), (760, 516)], 8, mix(p.main, p.light, 0.35))
    c.circle(760, 320, 58, p.dark)
    c.shape([(735, 340), (785, 340), (805, 440), (715, 440)], p.dark)
    gold, shade = p.accent, mix(p.accent, p.dark, 0.3)
    for shift, colour in ((8, shade), (0, gold)):
        c.ring(180, 320 + shift, 116, 40, colour)
        c.box(280, 300 + shift, 470, 40, colour, 14)
        for tooth, height in ((560, 70), (620, 50), (680, 82)):
            c.box(tooth, 330 + shift, 36, height, colour, 8)
    c.arc(180, 320, 106, 200, 280, 9, mix(gold, p.light, 0.7))
    for x, y, size in ((420, 130, 34), (520, 540, 26), (1100, 90, 30), (1120, 560, 22)):
        _sparkle(c, x, y, size, p.second)


def _sparkle(c: Canvas, x: float, y: float, size: float, colour: str) -> None:
    points: list[Point] = []
    for corner in range(8):
        radius = size if corner % 2 == 0 else size * 0.3
        points.append((x + radius * math.cos(corner * math.pi / 4),
                       y + radius * math.sin(corner * math.pi / 4)))
    c.shape(points, colour)


def launch(c: Canvas, p: Palette) -> None:
    """A paper plane leaving a laptop with a trail of coloured squares."""
    c.box(0, 560, 1200, 80, mix(p.main, p.bottom, 0.6))
    c.box(190, 300, 420, 250, p.dark, 18)
    c.box(212, 322, 376, 206, mix(p.second, p.dark, 0.25), 8)
    for row, length in enumerate((180, 250, 130, 210)):
        c.box(240, 350 + row * 42, length, 14, mix(p.second, p.light, 0.55), 7)
    c.shape([(130, 550), (670, 550), (720, 590), (80, 590)], mix(p.dark, p.light, 0.35))
    c.box(340, 556, 120, 12, mix(p.dark, p.light, 0.6), 6)
    tones = (p.accent, p.main, p.second, p.light, "#e07a4f")
    for number in range(34):
        share = number / 33
        x = 430 + 390 * share + 46 * math.sin(number * 2.4) * (1.2 - share)
        y = 430 - 190 * share + 40 * math.cos(number * 1.7) * (1.2 - share)
        size = 12 + 16 * ((number * 7) % 5) / 4
        square = [(x - size / 2, y - size / 2), (x + size / 2, y - size / 2),
                  (x + size / 2, y + size / 2), (x - size / 2, y + size / 2)]
        c.shape(turned(square, number * 31, (x, y)), tones[number % 5])
    tip, left, right = (1080.0, 70.0), (800.0, 190.0), (940.0, 350.0)
    c.shape([tip, left, (880, 250)], p.light)
    c.shape([tip, (880, 250), right], mix(p.light, p.main, 0.25))
    c.shape([(880, 250), right, (868, 330)], mix(p.main, p.light, 0.25))
    c.shape([tip, (880, 250), (868, 330)], p.main)
    for x, y, size in ((720, 90, 16), (1120, 300, 20), (980, 470, 14), (620, 180, 12)):
        _sparkle(c, x, y, size, p.accent)


def ledger(c: Canvas, p: Palette) -> None:
    """A table with alternating rows: coins, short bars, one row lit."""
    c.box(110, 60, 980, 520, mix(p.light, p.main, 0.12), 22)
    c.box(110, 60, 980, 84, p.main, 22)
    c.box(110, 110, 980, 34, p.main)
    for x, width in ((150, 60), (250, 200), (570, 150), (880, 120)):
        c.box(x, 92, width, 18, mix(p.main, p.light, 0.65), 9)
    for row in range(6):
        y = 152 + row * 70
        lit = row == 3
        if lit:
            c.box(92, y - 4, 1016, 72, p.accent, 14)
        elif row % 2:
            c.box(110, y, 980, 66, mix(p.light, p.main, 0.26))
        ink = p.dark if lit else mix(p.main, p.dark, 0.2)
        c.circle(180, y + 33, 25, mix(p.accent, p.dark, 0.3))
        c.circle(180, y + 30, 24, mix(p.accent, p.light, 0.35 if lit else 0.0))
        c.circle(180, y + 30, 13, mix(p.accent, p.dark, 0.18))
        c.box(250, y + 24, 150 + (row * 67) % 120, 18, mix(ink, p.light, 0.15), 9)
        c.box(570, y + 16, 90 + (row * 83) % 170, 34, p.second if not lit else p.dark, 8)
        c.box(880, y + 24, 80 + (row * 41) % 90, 18, mix(ink, p.light, 0.35), 9)
