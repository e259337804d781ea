"""Contents are no datasets, and tell nothing of private ones: whatever could leak is made first."""
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ckan.plugins as p
import pytest
from bs4 import BeautifulSoup
from ckan import logic, model
from ckan.lib.search.common import make_connection
from ckan.tests import factories, helpers

from tests.factories import Institution, act, content, headers, institution

TYPES = ("story", "app", "tool", "news", "event", "study")
"""As many as an institution's page shows at once."""

ROLES = ("visitor", "editor", "sysadmin")
API = "/api/3/action/"


@dataclass
class World:
    """An institution with a public dataset, a private one, and a content of each type with both.

    The contents share tag, group and author with the public dataset.
    """

    app: Any
    owner: Institution
    sysadmin: dict[str, Any]
    ids: dict[str, str]

    def named(self, body: str) -> list[str]:
        """Which contents a text names, by name, title or id."""
        names = [f"zanzibar-{kind}" for kind in TYPES]
        titles = [f"Zanzibar {kind}" for kind in TYPES]
        return [word for word in (*names, *titles, *map(self.ids.get, names)) if word in body]

    def get(self, path: str, role: str = "visitor") -> Any:
        """A page or an answer of the API."""
        user = {"visitor": None, "editor": self.owner.editor, "sysadmin": self.sysadmin}[role]
        return self.app.get(path, headers=headers(user), follow_redirects=False)

    def result(self, action: str, role: str = "visitor") -> Any:
        """What an action gives."""
        answer = self.get(f"{API}{action}", role)
        assert answer.status_code == 200, answer.body
        return answer.json["result"]


def contents_of(owner: Institution, group_id: str) -> dict[str, str]:
    made = {}
    for kind in TYPES:
        new = content(
            owner.editor, type=kind, name=f"zanzibar-{kind}", title=f"Zanzibar {kind}",
            owner_org=owner.name, tags=[{"name": "river"}],
            datasets=["pipe-register", "secret-budget"],
        )  # fmt: skip
        act(owner.editor, "member_create", id=group_id, object=new["id"], object_type="package",
            capacity="public")  # fmt: skip
        act(owner.editor, "promote_content_update", id=new["id"], axis="servicios-publicos")
        made[new["name"]] = new["id"]
    return made


@pytest.fixture
def world(portal: Any, own_publishing: None) -> World:
    app, owner = helpers._get_test_app(), institution(name="water-office")
    editor = {"name": owner.editor["name"], "capacity": "admin"}
    group = factories.Group(name="fields", users=[editor])
    datasets = {
        "pipe-register": act(
            owner.editor, "package_create", name="pipe-register", title="Pipe Register",
            owner_org=owner.id, tags=[{"name": "river"}], groups=[{"name": "fields"}],
        ),
        "secret-budget": act(
            owner.editor, "package_create", name="secret-budget", title="Secret Budget",
            owner_org=owner.id, private=True,
        ),
    }  # fmt: skip
    ids = {name: each["id"] for name, each in datasets.items()} | contents_of(owner, group["id"])
    return World(app, owner, factories.SysadminWithToken(), ids)


SURFACES = [
    "/", "/dataset", "/dataset/", "/dataset?q=zanzibar", "/dataset?tags=river",
    "/dataset?groups=fields", "/dataset?organization=water-office",
    "/organization", "/group", "/group/fields", "/group/fields?q=zanzibar",
    "/organization/bulk_process/water-office", "/user/{editor}", "/dashboard/datasets",
    "/feeds/dataset.atom", "/feeds/organization/water-office.atom", "/feeds/group/fields.atom",
    "/feeds/tag/river.atom", "/feeds/custom.atom?q=zanzibar",
    "/api/2/util/dataset/autocomplete?incomplete=zan",
    API + "package_search", API + "package_search?q=zanzibar&rows=100",
    API + "package_search?include_private=true&include_drafts=true&include_deleted=true",
    API + "package_search?fq=tags:river", API + "package_search?fq=groups:fields",
    API + "package_search?fq=organization:water-office", API + "package_search?fq=state:active",
    API + 'package_search?facet.field=["tags","groups","organization","vocab_promote_kind"]',
    API + "package_search?fq=vocab_promote_kind:map", API + "package_search?q=title:zanzibar",
    API + "package_list", API + "package_list?limit=50&offset=0",
    API + "package_autocomplete?q=zan", API + "package_autocomplete?q=Zanzibar",
    API + "current_package_list_with_resources",
    API + "organization_list?all_fields=true&include_dataset_count=true",
    API + "organization_show?id=water-office&include_datasets=true",
    API + "group_list?all_fields=true&include_dataset_count=true",
    API + "group_show?id=fields&include_datasets=true", API + "group_package_show?id=fields",
    API + "tag_show?id=river&include_datasets=true", API + "tag_list?all_fields=true",
    API + "user_show?id={editor}&include_datasets=true",
    API + "organization_list_for_user", API + "resource_search?query=name:zanzibar",
]  # fmt: skip


def surfaces(world: World, role: str) -> Iterator[tuple[str, Any]]:
    for surface in SURFACES:
        path = surface.format(editor=world.owner.editor["name"])
        answer = world.get(path, role)
        # Visitors have no dashboard, and only admins work on many datasets at once.
        assert answer.status_code == 200 or "/dashboard" in path or "/bulk_process" in path, path
        yield path, answer


@pytest.mark.parametrize("role", ROLES)
def test_contents_are_in_no_list_search_or_feed_of_datasets(world: World, role: str) -> None:
    found = [path for path, answer in surfaces(world, role) if world.named(answer.body)]
    assert found == []


def words(page: Any) -> str:
    return " ".join(BeautifulSoup(page.body, "html.parser").text.split())


@pytest.mark.parametrize("role", ["visitor", "sysadmin"])
def test_contents_are_in_no_count_of_datasets(world: World, role: str) -> None:
    seen = 1 if role == "visitor" else 2
    assert world.result("package_search?include_private=true", role)["count"] == seen
    facets = world.result('package_search?rows=0&facet.field=["tags"]', role)["search_facets"]
    assert [(item["name"], item["count"]) for item in facets["tags"]["items"]] == [("river", 1)]
    assert [each["package_count"] for each in world.result("organization_list?all_fields=1", role)
            ] == [seen]  # fmt: skip
    assert [each["package_count"] for each in world.result("group_list?all_fields=1", role)] == [1]
    assert world.result("organization_show?id=water-office", role)["package_count"] == seen
    assert world.result("group_show?id=fields", role)["package_count"] == 1
    assert f"{seen} dataset" in words(world.get("/dataset", role))
    assert "1 dataset" in words(world.get("/group/fields", role))
    assert f"{seen} dataset" in words(world.get("/organization/water-office", role))


def test_the_page_of_an_institution_lists_datasets_and_shows_contents_apart(world: World) -> None:
    page = BeautifulSoup(world.get("/organization/water-office").body, "html.parser")
    block = page.select_one(".promote-block").extract()
    assert sorted(title.text.strip() for title in block.select(".promote-card-title")) == [
        f"Zanzibar {kind}" for kind in sorted(TYPES)
    ]
    assert "zanzibar" not in page.text.lower()
    assert [h.text.strip() for h in page.select(".dataset-heading")] == ["Pipe Register"]


def test_pages_of_names_are_full_and_meet_without_a_gap(world: World) -> None:
    for number in range(4):
        factories.Dataset(name=f"zz-{number}")
    everything = world.result("package_list")
    assert everything == ["pipe-register", *(f"zz-{number}" for number in range(4))]
    pages = [world.result(f"package_list?limit=2&offset={start}") for start in (0, 2, 4)]
    assert pages == [everything[:2], everything[2:4], everything[4:]]
    whole = world.result("current_package_list_with_resources?limit=3")
    assert len(whole) == 3


ASKED_FOR = [
    "fq=dataset_type:{}", "fq=%2Bdataset_type:{}", "q=dataset_type:{}", 'fq=dataset_type:"{}"',
    "q=zanzibar&fq=dataset_type:{}", "fq=dataset_type:({})", "fq=tags:river+dataset_type:{}",
]  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_contents_are_found_where_their_type_is_asked_for(world: World, role: str) -> None:
    for query in ASKED_FOR:
        for kind in TYPES:
            found = world.result(f"package_search?{query.format(kind)}", role)
            names = [each["name"] for each in found["results"]]
            assert (names, found["count"]) == ([f"zanzibar-{kind}"], 1), query


# --- Switched off ---


@pytest.fixture
def off(world: World, ckan_config: Any, monkeypatch: Any) -> World:
    """The same portal after ``content`` was taken out of the features."""
    monkeypatch.setitem(ckan_config, "ckanext.promote.features", [])
    logic.clear_validators_cache()
    p.load_all()
    return World(helpers._get_test_app(), world.owner, world.sysadmin, world.ids)


OF_CORE = re.compile(r"package_list|autocomplete|tag_show")


@pytest.mark.parametrize("role", ROLES)
def test_contents_are_among_no_datasets_when_the_feature_is_off(off: World, role: str) -> None:
    pages = [*surfaces(off, role), ("page", off.get("/organization/water-office", role))]
    found = [path for path, answer in pages if off.named(answer.body)]
    assert [path for path in found if not OF_CORE.search(path)] == []


def test_what_core_asks_past_the_hooks_stays_clean_when_the_feature_is_off(off: World) -> None:
    found = [path for path, answer in surfaces(off, "visitor") if off.named(answer.body)]
    assert found == []


# --- Private datasets in what is said of contents ---

ABOUT_CONTENTS = [
    API + "package_show?id=zanzibar-story",
    API + "package_show?id=zanzibar-story&use_default_schema=true",
    API + "package_search?fq=dataset_type:story",
    API + "package_search?q=dataset_type:story&rows=50",
    API + "package_search?fq=dataset_type:story&use_default_schema=true",
    API + "package_search?fq=dataset_type:story&fl=data_dict,validated_data_dict,text,notes",
    API + "promote_content_show?id=zanzibar-story",
    API + "promote_content_list?institution=water-office",
    API + "promote_dataset_content_list?dataset=pipe-register",
    API + "promote_content_dataset_list?id=zanzibar-story",
    "/story", "/story?q=zanzibar", "/story?q=secret", "/story/zanzibar-story",
    "/es/story/zanzibar-story", "/organization/water-office", "/dataset/pipe-register",
]  # fmt: skip
OF_ACTIVITY = [
    API + "package_activity_list?id=zanzibar-story",
    API + "recently_changed_packages_activity_list",
    API + "organization_activity_list?id=water-office", API + "user_activity_list?id={editor}",
    "/organization/activity/water-office", "/user/activity/{editor}",
    "/dataset/activity/pipe-register",
]  # fmt: skip


def told(world: World, paths: list[str], name: str, title: str) -> list[str]:
    """Where visitors read a dataset's name, title or id."""
    secrets = (name, title, world.ids[name])
    found = []
    for path in paths:
        body = world.get(path.format(editor=world.owner.editor["name"])).body
        if any(secret in body for secret in secrets):
            found.append(path)
    return found


def test_a_private_dataset_is_named_in_nothing_about_its_contents(world: World) -> None:
    assert told(world, ABOUT_CONTENTS, "secret-budget", "Secret Budget") == []
    assert "Secret Budget" in world.get("/story/zanzibar-story", "editor").body


@pytest.mark.ckan_config("ckan.plugins", "activity promote")
def test_a_private_dataset_is_named_in_no_activity_of_its_contents(
    migrate_db_for: Any, clean_db: Any, request: Any
) -> None:
    migrate_db_for("activity")
    world = request.getfixturevalue("world")
    assert told(world, OF_ACTIVITY, "secret-budget", "Secret Budget") == []
    [first, *_] = world.result("package_activity_list?id=zanzibar-story")
    assert first["data"]["package"]["title"] == "Zanzibar story"


def test_a_dataset_that_turns_private_is_named_no_more_at_once(world: World) -> None:
    assert told(world, ABOUT_CONTENTS[:1], "pipe-register", "Pipe Register") == ABOUT_CONTENTS[:1]
    act(world.owner.editor, "package_patch", id="pipe-register", private=True)
    paths = [path for path in ABOUT_CONTENTS if "pipe-register" not in path]
    assert len(paths) == len(ABOUT_CONTENTS) - 2
    assert told(world, paths, "pipe-register", "Pipe Register") == []


def test_the_index_holds_ids_of_datasets_in_one_field_and_no_name(world: World) -> None:
    documents = list(make_connection().search("*:*", fq="dataset_type:story", rows=10))
    [document] = documents
    assert sorted(document.pop("vocab_promote_datasets")) == sorted(
        [world.ids["pipe-register"], world.ids["secret-budget"]]
    )
    words = ("pipe-register", "Pipe Register", "secret", "Secret", *world.ids.values())
    assert [word for word in words if word in str(document)] == [world.ids["zanzibar-story"]]
    assert "organization" not in document


@pytest.mark.parametrize("role", ROLES)
def test_an_archived_content_is_named_in_nothing_about_its_datasets(
    world: World, role: str
) -> None:
    act(world.owner.editor, "promote_content_archive", id="zanzibar-story")
    paths = [
        "/dataset/pipe-register", "/story", "/organization/water-office",
        "/dataset/zanzibar-story", API + "package_show?id=pipe-register",
        API + "promote_dataset_content_list?dataset=pipe-register",
        API + "promote_content_list", API + "package_search?fq=dataset_type:story",
    ]  # fmt: skip
    found = [path for path in paths if "Zanzibar story" in world.get(path, role).body]
    assert found == []


@pytest.mark.ckan_config("ckan.plugins", "activity promote")
def test_the_activity_of_an_archived_content_is_not_public(
    migrate_db_for: Any, clean_db: Any, request: Any
) -> None:
    migrate_db_for("activity")
    world = request.getfixturevalue("world")
    paths = [path.format(editor=world.owner.editor["name"]) for path in OF_ACTIVITY[1:]]
    before = [path for path in paths if "Zanzibar story" in world.get(path).body]
    assert before != []
    act(world.owner.editor, "promote_content_archive", id="zanzibar-story")
    assert [path for path in paths if "Zanzibar story" in world.get(path).body] == []
    assert world.get(API + "package_activity_list?id=zanzibar-story").status_code == 403


# --- Core's dataset pages, with the name of a content in the address ---


@pytest.mark.ckan_config("ckan.plugins", "activity promote")
@pytest.mark.ckan_config("ckan.auth.allow_dataset_collaborators", True)
def test_no_page_of_datasets_breaks_on_a_content(
    migrate_db_for: Any, clean_db: Any, request: Any
) -> None:
    migrate_db_for("activity")
    world = request.getfixturevalue("world")
    for page in ("", "groups/", "activity/", "followers/", "resources/", "edit/", "delete/"):
        for role in ROLES:
            answer = world.get(f"/dataset/{page}zanzibar-story", role)
            assert answer.status_code in (200, 302, 403), page
            if answer.status_code == 302:
                assert re.search(r"/story/(edit/)?zanzibar-story$", answer.location), page
    assert model.Package.get("zanzibar-story").state == "active"
