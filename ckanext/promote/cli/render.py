"""``ckan promote render``: make the HTML of stored texts again, after a new version of ours."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from ckan import model

from ckanext.promote.base.model import commit
from ckanext.promote.content.rendering import render_contents
from ckanext.promote.threads.ticking import render_again

WHAT: dict[str, Callable[[Any], int]] = {"contents": render_contents, "posts": render_again}


@click.command(short_help="Render texts again that an older version rendered.")
@click.pass_context
def render(ctx: click.Context) -> None:
    """Render texts again whose HTML an older version of this extension made.

    Run it after an upgrade. It goes on from where it was cut off, and pages answer meanwhile; each
    batch is a transaction of its own.
    """
    with ctx.meta["flask_app"].test_request_context():
        for name, do in WHAT.items():
            done = 0
            while batch := _batch(do):
                done += batch
                click.echo(f"{name}: {done} ...")
            click.echo(f"{name}: {done} rendered")


def _batch(do: Callable[[Any], int]) -> int:
    try:
        count = do(model.Session)
        commit({"session": model.Session})
    except BaseException:
        model.Session.rollback()
        raise
    finally:
        model.Session.remove()
    return count
