"""Look whether an address on the internet works, without being led into a private network.

A name is looked up once; every network address that it has is checked, and the connection is made
to those very ones, so that a name which means something else a moment later is of no use. Each
redirect is checked the same way. Proxies that the environment names are not used, and no text of
an answer is read: its first line and its headers tell enough.
"""
from __future__ import annotations

import contextlib
import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError
from urllib3.util import Url, parse_url

from ckanext.promote import __version__
from ckanext.promote.base.i18n import N_

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

MAX_REDIRECTS = 5
MAX_ADDRESS = 2000
PORTS = {"http": 80, "https": 443}
HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+", re.IGNORECASE)
"""A name in the form that is looked up, or a network address."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
REFUSES_PROGRAMS = frozenset({401, 403, 429})
"""The site is there, and tells a program that asks without signing in to go away."""
HEADERS = {
    "User-Agent": f"ckanext-promote/{__version__} (link checker)",
    "Accept": "*/*",
    "Connection": "close",
}

PROBLEMS: dict[str, str] = {
    "refused": N_(
        "It leads to an address that this portal does not open: not http or https, with a user "
        "name, or with a port of its own."
    ),
    "no_site": N_("No site of this name can be reached from the internet."),
    "no_connection": N_("The site does not answer."),
    "too_slow": N_("The site took too long to answer."),
    "not_secure": N_("The site's certificate is not valid, or its encryption is outdated."),
    "too_many_redirects": N_("It leads from one address to the next and does not end."),
    "not_found": N_("The site has no page at this address (answer {status})."),
    "error": N_("The site answers with an error ({status})."),
}
"""What can be wrong, by the name that is stored."""

# What the registries of special addresses of IANA have, and what clouds answer their machines on.
NOT_PUBLIC_4 = [
    ipaddress.IPv4Network(each)
    for each in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
    )
]  # fmt: skip
PUBLIC_6 = ipaddress.IPv6Network("2000::/3")
# Teredo, 6to4 and the others in here could carry an address of any other network.
NOT_PUBLIC_6 = [
    ipaddress.IPv6Network(each)
    for each in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
]
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True)
class Looked:
    """What was seen: the last status, whether the address works, and else a key of PROBLEMS."""

    status: int | None
    is_working: bool
    problem: str = ""


class Problem(Exception):
    """An address cannot be looked at, or does not answer. The text is a key of ``PROBLEMS``."""


def addresses_of_name(host: str, port: int) -> list[str]:
    """The network addresses of a name, as this machine knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(frozen=True)
class Reach:
    """How far a look goes. Tests have a reach of their own; nothing else needs one."""

    seconds: float = 5.0
    """For all of it: names, redirects, answers."""
    ports: frozenset[int] = frozenset(PORTS.values())
    networks: tuple[IPNetwork, ...] = ()
    """Networks that may be reached beside the public ones."""
    resolve: Callable[[str, int], Sequence[str]] = addresses_of_name
    ssl_context: ssl.SSLContext | None = None
    """The system's authorities, when it is left out."""


INTERNET = Reach()


@dataclass(frozen=True)
class _Target:
    """An address, and the network addresses that it was found to be safe to ask at."""

    url: Url
    host: str
    port: int
    checked: tuple[str, ...]


def look(address: str, reach: Reach = INTERNET) -> Looked:
    """Ask an address and those that it redirects to, five at most. Never raises."""
    deadline = time.monotonic() + reach.seconds
    status = None
    try:
        for _ in range(MAX_REDIRECTS + 1):
            status, location = _answer(_target(address, reach, deadline), reach, deadline)
            if location is None:
                return _judged(status)
            address = _joined(address, location)
    except Problem as err:
        return Looked(status, is_working=False, problem=str(err))
    return Looked(status, is_working=False, problem="too_many_redirects")


def may_look(address: str, reach: Reach = INTERNET) -> bool:
    """Whether an address has a form that is looked at, wherever it leads."""
    try:
        _parsed(address, reach)
    except Problem:
        return False
    return True


def is_public(ip: IPAddress) -> bool:
    """Whether an address belongs to the internet, and to no network of somebody's own."""
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in NOT_PUBLIC_4)
    if ip.ipv4_mapped is not None:
        return is_public(ip.ipv4_mapped)
    if ip in NAT64:
        return is_public(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return ip in PUBLIC_6 and not any(ip in network for network in NOT_PUBLIC_6)


def _judged(status: int) -> Looked:
    if 200 <= status < 300 or status in REFUSES_PROGRAMS:
        return Looked(status, is_working=True)
    problem = "not_found" if status in (404, 410) else "error"
    return Looked(status, is_working=False, problem=problem)


def _joined(address: str, location: str) -> str:
    try:
        return urljoin(address, location)
    except ValueError:
        raise Problem("refused") from None


def _parsed(address: str, reach: Reach) -> tuple[Url, str, int]:
    """The address, its host without brackets and its port.

    :raises Problem: when it has no form that is looked at
    """
    try:
        url = parse_url(address)
    except (HTTPError, ValueError):
        raise Problem("refused") from None
    host = (url.host or "").strip("[]")
    port = url.port or PORTS.get(url.scheme or "", 0)
    is_plain = url.auth is None and len(address) <= MAX_ADDRESS
    is_known = url.scheme in PORTS and port in reach.ports
    if not is_plain or not is_known or not HOST.fullmatch(host):
        raise Problem("refused")
    return url, host, port


def _target(address: str, reach: Reach, deadline: float) -> _Target:
    """Look the name up, once, and check all that it means."""
    url, host, port = _parsed(address, reach)
    found = _resolved(host, port, reach, deadline)
    if not found or not all(_may_connect(each, reach) for each in found):
        raise Problem("no_site")
    return _Target(url, host, port, tuple(found))


def _resolved(host: str, port: int, reach: Reach, deadline: float) -> list[str]:
    """The addresses of a name. The system's look-up knows no time limit: it gets a thread."""
    found: list[str] = []

    def run() -> None:
        with contextlib.suppress(OSError, UnicodeError):
            found.extend(reach.resolve(host, port))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(_left(deadline))
    if thread.is_alive():
        raise Problem("too_slow")
    return found


def _may_connect(address: str, reach: Reach) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return is_public(ip) or any(ip in network for network in reach.networks)


def _answer(target: _Target, reach: Reach, deadline: float) -> tuple[int, str | None]:
    """Status and redirection of an address: of HEAD, or of GET where HEAD is not welcome."""
    with contextlib.suppress(http.client.HTTPException, ConnectionError):
        status, location = _ask("HEAD", target, reach, deadline)
        if status < 400:
            return status, location
    try:
        return _ask("GET", target, reach, deadline)
    except (http.client.HTTPException, ConnectionError):
        raise Problem("no_connection") from None


def _ask(method: str, target: _Target, reach: Reach, deadline: float) -> tuple[int, str | None]:
    """Ask once.

    :raises HTTPException, ConnectionError: when the site answered with something else, or hung up
    :raises Problem: when nothing came
    """
    netloc = target.url.netloc or ""
    try:
        with _connected(target, reach, deadline) as connection:
            connection.request(
                method, target.url.request_uri, headers={**HEADERS, "Host": netloc},
                preload_content=False,
            )  # fmt: skip
            answer = connection.getresponse()
            answer.close()
    except (OSError, HTTPError, ValueError, http.client.HTTPException) as err:
        if not _left(deadline) or isinstance(err, TimeoutError):
            raise Problem("too_slow") from None
        if isinstance(err, ssl.SSLError):
            raise Problem("not_secure") from None
        if isinstance(err, (http.client.HTTPException, ConnectionError)):
            raise
        raise Problem("no_connection") from None
    if not _left(deadline):
        raise Problem("too_slow")  # what came may be cut off
    location = answer.headers.get("Location") if answer.status in REDIRECTS else None
    # http.client reads headers as Latin-1, and sites write them in UTF-8.
    return answer.status, location and location.encode("latin-1").decode("utf-8", "replace")


@contextlib.contextmanager
def _connected(target: _Target, reach: Reach, deadline: float) -> Iterator[HTTPConnection]:
    """A connection to the first of the checked addresses that takes one, cut at the deadline.

    The cut is needed beside the time limit of each read: a site may send a byte every second.
    """
    connection = _first(target, reach, deadline)
    cut = threading.Timer(_left(deadline), _hang_up, [connection])
    cut.daemon = True
    cut.start()
    try:
        connection.timeout = max(_left(deadline), 0.001)
        yield connection
    finally:
        cut.cancel()
        connection.close()


def _first(target: _Target, reach: Reach, deadline: float) -> HTTPConnection:
    for place, address in enumerate(target.checked):
        seconds = _left(deadline) / (len(target.checked) - place)
        if not seconds:
            break
        connection = _connection(target, address, reach, seconds)
        try:
            connection.connect()
        except (ConnectTimeoutError, TimeoutError):  # or it was refused: that is one of the first
            connection.close()
        except BaseException:
            connection.close()
            raise
        else:
            return connection
    raise Problem("no_connection" if _left(deadline) else "too_slow")


def _connection(target: _Target, address: str, reach: Reach, seconds: float) -> HTTPConnection:
    """A connection to a network address; the certificate has to be the name's."""
    if target.url.scheme == "http":
        return HTTPConnection(address, target.port, timeout=seconds)
    return HTTPSConnection(
        address,
        target.port,
        timeout=seconds,
        server_hostname=target.host,
        ssl_context=reach.ssl_context or _system_authorities(),
    )


@lru_cache(maxsize=1)
def _system_authorities() -> ssl.SSLContext:
    return ssl.create_default_context()


def _hang_up(connection: Any) -> None:
    if connection.sock is not None:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _left(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0.0)
