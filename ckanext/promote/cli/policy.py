"""``ckan promote policy``: what operators do with policy profiles."""
from __future__ import annotations

import click

from ckanext.promote.base.policy import VOCABULARIES, PolicyError, load


@click.group(short_help="Policy profiles: names, vocabularies, terms.")
def policy() -> None:
    """Work with policy profiles."""


@policy.command()
@click.argument("file")
@click.pass_context
def validate(context: click.Context, file: str) -> None:
    """Check a profile: a YAML FILE, or the name of a packaged one.

    Prints one line, or one for each problem; then the exit code is 1.
    """
    try:
        profile = load(file)
    except PolicyError as err:
        click.echo(str(err))
        context.exit(1)
    counts = ", ".join(
        f"{len(profile.entries(name))} {name.replace('_', ' ')}" for name in VOCABULARIES
    )
    click.echo(f"{file}: ok, {profile.name} version {profile.version}, {counts}")
