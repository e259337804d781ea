"""What a conversation can be about: features register their kinds of things, others look them up.

So the conversations know no datasets, and the contents know no conversations.
"""
from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa

from ckanext.promote.base.access import not_found


class Reader(Protocol):
    """Of who reads, what readability depends on: the viewer of ``people`` has it."""

    @property
    def is_sysadmin(self) -> bool:
        """Whether he reads everything."""
        ...

    @property
    def institutions(self) -> Mapping[str, str]:
        """His capacity in each organization, by its id."""
        ...


@dataclass(frozen=True)
class SubjectRow:
    """One thing that can be talked about."""

    type: str
    id: str
    name: str
    title: str
    institution_id: str | None
    """Who answers for it; None when nobody does."""
    kind: str = ""
    """What it is among the things of its type, such as the type of a content."""

    def shown(self) -> dict[str, str]:
        """For clients and templates."""
        return {
            "type": self.type, "id": self.id, "name": self.name, "title": self.title,
            "kind": self.kind,
        }  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """A type of things that can be talked about."""

    type: str
    label: str
    """A msgid."""
    load: Callable[[Mapping[str, Any], Any], SubjectRow]
    """The thing that a name or id means; ObjectNotFound for what the reader may not see."""
    readable: Callable[[Reader, Any], list[Any]]
    """For a reader and a column with ids, the SQL conditions of the row that he may read now."""
    rows: Callable[[Any], Any]
    """For ids, or a statement that selects them, the statement that finds what there is of them,
    whoever asks (``columns``)."""
    places: Callable[[], Mapping[str, str]]
    """First part of the paths of their pages, and the blueprint of it, whose ``read`` shows one."""
    blueprint: Callable[[str], str]
    """For a kind, the blueprint that has its page; nothing when there is none (any more)."""


_subjects: dict[str, Subject] = {}


def register(subject: Subject) -> None:
    """Make a type known. The last one of a type counts: modules may be loaded again."""
    _subjects[subject.type] = subject


def types() -> list[str]:
    """The types that are known."""
    return sorted(_subjects)


def load(context: Mapping[str, Any], subject_type: Any, reference: Any) -> SubjectRow:
    """The thing that a type and a name or id mean.

    :raises ObjectNotFound: when it is missing, not for this reader, or of a type nobody knows
    """
    if not isinstance(subject_type, str) or subject_type not in _subjects:
        raise not_found()
    return _subjects[subject_type].load(context, reference)


def at(place: str) -> tuple[str, str] | None:
    """Type and blueprint of the things whose paths begin so; None when nothing is there."""
    for name, each in _subjects.items():
        blueprint = each.places().get(place)
        if blueprint:
            return name, blueprint
    return None


def blueprint_of(subject_type: str, kind: str) -> str:
    """The blueprint of a thing's page; nothing when its type or kind is known no more."""
    known = _subjects.get(subject_type)
    return known.blueprint(kind) if known else ""


def readable(reader: Reader, type_column: Any, id_column: Any) -> Any:
    """The SQL condition that a reader may read what a row is about, now.

    Looked up by key for each row that asks, and not by EXISTS, which PostgreSQL may answer by
    reading a whole table first: quick for a thousand datasets, slow for a hundred thousand.
    """
    found = [
        (type_column == each.type, sa.func.coalesce(_scalar(each, reader, id_column), sa.false()))
        for each in _subjects.values()
    ]
    return sa.case(*found, else_=sa.false()) if found else sa.false()


def _scalar(subject: Subject, reader: Reader, id_column: Any) -> Any:
    return sa.select(sa.true()).where(*subject.readable(reader, id_column)).scalar_subquery()


def columns(subject_type: str, table: Any, institution_id: Any, kind: Any = "") -> list[Any]:
    """What a statement of ``Subject.rows`` selects of a table with id, name and title."""
    return [
        sa.literal(subject_type).label("type"), table.id.label("id"), table.name.label("name"),
        sa.func.coalesce(sa.func.nullif(table.title, ""), table.name).label("title"),
        institution_id.label("institution_id"),
        (sa.literal(kind) if isinstance(kind, str) else kind).label("kind"),
    ]  # fmt: skip


def ids_among(subject_type: str, wanted: Any) -> Any:
    """The statement of the ids of what there is of a type, deleted or not.

    :param wanted: a statement that selects ids of any type
    """
    return sa.select(_subjects[subject_type].rows(wanted).subquery().c.id)


def rows(session: Any, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], SubjectRow]:
    """Things by type and id, whoever asks: one statement for all types."""
    statements = [
        _subjects[name].rows({each for kind, each in wanted if kind == name})
        for name in sorted({kind for kind, _ in wanted} & _subjects.keys())
    ]
    if not statements:
        return {}
    found = session.execute(sa.union_all(*statements)).all()
    return {(row.type, row.id): SubjectRow(**row._mapping) for row in found}
