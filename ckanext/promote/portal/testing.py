"""Servers for tests: `python -m ckanext.promote.portal.testing pytest|run|serve [ARGUMENT]...`.

    pytest ARGUMENT...  runs pytest on servers of its own; the exit code is pytest's
    run ARGUMENT...     runs `python ARGUMENT...` the same way
    serve               keeps servers running, and writes their addresses to a file that the
                        other two then use, one run at a time

The servers are in a temporary folder, on free ports, and do not outlive this process.
"""
from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from ckanext.promote.portal import servers
from ckanext.promote.portal.console import PortalError, say
from ckanext.promote.portal.postgres import Postgres
from ckanext.promote.portal.processes import (
    follow_make,
    identity,
    leashed,
    stop_as_by_ctrl_c,
    stop_leftovers,
    try_lock,
    write_json,
)
from ckanext.promote.portal.redis import Redis
from ckanext.promote.portal.solr import Solr

ROOT = Path(__file__).resolve().parents[3]
PREFIX = "promote-test-"
DATABASES = ("ckan_test", "datastore_test")
SITE_URL = "http://test.ckan.net"
# Long enough for pytest to end its fixtures.
ENDS_WITHIN_SECONDS = 15.0


def main(arguments: list[str]) -> str | int:
    """Do what the first argument says; give the exit code, or what went wrong."""
    stop_as_by_ctrl_c()
    follow_make()
    mode, rest = arguments[0], arguments[1:]
    try:
        remove_crashed(Path(tempfile.gettempdir()))
        if mode == "serve":
            return serve()
        command = [sys.executable, *(["-m", "pytest"] if mode == "pytest" else []), *rest]
        with environment() as addresses:
            return call(command, addresses)
    except PortalError as error:
        return str(error)
    except KeyboardInterrupt:
        return 130


# --- The addresses for a run ---


@contextlib.contextmanager
def environment() -> Iterator[dict[str, str]]:
    """Give the variables of kept servers if they run and are free, else of fresh ones."""
    kept = kept_file()
    with contextlib.ExitStack() as stack:
        lock = try_lock(kept.with_suffix(".lock"))
        addresses = read_kept(kept) if lock else None
        if lock:
            stack.callback(lock.close)
        if addresses is None:
            addresses = stack.enter_context(fresh_servers())
        yield addresses


@contextlib.contextmanager
def fresh_servers() -> Iterator[dict[str, str]]:
    """Run servers in a temporary folder as long as the block lasts; give their variables."""
    started = time.monotonic()
    state = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock = try_lock(state / "lock")
    try:
        chosen = servers.choose(state, os.environ, databases=DATABASES, is_careless=True)
        with servers.running(chosen, state / "logs", lambda found: record(state, found)):
            for server in chosen:
                if isinstance(server, Postgres):
                    server.grant_datastore()
            names = ", ".join(server.name for server in chosen)
            say(f"{names} are ready after {time.monotonic() - started:.1f} s")
            storage = state / "storage"
            storage.mkdir()
            yield {
                **servers.environment(chosen),
                "CKAN_SITE_URL": SITE_URL,
                "CKAN_STORAGE_PATH": str(storage),
            }
    finally:
        shutil.rmtree(state, ignore_errors=True)
        if lock:
            lock.close()


def record(state: Path, processes: servers.Processes) -> None:
    """Write down what runs, for whoever finds the folder after a crash."""
    who = {name: identity(process.pid) for name, process in processes.items()}
    run = {"supervisor": identity(os.getpid()), "processes": who, "url": "", "is_stopping": False}
    write_json(state / "run.json", run)


def remove_crashed(folder: Path) -> None:
    """End and remove what test runs that were killed have left in the temporary folder."""
    for state in folder.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if state.stat().st_uid != os.getuid() or not (state / "lock").exists():
                continue
            lock = try_lock(state / "lock")
            if lock:
                stop_leftovers(state)
                shutil.rmtree(state, ignore_errors=True)
                lock.close()


# --- Running something with them ---


def call(command: list[str], addresses: dict[str, str]) -> int:
    """Run a command to its end and give its exit code; it hears Ctrl-C itself."""
    leash = leashed(command, stop=signal.SIGTERM)
    process = subprocess.Popen(leash, cwd=ROOT, env={**os.environ, **addresses})
    signal.signal(signal.SIGINT, lambda *_: None)
    try:
        code = process.wait()
    except KeyboardInterrupt:
        # SIGTERM was for this process alone; pytest ends its fixtures well after SIGINT.
        process.send_signal(signal.SIGINT)
        try:
            code = process.wait(ENDS_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
    finally:
        stop_as_by_ctrl_c()
    return 128 - code if code < 0 else code


# --- Servers that stay ---


def kept_file() -> Path:
    """Give the file with the addresses of kept servers, one for each version of CKAN."""
    return ROOT / ".cache" / f"test-servers-{version('ckan')[:4]}.env"


def read_kept(path: Path) -> dict[str, str] | None:
    """Give the variables of kept servers, or None when not all of them answer."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    words = [shlex.split(line)[1] for line in lines if line.startswith("export ")]
    found = dict(word.split("=", 1) for word in words)
    try:
        answer = all(kind.answers(found[kind.variable]) for kind in (Postgres, Redis, Solr))
    except KeyError:
        return None
    return found if answer else None


def serve() -> int:
    """Keep servers running until Ctrl-C."""
    path = kept_file()
    if read_kept(path):
        raise PortalError(f"Test servers are running already, at the addresses in {path}.")
    with fresh_servers() as addresses:
        path.parent.mkdir(exist_ok=True)
        path.unlink(missing_ok=True)
        text = "".join(f"export {key}={shlex.quote(value)}\n" for key, value in addresses.items())
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        say(f"Test servers are running, their addresses in {path}. Stop with Ctrl-C.")
        try:
            signal.pause()
        except KeyboardInterrupt:
            say("Stopped.")
        finally:
            path.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
