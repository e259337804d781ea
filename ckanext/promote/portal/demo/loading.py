"""The demonstration, read from its files.

Stories and news are Markdown files with front matter; a story's text before the first heading is
its introduction, and the four headings are its sections. The rest is YAML.
"""
from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ckanext.promote.portal.demo import pdf, tables

FOLDER = Path(__file__).parent
SECTIONS = {
    "Antecedentes": "background",
    "Retos": "challenges",
    "Solución": "solution",
    "Resultados": "results",
}
MARKDOWN = frozenset({"body", "result", *SECTIONS.values()})
ONLY_HERE = frozenset({"begins", "cover", "days_ago", "document", "hours", "in_days", "views"})
"""Keys of the files that no action takes."""
LICENSE = "cc-by"


class BadFile(ValueError):
    """A file of the demonstration that cannot be read; the message names it and what is wrong."""


@dataclass(frozen=True)
class Institution:
    """An organization; ``logo`` is what `covers.logo` takes."""

    name: str
    title: str
    description: str
    gov_type: str
    contact_name: str
    contact_email: str
    logo: tuple[str, str, str, str]


@dataclass(frozen=True)
class Resource:
    """A CSV file, made when it is asked for."""

    filename: str
    title: str
    description: str
    spec: dict[str, Any]

    def table(self) -> tables.Table:
        """The rows: the same at every call."""
        return tables.build(self.filename, self.spec)


@dataclass(frozen=True)
class Map:
    """A GeoJSON file: the places of a resource's rows, those that ``where`` fits."""

    filename: str
    title: str
    description: str
    source: Resource
    where: dict[str, Any]

    def geojson(self) -> bytes:
        """The file."""
        return self.source.table().geojson_bytes(self.where)


@dataclass(frozen=True)
class View:
    """A view of a dataset's first CSV file, or of its map, that a tool shows."""

    dataset: str
    view_type: str
    title: str
    settings: dict[str, Any]
    """What the plugin of that type wants to know."""


@dataclass(frozen=True)
class Paper:
    """A PDF, made when it is asked for."""

    filename: str
    title: str
    pages: tuple[pdf.Page, ...]
    is_slides: bool

    def pdf_bytes(self) -> bytes:
        """The file: the same at every call."""
        return pdf.document(self.title, self.pages, is_slides=self.is_slides)


@dataclass(frozen=True)
class Dataset:
    """A dataset of an institution with its resources."""

    name: str
    title: str
    notes: str
    institution: str
    tags: tuple[str, ...]
    maintainer: str
    maintainer_email: str
    frequency: str
    resources: tuple[Resource, ...]
    maps: tuple[Map, ...] = ()
    license_id: str = LICENSE


@dataclass(frozen=True)
class Demo:
    """All of it. ``contents`` are what promote_content_create takes, less the cover image."""

    institutions: tuple[Institution, ...]
    datasets: tuple[Dataset, ...]
    contents: tuple[dict[str, Any], ...]
    motifs: dict[str, str]
    """The motif of each content's cover, by the content's name."""
    views: dict[str, tuple[View, ...]]
    """What each tool shows on its page, by the tool's name."""
    documents: dict[str, Paper]
    """The document of each presentation, study and material, by the content's name."""


@dataclass(frozen=True)
class Review:
    """A text that is not published: who writes it, and how far it has gone."""

    name: str
    step: str
    """``draft``, ``submit`` or ``return``."""
    writer: str
    """Name of an account."""
    content: dict[str, Any]
    """What promote_content_create takes, less the cover image."""
    of: str | None = None
    """The published content that it is an edit of."""
    reason: str = ""
    motif: str | None = None


def load_reviews() -> tuple[Review, ...]:
    """What the accounts have under way in the review."""
    contacts = {entry["name"]: entry for entry in _yaml("institutions.yaml")}
    return tuple(_review(entry, contacts) for entry in _yaml("reviews.yaml"))


def _review(entry: dict[str, Any], contacts: dict[str, dict[str, Any]]) -> Review:
    content = {
        key: unwrapped(value) if key in MARKDOWN else value
        for key, value in entry["content"].items()
    }
    if "tags" in content:
        content["tags"] = [{"name": tag} for tag in content["tags"]]
    if "owner_org" in content:
        office = contacts[content["owner_org"]]
        content |= {key: office[key] for key in ("contact_name", "contact_email")}
        content["is_contact_confirmed"] = True
    return Review(
        name=entry.get("of") or content["name"],
        step=entry["step"],
        writer=entry["writer"],
        content=content if "of" in entry else {**content, "language": "es"},
        of=entry.get("of"),
        reason=entry.get("reason", "").strip(),
        motif=entry.get("cover", {}).get("motif"),
    )


def load(today: dt.date | None = None) -> Demo:
    """The demonstration, its contents published over the twelve months before ``today``."""
    institutions = tuple(
        Institution(**{**entry, "logo": tuple(entry["logo"])})
        for entry in _yaml("institutions.yaml")
    )
    contacts = {each.name: each for each in institutions}
    raw = [*_entries("story", "stories"), *_entries("app", "apps.yaml")]
    raw += [*_entries("tool", "tools.yaml"), *_entries("news", "news")]
    raw += [*_entries("event", "events.yaml"), *_entries("presentation", "presentations.yaml")]
    raw += [*_entries("study", "studies.yaml"), *_entries("material", "materials.yaml")]
    day = today or dt.datetime.now(tz=dt.timezone.utc).date()
    return Demo(
        institutions=institutions,
        datasets=tuple(_datasets(contacts)),
        contents=tuple(_content(entry, contacts, day) for entry in raw),
        motifs={entry["name"]: entry["cover"]["motif"] for entry in raw},
        views={
            entry["name"]: tuple(View(**view) for view in entry["views"])
            for entry in raw if "views" in entry
        },
        documents={entry["name"]: _paper(entry) for entry in raw if "document" in entry},
    )


def _paper(entry: dict[str, Any]) -> Paper:
    pages = tuple(
        pdf.Page(page["heading"], tuple(page["paragraphs"])) for page in entry["document"]["pages"]
    )
    is_slides = entry["type"] == "presentation"
    return Paper(entry["document"]["filename"], entry["title"], pages, is_slides)


def _datasets(contacts: dict[str, Institution]) -> Iterator[Dataset]:
    for path in sorted((FOLDER / "datasets").glob("*.yaml")):
        file = _yaml(path.relative_to(FOLDER))
        owner = contacts[file["institution"]]
        for entry in file["datasets"]:
            resources = tuple(_resources(entry))
            yield Dataset(
                name=entry["name"],
                title=entry["title"],
                notes=entry["notes"],
                institution=owner.name,
                tags=tuple(entry["tags"]),
                maintainer=entry["maintainer"],
                maintainer_email=owner.contact_email,
                frequency=entry["frequency"],
                resources=resources,
                maps=tuple(_maps(entry, resources)),
            )


def _resources(entry: dict[str, Any]) -> Iterator[Resource]:
    """Its files are called like the dataset, numbered where there are several."""
    for number, spec in enumerate(entry["resources"], 1):
        ending = f"-{number}" if len(entry["resources"]) > 1 else ""
        yield Resource(f"{entry['name']}{ending}.csv", spec["title"], spec["description"], spec)


def _maps(entry: dict[str, Any], resources: tuple[Resource, ...]) -> Iterator[Map]:
    for spec, resource in zip(entry["resources"], resources, strict=True):
        if "map" in spec:
            filename = resource.filename.replace(".csv", ".geojson")
            yield Map(filename, source=resource, **{"where": {}, **spec["map"]})


def _content(
    entry: dict[str, Any], contacts: dict[str, Institution], today: dt.date
) -> dict[str, Any]:
    """The keys that the action takes; those of the files that only this module knows are gone."""
    content = {
        key: unwrapped(value) if key in MARKDOWN else value
        for key, value in entry.items()
        if key not in ONLY_HERE
    }
    if "in_days" in entry:
        content.update(_dates(entry, today))
    contact = contacts[entry["owner_org"]]
    return {
        **content,
        "tags": [{"name": tag} for tag in entry["tags"]],
        "contact_name": contact.contact_name,
        "contact_email": contact.contact_email,
        "is_contact_confirmed": True,
        "language": "es",
        "published_on": (today - dt.timedelta(days=entry["days_ago"])).isoformat(),
    }


def _dates(entry: dict[str, Any], today: dt.date) -> dict[str, str]:
    """When an event takes place, as many days from today as its file says, in the portal's time."""
    day = today + dt.timedelta(days=entry["in_days"])
    start = dt.datetime.fromisoformat(f"{day.isoformat()}T{entry['begins']}")
    end = start + dt.timedelta(hours=entry["hours"])
    return {"starts_at": start.isoformat(), "ends_at": end.isoformat()}


def unwrapped(text: str) -> str:
    """The Markdown with each paragraph and each entry of a list on one line, as people type it."""
    return re.sub(r"(?<=\S)\n(?!\n|[-*>#] |>|\d+\. |$)[ ]*", " ", text).strip()


def _entries(kind: str, place: str) -> Iterator[dict[str, Any]]:
    """The contents of a kind as their files have them, with ``type`` and ``name``."""
    if place.endswith(".yaml"):
        yield from ({"type": kind, **entry} for entry in _yaml(place))
        return
    for path in sorted((FOLDER / place).glob("*.md")):
        front, text = _front_matter(path)
        parts = _sections(path, text) if kind == "story" else {"body": text.strip()}
        yield {"type": kind, "name": path.stem, **front, **parts}


def _front_matter(path: Path) -> tuple[dict[str, Any], str]:
    parts = path.read_text(encoding="utf-8").split("---\n", 2)
    if len(parts) != 3 or parts[0]:
        raise BadFile(f"{path.name} has no front matter between two lines of ---.")
    return yaml.safe_load(parts[1]), parts[2]


def _sections(path: Path, text: str) -> dict[str, str]:
    """Introduction and sections by the key of their field."""
    introduction, *rest = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    headings, texts = rest[::2], rest[1::2]
    if headings != list(SECTIONS):
        raise BadFile(f"{path.name} has the headings {headings}, not {list(SECTIONS)}.")
    sections = {
        SECTIONS[heading]: part.strip() for heading, part in zip(headings, texts, strict=True)
    }
    return {"body": introduction.strip(), **sections}


def _yaml(place: str | Path) -> Any:
    return yaml.safe_load((FOLDER / place).read_text(encoding="utf-8"))
