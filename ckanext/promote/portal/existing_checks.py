"""What was checked and what came of it: said at once, and as a table at the end."""
from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from ckanext.promote.portal.console import say

MOST_PROBLEMS = 40


@dataclass
class Checks:
    """The checks of one run."""

    rows: list[tuple[str, bool]] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    def none(self, title: str, problems: Iterable[str]) -> None:
        """Note a check that holds when there are no problems; print those that there are."""
        found = list(problems)
        self.rows.append((title, not found))
        say(f"  {'FAILED' if found else 'ok':6} {title}")
        for problem in found[:MOST_PROBLEMS]:
            say("\n".join(f"         {line}" for line in problem.splitlines()))

        if len(found) > MOST_PROBLEMS:
            say(f"         ... and {len(found) - MOST_PROBLEMS} more")

    def note(self, title: str, lines: Iterable[str]) -> None:
        """Say something that is no check."""
        say(f"         {title}: {', '.join(lines)}")

    def same(self, title: str, got: object, wanted: object) -> None:
        """Note a check that holds when two values are equal."""
        self.none(title, [] if got == wanted else [f"it is {got!r}", f"and not {wanted!r}"])

    def print_table(self) -> int:
        """Print all checks; give the exit code."""
        failed = sum(not is_ok for _, is_ok in self.rows)
        say()
        for title, is_ok in self.rows:
            say(f"  {'ok' if is_ok else 'FAILED':6} {title}")
        seconds = time.monotonic() - self.started
        say(f"\n{len(self.rows)} checks, {failed} failed, {seconds:.0f} s")
        return 1 if failed or not self.rows else 0
