"""The one process in the foreground: honcho's manager, made to start and to stop in order.

honcho starts every process at once and ends them at once. Here, what needs the servers is held
back by its leash until a file says that they are ready, and the servers end last.
"""
from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from honcho.manager import Manager
from honcho.process import Process

from ckanext.promote.portal.journal import Journal
from ckanext.promote.portal.leash import tie_to_parent
from ckanext.promote.portal.processes import (
    Identity,
    identity,
    is_interrupted,
    read_run,
    write_json,
)
from ckanext.promote.portal.servers import ended_early

STOP_ORDER = (("web", "worker"), ("solr", "redis"), ("postgres",))
ENDS_WITHIN_SECONDS = 8.0
PAUSE_SECONDS = 1.0
LIVED_SECONDS = 10.0
"""What ends sooner has not come up."""
MOST_TRIES = 3
"""Starts in a row after which something that does not come up is left to a person."""
TOLD_TO_END = (0, -signal.SIGTERM, 128 + signal.SIGTERM)


class Life:
    """The events of one life of a process: its end is kept back until somebody decides."""

    def __init__(self, events: Any) -> None:
        """Take the queue to which everything else goes."""
        self.events = events
        self.end: Any = None
        self.began = time.monotonic()

    def put(self, message: Any) -> None:
        """Pass a message on, or keep it when it tells of the end."""
        if message.type == "stop":
            self.end = message
        else:
            self.events.put(message)

    @property
    def code(self) -> int:
        """With which it ended."""
        return int(self.end.data["returncode"])

    @property
    def was_short(self) -> bool:
        """Whether it ended before it can have come up."""
        return time.monotonic() - self.began < LIVED_SECONDS


class HonchoProcess(Process):
    """The small process in which honcho watches one of ours."""

    state: Path | None = None
    """Of a process that is started again when it dies: the folder with run.json."""

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        """Watch it until it ends; end with the supervisor."""
        # Ctrl-C reaches this process as well, but stopping is the supervisor's. Not ignored,
        # since what ignores a signal passes that on to what it starts.
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, lambda *_: None)
        tie_to_parent(signal.SIGKILL)
        tries = 0
        while True:
            life = Life(events)
            super().run(life, ignore_signals)
            tries = tries + 1 if life.was_short else 0
            if not self._comes_back(life.code, tries):
                events.put(life.end)
                return
            self._send_message(f"It ended (exit code {life.code}) and starts again.\n".encode())

    def _comes_back(self, code: int, tries: int) -> bool:
        """Whether to start it again, after a pause: it was not told to end."""
        if self.state is None or code in TOLD_TO_END or tries >= MOST_TRIES:
            return False
        time.sleep(PAUSE_SECONDS)
        run = read_run(self.state)
        return run is not None and not run["is_stopping"]


class Supervisor(Manager):
    """Runs the processes of a portal until one ends by itself or a signal says stop."""

    def __init__(self, state: Path, url: str, start_up: Callable[[Supervisor], None]) -> None:
        """Take the state folder, the portal's address, and what to do once all is started.

        `start_up` runs in a thread beside the manager's loop.
        """
        super().__init__(printer=Journal(state / "logs"))
        self._process_ctor = HonchoProcess
        self.state = state
        self.url = url
        self.failure = ""
        self.is_stopping = threading.Event()
        self._start_up = start_up
        self._pid = os.getpid()
        self._stop_signals: dict[str, signal.Signals] = {}

    def add(
        self, name: str, line: str, stop: signal.Signals, env: dict[str, str],
        *, comes_back: bool = False,
    ) -> None:  # fmt: skip
        """Add a process: one shell line, and the signal that ends it well.

        One that comes back is started again when it dies; of others, the portal ends with them.
        """
        self._stop_signals[name] = stop
        process: Any = self.add_process(name, line, env=env)
        process.state = self.state if comes_back else None

    def run(self) -> str:
        """Run until all has ended; give the sentence that says what failed, or an empty text."""
        signal.signal(signal.SIGHUP, self._hang_up)
        self.loop()
        (self.state / "run.json").unlink(missing_ok=True)
        return self.failure

    def fail(self, why: str) -> None:
        """Stop everything because of something that a person has to look at."""
        if not self.is_stopping.is_set():
            self.failure = why
            self.terminate()

    def send(self, name: str, signum: signal.Signals) -> None:
        """Send a signal to a process that has not ended."""
        give_up_at = time.monotonic() + 2
        while self._processes[name].get("pid") is None and time.monotonic() < give_up_at:
            time.sleep(0.02)
        pid = self._processes[name].get("pid")
        if pid is None or self._codes()[name] is not None:
            return
        try:
            if signum == signal.SIGKILL:
                os.killpg(pid, signum)
            else:
                os.kill(pid, signum)
        except ProcessLookupError:
            pass

    # --- Where honcho's manager is changed ---

    def _start(self) -> None:
        super()._start()
        # Only now: a process is not forked well from a program that has threads.
        threading.Thread(target=self._start_up, args=(self,), daemon=True).start()
        threading.Thread(target=self._watch_make, daemon=True).start()

    def _system_print(self, data: str) -> None:
        # honcho prints when a process has started or ended, which is when run.json changes.
        self._record()
        super()._system_print(data)

    def terminate(self) -> None:
        """Stop the processes in order, beside the loop that sees them end."""
        if os.getpid() != self._pid or self.is_stopping.is_set():
            return
        fallen = {name: code for name, code in self._codes().items() if code is not None}
        if fallen and not self.failure:
            name, code = next(iter(fallen.items()))
            self.failure = ended_early(name, code, self.state / "logs")
        self.is_stopping.set()
        threading.Thread(target=self._stop_in_order, daemon=True).start()

    def kill(self) -> None:
        """Leave the killing of what does not end to the stop in order."""

    # --- Stopping ---

    def _stop_in_order(self) -> None:
        self._record()
        for names in STOP_ORDER:
            present = [name for name in names if name in self._processes]
            for name in present:
                self.send(name, self._stop_signals[name])
            give_up_at = time.monotonic() + ENDS_WITHIN_SECONDS
            while not self._have_ended(present) and time.monotonic() < give_up_at:
                time.sleep(0.05)
            for name in present:
                self.send(name, signal.SIGKILL)

    def _hang_up(self, signum: int, frame: FrameType | None) -> None:
        self.terminate()

    def _watch_make(self) -> None:
        """Stop when the make that started this was interrupted alone."""
        parent, times = os.getppid(), 0
        while times < 2 and not self.is_stopping.is_set():
            time.sleep(0.5)
            times = times + 1 if is_interrupted(parent) else 0
        self.terminate()

    # --- What is running ---

    def _codes(self) -> dict[str, int | None]:
        return {name: process.get("returncode") for name, process in self._processes.items()}

    def _have_ended(self, names: list[str]) -> bool:
        codes = self._codes()
        return all(codes[name] is not None for name in names)

    def _record(self) -> None:
        """Write run.json, by which the next start finds what a crash left behind."""
        running: dict[str, Identity] = {}
        for name, process in self._processes.items():
            if process.get("pid") and process.get("returncode") is None:
                who = identity(process["pid"])
                if who:
                    running[name] = who
        run = {
            "supervisor": identity(os.getpid()), "processes": running, "url": self.url,
            "is_stopping": self.is_stopping.is_set(),
        }  # fmt: skip
        write_json(self.state / "run.json", run)
