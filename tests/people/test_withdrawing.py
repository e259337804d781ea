"""What was to come and will not: an appointment that is withdrawn is kept, and never in force."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories

from ckanext.promote.base.model import Event
from ckanext.promote.people import roles
from ckanext.promote.people.viewer import viewer_of
from tests.factories import Institution, act, institution
from tests.people.appointing import appoint

pytestmark = [pytest.mark.usefixtures("portal"), pytest.mark.freeze_time("2026-03-15 18:00:00")]


@pytest.fixture
def owner() -> Institution:
    return institution(name="water-office", title="Water office")


def listed(**filters: Any) -> list[dict[str, Any]]:
    return act(None, "promote_appointment_list", **filters)["items"]


def withdrawn(owner: Institution, **data: Any) -> dict[str, Any]:
    made = appoint(owner, from_date="2026-04-01", **data)
    return act(owner.admin, "promote_appointment_end", id=made["id"], reason="Declined.")


def test_it_is_in_the_history_from_then_on(owner: Institution, freezer: Any) -> None:
    made = withdrawn(owner)
    assert (made["standing"], made["from_date"], made["to_date"]) == (
        "withdrawn", "2026-04-01", None,
    )  # fmt: skip
    assert made["permissions"] == {"update": False, "end": False}
    event = model.Session.execute(sa.select(Event).order_by(Event.id.desc())).scalars().first()
    assert (event.name, event.institution_id, event.scope) == (
        "appointment.withdraw", owner.id, "public",
    )  # fmt: skip
    for day in ("2026-03-15", "2026-04-01", "2026-05-01"):
        freezer.move_to(f"{day} 18:00:00")
        assert listed(institution=owner.name) == []
        assert listed(institution=owner.name, state="current") == []
        past = listed(institution=owner.name, state="past")
        assert [(each["id"], each["standing"]) for each in past] == [(made["id"], "withdrawn")]


def test_who_was_to_hold_it_has_no_right_on_its_day(
    owner: Institution, freezer: Any
) -> None:
    user = factories.User()
    withdrawn(owner, user=user["name"])
    freezer.move_to("2026-04-01 18:00:00")
    context = {"user": user["name"], "auth_user_obj": model.User.get(user["name"])}
    assert viewer_of(context).acting_ids == frozenset()
    assert roles.liaisons_of(model.Session, [owner.id])[owner.id][0].is_vacant


def test_the_evening_before_counts_by_the_portals_clock(
    owner: Institution, freezer: Any, ckan_config: Any, monkeypatch: Any
) -> None:
    monkeypatch.setitem(ckan_config, "ckan.display_timezone", "America/Mexico_City")
    made = appoint(owner, from_date="2026-04-01")
    freezer.move_to("2026-04-01 03:00:00")  # nine in the evening of the day before
    act(owner.admin, "promote_appointment_end", id=made["id"], reason="Declined.")
    freezer.move_to("2026-04-01 18:00:00")
    assert listed(institution=owner.name) == []
    assert listed(id=made["id"])[0]["standing"] == "withdrawn"


def test_what_ends_on_the_day_it_began_was_in_force(
    owner: Institution, freezer: Any
) -> None:
    made = appoint(owner, from_date="2026-03-15")
    ended = act(owner.admin, "promote_appointment_end", id=made["id"], reason="Retired.")
    assert (ended["standing"], ended["to_date"]) == ("current", "2026-03-15")
    freezer.move_to("2026-03-16 18:00:00")
    assert listed(id=made["id"])[0]["standing"] == "past"


def test_its_post_is_free(owner: Institution) -> None:
    withdrawn(owner)
    assert appoint(owner, from_date="2026-04-01", person="Eva R.")["standing"] == "future"


def test_a_later_last_day_lets_it_begin_and_end(owner: Institution) -> None:
    made = appoint(owner, from_date="2026-04-01")
    ended = act(owner.admin, "promote_appointment_end", id=made["id"], reason="Short.",
                to_date="2026-04-09")  # fmt: skip
    assert (ended["standing"], ended["to_date"]) == ("future", "2026-04-09")


def test_its_first_day_alone_is_refused(owner: Institution) -> None:
    made = appoint(owner, from_date="2026-04-01")
    with pytest.raises(tk.ValidationError) as caught:
        act(owner.admin, "promote_appointment_end", id=made["id"], reason="Short.",
            to_date="2026-04-01")  # fmt: skip
    assert caught.value.error_dict == {
        "to_date": ["It begins on 2026-04-01. Give a later last day, or an earlier one to "
                    "withdraw it."],
    }  # fmt: skip
    assert listed(id=made["id"])[0]["standing"] == "future"


def test_it_is_withdrawn_once(owner: Institution) -> None:
    made = withdrawn(owner)
    with pytest.raises(tk.ValidationError, match="has an end already"):
        act(owner.admin, "promote_appointment_end", id=made["id"], reason="Again.")
