"""A portal as its operator has it: a folder with ckan.ini, an environment, and a shell in them."""
from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg2

from ckanext.promote.portal import settings
from ckanext.promote.portal.console import PortalError
from ckanext.promote.portal.existing_compare import Answer
from ckanext.promote.portal.existing_pages import API, Page
from ckanext.promote.portal.postgres import binaries
from ckanext.promote.portal.processes import leashed

INSIDE = Path(__file__).with_name("existing_inside.py")
SITE_URL = "http://portal.example"
VIEWS = "charts_view datatables_view geo_view text_view image_view"
SCHEMAS = "scheming.dataset_schemas"
OPTIONS = {
    "ckan.plugins": f"activity scheming_datasets datastore {VIEWS}",
    "ckan.views.default_views": "image_view datatables_view text_view geo_view",
    SCHEMAS: "ckanext.scheming:ckan_dataset.yaml",
    "ckan.site_url": SITE_URL,
    # In seconds: who is there longer gets a cookie anew, with whichever page that happens.
    "ckan.user.last_active_interval": "86400",
}
Snapshot = dict[Page, Answer]


class Portal:
    """One portal; `addresses` are the CKAN_* variables of its servers."""

    def __init__(self, folder: Path, venv: Path, addresses: Mapping[str, str]) -> None:
        """Take its folder, which is made later, its environment and its servers."""
        self.folder = folder
        self.venv = venv
        self.addresses = addresses
        self.ini = folder / "ckan.ini"
        self.storage = folder / "files"
        # Beside the environment: the portal's folder does not outlive the run.
        self.log = venv.with_suffix(f"{venv.suffix}.log")
        self.filled: dict[str, Any] = {}

    # --- What its operator does ---

    def make(self) -> None:
        """Make it as CKAN's guide says, with the other plugins on and data in it."""
        self.folder.mkdir()
        self.log.write_text("")
        self.must("ckan generate config ckan.ini")
        servers = {settings.OPTIONS[key]: value for key, value in self.addresses.items()
                   if key in settings.OPTIONS}  # fmt: skip
        self.set({**servers, **OPTIONS, "ckan.storage_path": str(self.storage)})
        self.must("ckan -c ckan.ini db upgrade")
        self.filled = self.inside("fill")

    def run(self, command: str, given: str = "") -> tuple[int, str]:
        """Run a command in the portal's folder and environment; give its code and its words."""
        return self.start(shlex.split(command), given)

    def must(self, command: str, given: str = "") -> str:
        """Run a command that has to succeed, and type what it asks for; give its words."""
        code, words = self.run(command, given)
        if code:
            raise PortalError(f"`{command}` ended with {code}:\n{words.strip()[-3000:]}")
        return words

    def set(self, options: Mapping[str, str]) -> None:
        """Set options in its ckan.ini."""
        settings.replace_file(self.ini, settings.with_options(self.ini.read_text("utf-8"), options))

    def option(self, name: str) -> str:
        """Give what an option in its ckan.ini is set to."""
        return settings.value_of(self.ini, name) or ""

    # --- What others see ---

    def visit(self, pages: Sequence[Page]) -> Snapshot:
        """Start CKAN and ask it for pages."""
        return dict(zip(pages, self.ask([page._asdict() for page in pages]), strict=True))

    def call(self, who: str, action: str, **data: Any) -> tuple[int, Any]:
        """Start CKAN and call an action; give the status and what it answered."""
        return self.calls([(who, action, data)])[0]

    def calls(self, wanted: list[tuple[str, str, dict[str, Any]]]) -> list[tuple[int, Any]]:
        """Start CKAN and call actions, each as a user with a token or as a visitor.

        With a picture the data are sent as a form, the way a client does.
        """
        requests = []
        for who, action, data in wanted:
            headers = {"Authorization": self.filled["tokens"][who]} if who else {}
            kind = "form" if "cover_upload" in data else "json"
            requests.append({"who": "", "path": API + action, "method": "POST",
                             "headers": headers, kind: data})  # fmt: skip
        answers = [(answer["status"], json.loads(answer["body"])) for answer in self.ask(requests)]
        return [(status, body.get("result", body.get("error"))) for status, body in answers]

    def ask(self, requests: list[dict[str, Any]]) -> list[Answer]:
        """Start CKAN and send requests."""
        return self.inside("visit", requests)

    def inside(self, step: str, given: Any = None) -> Any:
        """Take a step of existing_inside.py, in a process of its own: a start of CKAN."""
        result = self.folder / "result.json"
        command = [str(self.venv / "bin" / "python"), "-I", str(INSIDE), step]
        code, words = self.start([*command, str(self.ini), str(result)], json.dumps(given))
        if code:
            raise PortalError(f"CKAN does not start, or {step} fails:\n{words.strip()[-3000:]}")
        return json.loads(result.read_text("utf-8"))

    # --- Its database ---

    def tables(self) -> set[str]:
        """Give the names of its tables."""
        rows = self.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name for (name,) in rows}

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask its database."""
        connection = psycopg2.connect(self.addresses["CKAN_SQLALCHEMY_URL"])
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall()
        finally:
            connection.close()

    def schema(self) -> str:
        """Give the definition of all its tables but ours, as pg_dump writes it."""
        command = [
            str(binaries() / "pg_dump"), "--schema-only", "--exclude-table=promote_*",
            "--restrict-key=same", self.addresses["CKAN_SQLALCHEMY_URL"],
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise PortalError(f"pg_dump failed: {done.stderr.strip()}")
        return done.stdout

    # --- Processes ---

    def start(self, command: list[str], given: str = "") -> tuple[int, str]:
        """Run a program to its end; it ends with this one. Its words are kept in the log, too."""
        process = subprocess.Popen(
            leashed(command, stop=signal.SIGTERM), cwd=self.folder, env=self.environment(),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        try:
            words, _ = process.communicate(given)
        except BaseException:
            process.terminate()
            process.wait()
            raise
        with self.log.open("a") as log:
            log.write(f"$ {shlex.join(command)}\n{words}\n")
        return process.returncode, words

    def environment(self) -> dict[str, str]:
        """Give the variables of a shell with the environment on, and nothing of this run's."""
        left_out = ("CKAN", "PYTHON", "VIRTUAL_ENV", "MAKE", "MFLAGS")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(left_out)}
        path = f"{self.venv / 'bin'}{os.pathsep}{kept.get('PATH', os.defpath)}"
        return {**kept, "PATH": path, "VIRTUAL_ENV": str(self.venv)}
