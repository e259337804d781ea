"""The ``ckan promote`` commands, a module each."""
from __future__ import annotations

import click

from ckanext.promote.cli.check import check
from ckanext.promote.cli.deliver import deliver
from ckanext.promote.cli.detach import attach, detach
from ckanext.promote.cli.import_ import import_
from ckanext.promote.cli.import_people import import_people
from ckanext.promote.cli.policy import policy
from ckanext.promote.cli.render import render
from ckanext.promote.cli.seed import seed
from ckanext.promote.cli.tick import tick

__all__ = ["promote"]


@click.group(short_help="Promotion of open data: import, check, seed, policy profiles, leaving.")
def promote() -> None:
    """Commands of ckanext-promote."""


promote.add_command(attach)
promote.add_command(check)
promote.add_command(deliver)
promote.add_command(detach)
promote.add_command(import_)
promote.add_command(import_people)
promote.add_command(policy)
promote.add_command(render)
promote.add_command(seed)
promote.add_command(tick)
