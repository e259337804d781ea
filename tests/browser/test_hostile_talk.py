"""A thousand hostile texts wherever conversations show what people write: none of them runs.

Beside what the pages are, and the console says, each window collects the reports of the content
security policy: an element that was let in and only the policy stopped is found by them.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Error, Page

from tests.browser.browser import Window
from tests.browser.hostile import TEXTS
from tests.browser.hostile_talk import World, packed
from tests.browser.test_hostile_text import assert_text
from tests.postbox import Postbox

Opens = Callable[..., Window]
REPORTS = """window.__reports = [];
document.addEventListener('securitypolicyviolation', event => window.__reports.push(
    [event.violatedDirective, event.blockedURI, event.sample].join(' ')));"""
EXPECTED = (
    "400 (BAD REQUEST)", "404 (NOT FOUND)", "403 (FORBIDDEN)", "409 (CONFLICT)",
    'does not conform to the required format, "yyyy-MM-dd"',
)
"""What Chromium says of answers that are refusals, and of text in a field for dates."""


@pytest.fixture(scope="module")
def world(empty_portal: Any) -> World:
    return World.made()


@pytest.fixture
def reader(kept_window: Opens) -> Callable[..., Window]:
    """A window that collects what the policy reports."""

    def opens(user: dict[str, Any] | None = None) -> Window:
        window = kept_window(user, language="en")
        if not hasattr(window, "is_reported"):
            window.page.add_init_script(REPORTS)
            window.is_reported = True  # type: ignore[attr-defined] -- of this test alone
        return window

    return opens


def assert_quiet(window: Window, page: Page) -> None:
    """Nothing ran, nothing was let in, and the policy had nothing to report."""
    window.complaints[:] = [
        each for each in window.complaints if not any(words in each for words in EXPECTED)
    ]
    assert page.evaluate("window.__reports") == [], page.url
    assert_text(window, page)


def test_there_are_a_thousand_of_them(world: World):
    assert len(world.texts) >= 1_000
    assert sum(map(len, world.posts.values())) == len(world.texts)


def test_a_report_is_collected_when_there_is_something_to_report(reader: Opens):
    """Else an empty list would prove nothing."""
    page = reader().open("/feedback")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"a()\">')")
    page.wait_for_function("window.__reports.length > 0")
    assert page.evaluate("window.__reports")[0].startswith("script-src-attr inline")


@pytest.mark.parametrize("who", ["central", "visitor"])
def test_every_conversation_with_its_posts_names_and_tombstones(
    world: World, reader: Opens, who: str
):
    opened, seen = reader(world.central if who == "central" else None), 0
    for thread in world.long:
        page = opened.open(f"/feedback/{thread}")
        seen += page.locator(".promote-post").count()
        assert page.locator(".promote-tombstone").count() == 0 or who == "visitor"
        assert_quiet(opened, page)
    assert seen >= len(world.texts)


def test_lists_with_every_title(world: World, reader: Opens):
    opened = reader()
    seen = sum(
        page.locator(".promote-threads > li").count() for page in following(opened, "/feedback")
    )
    assert seen == len(world.titled)


def following(opened: Window, path: str) -> Iterator[Page]:
    """A list's page, and those after it, each quiet."""
    while path:
        page = opened.open(path)
        assert_quiet(opened, page)
        yield page
        further = page.locator("a[rel=next]")
        path = (further.get_attribute("href") or "").removeprefix("/en") if further.count() else ""


@pytest.mark.parametrize("path", [
    "/dataset/data/feedback?outcome=declined", "/organization/office/feedback?state=answered",
    "/feedback/promises", "/dataset/data/feedback/promises",
    "/organization/office/feedback/promises", "/dataset/data", "/organization/office",
])  # fmt: skip
def test_places_and_blocks(world: World, reader: Opens, path: str):
    opened = reader()
    page = opened.open(path)
    assert page.locator(".promote a[href*='/feedback/']").count() > 5
    assert_quiet(opened, page)


@pytest.mark.parametrize("state", ["open", "rejected"])
def test_the_queue_of_the_moderators(world: World, reader: Opens, state: str):
    pages = following(reader(world.central), f"/promote/moderation?state={state}")
    assert sum(page.locator(".promote-queued").count() for page in pages) == 40


def test_templates_and_the_pages_of_steps(world: World, reader: Opens):
    opened, thread = reader(world.editor), world.long[0]
    page = opened.open("/promote/templates/office")
    assert page.locator(".promote-threads > li").count() == 40
    assert_quiet(opened, page)
    for link in [each.get_attribute("href") for each in
                 page.locator(".promote-post-actions a").all()[:6]]:  # fmt: skip
        assert_quiet(opened, opened.open(link.removeprefix("/en")))
    page = opened.open(f"/feedback/{thread}/answer")
    template = page.locator(".promote-more-fields a").first.get_attribute("href")
    assert_quiet(opened, opened.open(template.removeprefix("/en")))
    central = reader(world.central)
    for step in ("answer", "reopen", "close", "reply", "note"):
        assert_quiet(central, central.open(f"/feedback/{thread}/{step}"))
    for post in world.posts[thread][:9]:
        for step in ("hide", "restore", "edit", "delete", "report"):
            page = central.page
            page.goto(f"{central.url}/en/feedback/{thread}/post/{post}/{step}")
            assert_quiet(central, page)


@pytest.mark.parametrize("text", TEXTS[::13])
def test_what_the_address_asks_for(world: World, reader: Opens, text: str):
    opened = reader(world.central)
    names = ("q", "kind", "topic", "state", "outcome", "sort", "cursor", "institution", "mine")
    asked = urlencode(dict.fromkeys(names, text))
    thread = world.titled[0]
    for path in (f"/feedback?{asked}", f"/feedback?{urlencode({'q': text})}",
                 f"/feedback/promises?{asked}", f"/promote/moderation?{asked}",
                 f"/feedback/{thread}?" + urlencode({"reply": text, "at": text, "cursor": text}),
                 f"/feedback/{thread}/answer?" + urlencode({"template": text}),
                 "/dataset/data/feedback/new?" + urlencode({"kind": text})):  # fmt: skip
        assert_quiet(opened, opened.open(path))
    for path in (f"/promote/moderation/account/{quote(text, safe='')}",
                 f"/feedback/{quote(text, safe='')}", f"/promote/confirm/{quote(text, safe='')}"):
        opened.page.goto(f"{opened.url}/en{path}")
        assert_quiet(opened, opened.page)


FORMS: dict[str, tuple[str, str]] = {
    "ask": ("ana", "/dataset/data/feedback/new"),
    "ask as a visitor": ("", "/dataset/data/feedback/new"),
    "register": ("editor", "/organization/office/feedback/new"),
    "reply": ("ana", "/feedback/{thread}/reply"),
    "reply as a visitor": ("", "/feedback/{thread}/reply"),
    "answer": ("editor", "/feedback/{thread}/answer"),
    "report": ("", "/feedback/{thread}/post/{post}/report"),
    "hide": ("central", "/feedback/{thread}/post/{post}/hide"),
    "template": ("editor", "/promote/templates/office/new"),
    "account": ("central", "/promote/moderation/account/ana"),
}
"""Who opens a form, and where."""
# What the browser would keep people from typing, and fields that wait for a choice.
UNBOUND = """() => {
    for (const each of document.querySelectorAll('.promote input, .promote textarea')) {
        each.removeAttribute('maxlength');
        if (['date', 'email'].includes(each.type)) each.type = 'text';
        each.disabled = false;
    }
    for (const each of document.querySelectorAll('details')) each.open = true;
    for (const each of document.querySelectorAll('[hidden]')) each.hidden = false;
}"""
TYPED = ".promote-form :is(input[type=text], textarea):visible"


@pytest.mark.parametrize("name", FORMS)
def test_a_refused_form_gives_all_texts_back(world: World, reader: Opens, name: str):
    whose, path = FORMS[name]
    opened = reader({"ana": world.ana, "editor": world.editor, "central": world.central}.get(whose))
    thread, post = world.titled[-1], world.posts[world.long[0]][1]
    page = opened.open(path.format(thread=world.long[0] if "{post}" in path else thread, post=post))
    page.evaluate(UNBOUND)
    typed: dict[str, str] = {}
    for number, box in enumerate(page.locator(TYPED).all()):
        if box.get_attribute("tabindex") != "-1":
            # A form as large as all texts in every field would be too large for Flask.
            is_long = box.evaluate("each => each.tagName") == "TEXTAREA"
            texts = world.texts if is_long else world.texts[number::9]
            typed[str(box.get_attribute("name"))] = " ".join(" ".join(texts).split())
            box.fill(typed[str(box.get_attribute("name"))])
    page.locator(".promote-form button[type=submit]").first.click()
    # Of a question, those that are alike are shown first; they give the texts back, too.
    page.wait_for_selector("#errors, .promote-similar")
    back = {name: page.input_value(f".promote-form [name={name}]").strip() for name in typed}
    # What is no date is not shown in a field for dates.
    assert {name for name in typed if back[name] != typed[name]} <= {"due_on", "received_on"}
    assert_quiet(opened, page)


def test_a_refused_decision_gives_its_reason_back(world: World, reader: Opens):
    opened = reader(world.central)
    page = opened.open("/promote/moderation")
    everything = " ".join(" ".join(world.texts).split())
    page.evaluate(UNBOUND)
    page.locator(".promote-queued textarea").first.fill(everything)
    page.locator(".promote-queued button[value=reject]").first.click()
    page.wait_for_selector("#errors")
    assert page.locator(".promote-queued textarea").first.input_value().strip() == everything
    assert_quiet(opened, page)


def test_similar_questions_and_the_way_of_a_visitor(
    world: World, reader: Opens, postbox: Postbox
):
    opened = reader()
    [name, *_] = [each for each in packed(world.texts, 100) if "@" not in each]
    for number, line in enumerate(packed(world.texts, 200)[:6]):
        page = opened.open("/dataset/data/feedback/new")
        for field, value in {"title": line, "body": line, "author_name": name,
                             "author_email": f"eva{number}@example.org"}.items():  # fmt: skip
            page.fill(f"#field-{field}", value)
        page.click(".promote-buttons button")
        page.wait_for_selector(".promote-similar")
        assert_quiet(opened, page)
    page.click(".promote-buttons button")
    page.wait_for_selector(".promote-question")
    assert_quiet(opened, page)
    page = opened.open(postbox.link("/promote/confirm/"))
    assert_quiet(opened, page)
    page.click(".promote form button")
    assert_quiet(opened, page)
    page = opened.open(postbox.link("/feedback/"))
    assert page.inner_text(".promote h1") == " ".join(line.split())
    assert_quiet(opened, page)


def test_feeds_and_tables(world: World, reader: Opens):
    opened = reader()
    for place in ("", "/dataset/data", "/organization/office"):
        opened.page.goto(f"{opened.url}{place}/feedback.atom")
        assert opened.page.evaluate("window.__xss") is None
        assert opened.page.evaluate("window.__reports || []") == []
        with (
            opened.page.expect_download() as download,
            pytest.raises(Error, match="Download is starting"),
        ):
            opened.page.goto(f"{opened.url}{place}/feedback.csv")
        assert download.value.suggested_filename == "feedback.csv"
    assert opened.strangers() == []
