"""The demonstration, brought into a portal through CKAN's actions.

Running it again adds nothing: what is there, by its name, is left alone. A run that was cut off is
completed by the next one. A portal with anything else on it is refused.
"""
from __future__ import annotations

import contextlib
import datetime as dt
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import ckantoolkit as tk
import click
import sqlalchemy as sa
from ckan import model
from ckan import plugins as p
from werkzeug.datastructures import FileStorage

from ckanext.promote.portal.demo import (
    Dataset,
    Demo,
    Institution,
    Map,
    Resource,
    View,
    covers,
    load,
)
from ckanext.promote.portal.demo.tables import Table

TABLE_VIEW = "datatables_view"
MAP_VIEWS = frozenset({"geo_view", "geojson_view"})
GEOJSON = "application/geo+json"
Progress = Callable[[str], None]
"""Called after each institution, dataset and content, with its name."""


class SeedError(click.ClickException):
    """Why the portal was not seeded, as one sentence."""


@dataclass
class SeedReport:
    """What the portal has now; ``created`` counts what this run added or completed."""

    institutions: int
    datasets: int
    contents: int
    created: int = 0
    present: int = 0

    def __str__(self) -> str:
        """The line that the command ends with."""
        return (
            f"{self.institutions} institutions, {self.datasets} datasets, "
            f"{self.contents} contents: {self.created} created, {self.present} already there"
        )


@dataclass(frozen=True)
class _Names:
    """Names that are taken, and those of them that are in use (not deleted)."""

    taken: frozenset[str]
    active: frozenset[str]


def seed(
    context_user: str, progress: Progress = lambda name: None, demo: Demo | None = None
) -> SeedReport:
    """Bring the demonstration in.

    :param context_user: name of the sysadmin who acts
    :param demo: what to bring in; all of it by default, as if published before today
    :raises SeedError: when the portal has other content, or an action refuses
    """
    _refuse_other_users(context_user)
    demo = demo or load()
    organizations, packages = _names()
    _refuse_other_content(demo, organizations, packages)
    seeder = _Seeder(context_user)
    report = SeedReport(len(demo.institutions), len(demo.datasets), len(demo.contents))
    for name, step in _steps(demo, seeder, organizations, packages):
        with explained(name):
            changed = step()
        report.created += changed
        report.present += not changed
        progress(name)
    return report


def _steps(
    demo: Demo, seeder: _Seeder, organizations: _Names, packages: _Names
) -> Iterator[tuple[str, Callable[[], bool]]]:
    """What to do, in its order, each with the name of the entry."""
    for institution in demo.institutions:
        yield institution.name, partial(seeder.institution, institution, organizations)
    for dataset in demo.datasets:
        yield dataset.name, partial(seeder.dataset, dataset, packages)
    for content in demo.contents:
        yield content["name"], partial(seeder.content, content, demo, packages)


class _Seeder:
    """Makes what is missing; each method says whether it had to."""

    def __init__(self, user: str) -> None:
        self.user = user
        self.has_datastore = p.plugin_loaded("datastore")
        self.has_table_view = self.has_datastore and p.plugin_loaded(TABLE_VIEW)

    def call(self, action: str, **data: Any) -> Any:
        """Call an action as the user, with its access check."""
        return tk.get_action(action)({"user": self.user}, data)

    def institution(self, institution: Institution, names: _Names) -> bool:
        """Make an organization with its sign."""
        if institution.name in names.taken:
            return False
        picture = covers.logo(*institution.logo)
        self.call(
            "organization_create",
            name=institution.name,
            title=institution.title,
            description=institution.description,
            image_url=f"{institution.name}.png",
            image_upload=upload(picture, f"{institution.name}.png", "image/png"),
            extras=[
                {"key": "gov_type", "value": institution.gov_type},
                {"key": "contact_email", "value": institution.contact_email},
            ],
        )
        return True

    def dataset(self, dataset: Dataset, names: _Names) -> bool:
        """Make a dataset, or what an interrupted run left out of it."""
        if dataset.name not in names.taken:
            package = self.call("package_create", **_package(dataset))
        elif dataset.name in names.active:
            package = self.call("package_show", id=dataset.name)
        else:
            return False
        there = {each["url"].rpartition("/")[2]: each for each in package["resources"]}
        changed = [
            self.resource(package["id"], resource, there.get(resource.filename))
            for resource in dataset.resources
        ]
        changed += [
            self.map(package["id"], each) for each in dataset.maps if each.filename not in there
        ]
        return any(changed)

    def map(self, dataset_id: str, found: Map) -> bool:
        """Make the resource with the places of a table."""
        made = self.call(
            "resource_create",
            package_id=dataset_id,
            name=found.title,
            description=found.description,
            format="GeoJSON",
            mimetype=GEOJSON,
            url=found.filename,
            upload=upload(found.geojson(), found.filename, GEOJSON),
        )
        # CKAN has given it views, which their plugins call by English names.
        for view in self.call("resource_view_list", id=made["id"]):
            self.call("resource_view_update", **{**view, "title": "Mapa"})
        return True

    def resource(self, dataset_id: str, resource: Resource, found: dict[str, Any] | None) -> bool:
        """Make a resource, its table and its preview, as far as they are missing."""
        active = bool(found and found.get("datastore_active"))
        if found and (active or not self.has_datastore) and not self.lacks_preview(found):
            return False
        table = resource.table()
        made = found or self.call(
            "resource_create",
            package_id=dataset_id,
            name=resource.title,
            description=resource.description,
            format="CSV",
            mimetype="text/csv",
            url=resource.filename,
            upload=upload(table.csv_bytes(), resource.filename, "text/csv"),
        )
        if self.has_datastore and not active:
            self.fill(made["id"], table, was_there=found is not None)
        if self.lacks_preview(made):
            self.call("resource_view_create", resource_id=made["id"], view_type=TABLE_VIEW,
                      title="Tabla", description="")
        return True

    def fill(self, resource_id: str, table: Table, *, was_there: bool) -> None:
        """Put the rows into the DataStore; a table without its flag is begun anew."""
        if was_there:
            with contextlib.suppress(tk.ObjectNotFound):
                self.call("datastore_delete", resource_id=resource_id, force=True)
        self.call(
            "datastore_create",
            resource_id=resource_id,
            force=True,
            calculate_record_count=True,
            fields=[
                {"id": column.id, "type": column.type, "info": {"label": column.label}}
                for column in table.columns
            ],
            records=[{key: _plain(value) for key, value in row.items()} for row in table.rows],
        )

    def lacks_preview(self, resource: dict[str, Any]) -> bool:
        """Whether the table view could show the resource and is not there."""
        if not self.has_table_view:
            return False
        views = self.call("resource_view_list", id=resource["id"])
        return not any(view["view_type"] == TABLE_VIEW for view in views)

    def views(self, wanted: tuple[View, ...]) -> list[dict[str, str]]:
        """Make the views that a tool shows, as far as the portal has plugins for them."""
        made = []
        for view in wanted:
            kind = "GeoJSON" if view.view_type in MAP_VIEWS else "CSV"
            package = self.call("package_show", id=view.dataset)
            resource = next(each for each in package["resources"] if each["format"] == kind)
            needs_rows = kind == "CSV" and not resource.get("datastore_active")
            if p.plugin_loaded(view.view_type) and not needs_rows:
                made.append(self.view(resource["id"], view))
        return made

    def view(self, resource_id: str, wanted: View) -> dict[str, str]:
        """Make a view of a resource that is not there yet, as a tool names it."""
        there = self.call("resource_view_list", id=resource_id)
        found = next((each for each in there if each["title"] == wanted.title), None)
        made = found or self.call(
            "resource_view_create",
            resource_id=resource_id,
            view_type=wanted.view_type,
            title=wanted.title,
            description="",
            **wanted.settings,
        )
        return {"resource_view": made["id"]}

    def content(self, content: dict[str, Any], demo: Demo, names: _Names) -> bool:
        """Make a content with its cover, its document and what it shows."""
        name = content["name"]
        if name in names.taken:
            return False
        picture = covers.cover(demo.motifs[name], content["sector"])
        more: dict[str, Any] = {"cover_upload": upload(picture, f"{name}.png", "image/png")}
        if name in demo.views:
            more["embeds"] = self.views(demo.views[name])
        if name in demo.documents:
            paper = demo.documents[name]
            more["document_upload"] = upload(
                paper.pdf_bytes(), paper.filename, "application/pdf"
            )
        self.call("promote_content_create", **content, **more)
        return True


def _package(dataset: Dataset) -> dict[str, Any]:
    """What package_create takes."""
    return {
        "name": dataset.name,
        "title": dataset.title,
        "notes": dataset.notes,
        "owner_org": dataset.institution,
        "license_id": dataset.license_id,
        "maintainer": dataset.maintainer,
        "maintainer_email": dataset.maintainer_email,
        "tags": [{"name": tag} for tag in dataset.tags],
        "extras": [
            {"key": "Frecuencia de actualización", "value": dataset.frequency},
            {"key": "Aviso", "value": "Cifras inventadas para la demostración de este portal"},
        ],
    }


def upload(data: bytes, filename: str, content_type: str) -> FileStorage:
    """A file as a browser sends it."""
    return FileStorage(io.BytesIO(data), filename=filename, content_type=content_type)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _names() -> tuple[_Names, _Names]:
    """Names of organizations, and of packages of every type."""
    groups = model.Session.execute(
        sa.select(model.Group.name, model.Group.state).where(model.Group.is_organization.is_(True))
    )
    packages = model.Session.execute(sa.select(model.Package.name, model.Package.state))
    return _names_of(groups), _names_of(packages)


def _names_of(rows: Iterable[Any]) -> _Names:
    states = {row.name: row.state for row in rows}
    active = frozenset(name for name, state in states.items() if state != model.State.DELETED)
    return _Names(frozenset(states), active)


def _refuse_other_users(name: str) -> None:
    try:
        tk.check_access("sysadmin", {"user": name}, {})
    except tk.NotAuthorized as error:
        raise SeedError(
            f"{name!r} is not a sysadmin of this portal: name one with --user."
        ) from error


def _refuse_other_content(demo: Demo, organizations: _Names, packages: _Names) -> None:
    ours = {each.name for each in demo.institutions}
    others = sorted(organizations.active - ours)
    ours = {each.name for each in demo.datasets} | {each["name"] for each in demo.contents}
    others += sorted(packages.active - ours)
    if others:
        raise SeedError(
            f"This portal has content of its own ({len(others)} in all, among them {others[0]!r}): "
            "the demonstration goes into an empty portal only, and nothing was added."
        )


class explained(contextlib.AbstractContextManager[None]):  # noqa: N801 -- reads like a function
    """Turns what an action refuses into one sentence that names the entry."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, tk.ValidationError):
            reason = "; ".join(f"{key}: {text}" for key, text in error.error_summary.items())
        elif isinstance(error, tk.NotAuthorized):
            reason = str(error) or "the acting user may not do this; it has to be a sysadmin"
        else:
            return
        model.Session.rollback()
        raise SeedError(f"{self.name} could not be added ({reason}). Run the command again "
                        "when this is settled: it goes on from here.") from error
