"""What can be measured of how a page looks: axe, widths, targets, focus."""
from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.browser import HEIGHT, NARROW, WIDE

OURS = ".promote"
"""The selector of our parts, on our pages and in our blocks on CKAN's."""

WIDER = """ours => [...document.querySelectorAll(ours + ', ' + ours + ' *')].filter(each => {
    const box = each.getBoundingClientRect();
    if (!box.width || !box.height || each.closest('.visually-hidden, thead')) return false;
    for (let around = each.parentElement; around; around = around.parentElement)
        if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(around).overflowX)) return false;
    return box.right > document.documentElement.clientWidth + 0.5 || box.left < -0.5;
}).map(each => each.outerHTML.slice(0, 120))"""

# WCAG 2.5.8: 24 by 24 pixels; a link inside of a sentence is exempt, and what nobody sees.
SMALL = """ours => [...document.querySelectorAll(
    'a, button, input:not([type=hidden]), select, textarea, summary'
    .split(', ').map(each => ours + ' ' + each).join(', '))].filter(each => {
    const box = each.getBoundingClientRect();
    if (!box.width || each.closest('.visually-hidden, .promote-default')) return false;
    if (each.tagName === 'A' && getComputedStyle(each).display === 'inline') return false;
    if (each.type === 'checkbox' && each.closest('label')) return false;
    return box.width < 24 || box.height < 24;
}).map(each => each.outerHTML.slice(0, 120))"""

# The element that has the focus: whether it is ours, shown, marked, and not covered.
FOCUSED = """ours => {
    const each = document.activeElement;
    if (!each || !each.closest(ours)) return null;
    const marked = [each, each.closest('.promote-card')].filter(Boolean).some(
        one => parseFloat(getComputedStyle(one).outlineWidth) >= 2
            && getComputedStyle(one).outlineStyle !== 'none');
    const box = each.getBoundingClientRect();
    const there = document.elementFromPoint(box.left + Math.min(box.width / 2, 60),
                                            box.top + Math.min(box.height / 2, 20));
    return {
        index: window.__order ? window.__order.indexOf(each) : -1,
        text: each.innerText || each.name || each.outerHTML.slice(0, 80),
        marked,
        covered: !(there && (each.contains(there) || there.contains(each)
                             || each.closest('.promote-card')?.contains(there))),
    };
}"""

REACHABLE = """ours => {
    window.__order = [...document.querySelectorAll(
        'a[href], button, input, select, textarea, summary'
    )].filter(each => each.closest(ours) && each.tabIndex === 0 && each.type !== 'hidden'
        && !each.disabled
        && each.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true}));
    return window.__order.length;
}"""


def assert_fine(page: Page) -> None:
    """Nothing to complain about at both widths, with all that was folded in sight."""
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        assert violations(page) == [], width
        assert wider_than_window(page) == [], width
        assert small_targets(page) == [], width


def violations(page: Page, within: str | None = OURS) -> list[str]:
    """What axe finds in our parts (None: in the whole page), a line for each node."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    context = {"include": [[within]]} if within else {"include": [["html"]]}
    found: list[dict[str, Any]] = page.evaluate(
        "context => axe.run(context, {resultTypes: ['violations']}).then(all => all.violations)",
        context,
    )
    return [
        f"{each['id']}: {node['html'][:160]} -- {node.get('failureSummary', '')[:300]}"
        for each in found
        for node in each["nodes"]
    ]


def wider_than_window(page: Page) -> list[str]:
    """Elements of ours that reach out of the window, unless something scrolls around them."""
    return page.evaluate(WIDER, OURS)


def small_targets(page: Page) -> list[str]:
    """Controls of ours that are smaller than a fingertip."""
    return page.evaluate(SMALL, OURS)


def tab_through(page: Page, limit: int = 400) -> tuple[int, list[dict[str, Any]]]:
    """Press Tab from the top to the end of the page.

    :returns: how many controls of ours there are, and each of ours that had the focus: its
        ``index`` in the order of the document, ``text``, ``marked``, ``covered``
    """
    count = page.evaluate(REACHABLE, OURS)
    passed: list[dict[str, Any]] = []
    for _ in range(limit):
        page.keyboard.press("Tab")
        state = page.evaluate(FOCUSED, OURS)
        # A date has several stops.
        if state and (not passed or passed[-1]["index"] != state["index"]):
            passed.append(state)
        if len(passed) == count or page.evaluate("document.activeElement === document.body"):
            break
    return count, passed
