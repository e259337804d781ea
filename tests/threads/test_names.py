"""Who is no official cannot be called like one, however he writes it."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
import pytest

from ckanext.promote.threads import authors, rules
from tests.factories import act, institution
from tests.threads.talk import ask, citizen, dataset, posts

pytestmark = pytest.mark.usefixtures("clean_db")
RESERVED = (
    "Respuesta oficial", "respuesta  OFICIAL", "OFICIAL  respuesta", "Oficial: respuesta",
    "Réspuesta Oficíal", "RESPUESTA-OFICIAL", "«Respuesta oficial»", "✔ Respuesta oficial ✔",
    "La respuesta oficial de Ana", "respuesta_oficial", "r.e. Respuesta/oficial",
    "Respuesta o\u0301ficial\u0301", "Respuesta\u00a0oficial", "Respu\u200besta oficial",
    "Ｒｅｓｐｕｅｓｔａ　ｏｆｉｃｉａｌ", "𝐑𝐞𝐬𝐩𝐮𝐞𝐬𝐭𝐚 𝐨𝐟𝐢𝐜𝐢𝐚𝐥", "Ｒespuesta ⓞficial",
    "R\u0435spuesta \u043efici\u0430l", "Resp\u03c5esta \u03bfficial",
    "Resp\u00fcesta \u00f8ficial",
    "Moderación", "MODERADOR", "m\u043ederador", "Official answer", "Administrador del Portal",
    "Equipo central", "central team",
    "Oficina del Agua", "OFICINA  DEL AGUA", "Oficina del \u00c1gua", "oficina-del-agua",
    "Ana, de la Oficina del Agua", "Of\u0456cina del Agu\u0430", "water-office", "WATER OFFICE",
    "Water_Office", "IMSS", "imss", "Í.M.S.S", "\u0406\u041cSS",
)  # fmt: skip
FREE = (
    "Ana P.", "José Ángel Muñoz", "Respuestas", "Oficial Mayor", "La Oficialía", "Moderato",
    "Agua Clara", "María del Agua", "Imssa Torres", "Αλέξης", "Ольга", "Øystein", "Ana Oficina",
    "Central Pérez", "O'Brien", "李小龍",
)  # fmt: skip


@pytest.fixture
def about() -> dict[str, Any]:
    institution(name="imss", title="IMSS")
    return dataset(institution(name="water-office", title="Oficina del Agua"), name="leaks")


def test_visitors_may_not_take_them_and_may_take_others(about: dict[str, Any]) -> None:
    for name in RESERVED:
        with pytest.raises(tk.ValidationError) as err:
            authors.checked_name(name)
        assert set(err.value.error_dict) == {"author_name"}, name
    for name in FREE:
        assert authors.checked_name(name) == name


def test_accounts_that_are_called_so_are_shown_by_their_user_name(about: dict[str, Any]) -> None:
    thread = ask(citizen(fullname="Ana P."), about)
    for name in ("OFICIAL  respuesta", "Oficina del \u00c1gua", "R\u0435spuesta oficial"):
        user = citizen(fullname=name)
        act(user, "promote_post_create", thread_id=thread["id"], body="So.")
        assert posts(None, thread)[-1]["author"]["name"] == user["name"]


def test_a_registered_name_is_checked_too(about: dict[str, Any]) -> None:
    other = institution()
    with pytest.raises(tk.ValidationError) as err:
        ask(other.editor, dataset(other), source="Mail", received_on="2026-01-02",
            author_name="OFICIAL  respuesta")  # fmt: skip
    assert set(err.value.error_dict) == {"author_name"}


def test_folding_keeps_words_apart_and_letters_alike() -> None:
    assert rules.folded("ÑANDÚ Straße ǅ ﬁn") == "nandu strasse dz fin"
    assert rules.folded("a\u0301 \u0430 \u03b1 ａ ⓐ 𝐚") == "a a a a a a"
    assert rules.folded("李 小龍") == "李 小龍"
