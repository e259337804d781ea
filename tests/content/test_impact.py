"""The page of impact: what is featured, newest and coming, with counts; and who arranges it."""
from __future__ import annotations

import datetime as dt
from typing import Any

import ckantoolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories

from tests.counting import cost
from tests.factories import Institution, act, content, headers, institution

pytestmark = pytest.mark.usefixtures("portal", "own_publishing")


@pytest.fixture
def owner() -> Institution:
    return institution(name="water-office")


@pytest.fixture
def sysadmin() -> dict[str, Any]:
    return factories.SysadminWithToken()


def event(owner: Institution, title: str, days: int) -> dict[str, Any]:
    start = dt.datetime.now(dt.timezone.utc) + dt.timedelta(days=days)
    return content(
        owner.editor, type="event", title=title, owner_org=owner.name, event_kind="mesa",
        starts_at=start.isoformat(), ends_at=(start + dt.timedelta(hours=2)).isoformat(),
    )  # fmt: skip


def titles(cards: list[dict[str, Any]]) -> list[str]:
    return [card["title"] for card in cards]


def test_it_gathers_what_is_published_with_counts(owner: Institution) -> None:
    content(owner.editor, title="One", owner_org=owner.name, sector="salud",
            published_on="2026-01-01")  # fmt: skip
    content(owner.editor, title="Two", owner_org=owner.name, sector="salud",
            axis="crecimiento-economico", published_on="2026-02-01")  # fmt: skip
    content(owner.editor, title="An app", owner_org=owner.name, type="app")
    event(owner, "Next week", 7)
    event(owner, "Tomorrow", 1)
    event(owner, "Last week", -7)
    gone = content(owner.editor, title="Gone", owner_org=owner.name, sector="salud")
    act(owner.editor, "promote_content_archive", id=gone["id"])
    shown = act(None, "promote_impact_show")
    assert titles(shown["newest"]["story"]) == ["Two", "One"]
    assert titles(shown["coming"]) == ["Tomorrow", "Next week"]
    assert [(each["value"], each["count"]) for each in shown["types"]] == [
        ("story", 2), ("app", 1), ("tool", 0), ("news", 0), ("event", 3), ("presentation", 0),
        ("study", 0), ("material", 0),
    ]  # fmt: skip
    assert [(each["value"], each["count"]) for each in shown["sectors"]] == [("salud", 2)]
    assert [(each["value"], each["count"]) for each in shown["axes"]] == [
        ("crecimiento-economico", 1)
    ]
    assert shown["total"] == 6


def test_the_central_team_orders_what_is_featured(
    owner: Institution, sysadmin: dict[str, Any]
) -> None:
    one, two = (
        content(owner.editor, title=title, owner_org=owner.name) for title in ("1st", "2nd")
    )
    act(sysadmin, "promote_featured_update", items=[two["name"], one["id"]])
    assert titles(act(None, "promote_featured_list")["items"]) == ["2nd", "1st"]
    act(owner.editor, "promote_content_archive", id=two["id"])
    assert titles(act(None, "promote_featured_list")["items"]) == ["1st"]
    with pytest.raises(tk.ValidationError):
        act(sysadmin, "promote_featured_update", items=[one["id"], two["id"]])
    with pytest.raises(tk.NotAuthorized):
        act(owner.editor, "promote_featured_update", items=[])
    act(sysadmin, "promote_featured_update", items=[])
    assert act(None, "promote_featured_list")["items"] == []


def test_the_page_arranges_by_buttons_and_is_the_central_teams(
    app: Any, owner: Institution, sysadmin: dict[str, Any]
) -> None:
    one, two = (
        content(owner.editor, title=title, owner_org=owner.name) for title in ("1st", "2nd")
    )
    path = "/impact/featured"
    for made in (one, two):
        app.post(path, data={"do": f"add:{made['id']}"}, headers=headers(sysadmin))
    app.post(path, data={"do": f"up:{two['id']}"}, headers=headers(sysadmin))
    assert titles(act(None, "promote_featured_list")["items"]) == ["2nd", "1st"]
    app.post(path, data={"do": f"remove:{two['id']}"}, headers=headers(sysadmin))
    assert titles(act(None, "promote_featured_list")["items"]) == ["1st"]
    page = BeautifulSoup(app.get("/impact").body, "html.parser")
    assert [each.text.strip() for each in page.select("#featured ~ ul .promote-card-title")] == [
        "1st"
    ]
    for user in (None, owner.editor):
        app.get(path, headers=headers(user), status=403)
        app.post(path, data={"do": f"remove:{one['id']}"}, headers=headers(user), status=403)
    assert titles(act(None, "promote_featured_list")["items"]) == ["1st"]


def test_a_content_is_featured_from_its_own_page_by_the_central_team(
    app: Any, owner: Institution, sysadmin: dict[str, Any]
) -> None:
    made = content(owner.editor, title="1st", owner_org=owner.name)

    def buttons(user: dict[str, Any] | None) -> list[tuple[str, str]]:
        body = app.get(f"/story/{made['name']}", headers=headers(user)).body
        found = BeautifulSoup(body, "html.parser").select('form[action$="/impact/featured"] button')
        return [(each["value"], each.text.strip()) for each in found]

    assert buttons(None) == buttons(owner.editor) == []
    assert buttons(sysadmin) == [(f"add:{made['id']}", "Show it first on Impact")]


def test_the_page_asks_the_same_for_one_and_for_many(app: Any, owner: Institution) -> None:
    content(owner.editor, title="One", owner_org=owner.name)
    one = cost(app, "/impact", None)
    for number in range(12):
        content(owner.editor, title=f"More {number}", owner_org=owner.name)
    event(owner, "Tomorrow", 1)
    many = cost(app, "/impact", None)
    about = cost(app, "/about", None)
    assert many.numbers == one.numbers
    assert len(many.sql) - len(about.sql) <= 8
    assert many.numbers[1:] == (0, 0)


def test_an_empty_portal_says_so(app: Any) -> None:
    page = BeautifulSoup(app.get("/impact").body, "html.parser")
    assert page.select_one(".promote-empty").text.strip() == "Nothing is published yet."
