"""Tables of the conversations: threads, their clocks, posts and promises.

A thread names its subject by type and id, and has no foreign key to it: queries join what may be
read now, so that a dataset made private takes its threads with it at once.
"""
from __future__ import annotations

import ckantoolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import deferred

from ckanext.promote.base.model import moment, new_id


class ThreadCounter(tk.BaseModel):
    """The last public number of a year."""

    __tablename__ = "promote_thread_counter"

    year = sa.Column(sa.Integer, primary_key=True, autoincrement=False)
    last = sa.Column(sa.Integer, nullable=False)


class Thread(tk.BaseModel):
    """What somebody asked or said, where it stands, and who owes the answer."""

    __tablename__ = "promote_thread"

    id = sa.Column(sa.Text, primary_key=True, default=new_id)
    year = sa.Column(sa.Integer, nullable=False)
    number = sa.Column(sa.Integer, nullable=False)
    kind = sa.Column(sa.Text, nullable=False)
    topic = sa.Column(sa.Text)
    title = sa.Column(sa.Text, nullable=False)
    subject_type = sa.Column(sa.Text, nullable=False)
    subject_id = sa.Column(sa.Text, nullable=False)
    institution_id = sa.Column(sa.Text)
    """Who owes the answer; None is the central team's queue."""
    asking_institution_id = sa.Column(sa.Text)
    """Of advice: the institution that asks."""
    visibility = sa.Column(sa.Text, nullable=False, default="public")
    """``public``, or ``advice``: for the asking institution and the central team."""
    state = sa.Column(sa.Text, nullable=False)
    is_hidden = sa.Column(sa.Boolean, nullable=False, default=False)
    outcome = sa.Column(sa.Text)
    official_post_id = sa.Column(sa.Text)
    """The official answer that holds."""
    author_id = sa.Column(sa.Text)
    visitor_id = sa.Column(sa.Text, sa.ForeignKey("promote_visitor.id", ondelete="SET NULL"))
    author_name = sa.Column(sa.Text, nullable=False, default="")
    registered_by = sa.Column(sa.Text)
    """Of what an institution registered for somebody: who of its people did."""
    source = sa.Column(sa.Text)
    """Where it came from then: mail, telephone, an event."""
    received_on = sa.Column(sa.Date)
    wanted_formats = sa.Column(ARRAY(sa.Text), nullable=False, default=list)
    is_in_queue = sa.Column(sa.Boolean, nullable=False, default=False)
    """Whether the central team has to say who answers."""
    hops = sa.Column(sa.Integer, nullable=False, default=0)
    duplicate_of = sa.Column(sa.Text)
    area_id = sa.Column(sa.Text)
    area_due_on = sa.Column(sa.Date)
    due_at = moment(nullable=True)
    """When the running clock ends; None while none runs."""
    first_answered_at = moment(nullable=True)
    answered_at = moment(nullable=True)
    """The newest official answer that says what came of it."""
    resolved_at = moment(nullable=True)
    closed_at = moment(nullable=True)
    closed_by = sa.Column(sa.Text)
    """Why it is closed: asker, institution, central, verdict, silence, kept, withdrawn."""
    verdict = sa.Column(sa.Boolean)
    verdict_reason = sa.Column(sa.Text, nullable=False, default="")
    verdict_at = moment(nullable=True)
    reopened_count = sa.Column(sa.Integer, nullable=False, default=0)
    objections_count = sa.Column(sa.Integer, nullable=False, default=0)
    posts_count = sa.Column(sa.Integer, nullable=False, default=0)
    """Posts that everybody may read."""
    last_seq = sa.Column(sa.Integer, nullable=False, default=0)
    supporters_count = sa.Column(sa.Integer, nullable=False, default=0)
    shown_at = moment(nullable=True)
    """Since when others see it."""
    last_activity_at = moment()
    created_at = moment()
    search = deferred(sa.Column(TSVECTOR))
    """The stems of title and first text; nobody reads them but PostgreSQL."""

    __table_args__ = (
        sa.UniqueConstraint("year", "number", name="promote_thread_number"),
        sa.Index("ix_promote_thread_newest", "created_at", "id"),
        sa.Index("ix_promote_thread_state", "state", "created_at", "id"),
        sa.Index("ix_promote_thread_kind", "kind", "created_at", "id"),
        sa.Index("ix_promote_thread_topic", "topic", "created_at", "id"),
        sa.Index(
            "ix_promote_thread_kind_topic_state", "kind", "topic", "state", "created_at", "id"
        ),
        sa.Index("ix_promote_thread_kind_state", "kind", "state", "created_at", "id"),
        sa.Index("ix_promote_thread_topic_state", "topic", "state", "created_at", "id"),
        sa.Index("ix_promote_thread_outcome", "outcome", "created_at", "id"),
        sa.Index("ix_promote_thread_institution", "institution_id", "created_at", "id"),
        sa.Index(
            "ix_promote_thread_asking", "asking_institution_id", "created_at", "id",
            postgresql_where=sa.text("asking_institution_id IS NOT NULL"),
        ),
        sa.Index(
            "ix_promote_thread_subject", "subject_type", "subject_id", "created_at", "id"
        ),
        sa.Index("ix_promote_thread_author", "author_id", "created_at", "id"),
        sa.Index(
            "ix_promote_thread_registered_by", "registered_by",
            postgresql_where=sa.text("registered_by IS NOT NULL"),
        ),
        sa.Index("ix_promote_thread_visitor_id", "visitor_id"),
        sa.Index(
            "ix_promote_thread_unanswered", "created_at", "id",
            postgresql_where=sa.text("first_answered_at IS NULL AND state <> 'closed'"),
        ),
        sa.Index(
            "ix_promote_thread_clocked", "created_at", "id",
            postgresql_where=sa.text("due_at IS NOT NULL"),
        ),
        sa.Index(
            "ix_promote_thread_due", "due_at", "id",
            postgresql_where=sa.text("due_at IS NOT NULL"),
        ),
        sa.Index(
            "ix_promote_thread_institution_due", "institution_id", "due_at", "id",
            postgresql_where=sa.text("due_at IS NOT NULL"),
        ),
        sa.Index(
            "ix_promote_thread_queue", "created_at", "id",
            postgresql_where=sa.text("is_in_queue"),
        ),
        sa.Index(
            "ix_promote_thread_answered", "answered_at", "id",
            postgresql_where=sa.text("state = 'answered'"),
        ),
        sa.Index("ix_promote_thread_search", "search", postgresql_using="gin"),
    )  # fmt: skip


class ThreadClock(tk.BaseModel):
    """The time of one institution, or of the central team, for one thread: a row a hop."""

    __tablename__ = "promote_thread_clock"

    id = sa.Column(sa.BigInteger, primary_key=True, autoincrement=True)
    thread_id = sa.Column(
        sa.Text, sa.ForeignKey("promote_thread.id", ondelete="CASCADE"), nullable=False
    )
    institution_id = sa.Column(sa.Text)
    """None for the central team."""
    cause = sa.Column(sa.Text, nullable=False)
    """Why it started: shown, triage, route, reopen, commitment."""
    started_at = moment()
    due_at = moment()
    unit = sa.Column(sa.Text, nullable=False)
    warn_at = sa.Column(ARRAY(sa.DateTime(timezone=True)), nullable=False, default=list)
    escalate_at = sa.Column(ARRAY(sa.DateTime(timezone=True)), nullable=False, default=list)
    calendar_version = sa.Column(sa.Text, nullable=False)
    paused_at = moment(nullable=True)
    pause_until = moment(nullable=True)
    was_paused = sa.Column(sa.Boolean, nullable=False, default=False)
    paused_seconds = sa.Column(sa.Integer, nullable=False, default=0)
    """How long it stood still, when that is over."""
    ended_at = moment(nullable=True)
    late_recorded_at = moment(nullable=True)

    __table_args__ = (
        sa.Index("ix_promote_thread_clock_thread_id", "thread_id", "id"),
        sa.Index(
            "ix_promote_thread_clock_running", "thread_id", unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index(
            "ix_promote_thread_clock_due", "due_at",
            postgresql_where=sa.text("ended_at IS NULL AND late_recorded_at IS NULL"),
        ),
        sa.Index(
            "ix_promote_thread_clock_pause", "pause_until",
            postgresql_where=sa.text("paused_at IS NOT NULL"),
        ),
        sa.Index("ix_promote_thread_clock_institution_id", "institution_id", "ended_at"),
    )  # fmt: skip


class Post(tk.BaseModel):
    """What somebody wrote in a thread; its first text is the post with ``seq`` 1."""

    __tablename__ = "promote_post"

    id = sa.Column(sa.Text, primary_key=True, default=new_id)
    thread_id = sa.Column(
        sa.Text, sa.ForeignKey("promote_thread.id", ondelete="CASCADE"), nullable=False
    )
    seq = sa.Column(sa.Integer, nullable=False)
    parent_id = sa.Column(sa.Text)
    k1 = sa.Column(sa.Integer, nullable=False)
    k2 = sa.Column(sa.Integer, nullable=False)
    k3 = sa.Column(sa.Integer, nullable=False)
    """Where it stands (``rules.order_key``)."""
    author_id = sa.Column(sa.Text)
    visitor_id = sa.Column(sa.Text, sa.ForeignKey("promote_visitor.id", ondelete="SET NULL"))
    author_name = sa.Column(sa.Text, nullable=False, default="")
    institution_id = sa.Column(sa.Text)
    institution_title = sa.Column(sa.Text, nullable=False, default="")
    role = sa.Column(sa.Text, nullable=False, default="")
    """Of an institution's people, as they were when they wrote."""
    is_official = sa.Column(sa.Boolean, nullable=False, default=False)
    is_internal = sa.Column(sa.Boolean, nullable=False, default=False)
    is_clarification = sa.Column(sa.Boolean, nullable=False, default=False)
    outcome = sa.Column(sa.Text)
    due_on = sa.Column(sa.Date)
    dataset_id = sa.Column(sa.Text)
    legal_basis = sa.Column(sa.Text)
    to_institution_id = sa.Column(sa.Text)
    duplicate_of = sa.Column(sa.Text)
    is_superseded = sa.Column(sa.Boolean, nullable=False, default=False)
    body = sa.Column(sa.Text, nullable=False)
    html = sa.Column(sa.Text, nullable=False)
    renderer_version = sa.Column(sa.Integer, nullable=False)
    state = sa.Column(sa.Text, nullable=False)
    hidden_reason = sa.Column(sa.Text, nullable=False, default="")
    created_at = moment()
    shown_at = moment(nullable=True)
    """Since when others have seen it; None for what waits."""
    edited_at = moment(nullable=True)

    __table_args__ = (
        sa.UniqueConstraint("thread_id", "seq", name="promote_post_seq"),
        sa.Index("ix_promote_post_order", "thread_id", "k1", "k2", "k3", unique=True),
        sa.Index("ix_promote_post_author", "author_id", "created_at"),
        sa.Index("ix_promote_post_visitor_id", "visitor_id"),
        sa.Index("ix_promote_post_renderer_version", "renderer_version"),
    )


class Supporter(tk.BaseModel):
    """Somebody who has the same question."""

    __tablename__ = "promote_thread_supporter"

    thread_id = sa.Column(
        sa.Text, sa.ForeignKey("promote_thread.id", ondelete="CASCADE"), primary_key=True
    )
    who = sa.Column(sa.Text, primary_key=True)
    """``user:`` and an id, ``visitor:`` and an id, or ``today:`` and a salted hash."""
    at = moment()


class Follower(tk.BaseModel):
    """Somebody who wants to hear of a thread."""

    __tablename__ = "promote_thread_follower"

    thread_id = sa.Column(
        sa.Text, sa.ForeignKey("promote_thread.id", ondelete="CASCADE"), primary_key=True
    )
    who = sa.Column(sa.Text, primary_key=True)
    """As of supporters."""
    user_id = sa.Column(sa.Text)
    visitor_id = sa.Column(sa.Text, sa.ForeignKey("promote_visitor.id", ondelete="CASCADE"))
    at = moment()

    __table_args__ = (
        sa.Index("ix_promote_thread_follower_user_id", "user_id"),
        sa.Index("ix_promote_thread_follower_visitor_id", "visitor_id"),
    )


class Commitment(tk.BaseModel):
    """A promised date."""

    __tablename__ = "promote_commitment"

    id = sa.Column(sa.Text, primary_key=True, default=new_id)
    thread_id = sa.Column(
        sa.Text, sa.ForeignKey("promote_thread.id", ondelete="CASCADE"), nullable=False
    )
    post_id = sa.Column(sa.Text, nullable=False)
    institution_id = sa.Column(sa.Text)
    outcome = sa.Column(sa.Text, nullable=False)
    due_on = sa.Column(sa.Date, nullable=False)
    state = sa.Column(sa.Text, nullable=False)
    """``open``, ``kept``, ``missed``, or ``replaced`` by a newer answer."""
    kept_dataset_id = sa.Column(sa.Text)
    made_at = moment()
    decided_at = moment(nullable=True)

    __table_args__ = (
        sa.Index(
            "ix_promote_commitment_open", "thread_id", unique=True,
            postgresql_where=sa.text("state = 'open'"),
        ),
        sa.Index("ix_promote_commitment_thread_id", "thread_id", "made_at"),
        sa.Index("ix_promote_commitment_institution", "institution_id", "due_on", "id"),
        sa.Index("ix_promote_commitment_due", "due_on", "id"),
        sa.Index("ix_promote_commitment_state", "state", "due_on", "id"),
    )  # fmt: skip
