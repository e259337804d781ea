"""SQL about downloads of apps: one statement counts, and a total is one row a platform."""
from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.promote.content.model import AppDownload, AppDownloader, AppDownloadTotal, Content


def downloads_of(content_id: Any) -> Any:
    """The downloads of a content on all platforms, as an expression for another statement."""
    return (
        sa.select(sa.func.coalesce(sa.func.sum(AppDownloadTotal.count), 0))
        .where(AppDownloadTotal.content_id == content_id)
        .scalar_subquery()
    )


def totals_of(session: Any, content_id: str) -> list[Any]:
    """Platform, count and first day of each platform that was downloaded."""
    statement = (
        sa.select(AppDownloadTotal.platform, AppDownloadTotal.count, AppDownloadTotal.since)
        .where(AppDownloadTotal.content_id == content_id)
        .order_by(AppDownloadTotal.platform)
    )
    return list(session.execute(statement).all())


def most_downloaded(statement: Any, tag: str, among: Sequence[str] | None) -> Any:
    """The cards of another statement, the most downloaded first, then the newest.

    :param tag: only those with this free tag, unless it is empty
    :param among: only these ids, unless it is None
    """
    if tag:
        tagged = (
            sa.select(model.PackageTag.package_id)
            .join(model.Tag, model.Tag.id == model.PackageTag.tag_id)
            .where(
                model.Tag.name == tag,
                model.Tag.vocabulary_id.is_(None),
                model.PackageTag.state == model.State.ACTIVE,
            )
        )
        statement = statement.where(Content.id.in_(tagged))
    if among is not None:
        statement = statement.where(Content.id.in_(among))
    return statement.order_by(None).order_by(
        downloads_of(Content.id).desc(), Content.published_on.desc(), Content.id
    )


def count(session: Any, content_id: str, platform: str, day: dt.date, who: str) -> None:
    """Count a download, unless this somebody was counted on that day.

    One statement, so that requests at the same moment count right: only who gets the row in gets
    the counters moved.
    """
    of_day: dict[str, Any] = {"content_id": content_id, "platform": platform, "day": day}
    counted = (
        insert(AppDownloader)
        .values(**of_day, who=who)
        .on_conflict_do_nothing()
        .returning(AppDownloader.content_id, AppDownloader.platform, AppDownloader.day)
        .cte("counted")
    )
    rows = sa.select(counted.c.content_id, counted.c.platform, counted.c.day, sa.literal(1))
    daily = insert(AppDownload).from_select(
        ["content_id", "platform", "day", "count"], rows, include_defaults=False
    )
    daily = daily.on_conflict_do_update(
        index_elements=["content_id", "platform", "day"], set_={"count": AppDownload.count + 1}
    )
    total = insert(AppDownloadTotal).from_select(
        ["content_id", "platform", "since", "count"], rows, include_defaults=False
    )
    total = total.on_conflict_do_update(
        index_elements=["content_id", "platform"], set_={"count": AppDownloadTotal.count + 1}
    )
    session.execute(total.add_cte(daily.returning(AppDownload.count).cte("daily")))


def forget_downloaders_before(session: Any, day: dt.date) -> int:
    """Delete who was counted before a day; how many there were. The counts stay."""
    done = session.execute(sa.delete(AppDownloader).where(AppDownloader.day < day))
    return int(done.rowcount)
