"""Where a request comes from, and hashes of it that tell nothing afterwards."""
from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from flask import Flask

from ckanext.promote.base import network
from ckanext.promote.base.model import DailySalt
from ckanext.promote.base.network import client_address, client_network, network_of, who_hash

pytestmark = pytest.mark.usefixtures("with_plugins")

HERE = "203.0.113.7"
INVENTED = "198.51.100.1"


def address(remote: str | None, forwarded: str | None = None) -> str:
    """The client's address of a request with this remote address and this header."""
    sent = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    environ = {} if remote is None else {"REMOTE_ADDR": remote}
    with Flask(__name__).test_request_context("/", headers=sent, environ_overrides=environ):
        return client_address()


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        (HERE, HERE),
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("::ffff:203.0.113.7", HERE),
        ("fe80::1%eth0", "fe80::1"),
        ("", ""),
        ("unix:", ""),
        (None, ""),
    ],
)
def test_the_address_is_the_remote_one(remote: str | None, expected: str):
    assert address(remote) == expected


@pytest.mark.parametrize("forwarded", [INVENTED, f"{INVENTED}, {INVENTED}", "x", "\t,,"])
def test_without_trusted_proxies_nobody_can_forward_another_address(forwarded: str):
    assert address(HERE, forwarded) == HERE


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (1, HERE, HERE),
        (1, f"{INVENTED}, {HERE}", HERE),
        (1, f"{INVENTED},{INVENTED},{HERE}", HERE),
        (2, f"{INVENTED}, {HERE}, 10.0.0.2", HERE),
        (2, HERE, HERE),  # past the outer proxy
        (1, "203.0.113.7:51234", HERE),
        (1, "[2001:db8::1]:443", "2001:db8::1"),
        (1, "[2001:db8::1]", "2001:db8::1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "unknown", "10.0.0.1"),
        (1, f"{HERE}, nonsense", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, None, "10.0.0.1"),
    ],
)
def test_a_trusted_proxy_says_what_it_saw_and_no_more(
    ckan_config: Any, monkeypatch: Any, proxies: int, forwarded: str, expected: str
):
    monkeypatch.setitem(ckan_config, "ckanext.promote.trusted_proxies", proxies)
    assert address("10.0.0.1", forwarded) == expected


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (HERE, "203.0.113.0/24"),
        ("2001:db8:1234:56ff::1", "2001:db8:1234:5600::/56"),
        ("::1", "::/56"),
        ("", ""),
    ],
)
def test_a_network_is_what_one_house_usually_has(one: str, expected: str):
    assert network_of(one) == expected


def test_outside_of_a_request_there_is_no_network_and_within_one_there_always_is():
    assert client_network() == ""
    for remote, expected in ((HERE, "203.0.113.0/24"), ("", "unknown"), ("unix:", "unknown")):
        sent = {"REMOTE_ADDR": remote}
        with Flask(__name__).test_request_context("/", environ_overrides=sent):
            assert client_network() == expected


@pytest.mark.usefixtures("clean_db")
class TestHashes:
    @pytest.fixture(autouse=True)
    def _fresh(self):
        """A process that has not asked for a salt yet."""
        network._salts.clear()
        yield
        network._salts.clear()

    def test_the_same_words_have_the_same_hash_all_day_also_in_another_process(self, freezer: Any):
        freezer.move_to("2026-03-10 00:00:01")
        first = who_hash("a", HERE)
        freezer.move_to("2026-03-10 23:59:59")
        network._salts.clear()
        assert who_hash("a", HERE) == first
        assert len(first) == 64

    def test_other_words_and_other_days_have_other_hashes(self, freezer: Any):
        freezer.move_to("2026-03-10 12:00")
        hashes = {who_hash(*words) for words in [("ab", "c"), ("a", "bc"), ("abc",), ("ab", "C")]}
        freezer.move_to("2026-03-11 12:00")
        hashes.add(who_hash("ab", "c"))
        assert len(hashes) == 5

    def test_processes_that_ask_at_once_get_one_salt(self):
        def ask(number: int) -> str:
            network._salts.clear()
            return who_hash("a")

        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(ask, range(24)))) == 1
        assert model.Session.execute(sa.select(sa.func.count(DailySalt.day))).scalar() == 1

    def test_a_salt_stays_when_the_request_that_made_it_is_rolled_back(self):
        first = who_hash("a")
        model.Session.rollback()
        network._salts.clear()
        assert who_hash("a") == first

    def test_salts_of_past_days_are_forgotten_and_that_of_today_stays(self, freezer: Any):
        for day in ("2026-03-08", "2026-03-09", "2026-03-10"):
            freezer.move_to(f"{day} 12:00")
            today = who_hash("a")
        assert network.forget_old_salts(model.Session) == 2
        model.Session.commit()
        assert model.Session.execute(sa.select(DailySalt.day)).scalars().all() == [
            dt.date(2026, 3, 10)
        ]
        network._salts.clear()
        assert who_hash("a") == today
        assert network.forget_old_salts(model.Session) == 0
