"""Each sentence that the API answers with is in the language of the address."""
from __future__ import annotations

from typing import Any

import pytest

from tests.factories import STORY, content
from tests.i18n_helpers import CORE, LINK, PATHS, Reader, core_text, quiet_institution
from tests.static.package import hold

EVENT = {"type": "event", "event_kind": "mesa", "starts_at": "2026-03-15T10:00"}
BAD: list[dict[str, Any]] = [
    {"type": "qqq"},
    {"title": "\0"},
    {"title": "\ud800"},
    {"title": ["qqq"]},
    {"title": {"qqq": 1}},
    {"title": True},
    {"title": ""},
    {"title": "q" * 300},
    {"qqq": 1},
    {"q\0": 1},
    {"id": "qqq"},
    {"state": "deleted"},
    {"private": True},
    {"resources": [{}]},
    {"name": "Q Q"},
    {"name": "q"},
    {"name": "new"},
    {"name": "q" * 101},
    {"name": "qqqtaken"},
    {"body": "q" * 3_000_000},
    {"body": "q" * 50_000},
    {"body": "> " * 200 + "q"},
    {"body": "q\n" * 15_000},
    {"background": "|q|q|\n|-|-|\n" + "|q|q|\n" * 3000},
    {"contact_email": ""},
    {"contact_email": "qqq"},
    {"owner_org": "qqqnone"},
    {"datasets": ["qqqnone"]},
    {"datasets": {"qqq": 1}},
    {"pending_datasets": "qqq"},
    {"external_datasets": "qqq"},
    {"external_datasets": "[qqq"},
    {"external_datasets": ["qqq"]},
    {"external_datasets": [{"qqq": 1}]},
    {"external_datasets": [{"title": "qqq"}]},
    {"external_datasets": [{"title": "qqq", "url": "qqq:qqq"}]},
    {"external_datasets": [{"title": "qqq", "url": "https://qqq:qqq@qqq.example"}]},
    {"external_datasets": [{"title": "qqq", "url": LINK}] * 51},
    {"external_datasets": [{}] * 501},
    {"sector": "qqq"},
    {"language": "qqq"},
    {"tags": ["qqq!"]},
    {"tags": [f"qqq{number}" for number in range(31)]},
    {"authors": ["\ufdd0"] * 301},
    {"published_on": "qqq"},
    {"published_on": "9999-01-01"},
    {"cover_url": LINK},
    {"cover_upload": "qqq"},
    {"unmapped": "qqq"},
    {"unmapped": "[]"},
    {"unmapped": {"qqq": "q" * 70_000}},
    {"unmapped": {"qqq": float("nan")}},
    {"unmapped": [[[[[[[[[[[[[["qqq"]]]]]]]]]]]]]]},
    {"idempotency_key": "qqqused"},
    {"type": "app", "background": "", "links": "qqq"},
    {"type": "app", "links": {"qqq": LINK}},
    {"type": "app", "links": {"web": "qqq"}},
    {"type": "app", "links": ["qqq"]},
    {"type": "app", "screenshots": [{"url": "", "alt": "Qqq"}]},
    {"type": "tool"},
    {"type": "event"},
    {**EVENT, "starts_at": "qqq"},
    {**EVENT, "ends_at": "2026-03-14T10:00"},
    {"type": "study"},
    {"type": "study", "document_url": "qqq"},
    {"type": "study", "document_url": f"private-{'0' * 8}-0000-0000-0000-{'0' * 12}.pdf"},
    {"type": "study", "document_upload": "qqq"},
]
"""What promote_content_create refuses; each is laid over a story that is right."""

CALLS: list[tuple[str, dict[str, Any]]] = [
    ("promote_content_show", {"id": "qqqnone"}),
    ("promote_content_show", {"id": ""}),
    ("promote_content_show", {"id": ["qqq"]}),
    ("promote_content_show", {"id": "qqqtaken", "version": "q" * 501}),
    ("promote_content_show", {"id": "qqqtaken", "version": "77"}),
    ("promote_content_show", {"id": "qqqtaken", "qqq": 1}),
    ("promote_content_update", {"id": "qqqtaken", "version": 77}),
    ("promote_content_list", {"limit": "qqq"}),
    ("promote_content_list", {"limit": 101}),
    ("promote_content_list", {"cursor": "qqq"}),
    ("promote_content_dataset_list", {"id": "qqqtaken", "cursor": "WyJxIiwicSJd"}),
    ("promote_dataset_content_list", {"dataset": "qqqnone"}),
    ("promote_content_type_show", {"type": "qqq"}),
    ("package_list", {"offset": "qqq"}),
    ("package_update", {"id": "qqqtaken", "type": "app"}),
    ("package_delete", {"id": "qqqnone"}),
    ("resource_create", {"package_id": "qqqtaken", "url": LINK}),
    ("package_collaborator_create", {"id": "qqqtaken", "user_id": "qqq", "capacity": "editor"}),
]


@pytest.fixture
def owner(portal: Any, own_publishing: None, monkeypatch: Any) -> Any:
    monkeypatch.setitem(portal, "ckanext.promote.submissions", "institutions")
    made = quiet_institution()
    content(made.editor, owner_org=made.name, name="qqqtaken", idempotency_key="qqqused")
    return made


@pytest.mark.parametrize("language", PATHS)
def test_what_a_create_refuses(app: Any, owner: Any, language: str):
    reader = Reader(app, language, owner.editor)
    for bad in BAD:
        data = {**STORY, "owner_org": owner.name, **bad}
        reader.call("promote_content_create", data, case=repr(bad)[:100])
    assert reader.read >= len(BAD)
    hold(reader.strange)


@pytest.mark.parametrize("language", PATHS)
def test_what_the_other_actions_refuse(app: Any, owner: Any, language: str):
    reader = Reader(app, language, owner.editor)
    for action, data in CALLS:
        reader.call(action, data)
    assert reader.read >= len(CALLS)
    hold(reader.strange)


@pytest.mark.parametrize("language", PATHS)
def test_who_may_not_write_is_told_why(app: Any, owner: Any, language: str):
    story = {**STORY, "owner_org": owner.name}
    visitor, member = Reader(app, language), Reader(app, language, owner.member)
    editor = Reader(app, language, owner.editor)
    for reader in (visitor, member):
        reader.call("promote_content_create", story)
        reader.call("promote_content_archive", {"id": "qqqtaken"})
    editor.call("promote_content_create", STORY)
    hold(visitor.strange + member.strange + editor.strange)


def test_ckan_has_spanish_for_its_sentences_that_reach_our_users():
    """What precedes a refusal at the API is CKAN's, and still waits for its translators."""
    assert [msgid for msgid in CORE if core_text(msgid, "es") == msgid] == ["Access denied: %s"]
