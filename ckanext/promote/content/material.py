"""Materials: training and best practice for those who publish data and those who use them."""
from __future__ import annotations

from ckanext.promote.base.i18n import N_
from ckanext.promote.content.description import ContentType, document_field

MATERIAL = ContentType(
    name="material",
    label=N_("Material"),
    plural=N_("Materials"),
    new_label=N_("New material"),
    edit_label=N_("Edit material"),
    purpose=N_("Guides, exercises and good practice for publishing and using open data."),
    none_label=N_("No materials yet."),
    heading=N_("Materials about these data"),
    schema_org="LearningResource",
    body_hint=N_("the guide itself, or what the document teaches and to whom"),
    fields=(document_field(required=False),),
)
