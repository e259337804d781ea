"""What readers see of what a tool shows: the data may be gone or private, a host not allowed."""
from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories

from tests.content.embedding import PAGE, allowed, dataset, owner, tool, view
from tests.counting import cost
from tests.factories import Institution, act, headers, site_user

__all__ = ["allowed", "owner"]

pytestmark = [
    pytest.mark.usefixtures("portal"),
    pytest.mark.ckan_config("ckan.plugins", "promote image_view text_view webpage_view"),
]


def page(app: Any, path: str = "/tool/leaks-tool", user: Any = None) -> tuple[Any, Any]:
    answer = app.get(path, headers=headers(user))
    return BeautifulSoup(answer.body, "html.parser"), answer


def figures(app: Any, user: Any = None) -> list[Any]:
    return page(app, user=user)[0].select("figure.promote-embed")


def links(figure: Any) -> list[str]:
    """Where the links below an embed lead."""
    return [link["href"] for link in figure.select(".promote-embed-links a")]


@pytest.mark.usefixtures("allowed")
def test_the_page_offers_what_it_can_show_and_loads_none_of_it(
    app: Any, owner: Institution
) -> None:
    package = dataset(owner)
    resource = package["resources"][0]["id"]
    view_id = view(package)
    tool(owner, [{"resource_view": view_id}, PAGE])
    soup, answer = page(app)
    assert soup.select("iframe, object, embed") == []
    first, second = soup.select("figure.promote-embed")
    own_page = f"/dataset/leaks/resource/{resource}/view/{view_id}"
    load = first.select_one("a.promote-embed-load")
    assert first.figcaption.text == "Map of leaks"
    assert (load["href"], load.text) == (own_page, "Load “Map of leaks”")
    assert {key: value for key, value in load.attrs.items() if key.startswith("data-")} == {
        "data-src": f"/promote/view/{view_id}", "data-title": "Map of leaks",
        "data-height": "640", "data-sandbox": "allow-scripts allow-forms allow-downloads",
    }  # fmt: skip
    assert links(first) == [own_page, "/dataset/leaks", f"/dataset/leaks/resource/{resource}"]
    load = second.select_one("a.promote-embed-load")
    assert load["data-src"] == load["href"] == PAGE["url"]
    assert load["data-sandbox"] == "allow-scripts allow-same-origin allow-forms"
    assert (load["data-height"], load["data-title"]) == ("400", "Rain")
    assert "maps.example.org, which learns then" in second.text
    assert links(second) == [PAGE["url"]]
    assert policy(answer)["frame-src"] == "'self' https://maps.example.org"


def policy(answer: Any) -> dict[str, str]:
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return {name: value for name, _, value in (part.partition(" ") for part in parts)}


@pytest.mark.usefixtures("allowed")
def test_pages_without_such_an_embed_have_the_policy_of_all(app: Any, owner: Institution) -> None:
    tool(owner, [{"resource_view": view(dataset(owner))}])
    expected = {
        "default-src": "'self'", "img-src": "'self' data:", "frame-src": "'self'",
        "object-src": "'none'", "base-uri": "'none'", "form-action": "'self'",
        "frame-ancestors": "'self'",
    }  # fmt: skip
    for path in ("/tool/leaks-tool", "/tool", "/story"):
        assert policy(page(app, path)[1]) == expected


def problem(figure: Any) -> str:
    """The sentence in place of what is shown; nothing is offered then."""
    assert figure.select(".promote-embed-load, .promote-embed-place") == []
    return figure.select_one(".promote-note").text


LISTED = " The data used are listed on this page, where they are public."


def test_a_view_that_is_gone_leaves_a_sentence_and_the_data(app: Any, owner: Institution) -> None:
    package = dataset(owner)
    view_id = view(package)
    tool(owner, [{"resource_view": view_id}], datasets=["leaks"])
    act(site_user(), "resource_view_delete", id=view_id)
    soup, _ = page(app)
    (figure,) = soup.select("figure.promote-embed")
    assert problem(figure) == "What was shown here is not on this portal any more." + LISTED
    assert links(figure) == []
    assert [each["href"] for each in soup.select("#datasets th a")] == ["/dataset/leaks"]


def test_a_file_that_is_gone_leaves_a_sentence_and_its_dataset(
    app: Any, owner: Institution
) -> None:
    package = dataset(owner)
    tool(owner, [{"resource_view": view(package)}])
    act(site_user(), "resource_delete", id=package["resources"][0]["id"])
    (figure,) = figures(app)
    assert problem(figure) == "The file that was shown here was taken out of its dataset."
    assert links(figure) == ["/dataset/leaks"]


def test_a_kind_of_view_that_is_gone_leaves_a_sentence_and_the_file(
    app: Any, owner: Institution
) -> None:
    package = dataset(owner)
    view_id = view(package)
    tool(owner, [{"resource_view": view_id}])
    row = model.Session.get(model.ResourceView, view_id)
    row.view_type = "pulled_view"
    model.Session.commit()
    (figure,) = figures(app)
    assert problem(figure) == "This portal does not show views of this kind any more."
    resource = package["resources"][0]["id"]
    assert links(figure) == ["/dataset/leaks", f"/dataset/leaks/resource/{resource}"]
    app.get(f"/promote/view/{view_id}", status=404)


@pytest.mark.parametrize("change", ["package_patch", "package_delete"])
def test_a_dataset_that_is_hidden_or_gone_tells_a_visitor_the_same(
    app: Any, owner: Institution, change: str
) -> None:
    package = dataset(owner)
    view_id = view(package)
    tool(owner, [{"resource_view": view_id}], datasets=["leaks"])
    app.get(f"/promote/view/{view_id}", status=200)
    more = {"private": True} if change == "package_patch" else {}
    act(site_user(), change, id=package["id"], **more)
    for user in (None, factories.UserWithToken()):
        (figure,) = figures(app, user)
        assert problem(figure) == "What was shown here is not public, or not any more." + LISTED
        assert (figure.figcaption, links(figure)) == (None, [])
        app.get(f"/promote/view/{view_id}", headers=headers(user), status=404)


def test_who_may_read_a_private_dataset_gets_the_way_to_its_own_page(
    app: Any, owner: Institution
) -> None:
    package = dataset(owner, private=True)
    resource = package["resources"][0]["id"]
    view_id = view(package)
    tool(owner, [{"resource_view": view_id}])
    for user in (owner.member, owner.editor):
        (figure,) = figures(app, user)
        assert figure.figcaption.text == "Map of leaks"
        assert problem(figure) == "The data are private: open them in a window of their own."
        assert links(figure) == [
            f"/dataset/leaks/resource/{resource}/view/{view_id}",
            "/dataset/leaks", f"/dataset/leaks/resource/{resource}",
        ]  # fmt: skip
        app.get(f"/promote/view/{view_id}", headers=headers(user), status=404)


@pytest.mark.usefixtures("allowed")
def test_a_host_that_is_not_allowed_any_more_leaves_a_link(
    app: Any, owner: Institution, ckan_config: Any, monkeypatch: Any
) -> None:
    tool(owner, [PAGE])
    monkeypatch.setitem(ckan_config, "ckanext.promote.embed.hosts", [".example.org"])
    monkeypatch.setitem(ckan_config, "ckan.site_url", "https://maps.example.org")
    for hosts in ([".example.org"], []):
        monkeypatch.setitem(ckan_config, "ckanext.promote.embed.hosts", hosts)
        soup, answer = page(app)
        (figure,) = soup.select("figure.promote-embed")
        sentence = "Pages of maps.example.org are not shown inside this portal any more."
        assert problem(figure) == sentence
        assert links(figure) == [PAGE["url"]]
        assert policy(answer)["frame-src"] == "'self'"


def test_a_draft_shows_its_author_what_it_will_show(app: Any, owner: Institution) -> None:
    made = act(
        owner.editor, "promote_content_create", type="tool", title="Leaks", owner_org=owner.id,
        embeds=[{"resource_view": view(dataset(owner))}],
    )  # fmt: skip
    soup, _ = page(app, f"/tool/{made['name']}", owner.editor)
    assert [each.text for each in soup.select("figcaption")] == ["Map of leaks"]
    app.get(f"/tool/{made['name']}", status=404)


def test_twenty_embeds_cost_what_one_does_and_at_most_three_statements_more(
    app: Any, owner: Institution
) -> None:
    package = dataset(owner)
    ids = [view(package, f"View {number}") for number in range(20)]
    made = tool(owner, [])
    path = "/tool/leaks-tool"
    for user in (None, factories.UserWithToken(), owner.editor):
        numbers = []
        for count in (0, 1, 20):
            entries = [{"resource_view": each} for each in ids[:count]]
            act(site_user(), "promote_content_update", id=made["id"], embeds=entries)
            counted = cost(app, path, user)
            assert counted.numbers[1:] == (0, 0)
            numbers.append(counted.numbers[0])
        assert numbers[1] == numbers[2] <= numbers[0] + 3
        assert numbers[2] - cost(app, "/about", user).numbers[0] <= 16
    assert len(figures(app)) == 20
