"""What the bench loads into an empty CKAN: people, datasets, contents. Runs inside CKAN.

The datasets are those of a real portal where its CSV file lies beside the project, else made up.
"""
from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ckantoolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib import search

from ckanext.promote.importers.indexing import one_commit

MADE_UP = 300
INSTITUTION = "bench-institution"
DATASET = "bench-dataset"
"""The dataset whose page is measured: three resources and three tags."""
TYPES = ("story", "app", "tool", "news")

Row = dict[str, str]


def package_count() -> int:
    """Number of packages that are there, of whatever type and state."""
    try:
        return int(model.Session.execute(sa.select(sa.func.count(model.Package.id))).scalar_one())
    except sa.exc.ProgrammingError:
        return 0
    finally:
        model.Session.remove()


def empty() -> None:
    """Drop all tables and clear the index: what a test run left behind."""
    model.Session.remove()
    model.repo.clean_db()
    search.clear_all()


def people() -> dict[str, str]:
    """Token by role: a citizen, and an editor of the institution with the measured dataset."""
    tokens = {}
    for role in ("citizen", "editor"):
        user = _act("user_create", name=f"bench-{role}", email=f"{role}@example.org",
                    password="bench-password")  # fmt: skip  # noqa: S106 -- gone with the servers
        token = _act("api_token_create", user=user["name"], name="bench")
        tokens[role] = token["token"]
    editor = {"name": "bench-editor", "capacity": "editor"}
    _act("organization_create", name=INSTITUTION, title="Bench", users=[editor])
    resources = [{"url": f"https://data.example/{n}.csv", "format": "CSV"} for n in range(3)]
    tags = [{"name": name} for name in ("agua", "clima", "salud")]
    _act("package_create", name=DATASET, title="Bench dataset", owner_org=INSTITUTION,
         notes="Every leak, every week.", resources=resources, tags=tags)  # fmt: skip
    return tokens


def datasets(source: str | None, first: int, count: int) -> tuple[int, int]:
    """Load some datasets of a CSV file, or made-up ones; how many, and how many CKAN refused."""
    loaded, refused = 0, 0
    with _loading():
        for row in itertools.islice(_rows(source), first, first + count):
            try:
                owner = _institution(row["institution"])
                _act("package_create", owner_org=owner, **_dataset(row))
                loaded += 1
            except tk.ValidationError:
                model.Session.rollback()
                refused += 1
    return loaded, refused


def contents(count: int) -> None:
    """Link the dataset with so many contents in all, about as many of each type.

    The first story, ``bench-story``, has ten datasets, the others have the one.
    """
    with _loading():
        for place, kind in enumerate(TYPES):
            of_type = (count + len(TYPES) - 1 - place) // len(TYPES)
            there = _act("promote_dataset_content_list", dataset=DATASET, type=kind, limit=1)
            for number in range(there["total"], of_type):
                is_first = kind == "story" and number == 0
                _content(kind, number, _some_datasets(10) if is_first else [DATASET])


def stories(count: int) -> None:
    """Fill the list of stories up to a number, without datasets."""
    with _loading():
        there = _act("promote_content_list", type="story", limit=1)["total"]
        for number in range(there, count):
            _content("story", number, [])


@contextmanager
def _loading() -> Iterator[None]:
    """Let the index commit once, and let PostgreSQL know its tables as if they were a day old."""
    with one_commit():
        yield
    with model.ensure_engine().connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(sa.text("ANALYZE"))


def _act(action: str, **data: Any) -> Any:
    context = {"user": tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"],
               "ignore_auth": True}  # fmt: skip
    return tk.get_action(action)(context, data)


def _rows(source: str | None) -> Iterable[Row]:
    if source:
        with Path(source).open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
    else:
        yield from _made_up()


def _made_up() -> Iterator[Row]:
    for number in range(MADE_UP):
        yield {
            "institution": f"Institution {number % 12}", "name": f"made-up-{number:03}",
            "resources": str(1 + number % 3), "description": f"Made-up dataset {number}. " * 4,
        }  # fmt: skip


def _institution(title: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    name = f"i-{name}"[:90]
    there = model.Group.get(name)
    return there.id if there else _act("organization_create", name=name, title=title)["id"]


def _dataset(row: Row) -> dict[str, Any]:
    count = min(int(row["resources"] or 0), 20)
    return {
        "name": row["name"],
        "title": row["name"].replace("-", " ").capitalize(),
        "notes": row["description"],
        "resources": [
            {"url": f"https://data.example/{row['name']}/{n}.csv", "name": f"{n}", "format": "CSV"}
            for n in range(count)
        ],
    }


def _some_datasets(count: int) -> list[str]:
    names = (name for name in _act("package_list", limit=count + 1) if name != DATASET)
    return [DATASET, *itertools.islice(names, count - 1)]


def _content(kind: str, number: int, linked: list[str]) -> None:
    text = "People **reported** leaks twice, and nobody knew which were being repaired. " * 12
    fields: dict[str, Any] = {"background": text, "results": text} if kind == "story" else {}
    if kind == "tool":
        fields["tool_kind"] = "map"
    name = f"bench-{kind}" if number == 0 else f"bench-{kind}-{number}"
    _act("promote_content_create", type=kind, name=name, title=f"A {kind}, number {number}",
         summary="A list of leaks cut the waiting time by half.", body=text,
         owner_org=INSTITUTION, contact_email="water@example.org", datasets=linked,
         tags=[{"name": "agua"}], sector="salud", **fields)  # fmt: skip
