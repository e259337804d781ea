"""A visitor's proposal: confirmed by mail, reviewed, corrected by his link, published, credited."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ckantoolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories

from ckanext.promote.base import tokens
from ckanext.promote.base.model import FormNonce, Visitor
from ckanext.promote.content.model import ContentVersion
from ckanext.promote.portal.ports import free_port
from tests.factories import act, headers
from tests.postbox import Postbox, receiving

pytestmark = pytest.mark.usefixtures("portal")

APP = {
    "type": "app", "title": "Leaks near me", "summary": "Shows leaks on a map.",
    "body": "It warns you.", "contact_email": "help@leaks.example",
    "links": {"web": "https://leaks.example/"}, "stage": "available",
}  # fmt: skip
ANA = {"author_name": "Ana P.", "author_email": "ana@example.org"}


@pytest.fixture
def postbox(ckan_config: Any, monkeypatch: Any) -> Iterator[Postbox]:
    with receiving() as box:
        for name, value in {**box.options, "ckanext.promote.form.min_seconds": 0}.items():
            monkeypatch.setitem(ckan_config, name, value)
        yield box


@pytest.fixture
def sysadmin() -> dict[str, Any]:
    return factories.SysadminWithToken()


def propose(**fields: Any) -> dict[str, Any]:
    token = tokens.issue("submission", "")
    return act(None, "promote_content_create", **{**APP, **ANA, "form_token": token, **fields})


def test_an_app_of_a_visitor_is_confirmed_by_mail_published_and_credited(
    app: Any, postbox: Postbox, sysadmin: dict[str, Any]
) -> None:
    made = propose()
    assert made["review_state"] == "draft"
    assert act(sysadmin, "promote_review_list")["items"] == []
    [message] = postbox.got
    assert message["To"] == "ana@example.org"
    link = postbox.link("/promote/confirm/")
    assert app.get(link).status_code == 200
    assert act(sysadmin, "promote_review_list")["items"] == []
    app.post(link, status=200)
    [item] = act(sysadmin, "promote_review_list")["items"]
    assert (item["title"], item["is_by_visitor"]) == ("Leaks near me", True)
    act(sysadmin, "promote_content_publish", id=made["id"])
    shown = act(None, "promote_content_show", id=made["id"])
    assert shown["authors"] == ["Ana P."]
    assert "ana@example.org" not in str(shown)
    assert "ana@example.org" not in app.get(f"/app/{shown['name']}").body


def test_the_personal_link_shows_where_it_stands_and_corrects_it(
    app: Any, postbox: Postbox, sysadmin: dict[str, Any]
) -> None:
    made = propose()
    app.post(postbox.link("/promote/confirm/"))
    mine = postbox.link("/promote/proposal/")
    assert "In review" in app.get(mine).body
    act(sysadmin, "promote_content_return", id=made["id"], reason="Say which data it uses.")
    page = app.get(mine)
    assert "Say which data it uses." in page.body
    assert page.headers["Referrer-Policy"] == "no-referrer"
    form = {**APP, "title": "Leaks around me", "do": "submit", "links-web": "https://leaks.example/"}
    del form["links"]
    app.post(f"{mine}/edit", data=form)
    [item] = act(sysadmin, "promote_review_list")["items"]
    assert item["title"] == "Leaks around me"
    assert app.get("/promote/proposal/" + "x" * 43, status=404)


def test_a_link_is_for_its_own_proposal_alone(
    app: Any, postbox: Postbox, sysadmin: dict[str, Any]
) -> None:
    first, second = propose(), propose(author_email="eva@example.org", title="Another app")
    app.post(postbox.link("/promote/confirm/"))
    secret = postbox.link("/promote/proposal/").rpartition("/")[2]
    assert act(None, "promote_content_show", id=second["id"], access_token=secret)
    with pytest.raises(tk.ObjectNotFound):
        act(None, "promote_content_show", id=first["id"], access_token=secret)
    with pytest.raises(tk.ObjectNotFound):
        act(None, "promote_content_update", id=first["id"], access_token=secret, title="Mine now")
    for action in ("promote_content_publish", "promote_content_return"):
        with pytest.raises((tk.ObjectNotFound, tk.NotAuthorized, tk.ValidationError)):
            act(None, action, id=second["id"], access_token=secret)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"form_token": "forged"}, "form_token"), ({"form_token": None}, "form_token"),
        ({tokens.HONEYPOT: "x"}, "form_token"), ({"author_name": ""}, "author_name"),
        ({"author_email": "no address"}, "author_email"), ({"contact_email": ""}, "contact_email"),
        ({"links": {"nokia": "https://a.example"}}, "links"), ({"title": ""}, "title"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_nothing_is_stored_or_mailed(
    postbox: Postbox, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(tk.ValidationError) as refused:
        propose(**fields)
    assert list(refused.value.error_dict) == [field]
    assert postbox.got == []
    model.Session.remove()
    for table in (ContentVersion, Visitor, FormNonce):
        assert model.Session.query(table).count() == 0


def test_a_mail_server_that_is_away_stores_nothing_and_the_form_can_be_sent_again(
    postbox: Postbox, ckan_config: Any, monkeypatch: Any
) -> None:
    token = tokens.issue("submission", "")
    with monkeypatch.context() as patch:
        patch.setitem(ckan_config, "smtp.server", f"127.0.0.1:{free_port()}")
        with pytest.raises(tk.ValidationError) as refused:
            propose(form_token=token)
        assert list(refused.value.error_dict) == ["author_email"]
    assert propose(form_token=token)["review_state"] == "draft"


def test_the_form_works_for_visitors_and_keeps_what_was_typed(app: Any, postbox: Postbox) -> None:
    page = BeautifulSoup(app.get("/app/new").body, "html.parser")
    token = page.select_one("input[name=form_token]")["value"]
    form = {**APP, "form_token": token, "links-web": "https://leaks.example/", "do": "submit"}
    del form["links"]
    again = BeautifulSoup(app.post("/app/new", data=form, status=400).body, "html.parser")
    assert again.select_one("#field-author_name-error") is not None
    assert again.select_one("#field-title")["value"] == "Leaks near me"
    token = again.select_one("input[name=form_token]")["value"]
    done = app.post("/app/new", data={**form, **ANA, "form_token": token})
    assert "look into your mail" in done.body
    assert len(postbox.got) == 1


def test_who_may_propose_is_an_option(
    app: Any, postbox: Postbox, ckan_config: Any, monkeypatch: Any
) -> None:
    citizen = factories.UserWithToken()
    mine = act(citizen, "promote_content_create", **APP)
    assert mine["review_state"] == "draft"
    [kept] = act(citizen, "promote_review_list", mine=True)["items"]
    assert kept["id"] == mine["id"]
    monkeypatch.setitem(ckan_config, "ckanext.promote.submissions", "registered")
    with pytest.raises(tk.NotAuthorized):
        propose()
    assert act(citizen, "promote_content_create", **{**APP, "title": "Second"})
    monkeypatch.setitem(ckan_config, "ckanext.promote.submissions", "institutions")
    with pytest.raises(tk.NotAuthorized):
        act(citizen, "promote_content_create", **{**APP, "title": "Third"})
    app.get("/app/new", headers=headers(citizen), status=403)
