"""What time does to conversations is done once, also by two who do it at the same moment."""
from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model

from ckanext.promote.base.model import utc_now
from ckanext.promote.threads import ticking
from ckanext.promote.threads.model import Commitment, Thread, ThreadClock
from tests.factories import institution
from tests.threads.talk import answer, ask, citizen, dataset, day, event_names

pytestmark = pytest.mark.usefixtures("clean_db")

LONG_AGO = dt.timedelta(days=200)


def at_once(app: Any, job: Callable[[Any, dt.datetime], int]) -> list[int]:
    """Do it in four threads, each with a session of its own; what each says it did."""
    model.Session.remove()
    barrier = Barrier(4)

    def work(_: int) -> int:
        with app.flask_app.test_request_context():
            barrier.wait()
            done = job(model.Session, utc_now())
            model.Session.commit()
            model.Session.remove()
            return done

    with ThreadPoolExecutor(4) as pool:
        return sorted(pool.map(work, range(4)))


def made(count: int) -> tuple[Any, list[dict[str, Any]]]:
    owner, asker = institution(), citizen()
    about = dataset(owner)
    return owner, [ask(asker, about, title=f"Question {n}?") for n in range(count)]


def test_what_became_late_is_noted_once(app: Any) -> None:
    _, threads = made(5)
    model.Session.execute(sa.update(ThreadClock).values(due_at=utc_now() - LONG_AGO))
    model.Session.commit()
    assert sum(at_once(app, ticking.record_late)) == 5
    assert at_once(app, ticking.record_late) == [0, 0, 0, 0]
    assert [event_names(each).count("thread.late") for each in threads] == [1] * 5


def test_a_promise_is_missed_once(app: Any) -> None:
    owner, threads = made(5)
    for each in threads:
        answer(owner.editor, each, outcome="will_publish", due_on=day(5))
    model.Session.execute(sa.update(Commitment).values(due_on=utc_now().date() - LONG_AGO))
    model.Session.commit()
    assert sum(at_once(app, ticking.miss_promises)) == 5
    assert at_once(app, ticking.miss_promises) == [0, 0, 0, 0]
    assert [event_names(each).count("commitment.miss") for each in threads] == [1] * 5
    assert {row.reopened_count for row in model.Session.query(Thread)} == {1}


def test_silence_closes_once(app: Any) -> None:
    owner, threads = made(5)
    for each in threads:
        answer(owner.editor, each)
    long_ago = utc_now() - LONG_AGO
    model.Session.execute(sa.update(Thread).values(answered_at=long_ago, last_activity_at=long_ago))
    model.Session.commit()
    assert sum(at_once(app, ticking.close_silent)) == 5
    assert at_once(app, ticking.close_silent) == [0, 0, 0, 0]
    assert [event_names(each).count("thread.close") for each in threads] == [1] * 5
