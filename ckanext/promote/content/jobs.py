"""What ``ckan promote tick`` does for the contents: each job answers a line."""
from __future__ import annotations

from typing import Any

from ckanext.promote import config
from ckanext.promote.base import files, uploads
from ckanext.promote.content import downloads, file_queries, links
from ckanext.promote.people import queries as people_queries


def check_links(session: Any) -> str:
    """Look at the addresses that contents name and that were not looked at for a day."""
    if not config.checks_links():
        return "switched off (ckanext.promote.links.check)"
    done = links.check_due(session)
    return f"{done.looked} looked at, {done.broken} broken, {done.left} left for the next time"


def forget_downloaders(session: Any) -> str:
    """Forget who was counted before today; the counts stay."""
    return f"{downloads.forget(session)} forgotten"


def forget_files(session: Any) -> str:
    """Remove documents and images that nothing names any more; those of the last day stay."""
    named = file_queries.named_ids(session, uploads.PRIVATE) | people_queries.letter_ids(session)
    return f"{files.forget_orphans(session, named)} forgotten"
