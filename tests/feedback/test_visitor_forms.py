"""A visitor's form that is replayed, too quick, too old, altered or of another page is refused.

With a sentence, with the typed text in its place, and nothing is stored or mailed.
"""
from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model

from ckanext.promote.base import tokens
from ckanext.promote.base.model import FormNonce, Visitor
from ckanext.promote.threads.model import Post, Thread
from tests.factories import institution
from tests.feedback.pages import filled, get, send, soup, texts
from tests.postbox import Postbox, receiving
from tests.threads.talk import ask, citizen, dataset

LIMITS = [f"limits.{who}.{per}" for who in ("visitor", "network") for per in ("hour", "day")]
pytestmark = [
    pytest.mark.usefixtures("clean_db"),
    *(pytest.mark.ckan_config(f"ckanext.promote.{name}", 0) for name in LIMITS),
]
ANA = {"author_name": "Ana P.", "author_email": "ana@example.org"}
SENTENCES = {
    "quick": "This was sent very quickly, as programs do. Wait a few seconds and send it again.",
    "old": "This form was open for more than a day. Send it again.",
    "wrong": "It is not certain that this form comes from this page. Send it again.",
    "used": "This form was sent already. To send something new, send it again.",
}


@pytest.fixture
def postbox(ckan_config: Any, monkeypatch: Any) -> Iterator[Postbox]:
    with receiving() as box:
        for name, value in box.options.items():
            monkeypatch.setitem(ckan_config, name, value)
        yield box


class Form:
    """A form for visitors: where it stands, where it is sent, and what is typed into it."""

    def __init__(self, app: Any, page: str, target: str, **typed: str) -> None:
        self.app, self.page, self.target = app, page, target
        self.typed = {**typed, **ANA}

    def opened(self) -> dict[str, str]:
        """The form as its page has it, filled in."""
        return filled(get(self.app, self.page), **self.typed)

    def refused(self, problem: str, **form: str) -> dict[str, str]:
        """The form as it comes back: refused with a sentence, whole but for its token."""
        before = stored()
        again = send(self.app, self.target, None, 400, **form)
        assert texts(again) == [f"This form: {SENTENCES[problem]}"]
        back = filled(soup(again))
        assert {name: back[name].strip() for name in self.typed} == self.typed
        assert stored() == before
        return back

    def taken(self, **form: str) -> None:
        send(self.app, self.target, None, 200, **form)


def stored() -> list[int]:
    model.Session.remove()
    return [
        model.Session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in (Thread, Post, Visitor, FormNonce)
    ]


@pytest.fixture(params=["question", "reply"])
def form(request: Any, app: Any) -> Form:
    owner = institution(name="water-office")
    about = dataset(owner, name="leaks")
    if request.param == "question":
        place = "/dataset/leaks/feedback/new"
        return Form(app, place, place, title="How wide is it?", body="<b>Nobody</b> says.")
    thread = ask(citizen(), about)
    place = f"/feedback/{thread['id']}"
    return Form(app, place, f"{place}/reply", body="I <b>wonder</b>, too.")


def test_what_came_too_quickly_goes_through_with_the_same_token_a_little_later(
    form: Form, postbox: Postbox, freezer: Any
) -> None:
    opened = form.opened()
    freezer.tick(dt.timedelta(seconds=1))
    back = form.refused("quick", **opened)
    assert back["form_token"] == opened["form_token"]
    freezer.tick(dt.timedelta(seconds=3))
    form.taken(**back)
    assert len(postbox.got) == 1


def test_what_was_open_for_more_than_a_day_goes_through_with_its_new_token(
    form: Form, postbox: Postbox, freezer: Any
) -> None:
    opened = form.opened()
    freezer.tick(dt.timedelta(hours=24, seconds=1))
    back = form.refused("old", **opened)
    assert back["form_token"] != opened["form_token"]
    freezer.tick(dt.timedelta(seconds=4))
    form.taken(**back)
    assert len(postbox.got) == 1


def test_what_was_sent_already_is_taken_once_also_with_other_words(
    form: Form, postbox: Postbox, freezer: Any
) -> None:
    opened = form.opened()
    freezer.tick(dt.timedelta(seconds=4))
    form.taken(**opened)
    form.taken(**opened)  # the same request once more: the same answer, and nothing new
    assert len(postbox.got) == 1
    form.typed["body"] = "Something else altogether."
    back = form.refused("used", **{**opened, **form.typed, "idempotency_key": "another"})
    assert len(postbox.got) == 1
    assert back["form_token"] != opened["form_token"]
    freezer.tick(dt.timedelta(seconds=4))
    form.taken(**back)
    assert len(postbox.got) == 2


def test_an_altered_or_a_foreign_token_and_what_programs_fill_in_are_refused(
    form: Form, postbox: Postbox, freezer: Any
) -> None:
    opened = form.opened()
    name = form.page.rpartition("/")[2]
    foreign = {
        "of another thing": tokens.issue("thread" if name == "new" else "post", "something-else"),
        "of another form": tokens.issue("submission", ""),
        "of the other form": tokens.issue("post" if name == "new" else "thread", name),
    }
    freezer.tick(dt.timedelta(seconds=4))
    token = opened["form_token"]
    middle = len(token) // 2
    other = "a" if token[middle] != "a" else "b"
    altered = [f"{token[:middle]}{other}{token[middle + 1:]}", token[:-1], f"{token}x", "x" * 400]
    for wrong in (*altered, *foreign.values()):
        form.refused("wrong", **{**opened, "form_token": wrong})
    without = {key: value for key, value in opened.items() if key != "form_token"}
    form.refused("wrong", **without)
    form.refused("wrong", **{**opened, tokens.HONEYPOT: "Buy!"})
    assert postbox.got == []
    form.taken(**opened)
    assert len(postbox.got) == 1


def test_a_form_that_another_site_sent_is_refused(
    form: Form, postbox: Postbox, freezer: Any
) -> None:
    opened = form.opened()
    freezer.tick(dt.timedelta(seconds=4))
    before = stored()
    answer = form.app.post(
        form.target, data=opened, headers={"Sec-Fetch-Site": "cross-site"}, follow_redirects=False
    )
    assert (answer.status_code, texts(answer)) == (400, [f"This form: {SENTENCES['wrong']}"])
    assert (stored(), postbox.got) == (before, [])
