"""Tables of the people: who holds which role where, and which part of an institution makes what.

Appointments are ended, never deleted; they go with their organization alone, when it is purged.
"""
from __future__ import annotations

import ckantoolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from ckanext.promote.base.model import moment, new_id

# As ranges of one number each: PostgreSQL compares no texts in an exclusion without an extension.
_POST_HASH = "hashtextextended(institution_id || '/' || role, 0)"
_PERSON_HASH = (
    "hashtextextended(institution_id || '/' || role || '/' || "
    "coalesce(user_id, lower(person)), 0)"
)
_PERSON = f"int8range({_PERSON_HASH}, {_PERSON_HASH}, '[]')"
_POST = f"int8range({_POST_HASH}, {_POST_HASH}, '[]')"
_DAYS = "daterange(from_date, to_date, '[]')"
SAME_PERSON = "promote_appointment_same_person"
SAME_POST = "promote_appointment_same_post"


def _institution() -> sa.Column[str]:
    """A reference to an organization that goes with it when it is purged."""
    return sa.Column(sa.Text, sa.ForeignKey("group.id", ondelete="CASCADE"), nullable=False)


class Area(tk.BaseModel):
    """A part of an institution that makes data."""

    __tablename__ = "promote_area"

    id = sa.Column(sa.Text, primary_key=True, default=new_id)
    institution_id = _institution()
    name = sa.Column(sa.Text, nullable=False)
    created_at = moment()
    created_by = sa.Column(sa.Text)

    __table_args__ = (
        sa.UniqueConstraint("institution_id", "name", name="promote_area_name"),
    )


class AreaPerson(tk.BaseModel):
    """Somebody of an area who knows its data."""

    __tablename__ = "promote_area_person"

    area_id = sa.Column(
        sa.Text, sa.ForeignKey("promote_area.id", ondelete="CASCADE"), primary_key=True
    )
    user_id = sa.Column(sa.Text, primary_key=True)

    __table_args__ = (sa.Index("ix_promote_area_person_user_id", "user_id"),)


class AreaDataset(tk.BaseModel):
    """A dataset that an area makes. Of another institution by now, it counts no more."""

    __tablename__ = "promote_area_dataset"

    area_id = sa.Column(
        sa.Text, sa.ForeignKey("promote_area.id", ondelete="CASCADE"), primary_key=True
    )
    dataset_id = sa.Column(
        sa.Text, sa.ForeignKey("package.id", ondelete="CASCADE"), primary_key=True
    )

    __table_args__ = (sa.Index("ix_promote_area_dataset_dataset_id", "dataset_id"),)


class Appointment(tk.BaseModel):
    """A person's role in an institution, from a day to a day."""

    __tablename__ = "promote_appointment"

    id = sa.Column(sa.Text, primary_key=True, default=new_id)
    institution_id = _institution()
    user_id = sa.Column(sa.Text)
    """The person's account; none when he has none here."""
    person = sa.Column(sa.Text, nullable=False)
    """The name that the public reads; no address."""
    role = sa.Column(sa.Text, nullable=False)
    """A slug of the policy profile."""
    area_id = sa.Column(sa.Text, sa.ForeignKey("promote_area.id", ondelete="SET NULL"))
    from_date = sa.Column(sa.Date, nullable=False)
    to_date = sa.Column(sa.Date)
    """The last day in force; none when it is open."""
    is_only_one = sa.Column(sa.Boolean, nullable=False, default=False)
    """Whether the profile, when this was made, had one person at a time in this role."""
    letter_url = sa.Column(sa.Text, nullable=False, default="")
    letter_file_id = sa.Column(sa.Text)
    """The letter as a private file (``base.files``)."""
    created_at = moment()
    created_by = sa.Column(sa.Text)
    ended_at = moment(nullable=True)
    """When somebody ended it; the last day is in ``to_date``."""
    ended_by = sa.Column(sa.Text)
    reason = sa.Column(sa.Text, nullable=False, default="")

    __table_args__ = (
        sa.CheckConstraint(
            "to_date IS NULL OR from_date <= to_date", name="promote_appointment_days"
        ),
        ExcludeConstraint(
            (sa.text(_PERSON), "&&"), (sa.text(_DAYS), "&&"), name=SAME_PERSON, using="gist"
        ),
        ExcludeConstraint(
            (sa.text(_POST), "&&"), (sa.text(_DAYS), "&&"),
            name=SAME_POST, using="gist", where=sa.text("is_only_one"),
        ),
        sa.Index("ix_promote_appointment_institution", "institution_id", "role", "from_date"),
        sa.Index("ix_promote_appointment_user_id", "user_id"),
        sa.Index("ix_promote_appointment_area_id", "area_id"),
    )  # fmt: skip


class InstitutionFacts(tk.BaseModel):
    """What the policy has to know of an institution, one row each."""

    __tablename__ = "promote_institution"

    id = sa.Column(sa.Text, sa.ForeignKey("group.id", ondelete="CASCADE"), primary_key=True)
    government_type = sa.Column(sa.Text, nullable=False, default="")
    """A slug of the policy profile; empty when nobody said."""
    subject_since = sa.Column(sa.Date)
    """Since when the policy binds it."""
    changed_at = moment()
    changed_by = sa.Column(sa.Text)
