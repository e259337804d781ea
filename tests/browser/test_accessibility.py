"""Our parts of every page: no axe violation, no sideways scrolling, usable by keyboard."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ckan import model
from playwright.sync_api import Page

from ckanext.promote.base.fetch import Looked
from ckanext.promote.content.links import check_due
from tests.browser import looks, seeds
from tests.browser.browser import HEIGHT, NARROW, WIDE, Window
from tests.browser.seeds import World

Opens = Callable[..., Window]
PAGES = list(World(names=dict.fromkeys(seeds.OF_TYPE, "")).pages())
WRITERS = list(World(names=dict.fromkeys(seeds.OF_TYPE, "")).pages_of_writers())
# WCAG 1.4.12: what a reader may set without losing anything.
SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important;
word-spacing: .16em !important; } p { margin-bottom: 2em !important; }"""


@pytest.fixture(scope="module")
def world(empty_portal: Any) -> World:
    return seeds.make()


def opened(world: World, window: Opens, name: str, **options: Any) -> Page:
    """A page by its name; what only writers can open is opened by the editor."""
    visitors = world.pages()
    if name in visitors:
        return window(**options).open(visitors[name])
    return window(world.editor, **options).open(world.pages_of_writers()[name])


def refused_form(page: Page) -> None:
    """Send a form that cannot be saved."""
    page.fill("#field-title", "Rain")
    page.fill("#field-contact_email", "nobody")
    page.fill("#field-external_datasets-0-title", "Rain")
    page.fill("#field-external_datasets-0-url", "javascript:alert(1)")
    page.click(".promote-buttons button")
    page.wait_for_selector("#errors")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", PAGES + WRITERS)
def test_our_parts_have_no_violation_and_do_not_scroll_sideways(
    world: World, kept_window: Opens, name: str, language: str
):
    page = opened(world, kept_window, name, language=language)
    assert page.locator(looks.OURS).count() > 0
    looks.assert_fine(page)


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_refused_form_has_no_violation_and_its_summary_has_the_focus(
    world: World, window: Opens, language: str
):
    page = window(world.editor, language=language).open("/story/new")
    refused_form(page)
    page.wait_for_selector("#errors:focus")
    assert page.locator("#field-title").input_value() == "Rain"
    looks.assert_fine(page)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_note_on_broken_links_has_no_violation(
    world: World, window: Opens, language: str
):
    gone = Looked(404, is_working=False, problem="not_found")
    check_due(model.Session, look=lambda address: gone)
    path = world.pages()["app with everything"]
    page = window(world.editor, language=language).open(path)
    assert page.locator(".promote-broken li").count() > 1
    looks.assert_fine(page)


def test_links_of_the_error_summary_lead_to_the_fields(world: World, window: Opens):
    page = window(world.editor).open("/story/new")
    refused_form(page)
    page.click(".promote-errors a[href='#field-contact_email']")
    page.wait_for_selector("#field-contact_email:focus")


@pytest.mark.parametrize("name", PAGES[:2] + ["story with everything", "app with everything"])
def test_our_pages_do_not_scroll_sideways_at_all(world: World, window: Opens, name: str):
    page = opened(world, window, name, width=NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW


@pytest.mark.parametrize("name", ["list", "story with everything", "dataset", "new story"])
def test_wider_spacing_of_text_loses_nothing(world: World, window: Opens, name: str):
    page = opened(world, window, name, width=NARROW, bypass_csp=True)
    page.add_style_tag(content=SPACING)
    assert looks.wider_than_window(page) == []


@pytest.mark.parametrize(
    "name",
    ["list", "filtered list", "story with everything", "app with everything", "dataset", "new app",
     "archive"],
)  # fmt: skip
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_tab_reaches_every_control_in_order_and_shows_where_it_is(
    world: World, kept_window: Opens, name: str, width: int
):
    page = opened(world, kept_window, name)
    page.set_viewport_size({"width": width, "height": HEIGHT})
    count, passed = looks.tab_through(page)
    assert count > 0
    assert [state["index"] for state in passed] == list(range(count))
    assert [state["text"] for state in passed if not state["marked"]] == []
    assert [state["text"] for state in passed if state["covered"]] == []


def test_the_filters_are_folded_on_a_narrow_screen_and_open_on_a_wide_one(
    world: World, window: Opens
):
    page = window().open("/story")
    filters = page.locator(".promote-facet a").first
    assert filters.is_visible()
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    assert not filters.is_visible()
    page.click(".promote-facets > summary")
    assert filters.is_visible()


def test_a_page_has_one_h1_of_ours_and_says_its_language(world: World, window: Opens):
    page = window(language="es").open(f"/story/{world.names['story']}")
    assert page.locator(f"{looks.OURS} h1").count() == 1
    assert page.get_attribute("html", "lang") == "es"
    assert page.get_attribute("article.promote-content", "lang") == "en"


def test_in_print_the_frame_is_gone_and_links_show_their_address(world: World, window: Opens):
    page = window().open(f"/story/{world.names['story']}")
    page.emulate_media(media="print")
    assert not page.locator(".masthead").is_visible()
    assert not page.locator(".site-footer").is_visible()
    shown = page.evaluate(
        "getComputedStyle(document.querySelector('.promote-prose a'), '::after').content"
    )
    assert shown == '" (https://data.example/leaks)"'


def test_nothing_moves(world: World, window: Opens):
    page = window(reduced_motion="reduce").open("/story")
    moving = page.evaluate(
        """[...document.querySelectorAll('.promote, .promote *')].filter(each => {
            const style = getComputedStyle(each);
            return style.animationName !== 'none'
                || style.transitionDuration.split(', ').some(time => parseFloat(time) > 0.2);
        }).map(each => each.className)"""
    )
    assert moving == []


@pytest.mark.parametrize("width", [WIDE, 1000])
def test_the_main_menu_of_ckans_pages_has_room_for_our_entries(
    world: World, window: Opens, width: int
):
    page = window(language="es", width=width).open("/about")
    boxes = page.evaluate(
        """[...document.querySelectorAll('.masthead .logo, .navbar-nav a, .site-search')].map(
            each => each.getClientRects()).map(all => [all.length, all[0].left, all[0].right,
                                                       all[0].top, all[0].bottom])"""
    )
    assert [lines for lines, *_ in boxes] == [1] * len(boxes)
    for number, (_, left, right, top, bottom) in enumerate(boxes):
        for _, other_left, other_right, other_top, other_bottom in boxes[number + 1 :]:
            assert (
                right <= other_left + 1
                or other_right <= left + 1
                or bottom <= other_top + 1
                or other_bottom <= top + 1
            )
