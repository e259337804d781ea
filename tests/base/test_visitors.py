"""People without an account: one row an address, links that work as long as they should."""
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import ckantoolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model

from ckanext.promote.base import visitors
from ckanext.promote.base.expiry import forget_expired
from ckanext.promote.base.model import Visitor, VisitorToken
from ckanext.promote.base.visitors import BadToken
from ckanext.promote.portal.bench_counting import counting

pytestmark = [
    pytest.mark.usefixtures("clean_db"),
    pytest.mark.freeze_time("2026-03-10 10:00:00"),
]

ANA = "ana@example.org"
SUBJECT = ("content", "an-id")


def made(email: str = ANA, **said: str) -> Visitor:
    visitor = visitors.find_or_make(model.Session, email, **said)
    model.Session.commit()
    return visitor


def token(purpose: Any = "confirm", email: str = ANA, subject: Any = SUBJECT) -> str:
    secret = visitors.make_token(model.Session, made(email), purpose, subject)
    model.Session.commit()
    return secret


def problem(secret: Any, purpose: Any = "confirm") -> str:
    with pytest.raises(BadToken) as caught:
        visitors.read_token(model.Session, secret, purpose)
    return caught.value.problem


def number_of(table: Any) -> int:
    return model.Session.execute(sa.select(sa.func.count()).select_from(table)).scalar()


def test_an_address_has_one_visitor_however_it_is_written():
    first = made(name="Ana", language="en", privacy_version="2026-01")
    assert (first.email, first.name, first.language) == (ANA, "Ana", "en")
    assert (first.privacy_version, first.confirmed_at) == ("2026-01", None)
    for same in (" Ana@Example.ORG", "ANA@example.org\n", "ana\u200b@example.org"):
        assert made(same).id == first.id
    assert made("luis@example.org").id != first.id
    assert number_of(Visitor) == 2


BAD_ADDRESSES: list[Any] = [
    "", "ana", "ana@", "ana@example", "@example.org", "a b@example.org", "a@b@example.org",
    "ana@example.org, luis@example.org", "ana@example.org\nBcc: luis@example.org",
    "a" * 65 + "@example.org", "ana@" + "a" * 260 + ".org", None, 7, ["a"],
]  # fmt: skip


def test_what_is_no_address_is_refused_by_name():
    for email in BAD_ADDRESSES:
        with pytest.raises(tk.ValidationError) as caught:
            visitors.find_or_make(model.Session, email)
        assert set(caught.value.error_dict) == {"author_email"}, email
    assert number_of(Visitor) == 0


def test_until_an_address_is_confirmed_the_last_who_gave_it_says_the_name_then_nobody():
    made(name="Somebody", language="en")
    assert (made(name="Ana", language="es").name, made(name="Ana").language) == ("Ana", "es")
    visitors.use_token(model.Session, token())
    model.Session.commit()
    made(name="Ana", language="es")
    assert (made(name="Mallory", language="en").name, made().language) == ("", "es")


def test_known_and_unknown_addresses_cost_the_same():
    costs = []
    for email in (ANA, ANA, "luis@example.org"):
        with counting() as counts:
            visitors.find_or_make(model.Session, email)
        costs.append(len(counts.sql))
    assert costs == [2, 2, 2]


def test_the_sentence_afterwards_is_one_for_all():
    assert visitors.sent_sentence() == (
        "We have sent a message to the address that you gave. Open the link in it within 48 hours "
        "to confirm that it was you. If nothing arrives, look among unwanted mail, and check that "
        "the address was right."
    )


def test_two_requests_at_once_make_one_visitor():
    start = Barrier(6)

    def ask(number: int) -> str:
        start.wait()
        try:
            return made().id
        finally:
            model.Session.remove()

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(ask, range(6)))) == 1
    assert number_of(Visitor) == 1


def test_a_link_tells_its_visitor_and_subject_and_only_a_hash_of_it_is_stored():
    secret = token()
    visitor, found = visitors.read_token(model.Session, secret, "confirm")
    assert (visitor.email, found.subject_type, found.subject_id) == (ANA, *SUBJECT)
    assert len(secret) == 43
    assert secret not in repr(model.Session.execute(sa.select(VisitorToken.__table__)).all())
    assert found.digest == visitors.digest_of(secret)


def test_reading_a_link_changes_nothing_and_is_one_statement():
    secret = token()
    with counting() as counts:
        for _ in range(2):
            visitors.read_token(model.Session, secret, "confirm")
    assert [text.split()[0] for text in counts.sql] == ["SELECT", "SELECT"]


BAD_SECRETS: list[Any] = [
    "", "x", "x" * 43, "x" * 10_000, None, 7, ["a"], "\x00" * 43, "\ud800" * 43,
]  # fmt: skip


def test_a_link_that_never_was_is_unknown():
    token()
    assert {problem(secret) for secret in BAD_SECRETS} == {"unknown"}


def test_a_link_is_for_one_purpose():
    assert problem(token("confirm"), "access") == "unknown"
    assert problem(token("access"), "confirm") == "unknown"
    with pytest.raises(BadToken):
        visitors.use_token(model.Session, token("access"))


@pytest.mark.parametrize(
    ("purpose", "last", "first_after"),
    [
        ("confirm", "2026-03-12 09:59:59", "2026-03-12 10:00:00"),
        ("access", "2027-03-10 09:59:59", "2027-03-10 10:00:00"),
    ],
)
def test_a_link_expires(freezer: Any, purpose: Any, last: str, first_after: str):
    secret = token(purpose)
    freezer.move_to(last)
    visitors.read_token(model.Session, secret, purpose)
    freezer.move_to(first_after)
    assert problem(secret, purpose) == "expired"


def test_a_confirmation_is_used_once_and_confirms_the_address(freezer: Any):
    secret = token()
    visitor, used = visitors.use_token(model.Session, secret)
    model.Session.commit()
    assert visitor.confirmed_at == used.used_at is not None
    first = visitor.confirmed_at
    assert problem(secret) == "used"
    with pytest.raises(BadToken):
        visitors.use_token(model.Session, secret)
    freezer.tick(60)
    again, _ = visitors.use_token(model.Session, token())
    assert again.confirmed_at == first


def test_a_confirmation_that_is_rolled_back_was_not_used():
    secret = token()
    visitors.use_token(model.Session, secret)
    model.Session.rollback()
    visitor, found = visitors.read_token(model.Session, secret, "confirm")
    assert (visitor.confirmed_at, found.used_at) == (None, None)


def test_an_expired_confirmation_cannot_be_used(freezer: Any):
    secret = token()
    freezer.move_to("2026-03-12 10:00:00")
    with pytest.raises(BadToken):
        visitors.use_token(model.Session, secret)
    assert made().confirmed_at is None


def test_of_several_that_use_a_confirmation_at_once_one_succeeds():
    secret = token()
    start = Barrier(6)

    def use(number: int) -> str:
        start.wait()
        try:
            visitors.use_token(model.Session, secret)
            model.Session.commit()
        except BadToken as err:
            model.Session.rollback()
            return err.problem
        finally:
            model.Session.remove()
        return "confirmed"

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(use, range(6))) == ["confirmed", *["used"] * 5]


def test_links_can_be_revoked_for_one_subject_or_for_all():
    first, second = token("access"), token("access", subject=("thread", "another"))
    other = token("access", email="luis@example.org")
    visitor = made()
    assert visitors.revoke_tokens(model.Session, visitor.id, SUBJECT) == 1
    assert problem(first, "access") == "revoked"
    visitors.read_token(model.Session, second, "access")
    assert visitors.revoke_tokens(model.Session, visitor.id) == 1
    assert problem(second, "access") == "revoked"
    visitors.read_token(model.Session, other, "access")


def test_the_links_of_who_is_blocked_do_not_work_until_he_is_not():
    confirm, access, visitor = token(), token("access"), made()
    assert visitors.is_blocked(visitor) is False
    visitors.block(model.Session, visitor)
    assert visitors.is_blocked(made()) is True
    assert (problem(confirm), problem(access, "access")) == ("unknown", "unknown")
    with pytest.raises(BadToken):
        visitors.use_token(model.Session, confirm)
    visitors.unblock(model.Session, visitor)
    visitors.use_token(model.Session, confirm)


def test_a_bad_link_is_not_found_and_says_no_more():
    with pytest.raises(tk.ObjectNotFound) as caught:
        visitors.read_token(model.Session, "x" * 43, "access")
    assert str(caught.value) == "This link is not known here. Check that its address is whole."


def test_old_links_are_forgotten_a_month_later_with_addresses_that_were_never_confirmed(
    freezer: Any,
):
    token()
    visitors.use_token(model.Session, token(email="luis@example.org"))
    visitors.block(model.Session, made("mallory@example.org"))
    year = token("access", email="eva@example.org")
    freezer.move_to("2026-04-11 10:00:00")
    assert forget_expired(model.Session)["tokens"] == 0
    freezer.move_to("2026-04-11 10:00:01")
    assert forget_expired(model.Session)["tokens"] == 2
    model.Session.commit()
    left = model.Session.execute(sa.select(Visitor.email).order_by(Visitor.email)).scalars().all()
    assert left == ["eva@example.org", "luis@example.org", "mallory@example.org"]
    visitors.read_token(model.Session, year, "access")
