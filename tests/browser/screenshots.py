"""Pictures of a portal that runs, for the README and for whoever looks after its design.

    PORTAL_URL=http://localhost:5000 python tests/browser/screenshots.py [FOLDER]

They go to docs/screenshots, as PAGE-WIDTH.png, in Spanish. Each page is looked at first: nothing
scrolls sideways, no image is empty, no text is cut off, no raw key is shown; else it ends with 1.
What only the central team sees needs accounts.json (``make portal`` keeps it in .portal; ACCOUNTS
names another).
"""
from __future__ import annotations

import io
import json
import os
import sys
import urllib.request
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Error, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from tests.browser.browser import (  # noqa: E402 -- a script
    HEIGHT,
    NARROW,
    WIDE,
    Window,
    find_chromium,
    launch,
)
from tests.browser.picture_checks import problems  # noqa: E402 -- a script

TALLEST = {WIDE: 2000, NARROW: 1600}
LANGUAGE = "es"
REVIEWER = "central"
COLORS = 128
SETTLES_MS = 500
SHOWN = ".leaflet-marker-icon, .leaflet-interactive, canvas, tbody td"
"""What a view has when its data are there: a map, a chart or a table."""


def main(arguments: list[str]) -> str | int:
    """Take all pictures; give what went wrong, or 0."""
    url = os.environ.get("PORTAL_URL", "http://localhost:5000").rstrip("/")
    folder = Path(arguments[0]) if arguments else ROOT / "docs" / "screenshots"
    if not find_chromium():
        return "There is no Chromium: apt-get install chromium, or name it in CHROMIUM."
    path = Path(os.environ.get("ACCOUNTS", ROOT / ".portal" / "accounts.json"))
    try:
        account = reviewer(path)
        pages = found_pages(url)
        waiting = pages_of_the_review(url, json.loads(path.read_text("utf-8"))[REVIEWER]["token"])
    except (OSError, ValueError, KeyError, IndexError) as error:
        return (f"No portal with its demonstration at {url} ({error!r}): start it with make portal,"
                " or set PORTAL_URL, and ACCOUNTS.")  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        found = taken(browser, url, None, pages, folder)
        found += taken(browser, url, account, waiting, folder)
        browser.close()
    for line in found:
        print(line)  # noqa: T201 -- a program
    print(f"{2 * (len(pages) + len(waiting))} pictures in {folder}, {len(found)} problems")  # noqa: T201 -- a program
    return 1 if found else 0


def taken(
    browser: Browser, url: str, account: dict[str, str] | None, pages: dict[str, str], folder: Path
) -> list[str]:
    """Take the pictures at both widths; give what is wrong with the pages, a line for each."""
    found = []
    for width in (WIDE, NARROW):
        window = Window(browser, url, account, width=width, language=LANGUAGE)
        for name, path in pages.items():
            page = open_page(window, path)
            found += [f"{name} at {width} px: {each}" for each in problems(page)]
            take(page, folder / f"{name}-{width}.png")
        window.close()
    return found


def found_pages(url: str) -> dict[str, str]:
    """Paths of the pages that everybody sees, by the name of their picture."""
    pages = {"impact": "/impact"}
    for kind in ("story", "app"):
        items = ask(url, "promote_content_list", f"type={kind}&limit=20")["items"]
        # The one with a picture says more.
        item = sorted(items, key=lambda each: not each["cover_url"])[0]
        pages[kind] = f"/{item['package_type']}/{item['name']}"
    tools = ask(url, "promote_content_list", "type=tool&limit=20")["items"]
    shown = [ask(url, "promote_content_show", f"id={each['id']}") for each in tools]
    tool = next(each for each in shown if each["tool_kind"] == "map" and each["embeds"])
    pages["tool"] = f"/{tool['package_type']}/{tool['name']}"
    return {**pages, **pages_of_conversations(url)}


def pages_of_conversations(url: str) -> dict[str, str]:
    """A promise about a dataset, all conversations, and the form to ask.

    Not the dataset's page itself: on a phone CKAN's own theme scrolls it sideways by 6 px.
    """
    query = "outcome=will_publish&subject_type=dataset&limit=1"
    [thread] = ask(url, "promote_thread_list", query)["items"]
    dataset = f"/dataset/{thread['subject']['name']}"
    return {
        "conversation": f"/feedback/{thread['number']}", "questions": "/feedback",
        "ask": f"{dataset}/feedback/new",
    }  # fmt: skip


def pages_of_the_review(url: str, token: str) -> dict[str, str]:
    """The queue, and an edit of a published text in it, where its differences show."""
    items = ask(url, "promote_review_list", "", token)["items"]
    edit = next(each for each in items if not each["is_new"])
    return {
        "review": "/promote/review", "review-edit": f"/promote/review/{edit['id']}",
        "moderation": "/promote/moderation",
    }  # fmt: skip


def ask(url: str, action: str, query: str, token: str = "") -> dict[str, Any]:
    """The result of an action of the portal."""
    address = f"{url}/api/3/action/{action}?{query}"
    headers = {"Authorization": token} if token else {}
    request = urllib.request.Request(address, headers=headers)  # noqa: S310 -- what the user named
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 -- what the user named
        return json.load(answer)["result"]


def reviewer(path: Path) -> dict[str, str]:
    """Name and password of somebody of the central team."""
    password = json.loads(path.read_text("utf-8"))[REVIEWER]["password"]
    return {"name": REVIEWER, "password": password}


def open_page(window: Window, path: str) -> Page:
    """A page with everything that comes late on it, and with what a tool shows."""
    page = window.open(path)
    page.evaluate(
        """async () => {
            for (const each of document.querySelectorAll('img')) each.loading = 'eager';
            await Promise.all([...document.images].map(each => each.decode().catch(() => null)));
            await document.fonts.ready;
        }"""
    )
    buttons = page.locator("button.promote-embed-load")
    while buttons.count():
        buttons.first.click()
    for frame in page.locator("iframe.promote-embed-frame").all():
        frame.scroll_into_view_if_needed()
        frame.content_frame.locator(SHOWN).locator("visible=true").first.wait_for()
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    return page


def take(page: Page, path: Path) -> None:
    """A picture of the page from its top, in few colours: it is there to be downloaded."""
    width = page.viewport_size["width"] if page.viewport_size else WIDE
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST[width])
    # Frames outside of the window are not painted.
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_timeout(SETTLES_MS)
    image = Image.open(io.BytesIO(page.screenshot()))
    page.set_viewport_size({"width": width, "height": HEIGHT})
    image.convert("RGB").quantize(COLORS).save(path, optimize=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Error as problem:
        sys.exit(f"The browser could not go on: {problem.message.splitlines()[0]}")
