"""Appointments, areas, and what the policy knows of an institution."""
from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ExcludeConstraint

revision = "5c1f7a9e2b64"
down_revision = "8d2e6b1c4f07"
branch_labels = None
depends_on = None

# As ranges of one number each: PostgreSQL compares no texts in an exclusion without an extension.
POST = "hashtextextended(institution_id || '/' || role, 0)"
PERSON = (
    "hashtextextended(institution_id || '/' || role || '/' || "
    "coalesce(user_id, lower(person)), 0)"
)
DAYS = (sa.text("daterange(from_date, to_date, '[]')"), "&&")


def upgrade() -> None:
    """Make the tables."""
    _create_areas()
    _create_appointments()
    op.create_table(
        "promote_institution",
        sa.Column("id", sa.Text, _group(), primary_key=True),
        sa.Column("government_type", sa.Text, nullable=False),
        sa.Column("subject_since", sa.Date),
        _moment("changed_at", nullable=False),
        sa.Column("changed_by", sa.Text),
    )


def downgrade() -> None:
    """Drop the tables. Who held which role is lost with them."""
    for table in (
        "promote_institution",
        "promote_appointment",
        "promote_area_dataset",
        "promote_area_person",
        "promote_area",
    ):
        op.drop_table(table)


def _create_areas() -> None:
    op.create_table(
        "promote_area",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("institution_id", sa.Text, _group(), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        _moment("created_at", nullable=False),
        sa.Column("created_by", sa.Text),
        sa.UniqueConstraint("institution_id", "name", name="promote_area_name"),
    )
    op.create_table(
        "promote_area_person",
        _area("area_id", "CASCADE", primary_key=True),
        sa.Column("user_id", sa.Text, primary_key=True),
    )
    _index("promote_area_person", "user_id")
    op.create_table(
        "promote_area_dataset",
        _area("area_id", "CASCADE", primary_key=True),
        sa.Column(
            "dataset_id",
            sa.Text,
            sa.ForeignKey("package.id", ondelete="CASCADE"),
            primary_key=True,
        ),
    )
    _index("promote_area_dataset", "dataset_id")


def _create_appointments() -> None:
    op.create_table(
        "promote_appointment",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("institution_id", sa.Text, _group(), nullable=False),
        sa.Column("user_id", sa.Text),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        _area("area_id", "SET NULL"),
        sa.Column("from_date", sa.Date, nullable=False),
        sa.Column("to_date", sa.Date),
        sa.Column("is_only_one", sa.Boolean, nullable=False),
        sa.Column("letter_url", sa.Text, nullable=False),
        sa.Column("letter_file_id", sa.Text),
        _moment("created_at", nullable=False),
        sa.Column("created_by", sa.Text),
        _moment("ended_at"),
        sa.Column("ended_by", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.CheckConstraint(
            "to_date IS NULL OR from_date <= to_date", name="promote_appointment_days"
        ),
        _never_twice("promote_appointment_same_person", PERSON),
        _never_twice(
            "promote_appointment_same_post", POST, where=sa.text("is_only_one")
        ),
    )
    op.create_index(
        "ix_promote_appointment_institution",
        "promote_appointment",
        ["institution_id", "role", "from_date"],
    )
    _index("promote_appointment", "user_id")
    _index("promote_appointment", "area_id")


def _never_twice(name: str, number: str, **options: Any) -> ExcludeConstraint:
    """No two rows with the same number on the same day."""
    one = (sa.text(f"int8range({number}, {number}, '[]')"), "&&")
    return ExcludeConstraint(one, DAYS, name=name, using="gist", **options)


def _group() -> sa.ForeignKey:
    """A reference to an organization that goes with it when it is purged."""
    return sa.ForeignKey("group.id", ondelete="CASCADE")


def _area(name: str, ondelete: str, **options: Any) -> sa.Column:
    key = sa.ForeignKey("promote_area.id", ondelete=ondelete)
    return sa.Column(name, sa.Text, key, **options)


def _moment(name: str, **options: Any) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), **options)


def _index(table: str, column: str) -> None:
    op.create_index(f"ix_{table}_{column}", table, [column])
