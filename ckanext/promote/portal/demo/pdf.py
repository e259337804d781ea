"""Small PDF documents of text alone, written byte by byte: no library, the same at every run.

Fonts are the two that every reader has (Helvetica, plain and bold); letters are those of Western
Europe. A reader shows the title in its window, and says that the text is in Spanish.
"""
from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

SLIDE = (842, 474)
SHEET = (595, 842)
"""Width and height in points: a screen's proportions, and A4."""
MARGIN = 56
ENCODING = "cp1252"
"""What PDF calls WinAnsiEncoding."""


@dataclass(frozen=True)
class Page:
    """A heading, and paragraphs under it; one that begins with ``- `` is an entry of a list."""

    heading: str
    paragraphs: tuple[str, ...]


def document(title: str, pages: Sequence[Page], *, is_slides: bool) -> bytes:
    """A PDF with one page for each of ``pages``, on slides or on sheets."""
    size = SLIDE if is_slides else SHEET
    numbers = [6 + 2 * position for position in range(len(pages))]
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (es-MX) "
        b"/ViewerPreferences << /DisplayDocTitle true >> >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        _font("Helvetica"),
        _font("Helvetica-Bold"),
        b"<< /Title " + _text(title) + b" /Producer (ckanext-promote) >>",
    ]
    for number, page in zip(numbers, pages, strict=True):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] /Resources "
            f"<< /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents {number + 1} 0 R >>".encode()
        )
        content = _drawn(page, size, is_slides)
        objects.append(
            f"<< /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream"
        )
    return _file(objects)


def _file(objects: Sequence[bytes]) -> bytes:
    """Objects one after the other, and the table that says where each begins."""
    written = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    table += "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 5 0 R >>\n"
    end = f"startxref\n{len(written)}\n%%EOF\n"
    return written + (table + trailer + end).encode()


def _font(name: str) -> bytes:
    return (
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode()
    )


def _text(text: str) -> bytes:
    """A text between brackets; what the encoding does not have becomes a question mark."""
    escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return b"(" + escaped.encode(ENCODING, "replace") + b")"


def _drawn(page: Page, size: tuple[int, int], is_slides: bool) -> bytes:
    """What a page's content stream says: a band in the colour of the heading, then the lines."""
    width, height = size
    heading_size, body_size = (28, 18) if is_slides else (20, 11.5)
    y = height - MARGIN - heading_size
    drawn = [f"0.04 0.34 0.41 rg 0 {height - 14} {width} 14 re f".encode()]
    for line in _wrapped(page.heading, width, heading_size * 1.08):
        drawn.append(_line("F2", heading_size, MARGIN, y, line))
        y -= heading_size * 1.25
    drawn.append(b"0.09 0.13 0.17 rg")
    y -= body_size
    for paragraph in page.paragraphs:
        is_entry = paragraph.startswith("- ")
        indent = body_size * 1.2 if is_entry else 0
        for number, line in enumerate(
            _wrapped(paragraph.removeprefix("- "), width - indent, body_size)
        ):
            if is_entry and not number:
                drawn.append(_line("F1", body_size, MARGIN, y, "•"))
            drawn.append(_line("F1", body_size, MARGIN + indent, y, line))
            y -= body_size * 1.4
        y -= body_size * 0.6
    return b"\n".join(drawn)


def _wrapped(text: str, width: float, size: float) -> list[str]:
    """Lines that fit: a letter of Helvetica is half as wide as it is high, as a mean."""
    return textwrap.wrap(text, int((width - 2 * MARGIN) / (size * 0.51)))


def _line(font: str, size: float, x: float, y: float, text: str) -> bytes:
    return f"BT /{font} {size:g} Tf {x:g} {y:.1f} Td ".encode() + _text(text) + b" Tj ET"
