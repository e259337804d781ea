"""The table of the institutions' response figures."""
from __future__ import annotations

import ckantoolkit as tk
import sqlalchemy as sa

from ckanext.promote.base.model import moment

CHANNELS = ("portal", "elsewhere")
"""Asked here, and registered here by the institution for somebody who asked elsewhere."""


class ResponseFigures(tk.BaseModel):
    """How an institution answered what it was asked in twelve months; a row a channel.

    Times are in natural days, pauses taken out, from when this institution got the thread.
    """

    __tablename__ = "promote_response_figures"

    institution_id = sa.Column(
        sa.Text, sa.ForeignKey("group.id", ondelete="CASCADE"), primary_key=True
    )
    channel = sa.Column(sa.Text, primary_key=True)
    since = moment()
    """Threads that it got from then on count; those open count whenever they came."""
    received = sa.Column(sa.Integer, nullable=False)
    answered = sa.Column(sa.Integer, nullable=False)
    resolved = sa.Column(sa.Integer, nullable=False)
    decided = sa.Column(sa.Integer, nullable=False)
    """Answered, or not answered though the term is over."""
    on_time = sa.Column(sa.Integer, nullable=False)
    """Of those, answered within the term, and every promised date kept so far."""
    answer_median = sa.Column(sa.Float)
    answer_p90 = sa.Column(sa.Float)
    resolution_median = sa.Column(sa.Float)
    resolution_p90 = sa.Column(sa.Float)
    open_now = sa.Column(sa.Integer, nullable=False)
    overdue_now = sa.Column(sa.Integer, nullable=False)
    computed_at = moment()
