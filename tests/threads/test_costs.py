"""What conversations ask of the servers: the same for few and for many; no Solr, no Redis."""
from __future__ import annotations

from typing import Any

import pytest
from ckan import model
from ckan.tests import factories

from ckanext.promote.base.model import new_id
from ckanext.promote.threads.model import Post, Thread
from tests.counting import Counts, _insert, _values, counting
from tests.factories import act, headers, institution
from tests.threads.talk import aged, answer, ask, citizen, dataset

pytestmark = pytest.mark.usefixtures("clean_db")


def copied_threads(thread_id: str, count: int) -> None:
    """Copies of a thread, without posts, written past the actions."""
    row = _values(Thread, Thread.id == thread_id)[0]
    _insert(Thread, [
        {**row, "id": new_id(), "number": row["number"] + 1000 + n} for n in range(count)
    ])  # fmt: skip
    model.Session.commit()


def copied_replies(thread_id: str, count: int) -> None:
    """Copies of the last post of a thread, as replies to its first one."""
    rows = _values(Post, Post.thread_id == thread_id)
    row = max(rows, key=lambda each: each["seq"])
    _insert(Post, [
        {**row, "id": new_id(), "seq": row["seq"] + 1 + n, "k1": 1, "k2": row["seq"] + 1 + n,
         "k3": 0} for n in range(count)
    ])  # fmt: skip
    model.Session.query(Thread).filter_by(id=thread_id).update(
        {"last_seq": row["seq"] + count, "posts_count": row["seq"] + count}
    )
    model.Session.commit()


def cost(app: Any, action: str, user: Any, **data: Any) -> tuple[Counts, Any]:
    """What an action of the API asks beyond knowing who calls."""
    path, sent = f"/api/3/action/{action}", {"json": data, "headers": headers(user)}
    if action.endswith(("show", "list")):
        app.post(path, **sent)  # what a process asks once
    model.Session.remove()
    with counting() as counts:
        reply = app.post(path, **sent)
    assert reply.status_code == 200, reply.body
    return counts, reply.json["result"]


def base(app: Any, user: Any) -> int:
    """Statements with which CKAN finds out who calls."""
    return len(cost(app, "promote_content_type_list", user)[0].sql)


def test_a_thread_with_its_posts_costs_ten_statements_for_everybody(app: Any) -> None:
    owner, ana = institution(), citizen()
    thread = ask(ana, dataset(owner))
    answer(owner.editor, thread, outcome="will_publish", due_on="2029-03-15")
    found = {}
    for size in (0, 200):
        if size:
            copied_replies(thread["id"], size)
        for name, user in (("visitor", None), ("citizen", ana), ("liaison", owner.editor)):
            known = base(app, user)
            shown, _ = cost(app, "promote_thread_show", user, id=thread["id"])
            listed, page = cost(app, "promote_post_list", user, thread_id=thread["id"])
            assert len(page["items"]) == min(50, size + 2)
            last, _ = cost(app, "promote_post_list", user, thread_id=thread["id"], last=True)
            assert (shown.solr, shown.redis, listed.solr, listed.redis) == ([], [], [], [])
            assert len(last.sql) == len(listed.sql)
            found[name, size] = len(shown.sql) + len(listed.sql) - 2 * known
    assert {found[name, 0] for name, _ in found} == {found[name, 200] for name, _ in found}
    assert max(found.values()) <= 10, found


@pytest.mark.parametrize(
    "filters",
    [{}, {"kind": "question"}, {"state": "open"}, {"unanswered": True}, {"overdue": True},
     {"q": "column"}, {"similar": "what do the columns mean"}, {"sort": "due"},
     {"topic": "meaning"}],
    ids=str,
)  # fmt: skip
def test_a_list_costs_eight_statements_whatever_its_length(
    app: Any, filters: dict[str, Any]
) -> None:
    owner, ana = institution(), citizen()
    thread = ask(ana, dataset(owner))
    numbers = {}
    for size in (1, 50):
        if size > 1:
            copied_threads(thread["id"], size - 1)
        for name, user in (("visitor", None), ("citizen", ana), ("liaison", owner.editor)):
            counts, page = cost(app, "promote_thread_list", user, limit=100, **filters)
            assert (counts.solr, counts.redis) == ([], [])
            assert len(page["items"]) == (0 if "overdue" in filters else size)
            numbers[name, size] = len(counts.sql) - base(app, user)
    assert all(numbers[name, 1] == numbers[name, 50] for name, _ in numbers)
    assert max(numbers.values()) <= 8, numbers


def test_other_lists_cost_eight_statements_whatever_their_length(app: Any) -> None:
    owner, admin = institution(), aged(factories.SysadminWithToken())
    about, numbers = dataset(owner), {}
    for size in (1, 6):
        for number in range(len(numbers) and size - 1 or 1):
            ana = citizen()
            thread = ask(ana, about)
            answer(owner.editor, thread, outcome="possible", due_on="2029-03-15")
            [first, _] = act(ana, "promote_post_list", thread_id=thread["id"])["items"]
            act(admin, "promote_report_create", post_id=first["id"], reason="spam")
            act(owner.editor, "promote_answer_template_create", institution=owner.name,
                title=f"Template {size} {number}", body="So.")  # fmt: skip
            act(admin, "promote_user_block", post_id=first["id"], reason="Advertising.")
        for name, user, filters in (
            ("promote_commitment_list", None, {}),
            ("promote_commitment_list", owner.editor, {"institution": owner.name}),
            ("promote_moderation_list", admin, {}),
            ("promote_user_block_list", admin, {}),
            ("promote_answer_template_list", owner.editor, {"institution": owner.name}),
        ):
            counts, page = cost(app, name, user, limit=100, **filters)
            assert (counts.solr, counts.redis) == ([], [])
            assert (len(page["items"]), page["total"]) == (size, size)
            key = (name, bool(user), size)
            numbers[key] = len(counts.sql) - base(app, user)
    assert all(numbers[name, who, 1] == numbers[name, who, 6] for name, who, _ in numbers)
    assert max(numbers.values()) <= 8, numbers


def test_a_post_costs_twelve_statements_whatever_the_size(app: Any) -> None:
    owner, ana, eve = institution(), citizen(), citizen()
    thread = ask(ana, dataset(owner))
    [first] = cost(app, "promote_post_list", ana, thread_id=thread["id"])[1]["items"]
    numbers = {}
    for size in (0, 300):
        if size:
            copied_replies(thread["id"], size)
        for name, user in (("citizen", eve), ("asker", ana), ("liaison", owner.editor)):
            known = base(app, user)
            counts, made = cost(
                app, "promote_post_create", user, thread_id=thread["id"], body="Thank you.",
                reply_to=first["id"], idempotency_key=f"{name}-{size}",
            )  # fmt: skip
            assert made["depth"] == 1
            assert (counts.solr, counts.redis) == ([], [])
            numbers[name, size] = len(counts.sql) - known
    assert all(numbers[name, 0] == numbers[name, 300] for name, _ in numbers)
    assert max(numbers.values()) <= 12, numbers


def test_an_askers_reply_that_lets_the_clock_go_on_costs_no_more(app: Any) -> None:
    owner, ana = institution(), citizen()
    thread = ask(ana, dataset(owner))
    known = base(app, ana)
    cost(app, "promote_thread_clarify", owner.editor, id=thread["id"], body="Which one?")
    counts, _ = cost(
        app, "promote_post_create", ana, thread_id=thread["id"], body="The seventh.",
        idempotency_key="once",
    )  # fmt: skip
    shown = cost(app, "promote_thread_show", ana, id=thread["id"])[1]
    assert shown["state"] == "open"
    assert len(counts.sql) - known <= 12, counts.sql
