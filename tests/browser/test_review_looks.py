"""Proposals, the review and the page of impact, as people meet them: axe, phone, no JavaScript."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import looks, seeds
from tests.browser.browser import HEIGHT, NARROW, WIDE, Window
from tests.factories import act
from tests.postbox import Postbox

Opens = Callable[..., Window]
PAGES = (
    "impact", "featured", "queue", "mine", "new text", "edit of a published one", "returned",
    "choose", "choose as a visitor", "form of a visitor", "own page", "nothing waits",
)  # fmt: skip


@dataclass
class World:
    """What is under way, and who looks at it."""

    seeded: seeds.World
    central: dict[str, Any]
    ids: dict[str, str]

    def path(self, name: str) -> tuple[str, dict[str, Any] | None]:
        """The path of a page, and who opens it (None for a visitor)."""
        editor, story = self.seeded.editor, self.seeded.names["story"]
        return {
            "impact": ("/impact", None),
            "featured": ("/impact/featured?q=leaks", self.central),
            "queue": ("/promote/review", self.central),
            "mine": ("/promote/review?mine=1", editor),
            "new text": (f"/promote/review/{self.ids['new']}", self.central),
            "edit of a published one": (f"/promote/review/{self.ids['edit']}", self.central),
            "returned": (f"/promote/review/{self.ids['returned']}", editor),
            "choose": ("/promote/submit", editor),
            "choose as a visitor": ("/promote/submit", None),
            "form of a visitor": ("/app/new", None),
            "own page": (f"/story/{story}", self.central),
            "nothing waits": ("/promote/review?overdue=1", self.central),
        }[name]


@pytest.fixture(scope="module")
def world(empty_portal: Any) -> World:
    seeded = seeds.make()
    central = seeds.person(name="central", fullname="Carmen Central", sysadmin=True)
    new, returned = (draft(seeded, title) for title in ("Pipes that tell", "Rain in the archive"))
    edit = act(seeded.editor, "promote_content_update", id=seeded.names["story"], draft=True,
               title="Hardly any queue at the water office", summary="It took a year.",
               results="Waiting fell from 12 to **5 days**.")["id"]  # fmt: skip
    for each in (new, returned, edit):
        act(seeded.editor, "promote_content_submit", id=each)
    act(central, "promote_content_return", id=returned, reason="Say which data it is about.")
    act(central, "promote_featured_update", items=[seeded.names["app"]])
    return World(seeded, central, {"new": new, "returned": returned, "edit": edit})


def draft(seeded: seeds.World, title: str) -> str:
    """A story of the editor's that nobody has seen yet; its id."""
    data = {**seeds.FULL, **seeds.OF_TYPE["story"], "type": "story", "title": title,
            "owner_org": seeded.institution, "datasets": ["leaks"]}  # fmt: skip
    return str(act(seeded.editor, "promote_content_create", draft=True, **data)["id"])


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", PAGES)
def test_our_parts_have_no_violation_and_do_not_scroll_sideways(
    world: World, kept_window: Opens, name: str, language: str
):
    path, user = world.path(name)
    opened = kept_window(user, language=language)
    page = opened.open(path)
    assert page.locator(looks.OURS).count() > 0
    looks.assert_fine(page)
    assert opened.complaints == []
    assert opened.strangers() == []


@pytest.mark.parametrize("name", ["queue", "new text", "featured", "form of a visitor"])
def test_tab_reaches_every_control_in_order_and_shows_where_it_is(
    world: World, kept_window: Opens, name: str
):
    path, user = world.path(name)
    page = kept_window(user).open(path)
    page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    count, passed = looks.tab_through(page)
    assert count > 0
    assert [state["index"] for state in passed] == list(range(count))
    assert [state["text"] for state in passed if not state["marked"]] == []


def test_a_refused_return_says_what_is_missing_beside_the_field(world: World, window: Opens):
    path, user = world.path("new text")
    page = window(user, javascript=False).open(path)
    page.check("input[name=checklist] >> nth=0")
    page.click("button[value=return]")
    expect(page.locator("#field-reason-error")).to_be_visible()
    expect(page.locator("input[name=checklist] >> nth=0")).to_be_checked()


def test_the_way_of_a_visitors_app_on_a_phone_without_javascript(
    world: World, window: Opens, postbox: Postbox
):
    visitor = window(width=NARROW, javascript=False, language="es")
    propose_app(visitor)
    page = visitor.open(postbox.link("/promote/confirm/"))
    page.click(".promote form button")
    mine = postbox.link("/promote/proposal/")
    page = visitor.open(mine)
    expect(page.locator(".promote h1")).to_have_text("Fugas cerca de mí")
    assert looks.wider_than_window(page) == []

    reviewer = window(world.central, javascript=False)
    page = waiting_app(reviewer)
    page.click("button[value=take]")
    page.fill("#field-reason", "Diga de qué datos sale el mapa.")
    page.click("button[value=return]")

    page = visitor.open(mine)
    expect(page.locator(".promote")).to_contain_text("Diga de qué datos sale el mapa.")
    page.click(".promote-actions a")
    page.fill("#field-datasets-find", "leaks")
    page.locator("button[value=find]").click()
    page.check("input[name=datasets][value=leaks]")
    page.click(".promote-buttons button[value=submit]")
    expect(page.locator(".promote h1")).to_have_text("Fugas cerca de mí")

    waiting_app(reviewer).click("button[value=publish]")
    page = visitor.open(mine)
    page.click(".promote-lead a")
    expect(page.locator(".promote h1")).to_have_text("Fugas cerca de mí")
    expect(page.locator(".promote-facts")).to_contain_text("Ana P.")
    assert "ana@example.org" not in page.content()


def propose_app(visitor: Window) -> None:
    """Fill in the form of an app, and forget the address first."""
    page = visitor.open("/promote/submit")
    page.click(".promote-choice a[href$='/app/new']")
    for field, value in {
        "title": "Fugas cerca de mí", "summary": "Muestra fugas en un mapa.", "body": "Avisa.",
        "contact_email": "ayuda@fugas.example", "author_name": "Ana P.",
    }.items():  # fmt: skip
        page.fill(f"#field-{field}", value)
    page.fill("[name=links-web]", "https://fugas.example/")
    page.click(".promote-buttons button[value=submit]")
    expect(page.locator("#field-author_email-error")).to_be_visible()
    expect(page.locator("#field-title")).to_have_value("Fugas cerca de mí")
    page.fill("#field-author_email", "ana@example.org")
    page.click(".promote-buttons button[value=submit]")
    expect(page.locator("h1")).to_have_text("Ya casi: revise su correo")
    assert looks.wider_than_window(page) == []


def waiting_app(reviewer: Window) -> Page:
    """The page on which the visitor's app is decided, by way of the queue."""
    page = reviewer.open("/promote/review?type=app")
    page.click("text=Fugas cerca de mí")
    return page


def test_readers_keep_the_published_text_while_an_edit_is_reviewed(world: World, window: Opens):
    page = window(javascript=False).open(f"/story/{world.seeded.names['story']}")
    expect(page.locator(".promote h1")).to_have_text("Fewer queues at the water office")
    page = window(world.central, javascript=False).open(f"/promote/review/{world.ids['edit']}")
    expect(page.locator(".promote-changes ins").first).to_be_visible()
