"""The ``ckan promote`` commands."""
from __future__ import annotations

import click

__all__ = ["promote"]


@click.group(short_help="Promotion of open data: import, seed, check.")
def promote() -> None:
    """Commands of ckanext-promote."""
