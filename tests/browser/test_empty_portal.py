"""Our pages of a portal where nothing was written yet."""
from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser import looks
from tests.browser.browser import HEIGHT, NARROW, WIDE, Window
from tests.browser.server import LivePortal


@pytest.mark.parametrize("language", ["en", "es"])
def test_an_empty_list_says_so_without_a_violation(
    empty_portal: LivePortal, window: Callable[..., Window], language: str
):
    page = window(language=language).open("/news")
    assert page.locator(".promote-empty").is_visible()
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        assert looks.violations(page) == []
        assert looks.wider_than_window(page) == []
