"""The portal's ckan.ini."""
from __future__ import annotations

import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from ckanext.promote.portal import settings

ADDRESSES = {
    "CKAN_SQLALCHEMY_URL": "postgresql://ckan@/ckan?host=/tmp/with%20space",
    "CKAN_DATASTORE_WRITE_URL": "postgresql://ckan@/datastore?host=/tmp/s",
    "CKAN_DATASTORE_READ_URL": "postgresql://reader@/datastore?host=/tmp/s",
    "CKAN_REDIS_URL": "redis://:secret@127.0.0.1:6000/0",
    "CKAN_SOLR_URL": "http://127.0.0.1:6001/solr/ckan",
}


@pytest.fixture
def ini(tmp_path: Path) -> Path:
    """A configuration of a first start."""
    path = tmp_path / "ckan.ini"
    settings.write(path, tmp_path / "storage")
    settings.correct(path, ADDRESSES, {"ckan.site_url": "http://localhost:5000"})
    return path


def read(path: Path) -> dict[str, str]:
    """Read a configuration with its interpolation, as CKAN does."""
    parser = ConfigParser()
    parser.read(path, encoding="utf-8")
    return dict(parser["app:main"])


def test_a_first_configuration_has_the_addresses_and_is_for_its_owner_alone(ini: Path):
    found = read(ini)
    assert {key: found[settings.OPTIONS[key]] for key in ADDRESSES} == ADDRESSES
    assert found["ckan.plugins"] == settings.PLUGINS
    assert found["ckan.views.default_views"] == settings.VIEWS
    assert found["ckan.site_url"] == "http://localhost:5000"
    assert ini.stat().st_mode & 0o777 == 0o600


def test_each_portal_has_a_secret_of_its_own(tmp_path: Path):
    secrets = set()
    for name in ("one", "two"):
        settings.write(tmp_path / name, tmp_path / "storage")
        secrets.add(read(tmp_path / name)["secret_key"])
    assert len(secrets) == 2
    assert {len(secret) for secret in secrets} == {43}


def test_a_later_start_moves_the_addresses_and_keeps_the_rest(ini: Path):
    before = read(ini)
    ini.write_text(ini.read_text().replace("ckan.site_title = ", "ckan.site_title = Mi "))
    settings.write(ini, ini.parent / "storage")
    moved = {**ADDRESSES, "CKAN_REDIS_URL": "redis://127.0.0.1:7000/0"}
    settings.correct(ini, moved, {"ckan.site_url": "http://localhost:5001"})
    expected = {
        **before,
        "ckan.site_title": f"Mi {before['ckan.site_title']}",
        "ckan.redis.url": "redis://127.0.0.1:7000/0",
        "ckan.site_url": "http://localhost:5001",
    }
    assert read(ini) == expected


def test_without_a_datastore_its_plugins_are_left_out_and_come_back(ini: Path):
    named = {"CKAN_SQLALCHEMY_URL": "postgresql://me@db/ckan"}
    settings.correct(ini, named, {})
    assert read(ini)["ckan.plugins"] == "promote geo_view geojson_view text_view image_view"
    assert read(ini)["ckan.views.default_views"] == "geo_view text_view image_view"
    settings.correct(ini, ADDRESSES, {})
    assert read(ini)["ckan.plugins"] == settings.PLUGINS


def test_a_list_of_plugins_changed_by_hand_stays(ini: Path):
    ini.write_text(ini.read_text().replace("= promote datastore", "= activity promote datastore"))
    settings.correct(ini, {"CKAN_SQLALCHEMY_URL": "postgresql://me@db/ckan"}, {})
    assert read(ini)["ckan.plugins"] == f"activity {settings.PLUGINS}"


def test_the_worker_has_the_same_configuration_without_charts(ini: Path):
    worker = ini.with_name("worker.ini")
    settings.write_for_worker(worker, ini)
    assert "charts_view" in settings.PLUGINS.split()
    expected = {**read(ini), "ckan.plugins": settings.PLUGINS.replace(" charts_view", "")}
    assert read(worker) == expected
    assert worker.stat().st_mode & 0o777 == 0o600


def test_an_option_that_is_absent_is_added_to_the_application(ini: Path):
    settings.correct(ini, ADDRESSES, {"ckanext.promote.central_team": "coordinacion"})
    assert read(ini)["ckanext.promote.central_team"] == "coordinacion"
    assert settings.value_of(ini, "ckanext.promote.central_team") == "coordinacion"
    assert settings.value_of(ini, "ckanext.promote.other") is None


def test_the_logging_sections_can_be_read(ini: Path):
    program = "import logging.config, sys; logging.config.fileConfig(sys.argv[1])"
    done = subprocess.run(
        [sys.executable, "-c", program, str(ini)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
