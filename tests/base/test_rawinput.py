"""Raw input that would break PostgreSQL, Solr or core is named before core sees it."""
from __future__ import annotations

from typing import Any

import pytest

from ckanext.promote.base import rawinput

pytestmark = pytest.mark.usefixtures("with_request_context")


def nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    ["a\x00", ["ok", {"k": "\ud800"}], {"\x00": 1}, nested(13), nested(100_000), [1] * 30_000,
     float("nan"), [[float("nan")]]],
)  # fmt: skip
def test_a_bad_value_is_named_by_its_key(value: Any):
    errors = rawinput.problems({"fine": "text", "field": value})
    assert list(errors) == ["field"]


@pytest.mark.parametrize("value", ["", "text", None, 3, 1.5, True, ["a"], {"a": ["b"]}, nested(5)])
def test_a_good_value_passes(value: Any):
    assert rawinput.problems({"field": value}) == {}


@pytest.mark.parametrize("value", [["a"], {"a": 1}, ("a",)])
def test_a_list_or_object_where_text_belongs_is_named(value: Any):
    assert list(rawinput.problems({"title": value}, {"title"})) == ["title"]


def test_all_fields_together_have_a_limit():
    assert list(rawinput.problems({f"f{n}": "x" * 500_000 for n in range(5)})) == ["__before"]


def test_a_key_that_is_no_text_is_refused():
    assert list(rawinput.problems({1: "x"})) == ["__before"]
    assert list(rawinput.problems({"a\x00": "x"})) == ["__before"]
