"""What was imported from where."""
from __future__ import annotations

import ckantoolkit as tk
import sqlalchemy as sa

from ckanext.promote.base.model import moment


class ImportRecord(tk.BaseModel):
    """A record of a source, and the content that was made from it."""

    __tablename__ = "promote_import_record"

    source_key = sa.Column(sa.Text, primary_key=True)
    content_id = sa.Column(
        sa.Text, sa.ForeignKey("package.id", ondelete="CASCADE"), nullable=False, index=True
    )
    digest = sa.Column(sa.Text, nullable=False)
    imported_at = moment()
