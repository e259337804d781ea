"""Documents of texts that are not published, of archived ones, and those that no text names."""
from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from ckan import model
from ckan.tests import factories

from ckanext.promote.base.model import PrivateFile, utc_now
from ckanext.promote.content import diff, jobs
from ckanext.promote.content.presentation import PRESENTATION
from tests.base.document_files import odp, pdf, pptx, upload
from tests.content.documents import SITE, changed, made, on_disk, path_of, shown
from tests.factories import act, headers, institution

pytestmark = pytest.mark.usefixtures("own_publishing")


@pytest.fixture(autouse=True)
def storage(portal: Any, app: Any, monkeypatch: Any, tmp_path: Path) -> None:
    """A folder for each test, also after the application has read its configuration."""
    monkeypatch.setitem(portal, "ckan.storage_path", str(tmp_path))


@pytest.fixture
def owner() -> Any:
    return institution(name="water-office", title="Water office")


def test_the_document_of_an_archived_content_is_for_its_institution(app: Any, owner: Any):
    receipt = made(owner, name="water")
    act(owner.admin, "promote_content_archive", id=receipt["id"])
    path = "/presentation/water/document"
    for user in (None, owner.member, institution().admin):
        app.get(path, headers=headers(user), status=404)
    answer = app.get(path, headers=headers(owner.editor))
    assert answer.get_data() == pdf()
    assert "public" not in answer.headers["Cache-Control"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_new_document_is_hidden_until_its_version_is_published(
    app: Any, owner: Any, tmp_path: Path
):
    receipt = made(owner, name="water")
    draft = changed(
        owner.editor, receipt["id"], document_upload=upload(odp(), "new.odp"), draft=True
    )
    assert draft["version"] == 2
    assert shown("water")["document"]["filename"] == "presentation.pdf"
    seen = act(owner.editor, "promote_content_show", id="water", version="pending")
    assert seen["document"]["filename"] == "new.odp"
    assert seen["document_url"] == f"{SITE}/presentation/water/document?version=2"
    path = path_of(seen["document_url"])
    for user in (None, owner.member):
        app.get(path, headers=headers(user), status=404)
    answer = app.get(path, headers=headers(owner.editor))
    assert answer.get_data() == odp()
    assert "no-store" in answer.headers["Cache-Control"]
    act(owner.admin, "promote_content_publish", id="water")
    assert app.get("/presentation/water/document").get_data() == odp()
    assert {each.relative_to(tmp_path).parts[0] for each in on_disk(tmp_path)} == {
        "promote_private"
    }


def test_a_draft_keeps_its_document_until_it_is_published(app: Any, owner: Any):
    receipt = act(
        owner.editor, "promote_content_create", type="presentation", title="Water", name="water",
        summary="Slides.", contact_email="a@example.org", owner_org=owner.name,
        document_upload=upload(), draft=True,
    )  # fmt: skip
    assert receipt["review_state"] == "draft"
    app.get("/presentation/water/document", status=404)
    seen = shown("water", owner.editor)
    answer = app.get(path_of(seen["document_url"]), headers=headers(owner.editor))
    assert answer.get_data() == pdf()
    changed(owner.editor, receipt["id"], document_url=seen["document_url"], title="Rain")
    act(owner.admin, "promote_content_publish", id="water")
    assert app.get("/presentation/water/document").get_data() == pdf()
    assert model.Session.query(PrivateFile).count() == 1


def test_a_reviewer_sees_that_another_file_has_taken_the_place_of_one(owner: Any):
    receipt = made(owner, name="water")
    files = ((upload(), "presentation.pdf, 1 kB"), (upload(odp(), "a.odp"), "a.odp, 1 kB"))
    for sent, name in files:
        changed(owner.editor, receipt["id"], document_upload=sent, draft=True)
        now = act(owner.editor, "promote_content_show", id="water", version="pending")
        assert diff.changes(PRESENTATION, shown("water"), now) == [
            {"label": "Document", "before": "presentation.pdf, 1 kB", "after": name}
        ]
    changed(owner.editor, receipt["id"], document_url="https://a.example/a.pdf", draft=True)
    now = act(owner.editor, "promote_content_show", id="water", version="pending")
    [change] = diff.changes(PRESENTATION, shown("water"), now)
    assert change["after"] == "https://a.example/a.pdf"
    assert diff.changes(PRESENTATION, now, now) == []


# --- What nobody names any more


def grow_old() -> None:
    """Make all files two days old."""
    long_ago = utc_now() - dt.timedelta(days=2)
    for row in model.Session.query(PrivateFile):
        row.created_at = long_ago
    model.Session.commit()


def forgotten() -> str:
    """What the job of ``ckan promote tick`` answers."""
    line = jobs.forget_files(model.Session)
    model.Session.commit()
    return line


def test_documents_of_texts_and_of_their_versions_are_kept(app: Any, owner: Any):
    receipt = made(owner, name="water")
    changed(owner.editor, receipt["id"], document_upload=upload(odp(), "new.odp"))
    changed(owner.editor, receipt["id"], document_upload=upload(pptx(), "a.pptx"), draft=True)
    grow_old()
    assert forgotten() == "0 forgotten"
    for version, data in ((1, pdf()), (2, odp()), (3, pptx())):
        path = f"/presentation/water/document?version={version}"
        assert app.get(path, headers=headers(owner.editor)).get_data() == data
    assert app.get("/presentation/water/document").get_data() == odp()
    app.get("/presentation/water/document?version=1", status=404)


def test_a_document_that_no_text_names_is_forgotten_after_a_day(owner: Any, tmp_path: Path):
    receipt = made(owner, name="water")
    for name in ("one.pdf", "two.pdf"):
        changed(owner.editor, receipt["id"], document_upload=upload(name=name), draft=True)
    assert forgotten() == "0 forgotten"
    grow_old()
    assert forgotten() == "1 forgotten"
    assert sorted(row.filename for row in model.Session.query(PrivateFile)) == [
        "presentation.pdf", "two.pdf",
    ]  # fmt: skip
    assert len(on_disk(tmp_path)) == 2
    act(factories.Sysadmin(), "dataset_purge", id=receipt["id"])
    assert forgotten() == "2 forgotten"
    assert on_disk(tmp_path) == []
