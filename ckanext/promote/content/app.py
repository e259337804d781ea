"""Apps: what people install or open to use the data."""
from __future__ import annotations

from ckanext.promote.base.i18n import N_
from ckanext.promote.content.description import ContentType, Field

APP = ContentType(
    name="app",
    label=N_("App"),
    plural=N_("Apps"),
    new_label=N_("New app"),
    edit_label=N_("Edit app"),
    purpose=N_("Applications for the web and for phones that were made with open data."),
    none_label=N_("No apps yet."),
    heading=N_("Apps that use these data"),
    schema_org="SoftwareApplication",
    body_label=N_("Description"),
    body_hint=N_("a few paragraphs"),
    kind_field="stage",
    pages=("download",),
    fields=(
        Field(
            "stage",
            N_("Stage"),
            "select",
            vocabulary="stages",
            default="available",
            facet=True,
        ),
        Field(
            "links",
            N_("Where to get it"),
            "addresses",
            vocabulary="platforms",
            max_length=2000,
            help=N_("The address for each platform that it runs on."),
        ),
        Field("app_version", N_("Version"), "line", max_length=50),
        Field("developer", N_("Developer"), "line", max_length=200),
        Field("license_id", N_("Licence"), "select", vocabulary="licenses"),
        Field("source_url", N_("Source code"), "url", max_length=2000),
        Field(
            "screenshots",
            N_("Screenshots"),
            "images",
            section="picture",
            max_items=6,
            help=N_("PNG, JPEG or WebP, each with a sentence on what it shows."),
            columns=(
                Field("url", N_("Image"), "image"),
                Field("alt", N_("What the image shows"), "line", required=True, max_length=300),
            ),
        ),
    ),
)
