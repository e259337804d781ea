"""What the pages show in the browser tests: contents with all they can have, and with little."""
from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import ckantoolkit as tk
import pytest
from ckan.lib import search
from ckan.tests import factories
from PIL import Image, ImageDraw
from werkzeug.datastructures import FileStorage

from tests.base.document_files import upload
from tests.factories import act, site_user

PASSWORD = "correct123"  # noqa: S105 -- of people who live as long as a test
MARKDOWN = """The office received **1,240 reports** in one year, and many of them twice.

- a leak on the corner of *Encinos* and *Olmo*
- another one, three streets further

> We did not know that somebody had already called.

| Month | Reports | Repaired |
| --- | ---: | ---: |
| January | 120 | 80 |
| February | 134 | 121 |

See the [list of leaks](https://data.example/leaks), or run `leaks.py`.

    python leaks.py --year 2016
"""
FULL: dict[str, Any] = {
    "summary": "A list of leaks, published every week, cut the waiting time by half, "
    "and people stopped to report the same leak twice.",
    "contact_email": "water@example.org",
    "contact_name": "Open data desk",
    "authors": ["Ana Ruiz", "Water Committee of San Isidro"],
    "published_on": "2026-03-15",
    "sector": "salud",
    "axis": "servicios-publicos",
    "tags": "water, leaks, service",
    "external_datasets": [{"title": "Rainfall by station", "url": "https://data.example/rain.csv"}],
    "unmapped": {"old_id": "4711", "rating": 4, "places": ["San Isidro", "Sierra Clara"]},
    "body": MARKDOWN,
}
OF_TYPE: dict[str, dict[str, Any]] = {
    "story": {
        "title": "Fewer queues at the water office",
        "background": MARKDOWN,
        "challenges": "Nobody knew which leaks were being repaired.",
        "solution": "One list, published on Fridays.",
        "results": "Waiting fell from **12 to 6 days**.",
        "value": [
            {"figure": "12,000", "unit": "visits", "what": "that nobody has to make any more"},
            {"figure": "6 days", "unit": "", "what": "from the report to the repair"},
            {"figure": "38 %", "unit": "", "what": "less water lost"},
        ],
    },
    "app": {
        "title": "Leaks near me",
        "links": {"web": "https://leaks.example/", "android": "https://store.example/leaks"},
        "app_version": "2.1",
        "developer": "Water Committee",
        "license_id": "cc-by",
        "source_url": "https://code.example/leaks",
        "stage": "in_development",
        "screenshots": [
            {"url": "", "alt": "A map of leaks"},
            {"url": "", "alt": "A list of leaks"},
        ],
    },
    "tool": {"title": "Map of the pipes", "tool_kind": "map", "url": "https://maps.example/pipes"},
    "news": {"title": "The list of leaks is now weekly"},
    "event": {
        "title": "Which data about water are missing?", "event_kind": "mesa",
        "starts_at": "2026-03-15T10:00Z", "ends_at": "2026-03-15T13:00Z",
        "place": "Public library of San Isidro", "url": "https://tables.example/water",
        "result": MARKDOWN,
    },
    "presentation": {"title": "Leaks in four slides"},
    "study": {
        "title": "Who waits longest for a repair", "document_url": "https://studies.example/leaks",
    },
    "material": {"title": "How to read the list of leaks"},
}  # fmt: skip


@contextlib.contextmanager
def one_commit() -> Iterator[None]:
    """Show what was indexed in the block to searches at its end, and not after each content."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(tk.config, "ckan.search.solr_commit", False)
        yield
    search.commit()


@dataclass
class World:
    """Names of what is there."""

    editor: dict[str, Any] = field(default_factory=dict)
    institution: str = "water-office"
    names: dict[str, str] = field(default_factory=dict)
    """The content with everything, by type."""
    plain: str = ""
    """A story that has only what it has to have."""

    def pages(self) -> dict[str, str]:
        """Paths that a visitor can open, by what is there."""
        return {
            "list": "/story",
            "list of apps": "/app",
            "list of events": "/event",
            "filtered list": "/story?sector=salud&tags=water&q=leaks",
            "list without a match": "/tool?q=nothing+of+this+kind",
            **{f"{kind} with everything": f"/{kind}/{name}" for kind, name in self.names.items()},
            "plain story": f"/story/{self.plain}",
            "dataset": "/dataset/leaks",
            "institution": f"/organization/{self.institution}",
        }

    def pages_of_writers(self) -> dict[str, str]:
        """Paths that the institution's editor can open, by what is there."""
        return {
            "new story": "/story/new",
            "new app": "/app/new",
            "new tool": "/tool/new",
            "new news": "/news/new",
            "new event": "/event/new",
            "new study": "/study/new",
            "edit story": f"/story/edit/{self.names['story']}",
            "edit app": f"/app/edit/{self.names['app']}",
            "edit presentation": f"/presentation/edit/{self.names['presentation']}",
            "archive": f"/story/delete/{self.names['story']}",
            "own story": f"/story/{self.names['story']}",
        }


def person(**fields: Any) -> dict[str, Any]:
    """Somebody who can sign in with ``name`` and ``password``, and whose picture is CKAN's own."""
    made = factories.User(image_url="", password=PASSWORD, **fields)
    return {**made, "password": PASSWORD}


def picture(seed: int = 0, width: int = 1200, height: int = 630) -> FileStorage:
    """A drawn picture, as a browser sends it."""
    image = Image.new("RGB", (width, height), (11, 90 - 20 * (seed % 4), 99))
    draw = ImageDraw.Draw(image)
    for ring in range(9):
        left = width * (0.55 + 0.05 * (seed % 3)) - ring * width // 18
        top = height * 0.75 - ring * height // 14
        shade = (20 + ring * 18, 110 + ring * 12 - seed % 5 * 6, 120 + ring * 10)
        draw.ellipse((left, top, left + ring * width // 9, top + ring * height // 7),
                     outline=shade, width=width // 90)  # fmt: skip
    stream = io.BytesIO()
    image.save(stream, "PNG")
    stream.seek(0)
    return FileStorage(stream, filename="picture.png", content_type="image/png")


def published(owner: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """A content of the owner's, published by somebody who may."""
    made = act(owner, "promote_content_create", **data)
    if made["review_state"] == "draft":
        made = act(site_user(), "promote_content_publish", id=made["id"])
    return made


def whole(owner: dict[str, Any], kind: str, **fields: Any) -> dict[str, Any]:
    """A content of a type with everything that it can have."""
    data = {**FULL, **OF_TYPE[kind], "type": kind, **fields}
    if kind == "app" and "screenshots_upload" not in data:
        data["screenshots_upload"] = [picture(4, 400, 700), picture(5, 400, 700)]
    if kind == "presentation" and "document_upload" not in data:
        data["document_upload"] = upload()
    return published(owner, data)


def plain(owner: dict[str, Any], title: str, kind: str = "story", **fields: Any) -> dict[str, Any]:
    """A content with what it has to have, and no more."""
    data = {"type": kind, "title": title, "summary": "A short text.", "body": "One paragraph.",
            "contact_email": "a@example.org", **fields}  # fmt: skip
    return published(owner, data)


def make() -> World:
    """An institution with its people, datasets and contents."""
    world = World()
    with one_commit():
        _fill(world)
    return world


def _fill(world: World) -> None:
    world.editor = person(name="editor-of-water", fullname="Eva Editor")
    organization = factories.Organization(
        name=world.institution,
        title="Water Office of San Isidro",
        image_url="",
        description="It brings water to 340,000 people.",
        users=[{"name": world.editor["name"], "capacity": "editor"}],
    )
    datasets = []
    for name, title in (("leaks", "Leaks reported by citizens"), ("pipes", "Network of pipes"),
                        ("meters", "Meters and readings by quarter of the city")):  # fmt: skip
        datasets.append(name)
        factories.Dataset(
            name=name, title=title, owner_org=organization["id"], notes="Every week, as CSV.",
            resources=[{"url": f"https://data.example/{name}.csv", "format": "CSV", "name": title},
                       {"url": f"https://data.example/{name}.json", "format": "JSON"}],
        )  # fmt: skip
    for number, kind in enumerate(OF_TYPE):
        made = whole(
            world.editor, kind, owner_org=world.institution, datasets=datasets,
            cover_upload=picture(number), cover_alt="Circles on green ground",
        )  # fmt: skip
        world.names[kind] = made["name"]
    world.plain = plain(world.editor, "A well in every school", owner_org=world.institution)["name"]
    for title, sector in (
        ("Where to open a bakery", "economia"),
        ("The river that came back", "energia-y-medio-ambiente"),
        ("Light on the way home", "salud"),
    ):
        plain(world.editor, title, owner_org=world.institution, sector=sector, datasets=["leaks"],
              tags="water, evening")  # fmt: skip
