"""The same thing at the same moment: made once, or refused with a sentence, never half."""
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from ckan import model

from ckanext.promote.content.model import Content
from tests.factories import STORY, headers, institution

pytestmark = pytest.mark.usefixtures("portal", "own_publishing")
AT_ONCE = 4


def post_at_once(app: Any, bodies: list[dict[str, Any]], user: dict[str, Any]) -> list[Any]:
    """Answers to several API requests that start together."""
    # CKAN gathers its auth functions at the first question, and two threads at once miss some.
    app.get("/api/3/action/promote_content_type_list")
    start = Barrier(len(bodies))

    def post(body: dict[str, Any]) -> Any:
        client = app.test_client()
        start.wait()
        return client.post(
            "/api/3/action/promote_content_create", json=body, headers=headers(user)
        )

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(post, bodies))


def test_one_key_sent_four_times_at_once_makes_one_content(app: Any):
    owner = institution()
    body = {**STORY, "owner_org": owner.name, "idempotency_key": "the-same"}
    answers = post_at_once(app, [body] * AT_ONCE, owner.editor)
    assert [answer.status_code for answer in answers] == [200] * AT_ONCE
    assert len({answer.json["result"]["id"] for answer in answers}) == 1
    assert model.Session.query(Content).count() == 1


def test_one_title_sent_four_times_at_once_gives_contents_or_a_sentence(app: Any):
    owner = institution()
    answers = post_at_once(app, [{**STORY, "owner_org": owner.name}] * AT_ONCE, owner.editor)
    made = [answer for answer in answers if answer.status_code == 200]
    refused = [answer for answer in answers if answer.status_code != 200]
    assert {answer.status_code for answer in refused} <= {409}
    assert all("name" in answer.json["error"] for answer in refused)
    assert model.Session.query(Content).count() == len(made) > 0
