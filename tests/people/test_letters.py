"""Letters of appointments: checked by content, public, given away as attachments only."""
from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model

from ckanext.promote.base.model import PrivateFile
from ckanext.promote.content.jobs import forget_files
from tests.base.document_files import odp, pdf, upload
from tests.factories import Institution, act, institution
from tests.people.appointing import appoint, refused

pytestmark = [pytest.mark.usefixtures("portal"), pytest.mark.freeze_time("2026-03-15 18:00:00")]


@pytest.fixture
def owner() -> Institution:
    return institution(name="water-office", title="Water office")


def test_a_letter_is_public_and_given_away_as_an_attachment(owner: Institution, app: Any) -> None:
    made = appoint(owner, letter_upload=upload(pdf(), "Oficio 12.pdf"))
    path = f"/promote/people/water-office/letter/{made['id']}"
    assert made["letter_url"].endswith(path)
    answer = app.get(path)
    assert answer.get_data() == pdf()
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Oficio 12.pdf"'
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_one_that_is_not_there_or_of_another_institution_is_not_found(
    owner: Institution, app: Any
) -> None:
    made = appoint(owner, letter_upload=upload(pdf(), "a.pdf"))
    bare = appoint(owner, role="data-administrator")
    other = institution(name="air-office")
    for path in (
        f"/promote/people/{other.name}/letter/{made['id']}",
        f"/promote/people/{owner.name}/letter/{bare['id']}",
        f"/promote/people/{owner.name}/letter/none",
    ):
        app.get(path, status=404)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"text", "This is not a PDF"), (b"", "The file is empty")],
)
def test_what_is_no_pdf_is_refused(owner: Institution, data: bytes, sentence: str) -> None:
    found = refused(owner, letter_upload=upload(data, "a.pdf"))
    assert found["letter_upload"][0].startswith(sentence)


def test_a_presentation_is_no_letter(owner: Institution) -> None:
    assert refused(owner, letter_upload=upload(odp(), "a.pdf")) == {
        "letter_upload": ["The letter has to be a PDF. Save it as one and upload it again."]
    }


def test_file_and_address_together_are_refused(owner: Institution) -> None:
    both = {"letter_upload": upload(pdf(), "a.pdf"), "letter_url": "https://a.example/b.pdf"}
    assert list(refused(owner, **both)) == ["letter_url"]


def test_another_letter_takes_the_place_of_the_first(owner: Institution) -> None:
    made = appoint(owner, letter_upload=upload(pdf(), "a.pdf"))
    kept = act(owner.admin, "promote_appointment_update", id=made["id"], letter_url="")
    assert kept["letter_url"] == made["letter_url"]
    changed = act(owner.admin, "promote_appointment_update", id=made["id"],
                  letter_url="https://a.example/b.pdf")  # fmt: skip
    assert changed["letter_url"] == "https://a.example/b.pdf"
    assert model.Session.execute(sa.select(PrivateFile)).first() is None


def test_what_is_swept_leaves_letters_alone(owner: Institution, freezer: Any) -> None:
    appoint(owner, letter_upload=upload(pdf(), "a.pdf"))
    freezer.move_to("2026-03-20 18:00:00")
    assert forget_files(model.Session) == "0 forgotten"


def test_a_portal_without_storage_wants_an_address(
    owner: Institution, ckan_config: Any, monkeypatch: Any
) -> None:
    monkeypatch.setitem(ckan_config, "ckan.storage_path", "")
    found = refused(owner, letter_upload=upload(pdf(), "a.pdf"))
    assert found["letter_upload"][0].startswith("This portal has no place for files.")
