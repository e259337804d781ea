"""Threads, their clocks and posts, promises, moderation, answer templates."""
from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR

revision = "a3d94e0c7f18"
down_revision = "5c1f7a9e2b64"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _create_thread_counter()
    _create_thread()
    _create_thread_clock()
    _create_post()
    _create_thread_supporter()
    _create_thread_follower()
    _create_commitment()
    _create_report()
    _create_moderation_item()
    _create_user_block()
    _create_answer_template()


def downgrade() -> None:
    """Drop the tables, and with them all that was said."""
    for table in (
        "promote_answer_template",
        "promote_user_block",
        "promote_moderation_item",
        "promote_report",
        "promote_commitment",
        "promote_thread_follower",
        "promote_thread_supporter",
        "promote_post",
        "promote_thread_clock",
        "promote_thread",
        "promote_thread_counter",
    ):
        op.drop_table(table)


def _create_thread_counter() -> None:
    op.create_table(
        "promote_thread_counter",
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        *_some(sa.Integer, "last"),
    )


def _create_thread() -> None:
    op.create_table(
        "promote_thread",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("visitor_id", sa.Text, sa.ForeignKey("promote_visitor.id", ondelete="SET NULL")),
        sa.Column("wanted_formats", ARRAY(sa.Text), nullable=False),
        sa.Column("search", TSVECTOR),
        *_some(
            sa.Integer,
            "year number hops reopened_count objections_count posts_count last_seq "
            "supporters_count",
        ),
        *_some(
            sa.Text,
            "kind title subject_type subject_id visibility state author_name verdict_reason",
        ),
        *_some_or_none(
            sa.Text,
            "topic institution_id asking_institution_id outcome official_post_id author_id "
            "registered_by source duplicate_of area_id closed_by",
        ),
        *_some(sa.Boolean, "is_hidden is_in_queue"),
        *_some_or_none(sa.Date, "received_on area_due_on"),
        *_some_or_none(
            MOMENT,
            "due_at first_answered_at answered_at resolved_at closed_at verdict_at shown_at",
        ),
        *_some_or_none(sa.Boolean, "verdict"),
        *_some(MOMENT, "last_activity_at created_at"),
        sa.UniqueConstraint("year", "number", name="promote_thread_number"),
    )
    _index_thread()


def _index_thread() -> None:
    _index(
        "promote_thread", "answered", "answered_at id",
        postgresql_where=sa.text("state = 'answered'"),
    )  # fmt: skip
    _index(
        "promote_thread", "asking", "asking_institution_id created_at id",
        postgresql_where=sa.text("asking_institution_id IS NOT NULL"),
    )  # fmt: skip
    _index("promote_thread", "author", "author_id created_at id")
    _index("promote_thread", "due", "due_at id", postgresql_where=sa.text("due_at IS NOT NULL"))
    _index("promote_thread", "institution", "institution_id created_at id")
    _index(
        "promote_thread", "institution_due", "institution_id due_at id",
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )  # fmt: skip
    _index(
        "promote_thread", "clocked", "created_at id",
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )  # fmt: skip
    _index("promote_thread", "kind", "kind created_at id")
    _index("promote_thread", "kind_state", "kind state created_at id")
    _index("promote_thread", "kind_topic_state", "kind topic state created_at id")
    _index("promote_thread", "newest", "created_at id")
    _index("promote_thread", "outcome", "outcome created_at id")
    _index("promote_thread", "queue", "created_at id", postgresql_where=sa.text("is_in_queue"))
    _index(
        "promote_thread", "registered_by", "registered_by",
        postgresql_where=sa.text("registered_by IS NOT NULL"),
    )  # fmt: skip
    _index("promote_thread", "search", "search", postgresql_using="gin")
    _index("promote_thread", "state", "state created_at id")
    _index("promote_thread", "subject", "subject_type subject_id created_at id")
    _index("promote_thread", "topic", "topic created_at id")
    _index("promote_thread", "topic_state", "topic state created_at id")
    _index(
        "promote_thread", "unanswered", "created_at id",
        postgresql_where=sa.text("first_answered_at IS NULL AND state <> 'closed'"),
    )  # fmt: skip
    _index("promote_thread", "visitor_id", "visitor_id")


def _create_thread_clock() -> None:
    op.create_table(
        "promote_thread_clock",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=True),
        _thread(),
        sa.Column("warn_at", ARRAY(sa.DateTime(timezone=True)), nullable=False),
        sa.Column("escalate_at", ARRAY(sa.DateTime(timezone=True)), nullable=False),
        *_some_or_none(sa.Text, "institution_id"),
        *_some(sa.Text, "cause unit calendar_version"),
        *_some(MOMENT, "started_at due_at"),
        *_some_or_none(MOMENT, "paused_at pause_until ended_at late_recorded_at"),
        *_some(sa.Boolean, "was_paused"),
    )
    _index(
        "promote_thread_clock", "due", "due_at",
        postgresql_where=sa.text("ended_at IS NULL AND late_recorded_at IS NULL"),
    )  # fmt: skip
    _index("promote_thread_clock", "institution_id", "institution_id ended_at")
    _index(
        "promote_thread_clock", "pause", "pause_until",
        postgresql_where=sa.text("paused_at IS NOT NULL"),
    )  # fmt: skip
    _index(
        "promote_thread_clock", "running", "thread_id",
        unique=True, postgresql_where=sa.text("ended_at IS NULL"),
    )  # fmt: skip
    _index("promote_thread_clock", "thread_id", "thread_id id")


def _create_post() -> None:
    op.create_table(
        "promote_post",
        sa.Column("id", sa.Text, primary_key=True),
        _thread(),
        sa.Column("visitor_id", sa.Text, sa.ForeignKey("promote_visitor.id", ondelete="SET NULL")),
        *_some(sa.Integer, "seq k1 k2 k3 renderer_version"),
        *_some_or_none(
            sa.Text,
            "parent_id author_id institution_id outcome dataset_id legal_basis to_institution_id "
            "duplicate_of",
        ),
        *_some(sa.Text, "author_name institution_title role body html state hidden_reason"),
        *_some(sa.Boolean, "is_official is_internal is_clarification is_superseded"),
        *_some_or_none(sa.Date, "due_on"),
        *_some(MOMENT, "created_at"),
        *_some_or_none(MOMENT, "shown_at edited_at"),
        sa.UniqueConstraint("thread_id", "seq", name="promote_post_seq"),
    )
    _index("promote_post", "author", "author_id created_at")
    _index("promote_post", "order", "thread_id k1 k2 k3", unique=True)
    _index("promote_post", "renderer_version", "renderer_version")
    _index("promote_post", "visitor_id", "visitor_id")


def _create_thread_supporter() -> None:
    op.create_table(
        "promote_thread_supporter",
        _thread(primary_key=True),
        sa.Column("who", sa.Text, primary_key=True),
        *_some(MOMENT, "at"),
    )


def _create_thread_follower() -> None:
    op.create_table(
        "promote_thread_follower",
        _thread(primary_key=True),
        sa.Column("who", sa.Text, primary_key=True),
        sa.Column("visitor_id", sa.Text, sa.ForeignKey("promote_visitor.id", ondelete="CASCADE")),
        *_some_or_none(sa.Text, "user_id"),
        *_some(MOMENT, "at"),
    )
    _index("promote_thread_follower", "user_id", "user_id")
    _index("promote_thread_follower", "visitor_id", "visitor_id")


def _create_commitment() -> None:
    op.create_table(
        "promote_commitment",
        sa.Column("id", sa.Text, primary_key=True),
        _thread(),
        *_some(sa.Text, "post_id outcome state"),
        *_some_or_none(sa.Text, "institution_id kept_dataset_id"),
        *_some(sa.Date, "due_on"),
        *_some(MOMENT, "made_at"),
        *_some_or_none(MOMENT, "decided_at"),
    )
    _index("promote_commitment", "due", "due_on id")
    _index("promote_commitment", "institution", "institution_id due_on id")
    _index(
        "promote_commitment", "open", "thread_id",
        unique=True, postgresql_where=sa.text("state = 'open'"),
    )  # fmt: skip
    _index("promote_commitment", "state", "state due_on id")
    _index("promote_commitment", "thread_id", "thread_id made_at")


def _create_report() -> None:
    op.create_table(
        "promote_report",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column(
            "post_id", sa.Text, sa.ForeignKey("promote_post.id", ondelete="CASCADE"), nullable=False
        ),
        *_some(sa.Text, "who reason text"),
        *_some(MOMENT, "at"),
        sa.UniqueConstraint("post_id", "who", name="promote_report_once"),
    )


def _create_moderation_item() -> None:
    op.create_table(
        "promote_moderation_item",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column(
            "post_id", sa.Text, sa.ForeignKey("promote_post.id", ondelete="CASCADE"), nullable=False
        ),
        _thread(),
        *_some(sa.Text, "cause state text reason"),
        *_some(sa.Integer, "reports_count"),
        *_some(MOMENT, "opened_at"),
        *_some_or_none(MOMENT, "decided_at"),
        *_some_or_none(sa.Text, "decided_by"),
    )
    _index(
        "promote_moderation_item", "open", "post_id",
        unique=True, postgresql_where=sa.text("state = 'open'"),
    )  # fmt: skip
    _index("promote_moderation_item", "post_id", "post_id")
    _index("promote_moderation_item", "queue", "state opened_at id")
    _index("promote_moderation_item", "thread_id", "thread_id")


def _create_user_block() -> None:
    op.create_table(
        "promote_user_block",
        sa.Column("user_id", sa.Text, primary_key=True),
        *_some(sa.Text, "reason"),
        *_some_or_none(sa.Text, "by"),
        *_some(MOMENT, "at"),
    )


def _create_answer_template() -> None:
    op.create_table(
        "promote_answer_template",
        sa.Column("id", sa.Text, primary_key=True),
        *_some(sa.Text, "institution_id title body"),
        *_some_or_none(sa.Text, "outcome changed_by"),
        *_some(MOMENT, "changed_at"),
    )
    _index("promote_answer_template", "institution", "institution_id title id")


def _some(kind: Any, names: str) -> list[sa.Column]:
    """Columns of one kind that always have a value."""
    return [sa.Column(name, kind, nullable=False) for name in names.split()]


def _some_or_none(kind: Any, names: str) -> list[sa.Column]:
    """Columns of one kind that may be empty."""
    return [sa.Column(name, kind) for name in names.split()]


def _index(table: str, name: str, columns: str, **options: Any) -> None:
    op.create_index(f"ix_{table}_{name}", table, columns.split(), **options)


def _thread(**options: Any) -> sa.Column:
    """A reference to a thread that goes with it."""
    key = sa.ForeignKey("promote_thread.id", ondelete="CASCADE")
    return sa.Column("thread_id", sa.Text, key, **{"nullable": False, **options})
