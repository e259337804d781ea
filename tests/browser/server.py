"""A real portal for the browser: gunicorn with one worker, on a free port and the test database."""
from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from ckanext.promote.portal.settings import with_options

STARTS_WITHIN_SECONDS = 90
STOPS_WITHIN_SECONDS = 10


@dataclass(frozen=True)
class LivePortal:
    """A portal that runs: its address, and the folder of its uploads."""

    url: str
    storage: Path


@contextlib.contextmanager
def running(
    ini: Path, folder: Path, more: Mapping[str, str] = MappingProxyType({})
) -> Iterator[LivePortal]:
    """Serve CKAN as ``ini`` configures it, as long as the block lasts.

    CSRF is checked, as on a portal and unlike in the other tests.

    :param folder: an empty one, for the configuration, the log and the uploads
    :param more: options in place of those of ``ini``
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    storage = folder / "storage"
    storage.mkdir()
    written = folder / "browser.ini"
    options = {"ckan.site_url": url, "ckan.storage_path": str(storage), "testing": "false",
               "WTF_CSRF_ENABLED": "true", **more}  # fmt: skip
    written.write_text(with_options(ini.read_text("utf-8"), options), "utf-8")
    environment = {
        **os.environ,
        "CKAN_INI": str(written),
        "CKAN_SITE_URL": url,
        "CKAN_STORAGE_PATH": str(storage),
    }
    command = [
        sys.executable, "-m", "gunicorn", "ckanext.promote.portal.wsgi:application",
        "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "8",
        "--timeout", "120", "--graceful-timeout", "2",
    ]  # fmt: skip
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        wait_for(url, process, log)
        yield LivePortal(url, storage)
    finally:
        process.terminate()
        try:
            process.wait(STOPS_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A TCP port that nobody listens on at the moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the portal answers; say what its log says when it does not."""
    ends = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/about", timeout=60):  # noqa: S310 -- our own
                return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError(f"The portal does not answer at {url}:\n{log.read_text('utf-8')[-4000:]}")
