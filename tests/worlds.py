"""People, a dataset and contents for counting: one of each, and fifty."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ckan import model
from ckan.tests import factories

from ckanext.promote.base import visitors
from ckanext.promote.content.model import ContentVersion, Featured
from tests import counting
from tests.base.document_files import upload
from tests.counting import Counts, beyond, copies, cost, linked
from tests.factories import STORY, Institution, act, content, institution, png

FEATURED_MAX = 12
TYPES = ("story", "app", "tool", "news")
Costs = dict[tuple[str, str], Counts]


@dataclass
class World:
    """People, a dataset with resources, and what is made with it."""

    owner: Institution
    citizen: dict[str, Any]
    sysadmin: dict[str, Any]
    dataset: dict[str, Any]
    contents: list[str] = field(default_factory=list)

    @classmethod
    def made(cls) -> World:
        """One with nothing made of its dataset."""
        owner = institution(name="water-office")
        dataset = factories.Dataset(
            name="leaks", title="Leaks", owner_org=owner.id, notes="Every leak, every week.",
            resources=[{"url": f"https://a.example/{n}.csv", "format": "CSV"} for n in range(3)],
            tags=[{"name": "water"}, {"name": "leaks"}],
        )  # fmt: skip
        return cls(owner, factories.UserWithToken(), factories.SysadminWithToken(), dataset)

    def user(self, role: str) -> dict[str, Any] | None:
        """Who looks: visitor, citizen, editor (of the institution) or sysadmin."""
        return {
            "visitor": None,
            "citizen": self.citizen,
            "editor": self.owner.editor,
            "sysadmin": self.sysadmin,
        }[role]

    def add_contents(
        self, each: int, is_indexed: bool = False, types: tuple[str, ...] = TYPES
    ) -> None:
        """So many contents of each of the types, linked to the dataset."""
        for kind in types:
            kinds = {"tool_kind": "map"} if kind == "tool" else {}
            first = content(
                self.owner.editor, type=kind, title=f"A {kind}", owner_org=self.owner.id, **kinds
            )
            added = [first["id"], *copies(first["id"], each - 1, is_indexed)]
            linked(added, [self.dataset["id"]])
            self.contents += added


@dataclass
class Crowd(World):
    """One of each thing, which ``grow`` makes fifty (featured contents: as many as there may be).

    ``one`` is a published story, ``waiting`` one that was sent to the review.
    """

    datasets: list[str] = field(default_factory=list)
    institutions: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    featured: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    areas: list[str] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    """Parts of paths that are made by chance: ``image`` of ``waiting``, ``token`` of its link, ids
    of an ``appointment`` and of an ``area``."""

    @classmethod
    def made(cls) -> Crowd:
        """One of each thing."""
        world = World.made()
        crowd = cls(world.owner, world.citizen, world.sysadmin, world.dataset)
        editor, owner_org = crowd.owner.editor, crowd.owner.id
        row = {"title": "Other", "url": "https://elsewhere.example/0"}
        story = {"external_datasets": [row], "datasets": ["leaks"], "owner_org": owner_org}
        crowd.contents = [content(editor, name="one", tags=[{"name": "water"}], **story)["id"]]
        content(editor, type="app", name="the-app", owner_org=owner_org)
        content(editor, type="event", name="the-event", owner_org=owner_org, event_kind="mesa",
                starts_at="2026-03-15T10:00:00+00:00")  # fmt: skip
        for kind in ("presentation", "study", "material"):
            content(editor, type=kind, name=f"the-{kind}", owner_org=owner_org,
                    document_upload=upload())  # fmt: skip
        draft = act(editor, "promote_content_create", **STORY, name="waiting", draft=True,
                    cover_upload=png(), cover_alt="A leak", **story)  # fmt: skip
        act(editor, "promote_content_submit", id=draft["id"])
        crowd.waiting, crowd.datasets = [draft["id"]], [crowd.dataset["id"]]
        crowd.feature(crowd.contents)
        crowd.institutions, crowd.rows = ["water-office"], [row["url"]]
        crowd.people, crowd.areas = ["Ana P."], ["Labs"]
        crowd.places = {**_places(editor, draft["id"]), **_people(crowd.owner)}
        return crowd

    def grow(self, count: int) -> None:
        """So many more contents of the dataset, published and waiting, and of what they have."""
        story, dataset = self.contents[0], self.dataset["id"]
        more = copies(story, count, is_indexed=True)
        linked(more, [dataset])
        self.contents += more
        self.feature(more[: FEATURED_MAX - 1])
        others = copies(dataset, count, is_indexed=True)
        linked([story], others)
        self.datasets += others
        self.institutions += counting.copied_institutions(self.owner.id, count)
        self.rows = [f"https://elsewhere.example/{n}" for n in range(len(self.datasets))]
        rows = [{"title": "Other data", "url": url} for url in self.rows]
        editor, waiting = self.owner.editor, self.waiting[0]
        act(editor, "promote_content_update", id=story, external_datasets=rows)
        act(editor, "promote_content_update", id=waiting, external_datasets=rows,
            datasets=self.datasets)  # fmt: skip
        self.waiting += sorted(counting.copied_versions(waiting, count))
        self.people += counting.copied_appointments(self.owner.id, count)
        self.areas += counting.copied_areas(self.owner.id, count)
        counting.repeated_event(waiting, count)

    def feature(self, ids: list[str]) -> None:
        """Show these contents first, after those that are."""
        model.Session.add_all(
            Featured(content_id=each, position=len(self.featured) + place)
            for place, each in enumerate(ids)
        )
        model.Session.commit()
        self.featured += ids

    def titles(self, ids: list[str]) -> list[str]:
        """Titles of packages."""
        return [model.Package.get(each).title for each in ids]


def _places(editor: dict[str, Any], content_id: str) -> dict[str, str]:
    """The image of a text that waits, and a personal link as if a visitor had proposed it."""
    shown = act(editor, "promote_content_show", id=content_id)
    visitor = visitors.find_or_make(model.Session, "ana@example.org", name="Ana P.")
    token = visitors.make_token(model.Session, visitor, "access", ("content", content_id))
    newest = model.Session.query(ContentVersion).filter_by(content_id=content_id, is_newest=True)
    newest.one().visitor_id = visitor.id
    model.Session.commit()
    return {"image": shown["cover_url"].rpartition("/")[2], "token": token}


def _people(owner: Institution) -> dict[str, str]:
    """An area, and an appointment in it with a letter, without which they cannot be shown."""
    area = act(owner.admin, "promote_area_create", institution=owner.name, name="Labs",
               datasets=["leaks"], people=[owner.editor["name"]])  # fmt: skip
    made = act(owner.admin, "promote_appointment_create", institution=owner.name, area="Labs",
               role="participation-liaison", person="Ana P.", from_date="2026-01-01",
               letter_upload=upload())  # fmt: skip
    return {"appointment": made["id"], "area": area["id"]}


EVERYBODY = ("visitor", "citizen", "editor")


def measured(app: Any, world: World, pages: list[tuple[str, str]]) -> Costs:
    """The cost of each page for each role."""
    return {(path, role): cost(app, path, world.user(role)) for path, role in pages}


def findings(ours: Costs, other: Costs, allowed: Callable[[str], int]) -> list[str]:
    """What is beyond the budget, page by page."""
    found = []
    for (path, role), counts in ours.items():
        found += problems(path, role, beyond(counts, other[path, role], allowed(path)))
    return found


def problems(path: str, role: str, *texts: str) -> list[str]:
    """What is wrong with a page for a role; no text is nothing wrong."""
    return [f"{path} as {role}: {text}" for text in texts if text]
