"""Count what a request asks of its neighbours: SQL statements, HTTP requests, Redis commands.

Nothing is replaced: each transport does what it did, and is written down on its way out.
"""
from __future__ import annotations

import contextlib
import functools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from redis.connection import AbstractConnection
from requests.adapters import HTTPAdapter

HANDSHAKE = frozenset({"AUTH", "CLIENT", "HELLO", "PING", "SELECT"})
"""What Redis clients say when they open or test a connection, whatever they want."""


@dataclass
class Counts:
    """What was asked, in order, as text. CKAN's only HTTP neighbour is Solr."""

    sql: list[str] = field(default_factory=list)
    solr: list[str] = field(default_factory=list)
    redis: list[str] = field(default_factory=list)

    @property
    def numbers(self) -> tuple[int, int, int]:
        """How many of each: SQL, Solr, Redis."""
        return len(self.sql), len(self.solr), len(self.redis)

    def beyond(self, other: Counts) -> str:
        """What was asked more often than in the other counts, one line for each text."""
        lines = []
        for name in ("sql", "solr", "redis"):
            more = Counter(map(shape, getattr(self, name)))
            more.subtract(Counter(map(shape, getattr(other, name))))
            lines += [f"{count:+d} {name}: {text}" for text, count in more.items() if count]
        return "\n".join(lines)


_counting: list[Counts] = []
_is_listening: list[bool] = []


@contextlib.contextmanager
def counting() -> Iterator[Counts]:
    """Counts of all that this process asks while the block lasts."""
    _listen()
    counts = Counts()
    _counting.append(counts)
    try:
        yield counts
    finally:
        _counting.remove(counts)


def shape(text: str) -> str:
    """The text of a request without its values, short enough for a message."""
    text = re.sub(r"%\(\w+\)s|__\[\w+\]", "?", " ".join(text.split()))
    text = re.sub(r"\b[0-9a-f]{8}-[0-9a-f-]{27}\b", "?", text)
    text = re.sub(r"(\?(::\w+)?, )+\?", "?", text)
    names = re.sub(r"^SELECT .*? FROM ", "SELECT … FROM ", text)
    return names[:300]


def _listen() -> None:
    """Begin to listen, once a process: connections that are open would not hear it earlier."""
    if _is_listening:
        return
    _is_listening.append(True)
    sa.event.listen(sa.engine.Engine, "before_cursor_execute", _note_sql)
    HTTPAdapter.send = _noting(HTTPAdapter.send, _note_http)
    AbstractConnection.send_packed_command = _noting(
        AbstractConnection.send_packed_command, _note_redis
    )


def _noting(original: Callable[..., Any], note: Callable[[Any], None]) -> Callable[..., Any]:
    @functools.wraps(original)
    def send(self: Any, what: Any, *args: Any, **kwargs: Any) -> Any:
        note(what)
        return original(self, what, *args, **kwargs)

    return send


def _note_sql(conn: Any, cursor: Any, statement: str, *args: Any) -> None:
    for counts in _counting:
        counts.sql.append(statement)


def _note_http(request: Any) -> None:
    path = request.url.split("?")[0].split("/", 3)[-1]
    for counts in _counting:
        counts.solr.append(f"{request.method} {path}")


def _note_redis(packed: Any) -> None:
    if not _counting:
        return
    raw = packed if isinstance(packed, bytes) else b"".join(packed)
    for command in _redis_commands(raw):
        if command.split()[0].upper() not in HANDSHAKE:
            for counts in _counting:
                counts.redis.append(command)


def _redis_commands(raw: bytes) -> list[str]:
    """The name and first argument of each command in a request of Redis's protocol."""
    commands: list[str] = []
    at = 0
    while at < len(raw):
        line, at = _line(raw, at)
        words = []
        for _ in range(int(line[1:])):
            length, at = _line(raw, at)
            end = at + int(length[1:])
            words.append(raw[at:end].decode("utf-8", "replace"))
            at = end + 2
        commands.append(" ".join(words[:2])[:100])
    return commands


def _line(raw: bytes, at: int) -> tuple[bytes, int]:
    end = raw.index(b"\r\n", at)
    return raw[at:end], end + 2
