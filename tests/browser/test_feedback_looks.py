"""Conversations as people meet them: axe, a phone, the keyboard, no JavaScript."""
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
from tests.threads.talk import aged, answer, ask, day

Opens = Callable[..., Window]
PAGES = (
    "all", "of a dataset", "filtered", "nobody asked", "of an institution", "promises",
    "answered", "as its asker", "open for its institution", "reply as a visitor", "ask",
    "ask as a visitor", "register", "advice", "answer", "hand on", "keep", "report", "moderation",
    "account", "templates", "new template", "delete template", "block on a dataset",
    "block on an institution",
)  # fmt: skip


@dataclass
class World:
    """What is talked about, and who reads it."""

    seeded: seeds.World
    ana: dict[str, Any]
    central: dict[str, Any]
    answered: str
    opened: str
    post: str
    template: str

    def path(self, name: str) -> tuple[str, dict[str, Any] | None]:
        """The path of a page, and who opens it (None for a visitor)."""
        editor, opened = self.seeded.editor, f"/feedback/{self.opened}"
        templates = "/promote/templates/water-office"
        return {
            "all": ("/feedback", self.central),
            "of a dataset": ("/dataset/leaks/feedback", None),
            "filtered": ("/feedback?kind=question&q=column&overdue=1", self.ana),
            "nobody asked": ("/dataset/pipes/feedback", None),
            "of an institution": ("/organization/water-office/feedback", editor),
            "promises": ("/feedback/promises", None),
            "answered": (f"/feedback/{self.answered}", None),
            "as its asker": (f"/feedback/{self.answered}", self.ana),
            "open for its institution": (opened, editor),
            "reply as a visitor": (f"{opened}?reply={self.post}", None),
            "ask": ("/dataset/leaks/feedback/new", self.ana),
            "ask as a visitor": ("/dataset/leaks/feedback/new", None),
            "register": ("/organization/water-office/feedback/new", editor),
            "advice": ("/promote/advice/new?institution=water-office", editor),
            "answer": (f"{opened}/answer", editor),
            "hand on": (f"{opened}/route", editor),
            "keep": (f"/feedback/{self.answered}/keep", editor),
            "report": (f"{opened}/post/{self.post}/report", None),
            "moderation": ("/promote/moderation", self.central),
            "account": (f"/promote/moderation/account/{self.ana['name']}", self.central),
            "templates": (templates, editor),
            "new template": (f"{templates}/new", editor),
            "delete template": (f"{templates}/{self.template}/delete", editor),
            "block on a dataset": ("/dataset/leaks", None),
            "block on an institution": ("/organization/water-office", None),
        }[name]


@pytest.fixture(scope="module")
def world(empty_portal: Any) -> World:
    seeded = seeds.make()
    central = seeds.person(name="central", fullname="Carmen Central", sysadmin=True)
    ana = aged(seeds.person(name="ana", fullname="Ana Ruiz"))
    luis = aged(seeds.person(name="luis", fullname="Luis Sol"))
    answered = ask(ana, {"name": "leaks"}, body=seeds.MARKDOWN)
    answer(seeded.editor, answered, outcome="will_publish", due_on=day(30), body=seeds.MARKDOWN)
    opened = ask(ana, {"name": "leaks"}, title="Which columns have the width of the pipes?" * 3)
    last: dict[str, Any] = {}
    for user in (luis, ana, luis, seeded.editor):
        more = {"reply_to": last["id"]} if last else {}
        last = act(user, "promote_post_create", thread_id=opened["id"], body="As **said**.", **more)
    act(seeded.editor, "promote_post_create", thread_id=opened["id"], body="Call them.",
        internal=True)  # fmt: skip
    spam = act(luis, "promote_post_create", thread_id=opened["id"], body="Buy this!")
    act(ana, "promote_report_create", post_id=spam["id"], reason="spam")
    gone = act(luis, "promote_post_create", thread_id=opened["id"], body="Buy that!")
    act(central, "promote_post_hide", id=gone["id"], reason="Advertising.")
    template = act(seeded.editor, "promote_answer_template_create", institution="water-office",
                   title="Width", body="It is the width in cm.", outcome="explained")  # fmt: skip
    return World(
        seeded, ana, central, answered["id"], opened["id"], spam["id"], template["id"]
    )


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


@pytest.mark.parametrize(
    "name", ["open for its institution", "ask as a visitor", "answer", "moderation", "all"]
)
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


def test_the_answer_form_asks_only_for_what_its_outcome_needs(world: World, window: Opens):
    path, user = world.path("answer")
    page = window(user).open(path)
    expect(page.locator("#field-due_on")).to_be_hidden()
    page.select_option("#field-outcome", "will_publish")
    expect(page.locator("#field-due_on")).to_be_visible()
    expect(page.locator("#field-legal_basis")).to_be_hidden()
    page.select_option("#field-outcome", "declined")
    expect(page.locator("#field-legal_basis")).to_be_visible()
    plain = window(user, javascript=False).open(path)
    for name in ("due_on", "dataset", "legal_basis", "duplicate_of", "institution"):
        expect(plain.locator(f"#field-{name}")).to_be_visible()


def test_the_way_of_a_visitor_on_a_phone_without_javascript(
    world: World, window: Opens, postbox: Postbox
):
    visitor = window(width=NARROW, javascript=False, language="es")
    page = asked(visitor)
    assert looks.wider_than_window(page) == []
    page = visitor.open(postbox.link("/promote/confirm/"))
    page.click(".promote form button")
    mine = postbox.link("/feedback/")
    page = visitor.open(mine)
    expect(page.locator(".promote h1")).to_have_text("¿Qué falta en la red?")
    assert looks.wider_than_window(page) == []

    institution = window(world.seeded.editor, javascript=False)
    page = pipes(institution)
    page.click(".promote-steps a[href$='/clarify']")
    page.fill("#field-body", "¿De qué año habla?")
    page.click(".promote-buttons button")

    page = visitor.open(mine)
    expect(page.locator(".promote-posts")).to_contain_text("¿De qué año habla?")
    page.fill("#reply-field-body", "Del año 2020.")
    page.click(".promote-panel button")
    expect(page.locator(".promote-posts")).to_contain_text("Del año 2020.")

    page = pipes(institution)
    page.click("a.btn-lg[href$='/answer']")
    page.select_option("#field-outcome", "explained")
    page.fill("#field-body", "Faltan los **tubos nuevos**.")
    page.click(".promote-buttons button")
    expect(page.locator(".promote-official")).to_contain_text("tubos nuevos")

    page = visitor.open(mine)
    expect(page.locator(".promote-official")).to_contain_text("tubos nuevos")
    assert looks.wider_than_window(page) == []
    page.click(".promote-verdict button[value=true]")
    expect(page.locator(".promote-verdict")).to_have_count(0)
    expect(page.locator(".promote-state")).to_have_class("promote-state promote-state-closed")
    assert "eva@example.org" not in page.content()


def pipes(institution: Window) -> Page:
    """The visitor's question, by way of the list."""
    page = institution.open("/dataset/pipes/feedback")
    page.click("text=¿Qué falta en la red?")
    return page


def asked(visitor: Window) -> Page:
    """Ask from the dataset's page, and forget the address first."""
    page = visitor.open("/dataset/pipes")
    page.click(".promote-block-talk .btn-primary")
    for field, value in {
        "title": "¿Qué falta en la red?", "body": "El mapa tiene huecos.", "author_name": "Eva",
    }.items():  # fmt: skip
        page.fill(f"#field-{field}", value)
    page.click(".promote-buttons button")
    expect(page.locator("#field-author_email-error")).to_be_visible()
    expect(page.locator("#field-title")).to_have_value("¿Qué falta en la red?")
    page.fill("#field-author_email", "eva@example.org")
    page.click(".promote-buttons button")
    expect(page.locator(".promote-question .promote-lead").first).to_contain_text("20")
    return page
