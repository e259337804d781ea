"""The link in a visitor's mail: looked at by anybody, used once, for what its handler does."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories

from ckanext.promote.base import confirming, visitors
from ckanext.promote.base.model import Event, RateCount, Visitor, VisitorToken
from tests.counting import beyond, cost
from tests.factories import headers
from tests.i18n_helpers import Reader
from tests.static.package import hold

pytestmark = pytest.mark.usefixtures("clean_db")

ANA = "ana@example.org"
UNKNOWN = "x" * 43
PASSWORD = "correct-horse-battery"  # noqa: S105 -- of a user of the test


@pytest.fixture
def done(monkeypatch: Any) -> list[tuple[str, str, str, bool]]:
    """What the handler of knocks was called with."""
    calls: list[tuple[str, str, str, bool]] = []

    def knock(context: dict[str, Any], visitor: Visitor, subject_id: str) -> confirming.Confirmed:
        calls.append(
            (context["user"], visitor.email, subject_id, visitor.confirmed_at is not None)
        )
        if subject_id == "gone":
            raise tk.ObjectNotFound("gone")
        if subject_id == "closed":
            raise tk.ValidationError({"id": ["Qqqclosed."]})
        if subject_id == "forbidden":
            raise tk.NotAuthorized("Qqqforbidden.")
        context["session"].add(
            Event(name="knock.confirm", subject_type="knock", subject_id=subject_id, scope="public")
        )
        if subject_id == "broken":
            raise RuntimeError("broken")
        return {"title": "Qqqdone", "message": "Qqqmessage <q>", "url": "/about"}

    monkeypatch.setitem(confirming.handlers, "knock", knock)
    return calls


def link(subject_id: str = "an-id", subject_type: str = "knock") -> str:
    """The path of a link that was just mailed."""
    visitor = visitors.find_or_make(model.Session, ANA)
    secret = visitors.make_token(model.Session, visitor, "confirm", (subject_type, subject_id))
    model.Session.commit()
    return f"/promote/confirm/{secret}"


def shown(response: Any) -> tuple[int, str, bool]:
    """Status, heading, and whether there is a button to confirm."""
    page = BeautifulSoup(response.get_data(as_text=True), "html.parser")
    has_button = page.select_one(".promote form[method=post] button[type=submit]") is not None
    return response.status_code, page.select_one(".promote h1").text, has_button


def events() -> list[str]:
    model.Session.remove()
    return model.Session.execute(sa.select(Event.subject_id)).scalars().all()


def state() -> list[tuple[bool, bool]]:
    """Whether each token is used, and its visitor confirmed."""
    model.Session.remove()
    rows = model.Session.execute(sa.select(Visitor, VisitorToken).join(VisitorToken)).all()
    return [
        (row.VisitorToken.used_at is not None, row.Visitor.confirmed_at is not None)
        for row in rows
    ]


def test_a_look_shows_a_button_and_changes_nothing(app: Any, done: Any):
    path = link()
    for _ in range(3):
        assert shown(app.get(path)) == (200, "Confirm that it was you", True)
    assert app.test_client().head(path).status_code == 200
    assert (done, state(), events()) == ([], [(False, False)], [])


def test_a_look_is_one_statement_more_than_a_page_without_any(app: Any, done: Any):
    assert beyond(cost(app, link()), cost(app, "/about"), sql=1) == ""


def test_the_button_confirms_and_says_what_came_of_it(app: Any, done: Any):
    response = app.post(link())
    assert shown(response) == (200, "Qqqdone", False)
    page = BeautifulSoup(response.body, "html.parser").select_one(".promote-question")
    assert page.select_one(".promote-lead").text == "Qqqmessage <q>"
    assert page.select_one("a.btn")["href"] == "/about"
    assert done == [("", ANA, "an-id", True)]
    assert (state(), events()) == ([(True, True)], ["an-id"])


def test_a_link_that_was_used_says_so(app: Any, done: Any):
    path = link()
    app.post(path)
    for response in (app.post(path), app.get(path)):
        assert shown(response) == (410, "This was confirmed already", False)
    assert (len(done), events()) == (1, ["an-id"])


def test_a_link_that_is_too_old_says_so(app: Any, done: Any, freezer: Any):
    freezer.move_to("2026-03-10 10:00")
    path = link()
    freezer.move_to("2026-03-12 10:00")
    for response in (app.get(path), app.post(path)):
        assert shown(response) == (410, "This link has expired", False)
    assert (done, state()) == ([], [(False, False)])


def test_a_link_that_was_withdrawn_says_so(app: Any, done: Any):
    path = link()
    visitor = visitors.find_or_make(model.Session, ANA)
    visitors.revoke_tokens(model.Session, visitor.id)
    model.Session.commit()
    for response in (app.get(path), app.post(path)):
        assert shown(response) == (410, "This link was withdrawn", False)
    assert done == []


def test_a_link_that_never_was_is_not_found(app: Any, done: Any):
    for secret in (UNKNOWN, "x", "x" * 3000, "%00" * 30, "%F0%9F%98%80" * 20):
        path = f"/promote/confirm/{secret}"
        for response in (app.get(path), app.post(path)):
            assert shown(response) == (404, "There is no such link", False)
    assert done == []


def test_the_link_of_who_was_blocked_is_like_one_that_never_was(app: Any, done: Any):
    path = link()
    visitors.block(model.Session, visitors.find_or_make(model.Session, ANA))
    model.Session.commit()
    pages = [
        BeautifulSoup(app.get(each).body, "html.parser").select_one(".promote-question")
        for each in (path, f"/promote/confirm/{UNKNOWN}")
    ]
    assert pages[0] == pages[1]
    assert shown(app.post(path)) == (404, "There is no such link", False)


def test_a_link_to_a_feature_that_is_off_is_like_one_that_never_was(app: Any, done: Any):
    path = link(subject_type="nothing-that-is-on")
    for response in (app.get(path), app.post(path)):
        assert shown(response) == (404, "There is no such link", False)
    assert state() == [(False, False)]


@pytest.mark.parametrize(
    ("subject_id", "status", "title"),
    [
        ("gone", 410, "This is not there any more"),
        ("closed", 409, "This cannot be done now"),
        ("forbidden", 403, "This cannot be done"),
    ],
)
def test_what_cannot_be_done_is_said_and_the_link_can_be_used_again(
    app: Any, done: Any, subject_id: str, status: int, title: str
):
    path = link(subject_id)
    response = app.post(path)
    assert shown(response) == (status, title, False)
    if subject_id != "gone":
        assert f"Qqq{subject_id}." in response.body
    assert (state(), events()) == ([(False, False)], [])
    assert shown(app.get(path))[0] == 200


def test_a_handler_that_breaks_leaves_nothing_behind(with_plugins: Any, done: Any):
    secret = link("broken").rpartition("/")[2]
    with pytest.raises(RuntimeError):
        confirming.confirm(secret)
    assert (state(), events()) == ([(False, False)], [])


@pytest.mark.ckan_config("ckanext.promote.limits.network.hour", 4)
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_tries_many_links_is_told_to_wait_while_good_links_work(
    app: Any, done: Any, method: str
):
    answers = [getattr(app, method)(f"/promote/confirm/{UNKNOWN}{n}") for n in range(6)]
    assert [answer.status_code for answer in answers] == [404] * 4 + [429] * 2
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 3600
    assert shown(app.post(link())) == (200, "Qqqdone", False)


def test_good_links_are_not_counted(app: Any, done: Any):
    path = link()
    app.get(path)
    app.post(path)
    app.post(path)
    assert model.Session.execute(sa.select(sa.func.count(RateCount.bucket))).scalar() == 0


def test_the_address_of_the_page_is_told_to_nobody_and_the_page_is_kept_by_nobody(
    app: Any, done: Any
):
    unknown = f"/promote/confirm/{UNKNOWN}"
    for response in (app.get(link()), app.post(link()), app.get(unknown), app.post(unknown)):
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        caching = response.headers["Cache-Control"]
        assert ("no-store" in caching, "public" in caching) == (True, False)
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]


def test_a_session_plays_no_part(app: Any, done: Any):
    user = factories.SysadminWithToken()
    app.post(link(), headers=headers(user))
    assert done == [("", ANA, "an-id", True)]


@pytest.mark.ckan_config("WTF_CSRF_ENABLED", True)
def test_who_is_signed_in_confirms_with_the_form_of_the_page_on_https_too(app: Any, done: Any):
    user = factories.User(password=PASSWORD)
    browser = app.test_client()
    site = "https://test.ckan.net"

    def page_of(path: str) -> Any:
        response = browser.get(path, base_url=site)
        # What a browser sends as the form's referrer is what the policy of the page lets it.
        policy = response.headers.get("Referrer-Policy", "strict-origin-when-cross-origin")
        sent = {} if policy == "no-referrer" else {"Referer": f"{site}{path}"}
        return BeautifulSoup(response.get_data(as_text=True), "html.parser"), sent

    page, sent = page_of("/user/login")
    token = page.select_one("meta[name=_csrf_token]")["content"]
    form = {"login": user["name"], "password": PASSWORD, "_csrf_token": token}
    browser.post("/user/login", data=form, base_url=site, headers=sent)
    path = link()
    assert browser.post(path, base_url=site).status_code == 400
    page, sent = page_of(path)
    token = page.select_one(".promote form input[name=_csrf_token]")["value"]
    response = browser.post(path, data={"_csrf_token": token}, base_url=site, headers=sent)
    assert shown(response) == (200, "Qqqdone", False)


def test_the_address_in_a_mail_is_whole_and_in_the_visitors_language(app: Any):
    with app.flask_app.test_request_context("/"):
        assert confirming.url_of("abc", "es") == "http://test.ckan.net/es/promote/confirm/abc"
        assert confirming.url_of("abc", "en") == "http://test.ckan.net/en/promote/confirm/abc"


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_word_is_in_the_readers_language(
    app: Any, done: Any, language: str, freezer: Any
):
    reader = Reader(app, language)
    freezer.move_to("2026-03-10 10:00")
    old, withdrawn = link(), link()
    visitor = visitors.find_or_make(model.Session, ANA)
    visitors.revoke_tokens(model.Session, visitor.id)
    model.Session.commit()
    unused = link()
    freezer.move_to("2026-03-11 10:00")
    reader.page(withdrawn, status=410)
    reader.page(unused)
    reader.page(unused, {})
    reader.page(unused, {}, status=410)
    reader.page(link("gone"), {}, status=410)
    reader.page(link("closed"), {}, status=409)
    reader.page(link("forbidden"), {}, status=403)
    reader.page(f"/promote/confirm/{UNKNOWN}", status=404)
    soon_old = link()
    freezer.move_to("2026-03-14 10:00")
    reader.page(soon_old, status=410)
    assert old != withdrawn
    hold(reader.strange)
