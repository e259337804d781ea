"""Studies: what researchers, media and institutions found out with the data."""
from __future__ import annotations

from ckanext.promote.base.i18n import N_
from ckanext.promote.content.description import ContentType, document_field

STUDY = ContentType(
    name="study",
    label=N_("Study"),
    plural=N_("Studies"),
    new_label=N_("New study"),
    edit_label=N_("Edit study"),
    purpose=N_("Research and analyses that were made with open data."),
    none_label=N_("No studies yet."),
    heading=N_("Studies made with these data"),
    schema_org="Report",
    body_label=N_("What it found"),
    body_hint=N_("question, method and findings, in words that everybody understands"),
    fields=(document_field(required=True),),
)
