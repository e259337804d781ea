"""Sites on this machine, for what looks at sites on the internet."""
from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ckanext.promote.base.fetch import Reach

HERE = ipaddress.ip_network("127.0.0.1/32")

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """A running site: where it is, and what it was asked."""

    port: int
    asked: list[str] = field(default_factory=list)
    """Method and path of each request."""
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where its front page is."""
        return f"http://127.0.0.1:{self.port}/"

    def reach(self, **options: Any) -> Reach:
        """A reach that this machine and the site's port belong to."""
        return Reach(**{"ports": frozenset({self.port}), "networks": (HERE,), **options})


def status(code: int, **headers: str) -> Answer:
    """Answer with a status, headers and no text."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


@contextlib.contextmanager
def site(
    pages: dict[str, Answer], tls: ssl.SSLContext | None = None
) -> Iterator[Site]:
    """A site with these pages, by path or by method and path; all others are missing.

    :param tls: what it speaks TLS with, when it does
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = f"{self.command} {self.path}"
            running.asked.append(asked)
            running.headers.append(dict(self.headers))
            (pages.get(asked) or pages.get(self.path) or status(404))(self)

        do_HEAD = do_GET  # noqa: N815 -- the library's name

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # what hangs up in the middle is meant to
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    running = Site(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextlib.contextmanager
def raw_site(talk: Callable[[socket.socket, threading.Event], None]) -> Iterator[Site]:
    """A port that speaks as it likes with each who connects, until the event is set."""
    server = socket.create_server(("127.0.0.1", 0))
    running, is_over = Site(server.getsockname()[1]), threading.Event()

    def accept() -> None:
        with contextlib.suppress(OSError):
            while not is_over.is_set():
                connection, _ = server.accept()
                running.asked.append("")
                threading.Thread(target=converse, args=[connection], daemon=True).start()

    def converse(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            talk(connection, is_over)

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield running
    finally:
        is_over.set()
        # Closing alone would leave it in accept().
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()
