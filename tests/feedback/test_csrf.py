"""Every form of the conversations needs its token when it comes with a session."""
from __future__ import annotations

from typing import Any

import pytest
from ckan import model
from ckan.tests import factories

from ckanext.promote.base.model import Event
from ckanext.promote.feedback import inputs
from tests.base.test_web import PASSWORD, token_of
from tests.factories import act, institution
from tests.threads.talk import ask, citizen, dataset, posts

pytestmark = [
    pytest.mark.usefixtures("clean_db"), pytest.mark.ckan_config("WTF_CSRF_ENABLED", True),
]  # fmt: skip


def test_no_form_is_taken_without_its_token_also_after_a_visitor_primed_the_page(app: Any) -> None:
    owner = institution(name="water-office")
    thread = ask(citizen(), dataset(owner, name="leaks"))
    [first] = posts(None, thread)
    template = act(owner.editor, "promote_answer_template_create", institution=owner.name,
                   title="Width", body="So.")  # fmt: skip
    user = factories.Sysadmin(password=PASSWORD)
    client, visitor = app.test_client(), app.test_client()
    token = token_of(client.get("/user/login"))
    sent = {"login": user["name"], "password": PASSWORD, "_csrf_token": token}
    client.post("/user/login", data=sent)
    place, templates = f"/feedback/{thread['id']}", "/promote/templates/water-office"
    paths = [
        *(f"{place}/{step}" for step in inputs.STEPS),
        *(f"{place}/post/{first['id']}/{step}" for step in inputs.POST_STEPS),
        "/dataset/leaks/feedback/new", "/promote/advice/new?institution=water-office",
        f"/promote/moderation/{first['id']}", f"/promote/moderation/account/{user['name']}",
        "/promote/moderation/unblock",
        f"{templates}/new", f"{templates}/{template['id']}/edit",
        f"{templates}/{template['id']}/delete",
    ]  # fmt: skip
    form = {"body": "Text", "title": "Title", "kind": "question", "reason": "spam",
            "outcome": "explained", "helpful": "true", "decision": "reject"}  # fmt: skip
    before = model.Session.query(Event).count()
    for path in paths:
        visitor.get(path)
        assert client.post(path, data=form).status_code == 400, path
    model.Session.remove()
    assert model.Session.query(Event).count() == before
