"""What fails is tried again, nothing is sent twice, and no event is passed over."""
from __future__ import annotations

import datetime as dt
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.cli.cli import ckan

from ckanext.promote.base.model import Event, utc_now
from ckanext.promote.cli.deliver import round_line
from ckanext.promote.notifications import delivering, queries, rules
from ckanext.promote.threads.figures_model import ResponseFigures
from ckanext.promote.threads.model import Thread
from tests.factories import Institution, act, institution
from tests.notifications.rounds import later, round_of, waiting
from tests.postbox import Postbox
from tests.threads.talk import answer, ask, citizen, dataset

pytestmark = [
    pytest.mark.usefixtures("clean_db", "with_request_context"),
    pytest.mark.ckan_config("ckanext.promote.central_team", "central"),
    pytest.mark.ckan_config("ckanext.promote.moderation.newcomer_days", 0),
]


class TestFailures:
    def test_one_address_that_is_refused_does_not_hold_up_the_others(
        self, postbox: Postbox, caplog: Any
    ) -> None:
        owner, asker, follower = institution(), citizen(), citizen()
        thread = ask(asker, dataset(owner))
        act(follower, "promote_thread_follow", id=thread["id"])
        round_of(postbox)
        answer(owner.editor, thread)
        postbox.refused.add(asker["email"])
        assert round_of(postbox) == [follower["email"]]
        [mail] = waiting()
        assert (mail.user_id, mail.tries) == (asker["id"], 1)
        assert round_of(postbox) == []
        postbox.refused.clear()
        later(minutes=2)
        assert round_of(postbox) == [asker["email"]]
        assert asker["email"] not in caplog.text

    def test_a_mail_is_given_up_in_the_end_and_the_log_names_nobody(
        self, postbox: Postbox, caplog: Any
    ) -> None:
        owner = institution()
        ask(citizen(), dataset(owner))
        postbox.refused.add(owner.admin["email"])
        with caplog.at_level(logging.INFO):
            for _ in range(len(rules.DELAYS) + 1):
                assert round_of(postbox) == []
                later(days=2)
        [mail] = waiting()
        assert (mail.tries, mail.given_up_at is None) == (len(rules.DELAYS) + 1, False)
        assert f"mail {mail.id} (owed) was given up after 9 tries" in caplog.text
        assert "@" not in "".join(
            record.getMessage() for record in caplog.records if "promote" in record.name
        )
        postbox.refused.clear()
        assert round_of(postbox) == []

    def test_without_a_mail_server_nothing_is_lost(
        self, postbox: Postbox, ckan_config: Any, monkeypatch: Any
    ) -> None:
        owner = institution()
        ask(citizen(), dataset(owner))
        with monkeypatch.context() as context:
            context.setitem(ckan_config, "smtp.server", "127.0.0.1:1")
            assert round_of(postbox) == []
        later(minutes=2)
        assert round_of(postbox) == [owner.admin["email"]]

    def test_two_workers_at_once_send_each_mail_once(self, app: Any, postbox: Postbox) -> None:
        owner = institution()
        about = dataset(owner)
        for number in range(6):
            ask(citizen(), about, title=f"Question {number}?")
        model.Session.remove()

        def work(_: int) -> int:
            with app.flask_app.test_request_context():
                return delivering.run().sent

        with ThreadPoolExecutor(4) as pool:
            sent = list(pool.map(work, range(4)))
        assert sum(sent) == len(postbox.got) == 6
        assert len({mail["Subject"] for mail in postbox.got}) == 6

    def test_a_worker_that_died_leaves_its_mail_to_another_one(self, postbox: Postbox) -> None:
        owner = institution()
        ask(citizen(), dataset(owner))
        delivering.fanout.note_mails(model.Session, utc_now())
        assert queries.take(model.Session, utc_now()) is not None
        model.Session.commit()
        assert round_of(postbox) == []
        later(minutes=11)
        assert round_of(postbox) == [owner.admin["email"]]

    def test_what_happened_a_week_ago_is_told_to_nobody(self, postbox: Postbox) -> None:
        ask(citizen(), dataset(institution()))
        model.Session.execute(sa.update(Event).values(at=Event.at - dt.timedelta(days=8)))
        model.Session.commit()
        assert round_of(postbox) == []


class TestCommand:
    def test_a_round_sends_and_computes_and_says_so(
        self, cli: Any, postbox: Postbox, monkeypatch: Any
    ) -> None:
        # The command reads the options anew.
        monkeypatch.setenv("CKAN_SMTP_SERVER", str(postbox.options["smtp.server"]))
        monkeypatch.setenv("CKAN_SMTP_MAIL_FROM", str(postbox.options["smtp.mail_from"]))
        owner = institution()
        ask(citizen(), dataset(owner))
        done = cli.invoke(ckan, ["promote", "deliver"])
        assert done.exit_code == 0, done.output
        assert "1 sent, 0 to try again or given up" in done.output
        assert [str(each["To"]) for each in postbox.got] == [owner.admin["email"]]
        model.Session.remove()
        figures = model.Session.query(ResponseFigures).filter_by(institution_id=owner.id)
        assert {row.channel: row.open_now for row in figures} == {"portal": 1, "elsewhere": 0}
        again = cli.invoke(ckan, ["promote", "deliver"])
        assert "nothing to do" in again.output

    def test_without_conversations_there_is_nothing_to_do(
        self, app: Any, postbox: Postbox, ckan_config: Any, monkeypatch: Any
    ) -> None:
        ask(citizen(), dataset(institution()))
        with monkeypatch.context() as context:
            context.setitem(ckan_config, "ckanext.promote.features", ["content"])
            assert round_line(app.flask_app) == ""
        assert round_line(app.flask_app).startswith("1 sent")


def test_events_that_are_committed_late_are_read(postbox: Postbox) -> None:
    """Ids are given before transactions end: a smaller one may appear after a larger one."""
    owner = institution()
    about = dataset(owner)
    late = _uncommitted_event(owner)
    ask(citizen(), about)
    assert round_of(postbox, waits=False) == []
    late.commit()
    late.close()
    assert round_of(postbox) == [owner.admin["email"]]


def _uncommitted_event(owner: Institution) -> Any:
    connection = model.meta.engine.connect()
    transaction = connection.begin()
    connection.execute(
        sa.insert(Event).values(
            name="content.publish", subject_type="content", subject_id="-", scope="public",
            institution_id=owner.id, at=utc_now(), reason="", data={},
        )  # fmt: skip
    )

    class Open:
        def commit(self) -> None:
            transaction.commit()

        def close(self) -> None:
            connection.close()

    return Open()


def test_after_a_move_to_another_server_the_next_events_are_read(postbox: Postbox) -> None:
    owner = institution()
    about = dataset(owner)
    ask(citizen(), about)
    assert len(round_of(postbox)) == 1
    # The numbers of transactions begin anew on a server into which a dump is brought.
    model.Session.execute(sa.update(Event).values(tx=Event.tx + 10**9))
    model.Session.execute(sa.text("UPDATE promote_event_cursor SET tx = tx + 1000000000"))
    model.Session.commit()
    ask(citizen(), about, title="And column 8?")
    assert round_of(postbox) == [owner.admin["email"]]
    assert round_of(postbox) == []
    assert model.Session.query(Thread).count() == 2


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("thread.create", {}, "owed"), ("thread.route", {}, "owed"),
        ("thread.reopen", {}, "owed"), ("thread.turn", {}, "owed"),
        ("commitment.miss", {}, "owed"), ("thread.verdict", {"helpful": False}, "owed"),
        ("thread.verdict", {"helpful": True}, None), ("thread.answer", {}, "answered"),
        ("thread.clarify", {}, "answered"), ("commitment.keep", {}, "answered"),
        ("post.create", {}, None), ("thread.late", {}, None), ("post.hold", {}, None),
        ("content.publish", {}, None),
    ],
)  # fmt: skip
def test_which_events_are_told(name: str, data: dict[str, Any], kind: str | None) -> None:
    assert rules.kind_of(name, data) == kind


def test_a_mail_is_tried_for_two_days_at_growing_intervals() -> None:
    now = utc_now()
    waits = [rules.next_try(tries, now) for tries in range(1, len(rules.DELAYS) + 2)]
    assert waits[-1] is None
    gaps = [each - now for each in waits[:-1] if each]
    assert gaps == sorted(gaps)
    assert dt.timedelta(days=1) < sum(gaps, dt.timedelta()) < dt.timedelta(days=2.5)
