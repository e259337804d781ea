"""What a content type is: a declaration from which form, checks, page, API text are made.

A new type is one new file with one ``ContentType`` (see ``story.py``) that ``registry.py`` lists;
another extension brings its own through ``IPromote``. This module imports neither CKAN nor
SQLAlchemy.
"""
from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ckanext.promote.base.i18n import N_

Widget = Literal[
    "line",  # one line of plain text
    "text",  # several lines of plain text
    "markdown",  # several lines of Markdown, rendered when it is stored
    "email",
    "url",
    "date",
    "moment",  # date and time, aware
    "select",  # one of a vocabulary
    "institution",  # an organization of this portal
    "datasets",  # datasets of this portal
    "tags",
    "lines",  # a list of short texts, one a line in the form
    "rows",  # a list of objects with the columns that the field names
    "addresses",  # an object: an address for each word of a vocabulary
    "image",  # an upload; the stored file's name
    "images",  # a list of uploads, each with its alternative text
    "embeds",  # a list of views of this portal and of addresses, shown on the page
    "document",  # an upload (document_upload), or an address; for the field document_url alone
    "flag",
    "json",  # anything; shown, not edited
]
Page = Literal["download", "document", "calendar"]
Section = Literal["main", "context", "datasets", "embeds", "picture", "details", "contact"]

SECTIONS: tuple[tuple[Section, str], ...] = (
    ("main", N_("The text")),
    ("details", N_("Details")),
    ("datasets", N_("Data used")),
    ("embeds", N_("Shown on the page")),
    ("context", N_("Where it belongs")),
    ("picture", N_("Picture")),
    ("contact", N_("Contact")),
)
"""The parts of a form, in their order."""

FORMLESS: frozenset[str] = frozenset({"flag", "json"})
"""Widgets that no form shows."""

NAME = re.compile(r"[a-z][a-z0-9_]{1,49}")

DOCUMENT = "document_url"
UPLOADED_DOCUMENT = "document_upload"
"""Field of a document's address, and key of the file that is sent instead."""


@dataclass(frozen=True)
class Field:
    """One field of a content: what it is called, how it is given, what it may hold."""

    name: str
    label: str
    widget: Widget
    help: str = ""
    section: Section = "details"
    required: bool = False
    """Whether it has to be there before the content can be published."""
    max_length: int = 500
    """Characters of a text, or of each text in a list."""
    max_items: int = 50
    """Entries of a list."""
    vocabulary: str = ""
    """Where the choices of a select or the keys of addresses come from."""
    columns: tuple[Field, ...] = ()
    """The keys of each row."""
    facet: bool = False
    """Whether lists can be narrowed by it."""
    not_before: str = ""
    """The field whose moment has to come first."""
    default: str = ""
    length_hint: str = ""
    """How long the text usually is, said beside the field."""


def document_field(*, required: bool) -> Field:
    """The field of a document: one file, or the address where it can be read."""
    return Field(
        DOCUMENT,
        N_("Document"),
        "document",
        section="main",
        required=required,
        max_length=2000,
        help=N_("One file (PDF, ODP or PPTX), or the address where it can be read."),
    )


@dataclass(frozen=True)
class ContentType:
    """A kind of content. ``name`` is the key in options and in our actions."""

    name: str
    label: str
    plural: str
    new_label: str
    edit_label: str
    purpose: str
    """One sentence, shown on the list and above the form."""
    none_label: str
    """What the list says when it is empty."""
    heading: str
    """The heading of the block on a dataset's page."""
    fields: tuple[Field, ...]
    schema_org: str = "CreativeWork"
    body_label: str = N_("Text")
    body_hint: str = ""
    kind_field: str = ""
    """The field that tells its kind, indexed as ``vocab_promote_kind``."""
    pages: tuple[Page, ...] = ()
    """What it has beside list, form and text. ``download``: a counter in front of its ``links``;
    ``calendar``: ``starts_at``, ``ends_at`` and ``place`` for people's calendars. ``document``
    comes with a field of that widget, and is not named here."""
    open_label: str = N_("Open the tool")
    """What the button to its ``url`` says."""

    def __post_init__(self) -> None:
        """Refuse a declaration that could not work, with the sentence its author needs."""
        if not NAME.fullmatch(self.name):
            raise ValueError(f"Content type {self.name!r}: use lower-case letters, digits and _.")
        names = [field.name for field in self.all_fields]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"Content type {self.name}: the field {twice[0]!r} is there twice.")
        widgets = {field.name: field.widget for field in self.fields}
        if any(name != DOCUMENT for name, widget in widgets.items() if widget == "document"):
            raise ValueError(f"Content type {self.name}: call the field of a document {DOCUMENT}.")
        if "calendar" in self.pages and widgets.get("starts_at") != "moment":
            raise ValueError(f"Content type {self.name}: a calendar needs a moment, starts_at.")

    @property
    def all_fields(self) -> tuple[Field, ...]:
        """The common fields with the type's own after the text."""
        body = Field(
            "body",
            self.body_label,
            "markdown",
            section="main",
            max_length=40_000,
            length_hint=self.body_hint,
        )
        return (*COMMON_FIRST, body, *self.fields, *COMMON_LAST)

    def field(self, name: str) -> Field | None:
        """The field of a name."""
        return next((field for field in self.all_fields if field.name == name), None)

    def of_section(self, section: Section) -> tuple[Field, ...]:
        """The fields that a form shows in one of its parts."""
        return tuple(
            field
            for field in self.all_fields
            if field.section == section and field.widget not in FORMLESS
        )

    @property
    def has_document(self) -> bool:
        """Whether a document belongs to it."""
        return any(field.widget == "document" for field in self.fields)

    @property
    def has_dates(self) -> bool:
        """Whether it takes place at a time: its list begins with what is coming."""
        return any(field.name == "starts_at" for field in self.fields)

    @property
    def all_pages(self) -> tuple[Page, ...]:
        """What it has beside list, form and text, in all."""
        return (*self.pages, "document") if self.has_document else self.pages

    @property
    def markdown_fields(self) -> tuple[Field, ...]:
        """The fields that are rendered when they are stored."""
        return tuple(field for field in self.all_fields if field.widget == "markdown")


COMMON_FIRST: tuple[Field, ...] = (
    Field(
        "title",
        N_("Title"),
        "line",
        section="main",
        required=True,
        max_length=200,
        help=N_("Say what changed or what it does, in words that a neighbour would use."),
    ),
    Field(
        "summary",
        N_("Summary"),
        "text",
        section="main",
        required=True,
        max_length=500,
        help=N_("Plain text for lists and search results."),
        length_hint=N_("one or two sentences"),
    ),
)

COMMON_LAST: tuple[Field, ...] = (
    Field(
        "datasets",
        N_("Datasets of this portal"),
        "datasets",
        section="datasets",
        max_items=500,
        help=N_("It will be shown on the page of each of these datasets."),
    ),
    Field(
        "external_datasets",
        N_("Other data"),
        "rows",
        section="datasets",
        help=N_("Data that are published elsewhere."),
        columns=(
            Field("title", N_("Name"), "line", required=True, max_length=300),
            Field("url", N_("Address"), "url", required=True, max_length=2000),
        ),
    ),
    Field(
        "owner_org",
        N_("Institution"),
        "institution",
        section="context",
        facet=True,
    ),
    Field(
        "sector",
        N_("Sector"),
        "select",
        section="context",
        vocabulary="sectors",
        facet=True,
    ),
    Field(
        "axis",
        N_("Strategic axis"),
        "select",
        section="context",
        vocabulary="axes",
        facet=True,
    ),
    Field(
        "tags",
        N_("Tags"),
        "tags",
        section="context",
        max_length=100,
        max_items=30,
        facet=True,
        help=N_("Separate them with commas."),
    ),
    Field(
        "language",
        N_("Language of the text"),
        "select",
        section="context",
        vocabulary="languages",
    ),
    Field(
        "published_on",
        N_("Date of publication"),
        "date",
        section="context",
        help=N_("Today, when you leave it empty."),
    ),
    Field(
        "cover_url",
        N_("Cover image"),
        "image",
        section="picture",
        help=N_("PNG, JPEG or WebP. Wide images look best, about 1200 by 630 pixels."),
    ),
    Field(
        "cover_alt",
        N_("What the image shows"),
        "line",
        section="picture",
        max_length=300,
        help=N_("Read aloud to people who cannot see it. Required when there is an image."),
    ),
    Field(
        "authors",
        N_("Authors"),
        "lines",
        section="contact",
        max_length=200,
        max_items=30,
        help=N_("One a line: people or organizations."),
    ),
    Field("contact_name", N_("Contact name"), "line", section="contact", max_length=200),
    Field(
        "contact_email",
        N_("Contact e-mail"),
        "email",
        section="contact",
        required=True,
        max_length=254,
        help=N_("Shown to the public, so that people can ask."),
    ),
    Field("is_contact_confirmed", N_("Contact confirmed"), "flag", default="true"),
    Field("sections_pending", N_("Sections to be completed"), "flag"),
    Field("unmapped", N_("Other fields of the source"), "json"),
)
