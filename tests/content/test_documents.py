"""Documents of contents: an upload or an address, given away to those who may read the text."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import ckantoolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories

from ckanext.promote.base import files
from ckanext.promote.base.documents import MIME
from ckanext.promote.base.model import PrivateFile
from tests.base.document_files import odp, pdf, pptx, upload
from tests.content.documents import SITE, changed, made, on_disk, path_of, shown
from tests.factories import STORY, act, headers, institution

pytestmark = pytest.mark.usefixtures("own_publishing")

ELSEWHERE = "https://studies.example/water.pdf"
TYPES = ("presentation", "study", "material")


@pytest.fixture(autouse=True)
def storage(portal: Any, app: Any, monkeypatch: Any, tmp_path: Path) -> None:
    """A folder for each test, also after the application has read its configuration."""
    monkeypatch.setitem(portal, "ckan.storage_path", str(tmp_path))


@pytest.fixture
def owner() -> Any:
    return institution(name="water-office", title="Water office")


def soup(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.body, "html.parser")


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize(
    ("data", "name", "filename"),
    [
        (pdf(), "Informe anual.exe", "Informe anual.pdf"),
        (odp(), "a.odp", "a.odp"),
        (pptx(), "a.pptx", "a.pptx"),
    ],
)
def test_an_upload_is_kept_privately_and_given_away_by_our_own_view(
    app: Any, owner: Any, tmp_path: Path, kind: str, data: bytes, name: str, filename: str
):
    mime = MIME[filename.rpartition(".")[2]]
    receipt = made(owner, kind, name="water", document_upload=upload(data, name))
    found = shown("water")
    assert found["document_url"] == f"{SITE}/{kind}/water/document"
    document = {key: found["document"][key] for key in ("filename", "format", "mime", "size")}
    assert document == {
        "filename": filename, "format": filename.rpartition(".")[2].upper(), "mime": mime,
        "size": len(data),
    }  # fmt: skip
    [place] = on_disk(tmp_path)
    assert place.relative_to(tmp_path).parts[0] == "promote_private"
    answer = app.get(path_of(found["document_url"]))
    assert answer.get_data() == data
    assert answer.headers["Content-Type"] == mime
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    package = act(None, "package_show", id=receipt["id"])
    assert (package["document_url"], package["document"]) == (
        found["document_url"], found["document"],
    )  # fmt: skip


def test_a_name_with_accents_is_told_in_both_ways(app: Any, owner: Any):
    made(owner, name="water", document_upload=upload(name="../estadística «5».pdf"))
    answer = app.get("/presentation/water/document")
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="estadistica 5.pdf"; '
        "filename*=UTF-8''estad%C3%ADstica%20%C2%AB5%C2%BB.pdf"
    )


def test_what_did_not_change_is_not_sent_again(app: Any, owner: Any):
    receipt = made(owner, name="water")
    first = app.get("/presentation/water/document")
    tag, date = first.headers["ETag"], first.headers["Last-Modified"]
    for name, value in (("If-None-Match", tag), ("If-Modified-Since", date)):
        again = app.get("/presentation/water/document", headers={name: value})
        assert (again.status_code, again.get_data()) == (304, b"")
    part = app.get("/presentation/water/document", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.get_data()) == (206, b"%PDF")
    changed(owner.editor, receipt["id"], document_upload=upload(odp(), "a.odp"))
    later = app.get("/presentation/water/document", headers={"If-None-Match": tag})
    assert (later.status_code, later.get_data()) == (200, odp())


def test_an_address_stays_on_its_own_site(app: Any, owner: Any, tmp_path: Path):
    made(owner, "study", name="water", document_url=ELSEWHERE)
    found = shown("water")
    assert (found["document_url"], found["document"]) == (ELSEWHERE, None)
    assert on_disk(tmp_path) == []
    app.get("/study/water/document", status=404)
    page = soup(app.get("/study/water"))
    assert page.find("a", href=ELSEWHERE)["rel"] == ["nofollow", "noopener"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"document_url": "javascript:alert(1)"}, "document_url"),
        ({"document_url": "water.pdf"}, "document_url"),
        ({"document_url": ["https://a.example"]}, "document_url"),
        ({"document_url": "https://a.example/" + "x" * 2000}, "document_url"),
        ({"document_url": "private-3f8b3a1e-0000-4000-8000-000000000000.pdf"}, "document_url"),
        ({"document_url": "private-../../etc/passwd"}, "document_url"),
        ({"document_upload": "water.pdf"}, "document_url"),
        ({"document_upload": upload(b"<script>alert(1)</script>")}, "document_url"),
        ({"document_upload": upload(b"")}, "document_url"),
        ({"document_upload": upload(pdf(b"<</S /JavaScript>>"))}, "document_url"),
        ({}, "document_url"),
    ],
)
@pytest.mark.parametrize("action", ["promote_content_create", "package_create"])
def test_what_is_no_document_is_refused_and_leaves_no_file(
    owner: Any, tmp_path: Path, fields: dict[str, Any], field: str, action: str
):
    data = {
        "type": "presentation", "title": "Water", "summary": "Slides.", "owner_org": owner.name,
        "contact_email": "a@example.org", **fields,
    }  # fmt: skip
    with pytest.raises(tk.ValidationError) as caught:
        act(owner.admin, action, **data)
    assert list(caught.value.error_dict) == [field]
    assert on_disk(tmp_path) == []


def test_a_material_needs_no_document_and_a_story_has_none(owner: Any):
    made(owner, "material", name="guide", document_url="")
    assert (shown("guide")["document_url"], shown("guide")["document"]) == ("", None)
    with pytest.raises(tk.ValidationError) as caught:
        made(owner, "story")
    assert list(caught.value.error_dict) == ["document_upload"]


@pytest.mark.ckan_config("ckanext.promote.document.max_megabytes", 1)
def test_a_document_larger_than_the_option_is_refused(owner: Any):
    with pytest.raises(tk.ValidationError) as caught:
        made(owner, document_upload=upload(pdf(b" " * 2**20)))
    [message] = caught.value.error_dict["document_url"]
    assert "larger than 1 MB" in message


def test_a_portal_without_a_place_for_files_takes_addresses(
    owner: Any, ckan_config: Any, monkeypatch: Any
):
    monkeypatch.setitem(ckan_config, "ckan.storage_path", "")
    with pytest.raises(tk.ValidationError) as caught:
        made(owner)
    assert caught.value.error_dict["document_url"] == [
        "This portal has no place for files. Give the address where the document is."
    ]
    made(owner, document_url=ELSEWHERE)


@pytest.mark.parametrize("how", ["update", "patch", "whole"])
def test_a_document_stays_when_something_else_changes(
    owner: Any, tmp_path: Path, how: str
):
    receipt = made(owner, name="water")
    before = shown("water")["document"]
    if how == "update":
        changed(owner.editor, receipt["id"], title="Water for all")
    elif how == "patch":
        act(owner.editor, "package_patch", id=receipt["id"], title="Water for all", name="rain")
    else:
        package = act(owner.editor, "package_show", id=receipt["id"])
        act(owner.editor, "package_update", **{**package, "title": "Water for all"})
    after = act(None, "promote_content_show", id=receipt["id"])
    assert (after["title"], after["document"]) == ("Water for all", before)
    assert after["document_url"] == f"{SITE}/presentation/{after['name']}/document"
    assert len(on_disk(tmp_path)) == 1


def test_an_update_without_a_change_makes_no_version(owner: Any):
    receipt = made(owner, name="water")
    assert changed(owner.editor, receipt["id"], summary=STORY["summary"])["version"] == 1
    again = {"document_url": shown("water")["document_url"]}
    assert changed(owner.editor, receipt["id"], **again)["version"] == 1


def test_the_same_document_again_is_a_new_one_and_an_address_takes_its_place(owner: Any):
    receipt = made(owner, name="water")
    first = shown("water")["document"]["id"]
    assert changed(owner.editor, receipt["id"], document_upload=upload())["version"] == 2
    assert shown("water")["document"]["id"] != first
    changed(owner.editor, receipt["id"], document_url=ELSEWHERE)
    assert (shown("water")["document_url"], shown("water")["document"]) == (ELSEWHERE, None)


def test_nobody_takes_the_document_of_another_content(owner: Any):
    made(owner, name="water")
    file_id = shown("water")["document"]["id"]
    thief = institution()
    other = made(thief, name="theirs")
    for user, content_id in ((thief.editor, other["id"]), (factories.Sysadmin(), other["id"])):
        with pytest.raises(tk.ValidationError) as caught:
            changed(user, content_id, document_url=f"private-{file_id}.pdf")
        assert caught.value.error_dict["document_url"] == [
            "This file does not belong to this content. Upload it again."
        ]


def test_a_row_that_belongs_to_another_content_is_not_given_away(app: Any, owner: Any):
    made(owner, name="water")
    row = model.Session.query(PrivateFile).one()
    row.subject_id = "somebody-elses"
    model.Session.commit()
    assert shown("water")["document"] is None
    app.get("/presentation/water/document", status=404)


def test_a_lost_file_is_not_found_and_its_page_stays(app: Any, owner: Any):
    made(owner, name="water")
    files.path(model.Session.query(PrivateFile).one()).unlink()
    app.get("/presentation/water/document", status=404)
    app.get("/presentation/water", status=200)


def test_a_document_never_lies_under_the_public_uploads(app: Any, owner: Any, tmp_path: Path):
    made(owner, name="water")
    [place] = on_disk(tmp_path)
    for path in (f"/uploads/promote/{place.name}", f"/uploads/{place.name}",
                 f"/uploads/../promote_private/{place.parent.name}/{place.name}"):  # fmt: skip
        app.get(path, status=404)


@pytest.mark.parametrize("path", ["/presentation/none/document", "/study/water/document",
                                  "/presentation/water/document?version=9",
                                  "/presentation/water/document?version=%00",
                                  "/story/water/document"])  # fmt: skip
def test_there_is_nothing_at_other_addresses(app: Any, owner: Any, path: str):
    made(owner, name="water")
    app.get(path, status=404)


# --- The form


def form(owner: Any, **fields: Any) -> dict[str, Any]:
    return {
        "do": "publish", "title": "Water", "summary": "Slides.", "owner_org": owner.name,
        "contact_email": "a@example.org", **fields,
    }  # fmt: skip


def test_the_form_takes_a_file_keeps_it_and_takes_it_away(app: Any, owner: Any):
    signed_in = {"headers": headers(owner.editor)}
    sent = form(owner, document_upload=(upload().stream, "Slides.pdf"))
    app.post("/material/new", data=sent, **signed_in)
    address = f"{SITE}/material/water/document"
    page = soup(app.get("/material/edit/water", **signed_in))
    group = page.select_one("#field-document_url")
    assert group.find("a", href=address).text == "Slides.pdf"
    assert group.select_one("[name=document_url]")["value"] == ""
    kept = form(owner, **{"document_url-now": address})
    app.post("/material/edit/water", data=kept, **signed_in)
    assert shown("water")["document"]["filename"] == "Slides.pdf"
    app.post("/material/edit/water", data={**kept, "document_url-remove": "1"}, **signed_in)
    assert (shown("water")["document_url"], shown("water")["document"]) == ("", None)
    app.post("/material/edit/water", data=form(owner, document_url=ELSEWHERE), **signed_in)
    page = soup(app.get("/material/edit/water", **signed_in))
    assert page.select_one("[name=document_url]")["value"] == ELSEWHERE


def test_a_refused_form_says_why_and_keeps_what_was_typed(app: Any, owner: Any):
    sent = form(owner, document_upload=(upload(b"no document").stream, "a.pdf"), title="Rain")
    page = soup(app.post("/study/new", data=sent, headers=headers(owner.editor), status=400))
    assert page.select_one("#field-document_url-error").text == (
        "This is not a PDF, ODP or PPTX document. "
        "Save it in one of these formats and upload it again."
    )
    assert page.select_one("#field-title")["value"] == "Rain"
    wrong = form(owner, document_url="nowhere")
    page = soup(app.post("/study/new", data=wrong, headers=headers(owner.editor), status=400))
    assert page.select_one("[name=document_url]")["value"] == "nowhere"


def test_the_page_says_format_and_size(app: Any, owner: Any):
    made(owner, name="water", document_upload=upload(pdf(b" " * 20_000)))
    button = soup(app.get("/presentation/water")).select_one(".promote-links a")
    assert " ".join(button.text.split()) == "Download the document PDF, 20 kB"
    assert button["href"] == f"{SITE}/presentation/water/document"


def test_the_type_tells_how_a_document_is_sent():
    fields = act(None, "promote_content_type_show", type="study")["fields"]
    [field] = [each for each in fields if each["name"] == "document_url"]
    assert {key: field[key] for key in ("form", "required", "upload", "formats")} == {
        "form": "document", "required": True, "upload": "document_upload",
        "formats": ["pdf", "odp", "pptx"],
    }  # fmt: skip
    assert field["max_megabytes"] == 20
