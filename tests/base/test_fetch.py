"""Looking at addresses on the internet: what works, what does not, and no way into a network."""
from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import trustme

from ckanext.promote import __version__
from ckanext.promote.base.fetch import PROBLEMS, Looked, Reach, is_public, look, may_look
from tests.base.sites import Site, raw_site, site, status


def works(code: int = 200) -> Looked:
    return Looked(code, is_working=True)


def fails(problem: str, code: int | None = None) -> Looked:
    assert problem in PROBLEMS
    return Looked(code, is_working=False, problem=problem)


# --- Ways into the private network ---

WAYS = (
    "http://127.0.0.1:{port}/",
    "http://127.1:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0x7f.0x0.0x0.0x1:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://017700000001:{port}/",
    "http://0:{port}/",
    "http://0.0.0.0:{port}/",
    "http://localhost:{port}/",
    "http://LOCALHOST.:{port}/",
    "http://[::1]:{port}/",
    "http://[::]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://[2001:0:7f00:1::]:{port}/",
    "http://①②⑦.⓪.⓪.①:{port}/",
    "http://127。0。0。1:{port}/",
    "http://127.0.0.1:{port}\\@public.example/",
    "http://public.example@127.0.0.1:{port}/",
    "http://public.example:80@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}#@public.example/",
    "http://127.0.0.1:{port}?@public.example/",
    "http://%31%32%37.0.0.1:{port}/",
)


@pytest.mark.parametrize("way", WAYS)
def test_no_way_of_writing_this_machine_leads_to_it(way: str):
    with raw_site(lambda connection, is_over: None) as inside:
        # A name that is safe is safe: it is never asked, since each of these means another host.
        looked = look(way.format(port=inside.port), Reach(ports=frozenset({inside.port})))
        assert looked in (fails("no_site"), fails("refused"))
    assert inside.asked == []


INSIDE = (
    "0.0.0.0",  # noqa: S104 -- nothing is bound to it
    "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.0.9",
    "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192",
    "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "203.0.113.7", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "::10.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378::1",
    "2001:db8::1", "2002:a00:1::1", "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1",
    "fe80::1%lo", "fec0::1", "ff02::1",
)  # fmt: skip
OUTSIDE = (
    "1.1.1.1", "93.184.216.34", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1",
    "192.0.1.1", "223.255.255.255", "::ffff:1.1.1.1", "64:ff9b::101:101",
    "2606:4700:4700::1111", "2a00:1450:4003::1",
)  # fmt: skip


@pytest.mark.parametrize(
    ("address", "expected"),
    [*((each, False) for each in INSIDE), *((each, True) for each in OUTSIDE)],
)
def test_which_addresses_belong_to_the_internet(address: str, expected: bool):
    assert is_public(ipaddress.ip_address(address)) is expected


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_means_a_private_address_is_not_asked(address: str):
    reach = Reach(resolve=lambda host, port: [address])
    assert look("http://inside.example/", reach) == fails("no_site")


def test_one_private_address_among_public_ones_is_enough():
    asked = Reach(resolve=lambda host, port: ["1.1.1.1", "10.0.0.1"])
    assert look("http://inside.example/", asked) == fails("no_site")


def test_a_name_that_changes_its_meaning_after_the_check_is_asked_where_it_was_checked():
    meanings = [["127.0.0.1"], ["10.0.0.1"]]
    with site({"GET /": status(200)}) as ours:
        reach = ours.reach(resolve=lambda host, port: meanings.pop(0))
        assert look(f"http://changing.example:{ours.port}/", reach) == works()
    assert ours.asked == ["HEAD /", "GET /"]  # both at the address that was checked, once
    assert meanings == [["10.0.0.1"]]


def test_a_redirection_is_checked_anew_also_to_the_same_name():
    meanings = [["127.0.0.1"], ["10.0.0.1"]]
    with site({"/": status(302, Location="/next")}) as ours:
        reach = ours.reach(resolve=lambda host, port: meanings.pop(0))
        assert look(f"http://changing.example:{ours.port}/", reach) == fails("no_site", 302)
    assert ours.asked == ["HEAD /"]


@pytest.mark.parametrize(
    ("location", "problem"),
    [
        ("http://inside.example/", "no_site"),
        ("//inside.example/", "no_site"),
        ("http://127.0.0.2:{port}/", "no_site"),
        ("http://169.254.169.254:{port}/latest/meta-data/", "no_site"),
        ("http://[::ffff:127.0.0.2]:{port}/", "no_site"),
        ("http://127.0.0.1:6379/", "refused"),
        ("http://me:secret@127.0.0.1:{port}/", "refused"),
        ("file:///etc/passwd", "refused"),
        ("gopher://127.0.0.1:{port}/_INFO", "refused"),
        ("http://[::1", "refused"),
    ],
)
def test_a_redirection_to_the_private_network_is_not_followed(location: str, problem: str):
    def resolve(host: str, port: int) -> list[str]:
        return ["10.0.0.1"] if host == "inside.example" else [host]

    pages: dict[str, Any] = {}
    with site(pages) as ours:
        # The port of inside.example is the site's, so that it is the name that is refused.
        target = location.replace("inside.example/", f"inside.example:{ours.port}/")
        pages["/"] = status(302, Location=target.format(port=ours.port))
        assert look(ours.address, ours.reach(resolve=resolve)) == fails(problem, 302)
    assert ours.asked == ["HEAD /"]


@pytest.mark.parametrize(
    "address",
    [
        "ftp://apps.example/", "gopher://apps.example/", "file:///etc/passwd", "javascript:1",
        "apps.example", "//apps.example/", "", "http://", "http:///", "https://apps.example:22/",
        "http://apps.example:6379/", "http://apps.example:99999/", "http://apps.example:x/",
        "http://me:secret@apps.example/", "http://[::1", "http://a b.example/", "http://a\x00b/",
        "http://a\r\nb/", "http://a%20b/", "https://apps.example/" + "a" * 2000,
    ],
)  # fmt: skip
def test_an_address_of_another_form_is_not_looked_at(address: str):
    def resolve(host: str, port: int) -> list[str]:
        raise AssertionError(host)

    assert look(address, Reach(resolve=resolve)) == fails("refused")
    assert not may_look(address)


@pytest.mark.parametrize(
    "address",
    ["https://apps.example/a?b=c#d", "HTTP://APPS.EXAMPLE", "https://apps.example:443/",
     "http://apps.example:80/", "https://salud.gob.mx/páginas/ñ", "https://año.example/"],
)  # fmt: skip
def test_ordinary_addresses_may_be_looked_at(address: str):
    assert may_look(address)


def test_a_proxy_that_the_environment_names_is_not_used(monkeypatch: Any):
    with site({}) as proxy, site({"/": status(200)}) as ours:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.address)
        assert look(ours.address, ours.reach()) == works()
    assert (proxy.asked, ours.asked) == ([], ["HEAD /"])


# --- What works ---


def test_a_site_that_answers_works_and_is_told_who_asks():
    with site({"/app?a=%C3%B1": status(200)}) as ours:
        assert look(f"{ours.address}app?a=ñ#part", ours.reach()) == works()
    assert ours.asked == ["HEAD /app?a=%C3%B1"]
    assert ours.headers[0]["User-Agent"] == f"ckanext-promote/{__version__} (link checker)"
    assert ours.headers[0]["Host"] == f"127.0.0.1:{ours.port}"


@pytest.mark.parametrize("refusal", [400, 403, 404, 405, 500, 501])
def test_a_site_that_refuses_head_is_asked_with_get(refusal: int):
    with site({"HEAD /": status(refusal), "GET /": status(200)}) as ours:
        assert look(ours.address, ours.reach()) == works()
    assert ours.asked == ["HEAD /", "GET /"]


def test_a_site_that_hangs_up_on_head_is_asked_with_get():
    with site({"HEAD /": lambda handler: None, "GET /": status(200)}) as ours:
        assert look(ours.address, ours.reach()) == works()
    assert ours.asked == ["HEAD /", "GET /"]


@pytest.mark.parametrize("code", [200, 204, 206, 401, 403, 429])
def test_a_site_that_is_there_works(code: int):
    with site({"/": status(code)}) as ours:
        assert look(ours.address, ours.reach()) == works(code)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirections_are_followed_to_the_answer(code: int):
    with site({"/": status(code, Location="next"), "/next": status(200)}) as ours:
        assert look(ours.address, ours.reach()) == works()
    assert ours.asked == ["HEAD /", "HEAD /next"]


def test_a_redirection_in_utf_8_is_read_as_such():
    def answer(handler: Any) -> None:
        handler.wfile.write("HTTP/1.0 302 F\r\nLocation: /páginas\r\n\r\n".encode())

    with site({"/": answer, "/p%C3%A1ginas": status(200)}) as ours:
        assert look(ours.address, ours.reach()) == works()


def test_the_other_addresses_of_a_name_are_tried_when_one_does_not_answer():
    with site({"/": status(200)}) as ours:
        reach = ours.reach(
            networks=(ipaddress.ip_network("127.0.0.0/8"),),
            resolve=lambda host, port: ["127.0.0.3", "127.0.0.1"],
        )
        assert look(f"http://two.example:{ours.port}/", reach) == works()


# --- What does not ---


@pytest.mark.parametrize(
    ("code", "problem"),
    [(404, "not_found"), (410, "not_found"), (400, "error"), (500, "error"), (503, "error"),
     (304, "error"), (302, "error")],
)  # fmt: skip
def test_a_site_without_the_page_is_broken(code: int, problem: str):
    with site({"/": status(code)}) as ours:
        assert look(ours.address, ours.reach()) == fails(problem, code)


def test_five_redirections_are_followed_and_no_sixth():
    pages = {f"/{n}": status(302, Location=f"/{n + 1}") for n in range(9)}
    with site({**pages, "/9": status(200)}) as ours:
        assert look(f"{ours.address}4", ours.reach()) == works()
        assert look(f"{ours.address}3", ours.reach()) == fails("too_many_redirects", 302)
        asked = list(ours.asked)
    assert asked == [*(f"HEAD /{n}" for n in range(4, 10)), *(f"HEAD /{n}" for n in range(3, 9))]


def test_a_circle_of_redirections_ends():
    with site({"/": status(301, Location="/")}) as ours:
        assert look(ours.address, ours.reach()) == fails("too_many_redirects", 301)
    assert ours.asked == ["HEAD /"] * 6


def test_a_name_that_nobody_has_is_broken():
    def resolve(host: str, port: int) -> list[str]:
        raise socket.gaierror

    assert look("https://nowhere.example/", Reach(resolve=resolve)) == fails("no_site")


def test_a_name_that_cannot_be_looked_up_is_broken():
    assert look(f"http://{'a' * 64}..example/") == fails("no_site")


def test_a_port_where_nobody_listens_is_broken():
    with site({}) as ours:
        pass
    assert look(ours.address, ours.reach()) == fails("no_connection")


@pytest.mark.parametrize("said", [b"", b"220 mail.example ESMTP\r\n", b"\x00" * 100])
def test_what_speaks_something_else_is_broken(said: bytes):
    def talk(connection: socket.socket, is_over: threading.Event) -> None:
        connection.recv(1000)
        connection.sendall(said)

    with raw_site(talk) as ours:
        assert look(ours.address, ours.reach()) == fails("no_connection")


def hangs(connection: socket.socket, is_over: threading.Event) -> None:
    is_over.wait()


def drips(connection: socket.socket, is_over: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while not is_over.wait(0.02):
        connection.sendall(b"x")


def goes_on(connection: socket.socket, is_over: threading.Event) -> None:
    while not is_over.wait(0.02):
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


@pytest.mark.parametrize("talk", [hangs, drips, goes_on])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_site_that_never_comes_to_an_end_is_left(talk: Any, scheme: str):
    with raw_site(talk) as ours:
        address = ours.address.replace("http", scheme)
        looked = look(address, ours.reach(seconds=0.3))
    # What is no TLS ends at once, what says nothing at the limit.
    expected = "too_slow" if scheme == "http" or talk is hangs else "not_secure"
    assert looked == fails(expected)


def test_a_look_up_of_a_name_that_hangs_is_left():
    is_over = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        is_over.wait()
        return ["1.1.1.1"]

    assert look("https://slow.example/", Reach(seconds=0.1, resolve=resolve)) == fails("too_slow")
    is_over.set()


def test_the_text_of_an_answer_is_not_read():
    sent: list[int] = []
    is_done = threading.Event()

    def answer(handler: Any) -> None:
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        status(200)(handler) if handler.command == "HEAD" else handler.send_response(200)
        handler.end_headers()
        try:
            for _ in range(2 * 1024):
                handler.wfile.write(b"x" * 1024)
                sent.append(1024)
        except OSError:
            is_done.set()
            raise

    with site({"HEAD /": status(405), "GET /": answer}) as ours:
        assert look(ours.address, ours.reach()) == works()
        assert is_done.wait(10)
    assert sum(sent) < 1024 * 1024


# --- TLS ---


@dataclass(frozen=True)
class Secure:
    """A site that speaks TLS, those who trust its authority, and the names it was asked for."""

    site: Site
    trusting: ssl.SSLContext
    names: list[str]

    def look(self, name: str, **options: Any) -> Looked:
        """Look at it under a name."""
        reach = self.site.reach(resolve=lambda host, port: ["127.0.0.1"], **options)
        return look(f"https://{name}:{self.site.port}/", reach)


@pytest.fixture
def secure() -> Iterator[Secure]:
    authority, names = trustme.CA(), []
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("apps.example").configure_cert(tls)
    tls.sni_callback = lambda connection, name, _: names.append(name)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    with site({"/": status(200)}, tls) as running:
        yield Secure(running, trusting, names)


def test_a_site_is_asked_for_its_name_and_has_to_prove_it(secure: Secure):
    assert secure.look("apps.example", ssl_context=secure.trusting) == works()
    assert secure.site.headers[0]["Host"] == f"apps.example:{secure.site.port}"
    assert secure.names == ["apps.example"]


def test_a_certificate_that_nobody_vouches_for_or_of_another_is_not_secure(secure: Secure):
    assert secure.look("apps.example") == fails("not_secure")
    other = secure.look("other.example", ssl_context=secure.trusting)
    assert other == fails("not_secure")
    assert secure.site.asked == []


def test_a_site_without_tls_is_not_secure():
    with site({"/": status(200)}) as ours:
        assert look(ours.address.replace("http", "https"), ours.reach()) == fails("not_secure")
