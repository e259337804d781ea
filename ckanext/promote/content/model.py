"""Tables of the contents. What is published is a CKAN package; these rows hang on it.

The package has title, name, summary (``notes``), institution, tags, licence and address; all that
a type declares beyond that is in ``Content.data``. Neither is a copy of the other.
"""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import object_session

from ckanext.promote.base.model import moment


class Content(tk.BaseModel):
    """What a published content has beyond its package."""

    __tablename__ = "promote_content"

    id = sa.Column(sa.Text, sa.ForeignKey("package.id", ondelete="CASCADE"), primary_key=True)
    type = sa.Column(sa.Text, nullable=False)
    """The key of its content type (the package's type may have another name)."""
    version = sa.Column(sa.Integer, nullable=False, default=1)
    published_on = sa.Column(sa.Date, nullable=False)
    sector = sa.Column(sa.Text)
    axis = sa.Column(sa.Text)
    kind = sa.Column(sa.Text)
    data = sa.Column(JSONB, nullable=False, default=dict)
    html = sa.Column(JSONB, nullable=False, default=dict)
    """Rendered Markdown by field."""
    renderer_version = sa.Column(sa.Integer, nullable=False)
    digest = sa.Column(sa.Text, nullable=False)
    """Of everything that was given, to tell a change from none."""
    changed_at = moment()
    changed_by = sa.Column(sa.Text)

    def related_packages(self) -> list[Any]:
        """Its package: CKAN 2.11 asks each changed row which index entries are out of date."""
        session = object_session(self)
        return [session.get(model.Package, self.id)] if session else []

    __table_args__ = (
        sa.Index("ix_promote_content_published", "type", "published_on", "id"),
        sa.Index("ix_promote_content_newest", "published_on", "id"),
    )


class ContentDataset(tk.BaseModel):
    """A content and a dataset it was made with; pending while no dataset has that name."""

    __tablename__ = "promote_content_dataset"

    id = sa.Column(sa.BigInteger, primary_key=True, autoincrement=True)
    content_id = sa.Column(
        sa.Text, sa.ForeignKey("package.id", ondelete="CASCADE"), nullable=False
    )
    dataset_id = sa.Column(sa.Text, sa.ForeignKey("package.id", ondelete="CASCADE"))
    pending_name = sa.Column(sa.Text)
    position = sa.Column(sa.Integer, nullable=False, default=0)

    __table_args__ = (
        sa.CheckConstraint(
            "(dataset_id IS NULL) <> (pending_name IS NULL)", name="promote_content_dataset_one"
        ),
        sa.UniqueConstraint("content_id", "dataset_id", name="promote_content_dataset_pair"),
        sa.UniqueConstraint("content_id", "pending_name", name="promote_content_dataset_pending"),
        sa.Index("ix_promote_content_dataset_dataset", "dataset_id", "content_id"),
        sa.Index(
            "ix_promote_content_dataset_pending_name",
            "pending_name",
            postgresql_where=sa.text("pending_name IS NOT NULL"),
        ),
    )
