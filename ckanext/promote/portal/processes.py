"""The processes of a portal or a test run: who they are, the lock, and what a crash left behind.

A process is named by its pid and its start time, since a pid alone may belong to a stranger by
the time it is read.
"""
from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shlex
import signal
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import FrameType
from typing import IO, TypedDict

import psutil

from ckanext.promote.portal.leash import tie_to_parent

LEASH = Path(__file__).with_name("leash.py")
PATIENCE_SECONDS = 8.0


class Identity(TypedDict):
    """One process, for ever."""

    pid: int
    started: float


class Run(TypedDict):
    """What run.json holds: the supervisor, its processes by name, and the portal's address."""

    supervisor: Identity
    processes: dict[str, Identity]
    url: str
    is_stopping: bool


def identity(pid: int) -> Identity | None:
    """Give the identity of a running process, or None."""
    try:
        return {"pid": pid, "started": psutil.Process(pid).create_time()}
    except psutil.Error:
        return None


def find(who: Identity) -> psutil.Process | None:
    """Give the process of an identity if it, and no later one with its pid, still runs."""
    try:
        process = psutil.Process(who["pid"])
        # The start time is rounded differently by different versions of psutil.
        is_same = abs(process.create_time() - who["started"]) < 1.0
        return process if is_same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.Error:
        return None


def leashed(
    command: list[str], *, stop: signal.Signals, user: str = "", after: Path | None = None
) -> list[str]:
    """Wrap a command so that it ends with its parent, by the signal that ends it well."""
    options = ["--signal", stop.name]
    options += ["--user", user] if user else []
    options += ["--after", str(after)] if after else []
    return [sys.executable, "-I", "-S", str(LEASH), *options, "--", *command]


def as_shell(command: list[str]) -> str:
    """Give a command as one line for a shell, which it replaces."""
    return f"exec {shlex.join(command)}"


# --- Being told to stop ---


def stop_as_by_ctrl_c() -> None:
    """Have every signal that asks to stop raise KeyboardInterrupt, as Ctrl-C does."""

    def interrupt(signum: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, interrupt)


def follow_make() -> None:
    """Have this process stop when the make that started it is killed."""
    with contextlib.suppress(psutil.Error):
        if psutil.Process(os.getppid()).name() in ("make", "gmake"):
            tie_to_parent(signal.SIGTERM)


def is_interrupted(pid: int) -> bool:
    """Say whether a make is in its handler of SIGINT, where it waits for its children to end.

    It does not pass SIGINT on, since Ctrl-C reaches the children by itself; a SIGINT for make
    alone does not. A handler's own signal is blocked while it runs (Linux tells, others do not).
    """
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    blocked = re.search(r"^SigBlk:\s*([0-9a-f]+)$", text, re.MULTILINE)
    return blocked is not None and bool(int(blocked[1], 16) >> (signal.SIGINT - 1) & 1)


# --- run.json ---


def write_json(path: Path, value: object, mode: int = 0o600) -> None:
    """Write a file so that a reader, or a crash, never meets half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(value, file, ensure_ascii=False, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def read_run(state: Path) -> Run | None:
    """Give what run.json says, or None if there is none that can be read."""
    try:
        run = json.loads((state / "run.json").read_text(encoding="utf-8"))
        identities = [run["supervisor"], *run["processes"].values()]
        is_whole = all({"pid", "started"} <= set(who) for who in identities)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return run if is_whole else None


# --- One supervisor a folder ---


def try_lock(path: Path) -> IO[str] | None:
    """Take a lock that ends with this process, or give None when another process has it.

    A record lock: unlike flock, children that are forked do not keep it alive.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a")
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


# --- After a crash ---


def stop_leftovers(state: Path) -> list[str]:
    """End what a supervisor that died left running in a folder, and name it.

    Call it only with the folder's lock in hand.
    """
    run = read_run(state)
    found = {} if run is None else {name: find(who) for name, who in run["processes"].items()}
    leftovers = {name: process for name, process in found.items() if process}
    postmaster = stray_postmaster(state / "postgres" / "data")
    if postmaster:
        leftovers.setdefault("postgres", postmaster)
    end(with_children(leftovers.values()))
    (state / "run.json").unlink(missing_ok=True)
    return sorted(leftovers)


def stray_postmaster(data: Path) -> psutil.Process | None:
    """Give the PostgreSQL server that runs on a data folder; remove a pid file without one.

    PostgreSQL refuses to start when the pid in its file is, by chance, another program's.
    """
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        pid_file.unlink(missing_ok=True)
        return None
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        if str(data) in process.cmdline():
            return process
    pid_file.unlink(missing_ok=True)
    return None


def with_children(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Give processes and all that they started, once each."""
    everyone: dict[int, psutil.Process] = {}
    for process in processes:
        with contextlib.suppress(psutil.Error):
            for child in process.children(recursive=True):
                everyone[child.pid] = child
        everyone[process.pid] = process
    return list(everyone.values())


def end(processes: list[psutil.Process]) -> None:
    """Ask processes to end, and kill those that do not."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            # SIGTERM makes PostgreSQL wait for its clients for ever.
            is_postgres = process.name().startswith("postgres")
            process.send_signal(signal.SIGINT if is_postgres else signal.SIGTERM)
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE_SECONDS)
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(alive, timeout=2)
