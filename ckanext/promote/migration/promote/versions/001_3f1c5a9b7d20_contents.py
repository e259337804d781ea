"""Contents, their links to datasets, events, idempotency keys and import records.

The first migration: everything that the content types need beside CKAN's packages.
"""
from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "3f1c5a9b7d20"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "promote_event",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("subject_type", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Text, nullable=False),
        sa.Column("institution_id", sa.Text),
        sa.Column("actor_id", sa.Text),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("data", JSONB, nullable=False),
    )
    op.create_index(
        "ix_promote_event_subject", "promote_event", ["subject_type", "subject_id", "id"]
    )
    op.create_index("ix_promote_event_institution", "promote_event", ["institution_id", "id"])
    op.create_table(
        "promote_idempotency_key",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("action", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("result_id", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_promote_idempotency_key_at", "promote_idempotency_key", ["at"])
    _create_contents()
    _create_links()
    op.create_table(
        "promote_import_record",
        sa.Column("source_key", sa.Text, primary_key=True),
        _package("content_id", nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(
        "ix_promote_import_record_content_id", "promote_import_record", ["content_id"]
    )


def downgrade() -> None:
    """Drop the tables. The packages of the contents stay, with CKAN's own fields only."""
    for table in (
        "promote_import_record",
        "promote_content_dataset",
        "promote_content",
        "promote_idempotency_key",
        "promote_event",
    ):
        op.drop_table(table)


def _create_contents() -> None:
    op.create_table(
        "promote_content",
        _package("id", primary_key=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("published_on", sa.Date, nullable=False),
        sa.Column("sector", sa.Text),
        sa.Column("axis", sa.Text),
        sa.Column("kind", sa.Text),
        sa.Column("data", JSONB, nullable=False),
        sa.Column("html", JSONB, nullable=False),
        sa.Column("renderer_version", sa.Integer, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text),
    )
    op.create_index(
        "ix_promote_content_published", "promote_content", ["type", "published_on", "id"]
    )
    op.create_index("ix_promote_content_newest", "promote_content", ["published_on", "id"])


def _create_links() -> None:
    op.create_table(
        "promote_content_dataset",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=True),
        _package("content_id", nullable=False),
        _package("dataset_id"),
        sa.Column("pending_name", sa.Text),
        sa.Column("position", sa.Integer, nullable=False),
        sa.CheckConstraint(
            "(dataset_id IS NULL) <> (pending_name IS NULL)", name="promote_content_dataset_one"
        ),
        sa.UniqueConstraint("content_id", "dataset_id", name="promote_content_dataset_pair"),
        sa.UniqueConstraint("content_id", "pending_name", name="promote_content_dataset_pending"),
    )
    op.create_index(
        "ix_promote_content_dataset_dataset",
        "promote_content_dataset",
        ["dataset_id", "content_id"],
    )
    op.create_index(
        "ix_promote_content_dataset_pending_name",
        "promote_content_dataset",
        ["pending_name"],
        postgresql_where=sa.text("pending_name IS NOT NULL"),
    )


def _package(name: str, **options: Any) -> sa.Column:
    """A reference to a package that goes with it when it is purged."""
    return sa.Column(name, sa.Text, sa.ForeignKey("package.id", ondelete="CASCADE"), **options)
