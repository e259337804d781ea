"""The servers: which are chosen, what they are told, how long their paths may be."""
from __future__ import annotations

from pathlib import Path

import pytest

from ckanext.promote.portal import jars, postgres, servers, solr
from ckanext.promote.portal.console import PortalError
from ckanext.promote.portal.server import Named

NOWHERE = {
    "CKAN_SQLALCHEMY_URL": "postgresql://ckan@127.0.0.1:9/ckan",
    "CKAN_REDIS_URL": "redis://127.0.0.1:9/0",
    "CKAN_SOLR_URL": "http://127.0.0.1:9/solr/ckan",
}


@pytest.mark.parametrize("variable", NOWHERE)
def test_each_named_server_takes_the_place_of_its_embedded_one(tmp_path: Path, variable: str):
    chosen = servers.choose(tmp_path, {variable: NOWHERE[variable]})
    named = [server for server in chosen if isinstance(server, Named)]
    assert [server.environment() for server in named] == [{variable: NOWHERE[variable]}]
    assert [server.command() for server in named] == [[]]
    assert len(chosen) == 3


@pytest.mark.parametrize("variable", NOWHERE)
def test_a_named_server_that_does_not_answer_is_refused(tmp_path: Path, variable: str):
    chosen = servers.choose(tmp_path, {variable: NOWHERE[variable]})
    named = next(server for server in chosen if isinstance(server, Named))
    with pytest.raises(PortalError, match=f"^{variable} names a server that does not answer"):
        named.prepare()


def test_a_named_postgresql_may_come_with_a_datastore(tmp_path: Path):
    given = {
        "CKAN_SQLALCHEMY_URL": "postgresql://ckan@db/ckan",
        "CKAN_DATASTORE_WRITE_URL": "postgresql://ckan@db/datastore",
        "CKAN_DATASTORE_READ_URL": "postgresql://reader@db/datastore",
    }
    chosen = servers.choose(tmp_path, {**given, "CKAN_SITE_ID": "other"})
    (named,) = (server for server in chosen if isinstance(server, Named))
    assert named.environment() == given


def test_an_embedded_redis_has_a_password_that_only_its_owner_can_read(tmp_path: Path):
    chosen = servers.choose(tmp_path, {})
    redis = next(server for server in chosen if server.name == "redis")
    redis.prepare()
    conf = tmp_path / "redis" / "redis.conf"
    assert conf.stat().st_mode & 0o777 == 0o600
    password = redis.environment()["CKAN_REDIS_URL"].split("@")[0].removeprefix("redis://:")
    assert f"requirepass {password}\n" in conf.read_text()


def test_two_sets_of_servers_share_no_port(tmp_path: Path):
    ports = [
        server.port
        for name in ("one", "two")
        for server in servers.choose(tmp_path / name, {})
        if server.port
    ]
    assert len(set(ports)) == len(ports) == 4


def test_a_long_path_puts_the_socket_in_a_short_folder(tmp_path: Path):
    short, long = Path("/srv/portal/postgres"), Path("/srv") / ("x" * 120)
    assert postgres.socket_folder(short) == short / "socket"
    moved = postgres.socket_folder(long)
    assert len(str(moved / postgres.SOCKET_NAME)) <= postgres.LONGEST_SOCKET_PATH
    assert moved != postgres.socket_folder(Path("/srv") / ("y" * 120))


def test_the_index_has_the_schema_of_the_installed_ckan():
    import ckan  # noqa: PLC0415 -- only this test needs it

    name = f'name="ckan-{ckan.__version__[:4]}"'
    assert name in solr.schema().read_text(encoding="utf-8")


def test_the_list_of_jars_names_each_once_with_a_checksum():
    found = jars.listed()
    assert len({jar.filename for jar in found}) == len(found)
    assert {len(jar.sha256) for jar in found} == {64}
    wanted = {tuple(coordinate.split(":")) for coordinate in jars.COORDINATES}
    assert wanted <= {(jar.group, jar.artifact, jar.version) for jar in found}


def test_a_jar_with_a_classifier_has_it_in_its_file_name():
    jar = jars.Jar.parse(f"io.netty:netty:4.1:linux-x86_64 {'0' * 64}")
    assert jar.filename == "netty-4.1-linux-x86_64.jar"
