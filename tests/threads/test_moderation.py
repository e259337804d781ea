"""What is held with what it has to tell, reported, hidden, appealed, and who may write no more."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
import pytest
from ckan import model
from ckan.tests import factories

from ckanext.promote.base.model import Event
from tests.factories import act, institution, site_user
from tests.threads.talk import answer, ask, citizen, dataset, event_names, posts

pytestmark = pytest.mark.usefixtures("clean_db")

LINKS = "https://a.example https://b.example https://c.example https://d.example"


def queue(**filters: Any) -> list[Any]:
    """What waits for a moderator."""
    return act(site_user(), "promote_moderation_list", **filters)["items"]


def decide(item: dict[str, Any], decision: str = "approve", reason: str = "Looked at.") -> Any:
    return act(
        site_user(), "promote_moderation_decide", id=item["id"], decision=decision, reason=reason
    )


def test_what_a_new_account_writes_first_waits_and_is_told_when_it_is_released() -> None:
    new, about = factories.UserWithToken(), dataset(institution())
    thread = ask(new, about)
    assert (thread["state"], thread["due_at"], thread["posts_count"]) == ("pending", None, 0)
    assert event_names(thread) == ["post.hold"]
    with pytest.raises(tk.ObjectNotFound):
        act(None, "promote_thread_show", id=thread["id"])
    assert act(None, "promote_thread_list")["items"] == []
    [item] = queue()
    assert (item["cause"], item["thread"]["id"]) == ("newcomer", thread["id"])
    assert decide(item)["post_state"] == "visible"
    shown = act(None, "promote_thread_show", id=thread["id"])
    assert (shown["state"], shown["posts_count"]) == ("open", 1)
    assert shown["due_at"] is not None
    assert event_names(thread) == ["post.hold", "thread.create", "moderation.decide"]
    told = model.Session.query(Event).filter_by(name="thread.create").one()
    assert (told.actor_id, told.scope) == (new["id"], "public")
    assert ask(new, about)["state"] == "open"


def test_what_looks_like_advertising_waits_also_when_it_comes_by_a_change() -> None:
    ana, eve = citizen(), citizen()
    thread = ask(ana, dataset(institution()))
    held = act(eve, "promote_post_create", thread_id=thread["id"], body=LINKS)
    fine = act(eve, "promote_post_create", thread_id=thread["id"], body="Fine.")
    assert (held["state"], fine["state"]) == ("held", "visible")
    changed = act(eve, "promote_post_update", id=fine["id"], body=LINKS)
    assert changed["state"] == "held"
    assert [each["body"] for each in posts(None, thread)][1:] == []
    assert [item["cause"] for item in queue()] == ["suspicious", "suspicious"]
    first, second = queue()
    decide(first)
    decide(second, "reject", "Advertising.")
    assert [each["state"] for each in posts(None, thread)][1:] == ["visible", "hidden"]
    assert act(None, "promote_thread_show", id=thread["id"])["posts_count"] == 2
    with pytest.raises(tk.ValidationError):
        decide(second)


def test_reports_are_counted_once_a_person_and_enough_take_a_post_out_of_sight() -> None:
    ana = citizen()
    thread = ask(ana, dataset(institution()))
    reply = act(ana, "promote_post_create", thread_id=thread["id"], body="Qqqreported")
    people = [citizen() for _ in range(5)]
    for user in (*people[:4], people[0], None):
        act(user, "promote_report_create", post_id=reply["id"], reason="spam", text="Look.")
    [item] = queue(cause="reported")
    assert (item["reports_count"], item["reasons"]) == (5, ["spam"])
    assert [each["body"] for each in posts(None, thread)][1:] == ["Qqqreported"]
    act(people[4], "promote_report_create", post_id=reply["id"], reason="off-topic")
    assert posts(None, thread)[1:] == []
    assert act(None, "promote_thread_show", id=thread["id"])["posts_count"] == 1
    [item] = queue(cause="reported")
    decide(item)
    assert [each["body"] for each in posts(None, thread)][1:] == ["Qqqreported"]
    assert act(None, "promote_thread_show", id=thread["id"])["posts_count"] == 2
    with pytest.raises(tk.ValidationError) as err:
        act(ana, "promote_report_create", post_id=reply["id"], reason="nonsense")
    assert set(err.value.error_dict) == {"reason"}


def test_an_official_answer_is_never_hidden_by_flags() -> None:
    owner, ana = institution(), citizen()
    thread = ask(ana, dataset(owner))
    official = answer(owner.editor, thread)["post_id"]
    for _ in range(6):
        act(citizen(), "promote_report_create", post_id=official, reason="spam")
    assert [each["state"] for each in posts(None, thread)] == ["visible", "visible"]
    [item] = queue()
    with pytest.raises(tk.ValidationError) as err:
        decide(item, "reject", "Unpopular.")
    assert err.value.error_dict == {
        "state": ["An official answer stays. Correct it with a new answer."]
    }


def test_the_author_of_a_hidden_text_reads_why_and_appeals_once_at_a_time() -> None:
    ana = citizen()
    thread = ask(ana, dataset(institution()))
    reply = act(ana, "promote_post_create", thread_id=thread["id"], body="Mine.")
    act(site_user(), "promote_post_hide", id=reply["id"], reason="It names a person.")
    assert posts(ana, thread)[1]["hidden_reason"] == "It names a person."
    act(ana, "promote_post_appeal", id=reply["id"], text="Nobody is named.")
    with pytest.raises(tk.ValidationError):
        act(ana, "promote_post_appeal", id=reply["id"], text="Please.")
    [item] = queue(cause="appeal")
    assert item["text"] == "Nobody is named."
    decide(item, "reject", "It does.")
    assert posts(ana, thread)[1]["state"] == "hidden"
    act(ana, "promote_post_appeal", id=reply["id"], text="Really not.")
    [item] = queue(cause="appeal")
    decide(item)
    assert posts(None, thread)[1]["body"] == "Mine."
    assert act(None, "promote_thread_show", id=thread["id"])["posts_count"] == 2


def test_a_hidden_first_text_takes_its_thread_along_and_brings_it_back() -> None:
    ana = citizen()
    thread = ask(ana, dataset(institution()))
    [first] = posts(ana, thread)
    act(site_user(), "promote_post_hide", id=first["id"], reason="Insults.")
    assert act(None, "promote_thread_list")["items"] == []
    hidden = act(ana, "promote_thread_show", id=thread["id"])
    assert (hidden["is_hidden"], hidden["due_at"]) == (True, None)
    act(site_user(), "promote_post_restore", id=first["id"])
    [listed] = act(None, "promote_thread_list")["items"]
    assert (listed["posts_count"], listed["is_hidden"]) == (1, False)
    assert listed["due_at"] is not None


def test_a_rejected_first_text_that_is_restored_later_is_told_then() -> None:
    new = factories.UserWithToken()
    thread = ask(new, dataset(institution()))
    [item] = queue()
    decide(item, "reject", "Advertising.")
    act(site_user(), "promote_post_restore", id=item["post"]["id"])
    shown = act(None, "promote_thread_show", id=thread["id"])
    assert (shown["state"], shown["posts_count"]) == ("open", 1)
    assert "thread.create" in event_names(thread)


def test_who_was_blocked_reads_and_writes_no_more() -> None:
    ana = citizen()
    thread = ask(ana, dataset(institution()))
    act(site_user(), "promote_user_block", user=ana["name"], reason="Insults.")
    assert act(ana, "promote_thread_show", id=thread["id"])["permissions"] == dict.fromkeys(
        thread["permissions"], False
    )
    with pytest.raises(tk.NotAuthorized):
        act(ana, "promote_post_create", thread_id=thread["id"], body="More.")
    act(site_user(), "promote_user_unblock", user=ana["name"])
    assert act(ana, "promote_post_create", thread_id=thread["id"], body="More.")["seq"] == 2
