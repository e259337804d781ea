"""Links between contents and datasets: many to many, in order, seen by who sees both ends."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories, helpers

from ckanext.promote.content.model import Content, ContentDataset
from ckanext.promote.content.prepare import PENDING_LINKS
from tests.counting import copies
from tests.factories import STORY, Institution, act, content, headers, institution

pytestmark = pytest.mark.usefixtures("portal", "own_publishing")


def datasets(*names: str, **fields: Any) -> list[dict[str, Any]]:
    return [factories.Dataset(name=name, title=name.title(), **fields) for name in names]


def story(owner: Institution, *names: str, **fields: Any) -> str:
    """Name of a story with these datasets."""
    return content(owner.editor, owner_org=owner.name, datasets=list(names), **fields)["name"]


def names_of(name: str, user: dict[str, Any] | None = None) -> list[str]:
    """Names of a content's datasets; what show, list and package_show say has to be the same."""
    listed = act(user, "promote_content_dataset_list", id=name, limit=100)
    names = [item["name"] for item in listed["items"]]
    assert listed["total"] == len(names)
    assert act(user, "promote_content_show", id=name)["datasets"] == names
    assert act(user, "package_show", id=name)["datasets"] == names
    return names


def contents_of(dataset: str, user: dict[str, Any] | None = None) -> list[str]:
    """Names of a dataset's contents."""
    listed = act(user, "promote_dataset_content_list", dataset=dataset, limit=100)
    assert listed["total"] == len(listed["items"])
    return [item["name"] for item in listed["items"]]


def shown(app: Any, path: str, user: dict[str, Any] | None = None) -> list[str]:
    """Names that a page links to from its table of datasets or its block of contents."""
    page = BeautifulSoup(app.get(path, headers=headers(user)).body, "html.parser")
    links = page.select(".promote-datasets a, .promote-block .promote-card-title a")
    return [link["href"].split("/")[-1] for link in links]


# --- Many to many ---


def test_a_content_has_many_datasets_and_a_dataset_many_contents() -> None:
    owner = institution()
    datasets("air", "bus", "coal")
    first, second = story(owner, "air", "bus"), story(owner, "bus", "coal")
    assert [names_of(first), names_of(second)] == [["air", "bus"], ["bus", "coal"]]
    assert contents_of("air") == [first]
    assert sorted(contents_of("bus")) == sorted([first, second])
    assert contents_of("coal") == [second]


def test_datasets_keep_the_order_that_the_author_gave(app: Any) -> None:
    owner = institution()
    datasets("air", "bus", "coal")
    name = story(owner, "coal", "air", "bus")
    assert names_of(name) == ["coal", "air", "bus"]
    assert shown(app, f"/story/{name}") == ["coal", "air", "bus"]
    act(owner.editor, "promote_content_update", id=name, datasets=["bus", "coal", "air"])
    assert names_of(name) == ["bus", "coal", "air"]


def test_a_dataset_given_twice_by_name_and_by_id_is_linked_once() -> None:
    owner = institution()
    [dataset] = datasets("air")
    name = story(owner, "air", dataset["id"], "air")
    assert names_of(name) == ["air"]
    assert model.Session.query(ContentDataset).count() == 1


def test_an_update_that_says_nothing_of_datasets_keeps_them_and_an_empty_list_takes_them() -> None:
    owner = institution()
    datasets("air", "bus")
    name = story(owner, "air", "bus")
    act(owner.editor, "promote_content_update", id=name, title="Another title")
    act(owner.editor, "package_patch", id=name, title="A third title")
    assert names_of(name) == ["air", "bus"]
    act(owner.editor, "promote_content_update", id=name, datasets=["bus"])
    assert names_of(name) == ["bus"]
    act(owner.editor, "promote_content_update", id=name, datasets=[])
    assert (names_of(name), contents_of("bus")) == ([], [])


@pytest.mark.parametrize("user", ["editor", "visitor"])
def test_the_items_of_both_lists_have_the_documented_keys(user: str) -> None:
    owner = institution()
    reader = owner.editor if user == "editor" else None
    [dataset] = datasets("air", owner_org=owner.id,
                         resources=[{"url": "https://a.example/1", "format": "csv"}])  # fmt: skip
    name = story(owner, "air", sector="salud", axis="servicios-publicos")
    [item] = act(reader, "promote_content_dataset_list", id=name)["items"]
    assert item == {
        "id": dataset["id"], "name": "air", "title": "Air", "institution": owner.name,
        "institution_title": model.Group.get(owner.id).title, "private": False,
        "formats": ["CSV"], "metadata_modified": dataset["metadata_modified"],
    }  # fmt: skip
    [card] = act(reader, "promote_dataset_content_list", dataset="air")["items"]
    package = model.Package.get(name)
    assert card == {
        "id": package.id, "type": "story", "package_type": "story", "name": name,
        "title": STORY["title"], "summary": STORY["summary"], "institution": owner.name,
        "institution_title": model.Group.get(owner.id).title, "sector": "salud",
        "axis": "servicios-publicos", "kind": None, "cover_url": "", "cover_alt": "",
        "published_on": STORY["published_on"],
        "metadata_modified": package.metadata_modified.isoformat(), "downloads": None,
    }  # fmt: skip


# --- What happens to an end of a link ---


def test_a_dataset_that_turns_private_disappears_from_both_sides_and_comes_back(app: Any) -> None:
    owner, other = institution(), institution()
    datasets("air", "bus", owner_org=owner.id)
    name = story(owner, "air", "bus")
    act(owner.editor, "package_patch", id="air", private=True)
    for stranger in (None, factories.UserWithToken(), other.editor):
        assert names_of(name, stranger) == ["bus"]
        assert shown(app, f"/story/{name}", stranger) == ["bus"]
        with pytest.raises(tk.ObjectNotFound):
            contents_of("air", stranger)
        with pytest.raises(tk.ObjectNotFound):
            act(stranger, "promote_content_list", dataset="air")
    for insider in (owner.editor, owner.member):
        assert names_of(name, insider) == ["air", "bus"]
        assert contents_of("air", insider) == [name]
    act(owner.editor, "package_patch", id="air", private=False)
    assert (names_of(name), contents_of("air")) == (["air", "bus"], [name])
    assert shown(app, "/dataset/air") == [name]


def test_a_deleted_dataset_disappears_from_both_sides_and_comes_back(app: Any) -> None:
    owner, admin = institution(), factories.SysadminWithToken()
    datasets("air", "bus", owner_org=owner.id)
    name = story(owner, "air", "bus")
    act(owner.editor, "package_delete", id="air")
    for reader in (None, owner.editor, admin):
        assert names_of(name, reader) == ["bus"]
        with pytest.raises(tk.ObjectNotFound):
            contents_of("air", reader)
    assert shown(app, f"/story/{name}", owner.editor) == ["bus"]
    act(admin, "package_patch", id="air", state="active")
    assert (names_of(name), contents_of("air")) == (["air", "bus"], [name])


def test_a_purged_dataset_leaves_no_link(app: Any) -> None:
    owner, admin = institution(), factories.SysadminWithToken()
    datasets("air", "bus")
    name = story(owner, "air", "bus")
    act(admin, "dataset_purge", id="air")
    assert names_of(name) == ["bus"]
    assert shown(app, f"/story/{name}") == ["bus"]
    assert model.Session.query(ContentDataset).count() == 1


def test_an_archived_content_disappears_from_its_datasets_and_a_purged_one_leaves_nothing(
    app: Any,
) -> None:
    owner, admin = institution(), factories.SysadminWithToken()
    datasets("air")
    first, second = story(owner, "air"), story(owner, "air", title="Another story")
    act(owner.editor, "promote_content_archive", id=first)
    for reader in (None, owner.editor, admin):
        assert contents_of("air", reader) == [second]
        assert shown(app, "/dataset/air", reader) == [second]
    assert act(owner.editor, "promote_content_show", id=first)["datasets"] == ["air"]
    for name in (first, second):
        act(admin, "dataset_purge", id=name)
    assert contents_of("air") == []
    assert model.Session.query(ContentDataset).count() == 0
    assert model.Session.query(Content).count() == 0
    assert act(None, "package_search", fq="dataset_type:story")["count"] == 0


def test_a_renamed_dataset_stays_linked() -> None:
    owner = institution()
    datasets("air", owner_org=owner.id)
    name = story(owner, "air")
    act(owner.editor, "package_patch", id="air", name="renamed")
    assert (names_of(name), contents_of("renamed")) == (["renamed"], [name])


# --- Who may set which link ---


@pytest.mark.parametrize("action", ["promote_content_update", "package_patch"])
def test_an_editor_who_cannot_see_a_linked_dataset_keeps_the_link_unknowingly(action: str) -> None:
    """The dataset belongs to another institution, which made it private after it was linked."""
    owner, other = institution(), institution()
    datasets("theirs", owner_org=other.id)
    datasets("air", "bus")
    name = story(owner, "air", "theirs")
    act(other.editor, "package_patch", id="theirs", private=True)
    act(owner.editor, action, id=name, title="Another title")
    act(owner.editor, action, id=name, datasets=["bus"])
    assert names_of(name, owner.editor) == ["bus"]
    assert sorted(names_of(name, factories.Sysadmin())) == ["bus", "theirs"]
    act(other.editor, "package_patch", id="theirs", private=False)
    assert sorted(names_of(name)) == ["bus", "theirs"]


def test_the_form_of_an_editor_who_cannot_see_a_linked_dataset_keeps_the_link(app: Any) -> None:
    owner, other = institution(), institution()
    datasets("theirs", owner_org=other.id)
    datasets("air")
    name = story(owner, "air", "theirs")
    act(other.editor, "package_patch", id="theirs", private=True)
    page = app.get(f"/story/edit/{name}", headers=headers(owner.editor))
    assert "theirs" not in page.body
    form = {"do": "publish", "datasets": "air", "owner_org": owner.name, "title": "Another title",
            "summary": STORY["summary"], "contact_email": STORY["contact_email"]}  # fmt: skip
    app.post(f"/story/edit/{name}", data=form, headers=headers(owner.editor), status=200)
    assert act(None, "promote_content_show", id=name)["title"] == "Another title"
    assert sorted(names_of(name, factories.Sysadmin())) == ["air", "theirs"]


def test_a_patch_without_a_check_of_access_loses_no_link() -> None:
    owner, admin = institution(), factories.Sysadmin()
    datasets("air", private=True, owner_org=owner.id)
    datasets("bus")
    name = story(owner, "air", "bus")
    context = {"user": admin["name"], "ignore_auth": True}
    helpers.call_action("package_patch", context, id=name, title="Another title")
    assert names_of(name, owner.editor) == ["air", "bus"]


@pytest.mark.parametrize("reference", ["there-is-none", "9d2c3f4e-0000-4000-8000-000000000000"])
def test_a_dataset_that_does_not_exist_is_refused_by_form_and_api(
    app: Any, reference: str
) -> None:
    owner = institution()
    datasets("air")
    sentence = f"There is no dataset “{reference}” that you can see. Check its name."
    for action in ("promote_content_create", "package_create"):
        with pytest.raises(tk.ValidationError) as caught:
            act(owner.editor, action, **STORY, owner_org=owner.name, datasets=["air", reference])
        assert caught.value.error_dict == {"datasets": [sentence]}
    form = {"do": "publish", "datasets": ["air", reference], "owner_org": owner.name,
            "title": STORY["title"], "summary": STORY["summary"], "background": "Before.",
            "contact_email": STORY["contact_email"]}  # fmt: skip
    answer = app.post("/story/new", data=form, headers=headers(owner.editor), status=400)
    page = BeautifulSoup(answer.body, "html.parser")
    assert sentence in page.select_one("#field-datasets-error").text
    assert model.Session.query(Content).count() == 0


@pytest.mark.parametrize("wrong", [{"air": 1}, [["air"]], [{"id": 1}], [1], [None]])
def test_what_is_no_list_of_names_is_refused(wrong: Any) -> None:
    owner = institution()
    datasets("air")
    with pytest.raises(tk.ValidationError) as caught:
        act(owner.editor, "promote_content_create", **STORY, owner_org=owner.name, datasets=wrong)
    assert list(caught.value.error_dict) == ["datasets"]


def test_a_content_is_no_dataset_that_another_could_link() -> None:
    owner = institution()
    first = story(owner)
    with pytest.raises(tk.ValidationError) as caught:
        story(owner, first)
    assert list(caught.value.error_dict) == ["datasets"]


# --- Names without a dataset yet ---


def imported(owner: Institution, *names: str) -> str:
    """Name of a story that the importer wrote with these datasets, known or not."""
    context = {"user": owner.editor["name"], "ignore_auth": False, PENDING_LINKS: True}
    return helpers.call_action(
        "promote_content_create", context, **STORY, owner_org=owner.name, datasets=list(names)
    )["name"]


def indexed(dataset_id: str) -> list[str]:
    """Names of contents that the index finds by a dataset."""
    query = f'dataset_type:story +vocab_promote_datasets:"{dataset_id}"'
    return [each["name"] for each in act(None, "package_search", fq=query)["results"]]


def pending() -> list[str]:
    found = sa.select(ContentDataset.pending_name).where(ContentDataset.dataset_id.is_(None))
    return list(model.Session.execute(found).scalars())


def test_only_the_importer_keeps_a_name_as_a_pending_link() -> None:
    owner = institution()
    datasets("air")
    name = imported(owner, "air", "rain", "wind")
    assert (names_of(name), pending()) == (["air"], ["rain", "wind"])
    assert act(owner.editor, "promote_content_show", id=name)["pending_datasets"] == [
        "rain", "wind"
    ]  # fmt: skip
    assert "pending_datasets" not in act(None, "promote_content_show", id=name)
    act(owner.editor, "promote_content_update", id=name, title="Another title")
    assert pending() == ["rain", "wind"]


@pytest.mark.parametrize("how", ["create", "rename"])
def test_a_pending_link_becomes_real_when_a_dataset_gets_the_name(how: str) -> None:
    owner = institution()
    name = imported(owner, "rain", "wind")
    other = imported(owner, "rain")
    if how == "create":
        [dataset] = datasets("rain")
    else:
        [dataset] = datasets("old-name", owner_org=owner.id)
        assert (pending(), indexed(dataset["id"])) == (["rain", "wind", "rain"], [])
        act(owner.editor, "package_patch", id="old-name", name="rain")
    assert (names_of(name), names_of(other), pending()) == (["rain"], ["rain"], ["wind"])
    assert sorted(contents_of("rain")) == sorted([name, other])
    assert sorted(indexed(dataset["id"])) == sorted([name, other])


def test_a_pending_link_to_a_dataset_that_is_linked_already_is_dropped() -> None:
    owner = institution()
    datasets("old-name", owner_org=owner.id)
    name = imported(owner, "old-name", "rain")
    act(owner.editor, "package_patch", id="old-name", name="rain")
    assert (names_of(name), pending()) == (["rain"], [])


def test_a_private_dataset_that_gets_the_name_is_seen_by_its_people_alone() -> None:
    owner, other = institution(), institution()
    name = imported(owner, "rain")
    datasets("rain", owner_org=other.id, private=True)
    assert (names_of(name), names_of(name, owner.editor)) == ([], [])
    assert names_of(name, other.editor) == ["rain"]


# --- Without a cap ---


def test_three_hundred_datasets_are_linked_and_paged_through(app: Any) -> None:
    owner = institution()
    [first] = datasets("first")
    ids = [first["id"], *copies(first["id"], 299)]
    made = content(owner.editor, owner_org=owner.name, datasets=ids)["name"]
    assert act(None, "promote_content_show", id=made)["datasets"] == [
        model.Package.get(each).name for each in ids
    ]
    found: list[str] = []
    page: dict[str, Any] = {"next": ""}
    while page["next"] is not None:
        page = act(None, "promote_content_dataset_list", id=made, limit=100, cursor=page["next"])
        assert (page["total"], page["total_exact"]) == (300, True)
        found += [item["id"] for item in page["items"]]
    assert found == ids
    names, path = [], f"/story/{made}"
    while path:
        html = BeautifulSoup(app.get(path).body, "html.parser")
        names += [a["href"].split("/")[-1] for a in html.select(".promote-table th a")]
        more = html.select_one(".promote-datasets > p > a")
        path = more["href"].partition("#")[0] if more else ""
    assert names == [model.Package.get(each).name for each in ids]


def test_three_hundred_contents_of_a_dataset_are_paged_through_newest_first(app: Any) -> None:
    owner = institution()
    [dataset] = datasets("air")
    first = content(owner.editor, owner_org=owner.name, datasets=["air"])
    ids = [first["id"], *copies(first["id"], 299)]
    model.Session.execute(
        ContentDataset.__table__.insert(),
        [{"content_id": each, "dataset_id": dataset["id"], "position": 0} for each in ids[1:]],
    )
    model.Session.execute(
        sa.text("UPDATE promote_content SET published_on = DATE '2026-01-01' + (random()*30)::int")
    )
    model.Session.commit()
    items: list[dict[str, Any]] = []
    page: dict[str, Any] = {"next": ""}
    while page["next"] is not None:
        page = act(None, "promote_dataset_content_list", dataset="air", limit=100,
                   cursor=page["next"])  # fmt: skip
        items += page["items"]
    assert sorted(item["id"] for item in items) == sorted(ids)
    dates = [item["published_on"] for item in items]
    assert dates == sorted(dates, reverse=True)
    assert "Show all 300" in app.get("/dataset/air").body
