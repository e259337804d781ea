"""What the pages of conversations ask of the servers: the same for few and for many."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from ckan.tests import factories

from tests import counting
from tests.counting import beyond
from tests.factories import Institution, act, institution
from tests.threads.talk import answer, ask, citizen, dataset
from tests.threads.test_costs import copied_replies, copied_threads

pytestmark = pytest.mark.usefixtures("clean_db")


@dataclass
class Talkers:
    """An institution whose dataset is talked about, and who reads it."""

    owner: Institution
    ana: dict[str, Any]
    admin: dict[str, Any]
    thread: dict[str, Any]

    def user(self, role: str) -> dict[str, Any] | None:
        return {"visitor": None, "citizen": self.ana, "liaison": self.owner.editor,
                "central": self.admin}[role]  # fmt: skip


@pytest.fixture
def talkers() -> Talkers:
    owner, ana = institution(name="water-office"), citizen()
    dataset(owner, name="leaks", maintainer="Data desk")
    ask(ana, {"name": owner.name}, subject_type="institution", title="Of the office")
    thread = ask(ana, {"name": "leaks"})
    answer(owner.editor, thread, outcome="will_publish", due_on="2029-03-15")
    act(owner.editor, "promote_thread_reopen", id=thread["id"])
    answer(owner.editor, thread, outcome="possible", due_on="2029-03-16")
    [first, *_] = act(ana, "promote_post_list", thread_id=thread["id"])["items"]
    act(owner.editor, "promote_report_create", post_id=first["id"], reason="spam")
    act(owner.editor, "promote_answer_template_create", institution=owner.name,
        title="Width", body="So.")  # fmt: skip
    return Talkers(owner, ana, factories.SysadminWithToken(), thread)


READERS = ("visitor", "citizen", "liaison")
PAGES: dict[str, tuple[int, tuple[str, ...]]] = {
    "/feedback/{id}": (10, READERS),
    "/feedback/{id}?last=1": (10, READERS),
    "/feedback/{id}/reply": (10, READERS),
    "/feedback/{id}/answer": (14, ("liaison",)),
    "/feedback/{id}/post/{post}/report": (12, ("visitor", "liaison")),
    "/feedback": (8, READERS),
    "/feedback?q=column&kind=question&sort=due": (8, READERS),
    "/feedback.csv": (8, READERS),
    "/feedback.atom": (8, READERS),
    "/feedback/promises": (8, READERS),
    "/dataset/leaks/feedback": (8, READERS),
    "/dataset/leaks/feedback.csv": (8, READERS),
    "/dataset/leaks/feedback.atom": (8, READERS),
    "/dataset/leaks/feedback/promises": (8, READERS),
    "/dataset/leaks/feedback/new": (8, READERS),
    "/organization/water-office/feedback": (8, READERS),
    "/promote/advice/new?institution=water-office": (8, ("liaison",)),
    "/promote/moderation": (8, ("central",)),
    "/promote/moderation/account/somebody": (8, ("central",)),
    "/promote/moderation/blocked": (8, ("central",)),
    "/promote/templates/water-office": (8, ("liaison",)),
    "/promote/templates/water-office/new": (8, ("liaison",)),
    "/promote/templates/water-office/{template}/edit": (8, ("liaison",)),
    "/promote/templates/water-office/{template}/delete": (8, ("liaison",)),
}
"""What each may cost beyond /about, and who reads it."""
ENDPOINTS = {
    *(f"promote_feedback.{name}" for name in ("show", "act", "act_on_post")),
    *(f"promote_talk.{name}" for name in (
        "index", "csv", "atom", "promises", "of", "csv_of", "atom_of", "promises_of")),
    *(f"promote_ask.{name}" for name in ("new", "advice")),
    *(f"promote_moderation.{name}" for name in ("index", "account", "blocked")),
    *(f"promote_templates.{name}" for name in ("index", "new", "edit", "delete")),
}  # fmt: skip


def test_every_page_has_a_budget(app: Any) -> None:
    urls = app.flask_app.url_map.bind("localhost")
    measured = {urls.match(path.partition("?")[0], "GET")[0] for path in PAGES}
    assert measured == ENDPOINTS


def test_pages_ask_the_same_for_few_and_for_many(app: Any, talkers: Talkers) -> None:
    [first, *_] = act(None, "promote_post_list", thread_id=talkers.thread["id"])["items"]
    [template] = act(talkers.owner.editor, "promote_answer_template_list",
                     institution="water-office")["items"]  # fmt: skip
    places = {"id": talkers.thread["id"], "post": first["id"], "template": template["id"]}
    about = {role: counting.cost(app, "/about", talkers.user(role))
             for role in (*READERS, "central")}  # fmt: skip
    numbers: dict[tuple[str, str], list[int]] = {}
    found = []
    for size in (0, 60):
        if size:
            copied_threads(talkers.thread["id"], size)
            copied_replies(talkers.thread["id"], size)
        for path, (sql, roles) in PAGES.items():
            for role in roles:
                counts = counting.cost(app, path.format(**places), talkers.user(role))
                numbers.setdefault((path, role), []).append(len(counts.sql))
                problem = beyond(counts, about[role], sql)
                found += [f"{path} as {role}, {size}: {problem}"] if problem else []
    assert found == []
    assert {key: each for key, each in numbers.items() if len(set(each)) > 1} == {}




