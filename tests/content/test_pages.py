"""The pages of the contents: read, list, write, archive; refused where they have to be."""
from __future__ import annotations

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.lib.search import SearchError, query
from ckan.tests import factories

from ckanext.promote.content.model import Content
from tests.factories import STORY, TYPES, act, content, headers, institution, png

pytestmark = pytest.mark.usefixtures("portal", "own_publishing")


def soup(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.body, "html.parser")


def made(owner: Any, kind: str = "story", **fields: Any) -> dict[str, Any]:
    return content(owner.editor, owner_org=owner.name, type=kind, **fields)


def form_of(**fields: Any) -> dict[str, Any]:
    """What a browser sends of a filled-in story form."""
    return {
        "do": "publish",
        "title": STORY["title"],
        "summary": STORY["summary"],
        "background": "Before.",
        "contact_email": STORY["contact_email"],
        **fields,
    }


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("language", ["", "/es"])
def test_each_type_has_a_list_and_a_page(app: Any, kind: str, language: str):
    owner = institution()
    name = made(owner, kind, title=f"A {kind}")["name"]
    listed = soup(app.get(f"{language}/{kind}"))
    page = soup(app.get(f"{language}/{kind}/{name}"))
    assert [a.text for a in listed.select(".promote-card-title a")] == [f"A {kind}"]
    assert page.select_one(".promote h1").text == f"A {kind}"


@pytest.mark.parametrize("kind", TYPES)
def test_an_empty_list_says_so(app: Any, kind: str):
    assert soup(app.get(f"/{kind}")).select_one(".promote-empty") is not None


def test_the_page_shows_its_datasets_with_institution_formats_and_date(app: Any):
    owner = institution()
    dataset = factories.Dataset(
        name="leaks",
        title="Leaks",
        owner_org=owner.id,
        resources=[{"url": "https://a.example/1", "format": "csv"},
                   {"url": "https://a.example/2", "format": "CSV"},
                   {"url": "https://a.example/3", "format": "json"}],
    )  # fmt: skip
    name = made(owner, datasets=[dataset["name"]])["name"]
    row = soup(app.get(f"/story/{name}")).select_one(".promote-table tbody tr")
    assert row.select_one("th a")["href"] == "/dataset/leaks"
    cells = [cell.text.strip() for cell in row.select("td")]
    assert cells[0] == model.Group.get(owner.id).title
    assert cells[1] == "CSV, JSON"
    assert re.fullmatch(r"\w+ \d+, \d{4}", cells[2])


def test_the_dataset_page_shows_what_was_made_with_it_by_type(app: Any):
    owner = institution()
    factories.Dataset(name="leaks")
    for kind in ("story", "app"):
        made(owner, kind, title=f"A {kind}", datasets=["leaks"])
    block = soup(app.get("/dataset/leaks")).select_one(".promote-block")
    assert [h.text for h in block.select("h3")] == [
        "Stories told with these data",
        "Apps that use these data",
    ]
    assert [a.text for a in block.select(".promote-card-title a")] == ["A story", "A app"]


def test_the_dataset_page_shows_three_of_each_type_and_links_to_all(app: Any):
    owner = institution()
    factories.Dataset(name="leaks")
    for number in range(5):
        made(owner, title=f"Story {number}", datasets=["leaks"])
    block = soup(app.get("/dataset/leaks")).select_one(".promote-block")
    assert len(block.select(".promote-card")) == 3
    everything = soup(app.get(block.find("a", string="Show all 5")["href"]))
    assert len(everything.select(".promote-card")) == 5


def test_the_institution_page_shows_its_contents_and_not_those_of_others(app: Any):
    owner, other = institution(), institution()
    made(owner, title="Ours")
    made(other, title="Theirs")
    block = soup(app.get(f"/organization/{owner.name}")).select_one(".promote-block")
    assert [a.text for a in block.select(".promote-card-title a")] == ["Ours"]


def test_facets_narrow_the_list_and_come_off_again(app: Any):
    owner = institution()
    made(owner, title="Health", sector="salud")
    made(owner, title="Economy", sector="economia")
    page = soup(app.get("/story"))
    link = page.select_one("[aria-labelledby=facet-sector] a[href*=salud]")
    narrowed = soup(app.get(link["href"]))
    assert [a.text for a in narrowed.select(".promote-card-title a")] == ["Health"]
    back = narrowed.select_one("a.is-chosen")
    assert len(soup(app.get(back["href"])).select(".promote-card")) == 2


@pytest.mark.parametrize("kind", ["app", "tool"])
def test_a_type_has_its_own_facet(app: Any, kind: str):
    owner = institution()
    made(owner, kind)
    assert soup(app.get(f"/{kind}")).select_one("[aria-labelledby=facet-kind]") is not None


def test_the_list_is_searched_by_words_of_the_text(app: Any):
    owner = institution()
    made(owner, title="One", results="A heron was seen.")
    made(owner, title="Two")
    found = soup(app.get("/story?q=heron"))
    assert [a.text for a in found.select(".promote-card-title a")] == ["One"]


@pytest.mark.parametrize(
    "query",
    ["q={!join from=a to=b}x", "q=*:*", "q=%00", "q=" + "x" * 5000, "page=99999999999999999999",
     "page=-1", "page=abc", 'sector="]', "sector=%00", "sort=(select 1)", "dataset=%22%0a",
     "institution=" + "y" * 3000, "q=AND OR NOT ( ["],
)  # fmt: skip
def test_a_hostile_address_of_the_list_answers_200(app: Any, query: str):
    app.get(f"/story?{query}", status=200)


@pytest.mark.parametrize("name", ["there-is-none", "a%00b", "x" * 3000, "..%2f..", "new%20"])
def test_what_does_not_exist_is_not_found(app: Any, name: str):
    app.get(f"/story/{name}", status=404)


def test_the_id_and_the_other_types_lead_to_the_page(app: Any):
    owner = institution()
    story = made(owner)
    for address in (f"/story/{story['id']}", f"/app/{story['name']}", f"/dataset/{story['name']}"):
        answer = app.get(address, follow_redirects=False)
        assert (answer.status_code, answer.location.replace("http://test.ckan.net", "")) == (
            302,
            f"/story/{story['name']}",
        ), address


@pytest.mark.parametrize("page", ["groups", "resources", "followers", "activity", "collaborators"])
def test_cores_dataset_pages_do_not_exist_for_contents(app: Any, page: str):
    owner = institution()
    name = made(owner)["name"]
    app.get(f"/story/{page}/{name}", status=404)
    app.get(f"/story/{name}/resource/new", status=404)


def test_the_form_publishes_a_story_and_leads_to_its_page(app: Any):
    owner = institution()
    factories.Dataset(name="leaks")
    answer = app.post(
        "/story/new",
        data=form_of(
            owner_org=owner.name,
            datasets="leaks",
            tags="water, leaks",
            authors="Ana\nLuz",
            **{"value-0-figure": "12", "value-0-what": "days", "value-1-figure": ""},
            cover_alt="A river",
            cover_upload=(png().stream, "a.png"),
        ),
        headers=headers(owner.editor),
        follow_redirects=False,
    )
    assert answer.status_code == 302, soup(answer).select_one(".promote-errors")
    shown = act(None, "promote_content_list")["items"]
    assert answer.location.endswith(f"/story/{shown[0]['name']}")
    whole = act(None, "promote_content_show", id=shown[0]["id"])
    assert whole["datasets"] == ["leaks"]
    assert [tag["name"] for tag in whole["tags"]] == ["leaks", "water"]
    assert whole["authors"] == ["Ana", "Luz"]
    assert whole["value"] == [{"figure": "12", "unit": "", "what": "days"}]
    assert whole["cover_url"].endswith(".png")


def test_a_refused_form_shows_errors_beside_fields_and_keeps_what_was_typed(app: Any):
    owner = institution()
    factories.Dataset(name="leaks")
    answer = app.post(
        "/story/new",
        data=form_of(
            owner_org=owner.name,
            contact_email="nobody",
            title="",
            tags="a, water",
            datasets="leaks",
            published_on="tomorrow",
            **{"external_datasets-0-title": "Rain", "external_datasets-0-url": "javascript:x"},
        ),
        headers=headers(owner.editor),
        status=400,
    )
    page = soup(answer)
    summary = {a["href"] for a in page.select(".promote-errors a")}
    assert summary == {
        "#field-title", "#field-contact_email", "#field-tags", "#field-published_on",
        "#field-external_datasets",
    }  # fmt: skip
    for href in summary:
        assert page.select_one(href) is not None, href
        assert page.select_one(f"{href}-error") is not None, href
    email = page.select_one("#field-contact_email")
    assert email["aria-invalid"] == "true"
    assert "field-contact_email-error" in email["aria-describedby"].split()
    assert email["value"] == "nobody"
    assert page.select_one("#field-background").text.strip() == "Before."
    assert page.select_one("#field-tags")["value"] == "a, water"
    assert page.select_one("[name=external_datasets-0-url]")["value"] == "javascript:x"
    assert page.select_one("input[name=datasets][value=leaks]").has_attr("checked")
    assert model.Session.query(Content).count() == 0


def test_buttons_add_a_row_and_find_datasets_without_saving(app: Any):
    owner = institution()
    factories.Dataset(name="leaks", title="Water leaks")
    factories.Dataset(name="schools", title="Schools")
    send = {"headers": headers(owner.editor), "status": 200}
    more = soup(app.post("/story/new", data=form_of(do="add:value"), **send))
    found = soup(app.post("/story/new", data=form_of(do="find", datasets_find="leak"), **send))
    assert len(more.select("[name$=-figure]")) == 2
    assert [box["value"] for box in found.select("input[name=datasets]")] == ["leaks"]
    assert found.select_one("#field-title")["value"] == STORY["title"]
    assert model.Session.query(Content).count() == 0


def test_editing_keeps_what_the_form_does_not_show_and_changes_the_rest(app: Any):
    owner = institution()
    name = made(owner, unmapped={"a": "b"}, cover_upload=png(), cover_alt="A river")["name"]
    page = soup(app.get(f"/story/edit/{name}", headers=headers(owner.editor)))
    data = {
        tag["name"]: tag.get("value", "") if tag.name == "input" else tag.text.lstrip("\n")
        for tag in page.select(".promote-form input, .promote-form textarea")
        if tag.get("type") not in ("checkbox", "file")
    }
    before = act(None, "promote_content_show", id=name)
    data |= {"do": "publish", "title": "Another title", "owner_org": owner.name, "language": "en"}
    app.post(f"/story/edit/{name}", data=data, headers=headers(owner.editor))
    after = act(None, "promote_content_show", id=name)
    changed = {key for key in after if after[key] != before[key]}
    assert changed == {"title", "version", "metadata_modified"}
    assert after["title"] == "Another title"


def test_archiving_asks_first(app: Any):
    owner = institution()
    name = made(owner)["name"]
    ask = soup(app.get(f"/story/delete/{name}", headers=headers(owner.editor)))
    assert ask.select_one("form[method=post] button") is not None
    assert act(None, "promote_content_list")["total"] == 1
    app.post(f"/story/delete/{name}", headers=headers(owner.editor))
    assert act(None, "promote_content_list")["total"] == 0


@pytest.mark.ckan_config("ckanext.promote.submissions", "institutions")
@pytest.mark.parametrize("path", ["/story/new", "/story/edit/{name}", "/story/delete/{name}"])
def test_visitors_are_sent_to_the_login_and_others_are_refused(app: Any, path: str):
    owner = institution()
    address = path.format(name=made(owner)["name"])
    visitor = app.get(address, follow_redirects=False)
    assert (visitor.status_code, "/user/login" in visitor.location) == (302, True)
    for user in (factories.UserWithToken(), owner.member):
        app.get(address, headers=headers(user), status=403)
        app.post(address, data=form_of(), headers=headers(user), status=403)
    app.post(address, data=form_of(), status=403)
    assert model.Session.query(Content).count() == 1


def test_our_pages_carry_a_strict_policy_and_cores_do_not_change(app: Any):
    ours, cores = app.get("/story"), app.get("/about")
    assert ours.headers["Content-Security-Policy"].startswith("default-src 'self'; ")
    assert "Content-Security-Policy" not in cores.headers
    page = soup(ours)
    assert page.select("style, [style], script:not([src])") == []
    assert page.select_one("meta[name=htmx-config]") is not None


def test_our_pages_name_version_and_source(app: Any):
    line = soup(app.get("/story")).select_one(".promote-colophon")
    assert "ckanext-promote 0.1.0" in line.text
    assert line.a["href"].startswith("https://")


def test_without_the_search_index_the_newest_contents_are_listed(app: Any, monkeypatch: Any):
    owner = institution()
    name = made(owner)["name"]
    def fails(*args: Any, **kwargs: Any) -> None:
        raise SearchError("no index")

    monkeypatch.setattr(query.PackageSearchQuery, "run", fails)
    listed = soup(app.get("/story"))
    assert len(listed.select(".promote-card")) == 1
    assert listed.select_one(".promote-note") is not None
    app.get(f"/story/{name}", status=200)


def test_an_imported_contact_is_confirmed_by_ticking_or_changing_it_and_not_by_saving(app: Any):
    owner = institution()
    name = made(owner, is_contact_confirmed=False)["name"]
    form = soup(app.get(f"/story/edit/{name}", headers=headers(owner.editor)))
    assert form.select_one("input[name=is_contact_confirmed]") is not None
    same = {"owner_org": owner.name, "contact_before": STORY["contact_email"]}

    def confirmed_after(**fields: str) -> bool:
        data = form_of(**same, **fields)
        app.post(f"/story/edit/{name}", data=data, headers=headers(owner.editor))
        return act(None, "promote_content_show", id=name)["is_contact_confirmed"]

    assert confirmed_after() is False
    assert confirmed_after(is_contact_confirmed="1") is True


def test_a_published_form_that_is_changed_and_sent_again_asks_first(app: Any):
    owner = institution()
    send = {"headers": headers(owner.editor), "follow_redirects": False}
    first = form_of(owner_org=owner.name, idempotency_key="of-the-form")
    app.post("/story/new", data=first, **send)
    again = app.post("/story/new", data={**first, "title": "Another"}, status=400, **send)
    key = soup(again).select_one("input[name=idempotency_key]")["value"]
    assert key != "of-the-form"
    app.post("/story/new", data={**first, "title": "Another", "idempotency_key": key}, **send)
    assert model.Session.query(Content).count() == 2


@pytest.mark.parametrize("who", ["visitor", "citizen", "member", "editor"])
def test_only_the_people_of_the_institution_see_what_changes_a_content(app: Any, who: str):
    owner = institution()
    name = made(owner)["name"]
    users = {"visitor": None, "citizen": factories.UserWithToken(), "member": owner.member}
    page = soup(app.get(f"/story/{name}", headers=headers(users.get(who, owner.editor))))
    links = [a["href"] for a in page.select(".promote-head .promote-actions a")]
    new = soup(app.get("/story", headers=headers(users.get(who, owner.editor))))
    may_write = who == "editor"
    content_id = model.Package.get(name).id
    assert links == (
        [f"/story/edit/{name}", f"/story/delete/{name}", f"/promote/review/{content_id}"]
        if may_write else []
    )  # fmt: skip
    assert bool(new.select("a[href='/story/new']")) == may_write
