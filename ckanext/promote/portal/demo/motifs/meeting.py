"""What people meet for, show and teach: a table, screens, a ballot box, slides, a watch, panels."""
from __future__ import annotations

import math

from ckanext.promote.portal.demo.canvas import Canvas, Palette, clear, mix


def roundtable(c: Canvas, p: Palette) -> None:
    """A round table from above: people around it, sheets and cups on it."""
    people = (p.second, p.accent, p.dark, mix(p.second, p.light, 0.45), mix(p.accent, p.dark, 0.4))
    for seat in range(10):
        angle = math.radians(36 * seat + 18)
        x, y = 600 + 420 * math.cos(angle), 315 + 262 * math.sin(angle)
        c.circle(x, y, 58, people[seat % 5])
        c.circle(600 + 392 * math.cos(angle), 315 + 240 * math.sin(angle), 34, "#e8c2a0")
        c.slice(x, y, 34, 0, 360, mix(people[(seat + 2) % 5], p.dark, 0.55))
    c.ellipse(600, 328, 350, 206, clear(p.dark, 0.35))
    c.ellipse(600, 315, 350, 200, mix(p.main, p.light, 0.2))
    c.ellipse(600, 315, 318, 174, mix(p.main, p.light, 0.42))
    for x, y, turn in ((430, 250, 0), (700, 220, 1), (380, 360, 1), (620, 400, 0), (790, 330, 1)):
        wide, high = (96, 66) if turn else (70, 92)
        c.box(x - wide / 2, y - high / 2, wide, high, p.light, 4)
        for row in range(3):
            c.box(x - wide / 2 + 10, y - high / 2 + 14 + row * 16, wide - 20 - 12 * row, 6,
                  mix(p.main, p.light, 0.4), 3)
    for x, y in ((520, 330), (560, 235), (705, 330)):
        c.circle(x, y, 21, p.light)
        c.circle(x, y, 14, "#8a5a3a")


def screens(c: Canvas, p: Palette) -> None:
    """Three open laptops on a long table, each with another chart, and a clock above them."""
    c.circle(600, 130, 84, p.light)
    c.ring(600, 130, 84, 12, p.dark)
    c.line([(600, 130), (600, 78)], 9, p.dark)
    c.line([(600, 130), (640, 152)], 9, p.second)
    c.box(0, 508, 1200, 122, mix(p.main, p.dark, 0.5))
    c.box(0, 508, 1200, 16, mix(p.main, p.light, 0.3))
    for number, x in enumerate((70, 440, 810)):
        c.box(x, 262, 320, 214, p.dark, 16)
        c.box(x + 14, 276, 292, 186, p.light, 6)
        c.shape([(x - 26, 508), (x + 346, 508), (x + 320, 474), (x, 474)], mix(p.dark, p.light, .3))
        c.box(x + 120, 492, 80, 10, p.dark, 5)
        if number == 0:
            for bar, high in enumerate((60, 96, 44, 128, 82)):
                c.box(x + 40 + bar * 50, 446 - high, 34, high, p.second if bar == 3 else p.main, 4)
        elif number == 1:
            c.line([(x + 40, 420), (x + 100, 370), (x + 160, 392), (x + 220, 320), (x + 276, 340)],
                   9, p.main)
            for px, py in ((x + 100, 370), (x + 220, 320)):
                c.circle(px, py, 13, p.accent)
        else:
            c.slice(x + 160, 369, 78, 0, 360, p.main)
            c.slice(x + 160, 369, 78, -90, 20, p.accent)
            c.slice(x + 160, 369, 78, 20, 95, p.second)


def ballot(c: Canvas, p: Palette) -> None:
    """A box with a slot, slips falling into it, each with a mark."""
    for x, y, wide in ((200, 240, 150), (980, 200, 170), (1010, 430, 120)):
        c.box(x - wide / 2, y - 50, wide, 100, mix(p.top, p.main, 0.25), 50)
    c.box(330, 330, 540, 250, p.main, 18)
    c.box(330, 330, 540, 60, mix(p.main, p.dark, 0.35), 18)
    c.box(450, 348, 300, 22, p.dark, 11)
    c.box(296, 572, 608, 30, mix(p.main, p.dark, 0.5), 15)
    slips = ((478, 96, 262, p.light), (590, 40, 150, mix(p.light, p.accent, .4)),
             (640, 206, 152, p.light))  # fmt: skip
    for x, top, high, colour in slips:
        c.box(x, top, 96, high, colour, 6)
        for row in range(3):
            y = top + 22 + row * 38
            if y + 20 < top + high:
                c.box(x + 14, y, 22, 22, mix(p.main, p.light, 0.45), 4)
                c.box(x + 46, y + 7, 36, 8, mix(p.main, p.light, 0.6), 4)
        c.line([(x + 17, top + 34), (x + 25, top + 42), (x + 40, top + 22)], 7, p.second)
    c.circle(600, 482, 62, mix(p.main, p.light, 0.85))
    c.line([(570, 484), (592, 508), (634, 456)], 18, p.second)


def projection(c: Canvas, p: Palette) -> None:
    """A screen on a stand with waves of water on it, a line over them, and heads before it."""
    c.line([(600, 440), (480, 600)], 16, p.dark)
    c.line([(600, 440), (720, 600)], 16, p.dark)
    c.line([(600, 400), (600, 600)], 16, p.dark)
    c.box(216, 62, 768, 30, p.dark, 15)
    c.box(244, 86, 712, 366, p.light, 4)
    for layer, (level, tone) in enumerate(((300, 0.55), (340, 0.3), (384, 0.0))):
        colour = mix(p.main, p.light, tone)
        points = [(244 + 89 * step, level + 14 * math.sin(step + layer)) for step in range(9)]
        c.shape([*points, (956, 452), (244, 452)], colour)
    c.line([(290, 250), (400, 190), (510, 216), (620, 150), (730, 176), (900, 128)], 10, p.second)
    for x, y in ((400, 190), (620, 150), (900, 128)):
        c.circle(x, y, 15, p.accent)
    for seat, x in enumerate((110, 300, 490, 700, 890, 1090)):
        tone = mix(p.dark, p.main, 0.15 + 0.1 * (seat % 3))
        c.circle(x, 560 - 16 * (seat % 2), 56, tone)
        c.ellipse(x, 680, 104, 84, tone)


def slices(c: Canvas, p: Palette) -> None:
    """A cake of coloured slices, one drawn out, coins in stacks beside it."""
    c.circle(470, 328, 232, clear(p.dark, 0.3))
    tones = (p.main, p.second, p.accent, mix(p.main, p.light, 0.45), mix(p.second, p.light, 0.4))
    start = -60
    for number, span in enumerate((110, 86, 64, 58)):
        c.slice(460, 315, 232, start, start + span, tones[number])
        start += span
    c.slice(486, 296, 232, start, 300, tones[4])
    c.circle(460, 315, 96, mix(p.top, p.bottom, 0.5))
    for stack, (x, count) in enumerate(((800, 4), (910, 7), (1020, 10))):
        for coin in range(count):
            y = 536 - coin * 34
            c.ellipse(x, y, 54, 19, mix(p.accent, p.dark, 0.4))
            c.ellipse(x, y - 11, 54, 19, mix(p.accent, p.light, 0.15 * ((coin + stack) % 2)))
    c.line([(770, 340), (880, 262), (990, 150), (1090, 92)], 11, p.second)
    c.shape([(1118, 70), (1108, 130), (1062, 92)], p.second)


def shelves(c: Canvas, p: Palette) -> None:
    """Bookcases of different fullness in a row, a lamp over the emptiest."""
    tones = (p.main, p.second, p.accent, p.dark, mix(p.second, p.light, 0.4))
    for case, (x, full) in enumerate(((90, 15), (370, 9), (650, 12), (930, 3))):
        c.box(x, 150, 190, 420, mix(p.main, p.dark, 0.55), 10)
        for board in range(3):
            top = 166 + board * 134
            c.box(x + 14, top, 162, 118, mix(p.light, p.main, 0.14))
            for book in range(min(5, max(0, full - board * 5))):
                high = 70 + (book * 37 + case * 23 + board * 11) % 40
                c.box(x + 20 + book * 31, top + 118 - high, 27, high,
                      tones[(book + board + case) % 5], 3)
    c.shape([(1025, 40), (930, 142), (1120, 142)], clear(p.accent, 0.45))
    c.shape([(1025, 14), (985, 66), (1065, 66)], p.accent)
    c.box(0, 570, 1200, 60, mix(p.main, p.dark, 0.3))


def stopwatch(c: Canvas, p: Palette) -> None:
    """A large watch whose hand has run a part of the round, and a cross on its face."""
    c.circle(600, 352, 262, clear(p.dark, 0.25))
    c.box(566, 40, 68, 74, p.dark, 10)
    c.box(536, 24, 128, 36, p.dark, 18)
    c.line([(800, 132), (838, 94)], 34, p.dark)
    c.circle(600, 340, 256, p.dark)
    c.circle(600, 340, 218, p.light)
    c.slice(600, 340, 196, -90, 60, mix(p.second, p.light, 0.45))
    for mark in range(12):
        angle = math.radians(30 * mark)
        x, y = math.cos(angle), math.sin(angle)
        c.line([(600 + 172 * x, 340 + 172 * y), (600 + 194 * x, 340 + 194 * y)], 10, p.main)
    c.box(572, 256, 56, 168, p.main, 8)
    c.box(516, 312, 168, 56, p.main, 8)
    c.line([(600, 340), (682, 482)], 14, p.second)
    c.circle(600, 340, 26, p.dark)
    for x, tone in ((170, p.main), (1030, p.second)):
        for row in range(3):
            c.box(x - 70, 240 + row * 72, 140, 38, mix(tone, p.light, 0.35 + 0.2 * row), 19)


def panels(c: Canvas, p: Palette) -> None:
    """Four pictures in a row that tell something: a question, a table, a tool, a tree."""
    for number, x in enumerate((56, 336, 616, 896)):
        c.box(x + 8, 158, 248, 330, clear(p.dark, 0.3), 16)
        c.box(x, 146, 248, 330, p.light, 16)
        c.box(x + 16, 162, 216, 208, mix(p.light, (p.main, p.second, p.accent, p.main)[number], .3))
        for row in range(3):
            c.box(x + 20, 392 + row * 26, 206 - 46 * row, 11, mix(p.main, p.light, 0.45), 5)
        if number:
            c.shape([(x - 28, 286), (x - 28, 330), (x - 4, 308)], p.dark)
    c.arc(180, 240, 46, 150, 400, 24, p.dark)
    c.line([(200, 282), (180, 306)], 22, p.dark)
    c.circle(180, 344, 15, p.dark)
    for row in range(4):
        for column in range(3):
            c.box(380 + column * 56, 184 + row * 44, 48, 34,
                  p.second if (row, column) == (2, 1) else p.light, 4)
    c.ring(740, 262, 62, 26, p.dark)
    for tooth in range(8):
        angle = math.radians(45 * tooth)
        c.circle(740 + 68 * math.cos(angle), 262 + 68 * math.sin(angle), 17, p.dark)
    c.box(1008, 290, 24, 70, "#8a5a3a", 4)
    c.circle(1020, 244, 58, p.second)
    c.circle(984, 276, 38, mix(p.second, p.light, 0.2))
    c.circle(1058, 272, 42, mix(p.second, p.dark, 0.2))


def sweep(c: Canvas, p: Palette) -> None:
    """A grid of cells, half of them stained, and a brush that leaves clean ones behind."""
    c.box(150, 90, 900, 460, p.light, 16)
    c.box(150, 90, 900, 68, p.main, 16)
    c.box(150, 130, 900, 28, p.main)
    for row in range(6):
        for column in range(6):
            x, y = 168 + column * 146, 172 + row * 62
            is_clean = column * 1.3 + row < 5.5
            tone = mix(p.light, p.main, 0.2 if is_clean else 0.42)
            c.box(x, y, 134, 50, tone, 6)
            if is_clean:
                c.box(x + 16, y + 20, 60 + (row * 29 + column * 17) % 44, 10, p.main, 5)
            elif (row + column) % 2:
                c.ellipse(x + 62, y + 26, 34, 15, p.second)
                c.circle(x + 96, y + 14, 8, p.second)
    c.line([(1010, 96), (760, 330)], 40, mix(p.accent, p.dark, 0.25))
    c.line([(1010, 96), (760, 330)], 22, p.accent)
    c.shape([(806, 340), (748, 282), (600, 392), (694, 486)], p.dark)
    for hair in range(5):
        c.line([(620 + hair * 22, 402 + hair * 22), (566 + hair * 24, 448 + hair * 22)], 16,
               mix(p.dark, p.light, 0.12 * hair))
