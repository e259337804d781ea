"""Chromium, and a window of it that writes down all that should not happen."""
from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Playwright, Request

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
HEIGHT = 900
WIDE, NARROW = 1280, 320

_sessions: dict[tuple[str, str], Any] = {}
"""Cookies by portal and user id: one sign-in serves all windows."""


def find_chromium() -> str | None:
    """The path of the browser: what ``CHROMIUM`` names, or the distribution's."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    return shutil.which("chromium") or shutil.which("chromium-browser")


def launch(playwright: Playwright) -> Browser:
    """Start Chromium without a screen."""
    return playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)


class Window:
    """A page with cookies of its own.

    ``requests`` are the addresses that it asked for, ``complaints`` what the console, a dialog or
    the content security policy had to say.
    """

    page: Page

    def __init__(
        self,
        browser: Browser,
        url: str,
        user: Mapping[str, Any] | None = None,
        *,
        width: int = WIDE,
        language: str = "en",
        javascript: bool = True,
        **options: Any,
    ) -> None:
        self.url = url
        self.prefix = f"/{language}"
        self.requests: list[str] = []
        self.complaints: list[str] = []
        state = signed_in(browser, url, user) if user else None
        self._context = browser.new_context(
            viewport={"width": width, "height": HEIGHT},
            java_script_enabled=javascript,
            storage_state=state,
            # Bootstrap scrolls smoothly: nothing would be where it is measured.
            **{"reduced_motion": "reduce", **options},
        )
        self.page = self._context.new_page()
        self.page.set_default_timeout(20_000)
        self.page.on("request", self._on_request)
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("dialog", self._on_dialog)

    def open(self, path: str, status: int = 200) -> Page:
        """Go to a path of the portal, in the window's language."""
        answer = self.page.goto(f"{self.url}{self.prefix}{path}", wait_until="load")
        assert answer is not None
        assert answer.status == status, f"{path} answers {answer.status}, not {status}"
        assert "/user/login" not in self.page.url, f"{path} leads to the login"
        return self.page

    def strangers(self) -> list[str]:
        """Addresses outside of the portal that were asked for."""
        mine = urlsplit(self.url).netloc
        return [
            address
            for address in self.requests
            if urlsplit(address).scheme in ("http", "https", "ws", "wss")
            and urlsplit(address).netloc != mine
        ]

    def forget(self) -> None:
        """Start again with no request and no complaint."""
        self.requests.clear()
        self.complaints.clear()

    def close(self) -> None:
        """Forget cookies and page."""
        self._context.close()

    def _on_request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            where = message.location.get("url", "")
            self.complaints.append(f"{message.type}: {message.text} {where}".strip())

    def _on_dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()


def signed_in(browser: Browser, url: str, user: Mapping[str, Any]) -> Any:
    """The cookies of a person who has signed in with ``name`` and ``password``."""
    key = (url, user.get("id", user["name"]))
    if key not in _sessions:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{url}/user/login")
        page.fill("input[name=login]", user["name"])
        page.fill("input[name=password]", user["password"])
        page.click("form:has(input[name=password]) button[type=submit]")
        page.wait_for_url(lambda address: "/user/login" not in address)
        _sessions[key] = context.storage_state()
        context.close()
    return _sessions[key]
