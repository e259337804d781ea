"""SQL about answer templates, and whose they are."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from ckanext.promote.people.viewer import viewer_of
from ckanext.promote.threads.moderation_model import AnswerTemplate


def template(session: Any, template_id: str) -> Any:
    """A template, whoever asks."""
    return session.get(AnswerTemplate, template_id)


def is_for(context: Mapping[str, Any], found: AnswerTemplate) -> bool:
    """Whether who acts may know of a template: others' are not there for him."""
    return viewer_of(context).may("answer", found.institution_id)


def templates(institution_id: str, outcome: str | None) -> Any:
    """The templates of an institution; of an outcome, those for any are there, too."""
    statement = sa.select(AnswerTemplate).where(AnswerTemplate.institution_id == institution_id)
    if outcome:
        of_it = sa.or_(AnswerTemplate.outcome == outcome, AnswerTemplate.outcome.is_(None))
        statement = statement.where(of_it)
    return statement


def by_title(statement: Any, cursor: Sequence[str] | None) -> Any:
    """In the order of the list, after a row."""
    if cursor is not None:
        key = sa.tuple_(AnswerTemplate.title, AnswerTemplate.id)
        statement = statement.where(key > sa.tuple_(*map(sa.literal, cursor)))
    return statement.order_by(AnswerTemplate.title, AnswerTemplate.id)
