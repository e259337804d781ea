"""The pages of the review: forms with their steps, the queue, one content, and who sees them."""
from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.factories import STORY, Institution, act, headers, institution

pytestmark = pytest.mark.usefixtures("portal")


@pytest.fixture
def owner() -> Institution:
    return institution(name="water-office", title="Water office")


@pytest.fixture
def central(ckan_config: Any, monkeypatch: Any) -> Institution:
    monkeypatch.setitem(ckan_config, "ckanext.promote.central_team", "coordination")
    return institution(name="coordination")


@pytest.fixture
def story(owner: Institution) -> dict[str, Any]:
    made = act(owner.editor, "promote_content_create", name="queues", owner_org=owner.name, **STORY)
    return act(owner.editor, "promote_content_submit", id=made["id"])


def soup(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.body, "html.parser")


def buttons(answer: Any) -> list[str]:
    """Values of the buttons that do something, in their order."""
    values = [each["value"] for each in soup(answer).select(".promote button[name=do]")]
    return [value for value in values if value != "find" and not value.startswith("add:")]


def test_a_form_offers_the_steps_that_its_writer_may_take(
    app: Any, owner: Institution, central: Institution
) -> None:
    page = app.get("/story/new", headers=headers(owner.editor))
    assert set(buttons(page)) == {"submit", "draft", "advice"}
    page = app.get("/story/new", headers=headers(central.editor))
    assert set(buttons(page)) == {"publish", "draft"}


def test_a_form_that_lacks_something_is_kept_as_a_draft_and_says_what(
    app: Any, owner: Institution
) -> None:
    form = {"title": "Half a story", "owner_org": owner.name, "do": "submit"}
    page = app.post("/story/new", headers=headers(owner.editor), data=form, status=400)
    assert soup(page).select_one("#field-contact_email-error") is not None
    assert soup(page).select_one("form.promote-form")["action"] == "/story/edit/half-a-story"
    kept = act(owner.editor, "promote_content_show", id="half-a-story")
    assert (kept["title"], kept["review_state"]) == ("Half a story", "draft")


def test_a_form_that_is_complete_goes_to_the_review(app: Any, owner: Institution) -> None:
    form = {**STORY, "owner_org": owner.name, "do": "submit"}
    answer = app.post(
        "/story/new", headers=headers(owner.editor), data=form, follow_redirects=False
    )
    assert answer.status_code == 302
    assert "/promote/review/" in answer.headers["Location"]
    shown = act(owner.editor, "promote_content_show", id="fewer-queues-at-the-water-office")
    assert shown["review_state"] == "submitted"


def test_the_queue_is_the_central_teams_and_others_see_their_own(
    app: Any, owner: Institution, central: Institution, story: dict[str, Any]
) -> None:
    page = app.get("/promote/review", headers=headers(central.editor))
    assert [each.text for each in soup(page).select(".promote-queue th a")] == [STORY["title"]]
    page = app.get("/promote/review", headers=headers(owner.editor))
    assert soup(page).h1.text == "My proposals"
    assert STORY["title"] in page.body
    page = app.get("/promote/review", headers=headers(owner.member))
    assert STORY["title"] not in page.body
    answer = app.get("/promote/review", follow_redirects=False)
    assert answer.status_code == 302
    assert "/user/login" in answer.headers["Location"]


def test_the_page_of_one_content_is_for_those_who_have_a_part_in_it(
    app: Any, owner: Institution, central: Institution, story: dict[str, Any]
) -> None:
    path = f"/promote/review/{story['id']}"
    page = app.get(path, headers=headers(central.editor))
    assert set(buttons(page)) == {"publish", "take", "return", "archive"}
    page = app.get(path, headers=headers(owner.editor))
    assert buttons(page) == ["archive"]
    for user in (None, owner.member):
        assert app.get(path, headers=headers(user)).status_code == 404


def test_a_return_without_words_is_refused_and_keeps_what_was_ticked(
    app: Any, central: Institution, story: dict[str, Any]
) -> None:
    path = f"/promote/review/{story['id']}"
    form = {"do": "return", "version": "1", "reason": " ", "checklist": "contact"}
    page = app.post(path, headers=headers(central.editor), data=form, status=409)
    assert soup(page).select_one("#field-reason-error") is not None
    assert soup(page).select_one("input[value=contact]").has_attr("checked")
    form = {"do": "return", "version": "1", "reason": "And the source.", "usual": "figures"}
    app.post(path, headers=headers(central.editor), data=form)
    shown = act(central.editor, "promote_content_show", id=story["id"])
    assert shown["reason"] == (
        "Say which dataset each figure comes from.\nAnd the source."
    )


def test_the_reviewer_sees_what_changed_field_by_field(
    app: Any, owner: Institution, central: Institution, story: dict[str, Any]
) -> None:
    act(central.editor, "promote_content_publish", id=story["id"])
    changed = {"id": story["id"], "title": "Shorter queues at the office"}
    act(owner.editor, "promote_content_update", **changed)
    act(owner.editor, "promote_content_submit", id=story["id"])
    page = soup(app.get(f"/promote/review/{story['id']}", headers=headers(central.editor)))
    assert [each.text for each in page.select(".promote-changes dt")] == ["Title"]
    assert page.select_one(".promote-changes ins").text == "added: Shorter"
    assert page.select_one(".promote-changes del").text.startswith("removed: Fewer")


def test_a_preview_is_the_page_itself_with_a_word_on_who_sees_it(
    app: Any, owner: Institution, story: dict[str, Any]
) -> None:
    page = app.get("/story/queues", headers=headers(owner.editor))
    assert soup(page).h1.text == STORY["title"]
    assert "This is how it will look" in soup(page).select_one(".promote-banner").text
    assert app.get("/story/queues").status_code == 404
    assert app.get("/story/queues?version=1").status_code == 404


def test_the_submit_page_lists_what_was_begun(
    app: Any, owner: Institution, story: dict[str, Any]
) -> None:
    page = soup(app.get("/promote/submit", headers=headers(owner.editor)))
    assert [each.text for each in page.select(".promote-mine a")] == [STORY["title"]]
    assert "In review" in page.select_one(".promote-mine").text
    page = soup(app.get("/promote/submit"))
    assert page.select(".promote-mine") == []
    assert len(page.select(".promote-choice")) >= 4


def test_a_step_without_the_forms_token_is_refused(
    app: Any, owner: Institution, story: dict[str, Any], ckan_config: Any, monkeypatch: Any
) -> None:
    answer = app.post(f"/promote/review/{story['id']}", data={"do": "archive", "version": "1"})
    assert answer.status_code == 404
    assert act(owner.editor, "promote_content_show", id=story["id"])["review_state"] == "submitted"
