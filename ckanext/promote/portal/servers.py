"""The set of servers of a portal or a test run: chosen, prepared together, started, stopped.

For each of PostgreSQL, Redis and Solr, it is the embedded one unless its CKAN_*_URL is set.
"""
from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ckanext.promote.portal import ports
from ckanext.promote.portal.console import PortalError
from ckanext.promote.portal.postgres import Postgres
from ckanext.promote.portal.processes import leashed
from ckanext.promote.portal.redis import Redis
from ckanext.promote.portal.server import Named, Server
from ckanext.promote.portal.solr import Solr

READY_WITHIN_SECONDS = 120.0
ENDS_WITHIN_SECONDS = 8.0


def choose(
    state: Path,
    environ: Mapping[str, str],
    *,
    databases: tuple[str, str] = ("ckan", "datastore"),
    last_ports: Mapping[str, int] | None = None,
    is_careless: bool = False,
) -> list[Server]:
    """Give the servers for a state folder, those that others wait for longest first.

    `last_ports` holds the ports of an earlier start by server, to be used again where they are
    free. A careless server may lose its data, and is faster.
    """
    last = last_ports or {}
    servers: list[Server] = []
    if environ.get(Solr.variable):
        servers.append(Named(Solr, environ))
    else:
        servers.append(Solr(state / "solr", ports.free_port(last.get("solr"))))
    if environ.get(Postgres.variable):
        servers.append(Named(Postgres, environ))
    else:
        postgres = state / "postgres"
        servers.append(Postgres(postgres, databases=databases, is_careless=is_careless))
    if environ.get(Redis.variable):
        servers.append(Named(Redis, environ))
    else:
        port = ports.free_port(last.get("redis"))
        servers.append(Redis(state / "redis", port, is_careless=is_careless))
    return servers


def prepare(servers: Iterable[Server]) -> None:
    """Make what the servers need, all at once: each waits for a disk or a network."""
    with ThreadPoolExecutor() as pool:
        for _ in pool.map(lambda server: server.prepare(), servers):
            pass


def environment(servers: Iterable[Server]) -> dict[str, str]:
    """Give the CKAN_* variables that point CKAN at the servers."""
    return {key: value for server in servers for key, value in server.environment().items()}


def wait_until_ready(server: Server, require_alive: Callable[[], None]) -> None:
    """Wait until a server answers, then make its databases; `require_alive` raises to give up."""
    give_up_at = time.monotonic() + READY_WITHIN_SECONDS
    while not server.is_ready():
        require_alive()
        if time.monotonic() > give_up_at:
            raise PortalError(f"{server.name} did not answer in {READY_WITHIN_SECONDS:.0f} s.")
        time.sleep(0.1)
    server.after_ready()


# --- Without a supervisor: the test run ---

Processes = dict[str, "subprocess.Popen[bytes]"]


@contextlib.contextmanager
def running(
    servers: list[Server], logs: Path, started: Callable[[Processes], None]
) -> Iterator[None]:
    """Run the servers as long as the block lasts; `started` gets the processes at once."""
    logs.mkdir(parents=True, exist_ok=True)
    prepare(servers)
    processes: Processes = {}
    try:
        for server in servers:
            if server.command():
                processes[server.name] = launch(server, logs)
        started(processes)
        for server in servers:
            wait_until_ready(server, lambda: require_running(processes, logs))
        yield
    finally:
        stop(servers, processes)


def launch(server: Server, logs: Path) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own, so that Ctrl-C does not reach it first."""
    command = leashed(server.command(), stop=server.stop_signal, user=server.user)
    with (logs / f"{server.name}.log").open("ab") as log:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip


def require_running(processes: Processes, logs: Path) -> None:
    """Refuse to wait for servers of which one has ended."""
    for name, process in processes.items():
        if process.poll() is not None:
            raise PortalError(ended_early(name, process.returncode, logs))


def ended_early(name: str, code: int, logs: Path) -> str:
    """Say that a process ended which should go on, with the end of its log."""
    try:
        lines = (logs / f"{name}.log").read_text(errors="replace").strip().splitlines()
    except OSError:
        lines = []
    tail = "".join(f"\n  {line[:200]}" for line in lines[-6:])
    return f"{name} ended by itself (exit code {code}); the end of {logs / name}.log:{tail}"


def stop(servers: Iterable[Server], processes: Processes) -> None:
    """End the servers, and kill those that do not."""
    signals = {server.name: server.stop_signal for server in servers}
    for name, process in processes.items():
        process.send_signal(signals[name])
    give_up_at = time.monotonic() + ENDS_WITHIN_SECONDS
    for process in processes.values():
        try:
            process.wait(max(0.1, give_up_at - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
