"""`python -m ckanext.promote.portal` runs the portal; with `clean`, it removes what it left.

Variables: PORT (5000), HOST (127.0.0.1), and CKAN_SQLALCHEMY_URL, CKAN_SOLR_URL, CKAN_REDIS_URL
for servers of one's own. The state is in `.portal/`, or `.portal-2.11/` under CKAN 2.11.
"""
from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import IO

from ckanext.promote.portal import ports, servers, settings
from ckanext.promote.portal.console import PortalError, say
from ckanext.promote.portal.postgres import socket_folder
from ckanext.promote.portal.processes import (
    as_shell,
    follow_make,
    leashed,
    read_run,
    stop_as_by_ctrl_c,
    stop_leftovers,
    try_lock,
    write_json,
)
from ckanext.promote.portal.server import Server
from ckanext.promote.portal.startup import READY, SERVING, StartUp
from ckanext.promote.portal.supervisor import Supervisor

ROOT = Path(__file__).resolve().parents[3]
STOPS_WITHIN_SECONDS = 30.0
CENTRAL_TEAM = "ckanext.promote.central_team"
WORKER_INI = "worker.ini"


def main(arguments: list[str]) -> str | int:
    """Run the portal until it is stopped, or remove its state; give what went wrong, or 0."""
    # Until the supervisor takes over, a stop is the same however it is asked for.
    stop_as_by_ctrl_c()
    follow_make()
    state = state_folder(version("ckan"))
    try:
        if arguments == ["clean"]:
            return clean(state)
        return run(state)
    except PortalError as error:
        return str(error)
    except KeyboardInterrupt:
        say("Stopped.")
        return 0


def state_folder(ckan_version: str) -> Path:
    """Give the state folder; a database of one CKAN is not taken to another."""
    return ROOT / (".portal" if ckan_version.startswith("2.12") else f".portal-{ckan_version[:4]}")


def run(state: Path) -> str | int:
    """Check, recover, prepare, and run all processes until one ends or a signal comes."""
    started = time.monotonic()
    host, port = os.environ.get("HOST") or ports.LOOPBACK, ports.web_port(os.environ)
    url = f"http://localhost:{port}"
    state.mkdir(mode=0o700, exist_ok=True)
    lock = take_over(state)
    ports.require_bindable(host, port)
    say(f"Starting the portal in {state}")
    chosen = servers.choose(state, os.environ, last_ports=read_ports(state))
    servers.prepare(chosen)
    keep_ports(state, chosen)
    environ = configure(state, chosen, url)
    supervisor = Supervisor(state, url, StartUp(state, chosen, environ, url, started))
    for server in chosen:
        if server.command():
            line = leashed(server.command(), stop=server.stop_signal, user=server.user)
            supervisor.add(server.name, as_shell(line), server.stop_signal, dict(os.environ))
    # The web server waits for the servers by itself; the worker leaves it the processors.
    web = leashed(web_command(host, port), stop=signal.SIGTERM)
    supervisor.add("web", as_shell(web), signal.SIGTERM, environ)
    worker = leashed(worker_command(), stop=signal.SIGTERM, after=state / SERVING)
    own = {**environ, "CKAN_INI": str(state / WORKER_INI)}
    supervisor.add("worker", as_shell(worker), signal.SIGTERM, own, comes_back=True)
    failure = supervisor.run()
    lock.close()
    say(f"The portal is stopped, its data kept in {state}.")
    return failure or 0


def take_over(state: Path) -> IO[str]:
    """Make this process the folder's only supervisor, and end what a crashed one left."""
    lock = try_lock(state / "lock")
    give_up_at = time.monotonic() + STOPS_WITHIN_SECONDS
    while lock is None:
        other = read_run(state)
        if other and other["is_stopping"] and time.monotonic() < give_up_at:
            time.sleep(0.2)
            lock = try_lock(state / "lock")
            continue
        where = f" at {other['url']}/ (pid {other['supervisor']['pid']})" if other else ""
        raise PortalError(f"A portal of this folder is already running{where}: stop it first.")
    leftovers = stop_leftovers(state)
    if leftovers:
        say(f"Ended what an earlier start had left running: {', '.join(leftovers)}")
    for name in (READY, SERVING):
        (state / name).unlink(missing_ok=True)
    return lock


def read_ports(state: Path) -> dict[str, int]:
    """Give the ports that the servers had at the last start."""
    path = state / "ports.json"
    return json.loads(path.read_text()) if path.exists() else {}


def keep_ports(state: Path, chosen: list[Server]) -> None:
    """Write down the ports, so that the next start can use the same."""
    numbers = {server.name: server.port for server in chosen if server.port}
    write_json(state / "ports.json", {**read_ports(state), **numbers})


def configure(state: Path, chosen: list[Server], url: str) -> dict[str, str]:
    """Write or correct ckan.ini, and give the environment of CKAN's processes."""
    ini = state / "ckan.ini"
    addresses = servers.environment(chosen)
    settings.write(ini, state / "storage")
    options = {"ckan.site_url": os.environ.get("CKAN_SITE_URL") or url}
    if settings.value_of(ini, CENTRAL_TEAM) is None:
        from ckanext.promote.portal.demo import CENTRAL  # noqa: PLC0415 -- slow import

        options[CENTRAL_TEAM] = CENTRAL
    settings.correct(ini, addresses, options)
    settings.write_for_worker(state / WORKER_INI, ini)
    own = {"CKAN_INI": str(ini), "PROMOTE_READY_FILE": str(state / READY), "PYTHONUNBUFFERED": "1"}
    return {**os.environ, **addresses, **own}


def web_command(host: str, port: int) -> list[str]:
    """Give the command of the web server."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    conf = "python:ckanext.promote.portal.gunicorn_conf"
    return [sys.executable, "-m", "gunicorn", "--config", conf, "--bind", address]


def worker_command() -> list[str]:
    """Give the command that runs jobs, sends mails and keeps the response figures up to date."""
    return [sys.executable, "-m", "ckanext.promote.portal.background"]


def clean(state: Path) -> str | int:
    """Remove the state folder with the portal's data; refuse while it runs."""
    if not state.exists():
        say(f"There is no {state.name} to remove.")
        return 0
    take_over(state)
    shutil.rmtree(state)
    shutil.rmtree(socket_folder(state / "postgres"), ignore_errors=True)
    say(f"Removed {state}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
