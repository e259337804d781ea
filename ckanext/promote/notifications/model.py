"""The mails that have to be sent."""
from __future__ import annotations

import ckantoolkit as tk
import sqlalchemy as sa

from ckanext.promote.base.model import moment


class Mail(tk.BaseModel):
    """One mail to one person: there until the mail server has it, or it was given up."""

    __tablename__ = "promote_mail"

    id = sa.Column(sa.BigInteger, primary_key=True, autoincrement=True)
    event_id = sa.Column(
        sa.BigInteger, sa.ForeignKey("promote_event.id", ondelete="CASCADE"), nullable=False
    )
    kind = sa.Column(sa.Text, nullable=False)
    """``owed`` or ``answered``."""
    thread_id = sa.Column(
        sa.Text, sa.ForeignKey("promote_thread.id", ondelete="CASCADE"), nullable=False
    )
    who = sa.Column(sa.Text, nullable=False)
    """``user:`` or ``visitor:`` and an id."""
    user_id = sa.Column(sa.Text)
    visitor_id = sa.Column(sa.Text, sa.ForeignKey("promote_visitor.id", ondelete="CASCADE"))
    tries = sa.Column(sa.Integer, nullable=False, default=0)
    due_at = moment()
    """When to try next; while somebody tries, when another one may."""
    given_up_at = moment(nullable=True)
    created_at = moment()

    __table_args__ = (
        sa.UniqueConstraint("event_id", "kind", "who", name="promote_mail_once"),
        sa.Index(
            "ix_promote_mail_due", "due_at", "id",
            postgresql_where=sa.text("given_up_at IS NULL"),
        ),
        sa.Index("ix_promote_mail_thread_id", "thread_id"),
        sa.Index("ix_promote_mail_visitor_id", "visitor_id"),
    )  # fmt: skip
