"""Cursors are opaque, and a wrong one is the caller's error."""
from __future__ import annotations

import base64
import json

import ckantoolkit as tk
import pytest

from ckanext.promote.base import paging
from tests.factories import act, content, institution


def test_a_cursor_comes_back_as_it_went():
    assert paging.decode(paging.encode(("2026-01-01", "ñ")), 2) == ["2026-01-01", "ñ"]


@pytest.mark.usefixtures("with_request_context")
@pytest.mark.parametrize(
    "cursor",
    ["", "x", "!!", "a" * 400, paging.encode(("one",)),
     base64.urlsafe_b64encode(json.dumps([1, 2]).encode()).decode(),
     paging.encode(("a\x00", "b"))],
)  # fmt: skip
def test_a_wrong_cursor_is_refused(cursor: str):
    with pytest.raises(tk.ValidationError) as caught:
        paging.decode(cursor, 2)
    assert list(caught.value.error_dict) == ["cursor"]


@pytest.mark.usefixtures("portal")
class TestList:
    def test_the_pages_together_are_the_list_without_gap_or_repetition(self):
        owner = institution()
        names = [content(owner.editor, owner_org=owner.name)["name"] for _ in range(5)]
        seen, cursor = [], {}
        while True:
            page = act(None, "promote_content_list", limit=2, **cursor)
            seen += [item["name"] for item in page["items"]]
            assert (page["total"], page["total_exact"]) == (5, True)
            if page["next"] is None:
                break
            cursor = {"cursor": page["next"]}
        assert sorted(seen) == sorted(names)

    @pytest.mark.parametrize("wrong", [{"limit": 0}, {"limit": 101}, {"limit": "many"},
                                       {"cursor": paging.encode(("soon", "x"))},
                                       {"type": ["a"]}, {"type": "a\x00"}, {"colour": "red"},
                                       {"dataset": {"id": 1}}])  # fmt: skip
    def test_wrong_parameters_are_named(self, wrong: dict[str, object]):
        with pytest.raises(tk.ValidationError) as caught:
            act(None, "promote_content_list", **wrong)
        assert list(caught.value.error_dict) == list(wrong)
