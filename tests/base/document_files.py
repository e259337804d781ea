"""Documents made up for the tests: small, whole, and with whatever somebody adds to them."""
from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import FileStorage

from ckanext.promote.base.documents import MIME

Parts = Mapping[str, bytes]

ODP_PARTS = {
    "mimetype": MIME["odp"].encode(),
    "content.xml": b'<?xml version="1.0" encoding="UTF-8"?><office:document-content/>',
    "META-INF/manifest.xml": b'<?xml version="1.0"?><manifest:manifest/>',
    "Pictures/a.png": b"\x89PNG\r\n\x1a\n",
}
PPTX_PARTS = {
    "[Content_Types].xml": (
        b'<?xml version="1.0" encoding="UTF-8"?><Types><Override PartName="/ppt/presentation.xml" '
        b'ContentType="' + MIME["pptx"].encode() + b'.main+xml"/></Types>'
    ),
    "_rels/.rels": b"<Relationships/>",
    "ppt/presentation.xml": b"<p:presentation/>",
    "ppt/slides/slide1.xml": b"<p:sld/>",
}


END = b"startxref\n9\n%%EOF\n"


def pdf(objects: bytes = b"", version: bytes = b"1.7", end: bytes = END) -> bytes:
    """A PDF's frame with objects in it."""
    return b"%PDF-" + version + b"\n1 0 obj\n<</Type /Catalog>>\nendobj\n" + objects + b"\n" + end


def pdf_stream(content: bytes, kind: bytes = b"ObjStm") -> bytes:
    """A compressed stream of a PDF."""
    packed = zlib.compress(content)
    head = b"7 0 obj\n<</Type /" + kind + b" /Filter /FlateDecode /Length %d>>\n" % len(packed)
    return head + b"stream\r\n" + packed + b"\nendstream\nendobj"


def archive(parts: Parts, stored: tuple[str, ...] = ("mimetype",), comment: bytes = b"") -> bytes:
    """A ZIP archive of the parts."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            method = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            made.writestr(zipfile.ZipInfo(name), content, method)
        made.comment = comment
    return written.getvalue()


def odp(more: Parts | None = None) -> bytes:
    """An OpenDocument presentation with further parts."""
    return archive({**ODP_PARTS, **(more or {})})


def pptx(more: Parts | None = None) -> bytes:
    """A PowerPoint presentation with further parts."""
    return archive({**PPTX_PARTS, **(more or {})})


def upload(data: bytes | None = None, name: str = "presentation.pdf") -> Any:
    """A document as a browser sends it."""
    stream = io.BytesIO(pdf() if data is None else data)
    return FileStorage(stream, filename=name, content_type="application/octet-stream")
