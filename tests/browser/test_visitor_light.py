"""A visitor's whole way on a phone without JavaScript, by his links alone; and what it weighs."""
from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser import looks, seeds
from tests.browser.browser import HEIGHT, NARROW, Window
from tests.factories import act
from tests.postbox import Postbox
from tests.threads.talk import answer

Opens = Callable[..., Window]
FORM = "/dataset/pipes/feedback/new"
MOST_BYTES = 150_000
"""Of all that the page with the form brings, compressed as a web server in front of CKAN does."""
FONTS = (".woff2", ".woff", ".ttf")


@pytest.fixture(scope="module")
def world(empty_portal: Any) -> seeds.World:
    return seeds.make()


def weighed(window: Window, path: str) -> dict[str, int]:
    """Compressed bytes of everything that a page asks for, by path."""
    answers: list[Response] = []
    window.page.on("response", lambda answer_: answers.append(answer_))
    window.open(path)
    window.page.wait_for_load_state("networkidle")
    return {urlsplit(each.url).path: len(gzip.compress(each.body(), 6)) for each in answers
            if each.status == 200}  # fmt: skip


@pytest.mark.parametrize("javascript", [False, True], ids=["no script", "script"])
def test_the_page_on_which_a_visitor_asks_is_light(
    world: seeds.World, window: Opens, javascript: bool
):
    """CKAN's icon font alone has 158 KB: what every page of CKAN brings is counted apart."""
    about = weighed(window(width=NARROW, javascript=javascript), "/about")
    found = weighed(window(width=NARROW, language="es", javascript=javascript), FORM)
    ours = {path: size for path, size in found.items() if path not in about}
    assert sum(ours.values()) <= 20_000, ours
    if not javascript:
        assert sum(size for path, size in found.items() if not path.endswith(FONTS)) <= MOST_BYTES


def test_he_asks_in_one_screen_and_goes_on_by_the_links_in_his_mails(
    world: seeds.World, window: Opens, postbox: Postbox
):
    visitor = window(width=NARROW, javascript=False, language="es")
    number = asked(visitor, "¿De qué son los tubos?")
    page = visitor.open(postbox.link("/promote/confirm/"))
    page.click(".promote form button")
    expect(page.locator(".promote")).to_contain_text(number)
    mine = postbox.link("/feedback/")
    thread = act(None, "promote_thread_show", id=number)
    act(world.editor, "promote_thread_clarify", id=number, body="¿Cuáles?")
    page = visitor.open(mine)
    expect(page.locator(".promote-posts")).to_contain_text("¿Cuáles?")
    page.fill("#reply-field-body", "Los de la calle Olmo.")
    page.click(".promote-panel form button")
    assert act(None, "promote_thread_show", id=number)["state"] == "open"
    answer(world.editor, thread, body="Son de hierro.")
    page = visitor.open(mine)
    page.click(".promote-verdict summary")
    page.fill("#verdict-field-reason", "¿Desde cuándo?")
    page.click(".promote-verdict button[value=false]")
    expect(page.locator(".promote-state").first).to_have_text("Abierta")
    answer(world.editor, thread, body="De hierro, desde 1980.")
    page = visitor.open(mine)
    page.click(".promote-verdict button[value=true]")
    shown = act(None, "promote_thread_show", id=number)
    assert (shown["state"], shown["verdict"]["helpful"]) == ("closed", True)
    assert looks.wider_than_window(page) == []


def test_he_takes_his_question_back_by_the_link(
    world: seeds.World, window: Opens, postbox: Postbox
):
    visitor = window(width=NARROW, javascript=False, language="es")
    number = asked(visitor, "¿Quién pintó los hidrantes?")
    page = visitor.open(postbox.link("/promote/confirm/"))
    page.click(".promote form button")
    page = visitor.open(postbox.link("/feedback/"))
    page.click(".promote-steps a[href*='/withdraw']")
    page.click(".promote-buttons button")
    there = act(None, "promote_thread_list", q="hidrantes")["items"]
    assert [each["number"] for each in there if each["number"] == number] == []
    answer_ = visitor.page.goto(f"{visitor.url}/es/feedback/{number}")
    assert answer_ is not None
    assert answer_.status == 404


def asked(visitor: Window, title: str) -> str:
    """Ask; all of the form that has to be filled in is on one screen after the title. The number.

    What is alike is shown first, and passed over.
    """
    page = visitor.open(FORM)
    assert needed(page) == ["title", "body", "author_name", "author_email"]
    top, bottom = (
        page.locator(selector).first.bounding_box() for selector in
        ("#field-title", ".promote-buttons button")
    )  # fmt: skip
    assert top is not None
    assert bottom is not None
    assert bottom["y"] + bottom["height"] - top["y"] <= HEIGHT
    for name, value in {"title": title, "body": "El mapa no lo dice.", "author_name": "Eva",
                        "author_email": "eva@example.org"}.items():  # fmt: skip
        page.fill(f"#field-{name}", value)
    for _ in range(2):
        with page.expect_navigation():
            page.click("form.promote-form .promote-buttons button")
        if not page.locator(".promote-similar").count():
            break
    said = page.locator(".promote-question .promote-lead").first.inner_text()
    return said.rstrip(".").split()[-1]


def needed(page: Page) -> list[str]:
    """Names of the fields that have to be filled in."""
    return [str(each.get_attribute("name")) for each in
            page.locator(".promote-form [aria-required=true]").all()]  # fmt: skip
