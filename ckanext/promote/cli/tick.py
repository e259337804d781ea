"""``ckan promote tick``: what has to be done every now and then, job by job."""
from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
import sqlalchemy as sa
from ckan import model

from ckanext.promote import features
from ckanext.promote.base.model import commit

Job = Callable[[Any], str]

log = logging.getLogger(__name__)


@click.command(short_help="Do what has to be done every now and then; run it from cron.")
@click.pass_context
def tick(ctx: click.Context) -> None:
    """Check links, and forget what is kept for a day; a line a job.

    Run it every few minutes or once a day, on as many machines as you like: a job that runs
    elsewhere is left alone, and one that has nothing to do does nothing. A job that fails does not
    keep the others from running; the exit code is 1 then.
    """
    with ctx.meta["flask_app"].test_request_context():
        jobs = features.collect("jobs")
        is_done = [run(name, job) for name, job in jobs.items()]
    if not all(is_done):
        raise click.exceptions.Exit(1)


def run(name: str, job: Job) -> bool:
    """Run one job in a transaction of its own, and print its line; whether all went well."""
    try:
        with _alone(name) as is_alone:
            line = job(model.Session) if is_alone else "runs elsewhere"
            commit({"session": model.Session})
    except Exception as err:  # whatever it is, the other jobs have to run
        log.exception("%s failed", name)
        line, is_done = f"failed ({type(err).__name__}), the log has the rest", False
    else:
        is_done = True
    finally:
        model.Session.remove()
    click.echo(f"{name}: {line}")
    return is_done


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    """Whether no other process runs this job now, and keep it so.

    The lock has a connection of its own, without transaction: a job commits more than once. When
    the process dies, PostgreSQL lets go of it.
    """
    key = (sa.func.hashtext("ckanext-promote"), sa.func.hashtext(name))
    engine: Any = model.Session.get_bind()
    with engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        is_alone = connection.execute(sa.select(sa.func.pg_try_advisory_lock(*key))).scalar()
        try:
            yield bool(is_alone)
        finally:
            if is_alone:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(*key)))
