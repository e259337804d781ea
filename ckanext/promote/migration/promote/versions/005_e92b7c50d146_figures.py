"""Response figures, how far workers have read the events, and mails that have to be sent."""
from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "e92b7c50d146"
down_revision = "a3d94e0c7f18"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; events and clocks get a column each."""
    op.add_column(
        "promote_event",
        sa.Column("tx", sa.BigInteger, nullable=False, server_default=sa.text("txid_current()")),
    )
    op.create_index("ix_promote_event_tx", "promote_event", ["tx", "id"])
    op.add_column(
        "promote_thread_clock",
        sa.Column("paused_seconds", sa.Integer, nullable=False, server_default="0"),
    )
    op.alter_column("promote_thread_clock", "paused_seconds", server_default=None)
    op.create_table(
        "promote_event_cursor",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("tx", sa.BigInteger, nullable=False),
        sa.Column("event_id", sa.BigInteger, nullable=False),
        _moment("moved_at", nullable=False),
    )
    _create_figures()
    _create_mail()


def downgrade() -> None:
    """Drop them again. Mails that were not sent yet are never sent."""
    for table in ("promote_mail", "promote_response_figures", "promote_event_cursor"):
        op.drop_table(table)
    op.drop_column("promote_thread_clock", "paused_seconds")
    op.drop_index("ix_promote_event_tx", "promote_event")
    op.drop_column("promote_event", "tx")


def _create_figures() -> None:
    counts = ("received", "answered", "resolved", "decided", "on_time")
    times = ("answer_median", "answer_p90", "resolution_median", "resolution_p90")
    op.create_table(
        "promote_response_figures",
        sa.Column(
            "institution_id", sa.Text, sa.ForeignKey("group.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("channel", sa.Text, primary_key=True),
        _moment("since", nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in counts),
        *(sa.Column(name, sa.Float) for name in times),
        sa.Column("open_now", sa.Integer, nullable=False),
        sa.Column("overdue_now", sa.Integer, nullable=False),
        _moment("computed_at", nullable=False),
    )  # fmt: skip


def _create_mail() -> None:
    op.create_table(
        "promote_mail",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=True),
        _reference("event_id", "promote_event", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        _reference("thread_id", "promote_thread", nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text),
        _reference("visitor_id", "promote_visitor"),
        sa.Column("tries", sa.Integer, nullable=False),
        _moment("due_at", nullable=False),
        _moment("given_up_at"),
        _moment("created_at", nullable=False),
        sa.UniqueConstraint("event_id", "kind", "who", name="promote_mail_once"),
    )
    op.create_index(
        "ix_promote_mail_due", "promote_mail", ["due_at", "id"],
        postgresql_where=sa.text("given_up_at IS NULL"),
    )  # fmt: skip
    op.create_index("ix_promote_mail_thread_id", "promote_mail", ["thread_id"])
    op.create_index("ix_promote_mail_visitor_id", "promote_mail", ["visitor_id"])


def _moment(name: str, **options: Any) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), **options)


def _reference(name: str, table: str, type_: Any = sa.Text, **options: Any) -> sa.Column:
    key = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(name, type_, key, **options)
