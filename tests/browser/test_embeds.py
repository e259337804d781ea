"""What tools show, in a browser: loaded on a click, kept apart from the portal, usable without."""
from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from ckan.tests import factories
from playwright.sync_api import Browser, Frame, Page

from tests.browser import looks, seeds, server
from tests.browser.browser import HEIGHT, NARROW, WIDE, Window
from tests.browser.server import LivePortal

PLUGINS = "promote datastore datatables_view charts_view geo_view geojson_view image_view"
ELSEWHERE = "https://maps.example.org/rain"
CHART = {"engine": "chartjs", "type": "Bar", "x": "month", "y": ["leaks"], "limit": 100}
# A popup that tries to get at the reader: the plugin puts it into its page as HTML.
HOSTILE = (
    "<img src='x' onerror=\"window.__ran = true;"
    "for (const each of [top, parent, opener]) { try { each.__xss = 1; } catch {} }"
    "try { top.location = '/about'; } catch {}\">"
)
Opens = Callable[..., Window]


@pytest.fixture(scope="module")
def portal(
    request: Any, empty_portal: LivePortal, tmp_path_factory: Any
) -> Iterator[LivePortal]:
    """An empty portal with plugins for views, and one host that is allowed."""
    ini = Path(request.config.getoption("--ckan-ini"))
    options = {
        "ckan.plugins": PLUGINS,
        "ckan.views.default_views": "",
        "ckanext.promote.embed.hosts": "maps.example.org",
        "ckanext.spatial.common_map.type": "custom",
        "ckanext.spatial.common_map.custom.url": "/promote/grid.png",
    }
    with server.running(ini, tmp_path_factory.mktemp("views"), options) as served:
        yield served


@dataclass(frozen=True)
class Client:
    """The action API of a portal, for somebody with a token."""

    portal: LivePortal
    token: str

    def call(self, action: str, **data: Any) -> Any:
        """What an action answers; with ``upload``, the request has the file."""
        upload = data.pop("upload", None)
        sent = {"data": data, "files": {"upload": upload}} if upload else {"json": data}
        answer = requests.post(
            f"{self.portal.url}/api/3/action/{action}",
            headers={"Authorization": self.token}, timeout=60, **sent,
        )  # fmt: skip
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    def resource(self, name: str, kind: str, content: bytes) -> str:
        """The id of a file in the dataset."""
        return self.call("resource_create", package_id="leaks", name=name, format=kind,
                         upload=(f"data.{kind.lower()}", content))["id"]  # fmt: skip

    def view(self, resource_id: str, kind: str, title: str, **settings: Any) -> str:
        """The id of a view."""
        return self.call("resource_view_create", resource_id=resource_id, view_type=kind,
                         title=title, **settings)["id"]  # fmt: skip


@dataclass
class World:
    """A tool with one embed of each sort, and who wrote it. ``frames``: its views by their type."""

    portal: LivePortal
    client: Client
    editor: dict[str, Any]
    frames: dict[str, str]
    path: str = "/tool/leaks-tool"


@pytest.fixture(scope="module")
def world(portal: LivePortal) -> World:
    editor = seeds.person(name="editor")
    office = factories.Organization(
        name="office", image_url="", users=[{"name": "editor", "capacity": "editor"}]
    )
    factories.Dataset(name="leaks", title="Leaks", owner_org=office["id"])
    client = Client(portal, factories.SysadminWithToken()["token"])
    rows = [{"month": f"2026-{month:02d}", "leaks": 10 * month} for month in range(1, 13)]
    table = client.resource("Leaks by month", "CSV", b"month,leaks\n2026-01,10\n")
    client.call("datastore_create", resource_id=table, force=True, records=rows,
                fields=[{"id": "month", "type": "text"}, {"id": "leaks", "type": "int"}])
    places = [feature(-100, 20, "Pump house"), feature(-101, 21, HOSTILE)]
    collection = {"type": "FeatureCollection", "features": places}
    file = client.resource("Places", "GeoJSON", json.dumps(collection).encode())
    frames = {
        "datatables_view": client.view(table, "datatables_view", "Table of leaks"),
        "charts_view": client.view(table, "charts_view", "Chart of leaks", **CHART),
        "geojson_view": client.view(file, "geojson_view", "Map of leaks"),
        "geo_view": client.view(file, "geo_view", "Map with layers"),
    }
    embeds = [
        *({"resource_view": each} for each in frames.values()),
        {"url": ELSEWHERE, "title": "Rain", "height": 300},
    ]
    client.call(
        "promote_content_create", type="tool", title="Leaks", name="leaks-tool",
        summary="Where water is lost.", body="A **map** of leaks.", tool_kind="map",
        owner_org="office", contact_email="a@example.org", datasets=["leaks"], embeds=embeds,
    )  # fmt: skip
    return World(portal, client, editor, frames)


def feature(east: float, north: float, name: str) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": [east, north]}
    return {"type": "Feature", "geometry": geometry, "properties": {"name": name}}


@pytest.fixture
def window(chromium: Browser, world: World) -> Iterator[Opens]:
    """Open a window of this portal; other sites answer with a page of their own."""
    opened: list[Window] = []

    def opens(user: dict[str, Any] | None = None, **options: Any) -> Window:
        window = Window(chromium, world.portal.url, user, **options)
        window.page.route("https://maps.example.org/**", lambda route: route.fulfill(
            body="<!doctype html><title>Rain</title><p>It rains.", content_type="text/html"
        ))  # fmt: skip
        opened.append(window)
        return window

    yield opens
    for each in opened:
        each.close()


def loaded(page: Page, title: str, within: str) -> Frame:
    """The frame of an embed, after its button was pressed and it shows what it has to show."""
    page.get_by_role("button", name=f"Load “{title}”", exact=True).click()
    handle = page.wait_for_selector(f'iframe[title="{title}"]')
    assert handle is not None
    frame = handle.content_frame()
    assert frame is not None
    frame.wait_for_selector(within, state="visible")
    return frame


SHOWN = {
    "Table of leaks": "#dtprv tbody tr:nth-child(12)",
    "Chart of leaks": "canvas.chart-container",
    "Map of leaks": ".leaflet-marker-icon",
    "Map with layers": ".ol-viewport canvas",
}


def test_nothing_is_loaded_before_a_reader_asks_and_then_that_alone(
    world: World, window: Opens
) -> None:
    opened = window()
    page = opened.open(world.path)
    page.wait_for_selector("button.promote-embed-load")
    page.wait_for_load_state("networkidle")
    assert page.locator("iframe").count() == 0
    assert [each for each in opened.requests if "/promote/view/" in each] == []
    assert opened.strangers() == []
    for title, within in SHOWN.items():
        loaded(page, title, within)
    asked = [each for each in opened.requests if "/promote/view/" in each]
    own = f"{world.portal.url}/en/promote/view/"
    assert asked == [own + each for each in world.frames.values()]
    assert opened.strangers() == []
    assert page.locator("button.promote-embed-load").all_inner_texts() == ["Load “Rain”"]
    frames = page.locator("iframe").evaluate_all(
        "all => all.map(each => [each.getAttribute('sandbox'), each.title, each.loading,"
        " each.referrerPolicy, each.height, each.offsetWidth === each.parentElement.clientWidth])"
    )
    sandbox = "allow-scripts allow-forms allow-downloads"
    assert frames == [[sandbox, title, "lazy", "no-referrer", "640", True] for title in SHOWN]
    assert page.evaluate("document.activeElement.title") == "Map with layers"
    # A library of the table watches its size through a frame of its own, which it cannot read.
    known = "error: Cannot read properties of null (reading 'body')"
    assert [each for each in opened.complaints if each != known] == []


def test_a_page_of_another_host_is_asked_for_on_a_click_and_not_told_where_from(
    world: World, window: Opens
) -> None:
    opened = window()
    page = opened.open(world.path)
    with page.expect_request(ELSEWHERE) as asked:
        frame = loaded(page, "Rain", "p")
    assert opened.strangers() == [ELSEWHERE]
    assert "referer" not in asked.value.all_headers()
    assert frame.evaluate("self.origin") == "https://maps.example.org"
    assert page.get_attribute("iframe", "sandbox") == "allow-scripts allow-same-origin allow-forms"
    assert page.get_attribute("iframe", "height") == "300"


def test_a_view_has_nothing_of_the_reader_who_is_signed_in(world: World, window: Opens) -> None:
    opened = window(world.editor)
    page = opened.open(world.path)
    frame = loaded(page, "Table of leaks", SHOWN["Table of leaks"])
    mine = """() => fetch('/api/3/action/organization_list_for_user')
        .then(answer => answer.json()).then(answer => answer.result.length)"""
    assert (page.evaluate(mine), frame.evaluate(mine)) == (1, 0)
    assert frame.evaluate("[self.origin, document.cookie, localStorage.length]")[:2] == ["null", ""]
    reached = "() => { try { return top.document.title; } catch (err) { return err.name; } }"
    assert frame.evaluate(reached) == "SecurityError"


def test_what_a_plugin_takes_for_html_runs_apart_from_the_portal(
    world: World, window: Opens
) -> None:
    page = window(world.editor).open(world.path)
    before = page.url
    frame = loaded(page, "Map of leaks", SHOWN["Map of leaks"])
    for marker in frame.query_selector_all(".leaflet-marker-icon"):
        marker.dispatch_event("click")
    # Not `wait_for_function`: what it polls with is an eval, which the frame's policy may forbid.
    patience = (page.wait_for_timeout(50) for _ in range(200))
    while not frame.evaluate("window.__ran === true"):
        next(patience)
    assert page.evaluate("[typeof window.__xss, location.href]") == ["undefined", before]


def test_the_frame_is_apart_also_when_it_is_opened_by_itself(world: World, window: Opens) -> None:
    page = window(world.editor).open(f"/promote/view/{world.frames['geojson_view']}")
    page.wait_for_selector(".leaflet-marker-icon")
    assert page.evaluate("[self.origin, document.cookie]") == ["null", ""]


def test_without_javascript_the_links_lead_to_the_pages_of_the_views(
    world: World, window: Opens
) -> None:
    opened = window(javascript=False)
    page = opened.open(world.path)
    assert page.locator("button.promote-embed-load").count() == 0
    links = page.locator("a.promote-embed-load")
    assert links.count() == 5
    with page.expect_navigation() as going:
        links.first.click()
    assert going.value.status == 200
    assert page.url.endswith(f"/view/{world.frames['datatables_view']}")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_page_has_no_violation_before_and_after(
    world: World, window: Opens, width: int, language: str
) -> None:
    page = window(language=language).open(world.path)
    page.set_viewport_size({"width": width, "height": HEIGHT})
    for _ in range(2):
        assert looks.violations(page) == []
        assert looks.wider_than_window(page) == []
        assert looks.small_targets(page) == []
        page.locator("button.promote-embed-load").last.click()
        page.wait_for_selector("iframe")
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("javascript", [True, False])
def test_views_are_found_and_ticked_on_the_form(
    world: World, window: Opens, javascript: bool
) -> None:
    page = window(world.editor, javascript=javascript).open("/tool/new")
    page.fill("#field-title", "Another tool")
    page.fill("[name=datasets_find]", "leaks")
    page.click("button[value=find]")
    page.check("input[name=datasets][value=leaks]")
    page.click("button[value=views]")
    page.check(f"input[name=embeds-view][value='{world.frames['charts_view']}']")
    page.fill("[name=embeds-0-url]", ELSEWHERE)
    page.fill("[name=embeds-0-title]", "Rain")
    if javascript:
        for width in (WIDE, NARROW):
            page.set_viewport_size({"width": width, "height": HEIGHT})
            assert looks.violations(page) == []
            assert looks.wider_than_window(page) == []
            assert looks.small_targets(page) == []
    page.click(".promote-buttons button[value=draft]")
    assert page.locator(".promote-errors").count() == 0
    made = world.client.call("promote_content_show", id=page.url.rstrip("/").split("/")[-1])
    assert made["embeds"] == [
        {"resource_view": world.frames["charts_view"]},
        {"url": ELSEWHERE, "title": "Rain", "height": 500},
    ]
