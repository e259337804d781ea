"""The form on which people ask, and the way of a visitor by the links in his mail."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ckanext.promote.base.model import utc_now
from tests.factories import Institution, act, headers, institution
from tests.feedback.pages import filled, get, send, soup, steps, texts
from tests.postbox import Postbox, receiving
from tests.threads.talk import answer, ask, citizen, dataset, day

pytestmark = pytest.mark.usefixtures("clean_db")
QUESTION = {"kind": "question", "title": "What does column 7 mean?", "body": "Nobody knows."}
ANA = {"author_name": "Ana P.", "author_email": "ana@example.org"}


@pytest.fixture
def owner() -> Institution:
    made = institution(name="water-office", title="Water office")
    dataset(made, name="leaks", title="Leaks")
    return made


@pytest.fixture
def postbox(ckan_config: Any, monkeypatch: Any) -> Iterator[Postbox]:
    with receiving() as box:
        for name, value in {**box.options, "ckanext.promote.form.min_seconds": 0}.items():
            monkeypatch.setitem(ckan_config, name, value)
        yield box


FORM = "/dataset/leaks/feedback/new"


def test_somebody_with_an_account_asks_at_once_when_nothing_is_alike(
    app: Any, owner: Institution
) -> None:
    ana = citizen()
    page = get(app, FORM, ana)
    assert page.select("[name=author_email]") == []
    visible = [each["name"] for each in page.select(
        ".promote-form > .promote-field :is(input, select, textarea)")]  # fmt: skip
    assert visible == ["kind", "title", "body"]
    done = send(app, FORM, ana, **filled(page, **QUESTION))
    page = soup(app.get(done.headers["Location"], headers=headers(ana)))
    assert page.h1.text == QUESTION["title"]
    assert f"{utc_now().year}-00001" in page.select_one(".promote-kicker").text


def test_similar_questions_are_shown_before_with_me_too(app: Any, owner: Institution) -> None:
    first = ask(citizen(), {"name": "leaks"})
    eva = citizen()
    page = get(app, FORM, eva)
    form = filled(page, kind="question", title="The meaning of column 7?", body="What is it?")
    shown = soup(send(app, FORM, eva, 200, **form))
    [item] = shown.select(".promote-similar li")
    assert item.a.text == "What does column 7 mean?"
    assert item.form["action"] == f"/feedback/{first['id']}/support"
    assert shown.select_one("#field-title")["value"] == "The meaning of column 7?"
    assert shown.select("form.promote-form button")[-1].text == "Send mine all the same"
    send(app, FORM, eva, **filled(shown))
    assert act(None, "promote_thread_list")["total"] == 2


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_stored(
    app: Any, owner: Institution
) -> None:
    ana = citizen()
    again = send(app, FORM, ana, 400, kind="question", title="Hm", body="Text", topic="qqq")
    page = soup(again)
    assert page.select_one("#field-title-error").text == "Give a title of 3 to 200 characters."
    assert page.select_one("#field-title")["value"] == "Hm"
    assert page.select_one("#field-body").text.strip() == "Text"
    assert act(None, "promote_thread_list")["total"] == 0


def test_a_form_that_is_sent_twice_asks_once(app: Any, owner: Institution) -> None:
    ana = citizen()
    form = {**filled(get(app, FORM, ana), **QUESTION), "seen": "1"}
    first, second = send(app, FORM, ana, **form), send(app, FORM, ana, **form)
    assert first.headers["Location"] == second.headers["Location"]
    assert act(None, "promote_thread_list")["total"] == 1


def test_the_way_of_a_visitor_by_his_links(
    app: Any, owner: Institution, postbox: Postbox
) -> None:
    page = get(app, FORM)
    done = send(app, FORM, None, 200, **filled(page, **QUESTION, **ANA))
    number = f"{utc_now().year}-00001"
    assert number in soup(done).select_one(".promote-lead").text
    assert act(None, "promote_thread_list")["total"] == 0
    app.post(postbox.link("/promote/confirm/"))
    mine = postbox.link("/feedback/")
    answered = app.get(mine)
    assert answered.headers["Referrer-Policy"] == "no-referrer"
    assert answered.headers["Cache-Control"] == "private, no-store"
    assert answered.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "ana@example.org" not in answered.body
    page = soup(answered)
    assert steps(page) == {"unfollow", "update", "withdraw", "close"}
    thread = act(None, "promote_thread_show", id=number)
    path, token = f"/feedback/{thread['id']}", mine.partition("access_token=")[2]

    act(owner.editor, "promote_thread_clarify", id=number, body="Which year?")
    form = filled(get(app, mine), body="The year 2020.")
    assert form["access_token"] == token
    done = send(app, f"{path}/reply", None, **form)
    assert f"access_token={token}" in done.headers["Location"]
    assert act(None, "promote_thread_show", id=number)["state"] == "open"

    answer(owner.editor, thread)
    page = get(app, mine)
    assert page.select_one(".promote-verdict input[name=access_token]")["value"] == token
    send(app, f"{path}/verdict", None, helpful="true", access_token=token)
    assert act(None, "promote_thread_show", id=number)["verdict"]["helpful"] is True
    send(app, f"{path}/unfollow", None, access_token=token)
    send(app, f"{path}/verdict", None, 403, helpful="true")
    get(app, f"{path}?access_token={'x' * 43}", None, 404)


def test_a_visitor_withdraws_by_his_link(app: Any, owner: Institution, postbox: Postbox) -> None:
    send(app, FORM, None, 200, **filled(get(app, FORM), **QUESTION, **ANA))
    app.post(postbox.link("/promote/confirm/"))
    mine = postbox.link("/feedback/")
    path, _, token = mine.partition("?access_token=")
    form = filled(get(app, f"{path}/withdraw?access_token={token}"))
    done = send(app, f"{path}/withdraw", None, **form)
    assert done.status_code == 302
    assert act(None, "promote_thread_list")["total"] == 0


def test_a_visitors_form_that_is_refused_keeps_text_and_token(
    app: Any, owner: Institution, postbox: Postbox
) -> None:
    form = filled(get(app, FORM), **QUESTION, author_name="Ana P.")
    again = send(app, FORM, None, 400, **form)
    page = soup(again)
    assert page.select_one("#field-author_email-error") is not None
    assert page.select_one("#field-author_name")["value"] == "Ana P."
    token = page.select_one("[name=form_token]")["value"]
    assert token == form["form_token"]
    forged = send(app, FORM, None, 400, **{**form, **ANA, "form_token": "forged"})
    assert texts(forged)[0].startswith("This form: ")
    assert postbox.got == []
    named = send(app, FORM, None, 400, **{**form, **ANA, "author_name": "Respuesta oficial"})
    assert soup(named).select_one("#field-author_name-error") is not None
    send(app, FORM, None, 200, **filled(page, **ANA))
    assert len(postbox.got) == 1


def test_a_visitor_replies_and_confirms(app: Any, owner: Institution, postbox: Postbox) -> None:
    thread = ask(citizen(), {"name": "leaks"})
    path = f"/feedback/{thread['id']}"
    form = filled(get(app, path), body="I wonder, too.", **ANA)
    again = send(app, f"{path}/reply", None, 400, **{**form, "author_email": "nobody"})
    assert soup(again).select_one("#field-author_email-error") is not None
    send(app, f"{path}/reply", None, 200, **form)
    assert "I wonder" not in str(get(app, path))
    app.post(postbox.link("/promote/confirm/"))
    assert "I wonder, too." in str(get(app, path))


def test_visitors_are_asked_to_sign_in_where_they_may_not_write(
    app: Any, owner: Institution, ckan_config: Any, monkeypatch: Any
) -> None:
    thread = ask(citizen(), {"name": "leaks"})
    monkeypatch.setitem(ckan_config, "ckanext.promote.feedback.who", "registered")
    login = app.get(FORM, follow_redirects=False)
    assert login.headers["Location"].endswith(f"/user/login?came_from={FORM}")
    send(app, FORM, None, 403, **QUESTION, **ANA)
    page = get(app, f"/feedback/{thread['id']}")
    assert page.select("#reply-field-body") == []
    assert page.find("a", string="Sign in to write here") is not None


def test_an_institution_registers_what_came_elsewhere_and_nobody_else_does(
    app: Any, owner: Institution
) -> None:
    ana = citizen()
    assert get(app, FORM, ana).select("#field-source") == []
    more = {"source": "Telephone", "received_on": day(-3), "author_name": "Luis"}
    send(app, FORM, ana, 403, **QUESTION, **more)
    form = filled(get(app, FORM, owner.editor), **QUESTION, source="Telephone")
    again = send(app, FORM, owner.editor, 400, **form)
    assert soup(again).select_one("#field-received_on-error") is not None
    send(app, FORM, owner.editor, **{**form, **more})
    [item] = act(None, "promote_thread_list")["items"]
    assert (item["source"], item["received_on"]) == ("Telephone", day(-3))
    assert item["author"]["name"] == "Luis"


def test_advice_is_asked_by_an_institutions_people_alone(app: Any, owner: Institution) -> None:
    path = "/promote/advice/new?institution=water-office"
    get(app, path, citizen(), 403)
    page = get(app, path, owner.editor)
    assert page.select("[name=kind]") == []
    done = send(app, path, owner.editor, **filled(page, title="Which licence?", body="For maps."))
    made = done.headers["Location"].rpartition("/")[2]
    shown = act(owner.editor, "promote_thread_show", id=made)
    assert (shown["kind"], shown["visibility"]) == ("advice", "advice")
    get(app, f"/feedback/{made}", citizen(), 404)
    get(app, f"/feedback/{made}", owner.editor)
    [item] = get(app, "/feedback?advice=1", owner.editor).select(".promote-threads > li")
    assert item.a.text == "Which licence?"


def test_there_is_no_form_for_what_the_reader_cannot_see(app: Any, owner: Institution) -> None:
    dataset(owner, name="secret", private=True)
    for place in ("dataset/secret", "dataset/nothing", "group/leaks", "story/leaks"):
        for page in ("", "/new", ".csv", ".atom", "/promises"):
            get(app, f"/{place}/feedback{page}", citizen(), 404)
    get(app, "/dataset/secret/feedback/new", owner.editor)
    get(app, "/organization/water-office/feedback/new", citizen())


def test_the_form_of_a_visitor_is_light(app: Any, owner: Institution) -> None:
    assert len(app.get(FORM).body.encode()) <= 60_000
