"""What holds of contents at any time (``ckan promote check``); each costs one statement."""
from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.orm import aliased

from ckanext.promote.content import queries, registry, rules
from ckanext.promote.content.model import (
    AppDownload,
    AppDownloadTotal,
    Content,
    ContentDataset,
    ContentVersion,
)

Package, Version = model.Package, ContentVersion
ACTIVE = model.State.ACTIVE


def content_packages(session: Any) -> list[str]:
    """A package of one of our types has what a content has beyond it."""
    is_there = sa.exists().where(Content.id == Package.id)
    wanted = (Package.type.in_(registry.package_types()), Package.state == ACTIVE)
    return _packages(session, *wanted, ~is_there)


def content_newest_versions(session: Any) -> list[str]:
    """A content has one newest version, the one of the highest number."""
    newest = sa.func.count(sa.case((Version.is_newest, 1)))
    its_number = sa.func.max(sa.case((Version.is_newest, Version.number)))
    wrong = sa.or_(newest != 1, its_number != sa.func.max(Version.number))
    statement = (
        sa.select(sa.func.max(Version.name))
        .group_by(Version.content_id)
        .having(wrong)
        .order_by(sa.func.max(Version.name))
    )
    return list(session.execute(statement).scalars())


def content_published_versions(session: Any) -> list[str]:
    """What everybody reads of a content is the last version that was published."""
    published, later = aliased(Version), aliased(Version)
    is_there = sa.exists().where(
        published.content_id == Content.id,
        published.number == Content.version,
        published.state == rules.PUBLISHED,
    )
    has_later = sa.exists().where(
        later.content_id == Content.id,
        later.number > Content.version,
        later.state == rules.PUBLISHED,
    )
    return _packages(
        session, Content.id == Package.id, Package.state == ACTIVE, sa.or_(~is_there, has_later)
    )


def content_package_states(session: Any) -> list[str]:
    """A content whose newest version is published is there to read, and public."""
    is_published = sa.exists().where(
        Version.package_id == Package.id, Version.is_newest, Version.state == rules.PUBLISHED
    )
    is_shown = sa.and_(Package.state == ACTIVE, Package.private.is_(False))
    return _packages(session, Content.id == Package.id, is_published, ~is_shown)


def content_links(session: Any) -> list[str]:
    """A link leads from a content to a dataset, never to another content."""
    others = aliased(Content)
    is_from_content = sa.exists().where(others.id == ContentDataset.content_id)
    is_to_content = sa.exists().where(others.id == ContentDataset.dataset_id)
    return _packages(
        session,
        ContentDataset.content_id == Package.id,
        sa.or_(~is_from_content, is_to_content),
    )


def content_pending_links(session: Any) -> list[str]:
    """A link waits for a name only while no dataset has it."""
    dataset = aliased(Package)
    has_come = sa.exists().where(
        dataset.name == ContentDataset.pending_name,
        dataset.state == ACTIVE,
        dataset.type == queries.DETACHED,
    )
    return _packages(session, ContentDataset.content_id == Package.id, has_come)


def app_downloads(session: Any) -> list[str]:
    """The downloads of an app in all are those of its days."""
    of_days = (
        sa.select(
            AppDownload.content_id, AppDownload.platform,
            sa.func.sum(AppDownload.count).label("count"),
        )
        .group_by(AppDownload.content_id, AppDownload.platform)
        .subquery()
    )  # fmt: skip
    totals = sa.select(
        AppDownloadTotal.content_id, AppDownloadTotal.platform, AppDownloadTotal.count
    ).subquery()
    both = sa.join(
        totals, of_days,
        sa.and_(totals.c.content_id == of_days.c.content_id,
                totals.c.platform == of_days.c.platform),
        full=True,
    )  # fmt: skip
    wrong = sa.select(
        sa.func.coalesce(totals.c.content_id, of_days.c.content_id)
    ).select_from(both).where(totals.c.count.is_distinct_from(of_days.c.count))
    return _packages(session, Package.id.in_(wrong))


def _packages(session: Any, *conditions: Any) -> list[str]:
    """Names of the packages that fulfil conditions, each once."""
    statement = sa.select(Package.name).where(*conditions).distinct().order_by(Package.name)
    return list(session.execute(statement).scalars())
