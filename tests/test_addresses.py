"""A person's e-mail address is in no page, feed, table, answer or log; a planted one proves it."""
from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model

from ckanext.promote.base.model import Event, Visitor
from ckanext.promote.notifications import delivering
from tests import walking
from tests.factories import Institution, act, appointed, institution
from tests.feedback.pages import filled, get, send
from tests.notifications.rounds import wait_for_others
from tests.postbox import Postbox, receiving
from tests.surfaces import Surfaces
from tests.threads.talk import answer, citizen, dataset, day

PLANTED = "planted-address.example"
WORD = "xilofonito"
pytestmark = [
    pytest.mark.usefixtures("portal", "own_publishing"),
    pytest.mark.ckan_config("ckanext.promote.central_team", "central"),
]
ROLES = ("visitor", "citizen", "other liaison", "liaison", "central", "sysadmin")


@pytest.fixture
def postbox(ckan_config: Any, monkeypatch: Any) -> Iterator[Postbox]:
    with receiving() as box:
        for name, value in {**box.options, "ckanext.promote.form.min_seconds": 0}.items():
            monkeypatch.setitem(ckan_config, name, value)
        yield box


def test_no_address_is_on_any_page_nor_in_any_answer(app: Any, postbox: Postbox) -> None:
    world = Surfaces.made(app, postbox, WORD, PLANTED)
    model.Session.query(Visitor).update({"email": Visitor.email + f".{PLANTED}"})
    model.Session.commit()
    assert set(world.reads()) == set(walking.actions(reading=True))
    for role in ROLES:
        counts = {200: 0}
        for asked, status, text in world.answers(app, role, WORD):
            counts[status] = counts.get(status, 0) + 1
            assert PLANTED not in text, (asked, role)
            assert status < 500, (asked, role)
        assert counts[200] > 60, (role, counts)


class Heard(logging.Handler):
    """Every record of every logger, as it would be written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        # SQL with its values is the database's log, and aiosmtpd's the test's mail server.
        if not record.name.startswith(("sqlalchemy", "mail.", "asyncio")):
            self.lines.append(f"{record.name}: {self.format(record)} {record.args}")


@pytest.fixture
def heard(app: Any) -> Iterator[Heard]:
    """What the log says at its most talkative; loggers that keep to themselves are heard, too."""
    handler = Heard()
    named = [each for each in logging.Logger.manager.loggerDict.values()
             if isinstance(each, logging.Logger)]  # fmt: skip
    loggers = [logging.getLogger(), *(each for each in named if not each.propagate)]
    levels = {each: each.level for each in (*loggers, *named)}
    for each in named:
        each.setLevel(logging.NOTSET if each.propagate else logging.DEBUG)
    logging.getLogger("sqlalchemy").setLevel(logging.WARNING)
    for each in loggers:
        each.setLevel(logging.DEBUG)
        each.addHandler(handler)
    yield handler
    for each in loggers:
        each.removeHandler(handler)
    for each, level in levels.items():
        each.setLevel(level)


def test_no_address_is_in_the_log_while_people_ask_confirm_answer_and_are_told(
    app: Any, postbox: Postbox, heard: Heard
) -> None:
    owner = institution(name="water-office")
    liaison, follower = appointed(owner), citizen()
    dataset(owner, name="leaks")
    for user in model.Session.query(model.User):
        user.email = f"{user.name}@{PLANTED}"
    model.Session.commit()
    number = asked(app, postbox, owner)
    act(follower, "promote_thread_follow", id=number)
    answer(liaison, {"id": number}, outcome="will_publish", due_on=day(9))
    delivered(postbox)
    refused_by_the_server(app, postbox)
    assert len(heard.lines) > 20
    assert [line for line in heard.lines if PLANTED in line] == []
    rows = model.Session.execute(sa.select(Event.__table__)).all()
    assert len(rows) > 3
    assert PLANTED not in repr(rows)


def asked(app: Any, postbox: Postbox, owner: Institution) -> str:
    """A visitor asks on the page: refused first, then confirmed. The number."""
    form = "/dataset/leaks/feedback/new"
    person = {"author_name": "Ana P.", "author_email": f"ana@{PLANTED}"}
    page = filled(get(app, form), kind="question", title="How wide?", body="It is not said.")
    again = send(app, form, None, 400, **{**page, **person, "title": "?"})
    assert f"ana@{PLANTED}" in again.body  # the form gives back what was typed, to him alone
    send(app, form, None, 200, **{**page, **person})
    app.post(postbox.link("/promote/confirm/"), status=200)
    return act(owner.editor, "promote_thread_list")["items"][0]["number"]


def delivered(postbox: Postbox) -> None:
    """Three mails go out: to who owes the answer nothing any more, to who asked, who follows."""
    before = len(postbox.got)
    wait_for_others()
    delivering.run()
    sent = sorted(str(each["To"]).partition("@")[2] for each in postbox.got[before:])
    assert sent == [PLANTED, PLANTED]


def refused_by_the_server(app: Any, postbox: Postbox) -> None:
    """A mail server that names the address in its refusal."""
    postbox.refused.add(f"eva@{PLANTED}")
    form = "/dataset/leaks/feedback/new"
    page = filled(get(app, form), kind="question", title="How deep is it?", body="Nobody says.")
    person = {"author_name": "Eva", "author_email": f"eva@{PLANTED}", "seen": "1"}
    send(app, form, None, 400, **{**page, **person})
