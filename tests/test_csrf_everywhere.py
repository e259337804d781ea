"""No route of ours takes a form that comes with a session and without its token."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ckan.tests import factories

from tests import walking
from tests.base.test_web import PASSWORD, token_of
from tests.postbox import receiving
from tests.surfaces import Surfaces
from tests.test_swapped_ids import stored

pytestmark = [
    pytest.mark.usefixtures("portal", "own_publishing"),
    pytest.mark.ckan_config("WTF_CSRF_ENABLED", True),
    pytest.mark.ckan_config("ckanext.promote.central_team", "central"),
]


@pytest.fixture
def world(app: Any, ckan_config: Any, monkeypatch: Any) -> Iterator[Surfaces]:
    with receiving() as postbox:
        for name, value in {**postbox.options, "ckanext.promote.form.min_seconds": 0}.items():
            monkeypatch.setitem(ckan_config, name, value)
        yield Surfaces.made(app, postbox, "leak", "people.example")


def test_every_route_that_writes_refuses_also_after_a_visitor_primed_it(
    app: Any, world: Surfaces
) -> None:
    paths = walking.paths(app, world.arguments, "POST")
    assert len(paths) > 60
    assert set(paths.values()) == {rule.endpoint for rule in walking.rules(app, "POST")}
    user = factories.Sysadmin(password=PASSWORD)
    client, visitor = app.test_client(), app.test_client()
    token = token_of(client.get("/user/login"))
    sent = {"login": user["name"], "password": PASSWORD, "_csrf_token": token}
    client.post("/user/login", data=sent)
    form = {"body": "Text", "title": "Title", "kind": "question", "reason": "spam", "do": "publish",
            "outcome": "explained", "helpful": "true", "decision": "reject"}  # fmt: skip
    for path in paths:
        visitor.get(path)
        visitor.post(path, data=form)
    before = stored()
    for path, endpoint in paths.items():
        for data in (form, {**form, "_csrf_token": "nonsense"}, {**form, "_csrf_token": token}):
            status = client.post(path, data=data).status_code
            # The token of the page before the sign-in is another session's.
            assert status == 400, (endpoint, path, data.get("_csrf_token"), status)
    assert stored() == before
