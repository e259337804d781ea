"""Uploaded images: decoded, and written anew from their pixels alone.

Whatever else a file carries (metadata with a place or a script, a second format behind the first,
further frames, a colour profile) does not survive, because nothing but pixels is carried over.
Pure: no CKAN; where the bytes are kept is ``base.uploads``' business.
"""
from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from typing import Any, BinaryIO

from PIL import Image as Pillow
from PIL import UnidentifiedImageError

from ckanext.promote.base.i18n import N_

# Pillow's format, and what is written for it: GIF becomes PNG, because one frame is kept. MPO is
# what phones write: a JPEG with further pictures behind it.
EXTENSIONS = {"PNG": "png", "GIF": "png", "JPEG": "jpg", "MPO": "jpg", "WEBP": "webp"}
OPENED = ("PNG", "JPEG", "WEBP", "GIF")
SAVE_OPTIONS: dict[str, dict[str, Any]] = {
    "png": {"format": "PNG"},
    "jpg": {"format": "JPEG", "quality": 85, "optimize": True, "progressive": True},
    "webp": {"format": "WEBP", "quality": 85},
}

# A progressive JPEG is decoded once per scan: 5 MB hold 100,000 of them, encoders write 10.
MAX_JPEG_SCANS = 100

_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Pillow.Transpose.FLIP_LEFT_RIGHT,
    3: Pillow.Transpose.ROTATE_180,
    4: Pillow.Transpose.FLIP_TOP_BOTTOM,
    5: Pillow.Transpose.TRANSPOSE,
    6: Pillow.Transpose.ROTATE_270,
    7: Pillow.Transpose.TRANSVERSE,
    8: Pillow.Transpose.ROTATE_90,
}
# What Pillow's readers raise on broken files (warnings: where a process makes them errors).
_BROKEN = (
    *(ArithmeticError, AttributeError, EOFError, LookupError, MemoryError, NotImplementedError),
    *(OSError, SyntaxError, TypeError, ValueError, Warning, struct.error, zlib.error),
)


class BadImage(ValueError):
    """The file cannot be taken: ``message`` is a msgid, to be formatted with ``params``."""

    def __init__(self, code: str, message: str, **params: int | str) -> None:
        super().__init__(message.format(**params))
        self.code = code
        self.message = message
        self.params = params


@dataclass(frozen=True)
class Image:
    """An image that this module wrote; ``extension`` is jpg, png or webp, sizes are in pixels."""

    data: bytes
    extension: str
    width: int
    height: int


def reencode(
    stream: BinaryIO,
    *,
    max_bytes: int = 5 * 2**20,
    max_pixels: int = 20_000_000,
    max_edge: int = 2000,
) -> Image:
    """The picture in a PNG, JPEG, WebP or GIF (first frame), upright, as a new file.

    Neither side is longer than ``max_edge``; transparency stays. Reads at most ``max_bytes`` + 1.

    :raises BadImage: when it is none of these, broken, or larger than the limits
    """
    data = _read(stream, max_bytes)
    opened = _open(data, max_pixels)
    extension = EXTENSIONS[opened.format or ""]
    try:
        picture = _pixels(opened, max_edge)
    except _BROKEN as err:
        raise _damaged() from err
    if extension == "jpg":
        picture = _converted(picture, "L" if picture.mode == "L" else "RGB")
    written = io.BytesIO()
    picture.save(written, **SAVE_OPTIONS[extension])
    return Image(written.getvalue(), extension, picture.width, picture.height)


def _read(stream: BinaryIO, max_bytes: int) -> bytes:
    parts: list[bytes] = []
    left = max_bytes + 1
    while left and (part := stream.read(left)):
        parts.append(part)
        left -= len(part)
    if not parts:
        raise BadImage("empty", N_("The file is empty. Choose a picture and upload it again."))
    if not left:
        raise BadImage(
            "too_large",
            N_("The file is larger than {limit} MB. Make the picture smaller and upload it again."),
            limit=f"{max_bytes / 2**20:g}",
        )
    return b"".join(parts)


def _open(data: bytes, max_pixels: int) -> Pillow.Image:
    """The image, whose header alone has been read.

    Pillow's own bound (``MAX_IMAGE_PIXELS``) belongs to the process, and other plugins' images
    may be larger than ours: it is left as it is, and the size checked before pixels are decoded.
    """
    try:
        opened = Pillow.open(io.BytesIO(data), formats=OPENED)
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as err:
        raise _too_many_pixels(max_pixels) from err
    except UnidentifiedImageError as err:
        if data.startswith(_SIGNATURES) or data[8:12] == b"WEBP":
            raise _damaged() from err
        raise BadImage(
            "format",
            N_(
                "This is not a PNG, JPEG, WebP or GIF picture. "
                "Save it in one of these formats and upload it again."
            ),
        ) from err
    except _BROKEN as err:
        raise _damaged() from err
    if opened.width * opened.height > max_pixels:
        raise _too_many_pixels(max_pixels)
    if EXTENSIONS[opened.format or ""] == "jpg" and data.count(b"\xff\xda") > MAX_JPEG_SCANS:
        raise _damaged()
    return opened


def _damaged() -> BadImage:
    return BadImage(
        "damaged",
        N_(
            "The picture is incomplete or damaged. "
            "Open it, save it again as PNG or JPEG, and upload that file."
        ),
    )


def _too_many_pixels(max_pixels: int) -> BadImage:
    return BadImage(
        "too_many_pixels",
        N_(
            "The picture has more than {limit} million pixels. "
            "Make it smaller and upload it again."
        ),
        limit=f"{max_pixels / 1_000_000:g}",
    )


def _pixels(opened: Pillow.Image, max_edge: int) -> Pillow.Image:
    """The pixels alone, upright and within ``max_edge``: mode L, RGB or RGBA, no metadata."""
    # Lets JPEG decode at a half, a quarter or an eighth, where that is still large enough.
    opened.draft(None, (max_edge, max_edge))
    opened.load()
    picture = _plain_mode(opened)
    turn = _UPRIGHT.get(_orientation(opened))
    picture.thumbnail((max_edge, max_edge), Pillow.Resampling.LANCZOS, reducing_gap=2.0)
    if turn is not None:
        picture = picture.transpose(turn)
    picture.info = {}
    return picture


def _orientation(opened: Pillow.Image) -> int:
    try:
        value = opened.getexif().get(_ORIENTATION, 1)
    except _BROKEN:
        # Broken metadata is no reason to refuse a picture that can be seen.
        return 1
    return value if isinstance(value, int) else 1


def _plain_mode(opened: Pillow.Image) -> Pillow.Image:
    if opened.mode.startswith("I"):
        # 16 bits of grey; a plain conversion would cut all but the darkest to white.
        return opened.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if opened.mode in ("RGBA", "LA", "PA") or "transparency" in opened.info:
        picture = _converted(opened, "RGBA")
        is_opaque = picture.getchannel("A").getextrema() == (255, 255)
        return picture.convert("RGB") if is_opaque else picture
    return _converted(opened, "L" if opened.mode in ("1", "L") else "RGB")


def _converted(picture: Pillow.Image, mode: str) -> Pillow.Image:
    # A conversion copies even where there is nothing to convert: 80 MB of a large picture.
    return picture if picture.mode == mode else picture.convert(mode)
