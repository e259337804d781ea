"""Tools: maps, charts, tables and viewers to explore the data."""
from __future__ import annotations

from ckanext.promote.base.i18n import N_
from ckanext.promote.content.description import ContentType, Field

TOOL = ContentType(
    name="tool",
    label=N_("Tool"),
    plural=N_("Tools"),
    new_label=N_("New tool"),
    edit_label=N_("Edit tool"),
    purpose=N_("Maps, charts, tables and viewers to explore the data without installing anything."),
    none_label=N_("No tools yet."),
    heading=N_("Tools to explore these data"),
    schema_org="WebApplication",
    body_label=N_("Description"),
    body_hint=N_("a few paragraphs"),
    kind_field="tool_kind",
    fields=(
        Field(
            "tool_kind",
            N_("Kind of tool"),
            "select",
            vocabulary="tool_kinds",
            required=True,
            facet=True,
        ),
        Field(
            "stage",
            N_("Stage"),
            "select",
            vocabulary="stages",
            default="available",
        ),
        Field(
            "url",
            N_("Where it is"),
            "url",
            max_length=2000,
            help=N_("The address where it can be used, when it is not on this portal."),
        ),
        Field(
            "embeds",
            N_("Views and pages"),
            "embeds",
            section="embeds",
            max_items=20,
            help=N_("Maps, charts and tables that readers use right on the page."),
            columns=(
                Field("resource_view", N_("View of this portal"), "line"),
                Field("url", N_("Address"), "url", max_length=2000),
                Field("title", N_("Title"), "line", max_length=200),
                Field("height", N_("Height in pixels"), "line"),
            ),
        ),
        Field("license_id", N_("Licence"), "select", vocabulary="licenses"),
        Field("source_url", N_("Source code"), "url", max_length=2000),
    ),
)
