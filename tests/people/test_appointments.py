"""Appointments: who is appointed to what, from when to when, and how it ends."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from sqlalchemy.exc import IntegrityError

from ckanext.promote.base.model import Event
from ckanext.promote.people.model import Appointment
from tests.factories import Institution, act, appointed, institution
from tests.people.appointing import BASE, appoint, refused

pytestmark = [pytest.mark.usefixtures("portal"), pytest.mark.freeze_time("2026-03-15 18:00:00")]

@pytest.fixture
def owner() -> Institution:
    return institution(name="water-office", title="Water office")


def listed(user: Any = None, **filters: Any) -> list[dict[str, Any]]:
    return act(user, "promote_appointment_list", **filters)["items"]


def events() -> list[tuple[str, str | None, str]]:
    found = model.Session.execute(sa.select(Event).order_by(Event.id)).scalars()
    return [(each.name, each.institution_id, each.scope) for each in found]


def test_an_appointment_says_who_holds_which_role_since_when(owner: Institution) -> None:
    made = appoint(owner, letter_url="https://water.example/letter.pdf", to_date="2026-12-31")
    assert {**made, "id": "*"} == {
        "id": "*",
        "institution": "water-office",
        "institution_title": "Water office",
        "person": "Ana P.",
        "role": "liaison",
        "role_label": "Open data liaison",
        "area": None,
        "from_date": "2026-01-01",
        "to_date": "2026-12-31",
        "standing": "current",
        "letter_url": "https://water.example/letter.pdf",
        "letter_is_file": False,
        "ended_at": None,
        "user": None,
        "reason": "",
        "permissions": {"update": True, "end": True},
    }
    assert events() == [("appointment.create", owner.id, "public")]


def test_everybody_reads_who_holds_a_role_but_neither_account_nor_address(
    owner: Institution,
) -> None:
    user = factories.User(fullname="Ana P.", email="ana.secret@example.org")
    appoint(owner, person="", user=user["name"])
    [seen] = listed(institution=owner.name)
    assert (seen["person"], seen["permissions"]) == ("Ana P.", {"update": False, "end": False})
    assert "user" not in seen
    assert "reason" not in seen
    assert "ana.secret" not in repr(act(owner.admin, "promote_appointment_list"))


def test_an_account_whose_name_is_an_address_is_shown_by_its_short_name(
    owner: Institution,
) -> None:
    user = factories.User(fullname="ana@example.org")
    assert appoint(owner, person="", user=user["name"])["person"] == user["name"]


def test_it_begins_today_when_nobody_says_otherwise(owner: Institution) -> None:
    data = {**BASE, "institution": owner.name}
    data.pop("from_date")
    assert act(owner.admin, "promote_appointment_create", **data)["from_date"] == "2026-03-15"


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"role": "king"}, "role", "“king” is not one of the choices. Use one of: liaison, "),
        ({"role": "central"}, "role", "This role is held in the organization of the central team"),
        ({"user": "nobody"}, "user", "There is no user “nobody”. Check the name, or give"),
        ({"person": ""}, "person", "Say who it is: the name of a user, or a person's name"),
        ({"person": "ana@example.org"}, "person", "Write the person's name, without an e-mail"),
        ({"person": "x" * 201}, "person", "Say who it is"),
        ({"area": "labs"}, "area", "This institution has no area “labs”. Make it first, or"),
        ({"to_date": "2025-12-31"}, "to_date", "The last day is before the first one, 2026-01-01."),
        ({"from_date": "01/01/2026"}, "from_date", "Write the date as year, month and day, like"),
        ({"from_date": "2026-02-30"}, "from_date", "Write the date as year, month and day, like"),
        ({"from_date": "0001-01-01"}, "from_date", "Write the date as year, month and day, like"),
        ({"to_date": "9999-01-01"}, "to_date", "Write the date as year, month and day, like"),
        ({"letter_url": "javascript:x"}, "letter_url", "“javascript:x” is not an address that can"),
        ({"letter_url": "https://a.example/" + "x" * 2000}, "letter_url", "The address is too"),
        ({"letter_upload": "text"}, "letter_upload", "A file was expected in letter_upload."),
        ({"colour": "red"}, "colour", "There is no field of this name."),
    ],
)
def test_bad_input_is_a_sentence_that_names_field_and_remedy(
    owner: Institution, fields: dict[str, str], field: str, sentence: str
) -> None:
    found = refused(owner, **fields)
    assert list(found) == [field]
    assert found[field][0].startswith(sentence)


@pytest.mark.ckan_config("ckanext.promote.central_team", "water-office")
def test_the_role_of_the_central_team_is_held_in_its_organization(owner: Institution) -> None:
    assert appoint(owner, role="central")["role"] == "central"


def test_all_that_is_wrong_is_said_at_once(owner: Institution) -> None:
    wrong = {"role": "king", "user": "nobody", "area": "labs", "letter_url": "x"}
    assert set(refused(owner, **wrong)) == set(wrong)


class TestNeverTwice:
    """One person in one role, and one person at a time where the profile says so."""

    def test_the_same_person_holds_a_role_once_at_a_time(self, owner: Institution) -> None:
        user = factories.User()
        appoint(owner, role="transparency-liaison", user=user["name"], to_date="2026-06-30")
        again = {"role": "transparency-liaison", "user": user["name"]}
        assert refused(owner, **again, from_date="2026-06-30") == {
            "role": ["This person holds this role here on one of these days already."]
        }
        assert appoint(owner, **again, from_date="2026-07-01")["standing"] == "future"

    def test_persons_without_account_are_told_apart_by_name(self, owner: Institution) -> None:
        role = {"role": "transparency-liaison"}
        appoint(owner, **role)
        assert list(refused(owner, **role, person="ANA P.")) == ["role"]
        assert appoint(owner, **role, person="Eva R.")["person"] == "Eva R."

    def test_a_post_for_one_is_taken_until_its_holder_has_ended(self, owner: Institution) -> None:
        first = appoint(owner)
        assert refused(owner, person="Eva R.") == {
            "role": [
                "Somebody holds this role here on one of these days already. "
                "End that appointment first, or begin on a later day."
            ]
        }
        act(owner.admin, "promote_appointment_end", id=first["id"], reason="Retired.")
        assert list(refused(owner, person="Eva R.", from_date="2026-03-15")) == ["role"]
        appoint(owner, person="Eva R.", from_date="2026-03-16")

    def test_other_institutions_and_roles_are_free(self, owner: Institution) -> None:
        appoint(owner)
        appoint(institution())
        appoint(owner, role="data-administrator")
        assert len(listed(state="current")) == 3

    def test_the_database_refuses_it_past_the_actions(self, owner: Institution) -> None:
        made = appoint(owner)
        row = dict(model.Session.execute(sa.select(Appointment.__table__)).one()._mapping)
        row.update(id="other", is_only_one=False)
        assert row["person"] == made["person"]
        with pytest.raises(IntegrityError, match="promote_appointment_same_person"):
            model.Session.execute(sa.insert(Appointment.__table__), row)
        model.Session.rollback()


class TestUpdate:
    def test_what_is_given_changes_and_the_rest_stays(self, owner: Institution) -> None:
        act(owner.admin, "promote_area_create", institution=owner.name, name="Labs")
        made = appoint(owner, to_date="2026-12-31")
        change = {"person": "Ana María P.", "area": "Labs", "from_date": "2026-02-01"}
        changed = act(owner.admin, "promote_appointment_update", id=made["id"], **change)
        assert changed == {**made, **change}
        opened = act(owner.admin, "promote_appointment_update", id=made["id"], to_date="", area="")
        assert opened == {**changed, "to_date": None, "area": None}
        assert [name for name, _, _ in events()] == [
            "area.create", "appointment.create", "appointment.update", "appointment.update",
        ]  # fmt: skip

    def test_nothing_new_is_no_event(self, owner: Institution) -> None:
        made = appoint(owner)
        same = {"person": made["person"], "from_date": made["from_date"], "letter_url": ""}
        act(owner.admin, "promote_appointment_update", id=made["id"], **same)
        assert [name for name, _, _ in events()] == ["appointment.create"]

    def test_days_that_would_meet_another_are_refused(self, owner: Institution) -> None:
        appoint(owner, to_date="2026-01-31")
        later = appoint(owner, person="Eva R.", from_date="2026-02-01")
        with pytest.raises(tk.ValidationError, match="Somebody holds this role"):
            act(owner.admin, "promote_appointment_update", id=later["id"], from_date="2026-01-31")
        model.Session.rollback()
        assert listed(id=later["id"])[0]["from_date"] == "2026-02-01"

    @pytest.mark.parametrize("key", ["role", "user", "institution", "reason"])
    def test_person_and_role_stay(self, owner: Institution, key: str) -> None:
        made = appoint(owner)
        with pytest.raises(tk.ValidationError) as caught:
            act(owner.admin, "promote_appointment_update", id=made["id"], **{key: "other"})
        assert caught.value.error_dict == {key: ["There is no field of this name."]}

    def test_what_was_ended_stays_as_it_was(self, owner: Institution) -> None:
        made = appoint(owner)
        act(owner.admin, "promote_appointment_end", id=made["id"], reason="Retired.")
        with pytest.raises(tk.ValidationError, match="This appointment was ended"):
            act(owner.admin, "promote_appointment_update", id=made["id"], person="Eva R.")


class TestEnd:
    def test_it_ends_today_and_stays_in_the_history(self, owner: Institution) -> None:
        made = appoint(owner)
        ended = act(owner.admin, "promote_appointment_end", id=made["id"], reason="Retired.")
        assert (ended["to_date"], ended["standing"], ended["reason"]) == (
            "2026-03-15", "current", "Retired.",
        )  # fmt: skip
        assert ended["ended_at"] == "2026-03-15T18:00:00+00:00"
        assert ended["permissions"] == {"update": False, "end": False}
        assert events()[-1] == ("appointment.end", owner.id, "public")

    def test_the_day_after_it_is_past(self, owner: Institution, freezer: Any) -> None:
        made = appoint(owner)
        act(owner.admin, "promote_appointment_end", id=made["id"], reason="Retired.",
            to_date="2026-03-20")  # fmt: skip
        freezer.move_to("2026-03-20 18:00:00")
        assert [each["standing"] for each in listed(institution=owner.name)] == ["current"]
        freezer.move_to("2026-03-21 18:00:00")
        assert listed(institution=owner.name) == []
        assert [each["id"] for each in listed(state="past")] == [made["id"]]

    @pytest.mark.parametrize(
        ("data", "field"),
        [
            ({}, "reason"), ({"reason": " "}, "reason"), ({"reason": "x" * 501}, "reason"),
            ({"reason": "Retired.", "to_date": "2025-12-31"}, "to_date"),
            ({"reason": "Retired.", "to_date": "soon"}, "to_date"),
        ],
    )  # fmt: skip
    def test_it_needs_a_reason_and_a_day_after_its_first(
        self, owner: Institution, data: dict[str, str], field: str
    ) -> None:
        made = appoint(owner)
        with pytest.raises(tk.ValidationError) as caught:
            act(owner.admin, "promote_appointment_end", id=made["id"], **data)
        assert list(caught.value.error_dict) == [field]
        assert listed(id=made["id"])[0]["to_date"] is None

    def test_it_ends_once(self, owner: Institution) -> None:
        made = appoint(owner)
        act(owner.admin, "promote_appointment_end", id=made["id"], reason="Retired.")
        with pytest.raises(tk.ValidationError, match="has an end already: 2026-03-15"):
            act(owner.admin, "promote_appointment_end", id=made["id"], reason="Again.")

    def test_what_is_over_by_its_date_has_ended(self, owner: Institution) -> None:
        made = appoint(owner, to_date="2026-01-31")
        with pytest.raises(tk.ValidationError, match="has an end already: 2026-01-31"):
            act(owner.admin, "promote_appointment_end", id=made["id"], reason="Again.")


def test_a_create_sent_twice_is_made_once(owner: Institution) -> None:
    data = {**BASE, "institution": owner.name, "idempotency_key": "k-1"}
    first = act(owner.admin, "promote_appointment_create", **data)
    assert act(owner.admin, "promote_appointment_create", **data) == first
    with pytest.raises(tk.ValidationError) as caught:
        act(owner.admin, "promote_appointment_create", **{**data, "from_date": "2026-02-01"})
    assert list(caught.value.error_dict) == ["idempotency_key"]
    assert len(events()) == 1


class TestList:
    def test_the_order_is_what_is_in_force_first_and_pages_lose_nobody(
        self, owner: Institution
    ) -> None:
        other = institution(name="air-office")
        for place in (owner, other):
            appoint(place, to_date="2025-12-31", from_date="2025-01-01", person="Old")
            appoint(place, person="New")
            appoint(place, role="data-administrator", from_date="2026-05-01", person="Coming")
        found, cursor = [], None
        while True:
            page = act(None, "promote_appointment_list", state="all", limit=2,
                       **({"cursor": cursor} if cursor else {}))  # fmt: skip
            found += [(each["institution"], each["person"]) for each in page["items"]]
            assert (page["total"], page["total_exact"]) == (6, True)
            cursor = page["next"]
            if not cursor:
                break
        assert found == [
            ("air-office", "Coming"), ("air-office", "New"),
            ("water-office", "Coming"), ("water-office", "New"),
            ("air-office", "Old"), ("water-office", "Old"),
        ]  # fmt: skip

    def test_states_and_roles_filter(self, owner: Institution) -> None:
        appoint(owner, to_date="2025-12-31", from_date="2025-01-01", person="Old")
        appoint(owner, person="New")
        appoint(owner, role="data-administrator", from_date="2026-05-01", person="Coming")
        people = {
            state: [each["person"] for each in listed(state=state)]
            for state in ("open", "current", "past", "all")
        }
        assert people == {
            "open": ["Coming", "New"], "current": ["New"], "past": ["Old"],
            "all": ["Coming", "New", "Old"],
        }  # fmt: skip
        assert [each["person"] for each in listed(role="liaison")] == ["New"]

    def test_one_institution_says_which_posts_are_vacant(self, owner: Institution) -> None:
        appoint(owner, from_date="2026-05-01")
        answer = act(None, "promote_appointment_list", institution=owner.name)
        assert answer["vacant"] == [
            {"role": "liaison", "label": "Open data liaison"},
            {"role": "data-administrator", "label": "Data administrator"},
        ]
        assert answer["institution"]["name"] == "water-office"
        assert "vacant" not in act(None, "promote_appointment_list")

    @pytest.mark.parametrize("data", [{"state": "none"}, {"cursor": "x"}, {"cursor": "WzEsMl0"}])
    def test_bad_filters_are_refused(self, owner: Institution, data: dict[str, str]) -> None:
        with pytest.raises(tk.ValidationError):
            act(None, "promote_appointment_list", **data)

    def test_an_institution_that_is_not_there_is_not_found(self, owner: Institution) -> None:
        appoint(owner)
        act(factories.Sysadmin(), "organization_delete", id=owner.id)
        for name in (owner.name, "there-is-none"):
            with pytest.raises(tk.ObjectNotFound):
                act(None, "promote_appointment_list", institution=name)
        assert listed(state="all") == []


def test_a_purged_organization_takes_its_appointments_with_it(owner: Institution) -> None:
    appoint(owner)
    act(factories.Sysadmin(), "organization_purge", id=owner.id)
    assert model.Session.execute(sa.select(Appointment)).first() is None


def test_who_was_appointed_by_whom_is_kept(owner: Institution) -> None:
    user = appointed(owner)
    row = model.Session.execute(sa.select(Appointment)).scalars().one()
    assert (row.created_by, row.user_id) == (owner.admin["id"], user["id"])
