"""Creating and changing contents: what is stored, what is refused, what happens twice."""
from __future__ import annotations

import io
from typing import Any

import ckantoolkit as tk
import pytest
from ckan import model
from ckan.tests import factories
from werkzeug.datastructures import FileStorage

from ckanext.promote.base.model import Event, IdempotencyKey
from ckanext.promote.content.model import Content
from tests.factories import STORY, act, content, headers, institution, png

pytestmark = pytest.mark.usefixtures("portal", "own_publishing")


def refused(user: dict[str, Any], action: str = "promote_content_create", **fields: Any) -> Any:
    """The errors of a content that is not stored."""
    before = model.Session.query(model.Package).count()
    with pytest.raises(tk.ValidationError) as caught:
        act(user, action, **{**STORY, **fields})
    model.Session.rollback()
    assert model.Session.query(model.Package).count() == before
    assert model.Session.query(Content).count() == 0
    assert model.Session.query(Event).count() == 0
    return caught.value.error_dict


def test_a_story_is_published_with_all_its_fields():
    owner = institution(name="agua")
    dataset = factories.Dataset(name="leaks")
    made = content(
        owner.editor,
        owner_org="agua",
        datasets=["leaks"],
        sector="energia-y-medio-ambiente",
        axis="servicios-publicos",
        tags=[{"name": "water"}, {"name": "leaks"}],
        value=[{"figure": "12", "unit": "days", "what": "less to wait"}],
        external_datasets=[{"title": "Rain", "url": "https://rain.example/data"}],
        authors=["Ana", "Luz"],
        unmapped={"grid_img": "a.jpg"},
    )

    assert made == {
        "id": made["id"],
        "name": "fewer-queues-at-the-water-office",
        "type": "story",
        "title": STORY["title"],
        "version": 1,
        "review_state": "published",
        "url": "http://test.ckan.net/story/fewer-queues-at-the-water-office",
    }
    check_shown(act(None, "promote_content_show", id=made["name"]), owner)
    check_package(act(None, "package_show", id=made["id"]), dataset["id"])


def check_shown(shown: dict[str, Any], owner: Any) -> None:
    assert shown["datasets"] == ["leaks"]
    assert shown["owner_org"] == owner.id
    assert shown["institution"] == {"name": "agua", "title": owner_title(owner.id)}
    assert shown["tags"] == [{"name": "leaks"}, {"name": "water"}]
    assert shown["value"] == [{"figure": "12", "unit": "days", "what": "less to wait"}]
    assert shown["external_datasets"] == [{"title": "Rain", "url": "https://rain.example/data"}]
    assert shown["authors"] == ["Ana", "Luz"]
    assert shown["unmapped"] == {"grid_img": "a.jpg"}
    assert shown["published_on"] == "2026-03-15"
    assert shown["rendered"]["body"] == "<p>People <strong>reported</strong> leaks twice.</p>\n"
    assert shown["permissions"] == dict.fromkeys(
        ["update", "archive", "submit", "publish", "return"], False
    )


def check_package(package: dict[str, Any], dataset_id: str) -> None:
    shown = act(None, "promote_content_show", id=package["id"])
    for key in ("title", "summary", "body", "value", "datasets", "contact_email", "sector"):
        assert package[key] == shown[key], key
    assert package["notes"] == STORY["summary"]
    assert dataset_id not in str(package)


def owner_title(org_id: str) -> str:
    return model.Group.get(org_id).title


def test_creating_records_one_event_with_the_actor():
    owner = institution()
    made = content(owner.editor, owner_org=owner.name)

    events = model.Session.query(Event).all()

    assert [(e.name, e.subject_id, e.actor_id, e.institution_id) for e in events] == [
        ("content.create", made["id"], owner.editor["id"], owner.id)
    ]


def test_two_contents_of_one_title_get_two_names():
    owner = institution()
    first = content(owner.editor, owner_org=owner.name)
    second = content(owner.editor, owner_org=owner.name)
    assert (first["name"], second["name"]) == (
        "fewer-queues-at-the-water-office",
        "fewer-queues-at-the-water-office-2",
    )


@pytest.mark.parametrize("action", ["promote_content_create", "package_create"])
def test_the_same_key_twice_makes_one_content(action: str):
    owner = institution()
    data = {**STORY, "owner_org": owner.name, "idempotency_key": "key-1"}
    first = act(owner.editor, action, **data)
    second = act(owner.editor, action, **data)
    assert first["id"] == second["id"]
    assert model.Session.query(Content).count() == 1
    assert model.Session.query(IdempotencyKey).count() == 1


def test_a_key_whose_content_was_purged_makes_it_anew():
    owner = institution()
    first = content(owner.editor, owner_org=owner.name, idempotency_key="key-1")
    act(factories.Sysadmin(), "dataset_purge", id=first["id"])
    second = content(owner.editor, owner_org=owner.name, idempotency_key="key-1")
    assert second["id"] != first["id"]
    assert model.Session.query(IdempotencyKey).one().result_id == second["id"]


def test_a_key_that_was_used_for_something_else_is_refused():
    owner = institution()
    content(owner.editor, owner_org=owner.name, idempotency_key="key-1")
    with pytest.raises(tk.ValidationError) as caught:
        content(owner.editor, owner_org=owner.name, idempotency_key="key-1", title="Another")
    assert list(caught.value.error_dict) == ["idempotency_key"]


SURROGATE = "half \ud800 pair"
BAD = {
    "no contact": ({"contact_email": ""}, "contact_email"),
    "contact without domain": ({"contact_email": "ana@"}, "contact_email"),
    "type that is a list": ({"type": ["story"]}, "type"),
    "NUL behind an escape": ({"value": '[{"figure": "a\\u0000", "what": "b"}]'}, "value"),
    "no title": ({"title": ""}, "title"),
    "no summary": ({"summary": ""}, "summary"),
    "long summary": ({"summary": "x" * 501}, "summary"),
    "body of 10 MB": ({"body": "x" * 10_000_000}, "__before"),
    "body too long": ({"body": "x" * 40_001}, "body"),
    "list where a text belongs": ({"title": ["a"]}, "title"),
    "object where a text belongs": ({"body": {"a": 1}}, "body"),
    "text where a list belongs": ({"value": "many"}, "value"),
    "NUL in the title": ({"title": "a\x00b"}, "title"),
    "NUL in a row": ({"external_datasets": [{"title": "a\x00", "url": "https://a.example"}]},
                     "external_datasets"),
    "NUL in an owner": ({"owner_org": "a\x00b"}, "owner_org"),
    "lone surrogate": ({"background": SURROGATE}, "background"),
    "lone surrogate in a tag": ({"tags": [{"name": SURROGATE}]}, "tags"),
    "javascript address": (
        {"external_datasets": [{"title": "x", "url": "javascript:alert(1)"}]},
        "external_datasets",
    ),
    "address with a user": (
        {"external_datasets": [{"title": "x", "url": "https://gov.example@evil.example/"}]},
        "external_datasets",
    ),
    "200 tags": ({"tags": [{"name": f"tag {n}"} for n in range(200)]}, "tags"),
    "a tag of symbols": ({"tags": [{"name": "<b>"}]}, "tags"),
    "unknown dataset": ({"datasets": ["there-is-none"]}, "datasets"),
    "unknown institution": ({"owner_org": "there-is-none"}, "owner_org"),
    "year 9999": ({"published_on": "9999-01-01"}, "published_on"),
    "no date": ({"published_on": "soon"}, "published_on"),
    "unknown sector": ({"sector": "magic"}, "sector"),
    "unknown field": ({"state_of_mind": "x"}, "state_of_mind"),
    "field of another type": ({"app_version": "1"}, "app_version"),
    "an id": ({"id": "6c7ac8b4-4e2a-4a37-b7d4-6c9d8f3fbd6a"}, "id"),
    "a state": ({"state": "draft"}, "state"),
    "private": ({"private": True}, "private"),
    "resources": ({"resources": [{"url": "https://a.example"}]}, "resources"),
    "extras": ({"extras": [{"key": "a", "value": "b"}]}, "extras"),
    "cover of another site": (
        {"cover_url": "https://evil.example/a.png", "cover_alt": "x"}, "cover_url",
    ),
    "name with blanks": ({"name": "a b"}, "name"),
    "reserved name": ({"name": "new"}, "name"),
}  # fmt: skip


@pytest.mark.parametrize("action", ["promote_content_create", "package_create"])
@pytest.mark.parametrize("case", BAD)
def test_bad_input_names_the_field_and_stores_nothing(case: str, action: str):
    fields, field = BAD[case]
    errors = refused(factories.Sysadmin(), action, **fields)
    assert list(errors) == [field]
    assert all(message.strip() for message in errors[field])


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.svg"),
        (b"<html><script>alert(1)</script></html>", "a.png"),
        (b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", "a.png"),
        (b"", "empty.png"),
    ],
)
@pytest.mark.parametrize("action", ["promote_content_create", "package_create"])
def test_what_is_no_image_is_refused_and_leaves_no_file(
    action: str, data: bytes, name: str, tmp_path: Any
):
    upload = FileStorage(io.BytesIO(data), filename=name, content_type="image/png")
    errors = refused(factories.Sysadmin(), action, cover_upload=upload, cover_alt="A picture")
    assert list(errors) == ["cover_url"]
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_an_image_without_description_is_refused():
    errors = refused(factories.Sysadmin(), cover_upload=png())
    assert list(errors) == ["cover_alt"]


def test_a_cover_is_stored_anew_under_a_name_of_ours(tmp_path: Any):
    owner = institution()
    made = content(owner.editor, owner_org=owner.name, cover_upload=png(), cover_alt="A river")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    shown = act(None, "promote_content_show", id=made["id"])
    assert len(files) == 1
    assert shown["cover_url"] == f"http://test.ckan.net/uploads/promote/{files[0].name}"
    assert "picture" not in files[0].name


def test_an_update_changes_what_is_given_and_keeps_the_rest():
    owner = institution()
    made = content(owner.editor, owner_org=owner.name, cover_upload=png(), cover_alt="A river")
    before = act(None, "promote_content_show", id=made["id"])

    saved = act(owner.editor, "promote_content_update", id=made["id"], results="It *worked*.")

    after = act(None, "promote_content_show", id=made["id"])
    assert (saved["version"], after["version"]) == (2, 2)
    assert after["rendered"]["results"] == "<p>It <em>worked</em>.</p>\n"
    changed = {key for key in after if after[key] != before[key]}
    assert changed == {"results", "rendered", "version", "metadata_modified"}


def test_an_update_without_a_change_makes_no_version():
    owner = institution()
    made = content(owner.editor, owner_org=owner.name)
    saved = act(owner.editor, "promote_content_update", id=made["id"], title=STORY["title"])
    assert saved["version"] == 1
    assert model.Session.query(Event).count() == 1


def test_an_update_of_an_old_version_says_who_was_first():
    owner = institution()
    made = content(owner.editor, owner_org=owner.name)
    act(owner.admin, "promote_content_update", id=made["id"], title="A better title")
    with pytest.raises(tk.ValidationError) as caught:
        act(owner.editor, "promote_content_update", id=made["id"], version=1, title="Mine")
    [message] = caught.value.error_dict["version"]
    assert model.User.get(owner.admin["name"]).display_name in message


@pytest.mark.parametrize("move", [{"state": "deleted"}, {"private": True}, {"type": "app"}])
def test_nobody_moves_state_visibility_or_type_through_package_patch(move: dict[str, Any]):
    owner = institution()
    made = content(owner.editor, owner_org=owner.name)
    with pytest.raises(tk.ValidationError) as caught:
        act(factories.Sysadmin(), "package_patch", id=made["id"], **move)
    assert list(caught.value.error_dict) == list(move)


def test_package_patch_changes_one_field_and_keeps_links_and_texts():
    owner = institution()
    factories.Dataset(name="leaks")
    made = content(owner.editor, owner_org=owner.name, datasets=["leaks"])
    act(owner.editor, "package_patch", id=made["id"], sector="salud")
    shown = act(None, "promote_content_show", id=made["id"])
    assert (shown["sector"], shown["datasets"], shown["version"]) == ("salud", ["leaks"], 2)
    assert shown["background"] == STORY["background"]


def test_a_patch_of_a_text_alone_reaches_readers_and_the_index():
    owner = institution()
    made = content(owner.editor, owner_org=owner.name)
    act(owner.editor, "package_patch", id=made["id"], results="A heron came back.")
    assert act(None, "package_show", id=made["id"])["results"] == "A heron came back."
    found = act(None, "package_search", q="heron", fq="dataset_type:story")
    assert [each["name"] for each in found["results"]] == [made["name"]]


def test_archiving_takes_a_content_off_every_list(app: Any):
    owner = institution()
    factories.Dataset(name="leaks")
    made = content(owner.editor, owner_org=owner.name, datasets=["leaks"])

    gone = act(owner.editor, "promote_content_archive", id=made["id"], reason="Outdated")

    assert gone["review_state"] == "archived"
    assert act(None, "promote_content_list")["items"] == []
    assert act(None, "promote_dataset_content_list", dataset="leaks")["items"] == []
    assert act(None, "package_search", fq="dataset_type:story")["count"] == 0
    assert app.get(f"/story/{made['name']}", status=404)
    with pytest.raises(tk.ObjectNotFound):
        act(owner.member, "promote_content_show", id=made["id"])
    shown = act(owner.editor, "promote_content_show", id=made["id"])
    assert shown["review_state"] == "archived"
    event = model.Session.query(Event).filter_by(name="content.archive").one()
    assert (event.reason, event.actor_id) == ("Outdated", owner.editor["id"])


def test_the_api_answers_bad_json_types_with_409(app: Any):
    user = factories.SysadminWithToken()
    answer = app.post(
        "/api/3/action/promote_content_create",
        json={**STORY, "title": {"a": 1}},
        headers=headers(user),
        status=409,
    )
    assert list(answer.json["error"]) == ["title", "__type"]


def test_a_text_without_its_sections_is_marked_until_one_of_them_is_written():
    owner = institution()
    made = content(owner.editor, owner_org=owner.name, background="", sections_pending=True)
    assert act(None, "promote_content_show", id=made["id"])["sections_pending"] is True
    act(owner.editor, "promote_content_update", id=made["id"], results="It worked.")
    assert act(None, "promote_content_show", id=made["id"])["sections_pending"] is False
