"""One CKAN of the bench, seen from outside: started, asked, ended."""
from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from ckanext.promote.portal.console import PortalError

MODULE = "ckanext.promote.portal.bench_worker"
ENDS_WITHIN_SECONDS = 20


class Worker:
    """A process that answers questions, one at a time. It ends when its input does."""

    def __init__(self, ini: Path, folder: Path) -> None:
        self.ini = ini
        self.log = folder / f"{ini.stem}.log"

    def __enter__(self) -> Worker:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", MODULE, str(self.ini)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, encoding="utf-8",
            )  # fmt: skip
        if self.process.stdin is None or self.process.stdout is None:
            raise PortalError(f"{self.ini.stem}: it has no pipes")
        self.questions, self.answers = self.process.stdin, self.process.stdout
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:  # fmt: skip
        self.questions.close()
        try:
            self.process.wait(ENDS_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def ask(self, function: str, *arguments: Any) -> Any:
        """What a function of the worker answers.

        :raises PortalError: with the end of its log, when the process failed
        """
        try:
            self.questions.write(json.dumps([function, arguments]) + "\n")
            self.questions.flush()
        except BrokenPipeError:
            raise self.failure(function) from None
        line = self.answers.readline()
        if not line:
            raise self.failure(function)
        return json.loads(line)

    def failure(self, function: str) -> PortalError:
        """What the process said last."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        tail = "".join(f"\n  {line[:300]}" for line in lines[-12:])
        return PortalError(f"{self.ini.stem}: {function} failed; the end of its log:{tail}")
