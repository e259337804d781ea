"""The addresses that contents name: which are looked at, when, and who reads what is broken."""
from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories

from ckanext.promote.base import fetch
from ckanext.promote.base.fetch import Looked
from ckanext.promote.base.model import CheckedAddress
from ckanext.promote.content import links
from ckanext.promote.content.links import Checked, check_due
from tests import counting
from tests.base.sites import site, status
from tests.factories import Institution, act, content, headers, institution

pytestmark = pytest.mark.usefixtures("portal")

NOW = dt.datetime(2026, 3, 2, 12, tzinfo=dt.timezone.utc)
WEB = "https://apps.example/"
STORE = "https://store.example/leaks"
SOURCE = "https://code.example/leaks"
DATA = "https://data.example/rain.csv"
WORKS = Looked(200, is_working=True)
GONE = Looked(404, is_working=False, problem="not_found")


@pytest.fixture
def owner() -> Institution:
    return institution()


def make_app(owner: Institution, **fields: Any) -> dict[str, Any]:
    data = {
        "links": {"web": WEB, "android": STORE}, "source_url": SOURCE, "owner_org": owner.id,
        "external_datasets": [{"title": "Rain", "url": DATA}], "name": "leaks", **fields,
    }  # fmt: skip
    return content(owner.admin, type="app", **data)


class Eyes:
    """Look at nothing, see what it is told, and remember what was asked."""

    def __init__(self, **seen: Looked) -> None:
        self.seen = seen
        self.asked: list[str] = []

    def __call__(self, address: str) -> Looked:
        self.asked.append(address)
        host = address.split("/")[2].partition(".")[0]
        return self.seen.get(host, WORKS)


def check(eyes: Callable[[str], Looked], hours: float = 0, limit: int = 100) -> Checked:
    """A run so many hours after the first one."""
    return check_due(
        model.Session, limit, look=eyes, now=lambda: NOW + dt.timedelta(hours=hours)
    )


def row(address: str) -> Any:
    model.Session.expire_all()
    statement = sa.select(CheckedAddress).where(CheckedAddress.address == address)
    return model.Session.execute(statement).scalar_one_or_none()


def addresses() -> list[str]:
    return sorted(model.Session.execute(sa.select(CheckedAddress.address)).scalars())


# --- What is looked at ---


@pytest.mark.ckan_config("ckanext.promote.embed.hosts", ["shown.example"])
def test_all_addresses_of_published_contents_are_looked_at_once(owner: Institution):
    make_app(owner)
    make_app(owner, name="same")
    shown = {"url": "https://shown.example/map", "title": "Map", "height": 400}
    content(owner.admin, type="tool", name="map", tool_kind="map", url="https://map.example/",
            embeds=[shown], owner_org=owner.id)  # fmt: skip
    content(owner.admin, type="study", document_url="https://study.example/a.pdf",
            owner_org=owner.id)  # fmt: skip
    content(owner.admin, name="story", owner_org=owner.id,
            external_datasets=[{"title": "A", "url": "https://a.example/"}])  # fmt: skip
    eyes = Eyes()
    assert check(eyes) == Checked(looked=8, broken=0, left=0)
    expected = [
        WEB, STORE, SOURCE, DATA, "https://map.example/", "https://a.example/", shown["url"],
        "https://study.example/a.pdf",
    ]  # fmt: skip
    assert sorted(eyes.asked) == addresses() == sorted(expected)


def test_what_is_not_published_or_not_elsewhere_is_not_looked_at(owner: Institution):
    own = "http://test.ckan.net/dataset/leaks"
    other_port = "https://apps.example:8443/"
    make_app(owner, links={"web": own, "android": other_port}, external_datasets=[])
    make_app(owner, name="archived", links={"web": "https://archived.example/"})
    act(owner.admin, "promote_content_archive", id="archived")
    draft = {"type": "app", "title": "Draft", "links": {"web": "https://draft.example/"}}
    act(owner.admin, "promote_content_create", **draft, owner_org=owner.id, draft=True)
    eyes = Eyes()
    check(eyes)
    assert eyes.asked == [SOURCE]


def test_an_address_that_no_content_names_any_more_is_left(owner: Institution):
    content_id = make_app(owner)["id"]
    check(Eyes())
    changed = {"links": {"web": WEB}, "source_url": ""}
    act(factories.Sysadmin(), "promote_content_update", id=content_id, **changed)
    eyes = Eyes()
    assert check(eyes, hours=1) == Checked(0, 0, 0)
    assert (eyes.asked, addresses()) == ([], sorted([WEB, DATA]))


# --- When ---


def test_a_second_run_does_nothing_and_a_day_later_all_are_due(owner: Institution):
    make_app(owner)
    assert check(Eyes()).looked == 4
    assert check(Eyes()).looked == 0
    assert check(Eyes(), hours=23.9).looked == 0
    assert check(Eyes(), hours=24).looked == 4


def test_a_broken_address_is_looked_at_again_after_an_hour_that_grows_to_a_day(
    owner: Institution,
):
    make_app(owner)
    looks = []
    for quarter in range(4 * 24 * 4):
        eyes = Eyes(store=GONE)
        check(eyes, hours=quarter / 4)
        if STORE in eyes.asked:
            looks.append(quarter / 4)
    assert looks == [0, 1, 3, 7, 15, 31, 55, 79]
    assert (row(STORE).failures, row(STORE).worked_at) == (8, None)
    assert row(WEB).failures == 0


def test_an_address_that_works_again_is_forgiven(owner: Institution):
    make_app(owner)
    check(Eyes(store=WORKS))
    check(Eyes(store=GONE), hours=24)
    broken = row(STORE)
    assert (broken.failures, broken.problem, broken.status) == (1, "not_found", 404)
    assert broken.worked_at == NOW
    check(Eyes(store=Looked(403, is_working=True)), hours=25)
    mended = row(STORE)
    assert (mended.failures, mended.problem, mended.status) == (0, "", 403)
    assert mended.worked_at == mended.checked_at == NOW + dt.timedelta(hours=25)


def test_a_run_is_bounded_and_begins_with_the_longest_waiting(
    owner: Institution, monkeypatch: Any
):
    make_app(owner)
    asked: list[str] = []
    for hour in range(4):
        eyes = Eyes()
        assert check(eyes, hours=hour, limit=1) == Checked(1, 0, 0)
        asked += eyes.asked
    assert sorted(asked) == addresses()
    again: list[str] = []
    for _ in range(4):
        eyes = Eyes()
        check(eyes, hours=100, limit=1)
        again += eyes.asked
    assert again == asked
    monkeypatch.setattr(links, "MOST_SECONDS", 0)
    assert check(Eyes(), hours=200) == Checked(0, 0, 4)


def test_no_transaction_is_open_while_sites_are_asked(owner: Institution):
    make_app(owner)
    states: list[Any] = []

    def look(address: str) -> Looked:
        with model.Session.get_bind().connect() as other:
            found = other.execution_options(isolation_level="AUTOCOMMIT").execute(sa.text(
                "SELECT state FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND state LIKE '%transaction%'"
            ))  # fmt: skip
            states.extend(found.scalars())
        return WORKS

    assert check(look).looked == 4
    assert states == []


def test_a_look_that_fails_keeps_no_other_from_being_stored(owner: Institution):
    make_app(owner)

    def look(address: str) -> Looked:
        if address == STORE:
            raise RuntimeError(address)
        return WORKS

    assert check(look) == Checked(looked=4, broken=1, left=0)
    problems = {each: row(each).problem for each in addresses()}
    assert problems == {WEB: "", STORE: "no_connection", SOURCE: "", DATA: ""}


def test_a_real_look_at_real_sites(owner: Institution):
    pages = {"/works": status(200), "/gone": status(410), "/moved": status(301, Location="/works")}
    with site(pages) as here:
        reach = here.reach(resolve=lambda host, port: ["127.0.0.1"])

        def look(address: str) -> Looked:
            return fetch.look(address.replace("a.example", f"a.example:{here.port}"), reach)

        paths = ("works", "gone", "moved")
        make_app(owner, links={}, source_url="", external_datasets=[
            {"title": path, "url": f"http://a.example/{path}"} for path in paths
        ])  # fmt: skip
        assert check(look) == Checked(looked=3, broken=1, left=0)
    found = {path: row(f"http://a.example/{path}") for path in paths}
    assert {path: (each.status, each.problem) for path, each in found.items()} == {
        "works": (200, ""), "gone": (410, "not_found"), "moved": (200, ""),
    }  # fmt: skip


# --- Who reads it ---


def broken_links(user: Any, reference: str = "leaks") -> Any:
    return act(user, "promote_content_show", id=reference).get("broken_links")


def test_those_who_may_change_a_content_are_told_what_is_broken(owner: Institution):
    make_app(owner)
    assert broken_links(owner.editor) == []
    check(Eyes(store=GONE))
    check(Eyes(store=GONE, apps=Looked(None, is_working=False, problem="too_slow")), hours=24)
    expected = [
        {"address": WEB, "worked_on": "2026-03-02",
         "problem": "The site took too long to answer."},
        {"address": STORE, "worked_on": None,
         "problem": "The site has no page at this address (answer 404)."},
    ]  # fmt: skip
    for user in (owner.editor, owner.admin, factories.Sysadmin()):
        assert broken_links(user) == expected
    for user in (None, factories.User(), owner.member, institution().admin):
        assert broken_links(user) is None


def test_the_page_tells_editors_what_is_broken_and_nobody_else(app: Any, owner: Institution):
    make_app(owner)
    check(Eyes())
    check(Eyes(store=GONE), hours=24)
    texts = {}
    for name, user in (("editor", owner.editor), ("visitor", None), ("member", owner.member)):
        page = BeautifulSoup(app.get("/app/leaks", headers=headers(user)).body, "html.parser")
        note = page.select_one(".promote-broken")
        texts[name] = " ".join(note.text.split()) if note else ""
    assert texts == {
        "editor": f"One address does not work any more: {STORE} The site has no page at this "
        "address (answer 404). Last seen working on March 2, 2026.",
        "visitor": "", "member": "",
    }  # fmt: skip


def test_broken_links_cost_one_statement_and_only_those_who_are_told(app: Any, owner: Institution):
    make_app(owner)
    make_app(owner, name="bare", links={}, source_url="", external_datasets=[])
    check(Eyes(store=GONE))
    for user, more in ((owner.editor, 1), (None, 0)):
        bare = counting.cost(app, "/app/bare", user)
        full = counting.cost(app, "/app/leaks", user)
        assert counting.beyond(full, bare, sql=more) == ""
