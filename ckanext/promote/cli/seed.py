"""``ckan promote seed``: the demonstration."""
from __future__ import annotations

import itertools
import sys

import ckantoolkit as tk
import click

from ckanext.promote import features

EVERY = 10


def _tell(done: int, steps: int) -> None:
    """A line now and then, where no bar can be drawn."""
    if done % EVERY == 0:
        click.echo(f"{done} of {steps}")


@click.command(short_help="Fill an empty portal with the demonstration.")
@click.option("--user", default="", help="Name of the sysadmin who acts; the site user by default.")
@click.pass_context
def seed(ctx: click.Context, user: str) -> None:
    """Fill an empty portal with institutions, datasets, contents and conversations.

    Running it again adds nothing and completes what was cut off. A portal that has other content is
    refused.
    """
    # Drawing and its library are loaded by this command alone.
    from ckanext.promote.portal import seed as seeding  # noqa: PLC0415 -- slow import
    from ckanext.promote.portal.demo import load  # noqa: PLC0415 -- slow import
    from ckanext.promote.portal.seed_conversations import (  # noqa: PLC0415 -- slow import
        seed_conversations,
    )

    demo = load()
    steps = len(demo.institutions) + len(demo.datasets) + len(demo.contents)
    with ctx.meta["flask_app"].test_request_context():
        acting = user or tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        if sys.stdout.isatty():
            with click.progressbar(length=steps, label="Demonstration") as bar:
                report = seeding.seed(acting, lambda name: bar.update(1), demo)
        else:
            count = itertools.count(1)
            report = seeding.seed(acting, lambda name: _tell(next(count), steps), demo)
        click.echo(str(report))
        if "threads" in features.active():
            click.echo(f"{seed_conversations(acting)} conversations created")
