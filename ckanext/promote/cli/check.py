"""``ckan promote check``: whether the books are right, invariant by invariant."""
from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import click
from ckan import model

from ckanext.promote import features

Check = Callable[[Any], Sequence[str]]

CHECKED = (*features.ALL, "notifications")
"""Features that have invariants, also those that are off: their rows are there."""
NAMED = 5
"""So many of what is wrong are named in a line."""

log = logging.getLogger(__name__)


@click.command(short_help="Check that counters, states, clocks and figures agree.")
@click.pass_context
def check(ctx: click.Context) -> None:
    """Check that what is stored twice or follows from something else is right; changes nothing.

    Prints a line for each invariant that does not hold, with the first things that break it; the
    exit code is 1 then. Pages answer meanwhile.
    """
    with ctx.meta["flask_app"].test_request_context():
        checks = features.collect("checks", features=CHECKED)
        lines = [line_of(name, each) for name, each in checks.items()]
    broken = [line for line in lines if line]
    for line in broken:
        click.echo(line)
    if broken:
        raise click.exceptions.Exit(1)
    click.echo(f"{len(checks)} invariants hold")


def line_of(name: str, each: Check) -> str:
    """What is to say about an invariant: nothing when it holds."""
    says = (each.__doc__ or "").strip().partition("\n")[0].rstrip(".")
    try:
        wrong = list(each(model.Session))
    except Exception as err:  # whatever it is, the other invariants have to be looked at
        log.exception("%s failed", name)
        return f"{name}: cannot be checked ({type(err).__name__}), the log has the rest"
    finally:
        model.Session.rollback()
        model.Session.remove()
    if not wrong:
        return ""
    more = len(wrong) - NAMED
    named = ", ".join(wrong[:NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"{name}: {says}; not so: {named}"
