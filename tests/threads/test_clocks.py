"""Who owes the answer and until when: clocks, routing, pauses, verdicts, silence."""
from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import ckantoolkit as tk
import pytest
from ckan import model

from ckanext.promote.base.model import Event, utc_now
from ckanext.promote.base.policy import PACKAGED
from ckanext.promote.threads import ticking
from ckanext.promote.threads.model import Post, Thread, ThreadClock
from tests.factories import act, institution, site_user
from tests.threads.talk import answer, ask, citizen, dataset, day, event_names, posts

pytestmark = pytest.mark.usefixtures("clean_db")


def shown(thread: dict[str, Any], user: Any = None) -> dict[str, Any]:
    model.Session.remove()
    return act(user, "promote_thread_show", id=thread["id"])


def moved(thread: dict[str, Any], days: int) -> None:
    """Let everything about a thread have happened so many days earlier."""
    for table, columns in (
        (Thread, ("created_at", "shown_at", "answered_at", "last_activity_at", "due_at")),
        (ThreadClock, ("started_at", "due_at", "paused_at", "pause_until", "ended_at")),
    ):  # fmt: skip
        key = Thread.id if table is Thread else ThreadClock.thread_id
        model.Session.query(table).filter(key == thread["id"]).update(
            {each: getattr(table, each) - dt.timedelta(days=days) for each in columns},
            synchronize_session=False,
        )
    model.Session.commit()


def test_a_question_has_the_term_of_its_kind_and_a_comment_has_none() -> None:
    ana, about = citizen(), dataset(institution())
    [hop] = ask(ana, about)["hops"]
    due = dt.datetime.fromisoformat(hop["due_at"])
    assert (due.date() - utc_now().date()).days in (30, 31)
    assert (hop["unit"], hop["days_left"], hop["is_late"]) == ("natural", 30, False)
    assert (len(hop["warn_at"]), len(hop["escalate_at"])) == (2, 2)
    comment = ask(ana, about, kind="comment")
    assert (comment["due_at"], comment["hops"]) == (None, [])
    turned = act(ana, "promote_thread_update", id=comment["id"], kind="question")
    assert (turned["kind"], len(turned["hops"])) == ("question", 1)
    assert event_names(comment) == ["thread.create", "thread.turn"]
    with pytest.raises(tk.ValidationError):
        act(ana, "promote_thread_update", id=comment["id"], kind="advice")


def test_what_is_registered_for_somebody_counts_from_the_day_it_came() -> None:
    owner = institution()
    thread = ask(
        owner.editor, dataset(owner), source="telephone", received_on=day(-40),
        author_name="A. B.",
    )  # fmt: skip
    assert (thread["is_overdue"], thread["source"]) == (True, "telephone")
    assert (thread["author"]["name"], thread["is_mine"]) == ("A. B.", False)
    assert posts(None, thread)[0]["author"]["name"] == "A. B."
    assert [ticking.record_late(model.Session, utc_now()) for _ in range(2)] == [1, 0]
    model.Session.commit()
    late = model.Session.query(Event).filter_by(name="thread.late").one()
    assert late.at.isoformat()[:10] < day(-5)


def test_each_institution_has_a_clock_of_its_own_and_two_hops_lead_to_the_central_team() -> None:
    one, two, three, ana = institution(), institution(), institution(), citizen()
    thread = ask(ana, dataset(one))
    answer(one.editor, thread, outcome="not_ours", body="Theirs.", institution=two.name)
    routed = shown(thread)
    assert (routed["institution"], routed["state"]) == (two.name, "open")
    assert routed["first_answered_at"] is None
    with pytest.raises(tk.NotAuthorized):
        answer(one.editor, thread)
    act(two.editor, "promote_thread_route", id=thread["id"], institution=three.name, reason="No.")
    act(three.editor, "promote_thread_route", id=thread["id"], institution=one.name, reason="No.")
    queued = shown(thread)
    assert (queued["institution"], queued["is_in_queue"], queued["hops_count"]) == (None, True, 3)
    assert [each["institution"] for each in queued["hops"]] == [
        one.name, two.name, three.name, None,
    ]  # fmt: skip
    assert [each["ended_at"] is None for each in queued["hops"]] == [False, False, False, True]
    [waiting] = act(site_user(), "promote_thread_list", queue=True)["items"]
    assert waiting["id"] == thread["id"]
    act(site_user(), "promote_thread_route", id=thread["id"], institution=one.name, reason="Yours.")
    assert shown(thread)["institution"] == one.name
    with pytest.raises(tk.ValidationError) as err:
        act(one.editor, "promote_thread_route", id=thread["id"], institution="none", reason="No.")
    assert set(err.value.error_dict) == {"institution"}


def test_the_clock_stands_still_once_until_the_asker_replies() -> None:
    owner, ana, eve = institution(), citizen(), citizen()
    thread = ask(ana, dataset(owner))
    act(owner.editor, "promote_thread_clarify", id=thread["id"], body="Which column?")
    waiting = shown(thread)
    assert (waiting["state"], waiting["due_at"], waiting["is_overdue"]) == ("waiting", None, False)
    moved(thread, 4)
    act(eve, "promote_post_create", thread_id=thread["id"], body="The first, I think.")
    assert shown(thread)["state"] == "waiting"
    act(ana, "promote_post_create", thread_id=thread["id"], body="The seventh.")
    resumed = shown(thread)
    assert (resumed["state"], resumed["hops"][0]["days_left"]) == ("open", 30)
    assert resumed["due_at"] is not None
    with pytest.raises(tk.ValidationError) as err:
        act(owner.editor, "promote_thread_clarify", id=thread["id"], body="Which row?")
    assert err.value.error_dict == {"state": ["A clarification can be asked once, and it was."]}


def test_a_pause_is_over_after_its_days_also_without_a_reply() -> None:
    owner, ana = institution(), citizen()
    thread = ask(ana, dataset(owner))
    act(owner.editor, "promote_thread_clarify", id=thread["id"], body="Which column?")
    assert ticking.resume_pauses(model.Session, utc_now()) == 0
    moved(thread, 17)
    assert [ticking.resume_pauses(model.Session, utc_now()) for _ in range(2)] == [1, 0]
    model.Session.commit()
    resumed = shown(thread)
    assert resumed["state"] == "open"
    # Two of the seventeen days were no pause any more.
    assert 27 <= resumed["hops"][0]["days_left"] <= 29
    assert event_names(thread) == ["thread.create", "thread.clarify", "thread.resume"]


def test_an_acknowledgement_stops_nothing_and_a_later_answer_marks_the_one_before() -> None:
    owner, ana = institution(title="Water office"), citizen()
    thread = ask(ana, dataset(owner))
    known = answer(owner.editor, thread, outcome="acknowledged")
    assert (known["state"], known["first_answered_at"], known["outcome"]) == ("open", None, None)
    assert known["due_at"] == thread["due_at"]
    first = answer(owner.editor, thread, outcome="not_available")
    second = answer(owner.admin, thread, outcome="declined", legal_basis="Article 110")
    assert first["first_answered_at"] == second["first_answered_at"]
    assert (second["outcome"], second["official_post_id"]) == ("declined", second["post_id"])
    act(site_user(), "organization_patch", id=owner.id, title="Sea office")
    rows = posts(None, thread)[1:]
    assert [each["outcome"] for each in rows] == ["acknowledged", "not_available", "declined"]
    assert [each["is_superseded"] for each in rows] == [False, True, False]
    assert {each["author"]["institution_title"] for each in rows} == {"Water office"}
    assert [each["author"]["role"] for each in rows] == ["editor", "editor", "admin"]


@pytest.mark.parametrize(
    ("outcome", "more", "field"),
    [
        ("will_publish", {}, "due_on"), ("published", {}, "dataset"),
        ("declined", {}, "legal_basis"), ("duplicate", {}, "duplicate_of"),
        ("explained", {"due_on": "2029-01-01"}, "due_on"), ("nonsense", {}, "outcome"),
        ("will_publish", {"due_on": "2020-01-01"}, "due_on"),
        ("published", {"dataset": "there-is-none"}, "dataset"),
        ("not_ours", {"institution": "there-is-none"}, "institution"),
        ("duplicate", {"duplicate_of": "2020-00001"}, "duplicate_of"),
    ],
)  # fmt: skip
def test_an_answer_has_what_its_outcome_asks_for(
    outcome: str, more: dict[str, Any], field: str
) -> None:
    owner, ana = institution(), citizen()
    thread = ask(ana, dataset(owner))
    with pytest.raises(tk.ValidationError) as err:
        answer(owner.editor, thread, outcome=outcome, **more)
    assert set(err.value.error_dict) == {field}
    assert (shown(thread)["posts_count"], event_names(thread)) == (1, ["thread.create"])


def test_an_answer_that_is_sent_twice_is_given_once_and_another_date_is_another_answer() -> None:
    owner, ana = institution(), citizen()
    thread = ask(ana, dataset(owner))
    sent = {"outcome": "will_publish", "due_on": day(5), "idempotency_key": "one"}
    ids = [answer(owner.editor, thread, **sent)["post_id"] for _ in range(2)]
    assert ids[0] == ids[1]
    with pytest.raises(tk.ValidationError) as err:
        answer(owner.editor, thread, **{**sent, "due_on": day(6)})
    assert set(err.value.error_dict) == {"idempotency_key"}
    assert shown(thread)["posts_count"] == 2


def test_a_private_dataset_keeps_no_promise_and_is_named_in_no_answer() -> None:
    owner, ana = institution(), citizen()
    thread = ask(ana, dataset(owner))
    private, public = dataset(owner, private=True), dataset(owner)
    with pytest.raises(tk.ValidationError) as err:
        answer(owner.editor, thread, outcome="published", dataset=private["name"])
    assert set(err.value.error_dict) == {"dataset"}
    answer(owner.editor, thread, outcome="published", dataset=public["name"])
    assert posts(None, thread)[1]["dataset"] == public["name"]
    act(owner.editor, "package_patch", id=public["id"], private=True)
    assert posts(None, thread)[1]["dataset"] is None


def test_no_with_a_reason_opens_a_thread_again_once() -> None:
    owner, ana = institution(), citizen()
    thread = ask(ana, dataset(owner))
    answer(owner.editor, thread)
    with pytest.raises(tk.ValidationError) as err:
        act(ana, "promote_thread_verdict", id=thread["id"], helpful=False)
    assert set(err.value.error_dict) == {"reason"}
    again = act(ana, "promote_thread_verdict", id=thread["id"], helpful=False, reason="Of what?")
    assert (again["state"], again["resolved_at"], len(again["hops"])) == ("open", None, 2)
    assert again["first_answered_at"] is not None
    answer(owner.editor, thread)
    with pytest.raises(tk.ValidationError) as err:
        act(ana, "promote_thread_verdict", id=thread["id"], helpful=False, reason="Of what?")
    assert set(err.value.error_dict) == {"state"}
    assert shown(thread)["verdict"] == {
        "helpful": False, "reason": "", "at": shown(thread)["verdict"]["at"],
    }  # fmt: skip
    assert shown(thread, owner.editor)["verdict"]["reason"] == "Of what?"


def test_silence_closes_what_was_answered_but_not_what_is_promised() -> None:
    owner, ana = institution(), citizen()
    about = dataset(owner)
    answered, promised = ask(ana, about), ask(ana, about)
    answer(owner.editor, answered)
    answer(owner.editor, promised, outcome="possible", due_on=day(90))
    assert ticking.close_silent(model.Session, utc_now() + dt.timedelta(days=29)) == 0
    later = utc_now() + dt.timedelta(days=31)
    assert [ticking.close_silent(model.Session, later) for _ in range(2)] == [1, 0]
    model.Session.commit()
    assert (shown(answered)["state"], shown(answered)["closed_by"]) == ("closed", "silence")
    assert shown(promised)["state"] == "answered"


def test_advice_is_for_those_who_ask_and_the_central_team_alone() -> None:
    owner, other, ana = institution(), institution(), citizen()
    thread = ask(owner.editor, dataset(owner), kind="advice")
    assert (thread["institution"], thread["asking_institution"]) == (None, owner.name)
    assert (thread["is_in_queue"], thread["hops"][0]["unit"]) == (False, "working")
    for user in (None, ana, other.editor, owner.member):
        with pytest.raises(tk.ObjectNotFound):
            shown(thread, user)
        assert act(user, "promote_thread_list", advice=True)["items"] == []
    assert [each["id"] for each in act(owner.admin, "promote_thread_list", advice=True)["items"]] \
        == [thread["id"]]  # fmt: skip
    assert act(site_user(), "promote_thread_list")["items"] == []
    answered = answer(site_user(), thread)
    assert (answered["state"], answered["outcome"]) == ("answered", "explained")
    assert act(owner.admin, "promote_thread_verdict", id=thread["id"], helpful=True)["state"] == (
        "closed"
    )
    scopes = {row.scope for row in model.Session.query(Event).filter_by(subject_id=thread["id"])}
    assert scopes == {"institution"}


def test_a_profile_can_send_everything_through_the_central_team(
    ckan_config: Any, monkeypatch: Any, tmp_path: Path
) -> None:
    text = (PACKAGED / "mx-2015.yaml").read_text("utf-8")
    path = tmp_path / "central.yaml"
    path.write_text(text.replace("triage: direct", "triage: central"), "utf-8")
    monkeypatch.setitem(ckan_config, "ckanext.promote.policy", str(path))
    owner, ana = institution(), citizen()
    thread = ask(ana, dataset(owner))
    assert (thread["institution"], thread["is_in_queue"]) == (None, True)
    assert (thread["hops"][0]["cause"], thread["hops"][0]["unit"]) == ("triage", "working")
    with pytest.raises(tk.NotAuthorized):
        answer(owner.editor, thread)
    act(site_user(), "promote_thread_route", id=thread["id"], institution=owner.name,
        reason="Yours.")  # fmt: skip
    routed = shown(thread)
    assert (routed["institution"], routed["hops_count"]) == (owner.name, 0)
    assert routed["hops"][1]["unit"] == "natural"
    assert answer(owner.editor, thread)["state"] == "answered"


def test_what_is_withdrawn_unread_is_seen_by_nobody() -> None:
    owner, ana = institution(), citizen()
    thread = ask(ana, dataset(owner))
    gone = act(ana, "promote_thread_withdraw", id=thread["id"])
    assert (gone["state"], gone["closed_by"]) == ("closed", "withdrawn")
    with pytest.raises(tk.ObjectNotFound):
        shown(thread)
    kept = ask(ana, dataset(owner))
    act(citizen(), "promote_post_create", thread_id=kept["id"], body="Me too.")
    act(ana, "promote_thread_withdraw", id=kept["id"])
    assert shown(kept)["state"] == "closed"


def test_supporting_and_following_count_once() -> None:
    ana, eve = citizen(), citizen()
    thread = ask(ana, dataset(institution()))
    for _ in range(2):
        assert act(eve, "promote_thread_support", id=thread["id"])["supporters_count"] == 1
    for _ in range(2):
        assert act(None, "promote_thread_support", id=thread["id"])["supporters_count"] == 2
    assert shown(thread, eve)["is_supported"] is True
    assert act(eve, "promote_thread_support", id=thread["id"], undo=True) == {
        "id": thread["id"], "supporters_count": 1, "is_supported": False,
    }  # fmt: skip
    assert act(eve, "promote_thread_follow", id=thread["id"])["is_followed"] is True
    [listed] = act(eve, "promote_thread_list", followed=True)["items"]
    assert (listed["id"], listed["is_followed"]) == (thread["id"], True)
    act(eve, "promote_thread_unfollow", id=thread["id"])
    assert act(eve, "promote_thread_list", followed=True)["items"] == []
    assert shown(thread, ana)["is_followed"] is True


def test_an_edited_question_is_found_by_its_new_words() -> None:
    ana = citizen()
    thread = ask(ana, dataset(institution()))
    [first] = posts(ana, thread)
    for words in ("diccionario", "xilófono"):
        assert act(None, "promote_thread_list", q=words)["items"] == []
    act(ana, "promote_post_update", id=first["id"], body="¿Dónde está el diccionario de datos?")
    [found] = act(None, "promote_thread_list", q="diccionarios dato")["items"]
    assert found["id"] == thread["id"]
    act(ana, "promote_thread_update", id=thread["id"], title="Los xilófonos")
    [found] = act(None, "promote_thread_list", q="xilofono")["items"]
    assert model.Session.query(Post).filter_by(id=first["id"]).one().edited_at is not None
    assert act(None, "promote_thread_list", similar="xilofonos de mediciones")["total"] == 1
