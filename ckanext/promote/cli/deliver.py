"""``ckan promote deliver``: mails that are due, and figures of institutions with news."""
from __future__ import annotations

import logging
import time
from typing import Any

import click
from ckan import model

from ckanext.promote import features
from ckanext.promote.base.model import commit, utc_now
from ckanext.promote.notifications import delivering
from ckanext.promote.threads import figuring

log = logging.getLogger(__name__)

PAUSE_SECONDS = 5.0


@click.command(short_help="Send mails that are due, once or for ever.")
@click.option("--forever", is_flag=True, help="Go on, with a short pause after each round.")
@click.option(
    "--pause", default=PAUSE_SECONDS, show_default=True, type=click.FloatRange(min=0.1),
    help="Seconds between two rounds.",
)  # fmt: skip
@click.pass_context
def deliver(ctx: click.Context, forever: bool, pause: float) -> None:
    """Tell by mail who owes an answer, and who was answered.

    Run it every minute from cron, or with --forever under a supervisor, on as many machines as you
    like: no mail is sent by two of them. A mail that the server does not take is tried again, later
    and later, for two days. A round that does nothing says nothing.
    """
    app = ctx.meta["flask_app"]
    if not forever:
        click.echo(round_line(app) or "nothing to do")
        return
    while True:
        try:
            line = round_line(app)
        except Exception:  # whatever it is, the next round may go well
            log.exception("a round of deliver failed")
            line = ""
        if line:
            click.echo(line)
        time.sleep(pause)


def round_line(app: Any) -> str:
    """Do what there is to do; a line about it, nothing when there was nothing."""
    if "threads" not in features.active():
        return ""
    with app.test_request_context():
        try:
            computed = _figures()
            done = delivering.run()
        finally:
            model.Session.remove()
    if not any((computed, done.sent, done.settled, done.failed)):
        return ""
    return (
        f"{done.sent} sent, {done.failed} to try again or given up, {done.settled} settled by "
        f"themselves; figures of {computed} institutions"
    )


def _figures() -> int:
    """Compute the figures of the institutions with new events."""
    try:
        computed = figuring.compute_changed(model.Session, utc_now())
        commit({"session": model.Session})
    except BaseException:
        model.Session.rollback()
        raise
    return computed
