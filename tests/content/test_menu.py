"""The entries of the header: few by default, those of the option, and none that leads nowhere."""
from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup

from ckanext.promote.content import registry
from tests.factories import TYPES, content, institution

pytestmark = pytest.mark.usefixtures("portal")
OF_CKAN = 4


def entries(app: Any, path: str = "/about") -> list[tuple[str, str, bool]]:
    """Label and path of our entries, and whether the reader is there."""
    page = BeautifulSoup(app.get(path, status=200).body, "html.parser")
    return [
        (each.a.text, each.a["href"], "active" in each.get("class", []))
        for each in page.select(".main-navbar .navbar-nav > li")[OF_CKAN:]
    ]


def test_there_are_two_by_default(app: Any) -> None:
    assert entries(app) == [("Impact", "/impact", False), ("Questions", "/feedback", False)]


@pytest.mark.parametrize(
    ("path", "active"),
    [("/impact", "Impact"), ("/story/", "Impact"), ("/study/", "Impact"),
     ("/feedback", "Questions"), ("/dataset/", None)],
)  # fmt: skip
def test_the_reader_sees_where_he_is(app: Any, path: str, active: str | None) -> None:
    assert [label for label, _, is_active in entries(app, path) if is_active] == (
        [active] if active else []
    )


@pytest.mark.ckan_config("ckanext.promote.menu", ["questions", "app", "impact"])
def test_the_option_says_which_there_are_and_their_order(app: Any) -> None:
    assert entries(app, "/app/") == [
        ("Questions", "/feedback", False), ("Apps", "/app/", True), ("Impact", "/impact", False),
    ]  # fmt: skip


@pytest.mark.ckan_config("ckanext.promote.menu", [])
def test_there_can_be_none(app: Any) -> None:
    assert entries(app) == []
    assert "header.css" not in app.get("/about").body


@pytest.mark.ckan_config("ckanext.promote.menu", ["tool", "story", "impact", "questions"])
@pytest.mark.ckan_config("ckanext.promote.types", ["story"])
@pytest.mark.ckan_config("ckanext.promote.features", ["content"])
def test_what_is_off_is_left_out(app: Any) -> None:
    assert [href for _, href, _ in entries(app)] == ["/story/", "/impact"]
    assert app.get("/about").body.count("header.css") == 1


def test_an_entry_that_nobody_knows_is_one_sentence() -> None:
    with pytest.raises(registry.WrongTypes) as caught:
        registry.refuse_unknown_entries(["impact", "stories"], others=("questions",))
    assert str(caught.value) == (
        "ckanext.promote.menu: there is no entry 'stories'. Known: story, app, tool, news, event, "
        "presentation, study, material, impact, questions."
    )
    registry.refuse_unknown_entries([*TYPES, "impact", "questions"], others=("questions",))


def test_every_type_is_one_step_from_impact(app: Any) -> None:
    def found() -> list[str]:
        page = BeautifulSoup(app.get("/impact").body, "html.parser")
        return [each["href"] for each in page.select(".promote-totals a")]

    assert found() == [f"/{each}/" for each in TYPES]
    owner = institution()
    content(owner.admin, owner_org=owner.name)
    assert found() == [f"/{each}/" for each in TYPES]
