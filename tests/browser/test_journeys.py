"""Whole ways through the portal: without JavaScript, by keyboard, and what the browser is told."""
from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser import seeds
from tests.browser.browser import Window
from tests.browser.seeds import World

Opens = Callable[..., Window]
# A click does not wait for the page that it leads to; ``expect`` does.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def world(empty_portal: Any) -> World:
    return seeds.make()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """An image on the disk of whoever fills in the form."""
    path = tmp_path / "cover.png"
    path.write_bytes(seeds.picture(3, 600, 315).stream.read())
    return path


def press(page: Page, name: str) -> None:
    """Press a button that can be seen."""
    page.click(f".promote-buttons button:text-is('{name}')")


def fill_story(page: Page, title: str) -> None:
    """Type what a story has to have."""
    page.fill("#field-title", title)
    page.fill("#field-summary", "One sentence.")
    page.fill("#field-body", "It **began** on a Monday.")
    page.fill("#field-contact_email", "a@example.org")


def test_a_story_is_written_changed_and_archived_without_javascript(
    world: World, window: Opens, picture: Path
):
    page = window(world.editor, javascript=False).open("/story")
    page.click("text=New story")
    fill_story(page, "Without a script")
    page.fill("[name=value-0-figure]", "12")
    page.fill("[name=value-0-what]", "days less")
    page.locator("button[value='add:value']").click()
    page.fill("[name=value-1-figure]", "7")
    page.fill("[name=value-1-what]", "wells")
    page.fill("#field-datasets-find", "pipes")
    page.locator("button[value=find]").click()
    page.check("input[name=datasets][value=pipes]")
    page.set_input_files("input[name=cover_upload]", picture)
    page.fill("#field-cover_alt", "Circles")
    press(page, "Publish")
    expect(page.locator(".promote h1")).to_have_text("Without a script")
    expect(page.locator(".promote-figures dt")).to_have_text(["12", "7"])
    expect(page.locator(".promote-table tbody th")).to_have_text("Network of pipes")
    expect(page.locator(".promote-cover")).to_have_attribute("alt", "Circles")

    page.click(".promote-actions >> text=Edit")
    page.fill("#field-title", "Without any script")
    page.fill("#field-contact_email", "nobody")
    press(page, "Publish")
    expect(page.locator("#field-contact_email-error")).to_be_visible()
    page.fill("#field-contact_email", "b@example.org")
    press(page, "Publish")
    expect(page.locator(".promote h1")).to_have_text("Without any script")
    expect(page.locator(".promote-figures dt")).to_have_text(["12", "7"])

    page.click(".promote-actions >> text=Archive")
    page.click("button:text-is('Archive')")
    expect(page.locator(".promote h1")).to_have_text("Stories")
    assert page.locator(".promote-card-title >> text=Without any script").count() == 0


def test_an_app_gets_screenshots_and_addresses_without_javascript(
    world: World, window: Opens, picture: Path
):
    page = window(world.editor, javascript=False).open("/app/new")
    page.fill("#field-title", "Wells of the town")
    page.fill("#field-summary", "Where they are.")
    page.fill("#field-body", "A map.")
    page.fill("#field-contact_email", "a@example.org")
    page.fill("#field-links-android", "https://store.example/wells")
    page.set_input_files("[name=screenshots-0-file]", picture)
    page.fill("[name=screenshots-0-alt]", "A map with wells")
    press(page, "Publish")
    expect(page.locator(".promote-screenshots img")).to_have_attribute("alt", "A map with wells")
    link = page.locator(".promote-links a")
    expect(link).to_have_attribute("href", re.compile(r"/app/wells-of-the-town/download/android$"))


def test_filters_and_search_work_without_javascript(world: World, window: Opens):
    page = window(javascript=False).open("/story")
    page.click(".promote-facet a:has-text('Economy')")
    expect(page.locator(".promote-card-title")).to_have_text(["Where to open a bakery"])
    page.click(".promote-chosen a:has-text('Economy')")
    expect(page.locator(".promote-card")).not_to_have_count(1)
    page.fill("#field-q", "river")
    page.click(".promote-search button")
    expect(page.locator(".promote-card-title")).to_have_text(["The river that came back"])


def tab_to(page: Page, words: str) -> None:
    """Press Tab until an element with these words has the focus."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if words in page.evaluate("document.activeElement.innerText || ''"):
            return
    raise AssertionError(f"Tab does not reach {words!r}")


def test_a_list_is_narrowed_and_a_story_opened_by_keyboard_alone(world: World, window: Opens):
    page = window().open("/story")
    tab_to(page, "Economy")
    page.keyboard.press("Enter")
    page.wait_for_url("**sector=economia*")
    tab_to(page, "Where to open a bakery")
    page.keyboard.press("Enter")
    page.wait_for_selector("article.promote-content")
    expect(page.locator(".promote h1")).to_have_text("Where to open a bakery")


def test_the_skip_link_leads_to_the_content(world: World, window: Opens):
    page = window().open("/story")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    focused = "document.activeElement.closest('#content') !== null"
    assert page.evaluate(focused)


def test_enter_in_a_field_saves_the_form_and_adds_no_row(world: World, window: Opens):
    page = window(world.editor).open("/news/new")
    fill_story(page, "Sent with Enter")
    page.press("#field-contact_email", "Enter")
    page.wait_for_selector("article.promote-content")
    expect(page.locator(".promote h1")).to_have_text("Sent with Enter")


def test_visitors_see_no_buttons_of_writers(world: World, window: Opens):
    visitor, editor = window(), window(world.editor)
    for path, seen in (
        (f"/story/{world.names['story']}", ["Ask about this", "All questions and answers"]),
        ("/story", ["Propose something"]),
    ):
        assert visitor.open(path).locator(".promote-actions a").all_inner_texts() == seen
        assert editor.open(path).locator(".promote-actions a").all_inner_texts() != seen


@pytest.mark.parametrize("is_signed_in", [False, True])
def test_no_page_asks_anybody_else_for_anything_or_makes_the_console_speak(
    world: World, window: Opens, is_signed_in: bool
):
    opened = window(world.editor if is_signed_in else None)
    written = world.pages_of_writers().values() if is_signed_in else ()
    for path in [*world.pages().values(), *written]:
        opened.open(path)
    assert opened.complaints == []
    for path in ("/", "/dataset", "/organization", "/user/editor-of-water"):
        opened.open(path)
    assert len(opened.requests) > 50
    assert opened.strangers() == []


def test_the_policy_of_our_pages_stops_what_it_has_to(world: World, window: Opens):
    opened = window()
    page = opened.open("/story")
    page.evaluate(
        """() => {
            const script = document.createElement('script');
            script.textContent = 'window.__ran = 1';
            document.body.append(script);
            document.body.insertAdjacentHTML('beforeend', '<img src="https://evil.example/x.png">');
        }"""
    )
    page.wait_for_timeout(200)
    assert page.evaluate("window.__ran") is None
    blocked = [each for each in opened.complaints if "Content Security Policy" in each]
    assert len(blocked) == 2


def test_a_write_without_the_token_of_the_form_is_refused(world: World, window: Opens):
    page = window(world.editor).open("/story/new")
    page.evaluate("document.querySelectorAll('[name=_csrf_token]').forEach(each => each.remove())")
    fill_story(page, "From another site")
    with page.expect_response(lambda answer: answer.request.method == "POST") as caught:
        press(page, "Publish")
    answer: Response = caught.value
    assert answer.status == 400
