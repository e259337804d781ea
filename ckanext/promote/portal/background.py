"""What the portal does behind the pages, in one process: CKAN's jobs, and our mails and figures.

`python -m ckanext.promote.portal.background`, with CKAN_INI set. One CKAN less in memory than
`ckan jobs worker` and `ckan promote deliver --forever`, and one more that the worker's scheduler
forks. On a portal with more to do, those run apart.
"""
from __future__ import annotations

import logging.config
import os
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
from ckan.lib import jobs
from redis.exceptions import RedisError
from rq import worker as rq_worker

from ckanext.promote.cli.deliver import PAUSE_SECONDS, round_line
from ckanext.promote.portal.console import say

LOOKS_EVERY_SECONDS = 1.0
SCHEDULED_EVERY_SECONDS = 10.0

log = logging.getLogger(__name__)


class JobWorker(jobs.Worker):
    """CKAN's worker, which knows afterwards whether it was told to stop."""

    is_stopped = False

    def request_stop(self, signum: Any, frame: Any) -> None:
        """Stop after the job that runs."""
        self.is_stopped = True
        super().request_stop(signum, frame)


def stop(signum: int, frame: FrameType | None) -> None:
    """End between two rounds, or at once when a round only waits."""
    sys.exit(0)


def obey() -> None:
    """Take the signals back from the worker, which keeps them."""
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, stop)


def run_jobs() -> None:
    """Run the jobs that wait, and those whose time has come."""
    worker = JobWorker()
    # It tells of each start and end; a job that fails is told by CKAN.
    rq_worker.logger.setLevel(logging.WARNING)
    try:
        worker.work(burst=True, with_scheduler=True, logging_level="WARNING")
    finally:
        obey()
    if worker.is_stopped:
        sys.exit(0)


def has_jobs() -> bool:
    """Whether a job waits."""
    return jobs.get_queue().count > 0


class Turns:
    """What to do how often; what fails has its next turn all the same."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Take the clock."""
        self.now = now
        self.due: dict[str, float] = {}

    def take(self, name: str, do: Callable[[], None], every: float) -> None:
        """Do something if its time has come."""
        if self.now() < self.due.get(name, 0):
            return
        try:
            do()
        except RedisError as err:
            log.warning("%s: Redis does not answer (%s)", name, type(err).__name__)
        except Exception:
            log.exception("%s failed", name)
        self.due[name] = self.now() + every


def main() -> None:
    """Go round until a signal comes."""
    ini = os.environ["CKAN_INI"]
    config = CKANConfigLoader(ini).get_config()
    logging.config.fileConfig(ini, disable_existing_loggers=False)
    app: Any = make_app(config)
    obey()
    turns = Turns()

    def mails() -> None:
        line = round_line(app._wsgi_app)
        if line:
            say(line)

    def waiting_jobs() -> None:
        if has_jobs():
            run_jobs()

    while True:
        turns.take("mails", mails, PAUSE_SECONDS)
        turns.take("waiting jobs", waiting_jobs, 0)
        turns.take("scheduled jobs", run_jobs, SCHEDULED_EVERY_SECONDS)
        time.sleep(LOOKS_EVERY_SECONDS)


if __name__ == "__main__":
    main()
