"""Posts: their order, their pages, what is left of those that are gone, how fast one may write."""
from __future__ import annotations

import datetime as dt
from typing import Any

import ckantoolkit as tk
import pytest
from ckan import model
from ckan.tests import factories

from ckanext.promote.base.errors import RateLimited
from ckanext.promote.base.model import utc_now
from ckanext.promote.threads import ticking
from ckanext.promote.threads.model import Post
from tests.factories import act, headers, institution, site_user
from tests.threads.talk import answer, ask, citizen, dataset, event_names, posts

pytestmark = pytest.mark.usefixtures("clean_db")


def write(user: dict[str, Any], thread: dict[str, Any], body: str = "More.", **more: Any) -> Any:
    return act(user, "promote_post_create", thread_id=thread["id"], body=body, **more)


def test_replies_stand_under_what_they_answer() -> None:
    ana = citizen()
    thread = ask(ana, dataset(institution()))
    [first] = posts(None, thread)
    top = write(ana, thread, "top")
    one = write(ana, thread, "one", reply_to=first["id"])
    two = write(ana, thread, "two", reply_to=one["id"])
    write(ana, thread, "three", reply_to=two["id"])
    write(ana, thread, "four", reply_to=first["id"])
    write(ana, thread, "five", reply_to=top["id"])
    assert [(each["body"], each["depth"]) for each in posts(None, thread)][1:] == [
        ("one", 1), ("two", 2), ("three", 2), ("four", 1), ("top", 0), ("five", 1),
    ]  # fmt: skip


def test_pages_are_whole_whichever_way_they_are_read() -> None:
    ana = citizen()
    thread = ask(ana, dataset(institution()))
    [first] = posts(None, thread)
    for number in range(6):
        write(ana, thread, str(number), reply_to=first["id"] if number % 2 else "")
    whole = [each["id"] for each in posts(None, thread)]
    read, cursor = [], {}
    while True:
        page = act(None, "promote_post_list", thread_id=thread["id"], limit=3, **cursor)
        read += [each["id"] for each in page["items"]]
        assert page["total"] == 7
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert read == whole
    assert [each["id"] for each in posts(None, thread, last=True, limit=3)] == whole[-3:]
    assert [each["id"] for each in posts(None, thread, at=whole[4], limit=2)] == whole[4:6]
    with pytest.raises(tk.ValidationError) as err:
        posts(None, thread, cursor="nonsense")
    assert set(err.value.error_dict) == {"cursor"}


def test_a_post_answers_posts_of_its_own_thread_alone() -> None:
    ana, about = citizen(), dataset(institution())
    thread, other = ask(ana, about), ask(ana, about)
    [foreign] = posts(ana, other)
    for reply_to in (foreign["id"], "there-is-none"):
        with pytest.raises(tk.ValidationError) as err:
            write(ana, thread, reply_to=reply_to)
        assert err.value.error_dict == {
            "reply_to": ["There is no such text in this conversation. Answer another one."]
        }


def test_what_is_deleted_or_hidden_leaves_a_tombstone() -> None:
    ana, eve, admin = citizen(), citizen(), site_user()
    thread = ask(ana, dataset(institution()))
    gone, hidden = write(ana, thread, "Qqqgone"), write(ana, thread, "Qqqhidden")
    assert act(ana, "promote_post_delete", id=gone["id"])["state"] == "deleted"
    act(admin, "promote_post_hide", id=hidden["id"], reason="It names a person.")
    for user, texts, reasons in (
        (None, ["", ""], ["", ""]), (eve, ["", ""], ["", ""]),
        (ana, ["", "Qqqhidden"], ["", "It names a person."]),
        (admin, ["", "Qqqhidden"], ["", "It names a person."]),
    ):  # fmt: skip
        rows = posts(user, thread)[1:]
        assert [each["body"] for each in rows] == texts
        assert [each["hidden_reason"] for each in rows] == reasons
        assert [each["state"] for each in rows] == ["deleted", "hidden"]
    assert act(None, "promote_thread_show", id=thread["id"])["posts_count"] == 1
    with pytest.raises(tk.ValidationError):
        act(ana, "promote_post_delete", id=gone["id"])


def test_internal_notes_are_for_the_institution_and_the_central_team() -> None:
    owner, ana = institution(), citizen()
    thread = ask(ana, dataset(owner))
    note = write(owner.editor, thread, "Qqqnote", internal=True)
    assert [each["body"] for each in posts(owner.admin, thread)][1:] == ["Qqqnote"]
    assert len(posts(ana, thread)) == len(posts(owner.member, thread)) == 1
    assert act(None, "promote_thread_show", id=thread["id"])["posts_count"] == 1
    with pytest.raises(tk.ObjectNotFound):
        posts(ana, thread, at=note["id"])
    with pytest.raises(tk.ObjectNotFound):
        act(ana, "promote_report_create", post_id=note["id"], reason="spam")
    with pytest.raises(tk.ValidationError) as err:
        write(owner.editor, thread, "Public?", reply_to=note["id"])
    assert set(err.value.error_dict) == {"reply_to"}


def test_the_sixth_post_of_a_new_account_within_ten_minutes_is_refused(app: Any) -> None:
    owner, old, new = institution(), citizen(), factories.UserWithToken()
    thread = ask(old, dataset(owner))

    def status(user: dict[str, Any], number: int) -> Any:
        return app.post(
            "/api/3/action/promote_post_create", headers=headers(user),
            json={"thread_id": thread["id"], "body": f"Number {number}"},
        )  # fmt: skip

    assert [status(new, number).status_code for number in range(5)] == [200] * 5
    refused = status(new, 6)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 601
    for user in (old, owner.editor, institution().editor):
        assert [status(user, number).status_code for number in range(7)] == [200] * 7
    model.Session.query(Post).filter_by(author_id=new["id"]).update(
        {"created_at": utc_now() - dt.timedelta(minutes=11)}
    )
    model.Session.commit()
    assert status(new, 7).status_code == 200


def test_the_limit_of_a_new_account_is_the_same_for_threads() -> None:
    new, about = factories.UserWithToken(), dataset(institution())
    for _ in range(5):
        ask(new, about)
    with pytest.raises(RateLimited):
        ask(new, about)
    assert act(new, "promote_thread_list", mine=True)["total"] == 5


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("body", ""), ("body", "x" * 10_001), ("body", ["a"]), ("body", "> " * 500 + "a"),
        ("title", "ab"), ("title", "x" * 201), ("title", {"a": 1}), ("kind", "nonsense"),
        ("topic", "nonsense"), ("wanted_formats", ["CSV"]), ("nonsense", "a"),
        ("author_name", "Somebody else"), ("received_on", "2020-13-45"),
    ],
)  # fmt: skip
def test_bad_input_is_told_by_field_and_nothing_is_stored(field: str, value: Any) -> None:
    ana, about = citizen(), dataset(institution())
    with pytest.raises(tk.ValidationError) as err:
        ask(ana, about, **{field: value})
    assert set(err.value.error_dict) == {field}
    assert act(ana, "promote_thread_list", mine=True)["items"] == []


def test_a_key_makes_a_thread_and_a_post_once() -> None:
    ana, about = citizen(), dataset(institution())
    made = [ask(ana, about, idempotency_key="one")["id"] for _ in range(2)]
    assert made[0] == made[1]
    thread = {"id": made[0]}
    ids = [write(ana, thread, idempotency_key="two")["id"] for _ in range(2)]
    assert ids[0] == ids[1]
    with pytest.raises(tk.ValidationError) as err:
        write(ana, thread, "Other", idempotency_key="two")
    assert set(err.value.error_dict) == {"idempotency_key"}
    assert act(ana, "promote_thread_show", id=made[0])["posts_count"] == 2


def test_nothing_is_written_in_a_closed_thread() -> None:
    owner, ana = institution(), citizen()
    thread = ask(ana, dataset(owner))
    answer(owner.editor, thread)
    act(ana, "promote_thread_close", id=thread["id"])
    with pytest.raises(tk.ValidationError) as err:
        write(ana, thread)
    assert err.value.error_dict == {
        "state": ["This conversation is closed. Open it again to go on with it."]
    }
    assert act(ana, "promote_thread_show", id=thread["id"])["posts_count"] == 2
    assert event_names(thread) == ["thread.create", "thread.answer", "thread.close"]


@pytest.mark.parametrize(
    "name",
    ["Respuesta oficial", "✔ RESPUESTA  OFICIAL", "Secretaría de Prueba", "secretaria-de-prueba",
     "Enlace de la Secretaria de Prueba", "qqq@example.org"],
)  # fmt: skip
def test_an_account_is_not_shown_under_an_institutions_name_or_an_address(name: str) -> None:
    institution(title="Secretaría de Prueba")
    ana = citizen(fullname=name)
    thread = ask(ana, dataset(institution()))
    assert thread["author"]["name"] == ana["name"]
    assert posts(None, thread)[0]["author"]["name"] == ana["name"]


def test_a_deleted_account_leaves_no_name() -> None:
    ana = citizen(fullname="Qqqana")
    thread = ask(ana, dataset(institution()))
    act(site_user(), "user_delete", id=ana["name"])
    shown = act(None, "promote_thread_show", id=thread["id"])
    assert shown["author"] == {"name": "", "is_gone": True, "is_visitor": False}
    assert posts(None, thread)[0]["author"]["name"] == ""


def test_posts_of_an_older_renderer_are_rendered_again() -> None:
    thread = ask(citizen(), dataset(institution()))
    model.Session.query(Post).update({"renderer_version": 0, "html": "<p>old</p>"})
    model.Session.commit()
    assert [ticking.render_again(model.Session) for _ in range(2)] == [1, 0]
    model.Session.commit()
    assert posts(None, thread)[0]["html"] == (
        "<p>The dictionary says <em>nothing</em> about it.</p>\n"
    )
