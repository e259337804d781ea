"""Imports point one way: the arrows of the design."""
from __future__ import annotations

import pytest

from tests.static.arrows import wrong_arrows
from tests.static.package import Files, hold, ours

OURS = "from ckanext.promote"
LOCAL = "def f():\n    import json"


def test_every_import_points_down() -> None:
    hold(wrong_arrows(ours()))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("base/events.py", f"{OURS}.content import dictize"),
        ("interfaces.py", f"{OURS}.content.description import ContentType"),
        ("content/store.py", f"{OURS}.feedback import queries"),
        ("threads/action.py", f"import {OURS[5:]}.planning.model"),
        ("compliance/action.py", f"{OURS}.dashboards import action"),
        ("compliance/action.py", f"{OURS}.notifications import model"),
        ("portal/startup.py", f"{OURS}.notifications import outbox"),
        ("content/store.py", f"{OURS}.importers import run"),
        ("content/store.py", f"{OURS} import plugin"),
        ("content/queries.py", f"{OURS}.content import action"),
        ("content/queries.py", f"{OURS}.people import auth"),
        ("content/model.py", f"{OURS}.content.queries import newest"),
        ("content/views.py", f"{OURS}.content import queries"),
        ("content/views.py", f"{OURS}.base.model import new_id"),
        ("content/views.py", "from ckan import model"),
        ("content/helpers.py", f"{OURS}.content.model import Content"),
        ("content/rules.py", "import ckantoolkit as tk"),
        ("base/clock.py", "from sqlalchemy import select"),
        ("content/description.py", "if TYPE_CHECKING:\n    from ckan import model"),
        ("content/store.py", f"def f():\n    {OURS}.feedback import x  # noqa: PLC0415 -- slow"),
        ("content/store.py", "from . import queries"),
        ("content/store.py", "import_module('ckanext.promote.feedback.model')"),
        ("content/store.py", LOCAL),
        ("content/store.py", f"{LOCAL}  # noqa: PLC0415"),
        ("migration/promote/versions/001_a_b.py", f"{OURS}.content import model"),
        ("forum/model.py", "import json"),
    ],
)
def test_a_wrong_arrow_is_found(path: str, source: str) -> None:
    assert len(wrong_arrows(Files({path: source}))) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("content/action.py", f"{OURS} import config\n{OURS}.people.viewer import viewer_of"),
        ("content/helpers.py", f"{OURS}.content import queries\nfrom ckan import model"),
        ("content/views.py", f"{OURS}.content import listing\nimport ckantoolkit as tk"),
        ("content/model.py", f"{OURS}.base.model import moment\n{OURS} import SOURCE_URL"),
        ("compliance/queries.py", f"{OURS}.dashboards import model\n{OURS}.threads import model"),
        ("importers/run.py", f"{OURS}.content import dictize"),
        ("cli/deliver.py", f"{OURS}.notifications import outbox"),
        ("content/store.py", f"{LOCAL}  # noqa: PLC0415 -- slow import"),
    ],
)
def test_a_right_arrow_is_left_alone(path: str, source: str) -> None:
    assert wrong_arrows(Files({path: source})) == []


def test_what_lies_between_does_not_hide_an_arrow() -> None:
    files = {
        "content/rules.py": f"{OURS}.content.words import shorten",
        "content/words.py": "import ckantoolkit as tk",
        "content/queries.py": f"{OURS}.content import places",
        "content/places.py": f"{OURS}.content import action",
        "content/action.py": "",
    }

    assert wrong_arrows(Files(files)) == [
        "content/rules.py:1 ckanext.promote.content.words imports ckantoolkit",
        "content/queries.py:1 queries reaches ckanext.promote.content.action through "
        "ckanext.promote.content.places",
    ]


def test_a_circle_of_imports_is_found() -> None:
    files = {
        "content/index.py": f"{OURS}.content import store",
        "content/store.py": f"{OURS}.content.index import reindex",
    }

    assert [finding[:20] for finding in wrong_arrows(Files(files))] == ["a circle of imports:"]
