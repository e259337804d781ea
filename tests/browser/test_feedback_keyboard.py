"""Ask, reply, answer, follow, report, moderate: on a phone by the keyboard alone, or without
JavaScript; and what a screen reader hears of the forms on the way, also when they are refused."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import looks, seeds
from tests.browser.browser import NARROW, Window
from tests.factories import act
from tests.threads.talk import aged, answer, ask, day

Opens = Callable[..., Window]
STOPS = 250
"""Presses of Tab after which a control counts as out of reach."""

HEADINGS = """ours => [...document.querySelectorAll(
    ['h1', 'h2', 'h3', 'h4'].map(each => `main ${each}, ${ours} ${each}`).join(', '))]
    .filter(each => each.checkVisibility() && each.closest(ours))
    .map(each => [Number(each.tagName[1]), each.innerText.trim()])"""

# Fields of ours: whether a label names them, and whether what describes them is there, in order.
FIELDS = """ours => [...document.querySelectorAll(
    `${ours} :is(input, select, textarea):not([type=hidden])`)]
    .filter(each => each.tabIndex === 0 && each.checkVisibility()).map(each => {
        const label = each.labels && each.labels[0];
        const ids = (each.getAttribute('aria-describedby') || '').split(' ').filter(Boolean);
        const described = ids.map(id => document.getElementById(id));
        const before = one => one.compareDocumentPosition(each) & 4;
        return {
            name: each.name,
            label: label ? label.innerText.trim() : '',
            isAfterLabel: !label || label.contains(each) || Boolean(before(label)),
            isDescribed: described.every(one => one && one.innerText.trim() && before(one)),
            isInvalid: each.getAttribute('aria-invalid') === 'true',
            error: described.filter(one => one && one.classList.contains('promote-error'))
                .map(one => one.innerText.trim()).join(' '),
        };
    })"""


@dataclass
class World:
    """Who talks, and what about."""

    seeded: seeds.World
    ana: dict[str, Any]
    luis: dict[str, Any]
    central: dict[str, Any]


@pytest.fixture(scope="module")
def world(empty_portal: Any) -> World:
    seeded = seeds.make()
    ana, luis = (aged(seeds.person(name=name, fullname=f"{name.title()} R.")) for name in
                 ("ana", "luis"))  # fmt: skip
    central = aged(seeds.person(name="central", fullname="Carmen Central", sysadmin=True))
    return World(seeded, ana, luis, central)


class Mouse:
    """Hands of somebody whose browser runs no script."""

    javascript = False

    def __init__(self, window: Window) -> None:
        self.window, self.page = window, window.page

    def fill(self, selector: str, text: str) -> None:
        self.page.fill(selector, text)

    def choose(self, selector: str, value: str) -> None:
        self.page.select_option(selector, value)

    def press(self, selector: str) -> None:
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()


class Keyboard(Mouse):
    """Hands that know Tab, letters, arrows and Enter."""

    javascript = True

    def reach(self, selector: str) -> None:
        """Press Tab until it has the focus, which everybody can see."""
        wanted = self.page.locator(selector).first
        for _ in range(STOPS):
            self.page.keyboard.press("Tab")
            if wanted.evaluate("each => each === document.activeElement"):
                break
        state = self.page.evaluate(looks.FOCUSED, looks.OURS)
        assert state is not None, f"{selector} was not reached"
        assert (state["marked"], state["covered"]) == (True, False), selector

    def fill(self, selector: str, text: str) -> None:
        self.reach(selector)
        self.page.keyboard.type(text)

    def choose(self, selector: str, value: str) -> None:
        """Arrows go through the choices; each stop is a choice."""
        self.reach(selector)
        self.page.keyboard.press("Home")
        chosen = self.page.locator(selector).first
        for _ in range(30):
            if chosen.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{value} was not found in {selector}")

    def press(self, selector: str) -> None:
        self.reach(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


def checked(hands: Mouse) -> None:
    """What every page on the way has to be."""
    assert looks.wider_than_window(hands.page) == [], hands.page.url
    heard(hands.page)
    if hands.javascript:
        assert looks.violations(hands.page) == [], hands.page.url


def heard(page: Page) -> None:
    """Headings in order, a label before each field, and with it what is wrong."""
    levels = [level for level, _ in page.evaluate(HEADINGS, looks.OURS)]
    assert levels[:1] == [1], page.url
    assert levels.count(1) == 1, page.url
    steps = [after - before for before, after in zip(levels, levels[1:], strict=False)]
    assert max(steps, default=0) <= 1, (page.url, levels)
    for each in page.evaluate(FIELDS, looks.OURS):
        assert each["label"], each
        assert each["isAfterLabel"] and each["isDescribed"], each  # noqa: PT018 -- one field
        assert bool(each["error"]) is each["isInvalid"], each


@pytest.mark.parametrize("kind", [Keyboard, Mouse], ids=["keyboard", "no script"])
def test_all_that_people_do_in_conversations(world: World, window: Opens, kind: type[Mouse]):
    def hands(user: dict[str, Any]) -> Mouse:
        return kind(window(user, width=NARROW, javascript=kind.javascript))

    ana, luis = hands(world.ana), hands(world.luis)
    editor, central = hands(world.seeded.editor), hands(world.central)
    title = f"How deep are the pipes, {kind.__name__}?"
    path = asks(ana, title)
    follows_and_replies(luis, path)
    answers(editor, title)
    reports(ana, path)
    moderates(central, title)
    luis.window.open(path)
    expect(luis.page.locator(".promote-official")).to_contain_text("Two metres.")
    expect(luis.page.locator("#post-2")).to_contain_text("Names a person.")


def asks(hands: Mouse, title: str) -> str:
    """From the dataset's page, first with nothing in the form; the path of the conversation."""
    hands.window.open("/dataset/pipes")
    hands.press(".promote-block-talk .btn-primary")
    checked(hands)
    hands.press(".promote-buttons button")
    expect(hands.page.locator("#errors")).to_be_visible()
    checked(hands)
    hands.fill("#field-title", title)
    hands.fill("#field-body", "The map does not say it.")
    hands.press(".promote-buttons button")
    if hands.page.locator(".promote-similar").count():
        checked(hands)
        hands.press(".promote-buttons button")
    expect(hands.page.locator(".promote h1")).to_have_text(title)
    checked(hands)
    return hands.page.url.partition("/en")[2]


def follows_and_replies(hands: Mouse, path: str) -> None:
    hands.window.open(path)
    hands.press(".promote-steps form[action$='/follow'] button")
    expect(hands.page.locator(".promote-steps form[action$='/unfollow']")).to_have_count(1)
    hands.press(".promote-post-actions a[href*='reply=']")
    hands.fill("#reply-field-body", "Ask Mr. Sol, he knows.")
    hands.press(".promote-panel form button")
    expect(hands.page.locator("#post-2")).to_contain_text("Ask Mr. Sol")
    checked(hands)


def answers(hands: Mouse, title: str) -> None:
    """By way of the institution's list; first without what the form needs."""
    hands.window.open("/organization/water-office/feedback?unanswered=1")
    checked(hands)
    hands.press(f".promote-threads a:has-text('{title}')")
    hands.press("a.btn-lg[href$='/answer']")
    hands.press(".promote-buttons button")
    expect(hands.page.locator("#errors")).to_be_visible()
    checked(hands)
    hands.choose("#field-outcome", "explained")
    hands.fill("#field-body", "Two metres.")
    hands.press(".promote-buttons button")
    expect(hands.page.locator(".promote-official")).to_contain_text("Two metres.")
    checked(hands)


def reports(hands: Mouse, path: str) -> None:
    hands.window.open(path)
    hands.press("#post-2 .promote-post-actions a[href$='/report']")
    checked(hands)
    hands.press(".promote-buttons button")
    expect(hands.page.locator("#field-reason-error")).to_be_visible()
    checked(hands)
    hands.choose("#field-reason", "spam")
    hands.fill("#field-text", "It names somebody.")
    hands.press(".promote-buttons button")
    expect(hands.page.locator("#errors")).to_have_count(0)


def moderates(hands: Mouse, title: str) -> None:
    hands.window.open("/promote/moderation")
    checked(hands)
    item = f".promote-queued:has(h2:has-text('{title}'))"
    hands.press(f"{item} button[value=reject]")
    expect(hands.page.locator("#errors")).to_be_visible()
    checked(hands)
    hands.fill(f"{item} textarea", "Names a person.")
    hands.press(f"{item} button[value=reject]")
    expect(hands.page.locator(item)).to_have_count(0)


FORMS = (
    ("/dataset/leaks/feedback/new", "visitor"),
    ("/organization/water-office/feedback/new", "editor"),
    ("/promote/advice/new?institution=water-office", "editor"), ("{open}/reply", "visitor"),
    ("{open}/reply", "ana"), ("{open}/note", "editor"), ("{open}/answer", "editor"),
    ("{open}/clarify", "editor"), ("{open}/route", "editor"), ("{promised}/keep", "editor"),
    ("{promised}/verdict", "ana"), ("{open}/post/{post}/report", "visitor"),
    ("{open}/post/{post}/hide", "central"), ("{open}/post/{post}/edit", "ana"),
    ("/promote/templates/water-office/new", "editor"),
    ("/promote/moderation/account/luis", "central"),
)


@pytest.fixture(scope="module")
def places(world: World) -> dict[str, str]:
    ana, editor = world.ana, world.seeded.editor
    promised = ask(ana, {"name": "leaks"}, title="When is it published?")
    answer(editor, promised, outcome="will_publish", due_on=day(30))
    thread = ask(ana, {"name": "leaks"}, title="How wide is it?")
    [first] = act(None, "promote_post_list", thread_id=thread["id"])["items"]
    return {"open": f"/feedback/{thread['id']}", "promised": f"/feedback/{promised['id']}",
            "post": first["id"]}  # fmt: skip


@pytest.mark.parametrize(("path", "who"), FORMS)
def test_a_form_that_is_sent_empty_says_beside_each_field_what_is_missing(
    world: World, places: dict[str, str], kept_window: Opens, path: str, who: str
):
    user = {"visitor": None, "ana": world.ana, "editor": world.seeded.editor,
            "central": world.central}[who]  # fmt: skip
    opened = kept_window(user, width=NARROW)
    page = opened.open(path.format(**places))
    heard(page)
    for box in page.locator(".promote-form textarea:visible").all():
        box.fill("")
    page.locator(".promote-form button[type=submit]").first.click()
    page.wait_for_selector("#errors")
    heard(page)
    invalid = page.locator(f"{looks.OURS} [aria-invalid=true]")
    assert invalid.count() >= 1
    assert looks.violations(page) == []
    assert looks.wider_than_window(page) == []
    link = page.locator("#errors a").first
    link.focus()
    page.keyboard.press("Enter")
    focused = page.evaluate("document.activeElement.getAttribute('aria-invalid')")
    assert focused == "true"
