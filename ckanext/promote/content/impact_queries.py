"""SQL of the page that gathers what came of the data: four statements, whatever there is."""
from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from ckanext.promote.content import queries
from ckanext.promote.content.model import Content, Featured

Package = queries.Package


def featured(session: Any, types: Collection[str], limit: int) -> list[Any]:
    """Published contents that the central team shows first, in its order."""
    statement = (
        queries.cards()
        .join(Featured, Featured.content_id == Content.id)
        .where(queries.published(types))
        .order_by(Featured.position, Content.id)
        .limit(limit)
    )
    return list(session.execute(statement).all())


def newest_of_each(session: Any, types: Collection[str], per_type: int) -> list[Any]:
    """The newest published contents of each type."""
    ranked = (
        sa.select(
            Content.id,
            sa.func.row_number()
            .over(
                partition_by=Content.type, order_by=[Content.published_on.desc(), Content.id]
            )
            .label("rank"),
        )
        .join(Package, Package.id == Content.id)
        .where(queries.published(types))
        .subquery()
    )
    statement = (
        queries.cards()
        .join(ranked, ranked.c.id == Content.id)
        .where(ranked.c.rank <= per_type)
        .order_by(Content.published_on.desc(), Content.id)
    )
    return list(session.execute(statement).all())


def coming(session: Any, types: Collection[str], now: dt.datetime, limit: int) -> list[Any]:
    """Published contents that have yet to begin or to end, the next first."""
    starts, ends = (Content.data[name].astext for name in ("starts_at", "ends_at"))
    # Stored in UTC and in one form, so that text is in the order of time.
    last = sa.func.coalesce(sa.func.nullif(ends, ""), starts)
    statement = (
        queries.cards()
        .where(queries.published(types), last >= now.strftime("%Y-%m-%dT%H:%M:%S"))
        .order_by(starts, Content.id)
        .limit(limit)
    )
    return list(session.execute(statement).all())


def counts(session: Any, types: Collection[str]) -> list[Any]:
    """How many published contents each type, sector and axis has, in one statement."""
    columns = (Content.type, Content.sector, Content.axis)
    statement = (
        sa.select(
            *columns,
            sa.func.grouping(*columns).label("without"),
            sa.func.count().label("count"),
        )
        .join(Package, Package.id == Content.id)
        .where(queries.published(types))
        .group_by(sa.func.grouping_sets(*(sa.tuple_(column) for column in columns)))
    )
    return list(session.execute(statement).all())


def published_ids(session: Any, types: Collection[str], references: Sequence[str]) -> list[str]:
    """Ids of the published contents that ids or names mean, in this order."""
    rows = session.execute(
        sa.select(Content.id, Package.name)
        .join(Package, Package.id == Content.id)
        .where(
            queries.published(types),
            sa.or_(Content.id.in_(references), Package.name.in_(references)),
        )
    ).all()
    known = {row.id: row.id for row in rows} | {row.name: row.id for row in rows}
    return [known[each] for each in references if each in known]


def with_words(session: Any, types: Collection[str], words: str, limit: int) -> list[Any]:
    """Published contents whose title has all the words."""
    statement = queries.cards().where(queries.published(types))
    for word in words.split()[:8]:
        pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        statement = statement.where(Package.title.ilike(pattern))
    statement = statement.order_by(Content.published_on.desc(), Content.id).limit(limit)
    return list(session.execute(statement).all())
