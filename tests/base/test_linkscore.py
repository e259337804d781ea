"""What in a visitor's text somebody should look at first."""
from __future__ import annotations

import pytest

from ckanext.promote.base.linkscore import is_shouted, is_suspicious, links_in

LINK = "https://example.org/a"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 0),
        ("The data of INEGI, and version 2.0 of the file a.csv.", 0),
        (LINK, 1),
        (f"see {LINK}, {LINK}.", 2),
        ("HTTP://EXAMPLE.ORG ftp://example.org", 2),
        ("https://www.example.org", 1),
        ("www.example.org and (www.example.net)", 2),
        (f"[here]({LINK}) <{LINK}> ![]({LINK})", 3),
        (f'<a href="{LINK}">{LINK}</a> [url={LINK}]x[/url]', 3),
        ("https : //example.org", 1),
        ("awww.example", 0),
    ],
)
def test_links_are_counted_in_whatever_markup(text: str, number: int):
    assert links_in(text) == number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BUY NOW, THE BEST PRICES OF THE WHOLE TOWN, ONLY TODAY!!!", True),
        ("COMPRE YA LOS MEJORES PRECIOS, SÓLO POR HOY, ENVÍO GRATIS", True),
        ("INEGI, CURP, RFC Y DOF", False),  # too short to be sure
        ("We compared the tables of INEGI, SAT and IMSS with those of the CONAPO.", False),
        ("3.1416 " * 30, False),
        ("水質のデータを毎週公開してください。" * 5, False),
        ("", False),
    ],
)
def test_shouting_is_mostly_capital_letters(text: str, expected: bool):
    assert is_shouted(text) is expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("A question", f"about {LINK} and {LINK} and {LINK}"), False),
        ((LINK, f"about {LINK} and {LINK} and {LINK}"), True),
        (("BUY NOW, THE BEST PRICES OF THE WHOLE TOWN, ONLY TODAY", "please"), True),
        ((), False),
    ],
)
def test_all_texts_of_a_visitor_count_together(texts: tuple[str, ...], expected: bool):
    assert is_suspicious(*texts) is expected


def test_a_long_text_takes_no_long_time():
    for piece in ("http", "http:", "www", "w.", "A", " :", "/"):
        assert is_suspicious(piece * 20_000) in (True, False)
