"""Events: where publishers and users of the data meet, here or elsewhere."""
from __future__ import annotations

from ckanext.promote.base.i18n import N_
from ckanext.promote.content.description import ContentType, Field

EVENT = ContentType(
    name="event",
    label=N_("Event"),
    plural=N_("Events"),
    new_label=N_("New event"),
    edit_label=N_("Edit event"),
    purpose=N_("Round tables, datathons, challenges and consultations about the data."),
    none_label=N_("No events yet."),
    heading=N_("Events about these data"),
    schema_org="Event",
    body_label=N_("Description"),
    body_hint=N_("who should come, and what for"),
    kind_field="event_kind",
    pages=("calendar",),
    open_label=N_("Go to the event's site"),
    fields=(
        Field(
            "event_kind",
            N_("Kind of event"),
            "select",
            vocabulary="event_kinds",
            required=True,
            facet=True,
        ),
        Field("starts_at", N_("Begins"), "moment", required=True),
        Field(
            "ends_at",
            N_("Ends"),
            "moment",
            not_before="starts_at",
            help=N_("Without it, the event counts as over when its day has ended."),
        ),
        Field(
            "place",
            N_("Place"),
            "line",
            max_length=300,
            help=N_("An address that people find, or “online”."),
        ),
        Field(
            "url",
            N_("Site of the event"),
            "url",
            max_length=2000,
            help=N_("Where people register or take part."),
        ),
        Field(
            "result",
            N_("What came of it"),
            "markdown",
            section="main",
            max_length=20_000,
            help=N_("After the event: who came, what was agreed, and what happens with it."),
            length_hint=N_("half a page"),
        ),
    ),
)
