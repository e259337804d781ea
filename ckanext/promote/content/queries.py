"""SQL about contents and their datasets: values in, rows out, each for one purpose."""
from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.promote.content.download_queries import downloads_of
from ckanext.promote.content.model import Content, ContentDataset, ContentVersion
from ckanext.promote.people.viewer import Viewer

Package = model.Package
Group = model.Group

CARD_COLUMNS = (
    Content.id,
    Content.type,
    Content.version,
    Content.published_on,
    Content.sector,
    Content.axis,
    Content.kind,
    Package.name,
    Package.title,
    Package.notes.label("summary"),
    Package.metadata_modified,
    Group.name.label("institution"),
    Group.title.label("institution_title"),
    Content.data["cover_url"].astext.label("cover"),
    Content.data["cover_alt"].astext.label("cover_alt"),
    Content.data["starts_at"].astext.label("starts_at"),
    Content.data["ends_at"].astext.label("ends_at"),
    Content.data["place"].astext.label("place"),
    downloads_of(Content.id).label("downloads"),
)


DETACHED = "dataset"
"""The type of a content's package while the plugin is out: it is a dataset, and no content."""


def published(types: Collection[str]) -> Any:
    """What makes a content readable for everybody: its package is active, public, its own."""
    return sa.and_(
        Package.state == model.State.ACTIVE,
        Package.private.is_(False),
        Package.type != DETACHED,
        Content.type.in_(types),
    )


def readable_dataset(viewer: Viewer, package: Any = Package) -> Any:
    """What makes a dataset readable for a viewer, in SQL: private ones of his institutions too."""
    active = package.state == model.State.ACTIVE
    if viewer.is_sysadmin:
        return active
    public = package.private.is_(False)
    if not viewer.institutions:
        return sa.and_(active, public)
    return sa.and_(active, sa.or_(public, package.owner_org.in_(list(viewer.institutions))))


def cards() -> Any:
    """Contents with what a card shows of them; the statement."""
    return (
        sa.select(*CARD_COLUMNS)
        .select_from(Content)
        .join(Package, Package.id == Content.id)
        .outerjoin(Group, Group.id == Package.owner_org)
    )


def cards_by_id(session: Any, ids: Sequence[str], types: Collection[str]) -> list[Any]:
    """Published contents with these ids, in this order."""
    rows = session.execute(cards().where(published(types), Content.id.in_(ids))).all()
    by_id = {row.id: row for row in rows}
    return [by_id[each] for each in ids if each in by_id]


def newest_cards(filters: Mapping[str, Any], types: Collection[str]) -> Any:
    """Published contents, newest first; the statement, without limit."""
    statement = cards().where(published(types))
    if filters.get("institution"):
        statement = statement.where(Group.name == filters["institution"])
    for column in (Content.sector, Content.axis, Content.kind):
        if filters.get(column.key):
            statement = statement.where(column == filters[column.key])
    if filters.get("dataset_id"):
        linked = sa.select(ContentDataset.content_id).where(
            ContentDataset.dataset_id == filters["dataset_id"]
        )
        statement = statement.where(Content.id.in_(linked))
    return statement.order_by(Content.published_on.desc(), Content.id)


def after(statement: Any, published_on: dt.date, content_id: str) -> Any:
    """The rest of ``newest_cards`` after a row."""
    return statement.where(
        sa.or_(
            Content.published_on < published_on,
            sa.and_(Content.published_on == published_on, Content.id > content_id),
        )
    )


def newest_cards_of_dataset(
    session: Any, dataset_id: str, types: Collection[str], per_type: int
) -> list[Any]:
    """The newest published contents of a dataset, some of each type, and how many there are."""
    statement = _newest_of_dataset(tuple(types), per_type)
    return list(session.execute(statement, {"dataset_id": dataset_id}).all())


@lru_cache(maxsize=8)
def _newest_of_dataset(types: tuple[str, ...], per_type: int) -> Any:
    """Made once: making it takes longer than its answer, and it is on every dataset's page.

    Only the rows that are shown are read whole: the texts of all the others would be unpacked.
    """
    window = {"partition_by": Content.type}
    ranked = (
        sa.select(
            Content.id,
            sa.func.row_number()
            .over(order_by=[Content.published_on.desc(), Content.id], **window)
            .label("rank"),
            sa.func.count().over(**window).label("of_type"),
        )
        .join(Package, Package.id == Content.id)
        .join(ContentDataset, ContentDataset.content_id == Content.id)
        .where(ContentDataset.dataset_id == sa.bindparam("dataset_id"), published(types))
        .subquery()
    )
    return (
        cards()
        .add_columns(ranked.c.rank, ranked.c.of_type)
        .join(ranked, ranked.c.id == Content.id)
        .where(ranked.c.rank <= per_type)
        .order_by(Content.type, ranked.c.rank)
    )


def newest_cards_of_institution(
    session: Any, institution_id: str, types: Collection[str], limit: int
) -> list[Any]:
    """The newest published contents of an institution, each with the count of them all."""
    statement = _newest_of_institution(tuple(types), limit)
    return list(session.execute(statement, {"institution_id": institution_id}).all())


@lru_cache(maxsize=8)
def _newest_of_institution(types: tuple[str, ...], limit: int) -> Any:
    """Made once, as for a dataset."""
    newest = (
        sa.select(Content.id, sa.func.count().over().label("of_institution"))
        .join(Package, Package.id == Content.id)
        .where(Package.owner_org == sa.bindparam("institution_id"), published(types))
        .order_by(Content.published_on.desc(), Content.id)
        .limit(limit)
        .subquery()
    )
    return (
        cards()
        .add_columns(newest.c.of_institution)
        .join(newest, newest.c.id == Content.id)
        .order_by(Content.published_on.desc(), Content.id)
    )


def content_with_package(session: Any, reference: str) -> Any | None:
    """Content, package, institution and newest version for a name or an id, in any state."""
    newest = sa.and_(ContentVersion.content_id == Content.id, ContentVersion.is_newest)
    return session.execute(
        sa.select(Content, Package, Group, ContentVersion)
        .join(Package, Package.id == Content.id)
        .outerjoin(Group, Group.id == Package.owner_org)
        .outerjoin(ContentVersion, newest)
        .where(sa.or_(Content.id == reference, Package.name == reference))
        .order_by((Content.id == reference).desc())
        .limit(1)
    ).first()


def tags_of(session: Any, package_id: str) -> list[str]:
    """Names of a package's free tags, in alphabetical order."""
    statement = (
        sa.select(model.Tag.name)
        .join(model.PackageTag, model.PackageTag.tag_id == model.Tag.id)
        .where(
            model.PackageTag.package_id == package_id,
            model.PackageTag.state == model.State.ACTIVE,
            model.Tag.vocabulary_id.is_(None),
        )
        .order_by(model.Tag.name)
    )
    return list(session.execute(statement).scalars())


def readable_dataset_ids(
    session: Any, viewer: Viewer, references: Sequence[str]
) -> dict[str, str]:
    """Ids of the datasets that names or ids mean, for those that the viewer can see."""
    statement = sa.select(Package.id, Package.name).where(
        readable_dataset(viewer),
        sa.or_(Package.id.in_(references), Package.name.in_(references)),
        Package.id.not_in(sa.select(Content.id)),
    )
    found: dict[str, str] = {}
    for row in session.execute(statement):
        found[row.id] = row.id
        found[row.name] = row.id
    return found


def pending_names_of(session: Any, content_id: str) -> list[str]:
    """Names of datasets that a content waits for."""
    statement = (
        sa.select(ContentDataset.pending_name)
        .where(ContentDataset.content_id == content_id, ContentDataset.dataset_id.is_(None))
        .order_by(ContentDataset.position, ContentDataset.id)
    )
    return list(session.execute(statement).scalars())


def linked_ids(session: Any, content_id: str) -> list[str]:
    """Ids of all datasets that a content is linked to, readable or not."""
    statement = sa.select(ContentDataset.dataset_id).where(
        ContentDataset.content_id == content_id, ContentDataset.dataset_id.is_not(None)
    )
    return list(session.execute(statement).scalars())


def contents_waiting_for(session: Any, name: str) -> list[Any]:
    """Links that wait for a dataset of this name."""
    statement = sa.select(ContentDataset).where(ContentDataset.pending_name == name)
    return list(session.execute(statement).scalars())


def has_packages(
    session: Any, types: Collection[str], among: Collection[str] | None = None
) -> bool:
    """Whether there is any package of these types, among all or among these ids."""
    statement = sa.select(Package.id).where(Package.type.in_(types))
    if among is not None:
        statement = statement.where(Package.id.in_(among))
    return session.execute(statement.limit(1)).first() is not None


def dataset_names(
    session: Any, content_types: Collection[str], limit: int, offset: int, by_id: bool
) -> list[str]:
    """Names (or ids) of the public datasets in their order; a limit of 0 is none."""
    column = Package.id if by_id else Package.name
    statement = (
        sa.select(column)
        .where(
            Package.state == model.State.ACTIVE,
            Package.private.is_(False),
            Package.type.not_in(content_types),
        )
        .order_by(column)
        .offset(offset)
    )
    return list(session.execute(statement.limit(limit) if limit else statement).scalars())


def names_of_types(session: Any, names: Collection[str], types: Collection[str]) -> set[str]:
    """Those of the names that packages of these types have."""
    statement = sa.select(Package.name).where(Package.name.in_(names), Package.type.in_(types))
    return set(session.execute(statement).scalars())


def names_like(session: Any, base: str) -> set[str]:
    """Names of packages, and of contents that are not published, that begin with a slug."""
    pattern = base.replace("_", "\\_") + "%"
    statement = sa.union(
        sa.select(Package.name).where(Package.name.like(pattern)),
        sa.select(ContentVersion.name).where(
            ContentVersion.is_newest, ContentVersion.name.like(pattern)
        ),
    )
    return set(session.execute(statement).scalars())


def institution_titles(session: Any, names: Collection[str]) -> dict[str, str]:
    """Titles of organizations by name."""
    if not names:
        return {}
    statement = sa.select(Group.name, Group.title).where(Group.name.in_(names))
    return {row.name: row.title or row.name for row in session.execute(statement)}


def institutions_for(session: Any, viewer: Viewer) -> list[Any]:
    """Organizations that a viewer may publish for: name, title, id, by title."""
    statement = sa.select(Group.id, Group.name, Group.title).where(
        Group.is_organization.is_(True), Group.state == model.State.ACTIVE
    )
    if not viewer.is_central:
        statement = statement.where(Group.id.in_(sorted(viewer.ids_with("write"))))
    return list(session.execute(statement.order_by(Group.title, Group.id)).all())
