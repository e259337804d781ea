"""What people write stays text: on no page of ours or of CKAN's does anything of it run."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import ckantoolkit as tk
import pytest
from ckan.tests import factories
from playwright.sync_api import Browser, Page

from tests.browser import seeds
from tests.browser.browser import Window
from tests.browser.hostile import TEXTS
from tests.factories import act

Opens = Callable[..., Window]
GROUP = 9
FORMS = 3
"""One of so many is also opened in the form."""
# Elements and attributes that nothing of ours has; addresses that lead to a page or to a mail.
STRANGE = """() => [...document.querySelectorAll('.promote *')].filter(each =>
    ['SCRIPT', 'STYLE', 'IFRAME', 'OBJECT', 'EMBED', 'BASE', 'META', 'LINK', 'SVG', 'MATH', 'VIDEO',
     'AUDIO', 'MARQUEE', 'TEMPLATE', 'MGLYPH', 'X'].includes(each.tagName.toUpperCase())
    || [...each.attributes].some(one => one.name.startsWith('on') || one.name === 'style'
        || (['href', 'src', 'action', 'formaction', 'xlink:href'].includes(one.name)
            && !/^(https?:|mailto:|[/#?]|$)/i.test(one.value)))
).map(each => each.outerHTML.slice(0, 120))"""


class World:
    """One content for each text, which stands in every field that takes text."""

    def __init__(self) -> None:
        self.editor = seeds.person(name="editor")
        organization = factories.Organization(
            name="office", image_url="", users=[{"name": "editor", "capacity": "editor"}]
        )
        self.names = []
        with seeds.one_commit():
            self.dataset = factories.Dataset(name="data", owner_org=organization["id"])["id"]
            for number, text in enumerate(TEXTS):
                kind = ("story", "app", "tool", "news")[number % 4]
                self.names.append((kind, write(self.editor, kind, text)))


def write(owner: dict[str, Any], kind: str, text: str) -> str:
    """Publish a content full of a text; gives its name."""
    data: dict[str, Any] = {
        "type": kind,
        "owner_org": "office",
        "datasets": ["data"],
        "title": text,
        "summary": text,
        "body": text,
        "authors": [text],
        "contact_name": text,
        "contact_email": "a@example.org",
        "external_datasets": [{"title": text, "url": "https://data.example/"}],
        "unmapped": {text: text, "list": [text], "deep": {text: text}},
        "cover_upload": seeds.picture(1, 40, 20),
        "cover_alt": text,
        "tags": text,
    }
    if kind == "story":
        data |= {"background": text, "results": text}
        data["value"] = [{"figure": text[:40], "unit": text[:80], "what": text}]
    if kind == "app":
        data |= {"developer": text, "app_version": text[:50]}
    if kind == "tool":
        data["tool_kind"] = "map"
    try:
        return str(act(owner, "promote_content_create", **data)["name"])
    except tk.ValidationError as err:
        refused = dict.fromkeys(err.error_dict, [])
    # Not every text can be a tag.
    assert refused == {"tags": []}
    data |= {**refused, "cover_upload": seeds.picture(1, 40, 20)}
    return str(act(owner, "promote_content_create", **data)["name"])


@pytest.fixture(scope="module")
def world(empty_portal: Any) -> World:
    return World()


def one_line(text: str) -> str:
    """A text as a field of one line keeps it."""
    return " ".join(text.split())


def test_most_of_the_texts_run_where_nobody_makes_text_of_them(chromium: Browser):
    page = chromium.new_page()
    ran = 0
    for text in TEXTS:
        page.goto("about:blank")
        page.set_content(f'<p title="x">{text}</p><input value="{text}">')
        page.wait_for_timeout(30)
        ran += page.evaluate("window.__xss") == 1
    page.close()
    assert ran > 25


def assert_text(window: Window, page: Page) -> None:
    """Nothing ran, nothing was fetched, nothing of ours is an element that people wrote."""
    assert page.evaluate("window.__xss") is None, page.url
    assert page.evaluate(STRANGE) == [], page.url
    assert window.complaints == [], page.url
    assert window.strangers() == [], page.url


@pytest.mark.parametrize("start", range(0, len(TEXTS), GROUP))
def test_a_text_stays_text_on_the_page_and_in_the_form(
    world: World, kept_window: Opens, start: int
):
    opened = kept_window(world.editor)
    for number, text in enumerate(TEXTS[start : start + GROUP], start):
        kind, name = world.names[number]
        page = opened.open(f"/{kind}/{name}")
        assert page.inner_text(".promote h1") == one_line(text)
        page.click(".promote-unmapped summary")
        assert_text(opened, page)
        if number % FORMS == 0:
            page = opened.open(f"/{kind}/edit/{name}")
            assert page.input_value("#field-title") == one_line(text)
            assert_text(opened, page)


@pytest.mark.parametrize("path", ["/story", "/app", "/tool", "/news", "/dataset/data",
                                  "/organization/office", "/tool?dataset={id}"])  # fmt: skip
def test_texts_stay_text_on_lists_and_on_pages_of_ckan(
    world: World, kept_window: Opens, path: str
):
    opened = kept_window()
    page = opened.open(path.format(id=world.dataset))
    assert page.locator(".promote-card").count() > 5
    assert_text(opened, page)


@pytest.mark.parametrize("text", TEXTS[::4])
def test_what_the_address_asks_for_stays_text(world: World, kept_window: Opens, text: str):
    opened = kept_window()
    names = ("q", "sector", "tags", "institution", "dataset", "sort", "page", "kind")
    assert_text(opened, opened.open("/story?" + urlencode(dict.fromkeys(names, text))))
    assert_text(opened, opened.open("/story?" + urlencode({"q": text})))


@pytest.mark.parametrize("text", TEXTS[::8])
def test_a_refused_form_gives_texts_back_as_text(world: World, kept_window: Opens, text: str):
    opened = kept_window(world.editor)
    page = opened.open("/story/new")
    for box in page.locator(".promote-form :is(input[type=text], textarea)").all():
        box.fill(text)
    page.fill("#field-contact_email", "nobody")
    page.click(".promote-buttons button")
    page.wait_for_selector("#errors")
    opened.complaints = [each for each in opened.complaints if "400 (BAD REQUEST)" not in each]
    assert_text(opened, page)
