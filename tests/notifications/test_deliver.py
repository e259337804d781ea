"""Who owes an answer and who was answered hears of it by mail: once, and if he may read it."""
from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories

from ckanext.promote.base import tokens, visitors
from ckanext.promote.base.model import Visitor
from ckanext.promote.threads.model import Commitment
from tests.factories import act, appointed, institution
from tests.notifications.rounds import round_of, waiting
from tests.postbox import Postbox
from tests.threads.talk import QUESTION, answer, ask, citizen, dataset, day, posts

pytestmark = [
    pytest.mark.usefixtures("clean_db", "with_request_context"),
    pytest.mark.ckan_config("ckanext.promote.central_team", "central"),
    pytest.mark.ckan_config("ckanext.promote.moderation.newcomer_days", 0),
]


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
