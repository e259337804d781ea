"""One commit of the search index for a whole import: each takes longer than to write a content."""
from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import ckantoolkit as tk
from ckan.lib.search.common import make_connection
from pysolr import SolrError

log = logging.getLogger(__name__)

OPTION = "ckan.search.solr_commit"


@contextmanager
def one_commit() -> Iterator[None]:
    """Let CKAN add to the index without committing, and commit at the end, whatever happens."""
    before = tk.config.get(OPTION)
    tk.config[OPTION] = False
    try:
        yield
    finally:
        tk.config[OPTION] = before
        try:
            # CKAN's own commit does not wait: who searches right after would find nothing new.
            make_connection().commit()
        except (OSError, SolrError):
            log.exception("The search index did not commit; run `ckan search-index rebuild`.")
