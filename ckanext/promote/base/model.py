"""Columns and sessions that every table of ours has in common, and the tables of ``base``."""
from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import ckantoolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB


def utc_now() -> dt.datetime:
    """This moment, aware, in UTC."""
    return dt.datetime.now(dt.timezone.utc)


def new_id() -> str:
    """A random UUID as text, the form of CKAN's own ids."""
    return str(uuid.uuid4())


def commit(context: dict[str, Any]) -> None:
    """End an action: commit, unless the caller wants to do it (``defer_commit``)."""
    session = context["session"]
    if context.get("defer_commit"):
        session.flush()
    else:
        session.commit()


def moment(nullable: bool = False) -> sa.Column[Any]:
    """A column for a moment: aware, in UTC, now by default."""
    default = None if nullable else utc_now
    return sa.Column(sa.DateTime(timezone=True), nullable=nullable, default=default)


class Event(tk.BaseModel):
    """Who did what to what, when and why: written in the transaction of what it tells."""

    __tablename__ = "promote_event"

    id = sa.Column(sa.BigInteger, primary_key=True, autoincrement=True)
    at = moment()
    name = sa.Column(sa.Text, nullable=False)
    subject_type = sa.Column(sa.Text, nullable=False)
    subject_id = sa.Column(sa.Text, nullable=False)
    institution_id = sa.Column(sa.Text)
    actor_id = sa.Column(sa.Text)
    scope = sa.Column(sa.Text, nullable=False)
    reason = sa.Column(sa.Text, nullable=False, default="")
    data = sa.Column(JSONB, nullable=False, default=dict)

    __table_args__ = (
        sa.Index("ix_promote_event_subject", "subject_type", "subject_id", "id"),
        sa.Index("ix_promote_event_institution", "institution_id", "id"),
    )


class IdempotencyKey(tk.BaseModel):
    """A create that was made, so that the same request again gives the same thing."""

    __tablename__ = "promote_idempotency_key"

    key = sa.Column(sa.Text, primary_key=True)
    user_id = sa.Column(sa.Text, primary_key=True)
    action = sa.Column(sa.Text, primary_key=True)
    digest = sa.Column(sa.Text, nullable=False)
    result_id = sa.Column(sa.Text, nullable=False)
    at = moment()

    __table_args__ = (sa.Index("ix_promote_idempotency_key_at", "at"),)
