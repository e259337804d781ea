"""Every action on people as every role, through the HTTP API: what the table says, no more."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import ckan.plugins as p
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckan.tests import factories, helpers

from ckanext.promote.base.model import Event
from ckanext.promote.people.model import (
    Appointment,
    Area,
    AreaDataset,
    AreaPerson,
    InstitutionFacts,
)
from tests.factories import Institution, act, appointed, headers, institution
from tests.permissions_people import PEOPLE_ROLES, PEOPLE_TABLE, PeopleRow

pytestmark = pytest.mark.ckan_config("ckanext.promote.central_team", "central")


@dataclass
class World:
    """A portal with one person of each role, kept for all tests of this module."""

    app: Any
    institution: Institution
    other: Institution
    central: Institution
    deleted: str
    users: dict[str, dict[str, Any] | None]
    names: dict[str, str]
    numbers: Iterator[int]

    def thing(self, row: PeopleRow) -> str:
        """Id of a fresh appointment or area in the row's state."""
        number = next(self.numbers)
        place = self.deleted if "deleted" in row.state else self.institution.name
        data = {"institution": place}
        if "area" in row.action:
            made = self._make("promote_area_create", {**data, "name": f"Area {number}"}, row)
            return made["id"]
        start = "2030-01-01" if row.state == "future" else "2026-01-01"
        data.update(role="participation-liaison", person=f"Person {number}", from_date=start)
        made = self._make("promote_appointment_create", data, row)
        if row.state == "ended":
            act(self.users["sysadmin"], "promote_appointment_end", id=made["id"], reason="Left.")
        return made["id"]

    def _make(self, action: str, data: dict[str, Any], row: PeopleRow) -> dict[str, Any]:
        """Made in the institution while it was there, if it is a deleted one."""
        group = model.Group.get(data["institution"])
        before = group.state
        group.state = "active"
        model.Session.commit()
        made = act(self.users["sysadmin"], action, **data)
        model.Group.get(data["institution"]).state = before
        model.Session.commit()
        return made


@pytest.fixture(scope="module")
def world(reset_db: Any, migrate_db_for: Any) -> Iterator[World]:
    p.load_all()
    reset_db()
    if not sa.inspect(model.meta.engine).has_table("promote_appointment"):
        migrate_db_for("promote")
    search.clear_all()
    app, owner, other = helpers._get_test_app(), institution(), institution()
    central, gone = institution(name="central"), institution()
    sysadmin, citizen = factories.SysadminWithToken(), factories.UserWithToken()
    former = appointed(owner, role="data-administrator", from_date="2025-01-01",
                       to_date="2025-12-31")  # fmt: skip
    act(sysadmin, "promote_area_create", institution=owner.name, name="Labs")
    act(sysadmin, "organization_delete", id=gone.id)
    users = {
        "visitor": None, "citizen": citizen, "member": owner.member, "editor": owner.editor,
        "admin": owner.admin, "liaison": appointed(owner), "former": former,
        "other_admin": other.admin, "other_editor": other.editor,
        "central_editor": central.editor, "sysadmin": sysadmin,
    }  # fmt: skip
    names = {
        "{institution}": owner.name, "{other}": other.name, "{deleted}": gone.name,
        "{user}": factories.User()["name"],
        "{dataset}": factories.Dataset(owner_org=other.id)["name"],
        "{private}": factories.Dataset(owner_org=owner.id, private=True)["name"],
    }  # fmt: skip
    yield World(app, owner, other, central, gone.name, users, names, count())
    p.unload_all()


def stored() -> list[Any]:
    """Everything that a refused call must leave as it is."""
    model.Session.remove()
    tables = (
        Appointment, Area, AreaDataset, AreaPerson, Event, InstitutionFacts, model.Member,
        model.Package,
    )  # fmt: skip
    return [
        sorted(map(repr, model.Session.execute(sa.select(table.__table__)))) for table in tables
    ]


def filled(world: World, row: PeopleRow, it: str) -> dict[str, Any]:
    """Input with the things that its ``{names}`` stand for."""
    number = next(world.numbers)
    names = {**world.names, "{it}": it, "{new}": f"new-{number}"}
    data = {
        key: [names.get(each, each) for each in value] if isinstance(value, list)
        else names.get(value, value) for key, value in row.data.items()
    }  # fmt: skip
    if row.expected("sysadmin") == 200:  # made once for each role: under names of their own
        for key in ("person", "name"):
            if key in data and not str(row.data[key]).startswith("{"):
                data[key] = f"{data[key]} {number}"
    return data


CASES = [(row, role) for row in PEOPLE_TABLE for role in PEOPLE_ROLES]


@pytest.mark.parametrize(
    ("row", "role"), CASES, ids=[f"{row.action}-{row.state}-{role}" for row, role in CASES]
)
def test_each_role_may_do_what_the_table_says(
    world: World, row: PeopleRow, role: str
) -> None:
    it = world.thing(row) if "{it}" in row.data.values() else ""
    data = filled(world, row, it)
    before = stored()
    answer = world.app.post(
        f"/api/3/action/{row.action}", json=data, headers=headers(world.users[role])
    )
    expected = row.expected(role)
    assert answer.status_code == expected, answer.body
    if expected != 200:
        assert stored() == before
        error = answer.json["error"]
        assert error.get("message", "").strip() or set(error) - {"__type"}


def test_whoever_is_refused_reads_what_to_do(world: World) -> None:
    data = {"institution": world.institution.name, "role": "liaison", "person": "Eva R."}
    said = {}
    for role in ("visitor", "liaison"):
        answer = world.app.post(
            "/api/3/action/promote_appointment_create", json=data,
            headers=headers(world.users[role]),
        )  # fmt: skip
        said[role] = answer.json["error"]["message"].removeprefix("Access denied: ")
    assert said == {
        "visitor": "Sign in to appoint people.",
        "liaison": "Only the institution's admins, and whom it gave this right, do this.",
    }
