"""Who answers for an institution: who is appointed, and the admins where nobody is."""
from __future__ import annotations

from typing import Any

import pytest
from ckan import model
from ckan.tests import factories

from ckanext.promote.people import roles
from ckanext.promote.people.roles import Holder, TechnicalContact
from tests import counting
from tests.factories import Institution, act, appointed, institution
from tests.people.appointing import appoint

pytestmark = [pytest.mark.usefixtures("portal"), pytest.mark.freeze_time("2026-03-15 18:00:00")]


@pytest.fixture
def owner() -> Institution:
    return institution(name="water-office", title="Water office")


def shown(user: dict[str, Any]) -> str:
    return model.User.get(user["id"]).fullname


def admin(owner: Institution, is_vacant: bool = True) -> Holder:
    return Holder(owner.admin["id"], shown(owner.admin), "", is_vacant)


def test_where_nobody_is_appointed_the_admins_act_and_the_post_is_vacant(
    owner: Institution,
) -> None:
    assert roles.holders(model.Session, owner.id, "answer") == [admin(owner)]
    assert roles.is_liaison_of(model.Session, owner.admin["id"], owner.id)
    assert not roles.is_liaison_of(model.Session, owner.editor["id"], owner.id)
    assert not roles.is_liaison_of(model.Session, None, owner.id)


def test_who_is_appointed_acts_and_the_admins_do_not(owner: Institution) -> None:
    liaison = appointed(owner)
    assert roles.liaisons_of(model.Session, [owner.id]) == {
        owner.id: [Holder(liaison["id"], shown(liaison), "liaison")]
    }
    assert roles.is_liaison_of(model.Session, liaison["id"], owner.id)
    assert not roles.is_liaison_of(model.Session, owner.admin["id"], owner.id)


def test_holders_of_a_right_have_a_role_that_gives_it(owner: Institution) -> None:
    writer = appointed(owner, role="communication-liaison")
    answerer = appointed(owner, role="transparency-liaison")
    assert [each.user_id for each in roles.holders(model.Session, owner.id, "plan")] == [
        writer["id"]
    ]
    assert [each.user_id for each in roles.holders(model.Session, owner.id, "route")] == [
        answerer["id"]
    ]
    assert roles.holders(model.Session, owner.id, "commit") == [admin(owner)]


def test_a_person_without_account_holds_the_post_and_the_admins_act(owner: Institution) -> None:
    appoint(owner)
    assert roles.liaisons_of(model.Session, [owner.id])[owner.id] == [
        Holder(None, "Ana P.", "liaison"), admin(owner, is_vacant=False),
    ]  # fmt: skip


def test_a_closed_account_acts_no_more(owner: Institution) -> None:
    liaison = appointed(owner)
    act(factories.Sysadmin(), "user_delete", id=liaison["name"])
    found = roles.liaisons_of(model.Session, [owner.id])[owner.id]
    assert [each.user_id for each in found] == [None, owner.admin["id"]]


@pytest.mark.parametrize("dates", [{"from_date": "2026-03-16"}, {"to_date": "2026-03-14"}])
def test_what_is_not_in_force_leaves_the_post_vacant(
    owner: Institution, dates: dict[str, str]
) -> None:
    appointed(owner, **dates)
    assert roles.holders(model.Session, owner.id, "answer") == [admin(owner)]


def test_many_institutions_cost_one_statement_each_with_its_own(owner: Institution) -> None:
    others = [institution() for _ in range(3)]
    liaison = appointed(others[0])
    ids = [owner.id, *(each.id for each in others)]
    with counting.counting() as counts:
        found = roles.liaisons_of(model.Session, ids)
    assert len(counts.sql) == 1
    assert {key: [each.user_id for each in held] for key, held in found.items()} == {
        owner.id: [owner.admin["id"]],
        others[0].id: [liaison["id"]],
        others[1].id: [others[1].admin["id"]],
        others[2].id: [others[2].admin["id"]],
    }
    assert roles.liaisons_of(model.Session, []) == {}


def test_without_a_marked_role_those_who_answer_are_the_liaisons(
    owner: Institution, ckan_config: Any, monkeypatch: Any
) -> None:
    monkeypatch.setitem(ckan_config, "ckanext.promote.policy", "tests/base/profiles/nl-2030.yaml")
    steward = appointed(owner, role="steward")
    assert roles.is_liaison_of(model.Session, steward["id"], owner.id)


class TestTechnicalContact:
    def contact(self, owner: Institution, **fields: Any) -> TechnicalContact | None:
        made = factories.Dataset(owner_org=owner.id, **fields)
        return roles.technical_contact(model.Session, made["id"])

    def test_it_is_the_maintainer(self, owner: Institution) -> None:
        assert self.contact(owner, maintainer="Eva R.") == TechnicalContact("maintainer", "Eva R.")

    def test_a_maintainer_who_is_an_address_is_not_named(self, owner: Institution) -> None:
        found = self.contact(owner, maintainer="eva@example.org", maintainer_email="e@example.org")
        assert found == TechnicalContact("", "")

    def test_else_the_data_administrator_before_the_liaison(self, owner: Institution) -> None:
        liaison = appointed(owner)
        assert self.contact(owner) == TechnicalContact("liaison", shown(liaison), liaison["id"])
        appoint(owner, role="data-administrator")
        assert self.contact(owner) == TechnicalContact("data-administrator", "Ana P.")

    def test_who_is_appointed_in_its_area_comes_first(self, owner: Institution) -> None:
        dataset = factories.Dataset(owner_org=owner.id)
        act(owner.admin, "promote_area_create", institution=owner.name, name="Labs",
            datasets=[dataset["name"]])  # fmt: skip
        appoint(owner, role="data-administrator")
        appoint(owner, role="participation-liaison", area="Labs", person="Eva R.")
        found = roles.technical_contact(model.Session, dataset["id"])
        assert found == TechnicalContact("participation-liaison", "Eva R.")

    def test_a_dataset_without_institution_has_none(self) -> None:
        orphan = factories.Dataset(maintainer="")
        assert roles.technical_contact(model.Session, orphan["id"]) is None
        assert roles.technical_contact(model.Session, "nowhere") is None

    def test_it_costs_one_statement(self, owner: Institution) -> None:
        appointed(owner, role="data-administrator")
        dataset = factories.Dataset(owner_org=owner.id)
        with counting.counting() as counts:
            roles.technical_contact(model.Session, dataset["id"])
        assert len(counts.sql) == 1
