"""What our pages and reading actions ask of PostgreSQL, Solr and Redis: the same for 1 and for 50.

Every page and every reading action has a row here, with its budget, or is measured elsewhere.
"""
from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import ckan.plugins as p
import pytest
from ckan import model

from ckanext.promote.content import registry
from ckanext.promote.content.model import ContentVersion
from tests import counting
from tests.counting import Counts, beyond, copies, cost
from tests.feedback import test_costs
from tests.worlds import EVERYBODY, Crowd, measured, problems

pytestmark = pytest.mark.usefixtures("portal", "own_publishing")


@pytest.fixture
def crowd(portal: Any, app: Any, monkeypatch: Any, tmp_path: Path) -> Crowd:
    monkeypatch.setitem(portal, "ckanext.promote.page_size", 100)
    # Once more: the application has read the folder of another test from its file.
    monkeypatch.setitem(portal, "ckan.storage_path", str(tmp_path))
    return Crowd.made()


Items = Callable[[Crowd], list[str]]


@dataclass(frozen=True)
class Page:
    """A page of ours: who sees it, what it may cost beyond /about, and what is on it.

    Of lists whose length no option sets, ``shown`` items are on the first page.
    """

    path: str
    sql: int
    roles: tuple[str, ...] = EVERYBODY
    solr: int = 0
    items: tuple[Items, ...] = ()
    shown: int = 50


def contents_titles(crowd: Crowd) -> list[str]:
    return crowd.titles(crowd.contents)


def featured_titles(crowd: Crowd) -> list[str]:
    return crowd.titles(crowd.featured)


def datasets_titles(crowd: Crowd) -> list[str]:
    return crowd.titles(crowd.datasets)


def dataset_boxes(crowd: Crowd) -> list[str]:
    names = [model.Package.get(each).name for each in crowd.datasets]
    return [f'name="datasets" value="{name}" checked' for name in names]


def institution_options(crowd: Crowd) -> list[str]:
    return [f'<option value="{name}"' for name in crowd.institutions]


def rows(crowd: Crowd) -> list[str]:
    return crowd.rows


def waiting_titles(crowd: Crowd) -> list[str]:
    rows = model.Session.query(ContentVersion).filter_by(is_newest=True, state="submitted")
    titles = {row.content_id: row.title for row in rows}
    return [titles[each] for each in crowd.waiting]


def people(crowd: Crowd) -> list[str]:
    return crowd.people


def areas(crowd: Crowd) -> list[str]:
    return crowd.areas


WRITERS = ("sysadmin",)  # who may write for all of the fifty institutions
PAGES = {
    "search": Page("", sql=8, solr=1, items=(contents_titles,)),
    "read": Page("/one", sql=16, items=(datasets_titles, rows)),
    "new": Page("/new", sql=8, roles=WRITERS, items=(institution_options,)),
    "edit": Page(
        "/edit/one", sql=12, roles=WRITERS, items=(dataset_boxes, institution_options, rows)
    ),
    "delete": Page("/delete/one", sql=12, roles=("editor",)),
}
"""By endpoint, below the path of each type. A page without a row here fails a test."""
CONCERNED = ("editor", "sysadmin")
OTHER_PAGES = {
    "event.calendar": Page("/event/the-event/event.ics", sql=8),
    **{
        f"{kind}.document": Page(f"/{kind}/the-{kind}/document", sql=8)
        for kind in ("presentation", "study", "material")
    },
    "promote_impact.featured": Page(
        "/impact/featured", sql=8, roles=WRITERS, items=(featured_titles,), shown=12
    ),
    "promote_review.index": Page(
        "/promote/review", sql=8, roles=CONCERNED, items=(waiting_titles,), shown=25
    ),
    "promote_review.show": Page("/promote/review/waiting", sql=16, roles=CONCERNED),
    "promote_review.private_file": Page("/promote/file/{image}", sql=8, roles=CONCERNED),
    "promote_people.index": Page("/promote/people/water-office", sql=8, items=(people, areas)),
    "promote_people.appoint": Page(
        "/promote/people/water-office/appoint", sql=8, roles=WRITERS, items=(areas,)
    ),
    "promote_people.edit": Page(
        "/promote/people/water-office/edit/{appointment}", sql=8, roles=WRITERS, items=(areas,)
    ),
    "promote_people.end": Page(
        "/promote/people/water-office/end/{appointment}", sql=8, roles=WRITERS
    ),
    "promote_people.facts": Page(
        "/promote/people/water-office/facts", sql=8, roles=WRITERS
    ),
    "promote_people.area": Page("/promote/people/water-office/area", sql=8, roles=WRITERS),
    "promote_people.area_edit": Page(
        "/promote/people/water-office/area/{area}", sql=8, roles=WRITERS
    ),
    "promote_people.letter": Page(
        "/promote/people/water-office/letter/{appointment}", sql=8
    ),
    "promote_submit.index": Page(
        "/promote/submit", sql=8, roles=("editor",), items=(waiting_titles,), shown=20
    ),
    "promote_submit.proposal": Page("/promote/proposal/{token}", sql=16, roles=("visitor",)),
    "promote_submit.correct": Page(
        "/promote/proposal/{token}/edit", sql=16, roles=("visitor",), items=(dataset_boxes, rows)
    ),
}
"""By endpoint, with their whole path."""
MEASURED_ELSEWHERE = {
    "app.download",  # tests/content/test_downloads.py
    "promote_embeds.view",  # tests/content/test_embed_frames.py
    "promote_impact.index",  # tests/content/test_impact.py
    "promote_visitors.confirm",  # tests/base/test_confirming.py
    *test_costs.ENDPOINTS,  # tests/feedback/test_costs.py
}


def test_every_page_of_ours_has_a_budget(app: Any) -> None:
    flask_app = app.flask_app
    ours = {
        rule.endpoint
        for rule in flask_app.url_map.iter_rules()
        if flask_app.view_functions[rule.endpoint].__module__.startswith("ckanext.promote.")
        and "GET" in rule.methods
    }
    of_types = {f"{each}.{name}" for each in registry.package_types() for name in PAGES}
    assert ours == of_types | set(OTHER_PAGES) | MEASURED_ELSEWHERE


def test_pages_ask_the_same_for_one_and_for_fifty_and_show_them_all(
    crowd: Crowd, app: Any
) -> None:
    by_path = {f"/story{page.path}": page for page in PAGES.values()}
    by_path.update({page.path.format(**crowd.places): page for page in OTHER_PAGES.values()})
    pages = [(path, role, page) for path, page in by_path.items() for role in page.roles]
    one = measured(app, crowd, [(path, role) for path, role, _ in pages])
    crowd.grow(49)
    about = {role: cost(app, "/about", crowd.user(role)) for role in (*EVERYBODY, *WRITERS)}
    found = []
    for path, role, page in pages:
        fifty, text = counting.cost_and_text(app, path, crowd.user(role))
        expected = [items(crowd)[: page.shown] for items in page.items]
        assert [len(each) for each in expected] == [page.shown] * len(expected)
        lacking = [item for item in chain(*expected) if item not in text]
        found += problems(
            path, role, beyond(fifty, about[role], page.sql, page.solr),
            growth(one[path, role], fifty), "lacks " + ", ".join(lacking) if lacking else "",
        )  # fmt: skip
    assert found == []


def growth(one: Counts, fifty: Counts) -> str:
    """What fifty items cost more or less than one."""
    if fifty.numbers == one.numbers:
        return ""
    return f"{fifty.numbers} for fifty, {one.numbers} for one:\n{fifty.beyond(one)}"


def test_the_block_on_an_institution_page_asks_the_same_for_one_and_for_fifty(
    crowd: Crowd, app: Any
) -> None:
    pages = [("/organization/water-office", role) for role in EVERYBODY]
    one = measured(app, crowd, pages)
    more = copies(crowd.contents[0], 49, is_indexed=True)
    fifty = measured(app, crowd, pages)
    assert {key: counts.numbers for key, counts in fifty.items()} == {
        key: counts.numbers for key, counts in one.items()
    }
    assert len(more) == 49


@dataclass(frozen=True)
class Read:
    """A reading action: its parameters, what it may cost, which items it gives, and to whom."""

    query: str
    sql: int
    given: Callable[[Any], list[str]] = lambda answer: []
    expected: Items = lambda crowd: []
    roles: tuple[str, ...] = EVERYBODY


def ids(answer: Any) -> list[str]:
    return [item["id"] for item in answer["items"]]


def names(crowd: Crowd) -> list[str]:
    return [model.Package.get(each).name for each in crowd.datasets]


READS = {
    "promote_content_show": Read("id=one", 8, lambda answer: answer["datasets"], names),
    "promote_content_list": Read("type=story&limit=100", 8, ids, lambda crowd: crowd.contents),
    "promote_app_download_count": Read("id=the-app", 2),
    "promote_dataset_content_list": Read(
        "dataset=leaks&limit=100", 8, ids, lambda crowd: crowd.contents
    ),
    "promote_content_dataset_list": Read("id=one&limit=100", 8, ids, lambda crowd: crowd.datasets),
    "promote_content_type_list": Read("", 0),
    "promote_content_type_show": Read("type=story", 0),
    "promote_form_token_show": Read("form=submission", 0),
    "promote_content_history": Read("id=waiting&limit=100", 8, roles=CONCERNED),
    "promote_featured_list": Read("", 8, ids, lambda crowd: crowd.featured),
    "promote_impact_show": Read(
        "", 8, lambda answer: [each["id"] for each in answer["featured"]],
        lambda crowd: crowd.featured,
    ),
    "promote_appointment_list": Read(
        "institution=water-office&limit=100", 8,
        lambda answer: [each["person"] for each in answer["items"]], people,
    ),
    "promote_area_list": Read(
        "institution=water-office&limit=100", 8,
        lambda answer: [each["name"] for each in answer["items"]], areas,
    ),
    "promote_institution_show": Read("institution=water-office", 2),
    "promote_response_figures_show": Read("institution=water-office", 2),
    "promote_review_list": Read(
        "mine=true&limit=100", 8, ids, lambda crowd: crowd.waiting, ("editor",)
    ),
    # CKAN's own, which ours surround: they cost what they cost, and the same for all.
    "package_list": Read("", 8, list, names),
    "package_autocomplete": Read(
        "q=leaks&limit=100", 12, lambda found: [each["name"] for each in found], names
    ),
    "tag_show": Read(
        "id=water&include_datasets=true", 12,
        lambda tag: [each["name"] for each in tag["packages"]], names,
    ),
}
"""A reading action without a row here fails a test. The statements count beyond the sign-in."""
READ_ELSEWHERE = {  # tests/threads/test_costs.py
    "promote_answer_template_list", "promote_commitment_list", "promote_moderation_list",
    "promote_post_list", "promote_thread_list", "promote_thread_show", "promote_user_block_list",
}  # fmt: skip


def test_every_reading_action_of_ours_has_a_budget(app: Any) -> None:
    ours = p.get_plugin("promote").get_actions().items()
    reading = {name for name, do in ours if getattr(do, "side_effect_free", False)}
    assert reading == set(READS) | READ_ELSEWHERE


def test_reads_ask_the_same_for_one_and_for_fifty_and_give_them_all(
    crowd: Crowd, app: Any
) -> None:
    reads = {f"/api/3/action/{name}?{read.query}": read for name, read in READS.items()}
    readers = [(path, role) for path, read in reads.items() for role in read.roles]
    one = measured(app, crowd, readers)
    crowd.grow(49)
    signed_in = {role: cost(app, "/api/3", crowd.user(role)) for role in (*EVERYBODY, *WRITERS)}
    found = []
    for (path, role), before in one.items():
        read = reads[path]
        fifty, text = counting.cost_and_text(app, path, crowd.user(role))
        given, expected = read.given(json.loads(text)["result"]), read.expected(crowd)
        found += problems(
            path, role, beyond(fifty, signed_in[role], read.sql, solr=fifty.numbers[1]),
            growth(before, fifty),
            "" if sorted(given) == sorted(expected) else f"gives {given}, not {expected}",
        )  # fmt: skip
    assert found == []
