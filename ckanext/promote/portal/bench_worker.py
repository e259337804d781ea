"""A CKAN that the bench asks: `python -m ckanext.promote.portal.bench_worker CKAN.INI`.

Reads one JSON list a line, ``[function, arguments]``, and answers with one JSON value a line:
what it measured, in a process of its own and without a network in between.
"""
from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import ckantoolkit as tk
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
from werkzeug.test import Client

from ckanext.promote.portal import bench_data, bench_talk, bench_writing
from ckanext.promote.portal.bench_counting import counting


def main(ini: str) -> None:
    """Answer until the bench closes the pipe."""
    if hasattr(os, "sched_setaffinity"):
        # Both CKANs on one processor, which only one of them needs at a time: on two, the one
        # whose processor has less else to do would look faster.
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever CKAN prints is no answer
    browser = Browser(make_app(CKANConfigLoader(ini).get_config()))
    functions: dict[str, Callable[..., Any]] = {
        "set": set_option,
        "count": browser.count,
        "times": browser.times,
        "package_count": bench_data.package_count,
        "empty": bench_data.empty,
        "people": bench_data.people,
        "datasets": bench_data.datasets,
        "contents": bench_data.contents,
        "stories": bench_data.stories,
        "threads": bench_talk.threads,
        "long_threads": bench_talk.long_threads,
        "new_thread": bench_talk.new_thread,
        "crowded": bench_talk.crowded,
        "writers": bench_writing.writers,
        "written": bench_writing.written,
        "deep_cursor": bench_talk.deep_cursor,
        "statement_times": bench_talk.statement_times,
        "post": browser.post,
        "count_post": browser.count_post,
    }
    for line in sys.stdin:
        name, arguments = json.loads(line)
        answers.write(json.dumps(functions[name](*arguments)) + "\n")
        answers.flush()


def set_option(name: str, value: Any) -> None:
    """Set an option of this CKAN as long as it runs."""
    tk.config[name] = value


class Browser:
    """Asks for pages, through WSGI."""

    def __init__(self, app: Any) -> None:
        self.client = Client(app, use_cookies=False)

    def get(self, path: str, token: str | None) -> bytes:
        """The body of a page.

        :raises RuntimeError: when it is not there
        """
        headers = {"Authorization": token} if token else {}
        answer = self.client.get(path, base_url=tk.config["ckan.site_url"], headers=headers)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answers {answer.status}")
        return answer.get_data()

    def count(self, path: str, token: str | None) -> tuple[int, int, int]:
        """SQL statements, Solr requests and Redis commands of a page that was shown before."""
        self.get(path, token)
        with counting() as counts:
            self.get(path, token)
        return counts.numbers

    def times(self, path: str, token: str | None, count: int) -> list[float]:
        """Milliseconds of so many requests for a page."""
        found = []
        for _ in range(count):
            started = time.perf_counter()
            self.get(path, token)
            found.append((time.perf_counter() - started) * 1000)
        return found

    def post(self, thread: str, token: str, count: int) -> list[float]:
        """Milliseconds of so many posts in a thread, by somebody of its institution."""
        found = []
        for _ in range(count):
            started = time.perf_counter()
            self._post(thread, token)
            found.append((time.perf_counter() - started) * 1000)
        return found

    def count_post(self, thread: str, token: str) -> int:
        """Statements of a post."""
        with counting() as counts:
            self._post(thread, token)
        return len(counts.sql)

    def _post(self, thread: str, token: str) -> None:
        answer = self.client.post(
            "/api/3/action/promote_post_create", base_url=tk.config["ckan.site_url"],
            headers={"Authorization": token}, json={"thread_id": thread, "body": bench_talk.BODY},
        )  # fmt: skip
        if answer.status_code != 200:
            raise RuntimeError(f"a post is answered {answer.status}: {answer.get_data()[:300]!r}")


if __name__ == "__main__":
    main(sys.argv[1])
