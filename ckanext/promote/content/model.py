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


class ContentVersion(tk.BaseModel):
    """One text of a content on its way: every text that is not published is here alone."""

    __tablename__ = "promote_content_version"

    content_id = sa.Column(sa.Text, primary_key=True)
    """The id that its package has, or will have."""
    number = sa.Column(sa.Integer, primary_key=True, autoincrement=False)
    package_id = sa.Column(sa.Text, sa.ForeignKey("package.id", ondelete="CASCADE"))
    """Set as soon as there is a package: then the versions go with it when it is purged."""
    is_newest = sa.Column(sa.Boolean, nullable=False, default=True)
    state = sa.Column(sa.Text, nullable=False)
    """``draft``, ``submitted``, ``returned``, ``published`` or ``archived``."""
    type = sa.Column(sa.Text, nullable=False)
    name = sa.Column(sa.Text, nullable=False)
    title = sa.Column(sa.Text, nullable=False)
    institution_id = sa.Column(sa.Text)
    author_id = sa.Column(sa.Text)
    """The user who proposed the content on his own behalf; the same in all its versions."""
    visitor_id = sa.Column(sa.Text, sa.ForeignKey("promote_visitor.id", ondelete="SET NULL"))
    """The visitor who proposed it."""
    values = sa.Column(JSONB, nullable=False, default=dict)
    """By field, in their stored form; ``datasets`` are ids."""
    html = sa.Column(JSONB, nullable=False, default=dict)
    """Rendered Markdown by field."""
    is_for_advice = sa.Column(sa.Boolean, nullable=False, default=False)
    is_minor = sa.Column(sa.Boolean, nullable=False, default=False)
    """Went out without a review, since only minor fields changed."""
    submitted_at = moment(nullable=True)
    due_at = moment(nullable=True)
    """When the review's own clock ends."""
    taken_at = moment(nullable=True)
    taken_by = sa.Column(sa.Text)
    decided_at = moment(nullable=True)
    decided_by = sa.Column(sa.Text)
    reason = sa.Column(sa.Text, nullable=False, default="")
    checklist = sa.Column(JSONB, nullable=False, default=list)
    """Slugs of the profile's specifications that the reviewer ticked."""
    changed_at = moment()
    changed_by = sa.Column(sa.Text)

    __table_args__ = (
        sa.Index(
            "ix_promote_content_version_newest", "content_id", unique=True,
            postgresql_where=sa.text("is_newest"),
        ),
        sa.Index(
            "ix_promote_content_version_name", "name", unique=True,
            postgresql_where=sa.text("is_newest"),
        ),
        sa.Index(
            "ix_promote_content_version_queue", "state", "submitted_at", "content_id",
            postgresql_where=sa.text("is_newest"),
        ),
        sa.Index("ix_promote_content_version_author_id", "author_id"),
        sa.Index("ix_promote_content_version_institution_id", "institution_id"),
        sa.Index("ix_promote_content_version_package_id", "package_id"),
        sa.Index("ix_promote_content_version_visitor_id", "visitor_id"),
    )  # fmt: skip


class AppDownload(tk.BaseModel):
    """Downloads of an app on one day: each visitor counts once a day and platform."""

    __tablename__ = "promote_app_download"

    content_id = sa.Column(
        sa.Text, sa.ForeignKey("package.id", ondelete="CASCADE"), primary_key=True
    )
    platform = sa.Column(sa.Text, primary_key=True)
    day = sa.Column(sa.Date, primary_key=True)
    count = sa.Column(sa.Integer, nullable=False, default=0)


class AppDownloadTotal(tk.BaseModel):
    """All downloads of an app: written with those of the day, so that no list adds up years."""

    __tablename__ = "promote_app_download_total"

    content_id = sa.Column(
        sa.Text, sa.ForeignKey("package.id", ondelete="CASCADE"), primary_key=True
    )
    platform = sa.Column(sa.Text, primary_key=True)
    count = sa.Column(sa.Integer, nullable=False, default=0)
    since = sa.Column(sa.Date, nullable=False)
    """The day of the first one."""


class AppDownloader(tk.BaseModel):
    """That somebody was counted today; gone with the day's salt."""

    __tablename__ = "promote_app_downloader"

    content_id = sa.Column(
        sa.Text, sa.ForeignKey("package.id", ondelete="CASCADE"), primary_key=True
    )
    platform = sa.Column(sa.Text, primary_key=True)
    day = sa.Column(sa.Date, primary_key=True)
    who = sa.Column(sa.Text, primary_key=True)
    """A salted hash, in hexadecimal."""

    __table_args__ = (sa.Index("ix_promote_app_downloader_day", "day"),)


class Featured(tk.BaseModel):
    """A content that the central team shows first, in its order."""

    __tablename__ = "promote_featured"

    content_id = sa.Column(
        sa.Text, sa.ForeignKey("package.id", ondelete="CASCADE"), primary_key=True
    )
    position = sa.Column(sa.Integer, nullable=False, default=0)
    at = moment()
    by = sa.Column(sa.Text)
