"""What happens between `make portal` and the address: servers, database, people, demonstration.

Runs in a thread of the supervisor; whatever goes wrong here ends the portal with one sentence.
"""
from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path

import requests

from ckanext.promote.portal import prepare
from ckanext.promote.portal.console import PortalError, say
from ckanext.promote.portal.postgres import Postgres
from ckanext.promote.portal.processes import leashed, write_json
from ckanext.promote.portal.server import Server
from ckanext.promote.portal.servers import wait_until_ready
from ckanext.promote.portal.solr import Solr
from ckanext.promote.portal.supervisor import Supervisor

# Files by which processes hear that servers and database are ready, and that the portal answers.
READY = "ready"
SERVING = "serving"
WEB_WITHIN_SECONDS = 120.0
LOGGED = re.compile(r"[\d :,-]*(DEBUG|INFO|WARNING|WARNI|ERROR)\s")
TELL_EVERY_SECONDS = 15.0
MODULE = (sys.executable, "-m", "ckanext.promote.portal.prepare")


class StoppedError(PortalError):
    """Somebody stopped the portal while it was starting; nothing to report."""


@dataclass
class StartUp:
    """The start of one portal, called with its supervisor once the processes are started."""

    state: Path
    servers: list[Server]
    environ: dict[str, str]
    url: str
    started: float = field(default_factory=time.monotonic)

    def __call__(self, supervisor: Supervisor) -> None:
        """Bring the portal up, or have the supervisor stop it and say why."""
        self.supervisor = supervisor
        try:
            self.wait_for_servers()
            self.prepare_data()
            (self.state / READY).touch()
            self.wait_for_web()
            (self.state / SERVING).touch()
            # gunicorn's word for one worker more.
            self.supervisor.send("web", signal.SIGTTIN)
            self.introduce()
        except StoppedError:
            return
        except PortalError as error:
            supervisor.fail(str(error))
        except Exception:  # noqa: BLE001 -- a thread that dies in silence would leave a portal that never comes
            path = self.state / "logs" / "start.log"
            path.write_text(traceback.format_exc())
            supervisor.fail(f"The portal did not start because of a mistake in it: see {path}.")

    def require_alive(self) -> None:
        """Stop waiting when the portal is being stopped."""
        if self.supervisor.is_stopping.is_set():
            raise StoppedError

    def wait_for_servers(self) -> None:
        """Wait until all servers answer."""
        for server in self.servers:
            wait_until_ready(server, self.require_alive)
        names = ", ".join(server.name for server in self.servers)
        self.tell(f"{names} are ready")

    # --- The database and what is in it ---

    def prepare_data(self) -> None:
        """Take the steps that this state folder has not seen yet, and keep what was taken."""
        path = self.state / "prepared.json"
        done = json.loads(path.read_text()) if path.exists() else {}
        fingerprint, index_id = prepare.fingerprint(), self.index_id()
        if done.get("database") != fingerprint:
            self.prepare_database()
            write_json(path, done := {**done, "database": fingerprint})
        if done.get("index") != index_id:
            if "index" in done:
                self.ckan("Filling the search index", "search-index", "rebuild")
            write_json(path, done := {**done, "index": index_id})
        if not done.get("demonstration"):
            self.step("Making the accounts", [*MODULE, "accounts"])
            if self.seed():
                self.step("Giving the accounts institutions and work", [*MODULE, "memberships"])
            write_json(path, {**done, "demonstration": True})

    def index_id(self) -> str:
        """Give the identity of the embedded index, empty for a Solr that others run."""
        return "".join(server.index_id() for server in self.servers if isinstance(server, Solr))

    def prepare_database(self) -> None:
        """Bring the tables up to date, and set the rights in the datastore."""
        for server in self.servers:
            if isinstance(server, Postgres):
                server.grant_datastore()
        self.ckan("Making the tables of the database", "db", "upgrade")

    def seed(self) -> bool:
        """Seed the demonstration; a database of somebody's own may have reasons to refuse it."""
        try:
            self.ckan("Seeding the demonstration", "promote", "seed")
        except StoppedError:
            raise
        except PortalError as error:
            if any(isinstance(server, Postgres) for server in self.servers):
                raise
            say(f"  Without the demonstration: {error}")
            return False
        return True

    def ckan(self, title: str, *arguments: str) -> None:
        """Run a command of CKAN's."""
        program = str(Path(sys.executable).with_name("ckan"))
        self.step(title, [program, "-c", self.environ["CKAN_INI"], *arguments])

    def step(self, title: str, command: list[str]) -> None:
        """Run one program to its end, with its output in logs/setup.log, and tell how it goes."""
        started = told = time.monotonic()
        say(f"  {title} ...")
        log = self.state / "logs" / "setup.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                leashed(command, stop=signal.SIGKILL), env=self.environ, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        try:
            while process.poll() is None:
                self.require_alive()
                if time.monotonic() - told > TELL_EVERY_SECONDS:
                    told = time.monotonic()
                    say(f"  {title} ... {told - started:.0f} s  {last_word(log)}")
                time.sleep(0.1)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        if process.returncode:
            why = f"{title} failed (exit code {process.returncode}); the end of {log}:"
            raise PortalError("\n  ".join([why, *last_lines(log, 6)]))
        say(f"  {title}: {time.monotonic() - started:.1f} s")

    # --- The web server and the last words ---

    def wait_for_web(self) -> None:
        """Wait until the home page comes; a page with an error in it is shown to whoever asks."""
        give_up_at = time.monotonic() + WEB_WITHIN_SECONDS
        while time.monotonic() < give_up_at:
            self.require_alive()
            try:
                answer = requests.get(f"{self.url}/", timeout=60)
            except requests.RequestException:
                time.sleep(0.1)
                continue
            if answer.status_code >= 500:
                log = self.state / "logs" / "web.log"
                say(f"  The home page answers {answer.status_code}: {log} says why.")
            return
        raise PortalError(f"The web server did not answer in {WEB_WITHIN_SECONDS:.0f} s.")

    def introduce(self) -> None:
        """Tell the address, who can sign in, and one line to try."""
        path = self.state / "accounts.json"
        accounts = json.loads(path.read_text()) if path.exists() else {}
        self.tell("the portal is running")
        say(f"\n  {self.url}/   (English: {self.url}/en/)\n")
        for name, account in accounts.items():
            institution = f", {account['institution']}" if account["institution"] else ""
            say(f"  {name:<10} {account['password']:<18} {account['role']}{institution}")
        say(f"\n  Sign in at {self.url}/user/login. Passwords and API tokens: {path}")
        if "citizen" in accounts:
            token = accounts["citizen"]["token"]
            address = f"{self.url}/api/3/action/package_search?rows=1"
            say("  Try the API (without -H you read as a visitor):")
            say(f"  curl -s -H 'Authorization: {token}' '{address}'")
        say(f"\n  Logs: {self.state / 'logs'}. Stop with Ctrl-C.\n")

    def tell(self, what: str) -> None:
        """Write a line with the time since the start."""
        say(f"[{time.monotonic() - self.started:.1f} s] {what}")


def last_word(log: Path) -> str:
    """Give the last line of a log that is no record of a logger."""
    words = [line for line in last_lines(log, 20) if not LOGGED.match(line)]
    return words[-1] if words else ""


def last_lines(log: Path, count: int) -> list[str]:
    """Give the last lines of a log, each short enough for the terminal."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4000))
        # A progress bar writes over its own line.
        text = file.read().decode("utf-8", "replace").replace("\r", "\n")
    return [line[:150] for line in text.strip().splitlines()[-count:]]
