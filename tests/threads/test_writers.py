"""Many who write at once: every acknowledged post is there once, and the counters are right."""
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model

from ckanext.promote.threads.model import Post, Supporter, Thread
from tests.factories import headers, institution
from tests.threads.talk import answer, ask, citizen, dataset

LIMITS = [f"limits.user.{per}" for per in ("hour", "day")]
pytestmark = [
    pytest.mark.usefixtures("clean_db"),
    *(pytest.mark.ckan_config(f"ckanext.promote.{name}", 0) for name in LIMITS),
]


@pytest.fixture(autouse=True)
def warm(clean_db: None, app: Any) -> None:
    """CKAN gathers its auth functions at the first call, and not for two at once.

    After the database: loading the plugins forgets them again.
    """
    app.get("/api/3/action/promote_thread_list")


def call(app: Any, user: dict[str, Any], action: str, **data: Any) -> tuple[int, Any]:
    """Status and result of a call of the API, in a session of its own."""
    try:
        reply = app.flask_app.test_client().post(
            f"/api/3/action/{action}", json=data, headers=headers(user)
        )
        return reply.status_code, reply.get_json().get("result")
    finally:
        model.Session.remove()


def thread_row(thread_id: str) -> Any:
    model.Session.remove()
    return model.Session.execute(sa.select(Thread).where(Thread.id == thread_id)).scalar_one()


def test_every_acknowledged_post_is_there_once(app: Any) -> None:
    people = [citizen() for _ in range(8)]
    thread = ask(people[0], dataset(institution()))

    def write(number: int) -> str:
        status, made = call(
            app, people[number % 8], "promote_post_create", thread_id=thread["id"],
            body=f"Number {number}", idempotency_key=f"key-{number // 2}-{number % 8}",
        )  # fmt: skip
        assert status == 200
        return made["id"]

    # Every second request repeats the one before it in another worker at the same time.
    numbers = [number for number in range(80) for _ in range(2)]
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(write, numbers))
    rows = model.Session.execute(
        sa.select(Post.id, Post.seq).where(Post.thread_id == thread["id"], Post.seq > 1)
    ).all()
    assert {row.id for row in rows} == set(ids)
    assert len(rows) == len(set(ids)) == 80
    row = thread_row(thread["id"])
    assert row.posts_count == 81
    assert len({each.seq for each in rows}) == 80


def test_supporters_are_counted_as_they_are(app: Any) -> None:
    people = [citizen() for _ in range(8)]
    thread = ask(people[0], dataset(institution()))

    def support(number: int) -> int:
        user, undo = people[number % 8], number % 3 == 2
        return call(app, user, "promote_thread_support", id=thread["id"], undo=undo)[0]

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(support, range(80))) == {200}
    row = thread_row(thread["id"])
    count = model.Session.execute(
        sa.select(sa.func.count()).where(Supporter.thread_id == thread["id"])
    ).scalar()
    assert row.supporters_count == count


def test_numbers_are_given_once(app: Any) -> None:
    people, about = [citizen() for _ in range(8)], dataset(institution())

    def begin(number: int) -> str:
        status, made = call(
            app, people[number % 8], "promote_thread_create", subject_type="dataset",
            subject_id=about["id"], kind="question", title=f"Question {number}", body="Why?",
        )  # fmt: skip
        assert status == 200
        return made["number"]

    with ThreadPoolExecutor(8) as pool:
        numbers = sorted(pool.map(begin, range(24)))
    year = numbers[0].partition("-")[0]
    assert numbers == [f"{year}-{each:05d}" for each in range(1, 25)]


def test_of_two_answers_at_once_one_supersedes_the_other(app: Any) -> None:
    owner, ana = institution(), citizen()
    thread = ask(ana, dataset(owner))

    def respond(user: dict[str, Any]) -> int:
        return call(
            app, user, "promote_thread_answer", id=thread["id"], outcome="explained", body="So."
        )[0]

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(respond, [owner.editor, owner.admin])) == [200, 200]
    answer(owner.editor, thread, outcome="corrected")
    rows = model.Session.execute(
        sa.select(Post.is_superseded)
        .where(Post.thread_id == thread["id"], Post.is_official)
        .order_by(Post.seq)
    )
    assert [row.is_superseded for row in rows] == [True, True, False]
