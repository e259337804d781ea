"""Data stories: what somebody found out, decided or changed with the data."""
from __future__ import annotations

from ckanext.promote.base.i18n import N_
from ckanext.promote.content.description import ContentType, Field

STORY = ContentType(
    name="story",
    label=N_("Story"),
    plural=N_("Stories"),
    new_label=N_("New story"),
    edit_label=N_("Edit story"),
    purpose=N_("What people found out, decided or changed with open data."),
    none_label=N_("No stories yet."),
    heading=N_("Stories told with these data"),
    schema_org="Article",
    body_label=N_("Introduction"),
    body_hint=N_("a paragraph; the four parts below tell the story, about two pages in all"),
    fields=(
        Field(
            "background",
            N_("Background"),
            "markdown",
            section="main",
            max_length=20_000,
            help=N_("What was the situation, and for whom?"),
            length_hint=N_("half a page"),
        ),
        Field(
            "challenges",
            N_("Challenges"),
            "markdown",
            section="main",
            max_length=20_000,
            help=N_("What made it hard to solve?"),
            length_hint=N_("half a page"),
        ),
        Field(
            "solution",
            N_("Solution"),
            "markdown",
            section="main",
            max_length=20_000,
            help=N_("What was done, and with which data?"),
            length_hint=N_("half a page"),
        ),
        Field(
            "results",
            N_("Results"),
            "markdown",
            section="main",
            max_length=20_000,
            help=N_("What is different now? Name figures and their source."),
            length_hint=N_("half a page"),
        ),
        Field(
            "value",
            N_("Public value in figures"),
            "rows",
            section="main",
            max_items=6,
            help=N_("Optional: what changed, in a figure that others can check."),
            columns=(
                Field("figure", N_("Figure"), "line", required=True, max_length=40),
                Field("unit", N_("Unit"), "line", max_length=80),
                Field("what", N_("What changed"), "line", required=True, max_length=200),
            ),
        ),
    ),
)
