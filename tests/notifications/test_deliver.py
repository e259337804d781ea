"""Who owes an answer and who was answered hears of it by mail: once, and if he may read it."""
from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.cli.cli import ckan
from ckan.tests import factories

from ckanext.promote.base import tokens, visitors
from ckanext.promote.base.model import Event, Visitor, utc_now
from ckanext.promote.cli.deliver import round_line
from ckanext.promote.notifications import delivering, queries, rules
from ckanext.promote.notifications.model import Mail
from ckanext.promote.threads.figures_model import ResponseFigures
from ckanext.promote.threads.model import Commitment, Thread
from tests.factories import Institution, act, appointed, institution
from tests.postbox import Postbox, receiving
from tests.threads.talk import QUESTION, answer, ask, citizen, dataset, day, posts

pytestmark = [
    pytest.mark.usefixtures("clean_db", "with_request_context"),
    pytest.mark.ckan_config("ckanext.promote.central_team", "central"),
    pytest.mark.ckan_config("ckanext.promote.moderation.newcomer_days", 0),
]


@pytest.fixture
def postbox(ckan_config: Any, monkeypatch: Any) -> Iterator[Postbox]:
    with receiving() as box:
        for name, value in {**box.options, "ckanext.promote.form.min_seconds": 0}.items():
            monkeypatch.setitem(ckan_config, name, value)
        yield box


def round_of(postbox: Postbox) -> list[str]:
    """Send what is due; to whom, in the order of the alphabet."""
    before = len(postbox.got)
    delivering.run()
    return sorted(str(each["To"]) for each in postbox.got[before:])


def waiting() -> list[Mail]:
    model.Session.remove()
    return list(model.Session.query(Mail).order_by(Mail.id))


def later(**delta: float) -> None:
    """As if so much time had gone by for the mails."""
    model.Session.execute(sa.update(Mail).values(due_at=Mail.due_at - dt.timedelta(**delta)))
    model.Session.commit()


class TestOwed:
    def test_a_new_question_is_told_to_who_answers_in_its_institution(
        self, postbox: Postbox
    ) -> None:
        owner, other = institution(title="Water Office"), institution()
        appointed(other)
        liaison = appointed(owner)
        thread = ask(citizen(), dataset(owner, title="Leaks"))
        assert round_of(postbox) == [liaison["email"]]
        [mail] = postbox.got
        due = dt.datetime.fromisoformat(thread["due_at"])
        assert mail["Subject"] == (
            f"Water Office: answer {thread['number']} by {due:%B} {due.day}, {due.year} – "
            "What does column 7 mean?"
        )
        text = mail.get_content()
        assert f"http://test.ckan.net/en/feedback/{thread['id']}" in text
        assert "About: Leaks" in text
        assert "It is new." in text
        assert round_of(postbox) == []
        assert waiting() == []

    def test_where_nobody_is_appointed_the_admins_hear_of_it(self, postbox: Postbox) -> None:
        owner = institution()
        ask(citizen(), dataset(owner))
        assert round_of(postbox) == [owner.admin["email"]]

    def test_who_asks_in_his_own_institution_is_not_told(self, postbox: Postbox) -> None:
        owner = institution()
        ask(owner.admin, dataset(owner))
        assert round_of(postbox) == []

    def test_a_comment_waits_for_no_answer_until_it_is_turned_into_a_question(
        self, postbox: Postbox
    ) -> None:
        owner, asker = institution(), citizen()
        thread = ask(asker, dataset(owner), kind="comment")
        assert round_of(postbox) == []
        act(asker, "promote_thread_update", id=thread["id"], kind="question")
        assert round_of(postbox) == [owner.admin["email"]]

    def test_a_thread_that_is_handed_on_is_told_to_who_got_it(self, postbox: Postbox) -> None:
        owner, other = institution(), institution()
        thread = ask(citizen(), dataset(owner))
        act(owner.editor, "promote_thread_route", id=thread["id"], institution=other.name,
            reason="They measure it.")  # fmt: skip
        assert round_of(postbox) == [other.admin["email"]]
        assert "It was handed on to you: They measure it." in postbox.got[0].get_content()

    def test_the_central_team_hears_of_what_is_in_its_queue_and_of_advice(
        self, postbox: Postbox
    ) -> None:
        owner, central = institution(), institution(name="central")
        about = dataset(owner)
        thread = ask(citizen(), about)
        act(owner.editor, "promote_thread_route", id=thread["id"], reason="Not ours.")
        assert round_of(postbox) == [central.admin["email"]]
        ask(owner.editor, about, kind="advice")
        assert round_of(postbox) == [central.admin["email"]]
        assert postbox.got[-1]["Subject"].count("by") == 1

    def test_a_thread_that_was_opened_again_is_owed_again(self, postbox: Postbox) -> None:
        owner, asker = institution(), citizen()
        thread = ask(asker, dataset(owner))
        answer(owner.editor, thread)
        round_of(postbox)
        act(asker, "promote_thread_verdict", id=thread["id"], helpful=False, reason="In which?")
        assert round_of(postbox) == [owner.admin["email"]]
        assert "The answer did not help: In which?" in postbox.got[-1].get_content()

    def test_what_was_answered_meanwhile_is_owed_no_more(self, postbox: Postbox) -> None:
        owner, asker = institution(), citizen()
        thread = ask(asker, dataset(owner))
        answer(owner.editor, thread)
        assert round_of(postbox) == [asker["email"]]

    def test_what_became_hidden_or_private_meanwhile_is_told_to_nobody(
        self, postbox: Postbox, cli: Any
    ) -> None:
        owner, central = institution(), institution(name="central")
        hidden, private = dataset(owner), dataset(owner)
        thread = ask(citizen(), hidden)
        asker = citizen()
        on_private = ask(asker, private)
        answer(owner.editor, on_private)
        [first] = posts(central.editor, thread)
        act(central.editor, "promote_post_hide", id=first["id"], reason="Insults.")
        package = model.Package.get(private["id"])
        package.private = True
        model.Session.commit()
        assert round_of(postbox) == []
        assert waiting() == []

    def test_what_a_moderator_holds_is_told_when_it_is_released(
        self, postbox: Postbox, ckan_config: Any, monkeypatch: Any
    ) -> None:
        owner, central = institution(), institution(name="central")
        monkeypatch.setitem(ckan_config, "ckanext.promote.moderation.newcomer_days", 7)
        ask(factories.UserWithToken(), dataset(owner))
        assert round_of(postbox) == []
        [item] = act(central.editor, "promote_moderation_list")["items"]
        act(central.editor, "promote_moderation_decide", id=item["id"], decision="approve")
        assert round_of(postbox) == [owner.admin["email"]]


class TestAnswered:
    def test_who_asked_and_who_follows_are_told_and_who_answered_is_not(
        self, postbox: Postbox
    ) -> None:
        owner, asker, follower, gone = institution(title="Water Office"), *(
            citizen() for _ in range(3)
        )
        thread = ask(asker, dataset(owner))
        round_of(postbox)
        for user in (follower, gone, owner.editor):
            act(user, "promote_thread_follow", id=thread["id"])
        act(gone, "promote_thread_unfollow", id=thread["id"])
        answer(owner.editor, thread, outcome="will_publish", due_on=day(40), body="*Soon.*")
        assert round_of(postbox) == sorted([asker["email"], follower["email"]])
        mail = postbox.got[-1]
        assert mail["Subject"].startswith(
            f"Water Office answered {thread['number']}: It will be published, by "
        )
        assert "*Soon.*" in mail.get_content()

    def test_a_visitor_gets_a_link_of_his_own_in_his_language(
        self, app: Any, postbox: Postbox
    ) -> None:
        owner = institution(title="Oficina del Agua")
        about = dataset(owner)
        thread = self.visit(app, postbox, about)
        assert round_of(postbox) == [owner.admin["email"]]
        answer(owner.editor, thread)
        model.Session.execute(sa.update(Visitor).values(language="es"))
        model.Session.commit()
        assert round_of(postbox) == ["ana@example.org"]
        path = postbox.link("/feedback/")
        assert path.startswith(f"/feedback/{thread['id']}?access_token=") or "/es/" in path
        secret = path.partition("access_token=")[2]
        shown = act(None, "promote_thread_verdict", id=thread["id"], helpful=True,
                    access_token=secret)  # fmt: skip
        assert shown["state"] == "closed"

    def test_a_visitor_who_wants_no_more_of_it_or_is_blocked_gets_nothing(
        self, app: Any, postbox: Postbox
    ) -> None:
        owner = institution()
        about = dataset(owner)
        thread = self.visit(app, postbox, about)
        blocked = self.visit(app, postbox, about, author_email="bea@example.org")
        secret = postbox.got[1].get_content().partition("access_token=")[2].split()[0]
        act(None, "promote_thread_unfollow", id=thread["id"], access_token=secret)
        bea = model.Session.query(Visitor).filter_by(email="bea@example.org").one()
        visitors.block(model.Session, bea)
        model.Session.commit()
        round_of(postbox)
        answer(owner.editor, thread)
        answer(owner.editor, blocked)
        assert round_of(postbox) == []

    def test_a_question_back_and_a_kept_promise_are_told(self, postbox: Postbox) -> None:
        owner, asker = institution(), citizen()
        about = dataset(owner)
        thread = ask(asker, about)
        act(owner.editor, "promote_thread_clarify", id=thread["id"], body="Which file?")
        assert round_of(postbox) == [asker["email"]]
        assert "Which file?" in postbox.got[-1].get_content()
        answer(owner.editor, thread, outcome="will_publish", due_on=day(40))
        round_of(postbox)
        [promise] = model.Session.query(Commitment).all()
        act(owner.editor, "promote_commitment_keep", id=promise.id, dataset=about["name"])
        assert round_of(postbox) == [asker["email"]]
        assert "kept its promise" in postbox.got[-1]["Subject"]

    def test_only_the_newest_of_two_answers_is_told(self, postbox: Postbox) -> None:
        owner, asker = institution(), citizen()
        thread = ask(asker, dataset(owner))
        answer(owner.editor, thread, body="Seven.")
        answer(owner.editor, thread, body="Eight.")
        assert round_of(postbox) == [asker["email"]]
        assert "Eight." in postbox.got[-1].get_content()

    def test_what_is_no_official_answer_is_told_to_nobody(self, postbox: Postbox) -> None:
        owner, asker = institution(), citizen()
        thread = ask(asker, dataset(owner))
        round_of(postbox)
        act(citizen(), "promote_post_create", thread_id=thread["id"], body="Me too.")
        act(owner.editor, "promote_post_create", thread_id=thread["id"], body="We look.",
            internal=True)  # fmt: skip
        assert round_of(postbox) == []

    def visit(
        self, app: Any, postbox: Postbox, about: dict[str, Any], **fields: Any
    ) -> dict[str, Any]:
        """A visitor's thread, confirmed."""
        thread = act(
            None, "promote_thread_create",
            **{**QUESTION, "subject_type": "dataset", "subject_id": about["name"],
               "author_name": "Ana P.", "author_email": "ana@example.org",
               "form_token": tokens.issue("thread", about["name"]), **fields},
        )  # fmt: skip
        app.post(postbox.link("/promote/confirm/"), status=200)
        return thread


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
    assert round_of(postbox) == []
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
