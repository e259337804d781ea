"""Every write with a cookie needs our form's token, whatever CKAN's own check says."""
from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories

from ckanext.promote.content.model import Content
from tests.factories import STORY, content, institution

PASSWORD = "correct-horse-battery"  # noqa: S105 -- of a user of the test

pytestmark = [
    pytest.mark.usefixtures("portal", "own_publishing"),
    pytest.mark.ckan_config("WTF_CSRF_ENABLED", True),
]


@pytest.fixture
def signed_in(app: Any) -> Any:
    """A browser of a sysadmin: it has a session cookie."""
    user = factories.Sysadmin(password=PASSWORD)
    client = app.test_client()
    token = token_of(client.get("/user/login"))
    client.post(
        "/user/login",
        data={"login": user["name"], "password": PASSWORD, "_csrf_token": token},
    )
    return client


def token_of(response: Any) -> str:
    page = BeautifulSoup(response.get_data(as_text=True), "html.parser")
    return page.select_one("meta[name=_csrf_token]")["content"]


def story_form(**fields: str) -> dict[str, str]:
    keys = ("title", "summary", "contact_email")
    return {"do": "publish", "background": "x", **{key: STORY[key] for key in keys}, **fields}


def test_a_form_without_the_token_is_refused_also_after_a_visitor_primed_the_page(
    app: Any, signed_in: Any
):
    owner = institution()
    name = content(owner.editor, owner_org=owner.name)["name"]
    writes = ("/story/new", f"/story/edit/{name}", f"/story/delete/{name}")
    visitor = app.test_client()
    for path in writes:
        assert signed_in.post(path, data=story_form()).status_code == 400, path
        visitor.get(path)
        visitor.post(path, data=story_form())
        assert signed_in.post(path, data=story_form()).status_code == 400, path
    assert model.Session.query(Content).count() == 1
    assert model.Package.get(name).state == "active"


def test_the_form_of_the_page_itself_is_accepted(signed_in: Any):
    page = signed_in.get("/story/new")
    form = BeautifulSoup(page.get_data(as_text=True), "html.parser").select_one(".promote-form")
    token = form.select_one("input[name=_csrf_token]")["value"]
    answer = signed_in.post(
        "/story/new", data=story_form(_csrf_token=token), follow_redirects=False
    )
    assert answer.status_code == 302
    assert model.Session.query(Content).count() == 1


def test_a_token_of_the_api_needs_no_form_token(app: Any):
    user = factories.SysadminWithToken()
    app.post("/story/new", data=story_form(), headers={"Authorization": user["token"]})
    assert model.Session.query(Content).count() == 1


def test_an_error_page_of_ours_keeps_htmx_from_inserting_a_style_and_ckans_own_is_left_alone(
    app: Any,
):
    for path, count in (("/story/nothing", 1), ("/feedback/nothing", 1), ("/dataset/nothing", 0)):
        page = BeautifulSoup(app.get(path, status=404).body, "html.parser")
        assert len(page.select("meta[name=htmx-config]")) == count, path
