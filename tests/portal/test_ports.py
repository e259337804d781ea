"""Ports: asked for, free, taken."""
from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from ckanext.promote.portal import ports
from ckanext.promote.portal.console import PortalError


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that this process listens on."""
    with socket.socket() as listener:
        listener.bind((ports.LOOPBACK, 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_the_web_port_is_5000_unless_told():
    assert ports.web_port({}) == 5000
    assert ports.web_port({"PORT": ""}) == 5000
    assert ports.web_port({"PORT": "8080"}) == 8080


@pytest.mark.parametrize("value", ["abc", "0", "65536", "-1", "5000 ", "٥٠٠٠"])
def test_what_is_no_port_is_refused_with_its_value(value: str):
    with pytest.raises(PortalError) as refused:
        ports.web_port({"PORT": value})
    expected = f"PORT={value} is not a port: give a number from 1024 to 65535."
    assert str(refused.value) == expected


def test_a_busy_port_is_named_with_its_program_and_a_way_out(taken: int):
    with pytest.raises(PortalError) as refused:
        ports.require_bindable(ports.LOOPBACK, taken)
    sentence = str(refused.value)
    assert sentence.startswith(f"Port {taken} is already in use by ")
    assert f"(pid {os.getpid()})" in sentence
    assert sentence.endswith(f"or choose another port with make portal PORT={taken + 1}.")


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(PortalError, match=r"^HOST=192\.0\.2\.1 cannot be listened on"):
        ports.require_bindable("192.0.2.1", ports.free_port())


def test_a_free_port_is_bindable():
    ports.require_bindable(ports.LOOPBACK, ports.free_port())


def test_the_preferred_port_is_used_again_where_it_is_free(taken: int):
    free = ports.free_port()
    assert ports.free_port(free) == free
    assert ports.free_port(taken) != taken
