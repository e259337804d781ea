"""Presentations: slides that somebody showed, for those who were not there."""
from __future__ import annotations

from ckanext.promote.base.i18n import N_
from ckanext.promote.content.description import ContentType, document_field

PRESENTATION = ContentType(
    name="presentation",
    label=N_("Presentation"),
    plural=N_("Presentations"),
    new_label=N_("New presentation"),
    edit_label=N_("Edit presentation"),
    purpose=N_("Slides about the data, and what they show."),
    none_label=N_("No presentations yet."),
    heading=N_("Presentations about these data"),
    schema_org="PresentationDigitalDocument",
    body_label=N_("What it shows"),
    body_hint=N_("the main points, for those who cannot open the document"),
    fields=(document_field(required=True),),
)
