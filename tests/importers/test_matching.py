"""Which institution an author means."""
from __future__ import annotations

import pytest

from ckanext.promote.importers.matching import Institutions

KNOWN = Institutions(
    [
        {"name": "transporte", "title": "Secretaría de Transporte", "aliases": ["ST", "SeTrans"]},
        {"name": "estadistica", "title": "Instituto de Estadística y Geografía (IEG)"},
        {"name": "defensa", "title": "Secretaría de la Defensa"},
        {"name": "ambiente", "title": "Ministerio de Medio Ambiente y Agua, MMA"},
        {"name": "uno", "title": "Oficina", "aliases": ["Gemela"]},
        {"name": "dos", "title": "Despacho", "aliases": ["Gemela"]},
    ]
)


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("transporte", "transporte"),
        ("SECRETARIA DE TRANSPORTE", "transporte"),
        ("setrans", "transporte"),
        ("ST (Unidad de Tecnologías)", "transporte"),
        ("Unidad de Tecnologías (ST)", "transporte"),
        ("IEG", "estadistica"),
        ("Instituto de Estadística y Geografía", "estadistica"),
        ("Instituto de Estadística y Geografía, IEG", "estadistica"),
        ("Secretaría de Defensa", "defensa"),
        ("MMA", "ambiente"),
        ("Ministerio de Medio Ambiente y Agua", "ambiente"),
        ("Ana Pérez | IEG | Fundación", "estadistica"),
        ("Banco & Secretaría de Transporte", "transporte"),
        ("Ana Pérez y Secretaría de Transporte", "transporte"),
        ("Secretaría de Transporte - Presidencia", "transporte"),
        ("IEG, ST", "estadistica"),
        ("Gemela", None),
        ("Geografía", None),
        ("Ana Pérez", None),
        ("", None),
        ("()", None),
    ],
)
def test_an_author_is_matched_by_name_title_or_alias(author: str, name: str | None):
    assert KNOWN.match([author]) == name


def test_the_clearest_text_counts_first():
    assert KNOWN.match(["nobody", "ST", "IEG"]) == "transporte"
