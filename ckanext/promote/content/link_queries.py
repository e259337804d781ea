"""SQL about the addresses on other sites that contents name, and about looking at them."""
from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.promote.base.model import CheckedAddress
from ckanext.promote.content.model import Content
from ckanext.promote.content.queries import published

AT_ONCE = 1000
"""Rows of one statement."""


def values_with_addresses(
    session: Any, fields: Mapping[str, Collection[str]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Type and values of each published content, as far as there may be addresses in them.

    :param fields: names of the fields by type; ``url`` is the package's
    """
    names = sorted({name for each in fields.values() for name in each} - {"url"})
    columns = [Content.data[name].label(f"value_{name}") for name in names]
    statement = (
        sa.select(Content.type, model.Package.url, *columns)
        .join(model.Package, model.Package.id == Content.id)
        .where(published(list(fields)))
    )
    for row in session.execute(statement):
        values = {name: getattr(row, f"value_{name}") for name in names}
        yield row.type, {**values, "url": row.url}


def known_digests(session: Any) -> set[str]:
    """Digests of all addresses that are looked after."""
    return set(session.execute(sa.select(CheckedAddress.digest)).scalars())


def add(session: Any, addresses: Mapping[str, str]) -> None:
    """Look after these addresses, too, by digest."""
    values = [{"digest": key, "address": address} for key, address in addresses.items()]
    for part in _parts(values):
        session.execute(insert(CheckedAddress).values(part).on_conflict_do_nothing())


def remove(session: Any, digests: Collection[str]) -> None:
    """Look after these no more."""
    for part in _parts(list(digests)):
        session.execute(sa.delete(CheckedAddress).where(CheckedAddress.digest.in_(part)))


def due(
    session: Any, last_looks: Sequence[dt.datetime], limit: int
) -> list[tuple[str, str]]:
    """Digest and address of those whose time has come, the longest waiting first.

    :param last_looks: the moment before which the last look has to lie, for an address that
        worked, that failed once, twice …; the last one is for all who failed more often
    """
    checked_at = CheckedAddress.checked_at
    before = sa.case(
        *((CheckedAddress.failures == n, moment) for n, moment in enumerate(last_looks)),
        else_=last_looks[-1],
    )
    statement = (
        sa.select(CheckedAddress.digest, CheckedAddress.address)
        .where(sa.or_(checked_at.is_(None), checked_at <= before))
        .order_by(checked_at.asc().nulls_first(), CheckedAddress.digest)
        .limit(limit)
    )
    return [(row.digest, row.address) for row in session.execute(statement)]


def record(
    session: Any, digest: str, now: dt.datetime, status: int | None, problem: str
) -> None:
    """Store what a look saw; no problem means that the address works."""
    seen: dict[str, Any] = {"checked_at": now, "status": status, "problem": problem}
    if problem:
        seen["failures"] = CheckedAddress.failures + 1
    else:
        seen.update(failures=0, worked_at=now)
    statement = sa.update(CheckedAddress).where(CheckedAddress.digest == digest).values(**seen)
    session.execute(statement.execution_options(synchronize_session=False))


def broken(session: Any, digests: Collection[str]) -> list[Any]:
    """Those of the addresses that did not work when they were looked at last."""
    statement = sa.select(
        CheckedAddress.address,
        CheckedAddress.worked_at,
        CheckedAddress.status,
        CheckedAddress.problem,
    ).where(CheckedAddress.digest.in_(digests), CheckedAddress.failures > 0)
    return list(session.execute(statement).all())


def _parts(values: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
