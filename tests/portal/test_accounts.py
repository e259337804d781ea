"""The people who can sign in to the portal."""
from __future__ import annotations

import json
from pathlib import Path

import ckantoolkit as tk
import pytest
from ckan.tests import factories

from ckanext.promote.portal import accounts

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


def read(path: Path) -> dict[str, accounts.Entry]:
    """Read the list as somebody who looks at the file."""
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_list_has_all_accounts_and_is_for_its_owner_alone(tmp_path: Path):
    path = tmp_path / "accounts.json"
    accounts.create_all(path)
    assert path.stat().st_mode & 0o777 == 0o600
    found = read(path)
    roles = {name: entry["role"] for name, entry in found.items()}
    assert roles == {
        "admin": "sysadmin", "central": "central team", "liaison": "liaison",
        "liaison2": "liaison", "citizen": "citizen",
    }  # fmt: skip
    assert {tuple(entry) for entry in found.values()} == {
        ("role", "password", "token", "email", "institution")
    }
    assert [entry["institution"] for entry in found.values()] == [None] * 5


def test_passwords_and_tokens_differ_from_account_to_account(tmp_path: Path):
    path = tmp_path / "accounts.json"
    accounts.create_all(path)
    entries = read(path).values()
    assert len({entry["password"] for entry in entries}) == 5
    assert len({entry["token"] for entry in entries}) == 5


def test_the_tokens_work_and_the_administrator_is_one(tmp_path: Path, app):
    path = tmp_path / "accounts.json"
    accounts.create_all(path)
    for name, entry in read(path).items():
        address = f"/api/3/action/user_show?id={name}"
        answer = app.get(address, headers={"Authorization": entry["token"]})
        user = json.loads(answer.body)["result"]
        # Told to nobody but the user and administrators.
        assert (user["email"], user["sysadmin"]) == (entry["email"], name == "admin")


def test_a_second_start_changes_nothing(tmp_path: Path):
    path = tmp_path / "accounts.json"
    accounts.create_all(path)
    before = path.read_text()
    accounts.create_all(path)
    assert path.read_text() == before


def test_a_lost_list_is_made_again_with_fresh_passwords_and_tokens(tmp_path: Path, app):
    path = tmp_path / "accounts.json"
    accounts.create_all(path)
    before = read(path)
    path.unlink()
    accounts.create_all(path)
    after = read(path)
    assert [name for name in after if after[name]["password"] == before[name]["password"]] == []
    old = {"Authorization": before["liaison"]["token"]}
    answer = app.get("/api/3/action/user_show?id=liaison", headers=old)
    assert "email" not in json.loads(answer.body).get("result", {})


def test_memberships_are_given_and_written_down(tmp_path: Path):
    path = tmp_path / "accounts.json"
    accounts.create_all(path)
    organization = factories.Organization(name="salud")
    for _ in range(2):
        accounts.apply_memberships(path, {"liaison": ("salud", "editor")})
    assert read(path)["liaison"]["institution"] == "salud"
    assert read(path)["citizen"]["institution"] is None
    members = tk.get_action("member_list")(
        {"ignore_auth": True}, {"id": organization["id"], "object_type": "user"}
    )
    liaison = tk.get_action("user_show")({"ignore_auth": True}, {"id": "liaison"})
    assert [role for who, _, role in members if who == liaison["id"]] == ["Editor"]
