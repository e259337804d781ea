"""The supervisor: processes end in order, and a process that falls is named."""
from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

Running = subprocess.Popen[str]

# Each process writes its name when it is told to end, a moment after it was.
PROGRAM = """
import signal, sys, time
from pathlib import Path
from ckanext.promote.portal.supervisor import Supervisor

state = Path(sys.argv[1])
record = f'{sys.executable} -c "import signal, sys, time\\n' + '''
def stop(*_):
    time.sleep(0.2)
    open(sys.argv[2], 'a').write(sys.argv[1] + chr(10))
    sys.exit()
signal.signal(signal.SIGTERM, stop)
open(sys.argv[2] + '.' + sys.argv[1], 'w').close()
time.sleep(60)"'''
def start_up(supervisor):
    while len(list(state.glob("ended.*"))) < 4:
        time.sleep(0.05)
    print("up", flush=True)
supervisor = Supervisor(state, "http://localhost:1", start_up)
for name in ("postgres", "redis", "worker", "web"):
    supervisor.add(name, f"exec {record} {name} {state}/ended", signal.SIGTERM, None)
sys.exit(supervisor.run() or 0)
"""


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Running]:
    """A supervisor of four processes, all of them up."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    yield process
    process.kill()
    process.wait()


def pids(state: Path) -> dict[str, int]:
    """Give the processes that run.json names."""
    run = json.loads((state / "run.json").read_text())
    return {name: who["pid"] for name, who in run["processes"].items()}


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_the_web_first_and_the_database_last(
    tmp_path: Path, supervisor: Running, signum: int
):
    supervisor.send_signal(signum)
    _, errors = supervisor.communicate(timeout=30)
    ended = (tmp_path / "ended").read_text().split()
    assert (supervisor.returncode, errors) == (0, "")
    assert sorted(ended[:2]) == ["web", "worker"]
    assert ended[2:] == ["redis", "postgres"]
    assert not (tmp_path / "run.json").exists()


def test_a_process_that_ends_by_itself_is_named_and_ends_all(tmp_path: Path, supervisor: Running):
    os.kill(pids(tmp_path)["redis"], signal.SIGKILL)
    _, errors = supervisor.communicate(timeout=30)
    assert supervisor.returncode == 1
    assert errors.startswith("redis ended by itself (exit code -9)")
    assert (tmp_path / "ended").read_text().split()[-1] == "postgres"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_a_supervisor_that_is_killed_leaves_no_watcher_behind(tmp_path: Path, supervisor: Running):
    watchers = [int(pid) for pid in children(supervisor.pid)]
    assert len(watchers) == 4
    supervisor.kill()
    supervisor.wait()
    give_up_at = time.monotonic() + 5
    while any(is_running(pid) for pid in watchers) and time.monotonic() < give_up_at:
        time.sleep(0.05)
    assert [pid for pid in watchers if is_running(pid)] == []
    # These four have no leash of their own.
    for pid in pids(tmp_path).values():
        os.kill(pid, signal.SIGKILL)


def children(pid: int) -> list[str]:
    """Give the processes that a process has started."""
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def is_running(pid: int) -> bool:
    """Say whether a process is there and is more than an entry to be read."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


# --- What comes back ---

COMES_BACK = """
import signal, sys
from pathlib import Path
from ckanext.promote.portal import supervisor as module

module.PAUSE_SECONDS = 0.1
state = Path(sys.argv[1])
lives = f"echo . >> {state}/lives; {sys.argv[2]}"
worker = module.Supervisor(state, "http://localhost:1", lambda _: print("up", flush=True))
worker.add("worker", lives, signal.SIGTERM, None, comes_back=True)
sys.exit(worker.run() or 0)
"""


def coming_back(state: Path, line: str) -> Running:
    """A supervisor of one process that comes back."""
    return subprocess.Popen(
        [sys.executable, "-c", COMES_BACK, str(state), line],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def lives(state: Path) -> int:
    """Give how often the process was started."""
    path = state / "lives"
    return path.read_text().count(".") if path.exists() else 0


def until_it_lived(state: Path, times: int) -> None:
    """Wait until the process was started so often, and run.json names it."""
    give_up_at = time.monotonic() + 20
    while lives(state) < times and time.monotonic() < give_up_at:
        time.sleep(0.05)
    assert lives(state) == times
    time.sleep(0.5)


def test_a_worker_that_is_killed_is_started_again_and_ends_with_the_portal(tmp_path: Path):
    process = coming_back(tmp_path, "exec sleep 60")
    until_it_lived(tmp_path, 1)
    first = pids(tmp_path)["worker"]
    os.kill(first, signal.SIGKILL)
    until_it_lived(tmp_path, 2)
    second = pids(tmp_path)["worker"]
    assert second != first
    process.terminate()
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    assert not is_running(second)
    assert lives(tmp_path) == 2
    assert "(exit code -9) and starts again" in (tmp_path / "logs" / "worker.log").read_text()


def test_a_worker_that_does_not_come_up_is_told_after_three_times(tmp_path: Path):
    process = coming_back(tmp_path, "exit 3")
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert errors.startswith("worker ended by itself (exit code 3)")
    assert lives(tmp_path) == 3
