"""Lists of conversations with their filters, as pages, tables and feeds; what was promised."""
from __future__ import annotations

import csv
import io
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from ckan import model

from ckanext.promote.feedback import export
from ckanext.promote.threads.model import Thread
from tests.factories import Institution, content, institution
from tests.feedback.pages import get
from tests.threads.talk import answer, ask, citizen, dataset, day

pytestmark = pytest.mark.usefixtures("portal", "own_publishing")
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def owner() -> Institution:
    made = institution(name="water-office", title="Water office")
    dataset(made, name="leaks", title="Leaks")
    return made


def parsed(feed: str) -> ET.Element:
    return ET.fromstring(feed)  # noqa: S314 -- our own feed


def titles(page: Any) -> list[str]:
    return [each.a.text for each in page.select(".promote-threads > li")]


def test_each_place_lists_its_own(app: Any, owner: Institution) -> None:
    ana, other = citizen(), institution(name="archive")
    content(owner.editor, name="queues", owner_org=owner.name)
    ask(ana, {"name": "leaks"}, title="About leaks")
    ask(ana, dataset(other, name="papers"), title="About papers")
    ask(ana, {"name": "archive"}, subject_type="institution", title="About the archive")
    ask(ana, {"name": "queues"}, subject_type="content", title="About queues")
    assert {path: titles(get(app, path)) for path in (
        "/feedback", "/dataset/leaks/feedback", "/organization/archive/feedback",
        "/story/queues/feedback", "/organization/water-office/feedback",
    )} == {
        "/feedback": ["About queues", "About the archive", "About papers", "About leaks"],
        "/dataset/leaks/feedback": ["About leaks"],
        "/organization/archive/feedback": ["About the archive", "About papers"],
        "/story/queues/feedback": ["About queues"],
        "/organization/water-office/feedback": ["About queues", "About leaks"],
    }  # fmt: skip


def test_filters_find_what_they_say_in_pages_tables_and_feeds(
    app: Any, owner: Institution
) -> None:
    ana = citizen()
    late = ask(ana, {"name": "leaks"}, title="A late one", topic="quality")
    done = ask(ana, {"name": "leaks"}, title="An answered one", kind="problem")
    ask(citizen(), {"name": "leaks"}, title="Another's pipes")
    answer(owner.editor, done)
    model.Session.query(Thread).filter_by(id=late["id"]).update({"due_at": "2020-01-01 00:00Z"})
    model.Session.commit()
    for query, expected in {
        "q=PIPE": ["Another's pipes"],
        "kind=problem": ["An answered one"],
        "topic=quality": ["A late one"],
        "state=answered": ["An answered one"],
        "outcome=explained": ["An answered one"],
        "overdue=1": ["A late one"],
        "unanswered=1": ["Another's pipes", "A late one"],
        "mine=1": ["An answered one", "A late one"],
        "state=open&sort=due": ["A late one", "Another's pipes"],
        "q=zebra": [],
    }.items():
        page = get(app, f"/dataset/leaks/feedback?{query}", ana)
        assert titles(page) == expected, query
        assert page.select_one(".promote-count").text.split()[0] == str(len(expected))
        if query != "mine=1":
            feed, rows = (app.get(f"/dataset/leaks/feedback.{kind}?{query}").body
                          for kind in ("atom", "csv"))  # fmt: skip
            found = parsed(feed).findall(f"{ATOM}entry/{ATOM}title")
            assert [each.text for each in found] == expected
            read = csv.DictReader(io.StringIO(rows.removeprefix(export.BOM)))
            assert [each["title"] for each in read] == expected


def test_a_list_goes_on_where_its_page_ends(app: Any, owner: Institution) -> None:
    for number in range(22):
        ask(owner.editor, {"name": "leaks"}, title=f"Question {number:02}")
    page = get(app, "/dataset/leaks/feedback?kind=question")
    assert len(titles(page)) == 20
    [following] = page.select(".promote-pages a")
    assert titles(get(app, following["href"])) == ["Question 01", "Question 00"]
    get(app, "/dataset/leaks/feedback?cursor=qqq", status=302)


def test_a_list_without_conversations_invites(app: Any, owner: Institution) -> None:
    page = get(app, "/dataset/leaks/feedback")
    links = page.select(".promote-empty a")
    assert [each["href"] for each in links] == ["/dataset/leaks/feedback/new"]
    assert "Nobody has asked yet." in page.text
    assert "Nothing was found" in get(app, "/feedback?overdue=1").text


def test_the_queue_is_the_central_teams(
    app: Any, owner: Institution, ckan_config: Any, monkeypatch: Any
) -> None:
    monkeypatch.setitem(ckan_config, "ckanext.promote.central_team", "coordination")
    central, ana = institution(name="coordination"), citizen()
    thread = ask(ana, {"name": "leaks"})
    answer(owner.editor, thread, outcome="not_ours")
    assert titles(get(app, "/feedback?state=queue", central.editor)) == [thread["title"]]
    options = get(app, "/feedback", ana).select("#field-state option")
    assert "queue" not in [each["value"] for each in options]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_is_a_formula(start: str) -> None:
    assert export.cell(f"{start}1+1") == f"'{start}1+1"
    assert export.cell(f"1{start}") == f"1{start}"
    assert export.cell(None) == ""


def test_tables_and_feeds_are_whole_whatever_was_typed(app: Any, owner: Institution) -> None:
    ana = citizen(fullname="Ana P.", email="ana-hidden@example.org")
    title = '=HYPERLINK("https://a.example") <b>&'
    thread = ask(ana, {"name": "leaks"}, title=title)
    model.Session.query(Thread).filter_by(id=thread["id"]).update({"title": f"{title}\x0b"})
    model.Session.commit()
    table = app.get("/feedback.csv")
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    [row] = csv.DictReader(io.StringIO(table.body.removeprefix(export.BOM)))
    assert table.body.startswith(export.BOM)
    assert row["title"].startswith("'=HYPERLINK")
    assert row["number"] == thread["number"]
    feed = app.get("/feedback.atom")
    assert feed.headers["Content-Type"].startswith("application/atom+xml")
    root = parsed(feed.body)
    assert root.findtext(f"{ATOM}entry/{ATOM}title") == title
    assert root.findtext(f"{ATOM}entry/{ATOM}id") == f"urn:uuid:{thread['id']}"
    for needed in ("title", "id", "updated", "author"):
        assert root.find(f"{ATOM}{needed}") is not None
    for text in (table.body, feed.body):
        assert "ana-hidden" not in text


def test_a_long_table_says_where_it_goes_on(
    app: Any, owner: Institution, monkeypatch: Any
) -> None:
    monkeypatch.setattr("ckanext.promote.feedback.list_views.MOST_ROWS", 100)
    for number in range(101):
        ask(owner.editor, {"name": "leaks"}, title=f"Question {number:03}")
    first = app.get("/feedback.csv")
    assert len(first.body.splitlines()) == 101
    link = first.headers["Link"].partition(">")[0].lstrip("<")
    rest = app.get(link.partition("/feedback.csv")[1] + link.partition("/feedback.csv")[2])
    [row] = csv.DictReader(io.StringIO(rest.body.removeprefix(export.BOM)))
    assert row["title"] == "Question 000"
    assert "Link" not in rest.headers


def test_what_was_promised_is_listed_for_dataset_and_institution(
    app: Any, owner: Institution
) -> None:
    thread = ask(citizen(), {"name": "leaks"})
    for path in ("/feedback", "/dataset/leaks/feedback", "/organization/water-office/feedback"):
        assert "Nothing was promised here." in get(app, f"{path}/promises").text
    answer(owner.editor, thread, outcome="possible", due_on=day(9))
    for path in ("/feedback", "/dataset/leaks/feedback", "/organization/water-office/feedback"):
        [row] = get(app, f"{path}/promises?state=open").select("tbody tr")
        assert row.a["href"] == f"/feedback/{thread['id']}"
        assert row.time["datetime"] == day(9)
        assert get(app, f"{path}/promises?state=kept").select("tbody tr") == []
    get(app, "/story/queues/feedback/promises", status=404)
