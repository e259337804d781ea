"""What our pages, blocks and actions ask of PostgreSQL, Solr and Redis, beside CKAN's own.

Budgets: design §6. Stock is measured before there are contents, ours with them.
"""
from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import ckan.plugins as p
import pytest
from ckan import model
from ckan.tests import factories, helpers

from ckanext.promote.content import registry
from tests import counting
from tests.counting import Counts, beyond, copies, cost, linked
from tests.factories import Institution, act, content, institution

pytestmark = pytest.mark.usefixtures("portal", "own_publishing")

TYPES = ("story", "app", "tool", "news")
Costs = dict[tuple[str, str], Counts]


@dataclass
class World:
    """People, a dataset with resources, and what is made with it."""

    owner: Institution
    citizen: dict[str, Any]
    sysadmin: dict[str, Any]
    dataset: dict[str, Any]
    contents: list[str] = field(default_factory=list)

    def user(self, role: str) -> dict[str, Any] | None:
        """Who looks: visitor, citizen, editor (of the institution) or sysadmin."""
        return {
            "visitor": None,
            "citizen": self.citizen,
            "editor": self.owner.editor,
            "sysadmin": self.sysadmin,
        }[role]

    def add_contents(
        self, each: int, is_indexed: bool = False, types: tuple[str, ...] = TYPES
    ) -> None:
        """So many contents of each of the types, linked to the dataset."""
        for kind in types:
            kinds = {"tool_kind": "map"} if kind == "tool" else {}
            first = content(
                self.owner.editor, type=kind, title=f"A {kind}", owner_org=self.owner.id, **kinds
            )
            added = [first["id"], *copies(first["id"], each - 1, is_indexed)]
            linked(added, [self.dataset["id"]])
            self.contents += added


@pytest.fixture
def world(portal: Any) -> World:
    owner = institution(name="water-office")
    dataset = factories.Dataset(
        name="leaks", title="Leaks", owner_org=owner.id, notes="Every leak, every week.",
        resources=[{"url": f"https://a.example/{n}.csv", "format": "CSV"} for n in range(3)],
        tags=[{"name": "water"}, {"name": "leaks"}],
    )  # fmt: skip
    return World(owner, factories.UserWithToken(), factories.SysadminWithToken(), dataset)


def measured(app: Any, world: World, pages: list[tuple[str, str]]) -> Costs:
    """The cost of each page for each role."""
    return {(path, role): cost(app, path, world.user(role)) for path, role in pages}


def findings(ours: Costs, other: Costs, allowed: Callable[[str], int]) -> list[str]:
    """What is beyond the budget, page by page."""
    found = []
    for (path, role), counts in ours.items():
        found += problems(path, role, beyond(counts, other[path, role], allowed(path)))
    return found


def problems(path: str, role: str, *texts: str) -> list[str]:
    """What is wrong with a page for a role; no text is nothing wrong."""
    return [f"{path} as {role}: {text}" for text in texts if text]


EVERYBODY = ("visitor", "citizen", "editor")


def test_the_dataset_page_costs_at_most_four_statements_more_with_any_number_of_contents(
    world: World, ckan_config: Any
) -> None:
    pages = [("/dataset/leaks", role) for role in EVERYBODY]
    with counting.stock(ckan_config) as bare:
        stock = measured(bare, world, pages)
    app = helpers._get_test_app()
    sql = []
    for each in (0, 2, 48):  # contents of each type: none, about 10, 200 in all
        world.add_contents(each) if each else None
        ours = measured(app, world, pages)
        assert findings(ours, stock, lambda path: 4) == []
        sql.append({role: len(counts.sql) for (_, role), counts in ours.items()})
    assert len(world.contents) == 200
    assert "Show all 50" in app.get("/dataset/leaks").body
    assert sql[1:] == [sql[0], sql[0]]


PAGES_OF_CKAN = [
    *((path, role) for role in EVERYBODY for path in (
        "/", "/dataset", "/dataset?q=leaks", "/dataset?tags=water", "/organization", "/group",
        "/group/fields", "/user/login", "/about", "/dataset/groups/leaks", "/feeds/dataset.atom",
        "/api/3/action/package_show?id=leaks", "/api/3/action/package_search?q=leaks",
        "/api/3/action/organization_list?all_fields=1", "/api/3/action/status_show",
        "/organization/water-office",
    ) if not (role == "visitor" and "/dataset/groups" in path)),
    ("/dataset/new", "editor"), ("/dataset/edit/leaks", "editor"), ("/user/edit", "editor"),
    ("/organization/edit/water-office", "editor"), ("/dashboard/datasets", "editor"),
    ("/api/3/action/package_list", "visitor"),
    ("/api/3/action/package_autocomplete?q=le", "visitor"),
]  # fmt: skip
SEEN_THERE = {
    "/organization/water-office": 2,  # the block with its contents
    # Core asks the database or Solr past every hook here.
    "/api/3/action/package_list": 2,
    "/api/3/action/package_autocomplete?q=le": 1,
}


def test_other_pages_of_ckan_cost_nothing_more_but_for_what_is_seen_there(
    world: World, ckan_config: Any
) -> None:
    factories.Group(name="fields", users=[{"name": world.owner.editor["name"],
                                           "capacity": "admin"}])  # fmt: skip
    pages = [page for page in PAGES_OF_CKAN if page[0] != "/organization/edit/water-office"]
    pages.append(("/organization/edit/water-office", "sysadmin"))
    with counting.stock(ckan_config) as bare:
        stock = measured(bare, world, pages)
    app = helpers._get_test_app()
    world.add_contents(3, is_indexed=True)
    ours = measured(app, world, pages)
    assert findings(ours, stock, lambda path: SEEN_THERE.get(path, 0)) == []


def test_a_list_of_200_contents_costs_at_most_four_statements_more_than_200_datasets(
    world: World, ckan_config: Any, monkeypatch: Any
) -> None:
    monkeypatch.setitem(ckan_config, "ckan.datasets_per_page", 200)
    monkeypatch.setitem(ckan_config, "ckanext.promote.page_size", 200)
    copies(world.dataset["id"], 199, is_indexed=True)
    with counting.stock(ckan_config) as bare:
        stock = measured(bare, world, [("/dataset", role) for role in EVERYBODY])
        assert bare.get("/dataset").body.count("dataset-heading") == 200
    app = helpers._get_test_app()
    world.add_contents(200, is_indexed=True, types=("story",))
    for role in EVERYBODY:
        counts, page = counting.cost_and_text(app, "/story", world.user(role))
        assert page.count('<article class="promote-card"') == 200
        assert beyond(counts, stock["/dataset", role], 4) == "", role


def test_a_content_with_ten_datasets_costs_at_most_six_tenths_of_the_stock_dataset_page(
    world: World, ckan_config: Any
) -> None:
    with counting.stock(ckan_config) as bare:
        stock = measured(bare, world, [("/dataset/leaks", role) for role in EVERYBODY])
    app = helpers._get_test_app()
    world.add_contents(1)
    linked(world.contents, copies(world.dataset["id"], 9))
    for content_id in world.contents:
        for role in EVERYBODY:
            ours = cost(app, path_of(content_id), world.user(role))
            assert ours.numbers[1:] == (0, 0)
            assert len(ours.sql) <= 0.6 * len(stock["/dataset/leaks", role].sql)


def path_of(content_id: str) -> str:
    package = model.Package.get(content_id)
    return f"/{package.type}/{package.name}"


# --- One item and fifty: each page and each read, and all items there ---


@dataclass
class Crowd(World):
    """One of each thing, which ``grow`` makes fifty."""

    datasets: list[str] = field(default_factory=list)
    institutions: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)

    def grow(self, count: int) -> None:
        """So many more contents of the dataset, datasets and rows of the first content."""
        story, dataset = self.contents[0], self.dataset["id"]
        more = copies(story, count, is_indexed=True)
        linked(more, [dataset])
        self.contents += more
        others = copies(dataset, count, is_indexed=True)
        linked([story], others)
        self.datasets += others
        self.institutions += counting.copied_institutions(self.owner.id, count)
        self.rows = [f"https://elsewhere.example/{n}" for n in range(len(self.datasets))]
        rows = [{"title": "Other data", "url": url} for url in self.rows]
        act(self.owner.editor, "promote_content_update", id=story, external_datasets=rows)

    def titles(self, ids: list[str]) -> list[str]:
        """Titles of packages."""
        return [model.Package.get(each).title for each in ids]


@pytest.fixture
def crowd(world: World, ckan_config: Any, monkeypatch: Any) -> Crowd:
    monkeypatch.setitem(ckan_config, "ckanext.promote.page_size", 100)
    many = Crowd(world.owner, world.citizen, world.sysadmin, world.dataset)
    first = content(world.owner.editor, owner_org=world.owner.id, datasets=["leaks"], name="one",
                    external_datasets=[{"title": "Other", "url": "https://elsewhere.example/0"}],
                    tags=[{"name": "water"}])  # fmt: skip
    content(world.owner.editor, type="app", name="the-app", owner_org=world.owner.id)
    many.contents, many.datasets = [first["id"]], [world.dataset["id"]]
    many.institutions, many.rows = ["water-office"], ["https://elsewhere.example/0"]
    return many


Items = Callable[[Crowd], list[str]]


@dataclass(frozen=True)
class Page:
    """A page of ours: who sees it, what it may cost beyond /about, and what is on it."""

    path: str
    sql: int
    roles: tuple[str, ...] = EVERYBODY
    solr: int = 0
    items: tuple[Items, ...] = ()


def contents_titles(crowd: Crowd) -> list[str]:
    return crowd.titles(crowd.contents)


def datasets_titles(crowd: Crowd) -> list[str]:
    return crowd.titles(crowd.datasets)


def dataset_boxes(crowd: Crowd) -> list[str]:
    names = [model.Package.get(each).name for each in crowd.datasets]
    return [f'name="datasets" value="{name}" checked' for name in names]


def institution_options(crowd: Crowd) -> list[str]:
    return [f'<option value="{name}"' for name in crowd.institutions]


def rows(crowd: Crowd) -> list[str]:
    return crowd.rows


WRITERS = ("sysadmin",)  # who may write for all of the fifty institutions
PAGES = {
    "search": Page("", sql=8, solr=1, items=(contents_titles,)),
    "read": Page("/one", sql=16, items=(datasets_titles, rows)),
    "new": Page("/new", sql=8, roles=WRITERS, items=(institution_options,)),
    "edit": Page(
        "/edit/one", sql=12, roles=WRITERS, items=(dataset_boxes, institution_options, rows)
    ),
    "delete": Page("/delete/one", sql=12, roles=("editor",)),
}
"""By endpoint, below the path of each type. A page without a row here fails a test."""
MEASURED_ELSEWHERE = {
    "app.download",  # tests/content/test_downloads.py
}


def test_every_page_of_ours_has_a_budget(app: Any) -> None:
    flask_app = app.flask_app
    ours = {
        rule.endpoint
        for rule in flask_app.url_map.iter_rules()
        if flask_app.view_functions[rule.endpoint].__module__.startswith("ckanext.promote.")
        and "GET" in rule.methods
    }
    everywhere = {f"{each}.{name}" for each in registry.package_types() for name in PAGES}
    assert ours == everywhere | MEASURED_ELSEWHERE


def test_pages_ask_the_same_for_one_and_for_fifty_and_show_them_all(
    crowd: Crowd, app: Any
) -> None:
    pages = [(f"/story{page.path}", role, page) for page in PAGES.values() for role in page.roles]
    one = measured(app, crowd, [(path, role) for path, role, _ in pages])
    crowd.grow(49)
    about = {role: cost(app, "/about", crowd.user(role)) for role in (*EVERYBODY, *WRITERS)}
    found = []
    for path, role, page in pages:
        fifty, text = counting.cost_and_text(app, path, crowd.user(role))
        expected = [items(crowd) for items in page.items]
        assert [len(each) for each in expected] == [50] * len(expected)
        lacking = [item for item in chain(*expected) if item not in text]
        found += problems(
            path, role, beyond(fifty, about[role], page.sql, page.solr),
            growth(one[path, role], fifty), "lacks " + ", ".join(lacking) if lacking else "",
        )  # fmt: skip
    assert found == []


def growth(one: Counts, fifty: Counts) -> str:
    """What fifty items cost more or less than one."""
    if fifty.numbers == one.numbers:
        return ""
    return f"{fifty.numbers} for fifty, {one.numbers} for one:\n{fifty.beyond(one)}"


def test_the_block_on_an_institution_page_asks_the_same_for_one_and_for_fifty(
    crowd: Crowd, app: Any
) -> None:
    pages = [("/organization/water-office", role) for role in EVERYBODY]
    one = measured(app, crowd, pages)
    more = copies(crowd.contents[0], 49, is_indexed=True)
    fifty = measured(app, crowd, pages)
    assert {key: counts.numbers for key, counts in fifty.items()} == {
        key: counts.numbers for key, counts in one.items()
    }
    assert len(more) == 49


@dataclass(frozen=True)
class Read:
    """A reading action: its parameters, what it may cost, and which items it gives."""

    query: str
    sql: int
    given: Callable[[Any], list[str]] = lambda answer: []
    expected: Items = lambda crowd: []


def ids(answer: Any) -> list[str]:
    return [item["id"] for item in answer["items"]]


def names(crowd: Crowd) -> list[str]:
    return [model.Package.get(each).name for each in crowd.datasets]


READS = {
    "promote_content_show": Read("id=one", 8, lambda answer: answer["datasets"], names),
    "promote_content_list": Read("type=story&limit=100", 8, ids, lambda crowd: crowd.contents),
    "promote_app_download_count": Read("id=the-app", 2),
    "promote_dataset_content_list": Read(
        "dataset=leaks&limit=100", 8, ids, lambda crowd: crowd.contents
    ),
    "promote_content_dataset_list": Read("id=one&limit=100", 8, ids, lambda crowd: crowd.datasets),
    "promote_content_type_list": Read("", 0),
    "promote_content_type_show": Read("type=story", 0),
    # CKAN's own, which ours surround: they cost what they cost, and the same for all.
    "package_list": Read("", 8, list, names),
    "package_autocomplete": Read(
        "q=leaks&limit=100", 12, lambda found: [each["name"] for each in found], names
    ),
    "tag_show": Read(
        "id=water&include_datasets=true", 12,
        lambda tag: [each["name"] for each in tag["packages"]], names,
    ),
}
"""A reading action without a row here fails a test. The statements count beyond the sign-in."""


def test_every_reading_action_of_ours_has_a_budget(app: Any) -> None:
    ours = p.get_plugin("promote").get_actions().items()
    assert {name for name, do in ours if getattr(do, "side_effect_free", False)} == set(READS)


def test_reads_ask_the_same_for_one_and_for_fifty_and_give_them_all(
    crowd: Crowd, app: Any
) -> None:
    reads = {f"/api/3/action/{name}?{read.query}": read for name, read in READS.items()}
    one = measured(app, crowd, [(path, role) for path in reads for role in EVERYBODY])
    crowd.grow(49)
    signed_in = {role: cost(app, "/api/3", crowd.user(role)) for role in EVERYBODY}
    found = []
    for (path, role), before in one.items():
        read = reads[path]
        fifty, text = counting.cost_and_text(app, path, crowd.user(role))
        given, expected = read.given(json.loads(text)["result"]), read.expected(crowd)
        found += problems(
            path, role, beyond(fifty, signed_in[role], read.sql, solr=fifty.numbers[1]),
            growth(before, fifty),
            "" if sorted(given) == sorted(expected) else f"gives {given}, not {expected}",
        )  # fmt: skip
    assert found == []
