"""The people who can sign in to the portal: users with fresh passwords and tokens, and a list.

Runs inside a loaded CKAN. The list, accounts.json, is {name: {"role", "password", "token",
"email", "institution"}}; institution is the name of an organization, or null.
"""
from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

import ckantoolkit as tk

from ckanext.promote.portal.processes import write_json

TOKEN_NAME = "make portal"  # noqa: S105 -- what the token is called


@dataclass(frozen=True)
class Account:
    """One user of the demonstration."""

    name: str
    role: str
    fullname: str
    is_sysadmin: bool = False


class Entry(TypedDict):
    """What accounts.json says about one user."""

    role: str
    password: str
    token: str
    email: str
    institution: str | None


ACCOUNTS = (
    Account("admin", "sysadmin", "Administración del portal", is_sysadmin=True),
    Account("central", "central team", "Equipo central"),
    Account("liaison", "liaison", "Lucía Enlace"),
    Account("liaison2", "liaison", "Mateo Enlace"),
    Account("citizen", "citizen", "Carla Ciudadana"),
)


def read(path: Path) -> dict[str, Entry]:
    """Give the list of accounts, empty before the first start."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def create_all(path: Path) -> None:
    """Make the users that are missing, and write the list after each of them.

    A user whose password is not in the list (the list was removed) gets a new one.
    """
    entries = read(path)
    for account in ACCOUNTS:
        if account.name in entries and exists(account.name):
            continue
        entries[account.name] = create(account)
        write_json(path, entries)


def exists(name: str) -> bool:
    """Say whether there is such a user."""
    try:
        tk.get_action("user_show")(as_site(), {"id": name})
    except tk.ObjectNotFound:
        return False
    return True


def create(account: Account) -> Entry:
    """Make one user, or give an existing one a fresh password and a fresh token."""
    password = secrets.token_urlsafe(12)
    email = f"{account.name}@portal.example"
    values = {
        "name": account.name, "email": email, "password": password, "fullname": account.fullname,
    }  # fmt: skip
    if exists(account.name):
        tk.get_action("user_update")(as_site(), {"id": account.name, **values})
        revoke_tokens(account.name)
    else:
        tk.get_action("user_create")(as_site(), values)
    if account.is_sysadmin:
        tk.get_action("user_patch")(as_site(), {"id": account.name, "sysadmin": True})
    wanted = {"user": account.name, "name": TOKEN_NAME}
    token = tk.get_action("api_token_create")(as_site(), wanted)["token"]
    return {
        "role": account.role, "password": password, "token": token, "email": email,
        "institution": None,
    }  # fmt: skip


def revoke_tokens(name: str) -> None:
    """Revoke the tokens that an earlier start made for a user."""
    for token in tk.get_action("api_token_list")(as_site(), {"user_id": name}):
        if token["name"] == TOKEN_NAME:
            tk.get_action("api_token_revoke")(as_site(), {"jti": token["id"]})


def apply_memberships(path: Path, memberships: Mapping[str, tuple[str, str]]) -> None:
    """Put users into organizations ({user: (organization, capacity)}), and say so in the list."""
    entries = read(path)
    for name, (organization, capacity) in memberships.items():
        member = {"id": organization, "username": name, "role": capacity}
        tk.get_action("organization_member_create")(as_site(), member)
        entries[name]["institution"] = organization
    write_json(path, entries)


def as_site() -> dict[str, Any]:
    """Give a fresh context of the site's own user."""
    site = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    return {"user": site["name"], "ignore_auth": True}
