"""Whatever stands in a front matter: a content comes out, or a sentence."""
from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.promote.importers.mapping import institution_texts, to_content
from ckanext.promote.importers.matching import Institutions
from ckanext.promote.importers.source import Problem
from tests.importers.vocabulary import FIELDS, VOCABULARY, record

KEYS = (
    "title date author collaborators links datasets external_datasets tags category "
    "category_title categories excerpt tagline summary description published permalink iframe_src "
    "featured_img screenshots contact contact_email contact_name stage tool_kind layout section "
    "sub_section institution axis language"
).split()
TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["NA", "https://a.example/x y", "javascript:x", "2015-02-03", "9999-99-99", "a, b", "---",
         "<p>x", "**", "[", "http://[", "www.a.example", "salud", "y", "{{ x }}", "\u202e", "//"]
    ),
)  # fmt: skip
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), TEXTS)
NAMES = st.sampled_from(["url", "title", "name", "href", "web", "email", "platform", "x"])
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=400, deadline=None, database=None)
@given(
    kind=st.sampled_from([*FIELDS, "", "x"]),
    front=st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6),
    body=TEXTS,
    path=st.sampled_from(["", "_posts/apps/2015-02-03-a.md", "a.md"]),
)
def test_any_front_matter_becomes_a_content_or_a_sentence(
    kind: str, front: dict[str, Any], body: str, path: str
):
    source = record(body, kind, path, **front)
    assert Institutions([]).match(institution_texts(source)) is None
    try:
        content, notes = to_content(source, VOCABULARY)
    except Problem as err:
        refused = err
    else:
        refused = None
    if refused:
        assert refused.field
        assert refused.reason.endswith(".")
        return
    assert json.dumps(content)
    assert all(note.message.endswith(".") for note in notes)
    for name in ("title", "summary", "body"):
        assert isinstance(content.get(name, ""), str)
    assert 0 < len(content["title"]) <= 200
    assert len(content["summary"]) <= 500
