"""What the portal's processes say: all of it in logs/NAME.log, the short of it at the terminal."""
from __future__ import annotations

import logging
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path

from honcho.printer import Message, Printer

from ckanext.promote.portal.console import say

MAX_BYTES = 5_000_000
LONGEST_LINE = 150
# What the servers say is for their log files, unless it keeps the portal from working. The ERROR
# of PostgreSQL is not that: a constraint that refuses a row says so.
ALARMS = {
    "postgres": re.compile(r"\b(FATAL|PANIC):"),
    "redis": re.compile(r"FATAL|Can't|Failed|Bad directive"),
    "solr": re.compile(r"^(ERROR|FATAL)\b|^Exception in|OutOfMemoryError"),
    "system": re.compile(r"(?!)"),
}
# Clients that PostgreSQL takes leave of at the end; the worker's own clock.
HARMLESS = re.compile(
    r"terminating connection|the database system is (starting up|shutting down)|\[rq\.scheduler\]"
)


class Journal(Printer):
    """Takes every line of every process, as honcho's printer."""

    def __init__(self, logs: Path) -> None:
        """Take the folder of the log files."""
        super().__init__()
        logs.mkdir(parents=True, exist_ok=True)
        self.logs = logs
        self.files: dict[str, logging.Logger] = {}

    def write(self, message: Message) -> None:
        """Keep a message, and show it if it is worth a line."""
        data = message.data
        text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
        for line in text.splitlines():
            self.file(message.name).info("%s %s", f"{message.time:%Y-%m-%d %H:%M:%S}", line)
            if is_shown(message.name, line):
                say(f"{message.time:%H:%M:%S} {message.name:<8} {line[:LONGEST_LINE]}")

    def file(self, name: str) -> logging.Logger:
        """Give the log file of a process, opened at its first line."""
        if name not in self.files:
            path = self.logs / f"{name}.log"
            handler = RotatingFileHandler(path, maxBytes=MAX_BYTES, backupCount=1, encoding="utf-8")
            handler.setFormatter(logging.Formatter("%(message)s"))
            logger = logging.Logger(name)
            logger.addHandler(handler)
            self.files[name] = logger
        return self.files[name]


def is_shown(name: str, line: str) -> bool:
    """Say whether a line belongs on the terminal."""
    # Of a traceback, its last line is for the terminal.
    if not line.strip() or line.startswith((" ", "Traceback")) or HARMLESS.search(line):
        return False
    alarm = ALARMS.get(name)
    return alarm is None or alarm.search(line) is not None
