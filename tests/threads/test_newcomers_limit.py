"""A new account writes five texts in ten minutes, on page and API, whatever becomes of Redis."""
from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from ckan.lib import redis
from ckan.tests import factories

from ckanext.promote.portal.ports import free_port
from tests.factories import act, headers, institution
from tests.feedback.pages import filled, get, send, soup, texts
from tests.threads.talk import ask, citizen, dataset

pytestmark = pytest.mark.usefixtures("clean_db")


@pytest.fixture(params=["with Redis", "with Redis dead"])
def redis_or_none(request: Any, ckan_config: Any, monkeypatch: Any) -> None:
    """CKAN's address of Redis, or one at which nobody answers, and no connection kept."""
    if request.param == "with Redis":
        return
    monkeypatch.setitem(ckan_config, "ckan.redis.url", f"redis://127.0.0.1:{free_port()}/1")
    monkeypatch.setattr(redis, "_connection_pool", None)
    assert redis.is_redis_available() is False


def replied(app: Any, thread: dict[str, Any], user: dict[str, Any]) -> Any:
    """What the API answers to one more reply."""
    return app.post(
        "/api/3/action/promote_post_create", headers=headers(user),
        json={"thread_id": thread["id"], "body": "I know more."},
    )  # fmt: skip


def test_the_sixth_text_waits_and_nobody_else_does(
    app: Any, redis_or_none: None, freezer: Any
) -> None:
    owner = institution()
    about, old = dataset(owner, name="leaks"), citizen()
    thread = ask(old, about)
    new, other = (factories.UserWithToken() for _ in range(2))
    freezer.tick(dt.timedelta(minutes=5))  # CKAN dates tokens by the real clock
    ask(new, about, title="My first question")
    page, path = get(app, f"/feedback/{thread['id']}", new), f"/feedback/{thread['id']}/reply"
    send(app, path, new, **filled(page, body="I know it."))
    for _ in range(3):
        freezer.tick(dt.timedelta(minutes=1))
        assert replied(app, thread, new).status_code == 200
    refused = replied(app, thread, new)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 7 * 60 + 1
    [sentence] = refused.json["error"]["__before"]
    assert sentence.startswith("With a new account you can write a few texts in ten minutes.")
    again = send(app, path, new, 429, body="A sixth one.")
    assert int(again.headers["Retry-After"]) > 0
    assert texts(again) == [sentence]
    assert soup(again).select_one("#field-body").text.strip() == "A sixth one."
    form = filled(get(app, "/dataset/leaks/feedback/new", new), title="Six?", body="A sixth.")
    asked = send(app, "/dataset/leaks/feedback/new", new, 429, **{**form, "seen": "1"})
    assert texts(asked) == [sentence]
    for user in (other, old, owner.editor):
        assert replied(app, thread, user).status_code == 200
    send(app, path, other, **filled(get(app, f"/feedback/{thread['id']}", other), body="Mine."))
    assert act(new, "promote_thread_list", mine=True)["total"] == 1
    freezer.tick(dt.timedelta(seconds=int(refused.headers["Retry-After"])))
    assert replied(app, thread, new).status_code == 200
