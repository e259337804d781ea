"""The page behind a visitor's link, as he meets it: by keyboard, on a phone, without JavaScript."""
from __future__ import annotations

from collections.abc import Callable

import pytest
from ckan import model

from ckanext.promote.base import visitors
from tests.browser import looks
from tests.browser.browser import HEIGHT, NARROW, WIDE, Window
from tests.browser.server import LivePortal

Opens = Callable[..., Window]


def link() -> str:
    """The path of a link to a content that is not there any more."""
    visitor = visitors.find_or_make(model.Session, "ana@example.org")
    secret = visitors.make_token(model.Session, visitor, "confirm", ("content", "gone"))
    model.Session.commit()
    return f"/promote/confirm/{secret}"


@pytest.mark.parametrize("language", ["en", "es"])
def test_question_and_answer_have_no_violation_and_do_not_scroll_sideways(
    empty_portal: LivePortal, window: Opens, language: str
):
    page = window(language=language).open(link())
    for _ in range(2):
        for width in (NARROW, WIDE):
            page.set_viewport_size({"width": width, "height": HEIGHT})
            assert looks.violations(page) == [], width
            assert looks.wider_than_window(page) == [], width
            assert looks.small_targets(page) == [], width
        button = page.locator(".promote form button")
        if button.count():
            button.focus()
            page.keyboard.press("Enter")
            page.wait_for_selector(".promote-question:not(:has(form))")


def test_it_works_without_javascript(empty_portal: LivePortal, window: Opens):
    page = window(javascript=False).open(link())
    page.click(".promote form button")
    assert page.locator(".promote h1").inner_text() == "This is not there any more"
