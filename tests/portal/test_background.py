"""What runs behind the portal's pages: in turns, in one process, on the real queue."""
from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from ckan.lib import jobs
from redis.exceptions import ConnectionError as RedisIsGone

from ckanext.promote.portal.background import Turns, has_jobs, obey, run_jobs

PROGRAM = """
import sys
from ckanext.promote.portal import background
background.obey()
print("up", flush=True)
background.time.sleep(60)
"""


@pytest.fixture
def empty_queue(with_plugins: None) -> Any:
    """A queue without jobs; the signals are the tests' again afterwards."""
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    jobs.get_queue().empty()
    yield
    jobs.get_queue().empty()
    for signum, handler in before.items():
        signal.signal(signum, handler)


def leave_a_file(path: str) -> None:
    """A job whose trace other processes see."""
    Path(path).touch()


def test_each_has_its_turn_when_its_time_has_come() -> None:
    now, done = [100.0], []
    turns = Turns(lambda: now[0])
    for second in (100.0, 101.0, 104.9, 105.0, 106.0):
        now[0] = second
        turns.take("mails", lambda: done.append(("mails", now[0])), 5)
        turns.take("jobs", lambda: done.append(("jobs", now[0])), 0)
    assert [when for what, when in done if what == "mails"] == [100.0, 105.0]
    assert [when for what, when in done if what == "jobs"] == [100.0, 101.0, 104.9, 105.0, 106.0]


@pytest.mark.parametrize("error", [RedisIsGone("password in here"), LookupError("a mistake")])
def test_what_fails_keeps_nothing_else_from_its_turn(error: Exception, caplog: Any) -> None:
    done: list[str] = []

    def fails() -> None:
        raise error

    turns = Turns()
    turns.take("jobs", fails, 0)
    turns.take("mails", lambda: done.append("mails"), 0)
    assert done == ["mails"]
    assert [record.getMessage() for record in caplog.records] == [
        "jobs: Redis does not answer (ConnectionError)"
        if isinstance(error, RedisIsGone) else "jobs failed"
    ]  # fmt: skip


def test_jobs_that_wait_are_run(empty_queue: Any, tmp_path: Path) -> None:
    assert not has_jobs()
    for name in ("first", "second"):
        jobs.enqueue(leave_a_file, [str(tmp_path / name)])
    assert has_jobs()
    run_jobs()
    assert sorted(os.listdir(tmp_path)) == ["first", "second"]
    assert not has_jobs()


def test_the_signals_are_ours_again_after_the_jobs(empty_queue: Any) -> None:
    obey()
    ours = signal.getsignal(signal.SIGTERM)
    run_jobs()
    assert signal.getsignal(signal.SIGTERM) is ours


def test_it_ends_well_when_it_is_told_to() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    time.sleep(0.1)
    process.terminate()
    assert process.wait(timeout=10) == 0
