"""Rights: by membership, by appointment, and what they let people do with contents."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
import pytest
from ckan import model
from ckan.tests import factories

from ckanext.promote.people import viewer as people_viewer
from ckanext.promote.people.viewer import ALL_RIGHTS, VISITOR, Viewer, viewer_of
from tests import counting
from tests.factories import STORY, Institution, act, appointed, institution

pytestmark = [
    pytest.mark.usefixtures("portal"),
    pytest.mark.freeze_time("2026-03-15 18:00:00"),
    pytest.mark.ckan_config("ckanext.promote.central_team", "central"),
]

LIAISON = {"answer", "route", "commit", "write", "plan"}


@pytest.fixture
def owner() -> Institution:
    return institution(name="water-office", title="Water office")


def seen(user: dict[str, Any]) -> Viewer:
    return viewer_of({"user": user["name"], "session": model.Session})


def rights(user: dict[str, Any], place: Institution) -> set[str]:
    viewer = seen(user)
    return {each for each in ALL_RIGHTS if viewer.may(each, place.id)}


def test_members_have_the_rights_of_their_capacity(owner: Institution) -> None:
    assert rights(owner.admin, owner) == set(ALL_RIGHTS)
    assert rights(owner.editor, owner) == set(ALL_RIGHTS) - {"appoint"}
    assert rights(owner.member, owner) == set()
    assert rights(factories.User(), owner) == set()
    assert not any(VISITOR.may(each, owner.id) for each in ALL_RIGHTS)


def test_an_appointment_gives_the_rights_of_its_role_there_and_nowhere_else(
    owner: Institution,
) -> None:
    liaison, other = appointed(owner), institution()
    assert rights(liaison, owner) == LIAISON
    assert rights(liaison, other) == set()
    viewer = seen(liaison)
    assert viewer.acts_for(owner.id)
    assert viewer.acts_somewhere
    assert not viewer.acts_for(other.id)
    assert not viewer.acts_for(None)
    assert not viewer.may("answer", None)
    assert viewer.institutions == {}
    assert viewer.ids_with("write") == {owner.id}


def test_two_appointments_and_a_membership_add_up(owner: Institution) -> None:
    for role in ("transparency-liaison", "communication-liaison"):
        act(owner.admin, "promote_appointment_create", institution=owner.name, role=role,
            user=owner.member["name"])  # fmt: skip
    assert rights(owner.member, owner) == {"answer", "route", "write", "plan"}
    assert seen(owner.member).institutions == {owner.id: "member"}


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"from_date": "2026-03-15", "to_date": "2026-03-15"}, LIAISON),
        ({"from_date": "2026-03-16"}, set()),
        ({"from_date": "2026-01-01", "to_date": "2026-03-14"}, set()),
    ],
)
def test_only_a_current_appointment_counts(
    owner: Institution, dates: dict[str, str], expected: set[str]
) -> None:
    assert rights(appointed(owner, **dates), owner) == expected


@pytest.mark.ckan_config("ckan.display_timezone", "America/Mexico_City")
def test_a_day_begins_at_midnight_in_the_portals_time_zone(
    owner: Institution, freezer: Any
) -> None:
    liaison = appointed(owner, from_date="2026-03-16")
    freezer.move_to("2026-03-16 05:59:00")
    assert rights(liaison, owner) == set()
    freezer.move_to("2026-03-16 06:00:00")
    assert rights(liaison, owner) == LIAISON


def test_an_ended_appointment_gives_nothing_from_the_next_day_on(
    owner: Institution, freezer: Any
) -> None:
    liaison = appointed(owner)
    act(owner.admin, "promote_appointment_end", id=liaison["appointment"]["id"], reason="Left.")
    assert rights(liaison, owner) == LIAISON
    freezer.move_to("2026-03-16 18:00:00")
    assert rights(liaison, owner) == set()
    assert not seen(liaison).acts_somewhere


def test_a_role_that_the_profile_has_no_more_gives_no_right(
    owner: Institution, ckan_config: Any, monkeypatch: Any
) -> None:
    liaison = appointed(owner)
    other = "tests/base/profiles/nl-2030.yaml"
    monkeypatch.setitem(ckan_config, "ckanext.promote.policy", other)
    assert rights(liaison, owner) == set()


def test_an_appointment_in_a_deleted_organization_gives_nothing(owner: Institution) -> None:
    liaison = appointed(owner)
    act(factories.Sysadmin(), "organization_delete", id=owner.id)
    assert not seen(liaison).acts_somewhere


def test_the_central_team_has_every_right_and_an_appointment_makes_nobody_one_of_it(
    owner: Institution,
) -> None:
    central = institution(name="central")
    assert rights(central.editor, owner) == set(ALL_RIGHTS)
    assert rights(factories.Sysadmin(), owner) == set(ALL_RIGHTS)
    helper = appointed(central, role="central")
    assert not seen(helper).is_central
    assert rights(helper, central) == set(ALL_RIGHTS)
    assert rights(helper, owner) == set()


def test_a_viewer_costs_one_statement(owner: Institution) -> None:
    liaison = appointed(owner)
    user = model.User.get(liaison["name"])
    with counting.counting() as counts:
        people_viewer._load(model.Session, user)
    assert len(counts.sql) == 1


class TestContents:
    """Holders of appointments write for their institution, members or not."""

    def test_a_liaison_writes_submits_and_reads_what_waits(self, owner: Institution) -> None:
        liaison = appointed(owner)
        made = act(liaison, "promote_content_create", **STORY, owner_org=owner.name)
        assert made["review_state"] == "draft"
        act(liaison, "promote_content_update", id=made["id"], title="Changed")
        done = act(liaison, "promote_content_submit", id=made["id"])
        assert done["review_state"] == "submitted"
        by_editor = act(owner.editor, "promote_content_create", **STORY, owner_org=owner.name)
        assert act(liaison, "promote_content_show", id=by_editor["id"])["review_state"] == "draft"
        mine = act(liaison, "promote_review_list", mine=True)["items"]
        assert {each["id"] for each in mine} == {made["id"], by_editor["id"]}

    def test_a_role_without_the_right_to_write_reads_and_does_not_write(
        self, owner: Institution
    ) -> None:
        reader = appointed(owner, role="transparency-liaison")
        draft = act(owner.editor, "promote_content_create", **STORY, owner_org=owner.name)
        assert act(reader, "promote_content_show", id=draft["id"])["review_state"] == "draft"
        for action, data in (
            ("promote_content_create", {**STORY, "owner_org": owner.name}),
            ("promote_content_update", {"id": draft["id"], "title": "Changed"}),
            ("promote_content_submit", {"id": draft["id"]}),
            ("promote_content_archive", {"id": draft["id"]}),
        ):
            with pytest.raises(tk.NotAuthorized):
                act(reader, action, **data)

    def test_a_liaison_writes_for_no_other_institution(self, owner: Institution) -> None:
        liaison, other = appointed(owner), institution()
        draft = act(other.editor, "promote_content_create", **STORY, owner_org=other.name)
        with pytest.raises(tk.NotAuthorized):
            act(liaison, "promote_content_create", **STORY, owner_org=other.name)
        with pytest.raises(tk.ObjectNotFound):
            act(liaison, "promote_content_show", id=draft["id"])

    @pytest.mark.usefixtures("own_publishing")
    def test_where_institutions_publish_a_liaison_does_and_is_no_member(
        self, owner: Institution
    ) -> None:
        liaison = appointed(owner)
        made = act(liaison, "promote_content_create", **STORY, owner_org=owner.name)
        assert made["review_state"] == "published"
        act(liaison, "promote_content_update", id=made["id"], title="Changed")
        act(liaison, "promote_content_archive", id=made["id"])
        draft = act(liaison, "promote_content_create", **STORY, owner_org=owner.name, draft=True)
        act(liaison, "promote_content_submit", id=draft["id"])
        done = act(liaison, "promote_content_publish", id=draft["id"])
        assert done["review_state"] == "published"
        with pytest.raises(tk.NotAuthorized):
            act(liaison, "package_create", name="data", owner_org=owner.name)


def test_the_central_team_moderates_and_nobody_else(
    owner: Institution, ckan_config: Any, monkeypatch: Any
) -> None:
    monkeypatch.setitem(ckan_config, "ckanext.promote.central_team", "coordination")
    central = institution(name="coordination")
    moderators = (central.admin, central.editor, factories.Sysadmin())
    others = (central.member, owner.admin, appointed(owner), factories.User())
    assert [seen(each).can_moderate for each in moderators] == [True] * 3
    assert [seen(each).can_moderate for each in others] == [False] * 4
