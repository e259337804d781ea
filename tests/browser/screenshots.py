"""Pictures of a portal that runs, for the README and for whoever looks after its design.

    PORTAL_URL=http://localhost:5000 python tests/browser/screenshots.py [FOLDER]

They go to docs/screenshots, as PAGE-WIDTH-LANGUAGE.png. What needs somebody who writes is left
out where there is no accounts.json (``make portal`` keeps it in .portal; ACCOUNTS names another).
"""
from __future__ import annotations

import json
import os
import sys
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from tests.browser.browser import NARROW, WIDE, Window, find_chromium, launch  # noqa: E402 -- a script

TALLEST = 2400
LANGUAGES = ("es", "en")
WRITER = "liaison"


def main(arguments: list[str]) -> str | int:
    """Take all pictures; give what went wrong, or 0."""
    url = os.environ.get("PORTAL_URL", "http://localhost:5000").rstrip("/")
    folder = Path(arguments[0]) if arguments else ROOT / "docs" / "screenshots"
    if not find_chromium():
        return "There is no Chromium: apt-get install chromium, or name it in CHROMIUM."
    try:
        pages = found_pages(url)
    except (OSError, ValueError) as error:
        return f"No portal at {url} ({error}): start it with make portal, or set PORTAL_URL."
    folder.mkdir(parents=True, exist_ok=True)
    account = writer(Path(os.environ.get("ACCOUNTS", ROOT / ".portal" / "accounts.json")))
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for language in LANGUAGES:
            for width in (WIDE, NARROW):
                window = Window(browser, url, width=width, language=language)
                for name, path in pages.items():
                    take(open_page(window, path), folder / f"{name}-{width}-{language}.png")
                window.close()
                if account:
                    window = Window(browser, url, account, width=width, language=language)
                    page = refused_form(window)
                    take(page, folder / f"form-{width}-{language}.png")
                    window.close()
        browser.close()
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")  # noqa: T201 -- a program
    return 0


def found_pages(url: str) -> dict[str, str]:
    """Paths of the pages that this portal has, by the name of their picture."""
    pages = {"home": "/", "stories": "/story", "apps": "/app", "tools": "/tool", "news": "/news",
             "datasets": "/dataset"}  # fmt: skip
    for kind in ("story", "app", "tool"):
        items = ask(url, "promote_content_list", f"type={kind}&limit=20")["items"]
        # The one with a picture says more.
        for item in sorted(items, key=lambda each: not each["cover_url"])[:1]:
            pages[kind] = f"/{item['package_type']}/{item['name']}"
            if kind == "story":
                pages["institution"] = f"/organization/{item['institution']}"
                datasets = ask(url, "promote_content_dataset_list", f"id={item['id']}")["items"]
                pages |= {"dataset": f"/dataset/{datasets[0]['name']}"} if datasets else {}
    return pages


def ask(url: str, action: str, query: str) -> dict[str, Any]:
    """The result of an action of the portal."""
    address = f"{url}/api/3/action/{action}?{query}"
    with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 -- what the user named
        return json.load(answer)["result"]


def writer(path: Path) -> dict[str, str] | None:
    """Name and password of somebody who writes contents."""
    try:
        return {"name": WRITER, "password": json.loads(path.read_text("utf-8"))[WRITER]["password"]}
    except (OSError, ValueError, KeyError):
        return None


def open_page(window: Window, path: str) -> Page:
    """A page with everything that comes late on it."""
    page = window.open(path)
    page.evaluate(
        """async () => {
            for (const each of document.querySelectorAll('img')) each.loading = 'eager';
            await Promise.all([...document.images].map(each => each.decode().catch(() => null)));
            await document.fonts.ready;
        }"""
    )
    return page


def refused_form(window: Window) -> Page:
    """The form of a story that could not be saved."""
    page = window.open("/story/new")
    page.fill("#field-contact_email", "nobody")
    page.click(".promote-buttons button")
    page.wait_for_selector("#errors")
    return page


def take(page: Page, path: Path) -> None:
    """A picture of the page from its top."""
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    width = page.viewport_size["width"] if page.viewport_size else WIDE
    part = {"x": 0, "y": 0, "width": width, "height": height}
    page.screenshot(path=path, full_page=True, clip=part)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Error as problem:
        sys.exit(f"The browser could not go on: {problem.message.splitlines()[0]}")
