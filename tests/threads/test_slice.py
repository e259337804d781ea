"""A citizen asks, the institution promises, the day goes by, it is kept, the asker judges."""
from __future__ import annotations

import datetime as dt

import ckantoolkit as tk
import pytest
from ckan import model

from ckanext.promote.base.model import utc_now
from ckanext.promote.threads import ticking
from tests.factories import act, institution, site_user
from tests.threads.talk import answer, ask, citizen, dataset, day, event_names, posts

pytestmark = pytest.mark.usefixtures("clean_db")


def test_a_question_is_answered_and_judged() -> None:
    owner, other = institution(), institution()
    ana, about = citizen(fullname="Ana P."), dataset(owner)
    thread = ask(ana, about)
    year = utc_now().year
    assert (thread["number"], thread["state"]) == (f"{year}-00001", "open")
    assert (thread["institution"], thread["outcome"]) == (owner.name, None)
    assert (thread["posts_count"], thread["is_overdue"]) == (1, False)
    assert thread["subject"]["name"] == about["name"]
    assert act(None, "promote_thread_show", id=thread["number"])["id"] == thread["id"]
    [listed] = act(None, "promote_thread_list")["items"]
    assert listed["title"] == "What does column 7 mean?"
    [first] = posts(None, thread)
    assert (first["seq"], first["depth"], first["author"]["name"]) == (1, 0, "Ana P.")
    assert first["html"] == "<p>The dictionary says <em>nothing</em> about it.</p>\n"
    with pytest.raises(tk.NotAuthorized):
        answer(other.editor, thread)
    reply = act(ana, "promote_post_create", thread_id=thread["id"], body="Please.",
                reply_to=first["id"])  # fmt: skip
    assert (reply["seq"], reply["depth"], reply["reply_to"]) == (2, 1, first["id"])
    answered = answer(owner.editor, thread)
    assert (answered["state"], answered["outcome"]) == ("answered", "explained")
    assert answered["first_answered_at"] == answered["resolved_at"] is not None
    assert (answered["posts_count"], answered["due_at"]) == (3, None)
    judged = act(ana, "promote_thread_verdict", id=thread["id"], helpful=True)
    assert (judged["state"], judged["verdict"]["helpful"]) == ("closed", True)
    assert event_names(thread) == [
        "thread.create", "post.create", "thread.answer", "thread.verdict",
    ]  # fmt: skip


def test_a_promise_that_is_missed_opens_the_thread_again_and_counts_as_late() -> None:
    owner, ana = institution(), citizen()
    thread = ask(ana, dataset(owner))
    answered = answer(owner.editor, thread, outcome="will_publish", due_on=day(3))
    assert (answered["state"], answered["resolved_at"]) == ("answered", None)
    assert answered["commitment"]["due_on"] == day(3)
    later = utc_now() + dt.timedelta(days=5)
    assert [ticking.miss_promises(model.Session, later) for _ in range(2)] == [1, 0]
    assert [ticking.record_late(model.Session, later) for _ in range(2)] == [1, 0]
    model.Session.commit()
    missed = act(ana, "promote_thread_show", id=thread["id"])
    assert (missed["state"], missed["commitment"]["state"]) == ("open", "missed")
    assert missed["reopened_count"] == 1
    answer(owner.editor, thread, outcome="will_publish", due_on=day(9))
    [promise] = act(None, "promote_commitment_list", state="open")["items"]
    published = dataset(owner)
    kept = act(owner.editor, "promote_commitment_keep", id=promise["id"], dataset=published["name"])
    assert (kept["state"], kept["commitment"]["state"]) == ("closed", "kept")
    assert kept["resolved_at"] is not None
    assert act(ana, "promote_thread_verdict", id=thread["id"], helpful=True)["state"] == "closed"
    assert event_names(thread) == [
        "thread.create", "thread.answer", "commitment.miss", "thread.late", "thread.answer",
        "commitment.keep", "thread.verdict",
    ]  # fmt: skip


def test_a_dataset_made_private_takes_its_threads_along() -> None:
    owner, ana = institution(), citizen()
    about = dataset(owner)
    thread = ask(ana, about)
    act(owner.editor, "package_patch", id=about["id"], private=True)
    for user in (None, ana):
        assert act(user, "promote_thread_list")["items"] == []
        with pytest.raises(tk.ObjectNotFound):
            act(user, "promote_thread_show", id=thread["id"])
        with pytest.raises(tk.ObjectNotFound):
            posts(user, thread)
    assert len(act(owner.member, "promote_thread_list")["items"]) == 1
    act(site_user(), "package_delete", id=about["id"])
    for user in (None, ana, owner.editor, site_user()):
        assert act(user, "promote_thread_list")["items"] == []
