"""Files made to deceive whoever takes images, and a program that takes them all.

Run as a program it reads no arguments and writes ``{"before", "after", "outcomes"}`` as JSON:
peak memory of the process in MB before and after all of them, and what became of each file.
"""
from __future__ import annotations

import io
import json
import random
import re
import struct
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

from PIL import Image as Pillow
from PIL import PngImagePlugin

from ckanext.promote.base.images import BadImage, reencode

SCRIPT = b"<script>alert(document.domain)</script>"
PLACE = "made-at-19.4326-N-99.1332-W"
EDGE = 50_000
KINDS = ("svg", "html", "bomb", "place", "behind", "text", "damaged", "other", "large")
EACH = {"svg": 25, "html": 30, "bomb": 25, "place": 40, "behind": 25, "text": 15, "damaged": 30,
        "other": 5, "large": 5}  # fmt: skip
SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0\x00\x10JFIF", b"GIF89a", b"GIF87a",
              b"RIFF\x40\0\0\0WEBPVP8 ")  # fmt: skip
GPS_IFD = 0x8825
DESCRIPTION = 0x010E


def files() -> Iterator[tuple[str, bytes]]:
    """Each kind and its bytes, 200 in all, the same at every call."""
    for kind in KINDS:
        for number in range(EACH[kind]):
            yield kind, MAKERS[kind](number)


def _svg(number: int) -> bytes:
    heads = (b"", b"\xef\xbb\xbf", b"<?xml version='1.0'?>", b"<!-- -->\n", b" " * 600)
    event = (b"onload='alert(1)'", b"onclick='alert(1)'", b"style='background:url(//x.example)'")
    return (heads[number % 5] + b"<svg xmlns='http://www.w3.org/2000/svg' " + event[number % 3]
            + b">" + SCRIPT * (1 + number) + b"</svg>")  # fmt: skip


def _html(number: int) -> bytes:
    return SIGNATURES[number % 5] + b"<html>" * number + SCRIPT * (1 + number)


def _bomb(number: int) -> bytes:
    if number % 5 == 0:
        return _gif_bomb()
    # Real rows: 312 MB of one bit, or a header that promises 10 GB of four bytes.
    depth, color = ((1, 0), (8, 6), (16, 2), (8, 3))[number % 4]
    body = zlib.compress(bytes(EDGE // 8 + 1) * (2000 * (1 + number)), 9)
    size = struct.pack(">IIBBBBB", EDGE, EDGE + number, depth, color, 0, 0, 0)
    palette = _chunk(b"PLTE", bytes(768)) if color == 3 else b""
    return (SIGNATURES[0] + _chunk(b"IHDR", size) + palette + _chunk(b"IDAT", body)
            + _chunk(b"IEND", b""))  # fmt: skip


def _gif_bomb() -> bytes:
    source = _written(Pillow.new("P", (4, 4)), "GIF")
    return source[:6] + struct.pack("<HH", EDGE, EDGE) + source[10:]


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _place(number: int) -> bytes:
    form = ("JPEG", "PNG", "WEBP")[number % 3]
    exif = Pillow.Exif()
    exif[DESCRIPTION] = PLACE
    exif.get_ifd(GPS_IFD).update({1: "N", 2: (19.0, 25.0, 57.0), 3: "W", 4: (99.0, 7.0, 59.0)})
    edge = 300 + number
    return _written(Pillow.new("RGB", (edge, edge), (10, number, 30)), form, exif=exif)


def _behind(number: int) -> bytes:
    form = ("JPEG", "PNG", "WEBP", "GIF")[number % 4]
    return _written(Pillow.new("RGB", (40, 40)), form) + b"\n" + SCRIPT * (1 + number)


def _text(number: int) -> bytes:
    """A comment that unpacks to megabytes, or that is a script."""
    info = PngImagePlugin.PngInfo()
    info.add_text("XML:com.adobe.xmp", SCRIPT.decode(), zip=False)
    info.add_text("Comment", "x" * 100_000 * (1 + number % 9), zip=True)
    return _written(Pillow.new("RGB", (40, 40)), "PNG", pnginfo=info)


def _damaged(number: int) -> bytes:
    rng = random.Random(number)
    form = ("JPEG", "PNG", "WEBP", "GIF")[number % 4]
    data = bytearray(_written(Pillow.frombytes("RGB", (64, 64), rng.randbytes(64 * 64 * 3)), form))
    for _ in range(20):
        data[rng.randrange(12, len(data))] = rng.randrange(256)
    return bytes(data[: len(data) // 2] if number % 2 else data)


def _other(number: int) -> bytes:
    return _written(Pillow.new("RGB", (40, 40)), ("BMP", "TIFF", "ICO", "PPM", "PDF")[number])


def _large(number: int) -> bytes:
    """A photo as phones write it, 12 megapixels, whose name and place must go."""
    exif = Pillow.Exif()
    exif[DESCRIPTION] = PLACE
    exif[0x0112] = (1, 3, 6, 8, 5)[number]
    return _written(Pillow.new("RGB", (4000, 3000), (90, 120, 40)), "JPEG", exif=exif)


def _written(image: Pillow.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


MAKERS = {"svg": _svg, "html": _html, "bomb": _bomb, "place": _place, "behind": _behind,
          "text": _text, "damaged": _damaged, "other": _other, "large": _large}  # fmt: skip


def outcome(data: bytes) -> str:
    """``kept`` when it was written anew without what it carried, else the refusal's code."""
    try:
        image = reencode(io.BytesIO(data))
    except BadImage as err:
        return err.code
    left = [each for each in (SCRIPT, b"alert", PLACE.encode()) if each in image.data]
    opened = Pillow.open(io.BytesIO(image.data))
    return "left" if left or opened.getexif() or opened.info.get("xmp") else "kept"


def peak() -> float:
    """The most memory that this program ever had, in MB (``ru_maxrss`` counts its parent's)."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


if __name__ == "__main__":
    # From files, so that what makes them is not counted with what takes them.
    given = [(kind, Path(name).read_bytes()) for kind, name in map(str.split, sys.stdin)]
    outcome(given[0][1])
    outcome(_written(Pillow.new("RGB", (400, 300)), "JPEG"))
    before = peak()
    outcomes = [(kind, outcome(data)) for kind, data in given]
    json.dump({"before": before, "after": peak(), "outcomes": outcomes}, sys.stdout)
