"""SQL about versions of contents: values in, rows out, each for one purpose."""
from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.orm import aliased

from ckanext.promote.base.model import Event
from ckanext.promote.content.model import Content, ContentVersion
from ckanext.promote.people.viewer import Viewer

Version = ContentVersion
Package = model.Package
Group = model.Group


def unpublished(session: Any, reference: str) -> ContentVersion | None:
    """The newest version of a content that has no package, by id or name."""
    statement = (
        sa.select(Version)
        .where(
            Version.is_newest,
            Version.package_id.is_(None),
            sa.or_(Version.content_id == reference, Version.name == reference),
        )
        .order_by((Version.content_id == reference).desc())
        .limit(1)
    )
    return session.execute(statement).scalars().first()


def newest_locked(session: Any, content_id: str) -> ContentVersion | None:
    """The newest version of a content, held for this transaction and read anew."""
    statement = (
        sa.select(Version)
        .where(Version.content_id == content_id, Version.is_newest)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.execute(statement).scalars().first()


def version_of(session: Any, content_id: str, number: int) -> ContentVersion | None:
    """One version of a content."""
    return session.get(Version, (content_id, number))


def versions_of(session: Any, content_id: str) -> list[ContentVersion]:
    """All versions of a content, the newest first."""
    statement = (
        sa.select(Version).where(Version.content_id == content_id).order_by(Version.number.desc())
    )
    return list(session.execute(statement).scalars())


def highest_number(session: Any, content_id: str) -> int:
    """The highest number of a content's versions; 0 when there are none."""
    statement = sa.select(sa.func.max(Version.number)).where(Version.content_id == content_id)
    return int(session.execute(statement).scalar() or 0)


def is_name_taken(session: Any, name: str, content_id: str | None) -> bool:
    """Whether another package, or another content that is not published, has a name."""
    others = [
        sa.select(Package.id).where(Package.name == name, Package.id != (content_id or "")),
        sa.select(Version.content_id).where(
            Version.is_newest, Version.name == name, Version.content_id != (content_id or "")
        ),
    ]
    return session.execute(sa.union(*others).limit(1)).first() is not None


def reviewed(filters: Mapping[str, Any], types: Collection[str]) -> Any:
    """Newest versions with their institution and people, the longest waiting first."""
    author, taker = aliased(model.User), aliased(model.User)
    waits_since = sa.func.coalesce(Version.submitted_at, Version.changed_at)
    statement = (
        sa.select(
            Version,
            waits_since.label("since"),
            Content.version.label("published_version"),
            Package.state.label("package_state"),
            Package.name.label("package_name"),
            Group.name.label("institution"),
            Group.title.label("institution_title"),
            sa.func.coalesce(author.fullname, author.name).label("author"),
            sa.func.coalesce(taker.fullname, taker.name).label("taker"),
        )
        .outerjoin(Content, Content.id == Version.content_id)
        .outerjoin(Package, Package.id == Version.content_id)
        .outerjoin(Group, Group.id == Version.institution_id)
        .outerjoin(author, author.id == Version.changed_by)
        .outerjoin(taker, taker.id == Version.taken_by)
        .where(Version.is_newest, Version.type.in_(types))
    )
    if filters.get("states"):
        statement = statement.where(Version.state.in_(filters["states"]))
    if filters.get("type"):
        statement = statement.where(Version.type == filters["type"])
    if filters.get("institution"):
        statement = statement.where(Group.name == filters["institution"])
    if filters.get("sector"):
        statement = statement.where(Version.values["sector"].astext == filters["sector"])
    if filters.get("taken") == "me":
        statement = statement.where(Version.taken_by == filters["viewer_id"])
    elif filters.get("taken") == "nobody":
        statement = statement.where(Version.taken_by.is_(None))
    if filters.get("overdue"):
        statement = statement.where(Version.due_at < filters["now"])
    return statement.order_by(waits_since, Version.content_id)


def minor_changes(types: Collection[str], limit: int) -> Any:
    """What went out without a review, newest first."""
    return (
        sa.select(Version)
        .where(Version.is_minor, Version.type.in_(types))
        .order_by(Version.decided_at.desc())
        .limit(limit)
    )


def reviewed_after(statement: Any, since: dt.datetime, content_id: str) -> Any:
    """The rest of ``reviewed`` after a row."""
    waits_since = sa.func.coalesce(Version.submitted_at, Version.changed_at)
    return statement.where(
        sa.or_(
            waits_since > since, sa.and_(waits_since == since, Version.content_id > content_id)
        )
    )


def of_concern(statement: Any, viewer: Viewer) -> Any:
    """Only the versions that a viewer has a part in, as author or for his institutions."""
    acting = sorted(viewer.acting_ids)
    return statement.where(
        sa.or_(Version.author_id == viewer.user_id, Version.institution_id.in_(acting))
    )


def waiting_counts(session: Any, types: Collection[str]) -> dict[str, int]:
    """How many newest versions are in each state."""
    statement = (
        sa.select(Version.state, sa.func.count().label("count"))
        .where(Version.is_newest, Version.type.in_(types))
        .group_by(Version.state)
    )
    return {row.state: row.count for row in session.execute(statement)}


def events_of(content_id: str) -> Any:
    """What happened to a content, newest first, with who did it."""
    actor = model.User
    return (
        sa.select(Event, sa.func.coalesce(actor.fullname, actor.name).label("actor"))
        .outerjoin(actor, actor.id == Event.actor_id)
        .where(Event.subject_type == "content", Event.subject_id == content_id)
        .order_by(Event.id.desc())
    )


def events_before(statement: Any, event_id: int) -> Any:
    """The rest of ``events_of`` after a row."""
    return statement.where(Event.id < event_id)


def dataset_names(session: Any, readable: Any, ids: Sequence[str]) -> list[str]:
    """Names of the datasets with these ids that fulfil a condition, in this order."""
    if not ids:
        return []
    rows = session.execute(
        sa.select(Package.id, Package.name).where(readable, Package.id.in_(ids))
    )
    names = {row.id: row.name for row in rows}
    return [names[each] for each in ids if each in names]


def hang_on_package(session: Any, content_id: str) -> None:
    """Let all versions of a content go with its package when that is purged."""
    session.execute(
        sa.update(Version)
        .where(Version.content_id == content_id, Version.package_id.is_(None))
        .values(package_id=content_id)
        .execution_options(synchronize_session="fetch")
    )
