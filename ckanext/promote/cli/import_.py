"""``ckan promote import``: bring contents from another place into the portal."""
from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator

import ckantoolkit as tk
import click
from ckan import model

from ckanext.promote.importers import records, run
from ckanext.promote.importers.source import SourceError
from ckanext.promote.importers.values import email_of

SHOWN_NOTES = 40


@click.command(name="import", short_help="Import stories, apps, tools and news.")
@click.argument("path")
@click.option("--contact", default="", help="E-mail address for contents that have none.")
@click.option("--user", default="", help="Name of the user who acts; the site user by default.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object a record, on stdout.")
@click.pass_context
def import_(ctx: click.Context, path: str, contact: str, user: str, as_json: bool) -> None:
    """Import the contents in PATH.

    PATH is a JSON-lines file (kind, source_path, front_matter, body; or a content's own keys), or
    a folder of Jekyll Markdown files with front matter. Running it again changes nothing.
    """
    with ctx.meta["flask_app"].test_request_context():
        outcomes: list[run.Outcome] = []
        try:
            found = run.run(path, _acting(user), _address(contact))
            # A bar on the lines of the report would spoil both.
            is_shown = sys.stderr.isatty() and not (as_json and sys.stdout.isatty())
            for outcome in _with_progress(found, path) if is_shown else found:
                outcomes.append(outcome)
                if as_json:
                    click.echo(_json_line(outcome))
        except SourceError as err:
            tk.error_shout(str(err))
            raise click.exceptions.Exit(1) from err
        if not as_json:
            _say_refused(outcomes)
            _say_notes(outcomes)
        # With --json, stdout has nothing but JSON.
        click.echo(run.totals(outcomes), err=as_json)


def _acting(user: str) -> str:
    if not user:
        return str(tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"])
    found = model.User.get(user)
    if found is None or found.state != model.State.ACTIVE:
        raise SourceError(f"--user: there is no user {user!r}.")
    return str(found.name)


def _address(contact: str) -> str:
    if contact and not email_of(contact):
        raise SourceError(f"--contact: {contact!r} is not an e-mail address.")
    return contact


def _with_progress(found: Iterator[run.Outcome], path: str) -> Iterator[run.Outcome]:
    """The outcomes, with a bar on stderr."""
    with click.progressbar(
        found, length=records.count(path), label="Importing", file=sys.stderr
    ) as shown:
        yield from shown


def _json_line(outcome: run.Outcome) -> str:
    line = {
        "record": outcome.record,
        "result": outcome.result,
        "name": outcome.name,
        "field": outcome.field,
        "reason": outcome.reason,
        "notes": [note._asdict() for note in outcome.notes],
    }
    return json.dumps(line, ensure_ascii=False)


def _say_refused(outcomes: Iterable[run.Outcome]) -> None:
    for each in outcomes:
        if each.result == "refused":
            click.echo(f"refused: {each.record}: {each.field}: {each.reason}")


def _say_notes(outcomes: Iterable[run.Outcome]) -> None:
    """What was decided for the records that were written, each decision once."""
    written = (each for each in outcomes if each.result in ("created", "updated"))
    notes = Counter(note for each in written for note in each.notes)
    if not notes:
        return
    click.echo("Please look at:")
    for note, count in notes.most_common(SHOWN_NOTES):
        click.echo(f"  {note.field} ({count}): {note.message}")
    if len(notes) > SHOWN_NOTES:
        click.echo(f"  and {len(notes) - SHOWN_NOTES} more; --json shows all.")
