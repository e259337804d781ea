"""A short transaction beside the request's: what it writes stays, whatever becomes of the request.

Counters of tries are written so, since a refused action rolls its own transaction back.
"""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from ckan import model

MOST_CONNECTIONS = 10
WAIT_SECONDS = 5


@contextmanager
def own_transaction() -> Iterator[Any]:
    """A connection in a transaction that is committed at the end of the block.

    Keep the block to a statement or two, and wait for nothing of the request's in it.
    """
    with _engine(model.Session.get_bind().engine.url).begin() as connection:
        yield connection


@lru_cache(maxsize=2)
def _engine(url: Any) -> Any:
    """Connections of its own for a database.

    With those of CKAN's pool, requests that hold one each could wait for a second one forever.
    """
    return sa.create_engine(
        url,
        pool_size=1,
        max_overflow=MOST_CONNECTIONS - 1,
        pool_timeout=WAIT_SECONDS,
        pool_pre_ping=True,
    )
