"""How long people's Markdown takes at its worst: a small table of `make bench`."""
from __future__ import annotations

import time
from statistics import median

from ckanext.promote.base.markdown import MarkdownTooComplex, render
from ckanext.promote.portal.bench_report import table, verdict
from ckanext.promote.portal.console import say, step

TARGET_MS = 300.0
REPEATS = 5
TEXTS: dict[str, str] = {
    "2,000 backticks": "`" * 2_000,
    "backticks in growing runs": " ".join("`" * n for n in range(1, 190)),
    "10,000 opening brackets": "[" * 10_000,
    "5,000 brackets in each other": "[" * 5_000 + "]" * 5_000,
    "500 nested quotes": "> " * 500 + "a",
    "5,000 times *_": "*_" * 5_000,
    "5,000 times *_ between words": "*_a " * 5_000,
    "2,000 nested lists": "- " * 2_000 + "a",
    "2,000 lists, each deeper": "\n".join("  " * depth + "- a" for depth in range(200)),
    "10,000 ordinary characters": ("The width of *column 7* is **not** said.\n\n" * 250)[:10_000],
}


def measured(text: str) -> tuple[str, float]:
    """Whether a text is rendered or refused, and the milliseconds of the processor for that."""
    found, spent = "rendered", []
    for _ in range(REPEATS):
        started = time.process_time()
        try:
            render.__wrapped__(text)  # past its cache
        except MarkdownTooComplex:
            found = "refused"
        spent.append((time.process_time() - started) * 1000)
    return found, median(spent)


def print_table() -> None:
    """Measure and print, with the target."""
    with step("Rendering"):
        found = {name: measured(text) for name, text in TEXTS.items()}
    say()
    say("Rendering of Markdown, in milliseconds")
    table(
        ("text", "", "median", "target", ""),
        [
            (name, what, f"{spent:.1f}", f"{TARGET_MS:.0f}", verdict(spent <= TARGET_MS))
            for name, (what, spent) in found.items()
        ],
    )
