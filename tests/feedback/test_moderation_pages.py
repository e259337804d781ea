"""Reports, the moderators' queue, objections, and who may write no more, as pages."""
from __future__ import annotations

from typing import Any

import pytest
from ckan.tests import factories

from tests.factories import Institution, act, institution
from tests.feedback.pages import get, send, soup, texts
from tests.threads.talk import answer, ask, citizen, dataset, posts

pytestmark = pytest.mark.usefixtures("clean_db")
QUEUE = "/promote/moderation"


@pytest.fixture
def owner() -> Institution:
    return institution(name="water-office")


@pytest.fixture
def central(ckan_config: Any, monkeypatch: Any) -> Institution:
    monkeypatch.setitem(ckan_config, "ckanext.promote.central_team", "coordination")
    return institution(name="coordination")


@pytest.fixture
def thread(owner: Institution) -> dict[str, Any]:
    return ask(citizen(fullname="Ana P."), dataset(owner, name="leaks"))


def test_a_text_is_reported_and_a_moderator_hides_it_with_a_reason(
    app: Any, thread: dict[str, Any], central: Institution
) -> None:
    luis = citizen(fullname="Luis")
    post = act(luis, "promote_post_create", thread_id=thread["id"], body="**Buy** this!")
    path = f"/feedback/{thread['id']}"
    link = get(app, path).select_one("#post-2 a[href$='/report']")["href"]
    again = send(app, link, None, 400)
    assert texts(again) == ["Reason: Missing value"]
    send(app, link, None, reason="spam", text="He sells things.")
    page = get(app, QUEUE, central.editor)
    [item] = page.select(".promote-queued")
    assert item.strong.text == "Buy"
    assert "1 report" in item.text
    place = item.form["action"]
    again = soup(send(app, place, central.editor, 400, decision="reject", reason=" "))
    assert "Give a reason" in again.select_one(".promote-error").text
    send(app, place, luis, 403, decision="reject", reason="Mine.")
    send(app, place, central.editor, decision="reject", reason="Advertising.")
    assert get(app, QUEUE, central.editor).select(".promote-queued") == []
    tombstone = get(app, path).select_one("#post-2")
    assert "hidden by a moderator" in tombstone.text
    assert "Buy" not in tombstone.text
    own = get(app, path, luis).select_one("#post-2")
    assert "Advertising." in own.text
    send(app, f"{path}/post/{post['id']}/appeal", luis, text="I meant it well.")
    [item] = get(app, f"{QUEUE}?cause=appeal", central.editor).select(".promote-queued")
    assert "I meant it well." in item.text
    send(app, item.form["action"], central.editor, decision="approve")
    assert "Buy" in get(app, path).select_one("#post-2").text


def test_a_first_text_waits_and_is_shown_when_it_is_approved(
    app: Any, owner: Institution, thread: dict[str, Any], central: Institution
) -> None:
    new = factories.UserWithToken(fullname="New one")
    made = ask(new, {"name": "leaks"}, title="My first question")
    path = f"/feedback/{made['id']}"
    get(app, path, citizen(), 404)
    assert "Others do not see this" in get(app, path, new).text
    [item] = get(app, QUEUE, central.editor).select(".promote-queued")
    assert item.select_one(".promote-kicker").text == "First text of a new account"
    send(app, item.form["action"], central.editor, decision="approve")
    get(app, path, citizen())
    shown = get(app, f"{QUEUE}?state=approved", central.editor).select(".promote-queued")
    assert len(shown) == 1


def test_the_queue_is_for_moderators(app: Any, owner: Institution, central: Institution) -> None:
    for user in (citizen(), owner.admin):
        get(app, QUEUE, user, 403)
        get(app, f"{QUEUE}/account/somebody", user, 403)
        send(app, f"{QUEUE}/account/somebody", user, 403, reason="x")
    login = app.get(QUEUE, follow_redirects=False)
    assert login.headers["Location"].endswith(f"/user/login?came_from={QUEUE}")


def test_an_official_answer_has_no_button_to_hide_it(
    app: Any, owner: Institution, thread: dict[str, Any], central: Institution
) -> None:
    answer(owner.editor, thread)
    path = f"/feedback/{thread['id']}"
    page = get(app, path, central.editor)
    assert len(page.select("#post-1 a[href$='/hide']")) == 1
    official = posts(None, thread)[1]["id"]
    assert f"/post/{official}/hide" not in str(page)
    send(app, f"{path}/post/{official}/hide", central.editor, 409, reason="No.")
    first = posts(None, thread)[0]["id"]
    send(app, f"{path}/post/{first}/hide", central.editor, reason="Insults.")
    assert "hidden by a moderator" in get(app, path).select_one("#post-1").text
    send(app, f"{path}/post/{first}/restore", central.editor)
    assert "nothing" in get(app, path).select_one("#post-1").text


def test_who_is_blocked_writes_no_more_and_again_when_let(
    app: Any, thread: dict[str, Any], central: Institution
) -> None:
    luis = citizen()
    place, reply = f"{QUEUE}/account/{luis['name']}", f"/feedback/{thread['id']}/reply"
    again = send(app, place, central.editor, 400, do="block", reason="")
    assert soup(again).select_one("#field-reason-error") is not None
    send(app, place, central.editor, do="block", reason="Insults.")
    send(app, reply, luis, 403, body="Hello?")
    send(app, place, central.editor, do="unblock")
    send(app, reply, luis, body="Hello.")
    get(app, f"{QUEUE}/account/nobody-at-all", central.editor)
    send(app, f"{QUEUE}/account/nobody-at-all", central.editor, 404, reason="x")
