"""What of the processes' words reaches the terminal."""
from __future__ import annotations

import pytest

from ckanext.promote.portal import journal


@pytest.mark.parametrize(
    ("name", "line", "expected"),
    [
        ("web", "GET / 200 12 ms", True),
        ("web", "", False),
        ("web", "Traceback (most recent call last):", False),
        ("web", '  File "wsgi.py", line 14, in <module>', False),
        ("web", "PluginNotFoundException: Plugin 'nonsense' not found.", True),
        ("worker", "INFO [rq.scheduler] Acquired scheduler lock", False),
        ("postgres", "LOG:  database system is ready to accept connections", False),
        ("postgres", 'ERROR:  duplicate key value violates unique constraint "x"', False),
        ("postgres", "FATAL:  could not write lock file: No space left on device", True),
        ("postgres", "FATAL:  terminating connection due to administrator command", False),
        ("redis", "1:M # WARNING Memory overcommit must be enabled!", False),
        ("redis", "1:M # Failed opening the RDB file: Permission denied", True),
        ("solr", "WARN  o.a.s.c.CoreContainer Not all security plugins configured!", False),
        ("solr", "ERROR o.a.s.c.SolrCore null:java.lang.OutOfMemoryError", True),
        ("system", "web started (pid=1)", False),
    ],
)
def test_a_line_is_shown_when_it_is_for_a_person(name: str, line: str, expected: bool):
    assert journal.is_shown(name, line) is expected
