"""Tables of the moderation, and the institutions' answer templates."""
from __future__ import annotations

import ckantoolkit as tk
import sqlalchemy as sa

from ckanext.promote.base.model import moment, new_id


class Report(tk.BaseModel):
    """That somebody thinks a post should be looked at: once a person and post."""

    __tablename__ = "promote_report"

    id = sa.Column(sa.Text, primary_key=True, default=new_id)
    post_id = sa.Column(
        sa.Text, sa.ForeignKey("promote_post.id", ondelete="CASCADE"), nullable=False
    )
    who = sa.Column(sa.Text, nullable=False)
    """``user:`` and an id, or ``today:`` and a salted hash."""
    reason = sa.Column(sa.Text, nullable=False)
    text = sa.Column(sa.Text, nullable=False, default="")
    at = moment()

    __table_args__ = (sa.UniqueConstraint("post_id", "who", name="promote_report_once"),)


class ModerationItem(tk.BaseModel):
    """A post that a moderator has to look at."""

    __tablename__ = "promote_moderation_item"

    id = sa.Column(sa.Text, primary_key=True, default=new_id)
    post_id = sa.Column(
        sa.Text, sa.ForeignKey("promote_post.id", ondelete="CASCADE"), nullable=False
    )
    thread_id = sa.Column(
        sa.Text, sa.ForeignKey("promote_thread.id", ondelete="CASCADE"), nullable=False
    )
    cause = sa.Column(sa.Text, nullable=False)
    """``newcomer``, ``suspicious``, ``reported`` or ``appeal``."""
    state = sa.Column(sa.Text, nullable=False)
    """``open``, ``approved`` (the post is shown) or ``rejected``."""
    text = sa.Column(sa.Text, nullable=False, default="")
    """Of an appeal: what the author says."""
    reports_count = sa.Column(sa.Integer, nullable=False, default=0)
    opened_at = moment()
    decided_at = moment(nullable=True)
    decided_by = sa.Column(sa.Text)
    reason = sa.Column(sa.Text, nullable=False, default="")

    __table_args__ = (
        sa.Index(
            "ix_promote_moderation_item_open", "post_id", unique=True,
            postgresql_where=sa.text("state = 'open'"),
        ),
        sa.Index("ix_promote_moderation_item_post_id", "post_id"),
        sa.Index("ix_promote_moderation_item_thread_id", "thread_id"),
        sa.Index("ix_promote_moderation_item_queue", "state", "opened_at", "id"),
    )  # fmt: skip


class UserBlock(tk.BaseModel):
    """Somebody with an account who may write no more."""

    __tablename__ = "promote_user_block"

    user_id = sa.Column(sa.Text, primary_key=True)
    reason = sa.Column(sa.Text, nullable=False)
    by = sa.Column(sa.Text)
    at = moment()


class AnswerTemplate(tk.BaseModel):
    """A text that an institution answers with more than once."""

    __tablename__ = "promote_answer_template"

    id = sa.Column(sa.Text, primary_key=True, default=new_id)
    institution_id = sa.Column(sa.Text, nullable=False)
    title = sa.Column(sa.Text, nullable=False)
    outcome = sa.Column(sa.Text)
    body = sa.Column(sa.Text, nullable=False)
    changed_at = moment()
    changed_by = sa.Column(sa.Text)

    __table_args__ = (
        sa.Index("ix_promote_answer_template_institution", "institution_id", "title", "id"),
    )
