"""One question from its first word to its end by the API alone, as another program would ask."""
from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.cli.cli import ckan

from ckanext.promote.base.model import Event
from tests.factories import appointed, headers, institution
from tests.threads.talk import QUESTION, citizen, dataset, day, event_names

pytestmark = pytest.mark.usefixtures("portal")
Call = Callable[..., Any]


@pytest.fixture
def call(app: Any) -> Call:
    """Call an action over HTTP: its result, or the status of its refusal."""

    def called(user: dict[str, Any] | None, action: str, status: int = 200, **data: Any) -> Any:
        path = f"/api/3/action/{action}"
        answer = app.post(path, json=data, headers=headers(user))
        assert answer.status_code == status, (action, answer.status_code, answer.body)
        return answer.json["result"] if status == 200 else answer.json["error"]

    return called


def test_a_promise_is_missed_and_counted_late_then_published_judged_and_closed(
    call: Call, cli: Any, freezer: Any
) -> None:
    owner, other, ana, eva = institution(), institution(), citizen(), citizen()
    liaison, stranger = appointed(owner), appointed(other)
    about = dataset(owner)
    freezer.tick(dt.timedelta(hours=1))  # CKAN dates tokens by the real clock
    thread = call(ana, "promote_thread_create", subject_type="dataset",
                  subject_id=about["name"], **QUESTION)  # fmt: skip
    one = {"id": thread["id"]}
    assert (thread["state"], thread["institution"]) == ("open", owner.name)
    promise = {**one, "outcome": "will_publish", "body": "Soon.", "due_on": day(10)}
    refused = (None, ana, eva, stranger, other.admin, owner.member)
    for user in refused:
        call(user, "promote_thread_answer", 403, **promise)
        assert call(user, "promote_thread_show", **one)["permissions"]["answer"] is False
    promised = call(liaison, "promote_thread_answer", **promise)
    assert (promised["state"], promised["resolved_at"]) == ("answered", None)
    assert promised["commitment"] == {
        **promised["commitment"], "due_on": day(10), "state": "open", "outcome": "will_publish",
    }  # fmt: skip
    for user in refused:
        call(user, "promote_commitment_keep", 403, id=promised["commitment"]["id"],
             dataset=about["name"])  # fmt: skip
    freezer.tick(dt.timedelta(days=12))
    missed(call, cli, one, about)
    published(call, cli, one, (ana, liaison), owner)


def missed(call: Call, cli: Any, one: dict[str, str], about: dict[str, Any]) -> None:
    """The tick opens it again, late as of the promised day, and only once."""
    for _ in range(2):
        done = cli.invoke(ckan, ["promote", "tick"])
        assert done.exit_code == 0, done.output
    shown = call(None, "promote_thread_show", **one)
    assert (shown["state"], shown["is_overdue"], shown["reopened_count"]) == ("open", True, 1)
    assert shown["commitment"]["state"] == "missed"
    assert [(hop["cause"], hop["is_late"]) for hop in shown["hops"]] == [
        ("shown", False), ("commitment", True),
    ]  # fmt: skip
    listed = call(None, "promote_thread_list", overdue=True)
    assert [each["id"] for each in listed["items"]] == [one["id"]]
    [promise] = call(None, "promote_commitment_list", dataset=about["name"])["items"]
    assert (promise["state"], promise["thread_id"]) == ("missed", one["id"])
    assert event_names(one).count("commitment.miss") == event_names(one).count("thread.late") == 1
    due_at = dt.datetime.fromisoformat(shown["due_at"])
    late = sa.select(Event.at).where(Event.name == "thread.late")
    assert model.Session.execute(late).scalar_one() == due_at


def published(
    call: Call, cli: Any, one: dict[str, str], people: tuple[Any, Any], owner: Any
) -> None:
    """A private dataset publishes nothing; a public one answers, and the asker ends it."""
    ana, liaison = people
    hidden, shown = dataset(owner, private=True), dataset(owner, title="Leaks of 2025")
    answer = {**one, "outcome": "published", "body": "Here they are."}
    assert set(call(liaison, "promote_thread_answer", 409, **answer)) == {"dataset", "__type"}
    error = call(liaison, "promote_thread_answer", 409, **answer, dataset=hidden["name"])
    assert set(error) == {"dataset", "__type"}
    answered = call(liaison, "promote_thread_answer", **answer, dataset=shown["name"])
    assert (answered["state"], answered["outcome"]) == ("answered", "published")
    assert answered["official_answer"]["dataset"] == shown["name"]
    assert (answered["is_overdue"], answered["resolved_at"] is None) == (False, False)
    for user in (None, liaison):
        call(user, "promote_thread_verdict", 403, **one, helpful=True)
    judged = call(ana, "promote_thread_verdict", **one, helpful=True)
    assert (judged["state"], judged["closed_by"]) == ("closed", "verdict")
    assert judged["verdict"]["helpful"] is True
    assert call(None, "promote_thread_list", overdue=True)["items"] == []
    assert cli.invoke(ckan, ["promote", "tick"]).exit_code == 0
    figures = call(None, "promote_response_figures_show", institution=owner.name)["portal"]
    assert {name: figures[name] for name in ("received", "resolved", "decided", "on_time")} == {
        "received": 1, "resolved": 1, "decided": 1, "on_time": 0,
    }  # fmt: skip
