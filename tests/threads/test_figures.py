"""Response figures are what a plain count over the same threads gives."""
from __future__ import annotations

import datetime as dt
import statistics
from dataclasses import dataclass
from typing import Any

import ckantoolkit as tk
import pytest
from ckan import model
from ckan.tests import factories
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.promote.base.model import new_id, utc_now
from ckanext.promote.threads import figures_queries, figuring
from ckanext.promote.threads import model as tables
from ckanext.promote.threads.figures_model import ResponseFigures
from tests.counting import counting
from tests.factories import Institution, act, institution
from tests.threads.talk import answer, ask, citizen, dataset

pytestmark = pytest.mark.usefixtures("portal")

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.timezone.utc)
KINDS = ("question", "request")
HOUR = 3600


@dataclass(frozen=True)
class Case:
    """A thread by hand: hours before now, and hours from when its institution got it."""

    got: int
    term: int
    paused: int
    answered: int | None
    resolved: int | None
    is_missed: bool
    is_elsewhere: bool
    kind: str
    visibility: str
    is_hidden: bool
    closed_by: str | None
    before: int | None
    """Hours that another institution had it first."""

    @property
    def started_at(self) -> dt.datetime:
        return NOW - dt.timedelta(hours=self.got)

    def moment(self, hours: int) -> dt.datetime:
        return self.started_at + dt.timedelta(hours=hours)

    @property
    def counts(self) -> bool:
        return (
            self.kind in KINDS and self.visibility == "public" and not self.is_hidden
            and self.closed_by != "withdrawn"
        )  # fmt: skip

    @property
    def is_open(self) -> bool:
        return self.answered is None and self.closed_by is None

    @property
    def is_late(self) -> bool:
        return self.is_open and self.moment(self.term) < NOW


@st.composite
def cases(draw: Any) -> Case:
    got = draw(st.integers(1, 500 * 24))
    answered = draw(st.none() | st.integers(0, got))
    resolved = None if answered is None else draw(st.none() | st.integers(answered, got))
    closed = st.sampled_from([None, "asker", "silence", "withdrawn"])
    return Case(
        got=got, term=draw(st.integers(1, 60 * 24)), paused=draw(st.integers(0, 240)),
        answered=answered, resolved=resolved,
        is_missed=answered is not None and draw(st.booleans()),
        is_elsewhere=draw(st.booleans()),
        kind=draw(st.sampled_from(["question", "request", "comment"])),
        visibility=draw(st.sampled_from(["public", "public", "public", "advice"])),
        is_hidden=draw(st.integers(0, 9)) == 0,
        closed_by=draw(closed), before=draw(st.none() | st.integers(1, 100)),
    )  # fmt: skip


def plain(found: list[Case]) -> dict[str, Any]:
    """The figures of one channel, counted by hand."""
    found = [each for each in found if each.counts]
    year = [each for each in found if each.started_at >= NOW - dt.timedelta(days=365)]
    answered = [each for each in year if each.answered is not None]
    resolved = [each for each in year if each.resolved is not None]
    on_time = [each for each in answered if each.answered <= each.term and not each.is_missed]  # type: ignore[operator] -- answered
    return {
        "received": len(year), "answered": len(answered), "resolved": len(resolved),
        "decided": len(answered) + sum(each.is_late for each in year), "on_time": len(on_time),
        "open_now": sum(each.is_open for each in found),
        "overdue_now": sum(each.is_late for each in found),
        **parts("answer", [_days(each.answered, each.paused) for each in answered]),
        **parts("resolution", [_days(each.resolved, each.paused) for each in resolved]),
    }  # fmt: skip


def _days(hours: int | None, paused: int) -> float:
    return max(0, (hours or 0) - paused) / 24


def parts(name: str, days: list[float]) -> dict[str, Any]:
    if not days:
        return {f"{name}_median": None, f"{name}_p90": None}
    days = sorted(days)
    place = 0.9 * (len(days) - 1)
    low = int(place)
    high = min(low + 1, len(days) - 1)
    p90 = days[low] + (days[high] - days[low]) * (place - low)
    return {
        f"{name}_median": pytest.approx(statistics.median(days), abs=1e-6),
        f"{name}_p90": pytest.approx(p90, abs=1e-6),
    }


@dataclass
class World:
    owner: Institution
    other: Institution
    dataset: dict[str, Any]


@pytest.fixture
def world(portal: Any) -> World:
    owner, other = institution(), institution()
    return World(owner, other, dataset(owner))


def put(world: World, number: int, case: Case) -> None:
    """The rows of a thread."""
    thread = tables.Thread(
        id=new_id(), year=2026, number=number, kind=case.kind, title="?",
        subject_type="dataset", subject_id=world.dataset["id"], institution_id=world.owner.id,
        visibility=case.visibility, is_hidden=case.is_hidden,
        state="closed" if case.closed_by else "open" if case.is_open else "answered",
        source="telephone" if case.is_elsewhere else None, closed_by=case.closed_by,
        due_at=case.moment(case.term) if case.is_open else None,
        first_answered_at=_at(case, case.answered), resolved_at=_at(case, case.resolved),
        last_activity_at=NOW, created_at=case.started_at,
    )  # fmt: skip
    session = model.Session
    session.add(thread)
    session.flush()
    if case.before is not None:
        begun = case.started_at - dt.timedelta(hours=case.before)
        clock(thread, world.other.id, "shown", begun, case.started_at, case.started_at, 5 * HOUR)
        clock(thread, None, "triage", begun, case.started_at, case.started_at, 0)
    ended_at = NOW if case.closed_by else None
    cause = "shown" if case.before is None else "route"
    clock(
        thread, world.owner.id, cause, case.started_at, case.moment(case.term),
        _at(case, case.answered) or ended_at, case.paused * HOUR,
    )  # fmt: skip
    if case.answered is not None:
        post(thread, 2, case.moment(case.answered), "explained")
        post(thread, 3, case.moment(case.answered + 1), "corrected")
    post(thread, 4, case.started_at, "acknowledged")
    if case.is_missed:
        session.add(
            tables.Commitment(
                thread_id=thread.id, post_id="-", institution_id=world.owner.id,
                outcome="will_publish", due_on=NOW.date(), state="missed", made_at=NOW,
            )  # fmt: skip
        )
    session.flush()


def _at(case: Case, hours: int | None) -> dt.datetime | None:
    return None if hours is None else case.moment(hours)


def clock(
    thread: Any, institution_id: str | None, cause: str, started_at: dt.datetime,
    due_at: dt.datetime, ended_at: dt.datetime | None, paused: int,
) -> None:  # fmt: skip
    model.Session.add(
        tables.ThreadClock(
            thread_id=thread.id, institution_id=institution_id, cause=cause,
            started_at=started_at, due_at=due_at, ended_at=ended_at, unit="natural",
            calendar_version="-", paused_seconds=paused,
        )  # fmt: skip
    )
    model.Session.flush()


def post(thread: Any, seq: int, at: dt.datetime, outcome: str) -> None:
    model.Session.add(
        tables.Post(
            thread_id=thread.id, seq=seq, k1=seq, k2=0, k3=0, is_official=True, outcome=outcome,
            body="", html="", renderer_version=1, state="visible", created_at=at, shown_at=at,
        )  # fmt: skip
    )


def rows(owner: Institution) -> dict[str, ResponseFigures]:
    found = model.Session.query(ResponseFigures).filter_by(institution_id=owner.id)
    return {row.channel: row for row in found.populate_existing()}


@given(st.lists(cases(), max_size=25))
@settings(
    max_examples=40, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
def test_the_figures_are_those_of_a_plain_count(world: World, found: list[Case]) -> None:
    try:
        for number, case in enumerate(found, 1):
            put(world, number, case)
        assert figures_queries.compute(model.Session, NOW, KINDS, [world.owner.id]) == 1
        made = rows(world.owner)
        for channel in ("portal", "elsewhere"):
            wanted = plain([each for each in found if each.is_elsewhere == (channel != "portal")])
            assert {name: getattr(made[channel], name) for name in wanted} == wanted
    finally:
        model.Session.rollback()


def test_computing_all_gives_every_institution_its_two_rows_and_twice_is_once(
    world: World,
) -> None:
    thread = ask(citizen(), world.dataset)
    answer(world.owner.editor, thread)
    assert figuring.compute_all(model.Session, utc_now()) == 2
    assert figuring.compute_all(model.Session, utc_now()) == 2
    model.Session.commit()
    mine, theirs = rows(world.owner), rows(world.other)
    assert (mine["portal"].received, mine["portal"].answered, mine["portal"].on_time) == (1, 1, 1)
    assert mine["elsewhere"].received == theirs["portal"].received == 0


def test_only_institutions_with_new_events_are_computed_again(world: World) -> None:
    figuring.compute_changed(model.Session, utc_now())
    model.Session.commit()
    assert figuring.compute_changed(model.Session, utc_now()) == 0
    ask(citizen(), world.dataset)
    assert figuring.compute_changed(model.Session, utc_now()) == 1
    model.Session.commit()
    assert rows(world.owner)["portal"].open_now == 1
    assert rows(world.other) == {}
    assert figuring.compute_changed(model.Session, utc_now()) == 0


def test_a_routed_thread_leaves_the_figures_of_who_had_it(world: World) -> None:
    thread = ask(citizen(), world.dataset)
    figuring.compute_all(model.Session, utc_now())
    model.Session.commit()
    act(world.owner.editor, "promote_thread_route", id=thread["id"],
        institution=world.other.name, reason="They measure it.")  # fmt: skip
    figuring.compute_changed(model.Session, utc_now())
    model.Session.commit()
    assert rows(world.owner)["portal"].open_now == rows(world.owner)["portal"].received == 0
    assert rows(world.other)["portal"].open_now == rows(world.other)["portal"].received == 1


def test_threads_on_what_is_private_now_count_no_more(world: World) -> None:
    ask(citizen(), world.dataset)
    package = model.Package.get(world.dataset["id"])
    package.private = True
    model.Session.commit()
    figuring.compute_all(model.Session, utc_now())
    assert rows(world.owner)["portal"].received == 0


def test_what_the_clock_stood_still_is_not_the_institutions_time(world: World) -> None:
    asker = citizen()
    thread = ask(asker, world.dataset)
    act(world.owner.editor, "promote_thread_clarify", id=thread["id"], body="Which one?")
    _back(thread, days=4)
    act(asker, "promote_post_create", thread_id=thread["id"], body="The seventh.")
    answer(world.owner.editor, thread)
    [clock_row] = model.Session.query(tables.ThreadClock).filter_by(thread_id=thread["id"])
    assert clock_row.paused_seconds // (24 * HOUR) == 4
    figuring.compute_all(model.Session, utc_now())
    assert rows(world.owner)["portal"].answer_median < 0.1


def test_an_answer_while_the_clock_stands_still_is_in_time(world: World) -> None:
    thread = ask(citizen(), world.dataset)
    act(world.owner.editor, "promote_thread_clarify", id=thread["id"], body="Which one?")
    _back(thread, days=10)
    answer(world.owner.editor, thread)
    [clock_row] = model.Session.query(tables.ThreadClock).filter_by(thread_id=thread["id"])
    assert clock_row.paused_seconds // (24 * HOUR) == 10
    assert clock_row.due_at > clock_row.ended_at
    figuring.compute_all(model.Session, utc_now())
    assert rows(world.owner)["portal"].on_time == 1


def _back(thread: dict[str, Any], days: int) -> None:
    """As if the clock had stood still for so long already."""
    [clock_row] = model.Session.query(tables.ThreadClock).filter_by(thread_id=thread["id"])
    for name in ("started_at", "paused_at", "due_at"):
        setattr(clock_row, name, getattr(clock_row, name) - dt.timedelta(days=days))
    model.Session.commit()


class TestShown:
    def test_no_median_and_no_share_under_the_least_number(self, world: World) -> None:
        for number in range(9):
            put(world, number + 1, _answered(10 * 24))
        self.compute()
        shown = act(None, "promote_response_figures_show", institution=world.owner.name)
        assert shown["least_n"] == 10
        assert shown["portal"]["answer_days"] == {"n": 9, "median": None, "p90": None}
        assert shown["portal"]["share_on_time"] is None
        assert (shown["portal"]["answered"], shown["portal"]["on_time"]) == (9, 9)

    def test_median_and_share_from_the_least_number_on(self, world: World) -> None:
        for number in range(10):
            put(world, number + 1, _answered(number * 24))
        self.compute()
        shown = act(None, "promote_response_figures_show", institution=world.owner.id)
        assert shown["portal"]["answer_days"] == {"n": 10, "median": 4.5, "p90": 8.1}
        assert shown["portal"]["resolution_days"] == {"n": 0, "median": None, "p90": None}
        assert shown["portal"]["share_on_time"] == 1.0
        assert shown["elsewhere"]["received"] == 0
        assert shown["institution"] == world.owner.name
        assert shown["computed_at"] is not None

    def test_before_the_first_computation_there_are_zeros(self, world: World) -> None:
        shown = act(None, "promote_response_figures_show", institution=world.owner.name)
        assert shown["computed_at"] is None
        assert shown["portal"]["received"] == 0

    def test_what_is_no_institution_is_not_found(self, world: World) -> None:
        group = factories.Group()
        for name in ("nobody", group["name"], world.dataset["name"]):
            with pytest.raises(tk.ObjectNotFound):
                act(None, "promote_response_figures_show", institution=name)

    def test_it_costs_one_statement(self, world: World) -> None:
        with counting() as counts:
            act(None, "promote_response_figures_show", institution=world.owner.name)
        assert len(counts.sql) == 1

    def compute(self) -> None:
        figures_queries.compute(model.Session, NOW, KINDS, None)
        model.Session.commit()


def _answered(hours: int) -> Case:
    return Case(
        got=100 * 24, term=30 * 24, paused=0, answered=hours, resolved=None, is_missed=False,
        is_elsewhere=False, kind="question", visibility="public", is_hidden=False,
        closed_by=None, before=None,
    )  # fmt: skip
