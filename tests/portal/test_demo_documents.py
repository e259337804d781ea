"""The documents of the demonstration: PDF files that the portal takes and every reader opens."""
from __future__ import annotations

import datetime as dt
import io
import re
from collections import Counter

import pytest

from ckanext.promote.base import documents
from ckanext.promote.portal import demo
from ckanext.promote.portal.demo import pdf

DEMO = demo.load(dt.date(2026, 11, 21))
CONTENTS = {content["name"]: content for content in DEMO.contents}
DATASETS = {dataset.name: dataset for dataset in DEMO.datasets}


def test_documents_are_those_of_the_types_that_have_one():
    kinds = {name: CONTENTS[name]["type"] for name in DEMO.documents}
    assert Counter(kinds.values()) == {"presentation": 2, "study": 2, "material": 2}
    assert len({paper.filename for paper in DEMO.documents.values()}) == 6


@pytest.mark.parametrize("name", DEMO.documents)
def test_a_document_is_a_small_pdf_that_the_portal_takes(name):
    paper = DEMO.documents[name]
    data = paper.pdf_bytes()
    assert data == paper.pdf_bytes()
    assert documents.check(io.BytesIO(data)).extension == "pdf"
    assert len(data) < 20_000
    assert data.count(b"/Type /Page /") == len(paper.pages)
    assert b"/Lang (es-MX)" in data


@pytest.mark.parametrize("name", DEMO.documents)
def test_the_table_of_a_document_says_where_each_object_begins(name):
    data = DEMO.documents[name].pdf_bytes()
    start = int(re.search(rb"startxref\n(\d+)\n%%EOF\n\Z", data).group(1))
    count = int(re.match(rb"xref\n0 (\d+)\n", data[start:]).group(1))
    entries = re.findall(rb"(\d{10}) 00000 n \n", data[start:])
    assert len(entries) == count - 1 == int(re.search(rb"/Size (\d+)", data).group(1)) - 1
    for number, place in enumerate(entries, 1):
        assert data[int(place):].startswith(b"%d 0 obj\n" % number)
    for length, stream in re.findall(rb"/Length (\d+) >>\nstream\n(.*?)\nendstream", data, re.S):
        assert int(length) == len(stream)


def test_what_a_document_says_of_other_rows_holds():
    libraries = DATASETS["red-de-bibliotecas-publicas"].resources[0].table().rows
    late = [row for row in libraries if row["horario"].endswith("20:00")]
    few = [row for row in libraries if row["computadoras"] < 5]
    both = [row for row in late if row in few]
    assert (len(libraries), len(late), len(few), len(both)) == (90, 29, 22, 13)
    waits = {
        (row["hospital"], row["anio"]): row
        for row in DATASETS["tiempos-de-espera-en-urgencias"].resources[0].table().rows
    }
    hospitals = sorted({hospital for hospital, _ in waits})
    faster = [
        each for each in hospitals
        if waits[each, 2025]["mediana_minutos"] < waits[each, 2021]["mediana_minutos"]
    ]
    unequal = [
        each for each in hospitals
        if waits[each, 2025]["percentil_90_minutos"] > 2 * waits[each, 2025]["mediana_minutos"]
    ]
    assert (len(hospitals), len(faster), len(unequal)) == (20, 20, 18)
    assert {
        row["anio"] for row in DATASETS["presupuesto-aprobado-y-ejercido"].resources[0].table().rows
    } == {2020, 2021, 2022, 2023, 2024, 2025}


def test_letters_and_brackets_are_written_as_a_reader_expects_them():
    page = pdf.Page("¿Cuánto (en pesos)?", ("- Una \\ y un \u4e2d", "Ñandú"))
    data = pdf.document("Título", [page], is_slides=True)
    for text in ("(Título)", "(¿Cuánto \\(en pesos\\)?)", "(•)", "(Una \\\\ y un ?)", "(Ñandú)"):
        assert text.encode("cp1252") in data
    assert b"[0 0 842 474]" in data


def test_long_paragraphs_are_broken_into_lines():
    data = pdf.document("T", [pdf.Page("H", ("palabra " * 60,))], is_slides=False)
    lines = re.findall(rb"\((?:palabra ?)+\) Tj", data)
    assert len(lines) > 5
    assert max(map(len, lines)) < 100
