"""What must not be seen on a picture of a page: things cut off, empty, or not meant for people."""
from __future__ import annotations

import re

from playwright.sync_api import Page

from tests.browser import looks

# Text of ours that its box cuts off; a frame of one line that ends with dots counts, too.
CLIPPED = """ours => [...document.querySelectorAll(ours + ', ' + ours + ' *')].filter(each => {
    if (each.closest('.visually-hidden, pre, textarea, select, details:not([open])')) return false;
    if (!each.innerText?.trim() || !each.getClientRects().length) return false;
    // Hidden from sight alone, in the way that readers of screens still find it.
    if (each.closest('thead') && each.closest('thead').clientWidth <= 1) return false;
    const style = getComputedStyle(each);
    const cuts = way => ['hidden', 'clip'].includes(way);
    return (cuts(style.overflowX) && each.scrollWidth > each.clientWidth + 1)
        || (cuts(style.overflowY) && each.scrollHeight > each.clientHeight + 1);
}).map(each => each.outerHTML.slice(0, 120))"""
EMPTY = """() => [...document.images].filter(
    each => each.getClientRects().length && (!each.complete || !each.naturalWidth)
).map(each => each.src)"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TEXT = """ours => [...document.querySelectorAll(ours)].map(each => {
    const copy = each.cloneNode(true);
    copy.querySelectorAll('code, pre, script, style').forEach(one => one.remove());
    return copy.innerText ?? copy.textContent;
}).join('\\n')"""
RAW_KEY = re.compile(r"\{\w*\}|%\(\w+\)s|\b[a-z]+(?:_[a-z]+)+\b|\b(?:None|undefined|NaN)\b")
# Names of columns and files may be in sentences of a text that people wrote.
WRITTEN_BY_PEOPLE = ".promote-prose, .promote-unmapped, .promote-embed-frame"


def problems(page: Page) -> list[str]:
    """A line for each thing that should not be seen on the page as it is now."""
    found = [f"scrolls sideways by {beyond} px"] if (beyond := page.evaluate(SIDEWAYS)) else []
    found += [f"reaches out of the window: {each}" for each in looks.wider_than_window(page)]
    found += [f"empty image: {each}" for each in page.evaluate(EMPTY)]
    found += [f"clipped text: {each}" for each in page.evaluate(CLIPPED, looks.OURS)]
    return found + [f"raw key: {each}" for each in raw_keys(page)]


def raw_keys(page: Page) -> list[str]:
    """Words of our parts that a program should have replaced."""
    text = page.evaluate(TEXT.replace("code, pre", f"code, pre, {WRITTEN_BY_PEOPLE}"), looks.OURS)
    return RAW_KEY.findall(text)
