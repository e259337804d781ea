"""The counter of an app's downloads: who counts, who does not, and where people are sent."""
from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import ckantoolkit as tk
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories
from freezegun import freeze_time
from sqlalchemy.orm.attributes import flag_modified

from ckanext.promote.base.helpers import promote_number
from ckanext.promote.content import downloads
from ckanext.promote.content.model import AppDownload, AppDownloader, AppDownloadTotal, Content
from tests import counting
from tests.factories import STORY, Institution, act, content, headers, institution

pytestmark = pytest.mark.usefixtures("portal")

LINKS = {"web": "https://apps.example/leaks?a=1&b=ñ", "android": "https://store.example/id=leaks"}
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"
FIREFOX = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


@pytest.fixture
def owner() -> Institution:
    return institution()


def make_app(owner: Institution, **fields: Any) -> dict[str, Any]:
    data = {"title": "Leaks", "links": LINKS, "owner_org": owner.id, **fields}
    return content(owner.admin, type="app", **data)


def follow(app: Any, path: str, agent: str = CHROME, **options: Any) -> Any:
    sent = {"User-Agent": agent, **options.pop("headers", {})}
    return app.get(path, headers=sent, follow_redirects=False, **options)


def counted(reference: str) -> dict[str, Any]:
    """What the action says; the totals are the sum of the days, and the days of who was there."""
    model.Session.remove()
    said = act(None, "promote_app_download_count", id=reference)
    content_id = act(None, "promote_content_show", id=reference)["id"]
    by_day = _sums(AppDownload, AppDownload.count, content_id)
    assert _sums(AppDownloadTotal, AppDownloadTotal.count, content_id) == by_day
    assert {name: n for name, n in said["platforms"].items() if n} == by_day
    return said


def rows_of(table: Any) -> int:
    return model.Session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def _sums(table: Any, column: Any, content_id: str) -> dict[str, int]:
    statement = (
        sa.select(table.platform, sa.func.sum(column))
        .where(table.content_id == content_id)
        .group_by(table.platform)
    )
    return dict(model.Session.execute(statement).all())


# --- Following a button ---


def test_a_button_of_the_page_counts_and_leads_to_the_address_of_its_platform(
    app: Any, owner: Institution
):
    make_app(owner, name="leaks")
    page = BeautifulSoup(app.get("/app/leaks").body, "html.parser")
    buttons = [(a["href"], a["rel"]) for a in page.select(".promote-links a")]
    nofollow = ["nofollow", "noopener"]
    assert buttons == [
        ("/app/leaks/download/web", nofollow), ("/app/leaks/download/android", nofollow),
    ]  # fmt: skip
    answers = [follow(app, href) for href, _ in buttons]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert [answer.headers["Location"] for answer in answers] == [
        "https://apps.example/leaks?a=1&b=%C3%B1", LINKS["android"],
    ]  # fmt: skip
    for answer in answers:
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    today = dt.datetime.now(dt.timezone.utc).date().isoformat()
    assert counted("leaks") == {
        "total": 2, "platforms": {"web": 1, "android": 1}, "since": today,
    }  # fmt: skip


def test_an_app_that_nobody_downloaded_counts_nothing(app: Any, owner: Institution):
    make_app(owner, name="leaks")
    expected = {"total": 0, "platforms": {"web": 0, "android": 0}, "since": None}
    assert counted("leaks") == expected
    page = BeautifulSoup(app.get("/app/leaks").body, "html.parser")
    assert "download" not in page.select_one(".promote-head-text").text


def test_nothing_of_the_request_says_where_people_are_sent(app: Any, owner: Institution):
    make_app(owner, name="leaks")
    path = "/app/leaks/download/web?url=https://evil.example&to=//evil.example&web=https://evil"
    answer = follow(app, path, headers={"Referer": "https://evil.example", "X-Forwarded-Host": "e"})
    assert answer.headers["Location"] == "https://apps.example/leaks?a=1&b=%C3%B1"


def test_an_address_that_could_not_be_stored_now_is_not_followed(app: Any, owner: Institution):
    content_id = make_app(owner, name="leaks")["id"]
    for address in ("javascript:1", "//evil.example/", "ftp://a.example/", "/dataset", "", None):
        row = model.Session.get(Content, content_id)
        row.data["links"]["web"] = address
        flag_modified(row, "data")
        model.Session.commit()
        assert follow(app, "/app/leaks/download/web").status_code == 404, address
    assert rows_of(AppDownload) == 0


NOWHERE = (
    "/app/leaks/download/ios", "/app/leaks/download/beos", "/app/leaks/download/web%00",
    "/app/leaks/download/links", "/app/nowhere/download/web", "/app/a%00b/download/web",
    "/app/archived/download/web", "/app/draft/download/web", "/app/story/download/web",
    "/story/story/download/web", "/app/leaks/download/", "/app/leaks/download",
)  # fmt: skip


def test_what_is_no_platform_of_a_published_app_is_not_found(app: Any, owner: Institution):
    make_app(owner, name="leaks")
    make_app(owner, name="archived")
    act(owner.admin, "promote_content_archive", id="archived")
    draft = {**STORY, "type": "app", "links": LINKS, "name": "draft", "draft": True}
    del draft["background"]
    act(owner.admin, "promote_content_create", **draft, owner_org=owner.id)
    content(owner.admin, name="story", owner_org=owner.id)
    for user in (None, owner.editor):
        answers = {path: follow(app, path, headers=headers(user)) for path in NOWHERE}
        assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(
            NOWHERE, 404
        )
    assert rows_of(AppDownload) == 0


# --- Who counts ---


def test_a_visitor_counts_once_a_day_and_platform(app: Any, owner: Institution):
    make_app(owner, name="leaks")
    for path in ("/app/leaks/download/web", "/app/leaks/download/android"):
        for agent in (CHROME, FIREFOX, CHROME):
            assert follow(app, path, agent).status_code == 302
    assert counted("leaks")["platforms"] == {"web": 2, "android": 2}
    for day, total in (("2031-05-01", 5), ("2031-05-02", 6)):
        with freeze_time(f"{day} 12:00:00"):
            follow(app, "/app/leaks/download/web")
            follow(app, "/app/leaks/download/web")
        assert counted("leaks")["total"] == total


def test_apps_count_each_for_itself(app: Any, owner: Institution):
    make_app(owner, name="leaks")
    make_app(owner, name="wells")
    for path in ("/app/leaks/download/web", "/app/wells/download/web"):
        follow(app, path)
    assert (counted("leaks")["total"], counted("wells")["total"]) == (1, 1)


def test_a_user_counts_once_with_all_devices(app: Any, owner: Institution):
    make_app(owner, name="leaks")
    for user in (factories.UserWithToken(), factories.UserWithToken()):
        for agent in (CHROME, FIREFOX):
            follow(app, "/app/leaks/download/web", agent, headers=headers(user))
    assert counted("leaks")["total"] == 2


def test_an_address_counts_only_as_the_trusted_proxy_says_it(
    app: Any, owner: Institution, ckan_config: Any, monkeypatch: Any
):
    make_app(owner, name="leaks")
    invented = [{"X-Forwarded-For": f"10.0.0.{n}, 198.51.100.7"} for n in range(3)]
    for sent in invented:
        follow(app, "/app/leaks/download/web", headers=sent)
    assert counted("leaks")["total"] == 1
    monkeypatch.setitem(ckan_config, "ckanext.promote.trusted_proxies", 1)
    for sent in (*invented, {"X-Forwarded-For": "198.51.100.8"}):
        follow(app, "/app/leaks/download/web", headers=sent)
    assert counted("leaks")["total"] == 3


NO_DOWNLOADS = (
    {"Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"X-Moz": "prefetch"},
    {"Sec-Purpose": "prefetch"},
    {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
    {"User-Agent": "Mozilla/5.0 (compatible; bingbot/2.0)"},
    {"User-Agent": "Mozilla/5.0 AppleWebKit/537.36 (compatible; GPTBot/1.2)"},
    {"User-Agent": "facebookexternalhit/1.1"}, {"User-Agent": "WhatsApp/2.23.20.0"},
    {"User-Agent": "Mozilla/5.0 (compatible; Yahoo! Slurp)"},
    {"User-Agent": "ckanext-promote/1.0 (link checker)"},
)  # fmt: skip


def test_robots_and_looks_ahead_are_sent_on_and_do_not_count(app: Any, owner: Institution):
    make_app(owner, name="leaks")
    for sent in NO_DOWNLOADS:
        answer = follow(app, "/app/leaks/download/web", headers=sent)
        assert (answer.status_code, counted("leaks")["total"]) == (302, 0), sent


def test_a_look_at_the_headers_does_not_count(app: Any, owner: Institution):
    make_app(owner, name="leaks")
    answer = app.test_client().head("/app/leaks/download/web", follow_redirects=False)
    assert (answer.status_code, answer.data) == (302, b"")
    assert counted("leaks")["total"] == 0
    assert app.post("/app/leaks/download/web").status_code == 405


def test_programs_that_people_download_with_count(app: Any, owner: Institution):
    make_app(owner, name="leaks")
    for agent in ("", "curl/8.5.0", "Wget/1.21", "Mozilla/5.0 (Linux; CUBOT NOTE 7)"):
        follow(app, "/app/leaks/download/web", agent)
    assert counted("leaks")["total"] == 4


def test_nobody_can_tell_from_the_rows_who_it_was(app: Any, owner: Institution):
    make_app(owner, name="leaks")
    make_app(owner, name="wells")
    user = factories.UserWithToken()
    for name in ("leaks", "wells"):
        follow(app, f"/app/{name}/download/web", headers=headers(user))
    rows = model.Session.execute(sa.select(AppDownloader.who)).scalars().all()
    assert len(set(rows)) == 2  # not even that it was the same person twice
    assert all(len(who) == 64 and user["id"] not in who for who in rows)


def test_who_was_counted_is_forgotten_the_next_day_and_the_counts_stay(
    app: Any, owner: Institution
):
    make_app(owner, name="leaks")
    follow(app, "/app/leaks/download/web")
    assert downloads.forget(model.Session) == 0
    tomorrow = dt.datetime.now(dt.timezone.utc) + dt.timedelta(days=1)
    with freeze_time(tomorrow):
        assert downloads.forget(model.Session) == 1
    model.Session.commit()
    assert rows_of(AppDownloader) == 0
    assert counted("leaks")["total"] == 1


def test_a_counter_that_cannot_be_written_keeps_nobody_from_the_app(app: Any, owner: Institution):
    make_app(owner, name="leaks")
    model.Session.execute(sa.text("ALTER TABLE promote_app_download RENAME TO elsewhere"))
    model.Session.commit()
    try:
        answer = follow(app, "/app/leaks/download/web")
    finally:
        model.Session.execute(sa.text("ALTER TABLE elsewhere RENAME TO promote_app_download"))
        model.Session.commit()
    assert (answer.status_code, answer.headers["Location"][:21]) == (302, "https://apps.example/")
    assert counted("leaks")["total"] == 0  # and nothing is stored by half
    follow(app, "/app/leaks/download/web")
    assert counted("leaks")["total"] == 1


AT_ONCE, REQUESTS, VISITORS = 50, 600, 120


def test_downloads_at_the_same_moment_count_right(
    app: Any, owner: Institution, ckan_config: Any, monkeypatch: Any
):
    monkeypatch.setitem(ckan_config, "ckanext.promote.trusted_proxies", 1)
    make_app(owner, name="leaks")

    def get(number: int) -> int:
        sent = {"X-Forwarded-For": f"203.0.113.{number % VISITORS}", "User-Agent": CHROME}
        client = app.test_client()
        path = "/app/leaks/download/web"
        return client.get(path, headers=sent, follow_redirects=False).status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = list(pool.map(get, range(REQUESTS)))
    assert statuses == [302] * REQUESTS
    assert counted("leaks")["total"] == VISITORS
    assert rows_of(AppDownloader) == VISITORS


def test_a_download_asks_the_database_twice_beyond_an_empty_page(app: Any, owner: Institution):
    make_app(owner, name="leaks")
    for user in (None, factories.UserWithToken()):
        cost = counting.cost(app, "/app/leaks/download/web", user, status=302)
        about = counting.cost(app, "/about", user)
        assert counting.beyond(cost, about, sql=2) == ""
    assert counted("leaks")["total"] == 2


# --- Reading the counts ---


def test_a_content_that_is_no_app_has_no_count(owner: Institution):
    content(owner.admin, name="story", owner_org=owner.id)
    assert act(None, "promote_content_show", id="story")["downloads"] is None
    with pytest.raises(tk.ObjectNotFound):
        act(None, "promote_app_download_count", id="story")


@pytest.fixture
def four_apps(app: Any, owner: Institution) -> Institution:
    """Apps from one without downloads to one with three, the oldest with the most."""
    other = institution(name="other-office")
    for number in range(4):
        name = "none one two three".split()[number]
        make_app(
            other if name == "two" else owner, name=name, title=f"{name.title()} leaks",
            published_on=f"2026-03-0{9 - number}", sector="salud" if number % 2 else "",
            tags=[{"name": "water"}] if number > 1 else [],
        )  # fmt: skip
        for visitor in range(number):
            platform = ("web", "android")[visitor % 2]
            assert follow(app, f"/app/{name}/download/{platform}", f"Agent {visitor}").status_code
    return other


def cards(app: Any, path: str) -> list[tuple[str, str]]:
    """Name and count of each card of a list."""
    page = BeautifulSoup(app.get(path).body, "html.parser")
    found = []
    for card in page.select(".promote-results .promote-card"):
        counts = [each.text for each in card.select(".promote-meta span") if "downl" in each.text]
        found.append((card.select_one("a")["href"].rpartition("/")[2], "".join(counts)))
    return found


def test_counts_are_on_cards_pages_and_in_the_api(app: Any, four_apps: Institution):
    listed = act(None, "promote_content_list", type="app")["items"]
    counts = {"none": 0, "one": 1, "two": 2, "three": 3}
    assert {each["name"]: each["downloads"] for each in listed} == counts
    assert {name: act(None, "promote_content_show", id=name)["downloads"] for name in counts} == (
        counts
    )
    assert cards(app, "/app") == [
        ("none", ""), ("one", "1 download"), ("two", "2 downloads"), ("three", "3 downloads"),
    ]  # fmt: skip
    page = BeautifulSoup(app.get("/app/three").body, "html.parser")
    assert page.select_one(".promote-links + .promote-meta").text == "3 downloads"


def test_apps_are_sorted_by_downloads_with_words_and_filters(
    app: Any, four_apps: Institution, ckan_config: Any, monkeypatch: Any
):
    def names(query: str) -> list[str]:
        return [name for name, _ in cards(app, f"/app?sort=downloads{query}")]

    assert names("") == ["three", "two", "one", "none"]
    assert names("&q=leaks") == ["three", "two", "one", "none"]
    assert names("&q=two") == ["two"]
    assert names("&sector=salud") == ["three", "one"]
    assert names("&tags=water") == ["three", "two"]
    assert names("&institution=other-office") == ["two"]
    assert names("&q=leaks&tags=water&sector=salud") == ["three"]
    assert names("&q=nothing") == []
    monkeypatch.setitem(ckan_config, "ckanext.promote.page_size", 3)
    assert names("&page=2") == ["none"]
    assert names("&page=2&q=leaks") == ["none"]
    page = BeautifulSoup(app.get("/app?sort=downloads").body, "html.parser")
    assert page.select_one(".promote-count").text.strip() == "4 results"
    assert page.select_one("#field-sort option[selected]").text == "Most downloaded"
    assert "water" in page.select_one(".promote-facets").text


def test_only_what_is_downloaded_is_sorted_by_downloads(app: Any, owner: Institution):
    for kind, is_offered in (("app", True), ("tool", False), ("story", False)):
        page = BeautifulSoup(app.get(f"/{kind}?sort=downloads").body, "html.parser")
        offered = [option["value"] for option in page.select("#field-sort option")]
        assert ("downloads" in offered) is is_offered
        chosen = page.select_one("#field-sort option[selected]")["value"]
        assert chosen == ("downloads" if is_offered else "newest")


def test_apps_sorted_by_downloads_cost_the_same_for_one_and_for_fifty(
    app: Any, owner: Institution, ckan_config: Any, monkeypatch: Any
):
    monkeypatch.setitem(ckan_config, "ckanext.promote.page_size", 100)
    first = make_app(owner)["id"]
    paths = ("/app?sort=downloads", "/app?sort=downloads&q=leaks")
    one = [counting.cost(app, path) for path in paths]
    copied = counting.copies(first, 49, is_indexed=True)
    for path, before in zip(paths, one, strict=True):
        about = counting.cost(app, "/about")
        fifty = counting.cost(app, path)
        assert fifty.numbers == before.numbers, fifty.beyond(before)
        assert counting.beyond(fifty, about, sql=8, solr=1) == ""
        assert len(cards(app, path)) == 1 + len(copied)


def test_a_count_is_written_with_its_thousands_apart():
    assert [promote_number(n) for n in (0, 9999, 10_000, 1_234_567)] == [
        "0", "9999", "10\u202f000", "1\u202f234\u202f567",
    ]  # fmt: skip
