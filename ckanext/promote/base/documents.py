"""Uploaded documents: PDF, ODP or PPTX by their content, whatever they are called.

Unlike pictures, documents are kept as they are. So they are never shown by the portal, only given
away as attachments (``content.document_views``), and what programs would run is refused here as far
as it can be seen. What is looked at, and what is not:

- PDF: begin and end of the file; names of scripts, programs, embedded files and encryption in
  plain, also spelt with ``#xx``, and in the compressed object streams of common files. Not: other
  streams (pages, pictures, fonts), and object streams beyond ``PDF_BUDGET``.
- ODP and PPTX: the archive's frame (nothing before or after, no ZIP64), number, size, names and
  compression of its parts, macros, controls, actions that start programs, DTDs in XML (never
  expanded), and embedded files: only office documents, one level deep, held to the same. Pictures,
  sounds, films and fonts inside are not opened.

Pure: no CKAN. Where documents are kept is the business of ``base.files``.
"""
from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from ckanext.promote.base.i18n import N_

MIME = {
    "pdf": "application/pdf",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
PDF_STREAMS = 1_000
PDF_STREAM_BYTES = 2**19
PDF_BUDGET = 50 * 2**20
"""Unpacked bytes of object streams that are looked at in all."""
MAX_PARTS = 3_000
MAX_UNPACKED = 300 * 2**20
MAX_XML = 100 * 2**20

_END = 22
"""Bytes of a ZIP archive's last record, without comment."""
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError),
    *(ValueError, LookupError),
)
# What other formats begin with: OLE (Office before 2007), archives, programs.
_FOREIGN = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"Rar!", b"7z\xbc\xaf", b"\xfd7zXZ", b"BZh", b"MZ\x90\x00",
    b"\x7fELF", b"%PDF-",
)  # fmt: skip
_GZIP = b"\x1f\x8b"
_GZIP_PICTURES = ("emz", "wmz")
_OFFICE = ("docx", "odp", "ods", "odt", "pptx", "xlsx")
_PROGRAMS = frozenset(
    "app bat cmd com cpl dll exe hta jar js jse lnk msi ps1 reg scr sh vbe vbs wsf".split()
)
_MACRO_PARTS = re.compile(
    r"(^|/)(vba(project|data)[^/]*|activex/.+)$|^(basic|scripts)/.+", re.IGNORECASE
)
_XML_PARTS = ("xml", "rels", "rdf", "vml")
_ACTIONS = re.compile(rb"vnd\.sun\.star\.script:|ppaction://(?:macro|program)", re.IGNORECASE)
_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}encoding\s*=\s*["']([\w.-]+)["']""")
_ENCODINGS = frozenset({b"utf-8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1"})
_PRESENTATION = MIME["pptx"].encode() + b".main+xml"


class BadDocument(ValueError):
    """The file cannot be taken: ``message`` is a msgid, to be formatted with ``params``."""

    def __init__(self, code: str, message: str, **params: int | str) -> None:
        super().__init__(message.format(**params))
        self.code = code
        self.message = message
        self.params = params


@dataclass(frozen=True)
class Document:
    """A document that was checked, unchanged; ``extension`` is pdf, odp or pptx."""

    data: bytes
    extension: str

    @property
    def mime(self) -> str:
        """Its media type."""
        return MIME[self.extension]

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.data)


def check(stream: BinaryIO, *, max_bytes: int = 20 * 2**20) -> Document:
    """The document in a stream. Reads at most ``max_bytes`` + 1.

    :raises BadDocument: when it is none of the three, larger, damaged, locked, or would run things
    """
    data = stream.read(max_bytes + 1)
    if not data:
        raise BadDocument(
            "empty", N_("The file is empty. Choose a document and upload it again.")
        )
    if len(data) > max_bytes:
        raise BadDocument(
            "too_large",
            N_(
                "The document is larger than {limit} MB. "
                "Make it smaller, or give the address where it can be read."
            ),
            limit=f"{max_bytes / 2**20:g}",
        )
    if data.startswith(b"%PDF-"):
        _check_pdf(data)
        return Document(data, "pdf")
    if data.startswith(b"PK\x03\x04"):
        return Document(data, _check_package(data))
    raise _no_document()


def _no_document() -> BadDocument:
    return BadDocument(
        "format",
        N_(
            "This is not a PDF, ODP or PPTX document. "
            "Save it in one of these formats and upload it again."
        ),
    )


def _damaged() -> BadDocument:
    return BadDocument(
        "damaged",
        N_(
            "The document is incomplete or damaged, or something hangs on it that does not belong "
            "to it. Open it, save it again, and upload that file."
        ),
    )


def _locked() -> BadDocument:
    return BadDocument(
        "locked",
        N_("The document is protected with a password. Save it without one, so that all can read."),
    )


def _active(what: str) -> BadDocument:
    return BadDocument(
        "active",
        N_("The document has a script or a macro, or starts a program ({what}). Take it out."),
        what=what[:80],
    )


def _embedded(what: str) -> BadDocument:
    return BadDocument(
        "embedded",
        N_("The document has another file inside ({what}). Take it out and publish it on its own."),
        what=what[:80],
    )


# --- PDF


def _name(word: str) -> bytes:
    """A pattern of a PDF name, each of whose characters may be written as ``#`` and its number."""
    spelt = (f"(?:{char}|#(?i:{ord(char):02x}))" for char in word)
    return f"/{''.join(spelt)}(?![^\\x00\\t\\n\\x0c\\r ()<>\\[\\]{{}}/%])".encode()


_LOCKED = re.compile(_name("Encrypt"))
_REFUSED = {
    word: re.compile(_name(word))
    for word in (
        "JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "Rendition",
    )
}  # fmt: skip
_INSIDE = ("EmbeddedFile", "EmbeddedFiles")
_OBJECTS = re.compile(_name("ObjStm"))


def _check_pdf(data: bytes) -> None:
    tail = data[-2048:].rstrip(b"\x00\t\n\x0c\r ")
    if not re.match(rb"%PDF-[12]\.\d", data) or not re.search(
        rb"startxref\s+\d{1,10}\s+%%EOF\Z", tail
    ):
        raise _damaged()
    if _LOCKED.search(data):
        raise _locked()
    _refuse_names(data)
    for unpacked in _object_streams(data):
        _refuse_names(unpacked)


def _refuse_names(data: bytes) -> None:
    for word, pattern in _REFUSED.items():
        if pattern.search(data):
            raise _embedded(f"/{word}") if word in _INSIDE else _active(f"/{word}")


def _object_streams(data: bytes) -> Iterator[bytes]:
    left = PDF_BUDGET
    for match in islice(_OBJECTS.finditer(data), PDF_STREAMS):
        found = data.find(b"stream", match.end(), match.end() + 500)
        if found < 0 or left <= 0:
            continue
        packed = data[found + 6 : found + 8 + PDF_STREAM_BYTES].lstrip(b"\r\n")
        try:
            unpacked = zlib.decompressobj().decompress(packed, min(left, 8 * PDF_STREAM_BYTES))
        except zlib.error:
            continue
        left -= len(unpacked)
        yield unpacked


# --- ODP and PPTX


def _check_package(data: bytes) -> str:
    """Check an archive, and what it holds; gives its extension."""
    try:
        with _opened(data) as archive:
            extension = _kind(archive)
            _check_parts(archive, may_embed=True)
    except BadDocument:
        raise
    except _BROKEN as err:
        raise _damaged() from err
    return extension


def _opened(data: bytes) -> zipfile.ZipFile:
    """An archive that fills its file from the first byte to the last, with parts that can be."""
    end = data[-_END:]
    count, size, offset = (
        int.from_bytes(end[first:last], "little") for first, last in ((10, 12), (12, 16), (16, 20))
    )
    if not end.startswith(b"PK\x05\x06") or offset + size != len(data) - _END:
        raise _damaged()
    if data[-_END - 20 : -_END - 16] == b"PK\x06\x07":
        raise _damaged()  # ZIP64, whose numbers would count instead of these
    if count > MAX_PARTS or size > MAX_PARTS * 400:
        raise _too_much()
    archive = zipfile.ZipFile(io.BytesIO(data))
    parts = archive.infolist()
    if not parts or min(part.header_offset for part in parts) != 0:
        raise _damaged()
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise _too_much()
    for part in parts:
        _check_frame(part)
    names = [part.filename.lower() for part in parts]
    if len(set(names)) < len(names):
        raise _damaged()
    return archive


def _too_much() -> BadDocument:
    return BadDocument(
        "too_much",
        N_(
            "The document unpacks to more than {limit} MB, or to more than {parts} parts. "
            "Divide it, or save it as PDF."
        ),
        limit=MAX_UNPACKED // 2**20,
        parts=MAX_PARTS,
    )


def _check_frame(part: zipfile.ZipInfo) -> None:
    name = part.orig_filename
    is_odd = name.startswith("/") or ".." in name.split("/") or len(name) > 300
    if is_odd or re.search(r"[\x00-\x1f\\:]", name):
        raise _damaged()
    if part.flag_bits & 0x1:
        raise _locked()
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _damaged()


def _kind(archive: zipfile.ZipFile) -> str:
    names = archive.namelist()
    if names[0] == "mimetype":
        first = archive.infolist()[0]
        if first.compress_type or first.file_size > 100:
            raise _damaged()
        if archive.read(first).decode("ascii") != MIME["odp"]:
            raise _no_document()
        if not {"content.xml", "META-INF/manifest.xml"} <= set(names):
            raise _damaged()
        if b"encryption-data" in _xml(archive.read("META-INF/manifest.xml")):
            raise _locked()
        return "odp"
    if not {"[Content_Types].xml", "ppt/presentation.xml"} <= set(names):
        raise _no_document()
    types = _xml(archive.read("[Content_Types].xml"))
    if b"macroenabled" in types.lower():
        raise _active("macroEnabled")
    if _PRESENTATION not in types:
        raise _no_document()
    return "pptx"


def _check_parts(archive: zipfile.ZipFile, may_embed: bool) -> None:
    """Refuse parts that would run, DTDs, and files of other formats."""
    xml_left = MAX_XML
    for part in archive.infolist():
        ending = part.filename.rpartition(".")[2].lower()
        if _MACRO_PARTS.search(part.filename) or ending in _PROGRAMS:
            raise _active(part.filename)
        with archive.open(part) as stream:
            begin = stream.read(8)
        is_packed = begin.startswith(_GZIP) and ending not in _GZIP_PICTURES
        if begin.startswith(_FOREIGN) or is_packed:
            raise _embedded(part.filename)
        if begin.startswith(b"PK\x03\x04"):
            if not may_embed or ending not in _OFFICE:
                raise _embedded(part.filename)
            with _opened(archive.read(part)) as inner:
                _check_parts(inner, may_embed=False)
        elif ending in _XML_PARTS:
            xml_left -= part.file_size
            if xml_left < 0:
                raise _too_much()
            _check_xml(archive.read(part), part.filename)


def _check_xml(data: bytes, name: str) -> None:
    text = _xml(data)
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise _active(name)
    found = _ACTIONS.search(text)
    if found:
        raise _active(found.group().decode("ascii"))


def _xml(data: bytes) -> bytes:
    """XML in which ASCII can be searched for: without the NULs that UTF-16 has between letters."""
    text = data.replace(b"\x00", b"")
    declared = _ENCODING.search(text[:300])
    if declared and declared.group(1).lower() not in _ENCODINGS:
        raise _damaged()
    return text
