"""The worst that fits into a post comes out right, or is refused with a sentence: never cut.

How long that takes is for `make bench` to say: a test that measures time fails on a busy machine.
"""
from __future__ import annotations

import pytest

from ckanext.promote.base.markdown import MAX_HTML_CHARS, TOO_DEEP, MarkdownTooComplex, render
from tests.base.test_markdown import assert_harmless


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("`" * 2_000, "<pre><code></code></pre>\n"),
        ("a " + "`" * 2_000, f"<p>a {'`' * 2_000}</p>\n"),
        ("`" * 1_000 + "a" + "`" * 1_000, "<p><code>a</code></p>\n"),
        ("[" * 10_000, f"<p>{'[' * 10_000}</p>\n"),
        ("]" * 10_000, f"<p>{']' * 10_000}</p>\n"),
        ("[" * 5_000 + "]" * 5_000, f"<p>{'[' * 5_000}{']' * 5_000}</p>\n"),
        ("*_a " * 2_500, f"<p>{('*_a ' * 2_500).strip()}</p>\n"),
    ],
    ids=["fence", "backticks", "code", "opening", "closing", "nested brackets", "emphasis"],
)
def test_what_has_no_meaning_stays_as_it_was_typed(text: str, html: str) -> None:
    rendered = render(text)
    assert rendered.html == html
    assert_harmless(rendered.html)


def test_five_thousand_changes_of_emphasis_are_bounded_and_keep_their_signs() -> None:
    rendered = render("*_" * 5_000)
    assert_harmless(rendered.html)
    assert set(rendered.plain) <= set("*_\n")
    assert len(rendered.html) <= MAX_HTML_CHARS
    assert rendered.html.count("<em>") == rendered.html.count("</em>") > 0


@pytest.mark.parametrize(
    "text",
    ["> " * 500 + "a", "- " * 2_000 + "a", "1. " * 2_000 + "a", "> - " * 1_000 + "a",
     "\n".join("  " * depth + "- a" for depth in range(140))],
    ids=["quotes", "lists", "numbered", "both", "lines"],
)  # fmt: skip
def test_what_is_nested_too_deep_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(MarkdownTooComplex) as caught:
        render(text)
    assert caught.value.message == TOO_DEEP
