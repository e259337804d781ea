"""What the bench of the writers finds in books that are right, and in those that are not."""
from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from ckanext.promote.portal.bench_writers import Sent, findings

RIGHT: dict[str, Any] = {
    "ids": ["a", "b"], "visible": 3, "numbers": 3, "highest": 3, "posts_count": 3, "last_seq": 3,
}  # fmt: skip


def sent(**changes: Any) -> Sent:
    found = Sent(Counter({200: 3}), {"one": {"a"}, "two": {"b"}})
    for name, value in changes.items():
        setattr(found, name, value)
    return found


def missed(found: Sent, books: dict[str, Any]) -> list[int]:
    """Places of the findings that are not so."""
    return [place for place, (_, is_met) in enumerate(findings(found, books)) if not is_met]


def test_books_that_are_right_have_nothing_missed() -> None:
    assert missed(sent(), RIGHT) == []


@pytest.mark.parametrize(
    ("changes", "books", "expected"),
    [
        ({"acknowledged": {"one": {"a", "b"}}}, {}, [0]),
        ({}, {"ids": ["a"]}, [1]),
        ({}, {"ids": ["a", "b", "b"]}, [1]),
        ({}, {"ids": ["a", "b", "c"]}, [1]),
        ({"acknowledged": {"one": {"a"}, "two": {"a"}}}, {}, [1]),
        ({}, {"posts_count": 4}, [2]),
        ({}, {"last_seq": 4}, [3]),
        ({}, {"numbers": 2}, [3]),
        ({"statuses": Counter({200: 3, 503: 1})}, {}, [4, 5]),
        ({"statuses": Counter({200: 3, 409: 1})}, {}, [5]),
    ],
    ids=str,
)
def test_each_thing_that_is_wrong_is_found(
    changes: dict[str, Any], books: dict[str, Any], expected: list[int]
) -> None:
    assert missed(sent(**changes), {**RIGHT, **books}) == expected
