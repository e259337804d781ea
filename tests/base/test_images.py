"""Uploaded images: what is taken, what is left of it, what is refused and why."""
from __future__ import annotations

import io
import random
import struct
import warnings
import zlib

import pytest
from PIL import Image as Pillow
from PIL import PngImagePlugin

from ckanext.promote.base.images import BadImage, reencode

SCRIPT = b"<html><script>alert(1)</script></html>"
TAKEN_OR_REFUSED = {"png", "jpg", "webp", "damaged", "format", "too_many_pixels"}
GPS_IFD = 0x8825
ORIENTATION = 0x0112


def picture(mode: str = "RGB", size: tuple[int, int] = (60, 40), color=(200, 30, 30)):
    return Pillow.new(mode, size, color)


def indexed():
    return picture().convert("P")


def written(image, form: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def reencoded(data: bytes, **limits):
    result = reencode(io.BytesIO(data), **limits)
    assert (result.width, result.height) == opened(result).size
    return result


def opened(result):
    return Pillow.open(io.BytesIO(result.data))


def refusal(data: bytes, **limits) -> BadImage:
    with pytest.raises(BadImage) as caught:
        reencode(io.BytesIO(data), **limits)
    assert str(caught.value) == caught.value.message.format(**caught.value.params)
    return caught.value


def outcome(data: bytes) -> str:
    """The extension of what was written, or the code of the refusal."""
    try:
        return reencoded(data).extension
    except BadImage as err:
        return err.code


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_header(width: int, height: int) -> bytes:
    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = png_chunk(b"IDAT", zlib.compress(b"\0" * 100))
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", size) + rows + png_chunk(b"IEND", b"")


def gif_header(width: int, height: int) -> bytes:
    source = written(picture(), "GIF")
    return source[:6] + struct.pack("<HH", width, height) + source[10:]


@pytest.mark.parametrize(
    ("form", "extension", "read_as"),
    [
        ("PNG", "png", "PNG"),
        ("JPEG", "jpg", "JPEG"),
        ("WEBP", "webp", "WEBP"),
        ("GIF", "png", "PNG"),
    ],
)
def test_four_formats_are_taken_and_written_anew(form, extension, read_as):
    source = written(picture(), form)
    result = reencoded(source)
    assert (result.extension, result.width, result.height) == (extension, 60, 40)
    assert opened(result).format == read_as
    red, green, blue = opened(result).convert("RGB").getpixel((30, 20))
    assert abs(red - 200) < 6
    assert abs(green - 30) < 6
    assert abs(blue - 30) < 6


def test_same_picture_gives_the_same_file():
    source = written(picture(), "PNG")
    assert reencoded(source) == reencoded(source)


@pytest.mark.parametrize("form", ["BMP", "TIFF", "PPM", "ICO", "TGA", "PDF", "DDS"])
def test_other_image_formats_are_refused(form):
    assert refusal(written(picture(), form)).code == "format"


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
        SCRIPT,
        b"%PDF-1.4\n" + b"x" * 100,
        b"PK\x03\x04" + b"\0" * 100,
        b"MZ" + b"\0" * 100,
        b"not an image",
        b"\0",
        b"\x00\x00\x00\x18ftypavif" + b"\0" * 100,
    ],
)
def test_what_is_no_image_is_refused(data):
    assert refusal(data).code == "format"


def test_empty_file_is_refused():
    assert refusal(b"").code == "empty"


@pytest.mark.parametrize(
    "magic", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"RIFF\x40\0\0\0WEBP"]
)
def test_html_behind_the_signature_of_an_image_is_refused(magic):
    assert refusal(magic + SCRIPT * 5).code == "damaged"


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_truncated_image_is_refused(form):
    noise = Pillow.frombytes("RGB", (64, 64), random.Random(1).randbytes(64 * 64 * 3))
    data = written(noise, form)
    assert refusal(data[: len(data) // 2]).code == "damaged"


def test_what_stands_behind_an_image_is_dropped():
    for form in ("PNG", "JPEG", "WEBP", "GIF"):
        assert b"script" not in reencoded(written(picture(), form) + SCRIPT).data


def test_gif_that_is_a_script_too_loses_the_script():
    # Read as a script: GIF87a/* (a width of 0x2A2F) … */ = 1; alert(1)
    source = written(picture(size=(0x2A2F, 4)), "GIF") + b"*/=1;alert(1)//"
    assert source[6:8] == b"/*"
    assert b"alert" not in reencoded(source).data


def test_scripts_in_metadata_are_dropped():
    exif = Pillow.Exif()
    exif[0x010E] = exif[0x013B] = SCRIPT.decode()
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", SCRIPT.decode())
    notes.add_itxt("XML:com.adobe.xmp", SCRIPT.decode())
    sources = [
        written(picture(), "JPEG", exif=exif, comment=SCRIPT, icc_profile=b"p" * 200),
        written(picture(), "PNG", exif=exif, pnginfo=notes, icc_profile=b"p" * 200),
        written(picture(), "WEBP", exif=exif, xmp=SCRIPT, icc_profile=b"p" * 200),
        written(picture(), "GIF", comment=SCRIPT),
    ]
    for source in sources:
        result = reencoded(source)
        assert b"script" not in result.data
        assert not opened(result).getexif()
        assert "icc_profile" not in opened(result).info


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_the_place_where_a_photo_was_taken_is_dropped(form):
    exif = Pillow.Exif()
    exif[GPS_IFD] = {1: "N", 2: (19.0, 25.0, 57.0), 3: "W", 4: (99.0, 7.0, 59.0)}
    source = written(picture(), form, exif=exif)
    assert Pillow.open(io.BytesIO(source)).getexif().get_ifd(GPS_IFD)[1] == "N"
    assert not opened(reencoded(source)).getexif().get_ifd(GPS_IFD)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "corner"),
    # Where the red corner at the top left of the stored pixels belongs on the upright picture.
    [
        (1, (0, 0)),
        (2, (1, 0)),
        (3, (1, 1)),
        (4, (0, 1)),
        (5, (0, 0)),
        (6, (1, 0)),
        (7, (1, 1)),
        (8, (0, 1)),
        (9, (0, 0)),
    ],
)
def test_photo_is_turned_upright(form, orientation, corner):
    source = picture(size=(64, 32), color=(0, 0, 255))
    source.paste((255, 0, 0), (0, 0, 16, 16))
    exif = Pillow.Exif()
    exif[ORIENTATION] = orientation
    result = reencoded(written(source, form, exif=exif))
    turned = 5 <= orientation <= 8
    assert (result.width, result.height) == ((32, 64) if turned else (64, 32))
    place = (5 if corner[0] == 0 else result.width - 6, 5 if corner[1] == 0 else result.height - 6)
    red, _, blue = opened(result).convert("RGB").getpixel(place)
    assert red > 200 > 50 > blue


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_broken_metadata_does_not_hide_a_picture():
    source = written(picture(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff\0\1\2\3")
    assert reencoded(source).width == 60


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((2000, 100), (2000, 100)),
        ((4000, 1000), (2000, 500)),
        ((1000, 3000), (667, 2000)),
        ((5000, 1), (2000, 1)),
        ((30, 20), (30, 20)),
    ],
)
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_neither_side_is_longer_than_the_limit(form, size, expected):
    result = reencoded(written(picture(size=size), form))
    assert (result.width, result.height) == expected


@pytest.mark.parametrize(
    ("source", "options"),
    [
        (picture("RGBA", color=(200, 30, 30, 0)), {"form": "PNG"}),
        (picture("LA", color=(200, 0)), {"form": "PNG"}),
        (indexed(), {"form": "PNG", "transparency": indexed().getpixel((5, 5))}),
        (picture("RGB"), {"form": "PNG", "transparency": (200, 30, 30)}),
        (picture("RGBA", color=(200, 30, 30, 0)), {"form": "WEBP"}),
        (indexed(), {"form": "GIF", "transparency": indexed().getpixel((5, 5))}),
    ],
)
def test_transparency_stays(source, options):
    result = opened(reencoded(written(source, **options)))
    assert result.mode == "RGBA"
    assert result.getpixel((5, 5))[3] == 0


@pytest.mark.parametrize(
    ("source", "options", "mode"),
    [
        (picture("L", color=90), {"form": "PNG"}, "L"),
        (picture("1", color=1), {"form": "PNG"}, "L"),
        (indexed(), {"form": "PNG"}, "RGB"),
        (picture("RGBA", color=(1, 2, 3, 255)), {"form": "PNG"}, "RGB"),
        (picture("L", color=90), {"form": "JPEG"}, "L"),
        (picture("CMYK", color=(9, 9, 9, 9)), {"form": "JPEG"}, "RGB"),
    ],
)
def test_pictures_of_every_mode_are_taken(source, options, mode):
    assert opened(reencoded(written(source, **options))).mode == mode


def test_sixteen_bits_of_grey_keep_their_shades():
    source = Pillow.frombytes("I;16", (3, 1), struct.pack("<3H", 0, 32768, 65535))
    result = opened(reencoded(written(source, "PNG")))
    assert [result.getpixel((x, 0)) for x in range(3)] == [0, 128, 255]


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_only_the_first_frame_of_an_animation_is_kept(form):
    frames = [picture(color=(0, 0, n * 20)) for n in range(1, 12)]
    source = written(picture(), form, save_all=True, append_images=frames)
    assert Pillow.open(io.BytesIO(source)).n_frames == 12
    result = opened(reencoded(source))
    assert getattr(result, "n_frames", 1) == 1
    assert result.convert("RGB").getpixel((5, 5))[0] > 190


@pytest.mark.parametrize(
    "data",
    [
        png_header(50_000, 50_000),
        png_header(5_000, 4_001),
        png_header(20_000_001, 1),
        png_header(10_000, 10_000),
        gif_header(65_535, 65_535),
    ],
)
def test_decompression_bomb_is_refused_by_its_header(data):
    assert refusal(data).code == "too_many_pixels"


def test_bomb_is_refused_by_its_header_when_warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert refusal(png_header(10_000, 10_000)).code == "too_many_pixels"


def test_refusal_of_a_large_picture_names_the_limit():
    source = written(picture(size=(100, 100)), "PNG")
    assert "more than 0.005 million pixels" in str(refusal(source, max_pixels=5_000))


def test_limit_of_pixels_belongs_to_this_module_alone():
    before = Pillow.MAX_IMAGE_PIXELS
    reencoded(written(picture(), "PNG"))
    refusal(png_header(50_000, 50_000))
    after = Pillow.MAX_IMAGE_PIXELS
    assert after == before


def test_photo_with_thousands_of_scans_is_refused():
    source = written(picture(), "JPEG", progressive=True)
    scans = source.split(b"\xff\xda")
    bomb = b"\xff\xda".join([*scans[:2], *[scans[2]] * 5_000, *scans[2:]])
    assert refusal(bomb).code == "damaged"


def test_compressed_text_that_unpacks_to_more_than_it_may_does_no_harm():
    body = b"Comment\0\0" + zlib.compress(b"\0" * 50_000_000, 9)
    source = written(picture(), "PNG")
    bomb = source[:33] + png_chunk(b"zTXt", body) * 3 + source[33:]
    assert outcome(bomb) in ("png", "damaged")


def test_file_larger_than_allowed_is_refused_without_reading_it_whole():
    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size: int = -1) -> bytes:
            assert size > 0
            self.taken += size
            return b"\xff" * size

    source = Endless()
    with pytest.raises(BadImage) as caught:
        reencode(source, max_bytes=3 * 2**20)
    assert caught.value.code == "too_large"
    assert "3 MB" in str(caught.value)
    assert source.taken == 3 * 2**20 + 1


def test_file_of_exactly_the_allowed_size_is_taken():
    source = written(picture(), "PNG")
    assert reencoded(source, max_bytes=len(source)).width == 60
    assert refusal(source, max_bytes=len(source) - 1).code == "too_large"


def test_stream_that_gives_a_little_at_a_time_is_read_to_its_end():
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 1, 7))

    assert reencode(Slow(written(picture(), "PNG"))).width == 60


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_files_with_random_faults_are_taken_or_refused_and_nothing_else(form):
    chance = random.Random(form)
    exif = Pillow.Exif()
    exif[ORIENTATION] = 6
    options = {} if form == "GIF" else {"exif": exif}
    source = written(picture("RGB", (24, 16)), form, **options)
    for _ in range(300):
        data = bytearray(source)
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        assert outcome(bytes(data)) in TAKEN_OR_REFUSED
