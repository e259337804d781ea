"""Words of the search: inflections and accents are one, words that say nothing are none."""
from __future__ import annotations

import pytest

from ckanext.promote.threads.stems import stems


@pytest.mark.parametrize(
    "words",
    [
        "medición medicion mediciones MEDICIÓN", "calidad calidades", "niño niños nino niña",
        "estación estaciones", "árbol árboles arboles", "publicación publicaciones publicacion",
        "hospital hospitales", "dato datos", "precio precios", "escuela escuelas",
    ],
)  # fmt: skip
def test_inflections_are_one_word(words: str) -> None:
    assert len(set(stems(words))) == 1


@pytest.mark.parametrize("words", ["agua aire", "salud saldo", "comunidad comunicación"])
def test_other_words_stay_others(words: str) -> None:
    assert len(set(stems(words))) == 2


def test_words_that_say_nothing_are_left_out() -> None:
    assert stems("¿Qué es lo que hay de la población en 2020?") == ["poblaci", "2020"]
    assert stems("el la los y o & | ! ' :* <->") == []
