"""What a server is to the portal: something prepared, run, asked whether it answers, and named.

The embedded ones are in postgres.py, redis.py and solr.py; servers.py puts the set together.
"""
from __future__ import annotations

import signal
from abc import ABC, abstractmethod
from collections.abc import Mapping

from ckanext.promote.portal.console import PortalError


class Server(ABC):
    """One server that CKAN needs."""

    name: str
    variable: str
    # Further variables that a server named by `variable` may come with.
    companions: tuple[str, ...] = ()
    stop_signal = signal.SIGTERM
    # The port it listens on, if it does.
    port: int | None = None
    # UID:GID of the user to run it as; empty: as whoever starts the portal.
    user = ""

    @abstractmethod
    def prepare(self) -> None:
        """Make the folders and files that the command needs; quick when they are there."""

    @abstractmethod
    def command(self) -> list[str]:
        """Give the command that runs it in the foreground; empty when somebody else runs it."""

    @abstractmethod
    def environment(self) -> dict[str, str]:
        """Give the CKAN_* variables that point CKAN at it."""

    @staticmethod
    @abstractmethod
    def answers(url: str) -> bool:
        """Say whether a server of this kind answers at an address."""

    def is_ready(self) -> bool:
        """Say whether this one answers now."""
        return self.answers(self.environment()[self.variable])

    def after_ready(self) -> None:
        """Do what needs the running server, such as making databases; may be done again."""
        return


class Named(Server):
    """A server that an environment variable names and somebody else runs."""

    def __init__(self, kind: type[Server], environ: Mapping[str, str]) -> None:
        """Take the kind of server, and the environment with its variable."""
        self.name, self.variable, self.kind = kind.name, kind.variable, kind
        self.url = environ[kind.variable]
        self.given = {
            key: environ[key] for key in (kind.variable, *kind.companions) if environ.get(key)
        }

    def prepare(self) -> None:
        """Refuse an address where nothing answers, before anything is started."""
        if not self.kind.answers(self.url):
            raise PortalError(
                f"{self.variable} names a server that does not answer: start it, correct the"
                " address, or leave the variable out to use the embedded one."
            )

    def command(self) -> list[str]:
        """Give nothing to run."""
        return []

    def environment(self) -> dict[str, str]:
        """Give the variables as they were given."""
        return self.given

    @staticmethod
    def answers(url: str) -> bool:
        """Leave the question to the kind of server, in prepare and is_ready."""
        raise NotImplementedError

    def is_ready(self) -> bool:
        """Say whether it answers now."""
        return self.kind.answers(self.url)
