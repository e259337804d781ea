"""Who runs: identities, locks, leashes, and what a crash leaves behind."""
from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ckanext.promote.portal import processes

Sleeper = subprocess.Popen[bytes]


def until(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Wait for a condition, and say whether it came true."""
    give_up_at = time.monotonic() + seconds
    while not condition() and time.monotonic() < give_up_at:
        time.sleep(0.05)
    return condition()


@pytest.fixture
def sleeper() -> Iterator[Sleeper]:
    """A process of ours that does nothing for a minute."""
    process = subprocess.Popen(["sleep", "60"])
    yield process
    process.kill()
    process.wait()


def remember(state: Path, name: str, who: processes.Identity) -> None:
    """Write run.json as a supervisor that has died since would have."""
    gone = {"pid": 2**22 - 1, "started": 1.0}
    run = {"supervisor": gone, "processes": {name: who}, "url": "", "is_stopping": False}
    processes.write_json(state / "run.json", run)


def test_an_identity_finds_its_process_and_no_later_one_with_its_pid(sleeper: Sleeper):
    who = processes.identity(sleeper.pid)
    assert who is not None
    found = processes.find(who)
    assert found is not None
    assert found.pid == sleeper.pid
    assert processes.find({**who, "started": who["started"] - 60}) is None


def test_what_a_crash_left_running_is_ended(tmp_path: Path, sleeper: Sleeper):
    who = processes.identity(sleeper.pid)
    remember(tmp_path, "worker", who)
    assert processes.stop_leftovers(tmp_path) == ["worker"]
    assert processes.find(who) is None
    assert not (tmp_path / "run.json").exists()


def test_a_stranger_that_got_the_pid_since_is_left_alone(tmp_path: Path, sleeper: Sleeper):
    who = processes.identity(sleeper.pid)
    remember(tmp_path, "worker", {**who, "started": who["started"] - 60})
    assert processes.stop_leftovers(tmp_path) == []
    assert sleeper.poll() is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"supervisor": 1, "processes": {}}'])
def test_a_run_file_that_cannot_be_read_is_no_obstacle(tmp_path: Path, text: str):
    (tmp_path / "run.json").write_text(text)
    assert processes.stop_leftovers(tmp_path) == []


def test_a_stale_postmaster_file_goes_and_its_pid_is_left_alone(tmp_path: Path, sleeper: Sleeper):
    data = tmp_path / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "postmaster.pid").write_text(f"{sleeper.pid}\n{data}\n")
    assert processes.stop_leftovers(tmp_path) == []
    assert not (data / "postmaster.pid").exists()
    assert sleeper.poll() is None


def test_a_written_file_is_for_its_owner_alone_and_whole(tmp_path: Path):
    path = tmp_path / "accounts.json"
    processes.write_json(path, {"name": "Ñandú"})
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text(encoding="utf-8")) == {"name": "Ñandú"}
    with pytest.raises(TypeError):
        processes.write_json(path, {"name": object()})
    assert json.loads(path.read_text(encoding="utf-8")) == {"name": "Ñandú"}
    assert os.listdir(tmp_path) == ["accounts.json"]


def test_a_lock_is_held_by_one_process_and_ends_with_it(tmp_path: Path):
    program = (
        "import sys, time; from pathlib import Path;"
        "from ckanext.promote.portal.processes import try_lock;"
        "lock = try_lock(Path(sys.argv[1])); print(lock is not None, flush=True); time.sleep(60)"
    )
    path = tmp_path / "lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "True\n"
    assert processes.try_lock(path) is None
    holder.kill()
    holder.wait()
    lock = processes.try_lock(path)
    assert lock is not None
    lock.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_a_leashed_program_ends_when_its_parent_is_killed(tmp_path: Path):
    pid_file = tmp_path / "pid"
    command = processes.leashed(
        ["sh", "-c", f"echo $$ > {pid_file}.new; mv {pid_file}.new {pid_file}; exec sleep 60"],
        stop=signal.SIGTERM,
    )
    program = f"import subprocess; subprocess.Popen({command!r}).wait()"
    parent = subprocess.Popen([sys.executable, "-c", program])
    assert until(pid_file.exists)
    child = processes.identity(int(pid_file.read_text()))
    parent.kill()
    parent.wait()
    assert child is not None
    assert until(lambda: processes.find(child) is None)


def test_a_leashed_program_waits_for_its_file(tmp_path: Path):
    awaited, made = tmp_path / "ready", tmp_path / "made"
    command = processes.leashed(["touch", str(made)], stop=signal.SIGTERM, after=awaited)
    process = subprocess.Popen(command)
    time.sleep(0.3)
    assert (process.poll(), made.exists()) == (None, False)
    awaited.touch()
    assert process.wait(10) == 0
    assert made.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")
@pytest.mark.parametrize(("how", "expected"), [("BLOCK", True), ("UNBLOCK", False)])
def test_a_make_in_its_handler_of_sigint_is_recognised(how: str, expected: bool):
    program = (
        "import signal, time;"
        f"signal.pthread_sigmask(signal.SIG_{how}, {{signal.SIGINT}});"
        "print(flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    assert processes.is_interrupted(process.pid) is expected
    process.kill()
    process.wait()
