"""SQL of the blocks on pages of CKAN: values in, rows out."""
from __future__ import annotations

from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.promote.people.viewer import VISITOR
from ckanext.promote.threads import queries, rules
from ckanext.promote.threads.model import Commitment, Thread

SHOWN = 3
COUNTED = 1_000
"""Further than this nobody counts on."""


def board_about(session: Any, subject_type: str, subject_id: str) -> list[Any]:
    """What everybody may read of the threads about a thing, as ``_board``. One statement.

    Whoever shows the block has checked that the thing itself may be read.
    """
    return list(session.execute(_board_about(), _named(subject_type, subject_id)).all())


def board_of_institution(session: Any, institution_id: str) -> list[Any]:
    """What everybody may read of the threads that an institution owes, as ``_board``."""
    owed = sa.and_(queries.visible(VISITOR), Thread.institution_id == institution_id)
    return list(session.execute(_board(owed)).all())


def _named(subject_type: str, subject_id: str) -> dict[str, str]:
    return {"about_type": subject_type, "about_id": subject_id}


def _about() -> Any:
    """The condition that a thread is about a thing, and everybody's to read with it."""
    return sa.and_(
        queries.shown_to_all(),
        Thread.subject_type == sa.bindparam("about_type"),
        Thread.subject_id == sa.bindparam("about_id"),
    )


@lru_cache(maxsize=1)
def _board_about() -> Any:
    """Made once: making it takes longer than its answer, and it is on every dataset's page."""
    return _board(_about())


def _board(condition: Any) -> Any:
    """Counts, the newest answers and questions, and what is promised next."""
    return sa.union_all(
        _count("open", condition, Thread.state.in_((rules.OPEN, rules.WAITING))),
        _count("all", condition, sa.true()),
        _newest("answered", condition, Thread.answered_at, Thread.official_post_id.is_not(None)),
        _newest("asked", condition, Thread.created_at, Thread.official_post_id.is_(None)),
        _promised(condition),
    )


def _count(what: str, condition: Any, more: Any) -> Any:
    found = sa.select(Thread.id).where(condition, more).limit(COUNTED + 1).subquery()
    return sa.select(
        sa.literal(what).label("what"),
        sa.func.count().label("count"),
        *(sa.null().cast(kind).label(name) for name, kind in _COLUMNS),
    ).select_from(found)


_COLUMNS: tuple[tuple[str, Any], ...] = (
    ("id", sa.Text), ("year", sa.Integer), ("number", sa.Integer), ("title", sa.Text),
    ("state", sa.Text), ("outcome", sa.Text), ("at", sa.DateTime(timezone=True)),
    ("due_on", sa.Date),
)  # fmt: skip


def _columns(what: str, moment: Any, due_on: Any) -> list[Any]:
    return [
        sa.literal(what).label("what"), sa.literal(0).label("count"), Thread.id, Thread.year,
        Thread.number, Thread.title, Thread.state, Thread.outcome, moment.label("at"),
        due_on.label("due_on"),
    ]  # fmt: skip


def _newest(what: str, condition: Any, moment: Any, more: Any) -> Any:
    found = (
        sa.select(*_columns(what, moment, sa.null().cast(sa.Date)))
        .where(condition, more)
        .order_by(moment.desc(), Thread.id)
        .limit(SHOWN)
        .subquery()
    )
    return sa.select(found)


def _promised(condition: Any) -> Any:
    found = (
        sa.select(*_columns("promised", Commitment.made_at, Commitment.due_on))
        .join(Commitment, Commitment.thread_id == Thread.id)
        .where(condition, Commitment.state == "open")
        .order_by(Commitment.due_on, Thread.id)
        .limit(SHOWN)
        .subquery()
    )
    return sa.select(found)


def institutions(session: Any) -> list[Any]:
    """Name and title of every institution, by title."""
    group = model.Group
    found = sa.select(group.name, group.title).where(
        group.is_organization.is_(True), group.state == model.State.ACTIVE
    )
    return list(session.execute(found.order_by(group.title, group.name)).all())
