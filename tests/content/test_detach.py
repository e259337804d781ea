"""``ckan promote detach`` and ``attach``: contents turn into datasets, and into contents again."""
from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import ckan.plugins as p
import ckantoolkit as tk
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from ckan import logic, model
from ckan.lib import search
from ckan.lib.search import common
from ckan.tests import factories, helpers
from click.testing import CliRunner, Result

from ckanext.promote.cli import promote
from ckanext.promote.cli.detach import attach, detach
from ckanext.promote.content import leaving
from ckanext.promote.portal.existing_compare import look
from tests.counting import stock
from tests.factories import Institution, act, content, headers, institution

TYPES = ("story", "app")
ROLES = ("visitor", "editor", "sysadmin")
API = "/api/3/action/"
OLD_INDEX = "The search index is not up to date: run `ckan search-index rebuild`."
LIKE_A_TYPE = 'It says "type": "story" and {"package": {"type": "story"}}.'

pytestmark = pytest.mark.ckan_config("ckan.plugins", "activity promote")


@dataclass
class World:
    """A dataset, a content of each type that uses it, and an archived story."""

    app: Any
    owner: Institution
    sysadmin: dict[str, Any]

    def get(self, path: str, role: str = "visitor", app: Any = None) -> Any:
        """A page or an answer of the API."""
        user = {"visitor": None, "editor": self.owner.editor, "sysadmin": self.sysadmin}[role]
        path = path.format(editor=self.owner.editor["name"])
        return (app or self.app).get(path, headers=headers(user), follow_redirects=False)


@pytest.fixture
def world(clean_db: None, migrate_db_for: Any, request: Any) -> World:
    migrate_db_for("activity")
    for name in ("portal", "own_publishing"):
        request.getfixturevalue(name)
    app, owner = helpers._get_test_app(), institution(name="water-office")
    act(owner.editor, "package_create", name="pipes", title="Pipes", owner_org=owner.id,
        notes=LIKE_A_TYPE)  # fmt: skip
    for kind in TYPES:
        content(
            owner.editor, type=kind, name=f"a-{kind}", title=f"A {kind}", owner_org=owner.name,
            datasets=["pipes"], body=LIKE_A_TYPE, unmapped={"type": "story"},
        )  # fmt: skip
    content(owner.editor, name="old-story", title="Old story", owner_org=owner.name)
    act(owner.editor, "promote_content_archive", id="old-story")
    return World(app, owner, factories.SysadminWithToken())


def run(command: Any, *arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(command, arguments, input=given)


def said(command: Any, *arguments: str) -> list[str]:
    """The lines that a command prints, when it ends well."""
    done = run(command, *arguments)
    assert done.exit_code == 0, done.output
    return done.output.splitlines()


def types() -> dict[str, str]:
    """Package types by name."""
    package = model.Package
    rows = model.Session.execute(sa.select(package.name, package.type).order_by(package.name))
    return {row.name: row.type for row in rows}


def rows(statement: str) -> list[Any]:
    return [tuple(row) for row in model.Session.execute(sa.text(statement))]


def activity() -> list[tuple[str, Any]]:
    """What the activity stream tells, read."""
    found = rows("SELECT id, data FROM activity WHERE data LIKE '%package%' ORDER BY timestamp, id")
    return [(each, json.loads(data)) for each, data in found]


def documents() -> list[dict[str, Any]]:
    """The index, without what changes whenever an entry is written."""
    found = common.make_connection().search("*:*", rows=100, sort="id asc")
    return [
        {key: value for key, value in each.items() if key not in ("_version_", "indexed_ts")}
        for each in found
    ]


def indexed_anew() -> None:
    """The index as `ckan search-index rebuild` makes it."""
    search.rebuild(quiet=True)
    common.make_connection().commit()


@contextmanager
def without_table(name: str) -> Iterator[None]:
    """A database that has no such table, as long as the block lasts."""
    rename(name, f"{name}_away")
    try:
        yield
    finally:
        model.Session.rollback()
        rename(f"{name}_away", name)


def rename(table: str, new: str) -> None:
    model.Session.execute(sa.text(f"ALTER TABLE {table} RENAME TO {new}"))
    model.Session.commit()


def app_with_plugins_loaded_anew() -> Any:
    """What a restart gives, after an option was changed."""
    logic.clear_validators_cache()
    p.load_all()
    return helpers._get_test_app()


CONTENTS = {"a-app": "app", "a-story": "story", "old-story": "story"}
AS_DATASETS = dict.fromkeys((*CONTENTS, "pipes"), "dataset")


# --- What is changed ---


def test_all_contents_become_datasets_and_nothing_else_changes(world: World):
    factories.Dataset(name="harvest-source", type="harvest")
    assert types() == {"harvest-source": "harvest", "pipes": "dataset", **CONTENTS}
    before = rows("SELECT id, type, data, version FROM promote_content ORDER BY id")
    dates = rows("SELECT id, metadata_modified, state FROM package ORDER BY id")
    leaving.detach(model.Session)
    assert types() == {"harvest-source": "harvest", **AS_DATASETS}
    assert rows("SELECT id, type, data, version FROM promote_content ORDER BY id") == before
    assert rows("SELECT id, metadata_modified, state FROM package ORDER BY id") == dates


def test_activity_tells_of_datasets_and_only_that_word_of_it_changes(world: World):
    factories.Dataset(name="harvest-source", type="harvest")
    before = activity()
    assert [each["package"]["type"] for _, each in before] == [
        "dataset", *TYPES, "story", "story", "harvest",
    ]  # fmt: skip
    leaving.detach(model.Session)
    for _, each in before:
        if each["package"]["type"] != "harvest":
            each["package"]["type"] = "dataset"
    assert activity() == before
    assert before[1][1]["package"]["body"] == LIKE_A_TYPE
    assert before[1][1]["package"]["unmapped"] == {"type": "story"}


def test_without_the_table_of_activity_it_is_left_alone(world: World):
    with without_table("activity"):
        changed = leaving.detach(model.Session)
        assert (len(changed.ids), changed.activity) == (3, 0)
        assert len(leaving.attach(model.Session).ids) == 3


def test_the_commands_count_what_they_change_and_a_second_run_changes_nothing(world: World):
    assert said(detach, "--yes") == [
        "Detached 3 contents, and changed 4 activity entries to match."
    ]
    assert said(detach, "--yes") == [
        "Detached 0 contents, and changed 0 activity entries to match."
    ]
    assert said(attach) == ["Attached 3 contents, and changed 4 activity entries to match."]
    assert said(attach) == ["Attached 0 contents, and changed 0 activity entries to match."]


def test_they_are_commands_of_ckan_promote():
    assert [promote.commands[name] for name in ("attach", "detach")] == [attach, detach]


def test_one_is_one(world: World):
    said(detach, "--yes")
    content(world.owner.editor, name="new-story", owner_org=world.owner.name)
    assert said(detach, "--yes") == ["Detached 1 content, and changed 1 activity entry to match."]


def test_attach_after_detach_gives_what_was_before(world: World):
    tables = ("package", "promote_content", "promote_content_dataset", "promote_event")
    pages = ["/story/a-story", "/story", "/dataset/pipes", "/organization/water-office",
             "/dataset", "/user/{editor}", f"{API}promote_content_show?id=a-story",
             f"{API}package_show?id=a-app"]  # fmt: skip

    def everything() -> Any:
        stored = [rows(f"SELECT * FROM {name} ORDER BY id") for name in tables]  # noqa: S608 -- ours
        shown = [(page, role, lines(world, page, role)) for page in pages for role in ROLES]
        return stored, activity(), documents(), shown

    indexed_anew()  # what is indexed at a create has its keys in another order
    before = everything()
    said(detach, "--yes")
    assert everything() != before
    said(attach)
    assert everything() == before


def lines(world: World, page: str, role: str) -> list[str]:
    """A page without what changes with every look."""
    body = world.get(page, role).body
    return look(page, {"status": 200, "headers": [["Content-Type", "text/html"]], "body": body}, []
                ).lines  # fmt: skip


# --- CKAN without the plugin ---

OF_CKAN = [
    "/", "/dataset", "/dataset/pipes", "/dataset/a-story", "/dataset/a-app", "/dataset?q=story",
    "/organization", "/organization/water-office", "/user/{editor}", "/user/activity/{editor}",
    "/organization/activity/water-office", "/dataset/activity/a-story", "/dataset/groups/a-story",
    "/dataset/edit/a-story", "/dataset/resources/a-story", "/dashboard/", "/dashboard/datasets",
    "/ckan-admin/trash", "/ckan-admin/activities", "/feeds/dataset.atom",
    f"{API}package_search", f"{API}package_show?id=a-story", f"{API}package_list",
    f"{API}recently_changed_packages_activity_list",
]  # fmt: skip


def failing(world: World, paths: Iterable[str], app: Any = None) -> list[str]:
    """The pages that are errors of CKAN."""
    return [path for path in paths for role in ROLES if _fails(world, path, role, app)]


def _fails(world: World, path: str, role: str, app: Any) -> bool:
    try:
        return world.get(path, role, app).status_code >= 500
    except Exception:  # noqa: BLE001 -- the test application passes all errors on
        model.Session.rollback()
        return True


def test_ckan_answers_without_the_plugin_once_its_contents_are_detached(
    world: World, ckan_config: Any
):
    with stock(ckan_config) as app:
        lists = ["/dataset", "/user/{editor}", "/ckan-admin/trash"]
        assert set(failing(world, lists, app)) == set(lists)
    said(detach, "--yes")
    with stock(ckan_config) as app:
        assert failing(world, OF_CKAN, app) == []
        assert world.get("/dataset/a-story", app=app).status_code == 200
        found = world.get(f"{API}package_search?q=title:story", app=app).json["result"]
        assert [each["name"] for each in found["results"]] == ["a-story"]


def test_the_index_is_what_ckan_would_make_without_the_plugin(world: World, ckan_config: Any):
    said(detach, "--yes")
    with_plugin = documents()
    assert len(with_plugin) == 3
    with stock(ckan_config):
        indexed_anew()
        assert documents() == with_plugin


# --- Detached, with the plugin still on ---


def test_nothing_fails_while_contents_are_detached_and_the_plugin_is_on(world: World):
    said(detach, "--yes")
    assert failing(world, OF_CKAN) == []
    assert world.get("/dataset/a-story").status_code == 200


def test_a_detached_content_is_no_content(world: World):
    pages = [f"/{kind}/{page}a-{kind}" for kind in TYPES for page in ("", "edit/", "delete/")]
    assert [world.get(page, "editor").status_code for page in pages] == [200] * len(pages)
    said(detach, "--yes")
    lists = ["promote_content_list", "promote_dataset_content_list?dataset=pipes"]
    for role in ROLES:
        assert [world.get(page, role).status_code for page in pages] == [404] * len(pages)
        assert [world.get(API + each, role).json["result"]["total"] for each in lists] == [0, 0]
        for page in ("/story", "/app", "/dataset/pipes", "/organization/water-office"):
            shown = BeautifulSoup(world.get(page, role).body, "html.parser")
            assert shown.select(".promote-card") == [], page


def test_a_detached_content_is_changed_as_a_dataset_and_attached_with_the_change(world: World):
    said(detach, "--yes")
    with pytest.raises(tk.ObjectNotFound):
        act(world.owner.editor, "promote_content_update", id="a-story", title="Lost")
    with pytest.raises(tk.ObjectNotFound):
        act(world.owner.editor, "promote_content_archive", id="a-story")
    act(world.owner.editor, "package_patch", id="a-story", title="New title")
    said(attach)
    shown = act(None, "promote_content_show", id="a-story")
    assert (shown["title"], shown["body"]) == ("New title", LIKE_A_TYPE)


# --- Types that have another name, or are not on ---


def test_attach_gives_contents_the_new_names_of_their_types(
    world: World, ckan_config: Any, monkeypatch: Any
):
    monkeypatch.setitem(
        ckan_config, "ckanext.promote.types", ["story", "app:portal_app:apps"]
    )
    app = app_with_plugins_loaded_anew()
    assert world.get("/apps/a-app", app=app).status_code == 404
    assert said(attach) == ["Attached 1 content, and changed 1 activity entry to match."]
    assert types() == {"pipes": "dataset", **CONTENTS, "a-app": "portal_app"}
    assert failing(world, OF_CKAN, app) == []
    assert world.get("/apps/a-app", app=app).status_code == 200
    listed = BeautifulSoup(world.get("/apps", app=app).body, "html.parser")
    assert len(listed.select(".promote-card")) == 1
    assert said(detach, "--yes")[0].startswith("Detached 3 contents")
    assert said(attach)[0].startswith("Attached 3 contents")
    assert types()["a-app"] == "portal_app"


def test_contents_of_a_type_that_is_not_on_are_detached_and_stay_so(
    world: World, ckan_config: Any, monkeypatch: Any
):
    monkeypatch.setitem(ckan_config, "ckanext.promote.types", ["story"])
    assert said(detach, "--yes")[0].startswith("Detached 3 contents")
    assert said(attach) == [
        "Attached 2 contents, and changed 3 activity entries to match.",
        "Contents whose type is not on stayed as they were: app.",
    ]
    assert types() == {**AS_DATASETS, "a-story": "story", "old-story": "story"}


# --- When it does not go well ---


def test_detach_asks_and_no_leaves_everything(world: World):
    done = run(detach, given="n\n")
    assert done.exit_code == 1
    assert done.output.splitlines()[0] == (
        "All contents become datasets, listed with the others. Go on? [y/N]: n"
    )
    assert types() == {"pipes": "dataset", **CONTENTS}
    assert run(detach, given="y\n").exit_code == 0
    assert types() == AS_DATASETS


def test_a_dead_search_index_is_said_and_what_was_changed_stays(
    world: World, ckan_config: Any, monkeypatch: Any
):
    nobody = "http://127.0.0.1:1/solr/ckan"
    monkeypatch.setitem(ckan_config, "solr_url", nobody)
    if hasattr(common, "SolrSettings"):  # CKAN 2.11 keeps the address there
        monkeypatch.setattr(common.SolrSettings, "_url", nobody)
    done = run(detach, "--yes")
    assert done.exit_code == 1
    assert [line for line in done.output.splitlines() if "Detached" in line or "index" in line] == [
        "Detached 3 contents, and changed 4 activity entries to match.",
        OLD_INDEX,
    ]
    assert types() == AS_DATASETS


def test_who_stops_it_is_told_what_is_left_to_do(world: World, monkeypatch: Any):
    def stopped(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(search, "rebuild", stopped)
    done = run(detach, "--yes")
    assert done.exit_code == 1
    assert OLD_INDEX in done.output.splitlines()
    assert types() == AS_DATASETS


@pytest.mark.parametrize("command", [detach, attach])
def test_without_our_tables_there_is_one_sentence(world: World, command: Any):
    with without_table("promote_content"):
        done = run(command, *(["--yes"] if command is detach else []))
        assert (done.exit_code, done.output) == (
            1, "There are no tables of this plugin; `ckan db upgrade` makes them.\n",
        )  # fmt: skip
