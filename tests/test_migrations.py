"""The migrations give exactly the tables of the models, up from nothing, and go down again."""
from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from ckan import model
from ckan.cli.db import _run_migrations
from ckan.tests import factories

from ckanext.promote.content.model import Content, ContentVersion
from tests.factories import act, content, institution

ALEMBIC = "promote_alembic_version"
FIRST = "3f1c5a9b7d20"
"""The revision before texts had versions."""
pytestmark = pytest.mark.usefixtures("portal")


def our_tables() -> set[str]:
    names = sa.inspect(model.meta.engine).get_table_names()
    return {name for name in names if name.startswith("promote_")}


def test_the_migrated_tables_are_those_of_the_models():
    # Not model.meta.metadata: the first reset of a session puts another one in its place.
    def ours(thing: Any, name: str, kind: str, *rest: Any) -> bool:
        return kind != "table" or name.startswith("promote_") and name != ALEMBIC

    with model.meta.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": ours, "compare_type": True}
        )
        assert compare_metadata(context, Content.metadata) == []


def test_down_removes_every_table_and_up_makes_them_again():
    before = our_tables()
    model.Session.remove()
    _run_migrations("promote", version="base", forward=False)
    down = our_tables()
    _run_migrations("promote")
    assert down == {ALEMBIC}
    assert our_tables() == before


@pytest.mark.usefixtures("own_publishing")
def test_contents_that_exist_get_their_text_as_their_first_version():
    owner = institution(name="water-office")
    dataset = factories.Dataset(owner_org=owner.id)
    kept = content(
        owner.editor, title="Kept", owner_org=owner.name, sector="salud", authors=["Ana"],
        datasets=[dataset["name"]], tags="water, leaks",
        external_datasets=[{"title": "Rain", "url": "https://data.example/rain.csv"}],
    )  # fmt: skip
    gone = content(owner.editor, title="Gone", type="app", owner_org=owner.name)
    act(owner.editor, "promote_content_archive", id=gone["id"])
    shown = act(None, "promote_content_show", id=kept["id"])
    before = versions()
    model.Session.remove()
    _run_migrations("promote", version=FIRST, forward=False)
    _run_migrations("promote")
    # What nobody wrote down then is not known now: who published it, and what came before.
    assert versions() == [row for row in before if row["is_newest"]]
    assert act(None, "promote_content_show", id=kept["id"]) == shown
    act(owner.editor, "promote_content_update", id=kept["id"], title="Changed")
    assert act(None, "promote_content_show", id=kept["id"])["datasets"] == shown["datasets"]


def versions() -> list[dict[str, Any]]:
    """The versions of all contents, without when and by whom."""
    model.Session.remove()
    rows = model.Session.query(ContentVersion).order_by(ContentVersion.name)
    names = ("content_id", "number", "is_newest", "state", "type", "name", "title",
             "institution_id", "values", "html")  # fmt: skip
    found = [{name: getattr(row, name) for name in names} for row in rows]
    for each in found:
        # A package keeps its tags in no order, and an address that nobody gave as an empty one.
        filled = {key: value for key, value in each["values"].items() if value != ""}
        each["values"] = {**filled, "tags": sorted(filled["tags"])}
    return found
