"""The servers of a test run, without starting any."""
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ckanext.promote.portal import processes, testing


def test_what_a_killed_run_left_is_ended_and_removed(tmp_path: Path):
    state = tmp_path / f"{testing.PREFIX}1"
    state.mkdir()
    (state / "lock").touch()
    sleeper = subprocess.Popen(["sleep", "60"])
    who = processes.identity(sleeper.pid)
    gone = {"pid": 2**22 - 1, "started": 1.0}
    run = {"supervisor": gone, "processes": {"redis": who}, "url": "", "is_stopping": False}
    processes.write_json(state / "run.json", run)
    testing.remove_crashed(tmp_path)
    assert processes.find(who) is None
    assert not state.exists()


def test_a_folder_of_a_run_that_goes_on_or_of_somebody_else_stays(tmp_path: Path):
    state, other = tmp_path / f"{testing.PREFIX}1", tmp_path / f"{testing.PREFIX}other"
    other.mkdir()
    state.mkdir()
    program = (
        "import sys, time; from pathlib import Path;"
        "from ckanext.promote.portal.processes import try_lock;"
        "lock = try_lock(Path(sys.argv[1])); print(flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(state / "lock")], stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    testing.remove_crashed(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [state.name, other.name]
    holder.kill()
    holder.wait()


def call(program: str, addresses: dict[str, str]) -> int:
    """Run a program as a test run does, in a process of its own since it handles signals."""
    outer = (
        "import sys; from ckanext.promote.portal import testing;"
        f"sys.exit(testing.call([sys.executable, '-c', {program!r}], {addresses!r}))"
    )
    return subprocess.run([sys.executable, "-c", outer], check=False).returncode


def test_the_exit_code_is_that_of_the_command():
    assert call("raise SystemExit(5)", {}) == 5
    assert call("import os; os.kill(os.getpid(), 9)", {}) == 137


def test_the_command_gets_the_addresses():
    program = "import os, sys; sys.exit(os.environ['CKAN_SOLR_URL'] != 'http://here')"
    assert call(program, {"CKAN_SOLR_URL": "http://here"}) == 0


def test_kept_servers_that_are_gone_are_not_used(tmp_path: Path):
    path = tmp_path / "servers.env"
    assert testing.read_kept(path) is None
    path.write_text("export CKAN_SQLALCHEMY_URL='postgresql://ckan@127.0.0.1:9/x'\n")
    assert testing.read_kept(path) is None
    path.write_text(
        "export CKAN_SQLALCHEMY_URL='postgresql://ckan@127.0.0.1:9/x'\n"
        "export CKAN_REDIS_URL=redis://127.0.0.1:9/0\n"
        "export CKAN_SOLR_URL=http://127.0.0.1:9/solr/ckan\n"
    )
    assert testing.read_kept(path) is None
