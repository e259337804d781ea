"""Fifty people who write in one thread at the same time: `make bench ARGS="--writers"`.

Against the portal's own web server, over HTTP, each as fast as the answers come, with a key for
every post; now and then a request is sent again, as a client does that is not sure. Afterwards the
books have to be right: every post that was acknowledged is there, once.
"""
from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ckanext.promote.portal import settings
from ckanext.promote.portal.bench_process import Worker
from ckanext.promote.portal.bench_report import verdict
from ckanext.promote.portal.console import PortalError, say, step
from ckanext.promote.portal.ports import LOOPBACK, free_port

WRITERS = 50
SECONDS = 60
WEB_WORKERS = 2
REPEATED = 10
"""One of so many requests is sent again at once, with the same key."""
ANSWERS_WITHIN_SECONDS = 60
SERVES_WITHIN_SECONDS = 120.0
UNLIMITED = {
    **{f"ckanext.promote.limits.user.{window}": "0" for window in ("hour", "day")},
    "ckanext.promote.limits.newcomer.ten_minutes": "0",
    "ckanext.promote.moderation.newcomer_days": "0",
}
PATH = "/api/3/action/promote_post_create"
GUNICORN = "python:ckanext.promote.portal.gunicorn_conf"


@dataclass
class Sent:
    """What the writers did, and what they were told."""

    statuses: Counter[int] = field(default_factory=Counter)
    acknowledged: dict[str, set[str]] = field(default_factory=dict)
    """Ids that were given for a key; one, if all is well."""
    repeated: int = 0
    broken: int = 0
    """Connections that ended without an answer."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, key: str, status: int, post_id: str | None) -> None:
        """Note one answer."""
        with self.lock:
            self.statuses[status] += 1
            if post_id:
                self.acknowledged.setdefault(key, set()).add(post_id)


def run(ini: Path, folder: Path) -> None:
    """Let them write, count, and print a line for each thing that has to be so."""
    with Worker(ini, folder) as loader:
        with step(f"{WRITERS} accounts and a thread"):
            thread, tokens = loader.ask("writers", WRITERS)
        with served(ini, folder) as port, step(f"{WRITERS} write for {SECONDS} s"):
            sent, seconds = write(port, thread, tokens)
        books = loader.ask("written", thread)
    report(sent, seconds, books)


@contextmanager
def served(ini: Path, folder: Path) -> Iterator[int]:
    """The portal's web server without limits, on a free port as long as the block lasts."""
    port = free_port()
    url = f"http://{LOOPBACK}:{port}"
    own = folder / "writers.ini"
    options = {**UNLIMITED, "ckan.site_url": url}
    settings.replace_file(own, settings.with_options(ini.read_text("utf-8"), options))
    ready = folder / "ready"
    ready.touch()
    environ = {
        **os.environ, "CKAN_INI": str(own), "PROMOTE_READY_FILE": str(ready), "CKAN_SITE_URL": url,
    }  # fmt: skip
    command = [
        sys.executable, "-m", "gunicorn", "--config", GUNICORN, "--bind", f"{LOOPBACK}:{port}",
        "--workers", str(WEB_WORKERS),
    ]  # fmt: skip
    log = folder / "web.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environ, stdout=output, stderr=output)
    try:
        wait_for(url, process, log)
        yield port
    finally:
        process.terminate()
        process.wait()


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the web server answers.

    :raises PortalError: with the end of its log, when it does not
    """
    ends = time.monotonic() + SERVES_WITHIN_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/about", timeout=60):  # noqa: S310 -- our own
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.2)
    raise PortalError(f"The web server does not answer:\n{log.read_text('utf-8')[-3000:]}")


def write(port: int, thread: str, tokens: list[str]) -> tuple[Sent, float]:
    """Let everybody write until the time is over; what was answered, and how long it took."""
    sent, started = Sent(), time.monotonic()
    ends = started + SECONDS
    people = [
        threading.Thread(target=_writer, args=(sent, port, thread, token, place, ends))
        for place, token in enumerate(tokens)
    ]
    for each in people:
        each.start()
    for each in people:
        each.join()
    return sent, time.monotonic() - started


def _writer(
    sent: Sent, port: int, thread: str, token: str, place: int, ends: float
) -> None:
    number = 0
    connection = _connection(port)
    while time.monotonic() < ends:
        number += 1
        key = f"writer-{place}-{number}"
        body = json.dumps({
            "thread_id": thread, "body": f"Writer {place}, text {number}.", "idempotency_key": key,
        })  # fmt: skip
        is_repeated = number % REPEATED == 0
        with sent.lock:
            sent.repeated += is_repeated
        for _ in range(2 if is_repeated else 1):
            while True:
                try:
                    status, post_id = _post(connection, token, body)
                    break
                except (OSError, http.client.HTTPException):
                    # Nobody knows whether it was written: sent again, with the same key.
                    with sent.lock:
                        sent.broken += 1
                    connection.close()
                    connection = _connection(port)
            sent.note(key, status, post_id)
    connection.close()


def _connection(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(LOOPBACK, port, timeout=ANSWERS_WITHIN_SECONDS)


def _post(
    connection: http.client.HTTPConnection, token: str, body: str
) -> tuple[int, str | None]:
    headers = {"Authorization": token, "Content-Type": "application/json"}
    connection.request("POST", PATH, body, headers)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        return answer.status, None
    return 200, str(json.loads(text)["result"]["id"])


def findings(sent: Sent, books: dict[str, Any]) -> list[tuple[str, bool]]:
    """What has to be so, and whether it is.

    :param books: as ``bench_talk.written`` gives them
    """
    ids = [each for given in sent.acknowledged.values() for each in given]
    there = books["ids"]
    other = {status for status in sent.statuses if status != 200}
    return [
        ("each key has one post", all(len(each) == 1 for each in sent.acknowledged.values())),
        ("every acknowledged post is there, once",
         sorted(ids) == sorted(there) and len(ids) == len(set(ids))),
        (f"posts counted: {books['posts_count']}, there: {books['visible']}",
         books["posts_count"] == books["visible"]),
        (f"last number: {books['last_seq']}, highest there: {books['highest']}, numbers given "
         f"twice: {books['visible'] - books['numbers']}",
         books["last_seq"] == books["highest"] and books["visible"] == books["numbers"]),
        (f"answers 5xx: {sum(sent.statuses[each] for each in other if each >= 500)}",
         not any(each >= 500 for each in other)),
        (f"other answers: {dict(sorted(sent.statuses.items()))}", not other),
    ]  # fmt: skip


def report(sent: Sent, seconds: float, books: dict[str, Any]) -> None:
    """Print what was written, and the findings."""
    count = len(sent.acknowledged)
    say()
    say(f"{WRITERS} writers on one thread for {seconds:.0f} s: {count} posts acknowledged, "
        f"{count / seconds:.0f} a second; {sent.repeated} requests sent twice, "
        f"{sent.broken} connections broken")  # fmt: skip
    for text, is_met in findings(sent, books):
        say(f"  {text}: {verdict(is_met)}")
