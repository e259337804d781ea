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
    tx = sa.Column(sa.BigInteger, nullable=False, server_default=sa.text("txid_current()"))
    """The transaction that wrote it (``base.reading``)."""

    __table_args__ = (
        sa.Index("ix_promote_event_subject", "subject_type", "subject_id", "id"),
        sa.Index("ix_promote_event_institution", "institution_id", "id"),
        sa.Index("ix_promote_event_tx", "tx", "id"),
    )


class EventCursor(tk.BaseModel):
    """How far a worker has read the events."""

    __tablename__ = "promote_event_cursor"

    name = sa.Column(sa.Text, primary_key=True)
    tx = sa.Column(sa.BigInteger, nullable=False)
    event_id = sa.Column(sa.BigInteger, nullable=False)
    moved_at = moment()


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


class Visitor(tk.BaseModel):
    """A person without an account who wrote to us. The address leaves through no API."""

    __tablename__ = "promote_visitor"

    id = sa.Column(sa.Text, primary_key=True, default=new_id)
    email = sa.Column(sa.Text, nullable=False, unique=True)
    """In lower case."""
    name = sa.Column(sa.Text, nullable=False, default="")
    language = sa.Column(sa.Text, nullable=False, default="es")
    privacy_version = sa.Column(sa.Text, nullable=False, default="")
    """The version of the privacy notice that was shown."""
    created_at = moment()
    confirmed_at = moment(nullable=True)
    blocked_at = moment(nullable=True)


class VisitorToken(tk.BaseModel):
    """A link that was mailed to a visitor. Only a hash of it is kept."""

    __tablename__ = "promote_visitor_token"

    digest = sa.Column(sa.Text, primary_key=True)
    visitor_id = sa.Column(
        sa.Text, sa.ForeignKey("promote_visitor.id", ondelete="CASCADE"), nullable=False
    )
    purpose = sa.Column(sa.Text, nullable=False)
    """``confirm`` (used once) or ``access`` (the personal link, revocable)."""
    subject_type = sa.Column(sa.Text, nullable=False)
    subject_id = sa.Column(sa.Text, nullable=False)
    created_at = moment()
    expires_at = moment()
    used_at = moment(nullable=True)
    revoked_at = moment(nullable=True)

    __table_args__ = (
        sa.Index("ix_promote_visitor_token_visitor_id", "visitor_id"),
        sa.Index("ix_promote_visitor_token_subject", "subject_type", "subject_id"),
        sa.Index("ix_promote_visitor_token_expires_at", "expires_at"),
    )


class FormNonce(tk.BaseModel):
    """A form token that was sent in: it counts once."""

    __tablename__ = "promote_form_nonce"

    nonce = sa.Column(sa.Text, primary_key=True)
    expires_at = moment()

    __table_args__ = (sa.Index("ix_promote_form_nonce_expires_at", "expires_at"),)


class RateCount(tk.BaseModel):
    """How often somebody did something in a window of time; who is a salted hash."""

    __tablename__ = "promote_rate_count"

    bucket = sa.Column(sa.Text, primary_key=True)
    window_start = sa.Column(sa.DateTime(timezone=True), primary_key=True)
    expires_at = moment()
    count = sa.Column(sa.Integer, nullable=False, default=0)

    __table_args__ = (sa.Index("ix_promote_rate_count_expires_at", "expires_at"),)


class DailySalt(tk.BaseModel):
    """What addresses are hashed with on one day. Without it, a hash tells nothing."""

    __tablename__ = "promote_daily_salt"

    day = sa.Column(sa.Date, primary_key=True)
    salt = sa.Column(sa.LargeBinary, nullable=False)


class CheckedAddress(tk.BaseModel):
    """An address on another site that contents name, and when it was last seen working."""

    __tablename__ = "promote_checked_address"

    digest = sa.Column(sa.Text, primary_key=True)
    """SHA-256 of the address, in hexadecimal."""
    address = sa.Column(sa.Text, nullable=False)
    checked_at = moment(nullable=True)
    worked_at = moment(nullable=True)
    status = sa.Column(sa.Integer)
    problem = sa.Column(sa.Text, nullable=False, default="")
    failures = sa.Column(sa.Integer, nullable=False, default=0)
    """In a row; 0 when it worked."""

    __table_args__ = (sa.Index("ix_promote_checked_address_checked_at", "checked_at"),)


class PrivateFile(tk.BaseModel):
    """A file outside the public uploads folder: what is not published, and documents."""

    __tablename__ = "promote_private_file"

    id = sa.Column(sa.Text, primary_key=True, default=new_id)
    kind = sa.Column(sa.Text, nullable=False)
    """``image`` or ``document``."""
    extension = sa.Column(sa.Text, nullable=False)
    filename = sa.Column(sa.Text, nullable=False)
    """As it was called where it came from, cleaned."""
    size = sa.Column(sa.BigInteger, nullable=False)
    subject_type = sa.Column(sa.Text, nullable=False, default="")
    subject_id = sa.Column(sa.Text, nullable=False, default="")
    created_at = moment()
    created_by = sa.Column(sa.Text)

    __table_args__ = (
        sa.Index("ix_promote_private_file_subject", "subject_type", "subject_id"),
        sa.Index("ix_promote_private_file_created_at", "created_at"),
    )
