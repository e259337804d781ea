"""What the portal says at the terminal: lines, steps with their time, and failures."""
from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator


class PortalError(Exception):
    """Something that keeps the portal from running, as one sentence for whoever started it."""


def say(text: str = "") -> None:
    """Write one line; a terminal or a pipe that has gone away is no reason to fail."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Announce a step that can take long, and then how long it took."""
    started = time.monotonic()
    say(f"  {title} ...")
    yield
    say(f"  {title}: {time.monotonic() - started:.1f} s")
