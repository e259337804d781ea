"""``ckan promote detach`` and ``attach``: taking the plugin out, and putting it back."""
from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import ckantoolkit as tk
import click
from ckan import model
from ckan.lib.search.common import SearchError, SearchIndexError, SolrConnectionError

from ckanext.promote.content import leaving
from ckanext.promote.content.leaving import Changed
from ckanext.promote.importers import indexing

NO_TABLES = "There are no tables of this plugin; `ckan db upgrade` makes them."
OLD_INDEX = "The search index is not up to date: run `ckan search-index rebuild`."


@click.command(short_help="Make datasets of all contents, to take the plugin out.")
@click.option("--yes", is_flag=True, help="Do not ask before.")
def detach(yes: bool) -> None:
    """Make datasets of all contents, so that CKAN's pages answer without this plugin.

    Run it while promote is still in ckan.plugins, and remove it then. Texts and links stay in the
    tables promote_*, and `ckan promote attach` makes contents again. Running it again changes
    nothing.
    """
    if not yes:
        click.confirm("All contents become datasets, listed with the others. Go on?", abort=True)
    changed = _changed(leaving.detach)
    contents, activity = _counts(changed)
    click.echo(f"Detached {contents}, and changed {activity} to match.")
    _index(changed)


@click.command(short_help="Make contents again of what was detached, or renamed.")
def attach() -> None:
    """Give all contents the package types that ckanext.promote.types says.

    For a portal whose contents were detached, and after that option gave a type another name.
    Running it again changes nothing.
    """
    changed = _changed(leaving.attach)
    contents, activity = _counts(changed)
    click.echo(f"Attached {contents}, and changed {activity} to match.")
    left = leaving.without_type(model.Session)
    if left:
        click.echo(f"Contents whose type is not on stayed as they were: {', '.join(left)}.")
    _index(changed)


def _changed(change: Callable[[Any], Changed]) -> Changed:
    try:
        return change(model.Session)
    except leaving.NoTables as err:
        tk.error_shout(NO_TABLES)
        raise click.exceptions.Exit(1) from err


def _counts(changed: Changed) -> tuple[str, str]:
    contents, entries = len(changed.ids), changed.activity
    return (
        f"{contents} content{'' if contents == 1 else 's'}",
        f"{entries} activity entr{'y' if entries == 1 else 'ies'}",
    )


def _index(changed: Changed) -> None:
    """Write the index entries of what was changed anew, with a bar on stderr."""
    is_done = False
    try:
        with indexing.one_commit():
            for content_id in _with_progress(changed.ids):
                leaving.reindex(content_id)
        is_done = True
    except (SearchError, SearchIndexError, SolrConnectionError) as err:
        raise click.exceptions.Exit(1) from err
    finally:
        # Said also when somebody stops it: the next run would find nothing to do.
        if not is_done:
            tk.error_shout(OLD_INDEX)


def _with_progress(ids: list[str]) -> Iterator[str]:
    if not ids or not sys.stderr.isatty():
        yield from ids
        return
    with click.progressbar(ids, label="Indexing", file=sys.stderr) as shown:
        yield from shown
