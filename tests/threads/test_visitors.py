"""People without an account: they confirm by mail, get a number, and act by their link."""
from __future__ import annotations

import datetime as dt
import email
import re
from collections.abc import Iterator
from email.policy import default
from typing import Any

import ckantoolkit as tk
import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from ckan import model

from ckanext.promote.base import tokens, visitors
from ckanext.promote.base.model import Event, FormNonce, Visitor, utc_now
from ckanext.promote.portal.ports import free_port
from ckanext.promote.threads import ticking
from ckanext.promote.threads.model import Post, Thread
from tests.factories import act, institution, site_user
from tests.threads.talk import QUESTION, answer, ask, citizen, dataset, posts

pytestmark = pytest.mark.usefixtures("clean_db")

ANA = {"author_name": "Ana P.", "author_email": "ana@example.org"}


class Postbox:
    """What a mail server got."""

    def __init__(self) -> None:
        self.got: list[Any] = []

    async def handle_DATA(  # noqa: N802 -- aiosmtpd's name
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        self.got.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    def link(self, pattern: str) -> str:
        """What the pattern finds in the newest message."""
        found = re.search(pattern, self.got[-1].get_content())
        assert found is not None
        return found[1]


@pytest.fixture
def postbox(ckan_config: Any, monkeypatch: Any) -> Iterator[Postbox]:
    box, port = Postbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    for name, value in {
        "smtp.server": f"127.0.0.1:{port}", "smtp.starttls": False, "smtp.user": "",
        "smtp.mail_from": "portal@example.org", "ckanext.promote.form.min_seconds": 0,
    }.items():  # fmt: skip
        monkeypatch.setitem(ckan_config, name, value)
    yield box
    controller.stop()


def visit(about: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A visitor's thread, waiting for its confirmation."""
    data = {
        **QUESTION, **ANA, "subject_type": "dataset", "subject_id": about["name"],
        "form_token": tokens.issue("thread", about["name"]), **fields,
    }  # fmt: skip
    return act(None, "promote_thread_create", **data)


def confirm(app: Any, postbox: Postbox) -> str:
    """Open the link of the newest mail and press its button; the secret of the personal link."""
    app.post(postbox.link(r"http://test\.ckan\.net(/\S*/promote/confirm/\S+|/promote/confirm/\S+)"))
    return postbox.link(r"access_token=(\S+)")


def stored() -> tuple[int, int, int, int]:
    model.Session.remove()
    return tuple(
        model.Session.execute(sa.select(sa.func.count()).select_from(table)).scalar()
        for table in (Thread, Post, Visitor, FormNonce)
    )  # type: ignore[return-value] -- four tables


def test_a_visitor_asks_confirms_clarifies_judges_by_the_link_in_his_mail(
    app: Any, postbox: Postbox
) -> None:
    owner = institution()
    made = visit(dataset(owner))
    assert set(made) == {"id", "number", "state", "message"}
    assert (made["state"], made["number"][-6:]) == ("pending", "-00001")
    for user in (None, owner.editor):
        with pytest.raises(tk.ObjectNotFound):
            act(user, "promote_thread_show", id=made["id"])
    assert act(None, "promote_thread_list")["items"] == []
    assert "dictionary" not in postbox.got[0].get_content()
    secret = confirm(app, postbox)
    shown = act(None, "promote_thread_show", id=made["number"])
    assert (shown["state"], shown["author"]["name"], shown["is_mine"]) == ("open", "Ana P.", False)
    assert shown["due_at"] is not None
    own = act(None, "promote_thread_show", id=made["id"], access_token=secret)
    assert (own["is_mine"], own["is_followed"]) == (True, True)
    act(owner.editor, "promote_thread_clarify", id=made["id"], body="Which one?")
    reply = act(None, "promote_post_create", thread_id=made["id"], body="The seventh.",
                access_token=secret)  # fmt: skip
    assert (reply["state"], reply["author"]["name"]) == ("visible", "Ana P.")
    assert act(None, "promote_thread_show", id=made["id"])["state"] == "open"
    answer(owner.editor, made)
    judged = act(None, "promote_thread_verdict", id=made["id"], helpful=True, access_token=secret)
    assert (judged["state"], judged["verdict"]["helpful"]) == ("closed", True)
    unfollowed = act(None, "promote_thread_unfollow", id=made["id"], access_token=secret)
    assert unfollowed["is_followed"] is False


def test_a_link_is_for_one_thread_and_no_other(app: Any, postbox: Postbox) -> None:
    owner, ana = institution(), citizen()
    about = dataset(owner)
    visit(about)
    secret = confirm(app, postbox)
    other = ask(ana, about)
    [first] = posts(ana, other)
    for action, data in (
        ("promote_thread_show", {"id": other["id"]}),
        ("promote_thread_withdraw", {"id": other["id"]}),
        ("promote_post_create", {"thread_id": other["id"], "body": "More."}),
        ("promote_post_update", {"id": first["id"], "body": "Mine now."}),
    ):
        for token in (secret, "x" * 43):
            with pytest.raises(tk.ObjectNotFound):
                act(None, action, access_token=token, **data)


def test_a_visitor_takes_his_question_back(app: Any, postbox: Postbox) -> None:
    made = visit(dataset(institution()))
    secret = confirm(app, postbox)
    gone = act(None, "promote_thread_withdraw", id=made["id"], access_token=secret)
    assert (gone["state"], gone["is_hidden"]) == ("closed", True)
    with pytest.raises(tk.ObjectNotFound):
        act(None, "promote_thread_show", id=made["id"])


def test_a_reply_of_a_visitor_waits_for_the_link(app: Any, postbox: Postbox) -> None:
    owner = institution()
    thread = ask(citizen(), dataset(owner))
    made = act(
        None, "promote_post_create", thread_id=thread["number"], body="I know.", **ANA,
        form_token=tokens.issue("post", thread["number"]),
    )  # fmt: skip
    assert made["state"] == "pending"
    assert len(posts(None, thread)) == len(posts(owner.editor, thread)) == 1
    assert act(None, "promote_thread_show", id=thread["id"])["posts_count"] == 1
    secret = confirm(app, postbox)
    assert [each["author"]["name"] for each in posts(None, thread)][1:] == ["Ana P."]
    link = {"id": thread["id"], "access_token": secret}
    assert act(None, "promote_thread_show", **link)["is_followed"] is True
    assert act(None, "promote_thread_unfollow", **link)["is_followed"] is False
    with pytest.raises(tk.NotAuthorized):
        act(None, "promote_thread_verdict", **link, helpful=True)
    assert act(None, "promote_thread_show", id=thread["id"])["posts_count"] == 2


def test_what_a_visitor_writes_like_advertising_waits_for_a_moderator_after_the_link(
    app: Any, postbox: Postbox
) -> None:
    made = visit(dataset(institution()), body="https://a.x https://b.x https://c.x https://d.x")
    confirm(app, postbox)
    [item] = act(site_user(), "promote_moderation_list")["items"]
    assert (item["cause"], item["thread"]["state"]) == ("suspicious", "pending")
    act(site_user(), "promote_moderation_decide", id=item["id"], decision="approve")
    assert act(None, "promote_thread_show", id=made["id"])["state"] == "open"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("author_name", ""), ("author_name", "Respuesta oficial"),
        ("author_name", "ana@example.org"), ("author_email", "nonsense"),
        ("author_email", ""), ("form_token", ""), ("form_token", "nonsense"),
        ("second_subject", "filled"), ("title", ""),
    ],
)  # fmt: skip
def test_a_wrong_form_is_told_by_field_and_leaves_nothing(
    postbox: Postbox, field: str, value: str
) -> None:
    about, before = dataset(institution()), stored()
    with pytest.raises(tk.ValidationError) as err:
        visit(about, **{field: value})
    expected = "form_token" if field == "second_subject" else field
    assert set(err.value.error_dict) == {expected}
    assert (stored(), postbox.got) == (before, [])


def test_a_form_is_sent_once_for_its_own_subject(postbox: Postbox) -> None:
    one, two = dataset(institution()), dataset(institution())
    token = tokens.issue("thread", one["name"])
    visit(one, form_token=token)
    for about in (one, two):
        with pytest.raises(tk.ValidationError) as err:
            visit(about, form_token=token)
        assert set(err.value.error_dict) == {"form_token"}
    assert stored()[0] == 1


def test_a_dead_mail_server_leaves_nothing(
    postbox: Postbox, ckan_config: Any, monkeypatch: Any
) -> None:
    about, before = dataset(institution()), stored()
    monkeypatch.setitem(ckan_config, "smtp.server", "127.0.0.1:1")
    with pytest.raises(tk.ValidationError) as err:
        visit(about)
    assert set(err.value.error_dict) == {"author_email"}
    assert stored() == before


@pytest.mark.ckan_config("ckanext.promote.feedback.who", "registered")
def test_an_option_keeps_visitors_out(postbox: Postbox) -> None:
    about = dataset(institution())
    with pytest.raises(tk.NotAuthorized):
        visit(about)
    thread = ask(citizen(), about)
    with pytest.raises(tk.NotAuthorized):
        act(None, "promote_post_create", thread_id=thread["id"], body="I know.", **ANA,
            form_token=tokens.issue("post", thread["id"]))  # fmt: skip


def test_a_blocked_visitor_gets_the_same_answer_and_no_mail(app: Any, postbox: Postbox) -> None:
    about = dataset(institution())
    made = visit(about)
    confirm(app, postbox)
    count = len(postbox.got)
    visitors.block(model.Session, model.Session.query(Visitor).one())
    model.Session.commit()
    again = visit(about)
    assert (set(again), again["state"]) == (set(made), "pending")
    assert len(postbox.got) == count


def test_the_address_of_a_visitor_leaves_through_no_answer_and_no_event(
    app: Any, postbox: Postbox
) -> None:
    owner = institution()
    made = visit(dataset(owner), author_email="qqq-secret@example.org")
    secret = confirm(app, postbox)
    [first] = act(None, "promote_post_list", thread_id=made["id"])["items"]
    act(citizen(), "promote_report_create", post_id=first["id"], reason="spam")
    answers = [
        made,
        *(act(user, action, **data) for user in (None, owner.editor, site_user())
          for action, data in (
              ("promote_thread_show", {"id": made["id"]}),
              ("promote_thread_list", {}),
              ("promote_post_list", {"thread_id": made["id"]}),
          )),
        act(None, "promote_thread_show", id=made["id"], access_token=secret),
        act(site_user(), "promote_moderation_list"),
    ]  # fmt: skip
    assert "qqq-secret" not in repr(answers)
    rows = model.Session.execute(sa.select(Event.__table__)).all()
    assert "qqq-secret" not in repr(rows)
    assert len(rows) > 0


def test_a_question_confirmed_after_its_dataset_went_private_is_not_shown(
    app: Any, postbox: Postbox
) -> None:
    owner = institution()
    about = dataset(owner)
    made = visit(about)
    act(owner.editor, "package_patch", id=about["id"], private=True)
    link = postbox.link(r"http://test\.ckan\.net(/\S*promote/confirm/\S+)")
    app.post(link, status=410)
    states = model.Session.execute(sa.select(Thread.id, Thread.state)).all()
    assert states == [(made["id"], "pending")]


def test_what_is_never_confirmed_is_forgotten_after_a_month(postbox: Postbox) -> None:
    about, ana = dataset(institution()), citizen()
    thread = ask(ana, about)
    visit(about)
    act(None, "promote_post_create", thread_id=thread["id"], body="I know.", **ANA,
        form_token=tokens.issue("post", thread["id"]))  # fmt: skip
    assert stored()[:2] == (2, 3)
    assert ticking.forget_unconfirmed(model.Session, utc_now() + dt.timedelta(days=29)) == 0
    assert ticking.forget_unconfirmed(model.Session, utc_now() + dt.timedelta(days=31)) == 2
    model.Session.commit()
    assert stored()[:2] == (1, 1)
    assert act(None, "promote_thread_show", id=thread["id"])["posts_count"] == 1
