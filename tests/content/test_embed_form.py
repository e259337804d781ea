"""Choosing what a tool shows, on its form and without JavaScript."""
from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories

from tests.factories import Institution, act, headers, institution

pytestmark = [
    pytest.mark.usefixtures("portal"),
    pytest.mark.ckan_config("ckan.plugins", "promote image_view text_view webpage_view"),
]

HOSTS = ["maps.example.org", ".data.example.org"]


@pytest.fixture
def owner() -> Institution:
    return institution(name="water-office")


def view(owner: Institution, name: str, title: str, kind: str = "image_view", **fields: Any) -> str:
    """The id of a view of a dataset of its own."""
    package = factories.Dataset(
        name=name, title=name.title(), owner_org=owner.id,
        resources=[{"url": "https://a.example/x.zip", "format": "ZIP", "name": "Plan"}], **fields,
    )  # fmt: skip
    more = {"page_url": "https://a.example"} if kind == "webpage_view" else {}
    return factories.ResourceView(
        resource_id=package["resources"][0]["id"], view_type=kind, title=title, **more
    )["id"]


def sent(app: Any, owner: Institution, path: str = "/tool/new", **fields: Any) -> Any:
    """The form as it comes back."""
    data = {key.replace("_", "-"): value for key, value in fields.items()}
    answer = app.post(path, data=data, headers=headers(owner.editor))
    return BeautifulSoup(answer.body, "html.parser").select_one("#field-embeds")


def boxes(form: Any) -> dict[str, bool]:
    """Ids of the views that are offered, and whether they are ticked."""
    return {box["value"]: box.has_attr("checked") for box in form.select("[name=embeds-view]")}


def test_views_of_the_ticked_datasets_are_found_by_dataset(app: Any, owner: Institution) -> None:
    leaks, rain = view(owner, "leaks", "Map of leaks"), view(owner, "rain", "Map of rain")
    other = view(owner, "other", "Not asked for")
    view(owner, "site", "Another site", kind="webpage_view")
    form = sent(app, owner, do="views", datasets=["leaks", "rain", "site"])
    assert boxes(form) == {leaks: False, rain: False}
    assert [each.text for each in form.select("p.promote-label")][:2] == ["Leaks", "Rain"]
    said = form.select_one("[role=status]").text
    assert said == "2 views found. Tick those that are to be shown."
    again = sent(app, owner, do="views", datasets=["leaks", "other"], embeds_view=[leaks])
    assert boxes(again) == {leaks: True, other: False}


def test_without_a_dataset_or_a_view_the_form_says_so(app: Any, owner: Institution) -> None:
    factories.Dataset(name="bare", owner_org=owner.id)
    form = sent(app, owner, do="views")
    assert form.select_one("[role=status]").text == "No dataset is ticked yet."
    form = sent(app, owner, do="views", datasets=["bare"])
    assert form.select_one("[role=status]").text == "The ticked datasets have no other view."


def test_views_of_a_dataset_that_the_writer_cannot_see_are_not_found(
    app: Any, owner: Institution
) -> None:
    hidden = view(institution(name="other-office"), "hidden", "Secret plan", private=True)
    form = sent(app, owner, do="views", datasets=["hidden"], embeds_view=[hidden])
    assert "Secret plan" not in form.text
    assert boxes(form) == {hidden: True}


@pytest.mark.ckan_config("ckanext.promote.embed.hosts", HOSTS)
def test_what_was_chosen_and_typed_is_stored_and_comes_back_to_be_changed(
    app: Any, owner: Institution
) -> None:
    leaks = view(owner, "leaks", "Map of leaks")
    fields = {
        "do": "draft", "title": "Leaks tool", "owner_org": "water-office", "embeds-view": [leaks],
        "embeds-0-url": "https://maps.example.org/", "embeds-0-title": "Rain",
        "embeds-0-height": "300", "embeds-1-url": "", "embeds-1-title": "", "embeds-1-height": "",
    }  # fmt: skip
    answer = app.post("/tool/new", data=fields, headers=headers(owner.editor),
                      follow_redirects=False)  # fmt: skip
    assert answer.status_code == 302
    made = act(owner.editor, "promote_content_show", id=answer.headers["Location"].split("/")[-1])
    assert made["embeds"] == [
        {"resource_view": leaks},
        {"url": "https://maps.example.org/", "title": "Rain", "height": 300},
    ]
    shown = app.get(f"/tool/edit/{made['name']}", headers=headers(owner.editor))
    form = BeautifulSoup(shown.body, "html.parser").select_one("#field-embeds")
    assert boxes(form) == {leaks: True}
    typed = {each["name"]: each["value"] for each in form.select(".promote-row input")}
    assert typed == {
        "embeds-0-url": "https://maps.example.org/", "embeds-0-title": "Rain",
        "embeds-0-height": "300",
        "embeds-1-url": "", "embeds-1-title": "", "embeds-1-height": "",
    }  # fmt: skip
    assert HOSTS[0] in form.select_one("#field-embeds-hosts").text


@pytest.mark.ckan_config("ckanext.promote.embed.hosts", HOSTS)
def test_a_refused_address_comes_back_with_what_was_typed(app: Any, owner: Institution) -> None:
    typed = {"embeds-0-url": "https://evil.example/", "embeds-0-title": "Rain",
             "embeds-0-height": "9"}  # fmt: skip
    answer = app.post("/tool/new", data={"do": "draft", "title": "Leaks", **typed},
                      headers=headers(owner.editor))  # fmt: skip
    assert answer.status_code == 400
    soup = BeautifulSoup(answer.body, "html.parser")
    sentence = "Entry 1: “9” is no height. Give pixels, from 200 to 1200."
    assert soup.select_one("#field-embeds-error").text == sentence
    inputs = soup.select("#field-embeds .promote-row input")
    values = {each["name"]: each["value"] for each in inputs}
    assert {key: values[key] for key in typed} == typed


def test_without_allowed_hosts_the_form_says_who_allows_them(app: Any, owner: Institution) -> None:
    form = sent(app, owner, do="views")
    assert form.select("[name=embeds-0-url]") == []
    assert form.select_one("#field-embeds-hosts").text == (
        "None can be shown yet: the operator of the portal allows hosts with the option "
        "ckanext.promote.embed.hosts."
    )


def test_only_tools_have_such_a_field(app: Any, owner: Institution) -> None:
    for path in ("/story/new", "/app/new", "/news/new"):
        assert "field-embeds" not in app.get(path, headers=headers(owner.editor)).body
