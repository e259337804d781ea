"""Versions of contents, visitors, limits, downloads, featured contents, private files.

Contents that exist get their published text as their first version.
"""
from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "8d2e6b1c4f07"
down_revision = "3f1c5a9b7d20"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and a version of each content."""
    _create_visitors()
    _create_limits()
    _create_files()
    _create_versions()
    _create_downloads()
    op.execute(FIRST_VERSIONS)


def downgrade() -> None:
    """Drop the tables. What is not published is lost with them."""
    for table in (
        "promote_featured",
        "promote_app_downloader",
        "promote_app_download_total",
        "promote_app_download",
        "promote_content_version",
        "promote_private_file",
        "promote_checked_address",
        "promote_daily_salt",
        "promote_rate_count",
        "promote_form_nonce",
        "promote_visitor_token",
        "promote_visitor",
    ):
        op.drop_table(table)


FIRST_VERSIONS = """
INSERT INTO promote_content_version (
    content_id, number, package_id, is_newest, state, type, name, title, institution_id,
    author_id, "values", html, is_for_advice, is_minor, decided_at, decided_by, reason, checklist,
    changed_at, changed_by)
SELECT c.id, c.version, c.id, true,
    CASE WHEN p.state = 'active' THEN 'published' ELSE 'archived' END,
    c.type, p.name, COALESCE(p.title, p.name), NULLIF(p.owner_org, ''), NULL,
    c.data || jsonb_build_object(
        'title', COALESCE(p.title, ''), 'summary', COALESCE(p.notes, ''),
        'url', COALESCE(p.url, ''), 'license_id', COALESCE(p.license_id, ''),
        'owner_org', COALESCE(p.owner_org, ''), 'published_on', c.published_on,
        'tags', COALESCE((
            SELECT jsonb_agg(t.name ORDER BY t.name) FROM package_tag pt
            JOIN tag t ON t.id = pt.tag_id
            WHERE pt.package_id = c.id AND pt.state = 'active' AND t.vocabulary_id IS NULL),
            '[]'),
        'datasets', COALESCE((
            SELECT jsonb_agg(d.dataset_id ORDER BY d.position, d.id)
            FROM promote_content_dataset d
            WHERE d.content_id = c.id AND d.dataset_id IS NOT NULL), '[]')),
    c.html, false, false, c.changed_at, c.changed_by, '', '[]', c.changed_at, c.changed_by
FROM promote_content c JOIN package p ON p.id = c.id
"""


def _create_visitors() -> None:
    op.create_table(
        "promote_visitor",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("email", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("privacy_version", sa.Text, nullable=False),
        _moment("created_at", nullable=False),
        _moment("confirmed_at"),
        _moment("blocked_at"),
    )
    op.create_table(
        "promote_visitor_token",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column(
            "visitor_id",
            sa.Text,
            sa.ForeignKey("promote_visitor.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("subject_type", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Text, nullable=False),
        _moment("created_at", nullable=False),
        _moment("expires_at", nullable=False),
        _moment("used_at"),
        _moment("revoked_at"),
    )
    _index("promote_visitor_token", "visitor_id")
    op.create_index(
        "ix_promote_visitor_token_subject",
        "promote_visitor_token",
        ["subject_type", "subject_id"],
    )
    _index("promote_visitor_token", "expires_at")


def _create_limits() -> None:
    op.create_table(
        "promote_form_nonce",
        sa.Column("nonce", sa.Text, primary_key=True),
        _moment("expires_at", nullable=False),
    )
    _index("promote_form_nonce", "expires_at")
    op.create_table(
        "promote_rate_count",
        sa.Column("bucket", sa.Text, primary_key=True),
        _moment("window_start", primary_key=True),
        _moment("expires_at", nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
    )
    _index("promote_rate_count", "expires_at")
    op.create_table(
        "promote_daily_salt",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("salt", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "promote_checked_address",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("address", sa.Text, nullable=False),
        _moment("checked_at"),
        _moment("worked_at"),
        sa.Column("status", sa.Integer),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
    )
    _index("promote_checked_address", "checked_at")


def _create_files() -> None:
    op.create_table(
        "promote_private_file",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("extension", sa.Text, nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("subject_type", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Text, nullable=False),
        _moment("created_at", nullable=False),
        sa.Column("created_by", sa.Text),
    )
    op.create_index(
        "ix_promote_private_file_subject", "promote_private_file", ["subject_type", "subject_id"]
    )
    _index("promote_private_file", "created_at")


def _create_versions() -> None:
    op.create_table(
        "promote_content_version",
        sa.Column("content_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        _package("package_id"),
        sa.Column("is_newest", sa.Boolean, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("institution_id", sa.Text),
        sa.Column("author_id", sa.Text),
        sa.Column(
            "visitor_id", sa.Text, sa.ForeignKey("promote_visitor.id", ondelete="SET NULL")
        ),
        sa.Column("values", JSONB, nullable=False),
        sa.Column("html", JSONB, nullable=False),
        sa.Column("is_for_advice", sa.Boolean, nullable=False),
        sa.Column("is_minor", sa.Boolean, nullable=False),
        _moment("submitted_at"),
        _moment("due_at"),
        _moment("taken_at"),
        sa.Column("taken_by", sa.Text),
        _moment("decided_at"),
        sa.Column("decided_by", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("checklist", JSONB, nullable=False),
        _moment("changed_at", nullable=False),
        sa.Column("changed_by", sa.Text),
    )
    _index_versions()


def _index_versions() -> None:
    newest = sa.text("is_newest")
    table = "promote_content_version"
    for name, column in (("newest", "content_id"), ("name", "name")):
        op.create_index(
            f"ix_{table}_{name}", table, [column], unique=True, postgresql_where=newest
        )
    queue = ["state", "submitted_at", "content_id"]
    op.create_index(f"ix_{table}_queue", table, queue, postgresql_where=newest)
    for column in ("author_id", "institution_id", "package_id", "visitor_id"):
        _index(table, column)


def _create_downloads() -> None:
    op.create_table(
        "promote_app_download",
        _package("content_id", primary_key=True),
        sa.Column("platform", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_table(
        "promote_app_download_total",
        _package("content_id", primary_key=True),
        sa.Column("platform", sa.Text, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
    )
    op.create_table(
        "promote_app_downloader",
        _package("content_id", primary_key=True),
        sa.Column("platform", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("who", sa.Text, primary_key=True),
    )
    _index("promote_app_downloader", "day")
    op.create_table(
        "promote_featured",
        _package("content_id", primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        _moment("at", nullable=False),
        sa.Column("by", sa.Text),
    )


def _moment(name: str, **options: Any) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), **options)


def _package(name: str, **options: Any) -> sa.Column:
    """A reference to a package that goes with it when it is purged."""
    return sa.Column(name, sa.Text, sa.ForeignKey("package.id", ondelete="CASCADE"), **options)


def _index(table: str, column: str) -> None:
    op.create_index(f"ix_{table}_{column}", table, [column])
