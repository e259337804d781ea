"""How two texts are shown as one: woven where they share much, one after the other where not."""
from __future__ import annotations

import pytest

from ckanext.promote.content.diff import pieces

MANY = 40_000


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("Waiting fell to 6 days.", "Waiting fell to 5 days.",
         [("same", "Waiting fell to "), ("gone", "6"), ("new", "5"), ("same", " days.")]),
        ("In the village the river came", "With the levels of three towns in the open",
         [("gone", "In the village the river came"),
          ("new", "With the levels of three towns in the open")]),
        ("", "A new text", [("new", "A new text")]),
        ("An old text", "", [("gone", "An old text")]),
        ("Same", "Same", [("same", "Same")]),
        ("One.\nTwo words here.\nThree.", "One.\nTwo words there.\nThree.",
         [("same", "One.\nTwo words "), ("gone", "here."), ("new", "there."),
          ("same", "\nThree.")]),
    ],
)  # fmt: skip
def test_texts_are_woven_only_where_they_share_enough(
    before: str, after: str, shown: list[tuple[str, str]]
) -> None:
    assert pieces(before, after) == shown


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("a\n" * MANY, "a\n" * MANY + "b", [("same", "a\n" * MANY), ("new", "b")]),
        ("b\n" + "a\n" * MANY, "c\n" + "a\n" * (MANY + 1) + "d",
         [("gone", "b\n" + "a\n" * MANY), ("new", "c\n" + "a\n" * (MANY + 1) + "d")]),
        ("b " + "a " * MANY, "a " * MANY + "c",
         [("gone", "b " + "a " * MANY), ("new", "a " * MANY + "c")]),
    ],
    ids=["appended", "lines", "words"],
)  # fmt: skip
def test_what_would_take_too_long_to_weave_is_shown_whole(
    before: str, after: str, shown: list[tuple[str, str]]
) -> None:
    assert pieces(before, after) == shown
