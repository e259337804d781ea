"""Importing into a portal: what is written, what a second run does, what is refused."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ckan import model
from ckan.lib.search import common
from ckan.tests import factories, helpers
from PIL import Image

from ckanext.promote.base.model import IdempotencyKey
from ckanext.promote.content.model import Content
from ckanext.promote.importers.model import ImportRecord
from ckanext.promote.importers.run import Outcome, run, totals
from tests.factories import act

pytestmark = pytest.mark.usefixtures("portal")

CONTACT = "open@example.org"


@pytest.fixture
def admin() -> str:
    return factories.Sysadmin()["name"]


def story(number: int = 1, body: str = "A text.", **front: Any) -> dict[str, Any]:
    """A record of a story."""
    return {
        "kind": "story",
        "source_path": f"_posts/historias/2015-02-0{number}-a.md",
        "front_matter": {"title": f"Title {number}", "date": "2015-02-03", **front},
        "body": body,
    }


def written(tmp_path: Path, *given: dict[str, Any]) -> Path:
    path = tmp_path / "import.jsonl"
    path.write_text("\n".join(json.dumps(each) for each in given))
    return path


def imported(path: Path, user: str, contact: str = CONTACT) -> list[Outcome]:
    return list(run(path, user, contact))


def one(path: Path, user: str, contact: str = CONTACT) -> Outcome:
    outcomes = imported(path, user, contact)
    assert len(outcomes) == 1
    return outcomes[0]


def shown(outcome: Outcome) -> dict[str, Any]:
    return act(None, "promote_content_show", id=outcome.name)


def test_a_record_is_created_and_then_unchanged(tmp_path: Path, admin: str):
    path = written(tmp_path, story())
    first, second = one(path, admin), one(path, admin)
    assert (first.result, second.result) == ("created", "unchanged")
    assert first.name == second.name == "title-1"
    assert shown(second)["version"] == 1
    assert model.Session.query(ImportRecord).count() == 1


def test_a_change_of_the_source_updates_the_content(tmp_path: Path, admin: str):
    one(written(tmp_path, story(tags=["one two"], layout="post")), admin)
    outcome = one(written(tmp_path, story(body="## Resultados\n\nNew.")), admin)
    content = shown(outcome)
    assert outcome.result == "updated"
    assert (content["results"], content["body"]) == ("New.", "")
    assert (content["tags"], content["version"]) == ([], 2)
    assert one(written(tmp_path, story(body="## Resultados\n\nNew.")), admin).result == "unchanged"


def test_what_people_filled_in_outlives_an_update(tmp_path: Path, admin: str):
    factories.Organization(name="agua")
    first = one(written(tmp_path, story()), admin)
    act(
        admin, "promote_content_update", id=first.name, owner_org="agua", sector="salud",
        contact_email="ana@example.org", is_contact_confirmed=True,
    )  # fmt: skip
    second = one(written(tmp_path, story(body="Another text.")), admin)
    content = shown(second)
    assert second.result == "updated"
    assert content["institution"]["name"] == "agua"
    assert (content["sector"], content["contact_email"]) == ("salud", "ana@example.org")
    assert content["is_contact_confirmed"] is True


def test_everything_of_a_record_is_on_the_content(tmp_path: Path, admin: str):
    factories.Organization(name="agua", title="Agency of Water")
    factories.Dataset(name="rain")
    path = written(
        tmp_path,
        story(
            author="Agency of Water", collaborators=["Ana"], category="Salud", layout="post",
            datasets=["rain", "not-here-yet"],
            external_datasets=[{"title": "Rivers", "url": "http://r.example/x"}],
        ),
    )  # fmt: skip
    content = act(admin, "promote_content_show", id=one(path, admin).name)
    assert content["institution"]["name"] == "agua"
    assert content["authors"] == ["Agency of Water", "Ana"]
    assert (content["sector"], content["published_on"]) == ("salud", "2015-02-03")
    assert (content["datasets"], content["pending_datasets"]) == (["rain"], ["not-here-yet"])
    assert content["external_datasets"] == [{"title": "Rivers", "url": "http://r.example/x"}]
    assert content["sections_pending"] is True
    assert content["unmapped"] == {
        "layout": "post", "source_path": "_posts/historias/2015-02-01-a.md",
    }  # fmt: skip


def test_a_pending_link_becomes_real_when_the_dataset_appears(tmp_path: Path, admin: str):
    outcome = one(written(tmp_path, story(datasets=["rain"])), admin)
    assert shown(outcome)["datasets"] == []
    factories.Dataset(name="rain")
    assert shown(outcome)["datasets"] == ["rain"]


@pytest.mark.parametrize(
    ("own", "given", "of_institution", "of_option", "expected", "is_confirmed"),
    [
        ("own@example.org", CONTACT, "i@example.org", "o@example.org", "own@example.org", True),
        ("", CONTACT, "i@example.org", "o@example.org", CONTACT, False),
        ("", "", "i@example.org", "o@example.org", "i@example.org", False),
        ("", "", "", "o@example.org", "o@example.org", False),
    ],
)
def test_a_missing_contact_is_filled_in_unconfirmed_and_noted(
    own: str, given: str, of_institution: str, of_option: str, expected: str, is_confirmed: bool,
    tmp_path: Path, admin: str, ckan_config: Any, monkeypatch: Any,
):  # fmt: skip
    monkeypatch.setitem(ckan_config, "ckanext.promote.import.contact", of_option)
    extras = [{"key": "contact_email", "value": of_institution}] if of_institution else []
    factories.Organization(name="agua", extras=extras)
    front = {"author": "agua", "contact_email": own} if own else {"author": "agua"}
    outcome = one(written(tmp_path, story(**front)), admin, given)
    content = shown(outcome)
    assert (content["contact_email"], content["is_contact_confirmed"]) == (expected, is_confirmed)
    assert ("contact_email" in [note.field for note in outcome.notes]) is not is_confirmed


def test_without_any_contact_a_record_is_refused_and_nothing_stored(tmp_path: Path, admin: str):
    outcome = one(written(tmp_path, story()), admin, "")
    assert (outcome.result, outcome.field) == ("refused", "contact_email")
    assert "--contact" in outcome.reason
    assert model.Session.query(Content).count() == 0
    assert one(written(tmp_path, story()), admin).result == "created"


def test_an_author_is_matched_by_alias_and_the_others_are_noted(tmp_path: Path, admin: str):
    factories.Organization(name="agua", extras=[{"key": "aliases", "value": "AW, Water Agency"}])
    path = written(tmp_path, story(1, author="AW (Unit of rivers)"), story(2, author="Nobody"))
    first, second = imported(path, admin)
    assert shown(first)["institution"]["name"] == "agua"
    assert [note.message for note in second.notes if note.field == "owner_org"] == [
        "“Nobody” is no institution of this portal."
    ]
    factories.Organization(name="nobody")
    assert [each.result for each in imported(path, admin)] == ["unchanged", "updated"]
    assert shown(second)["institution"]["name"] == "nobody"


def test_all_institutions_are_read_however_many(tmp_path: Path, admin: str):
    for number in range(30):
        factories.Organization(name=f"org-{number:02}")
    path = written(tmp_path, story(1, author="org-00"), story(2, author="org-29"))
    assert [shown(each)["institution"]["name"] for each in imported(path, admin)] == [
        "org-00", "org-29",
    ]  # fmt: skip


BAD = {
    "year 9999": ({"date": "9999-01-01"}, "published_on"),
    "a kind that is not here": ({"kind": "recipe"}, "kind"),
    "a text that is too long": ({"body": "x" * 41_000}, "body"),
    "a text without end": ({"body": "x" * 1_000_000}, "body"),
    "too much that is unmapped": ({"x": "y" * 70_000}, "unmapped"),
    "NUL": ({"title": "a\0b"}, "front_matter"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_record_is_refused_alone_with_field_and_reason(
    case: str, tmp_path: Path, admin: str
):
    fields, field = BAD[case]
    bad = story(2)
    for key, value in fields.items():
        (bad if key in ("kind", "body") else bad["front_matter"])[key] = value
    outcomes = imported(written(tmp_path, story(1), bad, story(3)), admin)
    assert [each.result for each in outcomes] == ["created", "refused", "created"]
    assert outcomes[1].field == field
    assert outcomes[1].reason.endswith(".")
    assert model.Session.query(Content).count() == 2
    assert model.Session.query(IdempotencyKey).count() == 2


def test_who_may_not_publish_imports_nothing(tmp_path: Path):
    outcome = one(written(tmp_path, story()), factories.User()["name"])
    assert (outcome.result, outcome.field) == ("refused", "owner_org")
    assert model.Session.query(Content).count() == 0


def test_two_records_of_one_source_are_not_written_over_each_other(tmp_path: Path, admin: str):
    path = written(tmp_path, story(1), story(1, body="Another."), story(1))
    for first in ("created", "unchanged"):
        outcomes = imported(path, admin)
        assert [each.result for each in outcomes] == [first, "refused", "unchanged"]
        assert outcomes[1].field == "source_path"


def test_two_sources_of_one_title_are_two_contents(tmp_path: Path, admin: str):
    twin = {**story(2), "front_matter": story(1)["front_matter"]}
    names = [each.name for each in imported(written(tmp_path, story(1), twin), admin)]
    assert names == ["title-1", "title-1-2"]


def test_a_content_whose_import_record_was_never_written_is_adopted(tmp_path: Path, admin: str):
    path = written(tmp_path, story())
    first = one(path, admin)
    model.Session.query(ImportRecord).delete()
    model.Session.commit()
    second = one(written(tmp_path, story(body="Another.")), admin)
    assert (second.result, second.name) == ("updated", first.name)
    assert model.Session.query(Content).count() == 1


def test_a_content_that_was_purged_is_created_anew(tmp_path: Path, admin: str):
    path = written(tmp_path, story())
    first = one(path, admin)
    helpers.call_action("dataset_purge", {"ignore_auth": True}, id=first.name)
    assert [one(path, admin).result for _ in range(2)] == ["created", "unchanged"]


def test_a_content_that_was_archived_stays_archived(tmp_path: Path, admin: str):
    first = one(written(tmp_path, story()), admin)
    act(admin, "promote_content_archive", id=first.name)
    assert one(written(tmp_path, story()), admin).result == "unchanged"
    outcome = one(written(tmp_path, story(body="Another.")), admin)
    assert (outcome.result, outcome.field) == ("refused", "state")
    assert "/ckan-admin/trash" in outcome.reason


def test_what_its_source_does_not_publish_is_kept_archived(tmp_path: Path, admin: str):
    path = written(tmp_path, story(published=False))
    outcome = one(path, admin)
    assert outcome.result == "created"
    assert "published" in [note.field for note in outcome.notes]
    assert model.Package.get(outcome.name).state == "deleted"
    assert one(path, admin).result == "unchanged"
    model.Session.query(ImportRecord).delete()
    model.Session.commit()
    assert one(path, admin).result == "created"
    assert model.Session.query(Content).count() == 1


def test_a_content_that_its_source_takes_back_is_archived(tmp_path: Path, admin: str):
    one(written(tmp_path, story()), admin)
    outcome = one(written(tmp_path, story(published=False)), admin)
    assert outcome.result == "updated"
    assert model.Package.get(outcome.name).state == "deleted"


def test_a_content_cannot_change_its_type(tmp_path: Path, admin: str):
    one(written(tmp_path, story()), admin)
    outcome = one(written(tmp_path, {**story(), "kind": "news"}), admin)
    assert (outcome.result, outcome.field) == ("refused", "kind")


def test_a_record_with_our_keys_is_imported(tmp_path: Path, admin: str):
    given = {
        "type": "tool", "name": "my-map", "title": "A map", "summary": "Shows rivers.",
        "tool_kind": "map", "url": "https://map.example", "contact_email": "ana@example.org",
    }  # fmt: skip
    outcome = one(written(tmp_path, given), admin)
    assert (outcome.result, outcome.name, outcome.notes) == ("created", "my-map", ())
    assert shown(outcome)["is_contact_confirmed"] is True
    assert one(written(tmp_path, given), admin).result == "unchanged"


def test_what_was_imported_is_found_at_once(tmp_path: Path, admin: str, ckan_config: Any):
    before = ckan_config["ckan.search.solr_commit"]
    imported(written(tmp_path, story(1), story(2), story(3, published=False)), admin)
    found = act(None, "package_search", fq="dataset_type:story", sort="name asc")["results"]
    assert [each["name"] for each in found] == ["title-1", "title-2"]
    assert ckan_config["ckan.search.solr_commit"] == before


def test_without_search_index_a_record_is_refused_and_adopted_later(
    tmp_path: Path, admin: str, ckan_config: Any, monkeypatch: Any
):
    path = written(tmp_path, story())
    with monkeypatch.context() as broken:
        nobody = "http://127.0.0.1:9/solr/none"
        broken.setitem(ckan_config, "solr_url", nobody)
        if hasattr(common, "SolrSettings"):  # CKAN 2.11 keeps the address there
            broken.setattr(common.SolrSettings, "_url", nobody)
        outcome = one(path, admin)
    assert (outcome.result, outcome.field) == ("refused", "index")
    assert one(path, admin).result in ("created", "updated")
    assert one(path, admin).result == "unchanged"
    assert model.Session.query(Content).count() == 1


def folder(tmp_path: Path) -> Path:
    """A folder with one app and its picture."""
    root = tmp_path / "site"
    (root / "_posts" / "apps").mkdir(parents=True)
    (root / "assets" / "images").mkdir(parents=True)
    Image.new("RGB", (40, 20), "#0b5a63").save(root / "assets" / "images" / "a.png")
    (root / "_posts" / "apps" / "2015-02-03-a.md").write_text(
        "---\ntitle: An app\nfeatured_img: a.png\nscreenshots: [a.png]\n---\nWhat it does.\n"
    )
    return root


def test_the_pictures_of_a_folder_are_uploaded(tmp_path: Path, admin: str):
    path = folder(tmp_path)
    outcome = one(path, admin)
    content = shown(outcome)
    assert outcome.result == "created"
    assert content["cover_url"].startswith("http://test.ckan.net/uploads/promote/")
    assert content["cover_alt"] == "An app"
    assert [each["alt"] for each in content["screenshots"]] == ["An app (1)"]
    assert one(path, admin).result == "unchanged"


def test_a_picture_that_is_none_is_left_out_with_a_note(tmp_path: Path, admin: str):
    path = folder(tmp_path)
    (path / "assets" / "images" / "a.png").write_bytes(b"<svg onload='alert(1)'/>")
    outcome = one(path, admin)
    content = shown(outcome)
    assert (outcome.result, content["cover_url"]) == ("created", "")
    assert "cover_url" in [note.field for note in outcome.notes]
    assert content["unmapped"]["images_left_out"] == ["a.png", "a.png"]
    assert one(path, admin).result == "unchanged"


def test_totals_count_each_result():
    outcomes = [Outcome("a", "created"), Outcome("b", "refused"), Outcome("c", "created")]
    assert totals(outcomes) == "2 created, 0 updated, 0 unchanged, 1 refused"


def test_all_real_records_are_imported_and_then_unchanged(shared_data: Path, admin: str):
    path = shared_data / "datosgobmx-2016" / "content.jsonl"
    first = imported(path, admin)
    assert [each for each in first if each.result != "created"] == []
    assert totals(first) == "85 created, 0 updated, 0 unchanged, 0 refused"
    assert model.Session.query(Content).count() == 85
    published = model.Session.query(model.Package).filter_by(state="active").count()
    assert published == 81
    assert totals(imported(path, admin)) == "0 created, 0 updated, 85 unchanged, 0 refused"
