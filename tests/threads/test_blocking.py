"""Who may write no more: with an account or without, by name or by a text, and back again."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories

from ckanext.promote.base import visitors
from ckanext.promote.base.model import Event, Visitor, utc_now
from ckanext.promote.threads.model import Post
from tests.factories import Institution, act, institution, site_user
from tests.feedback.pages import get, send
from tests.threads.talk import answer, ask, citizen, dataset, posts

pytestmark = pytest.mark.usefixtures("clean_db")
LIST = "/promote/moderation/blocked"
SECRET = "qqq-secret@example.org"  # noqa: S105 -- an address


def block(**data: Any) -> dict[str, Any]:
    return act(site_user(), "promote_user_block", **{"reason": "Insults.", **data})


def listed(**data: Any) -> list[dict[str, Any]]:
    return act(site_user(), "promote_user_block_list", **data)["items"]


def by_visitor(thread: dict[str, Any], name: str = "Ana P.", address: str = SECRET) -> str:
    """A text in a thread that somebody without an account wrote, who confirmed it; its id."""
    visitor = visitors.find_or_make(model.Session, address, name=name)
    visitor.confirmed_at = utc_now()
    model.Session.flush()
    made = act(citizen(), "promote_post_create", thread_id=thread["id"], body="Well, no.")
    row = model.Session.get(Post, made["id"])
    row.author_id, row.visitor_id, row.author_name = None, visitor.id, name
    model.Session.commit()
    return made["id"]


@pytest.fixture
def owner() -> Institution:
    return institution(name="water-office")


@pytest.fixture
def thread(owner: Institution) -> dict[str, Any]:
    return ask(citizen(), dataset(owner, name="leaks"))


def test_those_who_are_blocked_are_listed_the_newest_first(thread: dict[str, Any]) -> None:
    ana = citizen(fullname="Ana")
    block(user=ana["name"], reason="Advertising.")
    text = by_visitor(thread, "Luis")
    done = block(post_id=text)
    first, second = listed()
    assert first == {
        "user": None, "visitor": done["visitor"], "name": "Luis", "reason": "Insults.",
        "by": site_user(), "at": first["at"],
    }  # fmt: skip
    assert {key: second[key] for key in ("user", "visitor", "name", "reason")} == {
        "user": ana["name"], "visitor": None, "name": "Ana", "reason": "Advertising.",
    }  # fmt: skip
    page = act(site_user(), "promote_user_block_list", limit=1)
    assert (page["total"], page["items"]) == (2, [first])
    assert listed(limit=1, cursor=page["next"]) == [second]


def test_a_text_tells_whose_account_is_meant(thread: dict[str, Any]) -> None:
    ana = citizen()
    made = act(ana, "promote_post_create", thread_id=thread["id"], body="Well, no.")
    assert block(post_id=made["id"]) == {
        "user": ana["name"], "visitor": None, "is_blocked": True,
    }  # fmt: skip
    with pytest.raises(tk.NotAuthorized):
        act(ana, "promote_post_create", thread_id=thread["id"], body="More.")


def test_a_visitor_is_blocked_by_his_text_and_lets_no_link_work(thread: dict[str, Any]) -> None:
    done = block(post_id=by_visitor(thread))
    visitor = model.Session.query(Visitor).one()
    assert (visitors.is_blocked(visitor), done["user"]) == (True, None)
    block(post_id=posts(None, thread)[1]["id"])
    events = model.Session.query(Event).filter_by(name="user.block").all()
    assert [(each.subject_type, each.subject_id, each.scope) for each in events] == [
        ("visitor", visitor.id, "central")
    ]
    again = act(site_user(), "promote_user_unblock", visitor=done["visitor"])
    assert again == {"user": None, "visitor": done["visitor"], "is_blocked": False}
    model.Session.expire_all()
    assert not visitors.is_blocked(model.Session.query(Visitor).one())
    assert listed() == []


def test_no_address_is_in_list_answer_or_event(app: Any, thread: dict[str, Any]) -> None:
    done = block(post_id=by_visitor(thread))
    rows = model.Session.execute(sa.select(Event.__table__)).all()
    page = get(app, LIST, factories.SysadminWithToken())
    assert "qqq-secret" not in repr([done, listed(), rows, str(page)])


@pytest.mark.parametrize(
    "data", [{}, {"user": "somebody", "post_id": "a text"}], ids=["nobody", "two"]
)
def test_one_is_named(data: dict[str, str]) -> None:
    with pytest.raises(tk.ValidationError) as caught:
        block(**data)
    assert caught.value.error_dict == {"user": ["Give one of these: user, post_id"]}
    with pytest.raises(tk.ValidationError):
        act(site_user(), "promote_user_unblock", reason="x")


def test_what_is_not_there_is_not_found(thread: dict[str, Any]) -> None:
    for data in ({"user": "nobody-at-all"}, {"post_id": "nowhere"}):
        with pytest.raises(tk.ObjectNotFound):
            block(**data)
    with pytest.raises(tk.ObjectNotFound):
        act(site_user(), "promote_user_unblock", visitor="nowhere")
    row = model.Session.get(Post, by_visitor(thread))
    row.visitor_id = None
    model.Session.commit()
    with pytest.raises(tk.ValidationError, match="Nobody knows any more who wrote this text"):
        block(post_id=row.id)


def test_only_moderators_are_offered_to_block_and_never_officials(
    app: Any, owner: Institution, thread: dict[str, Any]
) -> None:
    answer(owner.editor, thread)
    offered = [each["permissions"]["block"] for each in posts(factories.Sysadmin(), thread)]
    assert offered == [True, False]
    for user in (None, citizen(), owner.editor):
        assert {each["permissions"]["block"] for each in posts(user, thread)} == {False}


def test_a_moderator_blocks_and_lets_write_again_on_the_pages(
    app: Any, thread: dict[str, Any]
) -> None:
    text, central = by_visitor(thread), factories.SysadminWithToken()
    path = f"/feedback/{thread['id']}"
    link = get(app, path, central).select_one("#post-2 a[href$='/block']")["href"]
    assert get(app, path, citizen()).select("a[href$='/block']") == []
    assert "Well, no." in get(app, link, central).text
    send(app, link, central, 400, reason="")
    send(app, link, citizen(), 403, reason="Mine.")
    send(app, link, central, reason="Insults.")
    page = get(app, LIST, central)
    [row] = page.select("tbody tr")
    assert "Ana P. without an account" in " ".join(row.text.split())
    form = {each["name"]: each["value"] for each in row.select("input[name]")}
    for user in (None, citizen()):
        send(app, "/promote/moderation/unblock", user, 403, **form)
    assert [each["visitor"] for each in listed()] == [form["visitor"]]
    send(app, "/promote/moderation/unblock", central, **form)
    assert "Nobody is blocked." in get(app, LIST, central).text
    assert text
    act(citizen(), "promote_report_create", post_id=text, reason="spam")
    queued = get(app, "/promote/moderation", central)
    assert queued.select_one(".promote-queued a[href$='/block']")["href"] == link
    assert queued.select_one(f"a[href='{LIST}']") is not None


def test_the_list_is_for_moderators(app: Any) -> None:
    get(app, LIST, citizen(), 403)
    login = app.get(LIST, follow_redirects=False)
    assert login.headers["Location"].endswith(f"/user/login?came_from={LIST}")
    central = factories.SysadminWithToken()
    send(app, "/promote/moderation/unblock", central, 404, visitor="nowhere")
