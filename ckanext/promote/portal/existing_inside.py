"""What is done inside a portal that exists: `python -I existing_inside.py STEP INI RESULT`.

`fill` puts data into it, `visit` asks for the pages and answers that stdin lists. Runs with the
portal's own Python, also before this project is installed there: so it imports
CKAN and nothing of ours, and each run is a start of CKAN.
"""
from __future__ import annotations

import base64
import io
import json
import re
import sys
import traceback
from pathlib import Path
from typing import Any

from ckan import model
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
from ckan.logic import get_action
from werkzeug.test import Client

DATASETS = 200
PRIVATE_EVERY = 50
ORGANIZATIONS = ("agua", "salud", "movilidad", "educacion", "hacienda")
GROUPS = ("clima", "transporte")
CAPACITIES = {"editor": "editor", "chief": "admin", "member": "member"}
CENTRAL = "hacienda"
USERS = ("boss", *CAPACITIES, "central", "somebody")
PASSWORD = "a long password"  # noqa: S105 -- of a portal that lives for some minutes
FORMATS = ("CSV", "TXT", "PNG", "GeoJSON")
WORDS = ("Pozos", "Camas", "Rutas", "Escuelas", "Gastos")
ROWS = [{"month": f"2025-{month:02d}", "litres": 100 * month} for month in range(1, 13)]


# --- Filling it ---


def fill(config: Any) -> dict[str, Any]:
    """Make people, organizations, groups and datasets; give the names that pages need."""
    # The index is brought up to date once, by what is written last.
    config["ckan.search.solr_commit"] = False
    tokens = {name: make_user(name) for name in USERS}
    for name in ORGANIZATIONS:
        users = [{"name": who, "capacity": role} for who, role in CAPACITIES.items()]
        make("organization_create", name=name, title=name.title(), users=users)
    make("organization_member_create", id=CENTRAL, username="central", role="editor")
    for name in GROUPS:
        make("group_create", name=name, title=name.title())
    made = [make_dataset(number) for number in range(DATASETS)]
    make("follow_dataset", id=made[0]["id"])
    views = fill_datastore(made[0]["resources"][0]["id"])
    deleted = make_dataset(DATASETS)
    config["ckan.search.solr_commit"] = True
    make("package_delete", id=deleted["id"])
    return {
        "tokens": tokens,
        "dataset": made[0]["name"],
        "resources": {each["format"]: each["id"] for each in made[0]["resources"]},
        "views": views,
    }


def make_user(name: str) -> str:
    """Make a user; give a token."""
    make("user_create", name=name, email=f"{name}@portal.example", password=PASSWORD,
         fullname=name.title(), sysadmin=name == "boss")  # fmt: skip
    return make("api_token_create", user=name, name="existing")["token"]


def make_dataset(number: int) -> dict[str, Any]:
    """Make a dataset with a resource of each format, as its organization's editor."""
    word = WORDS[number % len(WORDS)]
    address = "http://files.example/data"
    return make(
        "package_create",
        name=f"{word.lower()}-{number:03d}",
        title=f"{word} {number:03d}",
        notes=f"{word} of district {number}, by month.",
        owner_org=ORGANIZATIONS[number % len(ORGANIZATIONS)],
        private=number % PRIVATE_EVERY == PRIVATE_EVERY - 1,
        license_id="cc-by",
        groups=[{"name": GROUPS[number % len(GROUPS)]}] if number % 3 == 0 else [],
        tags=[{"name": word.lower()}, {"name": f"district {number % 7}"}],
        resources=[
            {"name": each, "format": each, "url": f"{address}/{number}.{each.lower()}"}
            for each in (FORMATS if number < 10 else FORMATS[:1])
        ],
    )


def fill_datastore(resource_id: str) -> list[str]:
    """Put rows under a resource, and a view of each kind on it; give the views' ids."""
    make("datastore_create", resource_id=resource_id, records=ROWS, force=True,
         fields=[{"id": "month", "type": "text"}, {"id": "litres", "type": "int"}])  # fmt: skip
    chart = {"engine": "plotly", "type": "Bar", "x": "month", "y": ["litres"], "limit": 100}
    kinds = {"datatables_view": {}, "charts_view": chart, "text_view": {}}
    for kind, options in kinds.items():
        make("resource_view_create", resource_id=resource_id, title=kind, view_type=kind, **options)
    return [each["id"] for each in make("resource_view_list", id=resource_id)]


def make(action: str, **data: Any) -> Any:
    """Call an action as the sysadmin."""
    context: Any = {"user": "boss", "ignore_auth": True}
    if not model.User.get("boss"):
        context["user"] = get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return get_action(action)(context, data)


# --- Asking it ---


def visit(app: Any, base_url: str, wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Ask for pages in their order, each as its person; give what came."""
    clients: dict[str, Client] = {}
    answers = []
    for each in wanted:
        who = each["who"]
        if who not in clients:
            clients[who] = Client(app)
            if who:
                sign_in(clients[who], base_url, who)
        answers.append(ask(clients[who], base_url, each))
    return answers


def ask(client: Client, base_url: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """Send one request; an error that CKAN does not catch is a 500 that its server would make."""
    try:
        response = client.open(
            wanted["path"], method=wanted.get("method", "GET"), json=wanted.get("json"),
            data=form(wanted.get("form")), headers=wanted.get("headers"), base_url=base_url,
        )  # fmt: skip
    except Exception:  # noqa: BLE001 -- whatever it is, it is the answer
        return {"status": 500, "headers": [], "body": traceback.format_exc()}
    answer = {
        "status": response.status_code,
        "headers": sorted(response.headers.to_wsgi_list()),
        "body": response.get_data().decode("utf-8", "replace"),
    }
    response.close()
    return answer


def form(values: dict[str, Any] | None) -> dict[str, Any] | None:
    """Give the fields of a form; a list is a file: its name, its type, its bytes as base64."""
    if values is None:
        return None
    return {key: given if isinstance(given, str) else
            (io.BytesIO(base64.b64decode(given[2])), given[0], given[1])
            for key, given in values.items()}  # fmt: skip


def sign_in(client: Client, base_url: str, who: str) -> None:
    """Sign in by CKAN's form, as a person does."""
    page = client.get("/user/login", base_url=base_url).get_data(as_text=True)
    token = re.search(r'name="_csrf_token"[^>]*value="([^"]+)"', page)
    values = {"login": who, "password": PASSWORD, "_csrf_token": token[1] if token else ""}
    # CKAN refuses forms over https without a Referer; it asks for none here.
    client.post("/user/login", data=values, base_url=base_url)
    me = client.get("/user/me", base_url=base_url)
    if me.status_code != 302 or "/user/login" in me.headers["Location"]:
        raise SystemExit(f"{who} cannot sign in: CKAN answered {me.status_code}.")


def routes(app: Any) -> list[list[str]]:
    """Give the rules that answer a GET: endpoint and rule."""
    rules = app.url_map.iter_rules()
    return sorted([each.endpoint, each.rule] for each in rules if "GET" in each.methods)


def main(step: str, ini: str, result: str) -> None:
    """Load CKAN, take the step, write its result as JSON."""
    config: Any = CKANConfigLoader(ini).get_config()
    app: Any = make_app(config)
    if step == "fill":
        flask_app = app._wsgi_app
        with flask_app.test_request_context():
            found: Any = {**fill(config), "routes": routes(flask_app)}
    else:
        found = visit(app, config["ckan.site_url"], json.load(sys.stdin))
    Path(result).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
