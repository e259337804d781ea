"""``ckan promote import-people``: institutions and their appointments from a table."""
from __future__ import annotations

import sys

import ckantoolkit as tk
import click
from ckan import model

from ckanext.promote.importers import people, people_source
from ckanext.promote.importers.source import SourceError


@click.command(name="import-people", short_help="Import institutions and appointments from CSV.")
@click.argument("path")
@click.option("--dry-run", is_flag=True, help="Check everything, write nothing.")
@click.pass_context
def import_people(ctx: click.Context, path: str, dry_run: bool) -> None:
    """Import the institutions and appointments of the CSV file PATH.

    Columns: institution (name of the organization), title (makes it when it is not there),
    government_type, subject_since, role, user or person, email (only to find an account), from,
    to, letter (an address). With a problem in any line, nothing is written. Running it again
    changes nothing.
    """
    with ctx.meta["flask_app"].test_request_context():
        report = people.Report()
        site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        context = {"user": site_user, "session": model.Session, "ignore_auth": True}
        try:
            lines = people_source.lines_of(path)
        except SourceError as err:
            tk.error_shout(str(err))
            raise click.exceptions.Exit(1) from err
        work = people.run(context, lines, report, dry_run)
        if sys.stderr.isatty():
            with click.progressbar(
                work, length=len(lines), label="Importing", file=sys.stderr
            ) as shown:
                list(shown)
        else:
            list(work)
        for each in report.problems:
            click.echo(f"line {each.line}: {each.column}: {each.reason}")
        if report.problems:
            click.echo(f"nothing was written, {len(report.problems)} problems")
            raise click.exceptions.Exit(1)
        if dry_run:
            click.echo("dry run, nothing was written; it would be:")
        click.echo(report.totals())
