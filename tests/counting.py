"""What a page or an action costs, counted; CKAN without our plugin; and many rows quickly."""
from __future__ import annotations

import contextlib
import operator
from collections.abc import Iterator
from typing import Any

import ckan.plugins as p
import ckantoolkit as tk
import sqlalchemy as sa
from ckan import logic, model
from ckan.lib import search
from ckan.tests import helpers

from ckanext.promote.base.model import Event, new_id
from ckanext.promote.content.model import Content, ContentDataset, ContentVersion
from ckanext.promote.people.model import Appointment, Area, AreaDataset, AreaPerson
from ckanext.promote.portal.bench_counting import Counts, counting
from tests.factories import headers

__all__ = [
    "Counts", "beyond", "copied_appointments", "copied_areas", "copied_institutions",
    "copied_versions", "copies", "cost", "cost_and_text", "counting", "linked", "repeated_event",
    "stock",
]  # fmt: skip

User = dict[str, Any] | None


def cost(app: Any, path: str, user: User = None, status: int = 200) -> Counts:
    """What a page asks of the servers; the process has shown it once before."""
    return _page(app, path, user, status)[0]


def cost_and_text(app: Any, path: str, user: User = None) -> tuple[Counts, str]:
    """What a page asks of the servers, and the page."""
    return _page(app, path, user, 200)


def beyond(ours: Counts, other: Counts, sql: int, solr: int = 0, redis: int = 0) -> str:
    """Nothing when ours asks at most so much more than the other; else what it asks more."""
    more_sql, more_solr, more_redis = map(operator.sub, ours.numbers, other.numbers)
    if more_sql <= sql and more_solr <= solr and more_redis <= redis:
        return ""
    return (
        f"{ours.numbers} instead of {other.numbers} (SQL, Solr, Redis), allowed are "
        f"+{sql}, +{solr}, +{redis}:\n{ours.beyond(other)}"
    )


@contextlib.contextmanager
def stock(config: Any) -> Iterator[Any]:
    """An application without our plugin, on the same database, as long as the block lasts.

    Use it before there are contents: CKAN knows no page for packages of a type without plugin.
    """
    ours = tk.aslist(config["ckan.plugins"])
    config["ckan.plugins"] = [name for name in ours if name != "promote"]
    p.load_all()
    try:
        yield helpers._get_test_app()
    finally:
        config["ckan.plugins"] = ours
        # CKAN checks the options of a plugin with the validators that it knew before.
        logic.clear_validators_cache()
        p.load_all()


def copies(package_id: str, count: int, is_indexed: bool = False) -> list[str]:
    """Ids of copies of a package with content, resources and tags, written past the actions."""
    ids = [new_id() for _ in range(count)]
    package = _values(model.Package, model.Package.id == package_id)[0]
    _insert(model.Package, [
        {**package, "id": each, "name": f"{package['name'][:60]}-{each[:8]}",
         "title": f"{package['title']} {each[:8]}"} for each in ids
    ])  # fmt: skip
    for table, column in (
        (Content, Content.id),
        (model.Resource, model.Resource.package_id),
        (model.PackageTag, model.PackageTag.package_id),
    ):
        for row in _values(table, column == package_id):
            _insert(table, [{**row, "id": new_id(), column.key: each} for each in ids])
    model.Session.commit()
    if is_indexed:
        search.rebuild(package_ids=ids)
        search.commit()
    return ids


def copied_institutions(organization_id: str, count: int) -> list[str]:
    """Names of copies of an organization, without its people."""
    row = _values(model.Group, model.Group.id == organization_id)[0]
    ids = [new_id() for _ in range(count)]
    _insert(model.Group, [
        {**row, "id": each, "name": f"copy-{each[:8]}", "title": f"{row['title']} {each[:8]}"}
        for each in ids
    ])  # fmt: skip
    model.Session.commit()
    return [f"copy-{each[:8]}" for each in ids]


def copied_versions(content_id: str, count: int) -> list[str]:
    """Ids of contents whose one text is a copy of this one's newest, written past the actions."""
    newest = sa.and_(ContentVersion.content_id == content_id, ContentVersion.is_newest)
    row = _values(ContentVersion, newest)[0]
    ids = [new_id() for _ in range(count)]
    _insert(ContentVersion, [
        {**row, "content_id": each, "number": 1, "name": f"copy-{each[:8]}",
         "title": f"{row['title']} {each[:8]}"} for each in ids
    ])  # fmt: skip
    model.Session.commit()
    return ids


def copied_appointments(organization_id: str, count: int) -> list[str]:
    """Names of persons in copies of an institution's first appointment."""
    row = _values(Appointment, Appointment.institution_id == organization_id)[0]
    people = [f"Person {number:02}" for number in range(count)]
    _insert(Appointment, [{**row, "id": new_id(), "person": each} for each in people])
    model.Session.commit()
    return people


def copied_areas(organization_id: str, count: int) -> list[str]:
    """Names of copies of an institution's first area, with its datasets and people."""
    row = _values(Area, Area.institution_id == organization_id)[0]
    names = {new_id(): f"Area {number:02}" for number in range(count)}
    _insert(Area, [{**row, "id": each, "name": name} for each, name in names.items()])
    for table in (AreaDataset, AreaPerson):
        for part in _values(table, table.area_id == row["id"]):
            _insert(table, [{**part, "area_id": each} for each in names])
    model.Session.commit()
    return list(names.values())


def repeated_event(content_id: str, count: int) -> None:
    """Let the first event of a content have happened so many times more."""
    rows = _values(Event, sa.and_(Event.subject_type == "content", Event.subject_id == content_id))
    first = {name: value for name, value in rows[0].items() if name != "id"}
    _insert(Event, [first] * count)
    model.Session.commit()


def linked(content_ids: list[str], dataset_ids: list[str]) -> None:
    """Link every content with every dataset, written past the actions."""
    _insert(ContentDataset, [
        {"content_id": content, "dataset_id": dataset, "position": position}
        for content in content_ids for position, dataset in enumerate(dataset_ids)
    ])  # fmt: skip
    model.Session.commit()


def _page(app: Any, path: str, user: User, status: int) -> tuple[Counts, str]:
    for _ in range(2):
        model.Session.remove()
        with counting() as counts:
            answer = app.get(path, headers=headers(user), follow_redirects=False)
        assert answer.status_code == status, (path, answer.status_code)
    return counts, answer.get_data().decode("utf-8", "replace")  # some pages are files


def _values(table: Any, condition: Any) -> list[dict[str, Any]]:
    rows = model.Session.execute(sa.select(table.__table__).where(condition))
    return [dict(row._mapping) for row in rows]


def _insert(table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        model.Session.execute(table.__table__.insert(), rows)
