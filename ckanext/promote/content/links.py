"""The addresses on other sites that contents name: which they are, and whether they work.

``ckan promote tick`` has them looked at; the people who may change a content read on its page what
does not work any more.
"""
from __future__ import annotations

import datetime as dt
import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import ckantoolkit as tk

from ckanext.promote.base import fetch
from ckanext.promote.base.model import commit, utc_now
from ckanext.promote.content import link_queries, registry
from ckanext.promote.content.description import ContentType, Field

MOST = 500
"""Addresses of one run."""
MOST_SECONDS = 120.0
"""After so long, a run begins with no further address."""
AT_ONCE = 8
HOURS = (24, 1, 2, 4, 8, 16, 24)
"""Until the next look at an address that worked, that failed once, twice and so on."""

log = logging.getLogger(__name__)

Look = Callable[[str], fetch.Looked]


@dataclass(frozen=True)
class Checked:
    """What a run did, in numbers of addresses."""

    looked: int
    broken: int
    left: int
    """Due, and left for the next run."""


def fields_with_addresses(declaration: ContentType) -> tuple[Field, ...]:
    """The fields of a type in which addresses of other sites are."""
    return tuple(
        field
        for field in declaration.all_fields
        if field.widget in ("url", "document", "addresses") or _url_columns(field)
    )


def addresses_of(declaration: ContentType, values: Mapping[str, Any]) -> list[str]:
    """The addresses on other sites that a content names, each once, in the form's order."""
    own = urlsplit(tk.config["ckan.site_url"]).hostname
    found = (
        address
        for field in fields_with_addresses(declaration)
        for address in _addresses_in(field, values.get(field.name))
    )
    return [
        each
        for each in dict.fromkeys(found)
        if fetch.may_look(each) and urlsplit(each).hostname != own
    ]


def broken_links(
    session: Any, declaration: ContentType, values: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Those of a content's addresses that do not work: one query, none without addresses.

    :returns: ``{"address", "worked_on", "problem"}`` of each: the day on which it was last seen
        working (null: never) and a translated sentence
    """
    addresses = addresses_of(declaration, values)
    if not addresses:
        return []
    rows = link_queries.broken(session, [_digest(each) for each in addresses])
    return [
        {
            "address": row.address,
            "worked_on": row.worked_at.date().isoformat() if row.worked_at else None,
            "problem": _sentence(row.problem, row.status),
        }
        for row in sorted(rows, key=lambda row: addresses.index(row.address))
    ]


def check_due(
    session: Any,
    limit: int = MOST,
    *,
    look: Look = fetch.look,
    now: Callable[[], dt.datetime] = utc_now,
) -> Checked:
    """Look at the addresses whose time has come. Commits before the first look and between them.

    No transaction is open while other sites are asked.
    """
    _follow_contents(session)
    waiting = _due(session, now(), limit)
    commit({"session": session})
    ends = time.monotonic() + MOST_SECONDS
    looked = broken = 0
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="links") as pool:
        for start in range(0, len(waiting), AT_ONCE):
            if time.monotonic() >= ends:
                break
            some = waiting[start : start + AT_ONCE]
            seen = list(pool.map(lambda each: _seen(look, *each), some))
            for (digest, _), each in zip(some, seen, strict=True):
                link_queries.record(session, digest, now(), each.status, each.problem)
            commit({"session": session})
            looked += len(seen)
            broken += sum(not each.is_working for each in seen)
    return Checked(looked, broken, len(waiting) - looked)


def _seen(look: Look, digest: str, address: str) -> fetch.Looked:
    """What a look sees. One that fails must not keep those after it from being looked at."""
    try:
        return look(address)
    except Exception:
        log.exception("Looking at the address %s failed", digest)
        return fetch.Looked(None, is_working=False, problem="no_connection")


def _follow_contents(session: Any) -> None:
    """Begin with the addresses that contents have now, and leave those that none has any more."""
    types = {each.key: each.declaration for each in registry.active_types()}
    fields = {
        key: [field.name for field in fields_with_addresses(declaration)]
        for key, declaration in types.items()
    }
    used = {
        _digest(address): address
        for key, values in link_queries.values_with_addresses(session, fields)
        for address in addresses_of(types[key], values)
    }
    known = link_queries.known_digests(session)
    link_queries.add(session, {key: used[key] for key in used.keys() - known})
    link_queries.remove(session, known - used.keys())


def _due(session: Any, now: dt.datetime, limit: int) -> list[tuple[str, str]]:
    moments = [now - dt.timedelta(hours=hours) for hours in HOURS]
    return link_queries.due(session, moments, limit)


def _addresses_in(field: Field, value: Any) -> Iterator[str]:
    if not value:
        return
    if field.widget in ("url", "document"):
        yield value
    elif field.widget == "addresses":
        yield from value.values()
    else:
        for row in value:
            yield from (row[name] for name in _url_columns(field) if row.get(name))


def _url_columns(field: Field) -> list[str]:
    if field.widget == "embeds":
        return ["url"]
    return [column.name for column in field.columns if column.widget == "url"]


def _digest(address: str) -> str:
    return hashlib.sha256(address.encode("utf-8")).hexdigest()


def _sentence(problem: str, status: int | None) -> str:
    if problem not in fetch.PROBLEMS:
        return problem
    return tk._(fetch.PROBLEMS[problem]).format(status=status)
