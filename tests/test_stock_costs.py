"""What our blocks, lists and contents cost beside CKAN without the plugin, and CKAN's own pages.

Stock is measured before there are contents, ours with them.
"""
from __future__ import annotations

from typing import Any

import pytest
from ckan import model
from ckan.tests import factories, helpers

from tests import counting
from tests.counting import beyond, copies, cost, linked
from tests.factories import TYPES
from tests.worlds import EVERYBODY, World, findings, measured

pytestmark = pytest.mark.usefixtures("portal", "own_publishing")


@pytest.fixture
def world(portal: Any) -> World:
    return World.made()


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


def test_our_pages_cost_at_most_eight_statements_more_than_the_search_of_datasets(
    world: World, ckan_config: Any, monkeypatch: Any
) -> None:
    monkeypatch.setitem(ckan_config, "ckan.datasets_per_page", 50)
    monkeypatch.setitem(ckan_config, "ckanext.promote.page_size", 50)
    linked_to = copies(world.dataset["id"], 49, is_indexed=True)
    with counting.stock(ckan_config) as bare:
        stock = measured(bare, world, [("/dataset", role) for role in EVERYBODY])
        assert bare.get("/dataset").body.count("dataset-heading") == 50
    app = helpers._get_test_app()
    sql = []
    for each in (1, 49):  # contents of each type; those of the first round get 50 datasets
        world.add_contents(each, is_indexed=True, types=TYPES)
        first = [path_of(one) for one in world.contents[: len(TYPES)]]
        lists = [f"/{kind}" for kind in TYPES]
        pages = ["/impact", *lists, *first]
        ours = {
            (path, role): cost(app, path, world.user(role)) for path in pages for role in EVERYBODY
        }
        beyond_it = {
            page: beyond(counts, stock["/dataset", page[1]], 8) for page, counts in ours.items()
        }
        assert {page: text for page, text in beyond_it.items() if text} == {}
        sql.append({page: len(counts.sql) for page, counts in ours.items()})
        linked(world.contents[: len(TYPES)], linked_to) if each == 1 else None
    assert sql[0] == sql[1]


def path_of(content_id: str) -> str:
    package = model.Package.get(content_id)
    return f"/{package.type}/{package.name}"
