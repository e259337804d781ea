"""What every test stands on: the plugin loaded, an empty database and index, people and data."""
from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ckanext.promote.base.policy import PACKAGED
from tests import keeping

SHARED = Path(os.environ.get("PROMOTE_SHARED", Path(__file__).parents[2] / "shared"))

# Plugins of other extensions, found by their entry points as if they were installed.
sys.path.insert(0, str(Path(__file__).parent / "plugins"))

_migrated: list[bool] = []
keeping.watch()


@pytest.fixture
def shared_data() -> Path:
    """Real data of a real portal, kept beside the project; the test is skipped without them."""
    if not (SHARED / "data").is_dir():
        pytest.skip("needs ../shared/data, real data that are not part of the project")
    return SHARED / "data"


@pytest.fixture(autouse=True)
def loggers_on() -> None:
    """Loggers speak in every test: each command of CKAN reads its file, and disables them all."""
    for logger in logging.Logger.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            logger.disabled = False


@pytest.fixture
def with_plugins(ckan_config: Any) -> None:
    """The plugins that the options name, loaded; they stay for the next test."""
    keeping.plugins()


@pytest.fixture
def app(with_plugins: None, make_app: Any) -> Any:
    """A client of the portal; the application behind it stays for the next test."""
    return keeping.app()


@pytest.fixture
def clean_db(with_plugins: None, reset_db: Callable[[], None], migrate_db_for: Any) -> None:
    """An empty database with our tables. CKAN drops them all once a session, ours too."""
    reset_db()
    if not _migrated:
        migrate_db_for("promote")
        _migrated.append(True)


@pytest.fixture
def portal(
    clean_db: None, clean_index: None, tmp_path: Path, ckan_config: Any, monkeypatch: Any
) -> Any:
    """An empty portal: database, index, a folder for uploads."""
    monkeypatch.setitem(ckan_config, "ckan.storage_path", str(tmp_path))
    return ckan_config


@pytest.fixture
def own_publishing(ckan_config: Any, monkeypatch: Any, tmp_path_factory: Any) -> None:
    """A portal on which institutions publish their own contents, without a review."""
    profile = own_publishing_profile(tmp_path_factory.mktemp("profile"))
    monkeypatch.setitem(ckan_config, "ckanext.promote.policy", str(profile))


def own_publishing_profile(folder: Path) -> Path:
    """The default profile, but for who publishes."""
    path = folder / "own-publishing.yaml"
    default = (PACKAGED / "mx-2015.yaml").read_text("utf-8")
    path.write_text(default.replace("by: central_team", "by: institutions"), "utf-8")
    return path
