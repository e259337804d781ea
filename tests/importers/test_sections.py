"""The four sections of a story, found by their headings."""
from __future__ import annotations

import pytest

from ckanext.promote.importers.sections import section_of, split


@pytest.mark.parametrize(
    ("title", "section"),
    [
        ("Antecedentes", "background"),
        ("ANTECEDENTES:", "background"),
        ("1. Antecedentes", "background"),
        ("Antecedentes y contexto", "background"),
        ("Contexto del proyecto", "background"),
        ("Reto", "challenges"),
        ("El gran reto", "challenges"),
        ("Retos y desafíos", "challenges"),
        ("Desafíos", "challenges"),
        ("Problemática", "challenges"),
        ("Solución", "solution"),
        ("La solución propuesta", "solution"),
        ("Resultados", "results"),
        ("Resultados obtenidos", "results"),
        ("Resultados e impacto", "results"),
        ("Results", "results"),
        ("Retos y resultados", ""),
        ("Resultados ODRA", ""),
        ("Implementación", ""),
        ("¿Por qué es importante?", ""),
        ("", ""),
    ],
)
def test_a_heading_names_a_section(title: str, section: str):
    assert section_of(title) == section


ALL = {"background": "A", "challenges": "B", "solution": "C", "results": "D"}


@pytest.mark.parametrize(
    "text",
    [
        "## Antecedentes\nA\n## Retos\nB\n## Solución\nC\n## Resultados\nD",
        "# Antecedentes #\n\nA\n\n### Reto\n\nB\n\n## Solución:\n\nC\n\n#### Resultados\n\nD",
        "Antecedentes\n---\nA\n\nDesafíos\n===\nB\n\nSolución\n---\nC\n\nResultados\n---\nD",
        "**Antecedentes**\n\nA\n\n**Retos:**\n\nB\n\n__Solución__\n\nC\n\n**Resultados**:\n\nD",
        "**Antecedentes:** A\n\n**Retos:** B\n\n**Solución:** C\n\n**Resultados**: D",
    ],
)
def test_four_sections_leave_nothing_else(text: str):
    assert split(text) == ("", ALL)


def test_text_before_and_beside_the_sections_stays():
    text = "Intro\n\n## Antecedentes\n\nA\n\n### Más\n\nB\n\n## Sobre nosotros\n\nC"
    assert split(text) == (
        "Intro\n\n## Sobre nosotros\n\nC",
        {"background": "A\n\n### Más\n\nB"},
    )


def test_a_section_in_two_parts_is_put_together():
    assert split("## Retos\nA\n\n## Resultados\nB\n\n## Desafíos\nC")[1] == {
        "challenges": "A\n\nC",
        "results": "B",
    }


@pytest.mark.parametrize(
    "text",
    [
        "No headings at all.",
        "```\n## Resultados\n```",
        "Los **resultados** son buenos.",
        "**Resultados de una encuesta entre mil personas.**\n\nMás.",
        "## Resultados",
        "",
    ],
)
def test_a_text_without_sections_stays_whole(text: str):
    rest, found = split(text)
    assert found == {}
    assert rest == ("" if text == "## Resultados" else text)
