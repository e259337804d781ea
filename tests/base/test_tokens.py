"""A visitor's form: from this site, not too quick, not too old, once, and not by a program."""
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from threading import Barrier
from typing import Any

import ckantoolkit as tk
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from ckan import model

from ckanext.promote.base import schema, tokens
from ckanext.promote.base.errors import BadFormToken
from ckanext.promote.base.expiry import forget_expired
from ckanext.promote.base.model import FormNonce

pytestmark = [
    pytest.mark.usefixtures("clean_db"),
    pytest.mark.freeze_time("2026-03-10 10:00:00"),
]

FORM, SUBJECT = "question", "a-dataset"

QUICK = "This was sent very quickly, as programs do. Wait a few seconds and send it again."
OLD = "This form was open for more than a day. Send it again."
WRONG = "It is not certain that this form comes from this page. Send it again."
USED = "This form was sent already. To send something new, send it again."


def context() -> dict[str, Any]:
    return {"session": model.Session}


def problem(token: Any, form: str = FORM, subject: str = SUBJECT) -> tuple[str, list[str]]:
    """Why a token is refused, and with which sentence."""
    with pytest.raises(BadFormToken) as caught:
        tokens.check(context(), token, form, subject)
    assert set(caught.value.error_dict) == {"form_token"}
    return caught.value.problem, caught.value.error_dict["form_token"]


def stored() -> int:
    return model.Session.execute(sa.select(sa.func.count(FormNonce.nonce))).scalar()


@pytest.mark.parametrize("sent_at", ["2026-03-10 10:00:03", "2026-03-11 10:00:00"])
def test_a_form_is_accepted_after_three_seconds_and_within_a_day(freezer: Any, sent_at: str):
    token = tokens.issue(FORM, SUBJECT)
    freezer.move_to(sent_at)
    tokens.check(context(), token, FORM, SUBJECT)
    assert stored() == 1


@pytest.mark.parametrize(
    ("sent_at", "expected"),
    [
        ("2026-03-10 10:00:00", ("quick", [QUICK])),
        ("2026-03-10 10:00:02", ("quick", [QUICK])),
        ("2026-03-10 09:59:00", ("quick", [QUICK])),  # issued by a machine whose clock is ahead
        ("2026-03-11 10:00:01", ("old", [OLD])),
    ],
)
def test_a_form_that_is_too_quick_or_too_old_is_refused_and_nothing_is_stored(
    freezer: Any, sent_at: str, expected: tuple[str, list[str]]
):
    token = tokens.issue(FORM, SUBJECT)
    freezer.move_to(sent_at)
    assert problem(token) == expected
    assert stored() == 0


@pytest.mark.ckan_config("ckanext.promote.form.min_seconds", 0)
def test_the_portal_says_how_quick_is_too_quick():
    tokens.check(context(), tokens.issue(FORM, SUBJECT), FORM, SUBJECT)
    assert stored() == 1


def test_a_token_is_for_one_form_and_one_subject(freezer: Any):
    token = tokens.issue(FORM, SUBJECT)
    freezer.tick(60)
    for form, subject in [
        ("report", SUBJECT), (FORM, "another"), (FORM, ""), (FORM + "a", "-dataset"), ("", ""),
    ]:  # fmt: skip
        assert problem(token, form, subject) == ("wrong", [WRONG])
    tokens.check(context(), token, FORM, SUBJECT)


BAD_TOKENS: list[Any] = [
    None, "", "a", "a.b", "á.é", "x" * 501, 7, ["a"], {"a": 1}, "\x00", "\ud800.a", b"a",
]  # fmt: skip


def test_what_is_no_token_is_refused():
    for token in BAD_TOKENS:
        assert problem(token) == ("wrong", [WRONG]), token


def test_a_token_that_was_changed_or_signed_with_another_key_is_refused(
    freezer: Any, ckan_config: Any, monkeypatch: Any
):
    token = tokens.issue(FORM, SUBJECT)
    freezer.tick(60)
    first = "a" if token[0] != "a" else "b"
    assert problem(first + token[1:]) == ("wrong", [WRONG])
    assert problem(token[:-1]) == ("wrong", [WRONG])
    monkeypatch.setitem(ckan_config, "SECRET_KEY", "another")
    assert problem(token) == ("wrong", [WRONG])


def test_a_token_counts_once(freezer: Any):
    token = tokens.issue(FORM, SUBJECT)
    freezer.tick(60)
    tokens.check(context(), token, FORM, SUBJECT)
    model.Session.commit()
    assert problem(token) == ("used", [USED])
    assert stored() == 1


def test_a_form_that_was_refused_afterwards_can_be_sent_again(freezer: Any):
    token = tokens.issue(FORM, SUBJECT)
    freezer.tick(60)
    tokens.check(context(), token, FORM, SUBJECT)
    model.Session.rollback()
    tokens.check(context(), token, FORM, SUBJECT)


def test_of_several_that_send_one_token_at_once_one_succeeds(freezer: Any):
    token = tokens.issue(FORM, SUBJECT)
    freezer.tick(60)
    start = Barrier(6)

    def send(number: int) -> str:
        start.wait()
        try:
            tokens.check(context(), token, FORM, SUBJECT)
            model.Session.commit()
        except BadFormToken as err:
            model.Session.rollback()
            return err.problem
        finally:
            model.Session.remove()
        return "accepted"

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(send, range(6))) == ["accepted", *["used"] * 5]


def test_every_token_is_another():
    assert len({tokens.issue(FORM, SUBJECT) for _ in range(50)}) == 50


def test_a_form_on_the_page_of_another_site_is_refused(app: Any, freezer: Any):
    def request(site: str | None) -> Any:
        sent = {"Sec-Fetch-Site": site} if site else {}
        return app.flask_app.test_request_context("/", method="POST", headers=sent)

    token = tokens.issue(FORM, SUBJECT)
    freezer.tick(60)
    with request("cross-site"):
        assert problem(token) == ("wrong", [WRONG])
    for site in (None, "same-origin", "none"):
        with request(site):
            tokens.check(context(), token, FORM, SUBJECT)
            model.Session.rollback()


class TestAgain:
    def test_a_form_that_comes_back_keeps_its_token(self, freezer: Any):
        token = tokens.issue(FORM, SUBJECT)
        freezer.tick(3600)
        assert tokens.again(token, FORM, SUBJECT) == token
        error = tk.ValidationError({"title": ["Missing"]})
        assert tokens.again(token, FORM, SUBJECT, error) == token

    def test_also_one_that_came_too_quickly_so_that_it_grows_old_enough(self, freezer: Any):
        token = tokens.issue(FORM, SUBJECT)
        with pytest.raises(BadFormToken) as caught:
            tokens.check(context(), token, FORM, SUBJECT)
        assert tokens.again(token, FORM, SUBJECT, caught.value) == token
        freezer.tick(3)
        tokens.check(context(), token, FORM, SUBJECT)

    def test_one_that_was_used_gets_another(self, freezer: Any):
        token = tokens.issue(FORM, SUBJECT)
        freezer.tick(60)
        tokens.check(context(), token, FORM, SUBJECT)
        with pytest.raises(BadFormToken) as caught:
            tokens.check(context(), token, FORM, SUBJECT)
        fresh = tokens.again(token, FORM, SUBJECT, caught.value)
        freezer.tick(60)
        tokens.check(context(), fresh, FORM, SUBJECT)

    def test_what_is_no_token_gets_one(self, freezer: Any):
        for token in (None, "", "x.y", 7):
            fresh = tokens.again(token, FORM, SUBJECT)
            freezer.tick(60)
            tokens.check(context(), fresh, FORM, SUBJECT)

    def test_one_that_would_end_soon_gets_another(self, freezer: Any):
        token = tokens.issue(FORM, SUBJECT)
        freezer.tick(13 * 3600)
        assert tokens.again(token, FORM, SUBJECT) != token


def test_nonces_are_forgotten_when_their_tokens_are_too_old(freezer: Any):
    token = tokens.issue(FORM, SUBJECT)
    freezer.tick(60)
    tokens.check(context(), token, FORM, SUBJECT)
    freezer.move_to("2026-03-11 09:59:59")
    assert forget_expired(model.Session)["nonces"] == 0
    freezer.move_to("2026-03-11 10:00:01")
    assert forget_expired(model.Session)["nonces"] == 1
    assert problem(token) == ("old", [OLD])


def test_a_field_that_people_do_not_see_has_to_be_empty():
    for empty in ({}, {tokens.HONEYPOT: ""}, {tokens.HONEYPOT: None}):
        tokens.check_honeypot(empty)
    for value in ("x", " ", ["x"]):
        with pytest.raises(BadFormToken) as caught:
            tokens.check_honeypot({tokens.HONEYPOT: value})
        assert caught.value.error_dict == {"form_token": [WRONG]}


def test_a_schema_takes_what_a_form_brings():
    made = schema.validated(schema.form_token, {"form_token": "a.b", tokens.HONEYPOT: "x"})
    assert made == {"form_token": "a.b", tokens.HONEYPOT: "x"}


def test_people_neither_see_nor_reach_the_field(app: Any):
    values = {"form_token": "a.b", "honeypot": tokens.HONEYPOT}
    with app.flask_app.test_request_context("/"):
        part = BeautifulSoup(
            tk.render_snippet("promote/visitors/form_token.html", values), "html.parser"
        )
    trap = part.select_one(".promote-trap")
    field = trap.select_one("input")
    assert part.select_one("input[name=form_token]")["value"] == "a.b"
    assert (trap["aria-hidden"], field["tabindex"], field["autocomplete"]) == ("true", "-1", "off")
    assert (field["name"], field["value"]) == (tokens.HONEYPOT, "")
    assert trap.select_one("label")["for"] == field["id"]
    styles = files("ckanext.promote").joinpath("assets/promote.css").read_text("utf-8")
    assert ".promote-trap { display: none; }" in styles


class TestAction:
    def show(self, app: Any, **data: Any) -> Any:
        return app.get("/api/3/action/promote_form_token_show", query_string=data)

    def test_the_api_gives_what_a_page_has(self, app: Any, freezer: Any):
        given = self.show(app, form=FORM, subject_id=SUBJECT).json["result"]
        assert set(given) == {"form_token", "expires_at", "honeypot"}
        assert given["honeypot"] == tokens.HONEYPOT
        assert given["expires_at"] == "2026-03-11T10:00:00+00:00"
        freezer.tick(3)
        tokens.check(context(), given["form_token"], FORM, SUBJECT)

    def test_a_form_about_nothing_has_a_token_too(self, app: Any, freezer: Any):
        token = self.show(app, form="submission").json["result"]["form_token"]
        freezer.tick(3)
        assert problem(token, "submission", SUBJECT) == ("wrong", [WRONG])
        tokens.check(context(), token, "submission", "")

    def test_a_bad_question_is_refused(self, app: Any):
        for data, field in (
            ({}, "form"),
            ({"form": ""}, "form"),
            ({"form": "x" * 201}, "form"),
            ({"form": "a", "subject_id": "x" * 201}, "subject_id"),
            ({"form": "a", "other": "b"}, "other"),
        ):
            answer = self.show(app, **data)
            assert answer.status_code == 409
            assert set(answer.json["error"]) == {field, "__type"}
