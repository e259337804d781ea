"""Uploaded documents: what is taken, and the many files that only look like one."""
from __future__ import annotations

import io
import struct
import zipfile
from typing import Any

import pytest

from ckanext.promote.base import documents
from ckanext.promote.base.documents import MIME, BadDocument, check
from tests.base.document_files import (
    ODP_PARTS,
    PPTX_PARTS,
    archive,
    odp,
    pdf,
    pdf_stream,
    pptx,
)

XLSX = archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})
UTF_16_DTD = '\ufeff<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a>'.encode("utf-16-le")
JAVASCRIPT = b"2 0 obj\n<</S /JavaScript /JS (app.alert\\(1\\))>>\nendobj"


def patched(data: bytes, name: bytes, at: int, value: bytes) -> bytes:
    """An archive whose central record of a part has other bytes at an offset."""
    start = data.rindex(b"PK\x01\x02", 0, data.rindex(name))
    return data[: start + at] + value + data[start + at + len(value) :]


def declaring(data: bytes, name: bytes, size: int) -> bytes:
    """An archive that says that a part unpacks to so much."""
    return patched(data, name, 24, struct.pack("<L", size))


def renamed(data: bytes, old: bytes, new: bytes) -> bytes:
    """An archive in which a part has another name of the same length."""
    assert len(old) == len(new)
    return data.replace(old, new)


@pytest.mark.parametrize(
    ("data", "extension"),
    [
        (pdf(), "pdf"),
        (pdf(version=b"2.0"), "pdf"),
        (pdf(end=b"startxref\r\n9\r\n%%EOF\r\n\x00\x00 "), "pdf"),
        (pdf(b"<</OpenAction [1 0 R /Fit] /EncryptMetadata true /Names 2 0 R>>"), "pdf"),
        (pdf(b"(On /JavaScripts and /Launcher)"), "pdf"),
        (pdf(pdf_stream(b"<</Type /Page>>")), "pdf"),
        (pdf(b"<</Type /ObjStm>>\nstream\nno zlib\nendstream"), "pdf"),
        (odp(), "odp"),
        (pptx(), "pptx"),
        (pptx({"ppt/embeddings/Workbook1.xlsx": XLSX, "ppt/media/a.emz": b"\x1f\x8b\x08"}), "pptx"),
        (pptx({"ppt/media/image1.svg": b"<!DOCTYPE svg><svg/>"}), "pptx"),
        (odp({"Object 1/content.xml": b"<chart/>", "Thumbnails/": b""}), "odp"),
    ],
)
def test_a_document_is_taken_as_it_is(data: bytes, extension: str):
    found = check(io.BytesIO(data))
    assert (found.data, found.extension, found.size) == (data, extension, len(data))
    assert found.mime == MIME[extension]


DECEIVING: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty"),
    "a page": (b"<!DOCTYPE html><script>alert(1)</script>", "format"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"x" * 100, "format"),
    "a program": (b"MZ\x90\x00" + b"x" * 100, "format"),
    "a script of a shell": (b"#!/bin/sh\nrm -r /", "format"),
    "an old PowerPoint": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "format"),
    "a text": (b"Informe anual", "format"),
    # PDF
    "a page before a PDF": (b"<script>alert(1)</script>" + pdf(), "format"),
    "an empty line before a PDF": (b"\n" + pdf(), "format"),
    "the name of a PDF alone": (b"%PDF-", "damaged"),
    "a PDF of no version": (pdf(version=b"x"), "damaged"),
    "a PDF that was cut": (pdf()[:-8], "damaged"),
    "a PDF without table": (pdf(end=b"%%EOF"), "damaged"),
    "a page after a PDF": (pdf() + b"<script>alert(1)</script>", "damaged"),
    "an archive after a PDF": (pdf() + odp(), "damaged"),
    "a script": (pdf(JAVASCRIPT), "active"),
    "a script spelt with numbers": (pdf(b"<</S /J#61vaScrip#74>>"), "active"),
    "a script of numbers alone": (
        pdf(b"<</S /" + b"".join(b"#%02X" % each for each in b"JavaScript") + b">>"), "active",
    ),
    "a tree of scripts": (pdf(b"<</Names<</JavaScript 5 0 R>>>>"), "active"),
    "a script in an object stream": (pdf(pdf_stream(b"<</S/JavaScript/JS(1)>>")), "active"),
    "a script behind others": (
        pdf(pdf_stream(b"<<>>") * 20 + pdf_stream(b"<</S/JavaScript>>")), "active",
    ),
    "a program to start": (pdf(b"<</S /Launch /F (calc.exe)>>"), "active"),
    "a film with buttons": (pdf(b"<</Subtype /RichMedia>>"), "active"),
    "a film that runs a script": (pdf(b"<</S /Rendition /JS (1)>>"), "active"),
    "a file in a PDF": (pdf(b"<</Type /EmbeddedFile>>"), "embedded"),
    "files in a PDF": (pdf(b"<</Names <</EmbeddedFiles 3 0 R>>>>"), "embedded"),
    "a locked PDF": (pdf(b"trailer <</Encrypt 9 0 R>>"), "locked"),
    "a PDF locked with numbers": (pdf(b"trailer <</#45ncrypt 9 0 R>>"), "locked"),
    # Archives
    "an archive": (archive({"a.txt": b"a"}), "format"),
    "an archive of nothing": (archive({}), "format"),
    "a text document": (
        archive({**ODP_PARTS, "mimetype": b"application/vnd.oasis.opendocument.text"}), "format",
    ),
    "a workbook": (XLSX, "format"),
    "a presentation without its type": (
        archive({**PPTX_PARTS, "[Content_Types].xml": b"<Types/>"}), "format",
    ),
    "a type in the wrong place": (
        archive({"content.xml": b"", "mimetype": ODP_PARTS["mimetype"]}), "format",
    ),
    "a type that is packed": (archive(ODP_PARTS, stored=()), "damaged"),
    "a type that is no text": (archive({**ODP_PARTS, "mimetype": b"\xff"}), "damaged"),
    "a type without content": (archive({"mimetype": ODP_PARTS["mimetype"]}), "damaged"),
    "a page before an archive": (b"PK\x03\x04<script>" + odp(), "damaged"),
    "a page after an archive": (odp() + b"<script>alert(1)</script>", "damaged"),
    "a page in an archive's comment": (
        archive(ODP_PARTS, comment=b"<script>alert(1)</script>"), "damaged",
    ),
    "an archive that was cut": (odp()[:-30], "damaged"),
    "the first bytes of an archive": (b"PK\x03\x04", "damaged"),
    "a part above the archive": (odp({"../../etc/passwd": b"x"}), "damaged"),
    "a part in the middle of it": (odp({"Pictures/../../x.png": b"x"}), "damaged"),
    "a part at the root": (odp({"/etc/passwd": b"x"}), "damaged"),
    "a part on another disk": (odp({"c:evil.png": b"x"}), "damaged"),
    "a part with a backslash": (
        renamed(odp({"Pictures+evil.png": b"x"}), b"Pictures+evil", b"Pictures\\evil"), "damaged",
    ),
    "a part with a NUL": (
        renamed(odp({"Pictures+evil.png": b"x"}), b"Pictures+evil", b"Pictures\x00evil"), "damaged",
    ),
    "a part of a long name": (odp({"Pictures/" + "x" * 300: b"x"}), "damaged"),
    "two parts of one name": (odp({"Pictures/A.png": b"x"}), "damaged"),
    "a part of an odd compression": (
        patched(odp(), b"content.xml", 10, struct.pack("<H", 97)), "damaged",
    ),
    "a part that is locked": (
        patched(odp(), b"content.xml", 8, struct.pack("<H", 1)), "locked",
    ),
    "a part whose sum is wrong": (
        patched(odp(), b"content.xml", 16, struct.pack("<L", 1)), "damaged",
    ),
    "a part that says it is smaller": (
        declaring(odp({"more.xml": b"<a/>" * 99}), b"more.xml", 9), "damaged",
    ),
    "a locked presentation": (
        odp({"META-INF/manifest.xml": b"<manifest:encryption-data/>"}), "locked",
    ),
    "a bomb": (declaring(odp(), b"Pictures/a.png", 301 * 2**20), "too_much"),
    "very many parts": (odp({f"Pictures/{n}.png": b"" for n in range(3_001)}), "too_much"),
    "a macro": (pptx({"ppt/vbaProject.bin": b"x"}), "active"),
    "a macro in other letters": (pptx({"ppt/VBAPROJECT.BIN": b"x"}), "active"),
    "a presentation for macros": (
        pptx({"[Content_Types].xml": b"application/vnd.ms-powerpoint.presentation.macroEnabled.main"
              b"+xml"}), "active",
    ),
    "a control": (pptx({"ppt/activeX/activeX1.xml": b"<ax/>"}), "active"),
    "a library of Basic": (odp({"Basic/Standard/Module1.xml": b"<script/>"}), "active"),
    "a script of Python": (odp({"Scripts/python/evil.py": b"import os"}), "active"),
    "a button that runs a macro": (
        odp({"content.xml": b'<a xlink:href="vnd.sun.star.script:Standard.M.go?language=Basic"/>'}),
        "active",
    ),
    "a button that starts a program": (
        pptx({"ppt/slides/slide1.xml": b'<a:hlinkClick action="ppaction://program"/>'}), "active",
    ),
    "a program inside": (pptx({"ppt/media/setup.exe": b"x"}), "active"),
    "a program with another name": (pptx({"ppt/media/a.png": b"MZ\x90\x00\x03"}), "embedded"),
    "an OLE object": (
        pptx({"ppt/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}), "embedded",
    ),
    "a PDF inside": (odp({"Pictures/a.png": pdf()}), "embedded"),
    "an archive inside": (odp({"Pictures/a.zip": archive({"a": b""})}), "embedded"),
    "an archive called a picture": (odp({"Pictures/a.png": archive({"a": b""})}), "embedded"),
    "a packed file inside": (odp({"Pictures/a.png": b"\x1f\x8b\x08"}), "embedded"),
    "a macro in a workbook inside": (
        pptx({"ppt/embeddings/a.xlsx": archive({"xl/vbaProject.bin": b"x"})}), "active",
    ),
    "an archive in a workbook inside": (
        pptx({"ppt/embeddings/a.xlsx": archive({"xl/embeddings/b.xlsx": XLSX})}), "embedded",
    ),
    "a bomb in a workbook inside": (
        pptx({"ppt/embeddings/a.xlsx": declaring(XLSX, b"workbook.xml", 301 * 2**20)}), "too_much",
    ),
    "a broken workbook inside": (pptx({"ppt/embeddings/a.xlsx": b"PK\x03\x04"}), "damaged"),
    "entities": (
        odp({"content.xml": b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'}),
        "active",
    ),
    "an outer entity": (
        pptx({"_rels/.rels": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a/>'}),
        "active",
    ),
    "a DTD in UTF-16": (odp({"styles.xml": UTF_16_DTD}), "active"),
    "a DTD in an odd encoding": (
        odp({"styles.xml": b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a>'}), "damaged",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DECEIVING)
def test_what_only_looks_like_a_document_is_refused_for_its_reason(case: str):
    data, code = DECEIVING[case]
    with pytest.raises(BadDocument) as caught:
        check(io.BytesIO(data))
    assert caught.value.code == code
    assert str(caught.value) == caught.value.message.format(**caught.value.params)


def test_an_archive_whose_long_form_would_count_is_refused():
    data = odp()
    locator = b"PK\x06\x07" + b"\x00" * 16
    end = data[-22:-6] + struct.pack("<LH", int.from_bytes(data[-6:-2], "little"), 0)
    start = int.from_bytes(data[-6:-2], "little")
    size = int.from_bytes(data[-10:-6], "little") + len(locator)
    longer = data[:-22] + locator + end[:12] + struct.pack("<LLH", size, start, 0)
    with pytest.raises(BadDocument) as caught:
        check(io.BytesIO(longer))
    assert caught.value.code == "damaged"


def test_a_document_as_large_as_may_be_is_taken_and_one_byte_more_is_not():
    data = pdf()
    assert check(io.BytesIO(data), max_bytes=len(data)).size == len(data)
    with pytest.raises(BadDocument) as caught:
        check(io.BytesIO(data), max_bytes=len(data) - 1)
    assert caught.value.code == "too_large"


def test_no_more_is_read_than_may_be():
    class Endless(io.BytesIO):
        count = 0

        def read(self, size: int | None = -1) -> bytes:
            self.count += size or 0
            return b"%PDF-1.7" + b" " * ((size or 0) - 8)

    source = Endless()
    with pytest.raises(BadDocument):
        check(source, max_bytes=1000)
    assert source.count == 1001


def test_object_streams_are_looked_into_within_a_budget(monkeypatch: Any):
    script = pdf_stream(b"<</S/JavaScript>>")
    monkeypatch.setattr(documents, "PDF_STREAMS", 2)
    assert check(io.BytesIO(pdf(pdf_stream(b"<<>>") * 2 + script))).extension == "pdf"
    monkeypatch.setattr(documents, "PDF_STREAMS", 3)
    monkeypatch.setattr(documents, "PDF_BUDGET", 4)
    assert check(io.BytesIO(pdf(pdf_stream(b"<<>>") * 2 + script))).extension == "pdf"
    monkeypatch.setattr(documents, "PDF_BUDGET", 25)
    with pytest.raises(BadDocument):
        check(io.BytesIO(pdf(pdf_stream(b"<<>>") * 2 + script)))


def test_xml_in_all_is_bounded(monkeypatch: Any):
    monkeypatch.setattr(documents, "MAX_XML", 200)
    with pytest.raises(BadDocument) as caught:
        check(io.BytesIO(odp({"styles.xml": b" " * 200})))
    assert caught.value.code == "too_much"


def test_parts_of_archives_are_compressed_in_the_tests():
    with zipfile.ZipFile(io.BytesIO(odp())) as found:
        assert [part.compress_type for part in found.infolist()][:2] == [0, 8]
