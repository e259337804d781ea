"""The pages of an institution's people: the public record, and the forms of those who appoint."""
from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories

from ckanext.promote.people.model import Appointment, Area, InstitutionFacts
from tests.base.document_files import pdf, upload
from tests.factories import Institution, act, appointed, headers, institution
from tests.people.appointing import appoint

pytestmark = pytest.mark.usefixtures("portal")

HERE = "/promote/people/water-office"


@pytest.fixture
def owner() -> Institution:
    return institution(name="water-office", title="Water office")


def soup(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.body, "html.parser")


def text(node: Any) -> str:
    return " ".join(node.get_text(" ").split())


def tables(page: BeautifulSoup) -> dict[str, list[str]]:
    """Rows of each table, by its caption."""
    return {
        text(each.caption): [text(row) for row in each.select("tbody tr")]
        for each in page.select("table.promote-table")
    }


class TestRecord:
    def test_everybody_reads_who_holds_which_role_since_when(
        self, owner: Institution, app: Any
    ) -> None:
        appoint(owner, role="data-administrator", person="Old H.", from_date="2020-01-01",
                to_date="2020-12-31")  # fmt: skip
        appoint(owner, letter_url="https://water.example/letter.pdf")
        facts = InstitutionFacts(id=owner.id, government_type="state")
        model.Session.add(facts)
        model.Session.commit()
        page = soup(app.get(HERE))
        assert tables(page) == {
            "Who holds which role": ["Open data liaison Ana P. January 1, 2026 – Letter"],
            "Who held which role": [
                "Data administrator Old H. January 1, 2020 December 31, 2020 –"
            ],
        }
        assert text(page.select_one("h1")) == "People in charge"
        assert "State" in text(page.select_one(".promote-meta"))
        assert text(page.select_one(".promote-note")) == (
            "This post is vacant. The organization's admins act in the meantime. Data administrator"
        )
        assert not page.select(".promote a[href*='/appoint'], .promote a[href*='/edit/']")

    def test_an_institution_without_anybody_says_so(self, owner: Institution, app: Any) -> None:
        page = soup(app.get(HERE))
        assert text(page.select_one(".promote-empty")) == "Nobody is appointed."
        assert [text(each) for each in page.select(".promote-note li")] == [
            "Open data liaison", "Data administrator",
        ]  # fmt: skip

    def test_it_is_whole_in_spanish(self, owner: Institution, app: Any) -> None:
        appoint(owner)
        page = soup(app.get(f"/es{HERE}"))
        [row] = page.select("table.promote-table tbody tr")
        assert text(row).startswith("Enlace de Datos Abiertos Ana P. 1 de enero de 2026")

    def test_missing_and_deleted_are_not_found(self, owner: Institution, app: Any) -> None:
        factories.Group(name="a-group")
        act(factories.Sysadmin(), "organization_delete", id=owner.id)
        below = ("appoint", "edit/x", "end/x", "area", "area/x")
        for path in (HERE, "/promote/people/none", "/promote/people/a-group",
                     *(f"{HERE}/{each}" for each in below)):  # fmt: skip
            app.get(path, status=404)

    def test_a_cursor_that_was_tampered_with_leads_to_the_first_page(
        self, owner: Institution, app: Any
    ) -> None:
        answer = app.get(f"{HERE}?cursor=x", follow_redirects=False)
        assert answer.status_code == 302
        assert answer.headers["Location"].endswith(HERE)

    def test_markup_in_a_name_is_text(self, owner: Institution, app: Any) -> None:
        appoint(owner, person="<script>alert(1)</script>")
        act(owner.admin, "promote_area_create", institution=owner.name, name="<b>Labs</b>")
        page = soup(app.get(HERE))
        assert "<script>alert(1)</script>" in text(page.select_one("table.promote-table"))
        assert "<b>Labs</b>" in text(page.select_one("#areas").parent)

    def test_an_organizations_page_leads_there(self, owner: Institution, app: Any) -> None:
        page = soup(app.get("/organization/water-office"))
        [link] = page.select(".promote-people-link a")
        assert link["href"] == HERE

    def test_no_address_is_on_it(self, owner: Institution, app: Any) -> None:
        user = factories.User(email="planted.secret@example.org", fullname="planted@example.org")
        appoint(owner, person="", user=user["name"])
        act(owner.admin, "promote_area_create", institution=owner.name, name="Labs",
            people=[user["name"]])  # fmt: skip
        for reader in (None, owner.admin, owner.editor):
            page = app.get(HERE, headers=headers(reader)).body
            assert "planted" not in page


class TestForms:
    def test_who_may_not_appoint_is_refused(self, owner: Institution, app: Any) -> None:
        made = appoint(owner)
        area = act(owner.admin, "promote_area_create", institution=owner.name, name="Labs")
        paths = [f"{HERE}/appoint", f"{HERE}/area", f"{HERE}/edit/{made['id']}",
                 f"{HERE}/end/{made['id']}", f"{HERE}/area/{area['id']}"]  # fmt: skip
        liaison = appointed(owner, role="participation-liaison")
        for user in (None, owner.editor, liaison, institution().admin):
            for path in paths:
                app.get(path, headers=headers(user), status=403)
                app.post(path, headers=headers(user), data={"do": "delete"}, status=403)
        assert len(model.Session.execute(sa.select(Area)).all()) == 1

    def test_an_appointment_is_made(self, owner: Institution, app: Any) -> None:
        user = factories.User(fullname="Ana P.")
        form = {
            "role": "liaison", "user": user["name"], "from_date": "2026-01-01",
            "letter_upload": upload(pdf(), "a.pdf"), "idempotency_key": "k",
        }  # fmt: skip
        answer = app.post(f"{HERE}/appoint", headers=headers(owner.admin), data=form)
        page = soup(answer)
        assert "Ana P. is appointed: Open data liaison." in text(page.select_one(".flash-messages"))
        [row] = page.select("table.promote-table tbody tr")
        assert [each["href"].rpartition(HERE)[2].split("/")[1] for each in row.select("a")] == [
            "edit", "end", "letter",
        ]  # fmt: skip

    def test_errors_stand_beside_fields_with_a_summary_and_the_text_is_kept(
        self, owner: Institution, app: Any
    ) -> None:
        form = {"person": "Ana P.", "to_date": "soon", "letter_url": "x"}
        signed_in = headers(owner.admin)
        page = soup(app.post(f"{HERE}/appoint", headers=signed_in, data=form, status=400))
        links = [each["href"] for each in page.select(".promote-errors a")]
        assert sorted(links) == ["#field-role", "#field-to_date"]
        for link in links:
            field = page.select_one(link)
            assert field["aria-invalid"] == "true"
            assert page.select_one(f"#{field['aria-describedby'].split()[-1]}")
        assert page.select_one("#field-person")["value"] == "Ana P."
        assert page.select_one("#field-letter_url")["value"] == "x"
        assert model.Session.execute(sa.select(Appointment)).first() is None

    def test_every_field_has_its_label(self, owner: Institution, app: Any) -> None:
        made = appoint(owner)
        for path in (f"{HERE}/appoint", f"{HERE}/edit/{made['id']}", f"{HERE}/end/{made['id']}",
                     f"{HERE}/area"):  # fmt: skip
            page = soup(app.get(path, headers=headers(owner.admin)))
            form = page.select_one("form.promote-form")
            fields = form.select("input:not([type=hidden]), select, textarea")
            labels = {each["for"] for each in form.select("label")}
            assert {each["id"] for each in fields} == labels, path

    def test_an_appointment_is_put_right_and_keeps_its_letter(
        self, owner: Institution, app: Any
    ) -> None:
        made = appoint(owner, letter_upload=upload(pdf(), "a.pdf"), to_date="2030-01-01")
        path = f"{HERE}/edit/{made['id']}"
        page = soup(app.get(path, headers=headers(owner.admin)))
        form = {each["name"]: each.get("value", "") for each in page.select(".promote-form input")}
        assert (form["person"], form["to_date"], form["letter_url"]) == ("Ana P.", "2030-01-01", "")
        form.update(person="Ana María P.", to_date="")
        form.pop("letter_upload")
        app.post(path, headers=headers(owner.admin), data=form)
        [now] = act(owner.admin, "promote_appointment_list")["items"]
        assert now == {**made, "person": "Ana María P.", "to_date": None}

    def test_an_appointment_is_ended_with_a_reason(self, owner: Institution, app: Any) -> None:
        made = appoint(owner)
        path, signed_in = f"{HERE}/end/{made['id']}", headers(owner.admin)
        page = soup(app.post(path, headers=signed_in, data={"to_date": "2026-02-01"}, status=400))
        assert page.select_one("#field-to_date")["value"] == "2026-02-01"
        form = {"to_date": "2026-02-01", "reason": "Retired."}
        page = soup(app.post(path, headers=signed_in, data=form))
        [row] = tables(page)["Who held which role"]
        assert "Retired." in row
        assert "Retired." not in app.get(HERE).body

    def test_an_appointment_to_come_is_withdrawn(self, owner: Institution, app: Any) -> None:
        made = appoint(owner, from_date="2040-01-01")
        path, signed_in = f"{HERE}/end/{made['id']}", headers(owner.admin)
        page = soup(app.get(HERE, headers=signed_in))
        assert page.select_one(f"a[href$='/end/{made['id']}']").text == "Withdraw"
        page = soup(app.get(path, headers=signed_in))
        assert page.h1.text == "Withdraw an appointment"
        page = soup(app.post(path, headers=signed_in, data={"to_date": "", "reason": "Declined."}))
        [row] = tables(page)["Who held which role"]
        assert "withdrawn before it began" in row
        assert "Withdrawn: Declined." in row
        shown = soup(app.get(HERE))
        assert "withdrawn before it began" in text(shown)
        assert "Declined." not in text(shown)

    def test_an_area_is_made_changed_and_removed(self, owner: Institution, app: Any) -> None:
        signed_in = headers(owner.admin)
        factories.Dataset(owner_org=owner.id, name="leaks", title="Leaks")
        form = {"name": "Labs", "people": f" {owner.editor['name']} \n\n", "datasets": "leaks\r\n"}
        page = soup(app.post(f"{HERE}/area", headers=signed_in, data=form))
        assert "Leaks" in text(page.select_one("#areas").parent)
        [row] = model.Session.execute(sa.select(Area.id)).all()
        path = f"{HERE}/area/{row.id}"
        page = soup(app.get(path, headers=signed_in))
        assert page.select_one("#field-datasets").get_text().strip() == "leaks"
        wrong = {"name": "Labs", "datasets": "none"}
        page = soup(app.post(path, headers=signed_in, data=wrong, status=400))
        assert "has no dataset “none”" in text(page.select_one("#field-datasets-error"))
        page = soup(app.post(path, headers=signed_in, data={"name": "Field work"}))
        assert "Field work" in text(page.select_one("#areas").parent)
        app.post(path, headers=signed_in, data={"do": "delete", "name": "Field work"})
        assert model.Session.execute(sa.select(Area)).first() is None

    def test_another_institutions_appointment_is_not_found_here(
        self, owner: Institution, app: Any
    ) -> None:
        other = institution(name="air-office")
        made = appoint(other)
        area = act(other.admin, "promote_area_create", institution=other.name, name="Labs")
        for path in (f"{HERE}/edit/{made['id']}", f"{HERE}/end/{made['id']}",
                     f"{HERE}/area/{area['id']}"):  # fmt: skip
            app.get(path, headers=headers(owner.admin), status=404)


def test_a_liaison_finds_his_institution_in_the_form_of_a_story(
    owner: Institution, app: Any
) -> None:
    page = app.get("/story/new", headers=headers(appointed(owner))).body
    assert '<option value="water-office"' in page
