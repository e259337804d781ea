"""The migrations give exactly the tables of the models, up from nothing, and go down again."""
from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from ckan import model
from ckan.cli.db import _run_migrations

from ckanext.promote.content.model import Content

pytestmark = pytest.mark.usefixtures("portal")


def our_tables() -> set[str]:
    names = sa.inspect(model.meta.engine).get_table_names()
    return {name for name in names if name.startswith("promote_")}


def test_the_migrated_tables_are_those_of_the_models():
    # Not model.meta.metadata: the first reset of a session puts another one in its place.
    def ours(thing: Any, name: str, kind: str, *rest: Any) -> bool:
        return kind != "table" or name.startswith("promote_") and not name.endswith("_version")

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
    assert down == {"promote_alembic_version"}
    assert our_tables() == before
