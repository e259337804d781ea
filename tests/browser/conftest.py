"""A portal that is really served, and Chromium to look at it.

A module asks for ``chromium`` and for its own data: a fixture of module scope that takes
``empty_portal``, makes them through the actions and gives what the tests need to know.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ckan.plugins as p
import ckantoolkit as tk
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import conftest as base
from tests.browser import server
from tests.browser.browser import Window, find_chromium, launch
from tests.browser.server import LivePortal
from tests.postbox import Postbox, receiving

FOLDER = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip this folder where there is no Chromium."""
    if find_chromium():
        return
    skip = pytest.mark.skip(reason="no Chromium: apt-get install chromium, or name it in CHROMIUM")
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker(skip)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser. One process for all modules; each window has its own cookies."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def own_publishing_policy(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A profile by which editors publish, so that a journey need not change its person."""
    return str(base.own_publishing_profile(tmp_path_factory.mktemp("profile")))


@pytest.fixture(scope="package")
def postbox() -> Iterator[Postbox]:
    """Where the portal's mail goes."""
    with receiving() as box:
        yield box


@pytest.fixture(scope="package")
def live_portal(
    request: pytest.FixtureRequest,
    postbox: Postbox,
    tmp_path_factory: pytest.TempPathFactory,
    own_publishing_policy: str,
    reset_db: Callable[[], None],
    migrate_db_for: Callable[[str], None],
) -> Iterator[LivePortal]:
    """The portal, served from the test database for the whole folder."""
    p.load_all()
    reset_db()
    if not base._migrated:
        migrate_db_for("promote")
        base._migrated.append(True)
    p.unload_all()
    ini = Path(request.config.getoption("--ckan-ini"))
    more = {
        **{name: str(value) for name, value in postbox.options.items()},
        "ckanext.promote.policy": own_publishing_policy,
        "ckanext.promote.form.min_seconds": "0",
    }
    with server.running(ini, tmp_path_factory.mktemp("portal"), more) as portal:
        yield portal


@pytest.fixture(scope="module")
def empty_portal(
    live_portal: LivePortal,
    own_publishing_policy: str,
    reset_db: Callable[[], None],
    reset_index: Callable[[], None],
) -> Iterator[LivePortal]:
    """The portal without data, and the plugin loaded here, so that a module can make its own."""
    with pytest.MonkeyPatch.context() as patch:
        # In the environment, too: CKAN reads it again when it loads the plugins.
        patch.setenv("CKAN_STORAGE_PATH", str(live_portal.storage))
        patch.setenv("CKAN_SITE_URL", live_portal.url)
        patch.setitem(tk.config, "ckan.storage_path", str(live_portal.storage))
        patch.setitem(tk.config, "ckan.site_url", live_portal.url)
        patch.setitem(tk.config, "ckanext.promote.policy", own_publishing_policy)
        p.load_all()
        reset_db()
        reset_index()
        yield live_portal
        p.unload_all()


@pytest.fixture(scope="module")
def kept_window(chromium: Browser, live_portal: LivePortal) -> Iterator[Callable[..., Window]]:
    """As ``window``, but a module gets the same one for the same question, and so a full cache."""
    kept: dict[tuple[Any, ...], Window] = {}

    def gives(user: dict[str, Any] | None = None, **options: Any) -> Window:
        key = (user["name"] if user else None, *sorted(options.items()))
        if key not in kept:
            kept[key] = Window(chromium, live_portal.url, user, **options)
        kept[key].forget()
        return kept[key]

    yield gives
    for each in kept.values():
        each.close()


@pytest.fixture
def window(chromium: Browser, live_portal: LivePortal) -> Iterator[Callable[..., Window]]:
    """Open a window: ``window(user, width=320, language="es", javascript=False)``."""
    opened: list[Window] = []

    def opens(user: dict[str, Any] | None = None, **options: Any) -> Window:
        opened.append(Window(chromium, live_portal.url, user, **options))
        return opened[-1]

    yield opens
    for each in opened:
        each.close()
