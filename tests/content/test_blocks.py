"""The blocks on the pages of datasets and institutions: which contents, in which order."""
from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories

from ckanext.promote.content import queries
from tests.factories import act, content, institution

pytestmark = pytest.mark.usefixtures("portal", "own_publishing")


def titles(app: Any, path: str) -> list[str]:
    block = BeautifulSoup(app.get(path).body, "html.parser").select_one(".promote-block")
    return [a.text for a in block.select(".promote-card-title a")]


@pytest.fixture
def owner(portal: Any) -> Any:
    """An institution with a dataset, five stories of different age and two apps."""
    owner = institution(name="water-office")
    factories.Dataset(name="leaks", owner_org=owner.id)
    for day in (3, 5, 1, 4, 2):
        content(owner.editor, title=f"Story {day}", published_on=f"2026-03-0{day}",
                owner_org=owner.name, datasets=["leaks"])  # fmt: skip
    for day in (8, 9):
        content(owner.editor, type="app", title=f"App {day}", published_on=f"2026-02-0{day}",
                owner_org=owner.name, datasets=["leaks"])  # fmt: skip
    return owner


def test_the_dataset_page_shows_the_newest_three_of_each_type(owner: Any, app: Any) -> None:
    assert titles(app, "/dataset/leaks") == ["Story 5", "Story 4", "Story 3", "App 9", "App 8"]


def test_the_institution_page_shows_its_newest_six(owner: Any, app: Any) -> None:
    shown = ["Story 5", "Story 4", "Story 3", "Story 2", "Story 1", "App 9"]
    assert titles(app, "/organization/water-office") == shown


def test_what_is_archived_is_neither_shown_nor_counted(owner: Any, app: Any) -> None:
    for each in ("story-5", "story-4"):
        act(owner.editor, "promote_content_archive", id=each)
    assert titles(app, "/dataset/leaks")[:3] == ["Story 3", "Story 2", "Story 1"]
    assert "Show all" not in app.get("/dataset/leaks").body
    rows = queries.newest_cards_of_institution(model.Session, owner.id, ["story", "app"], 2)
    assert [(row.title, row.of_institution) for row in rows] == [("Story 3", 5), ("Story 2", 5)]


def test_another_dataset_institution_or_list_of_types_has_an_answer_of_its_own(owner: Any) -> None:
    other = institution()
    factories.Dataset(name="pumps", owner_org=other.id)
    content(other.editor, title="Pumps", owner_org=other.name, datasets=["pumps"])

    def of_dataset(name: str, types: list[str], per_type: int) -> list[tuple[str, int]]:
        rows = queries.newest_cards_of_dataset(
            model.Session, model.Package.get(name).id, types, per_type
        )
        return [(row.title, row.of_type) for row in rows]

    def of_institution(institution_id: str, types: list[str]) -> list[tuple[str, int]]:
        rows = queries.newest_cards_of_institution(model.Session, institution_id, types, 1)
        return [(row.title, row.of_institution) for row in rows]

    for _ in range(2):
        assert of_dataset("leaks", ["story", "app"], 1) == [("App 9", 2), ("Story 5", 5)]
        assert of_dataset("leaks", ["app"], 2) == [("App 9", 2), ("App 8", 2)]
        assert of_dataset("pumps", ["story", "app"], 1) == [("Pumps", 1)]
        assert of_institution(owner.id, ["story", "app"]) == [("Story 5", 7)]
        assert of_institution(owner.id, ["app"]) == [("App 9", 2)]
        assert of_institution(other.id, ["story", "app"]) == [("Pumps", 1)]
