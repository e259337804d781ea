"""How often is too often: per person and network, in an hour and a day, exactly."""
from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import ckantoolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories

from ckanext.promote.base import limits, network
from ckanext.promote.base.errors import RateLimited
from ckanext.promote.base.expiry import forget_expired
from ckanext.promote.base.model import RateCount
from ckanext.promote.portal.bench_counting import counting
from tests.factories import headers, institution

pytestmark = [
    pytest.mark.usefixtures("clean_db"),
    pytest.mark.freeze_time("2026-03-10 10:20:30"),
    pytest.mark.ckan_config("ckanext.promote.limits.user.hour", 3),
    pytest.mark.ckan_config("ckanext.promote.limits.user.day", 5),
    pytest.mark.ckan_config("ckanext.promote.limits.visitor.hour", 2),
    pytest.mark.ckan_config("ckanext.promote.limits.visitor.day", 3),
    pytest.mark.ckan_config("ckanext.promote.limits.network.hour", 4),
    pytest.mark.ckan_config("ckanext.promote.limits.network.day", 6),
]

ANA, LUIS = "ana@example.org", "luis@example.org"
HOME, OFFICE = "203.0.113.0/24", "198.51.100.0/24"
VISITOR: dict[str, Any] = {"user": "", "auth_user_obj": None}


def allowed(tries: int, who: str = ANA, place: str = HOME, context: Any = None) -> int:
    """How many of so many tries are let through."""
    passed = 0
    for _ in range(tries):
        try:
            limits.count(VISITOR if context is None else context, "ask", who, place)
        except RateLimited:
            continue
        passed += 1
    return passed


def test_a_visitor_may_do_a_thing_so_often_and_no_more_until_the_hour_is_over(freezer: Any):
    assert allowed(5) == 2
    with pytest.raises(RateLimited) as caught:
        limits.count(VISITOR, "ask", ANA, HOME)
    assert caught.value.seconds == 39 * 60 + 30
    assert caught.value.error_dict == {
        "__before": ["You have sent this too often. Try again in 40 minutes."]
    }
    freezer.move_to("2026-03-10 10:59:59")
    assert allowed(1) == 0
    freezer.move_to("2026-03-10 11:00:00")
    assert allowed(1) == 1  # what was refused took nothing of the day's


def test_the_limit_of_a_day_ends_with_the_day(freezer: Any):
    assert allowed(2) == 2
    freezer.move_to("2026-03-10 11:20")
    assert allowed(2) == 1
    with pytest.raises(RateLimited) as caught:
        limits.count(VISITOR, "ask", ANA, HOME)
    assert caught.value.seconds == (12 * 60 + 40) * 60
    assert caught.value.error_dict == {
        "__before": ["You have sent this too often. Try again in 13 hours."]
    }
    freezer.move_to("2026-03-11 00:00:00")
    assert allowed(3) == 2


def test_an_address_is_the_same_however_it_is_written():
    assert allowed(1, " Ana@Example.ORG ") + allowed(2, ANA) == 2


def test_others_and_other_things_have_limits_of_their_own():
    assert allowed(3, ANA, HOME) == 2
    assert allowed(3, LUIS, OFFICE) == 2
    limits.count(VISITOR, "report", ANA, HOME)


def test_a_network_has_a_limit_for_all_its_visitors_together():
    assert [allowed(1, f"{number}@example.org") for number in range(6)] == [1, 1, 1, 1, 0, 0]
    with pytest.raises(RateLimited) as caught:
        limits.count(VISITOR, "ask", "one-more@example.org", HOME)
    assert caught.value.error_dict == {
        "__before": [
            "Too much has been sent from your network by people who are not signed in. "
            "Try again in 40 minutes."
        ]
    }
    assert allowed(1, "one-more@example.org", OFFICE) == 1


def test_without_an_address_the_network_alone_counts():
    assert allowed(6, who="") == 4
    assert allowed(6, who="", place="") == 6


def test_a_limit_of_0_is_none(ckan_config: Any, monkeypatch: Any):
    for scope in ("visitor", "network"):
        for window in ("hour", "day"):
            monkeypatch.setitem(ckan_config, f"ckanext.promote.limits.{scope}.{window}", 0)
    assert allowed(20) == 20
    assert model.Session.execute(sa.select(sa.func.count(RateCount.bucket))).scalar() == 0


def test_a_signed_in_person_counts_by_account_and_not_by_network():
    user, other = factories.User(), factories.User()
    context = {"user": user["name"], "auth_user_obj": model.User.get(user["id"])}
    assert allowed(5, who=ANA, context=context) == 3
    assert allowed(5, who=LUIS, place=OFFICE, context={"user": user["name"]}) == 0
    assert allowed(2, context={"user": other["name"]}) == 2
    assert allowed(3, who=ANA) == 2


@pytest.mark.ckan_config("ckanext.promote.central_team", "central")
@pytest.mark.usefixtures("portal")
def test_the_central_team_and_calls_inside_the_portal_have_no_limit():
    central, other = institution(name="central"), institution()
    sysadmin = factories.Sysadmin()
    assert allowed(20, context={"user": central.editor["name"]}) == 20
    assert allowed(20, context={"user": sysadmin["name"]}) == 20
    assert allowed(20, context={"user": "", "ignore_auth": True}) == 20
    assert allowed(20, context={"user": central.member["name"]}) == 3
    assert allowed(20, context={"user": other.admin["name"]}) == 3


def test_a_try_counts_also_when_its_transaction_is_rolled_back():
    for _ in range(2):
        limits.count(VISITOR, "ask", ANA, HOME)
        model.Session.rollback()
    assert allowed(1) == 0


def test_of_many_at_once_exactly_so_many_are_let_through(ckan_config: Any, monkeypatch: Any):
    for scope, limit in {"visitor": 40, "network": 25}.items():
        for window in ("hour", "day"):
            monkeypatch.setitem(ckan_config, f"ckanext.promote.limits.{scope}.{window}", limit)
    at_once = 20
    start = Barrier(at_once)

    def post(number: int) -> int:
        start.wait()
        return allowed(5, who=ANA if number % 2 else LUIS)

    with ThreadPoolExecutor(at_once) as pool:
        assert sum(pool.map(post, range(at_once))) == 25
    counts = model.Session.execute(sa.select(RateCount.count)).scalars().all()
    assert (sum(counts), sorted(counts)[-2:]) == (4 * 25, [25, 25])


def test_a_count_is_one_statement():
    allowed(1)
    with counting() as counts:
        limits.count(VISITOR, "ask", ANA, HOME)
    assert len(counts.sql) == 1


def test_nothing_that_is_stored_tells_who_or_where():
    allowed(1)
    rows = model.Session.execute(sa.select(RateCount.__table__)).all()
    assert len(rows) == 4
    for word in ("ana", "example", "203.0", "ask"):
        assert word not in repr(rows).lower()


def test_counts_are_forgotten_when_their_hour_or_day_is_over(freezer: Any):
    network._salts.clear()
    allowed(1)
    freezer.move_to("2026-03-10 11:00:01")
    assert forget_expired(model.Session)["counts"] == 2
    freezer.move_to("2026-03-11 00:00:01")
    found = forget_expired(model.Session)
    assert (found["counts"], found["salts"]) == (2, 1)
    assert sum(forget_expired(model.Session).values()) == 0


@pytest.mark.ckan_config("ckan.plugins", "promote promote_test_knocks")
@pytest.mark.usefixtures("with_plugins")
class TestApi:
    def knock(self, app: Any, email: str = "", user: Any = None, **data: Any) -> Any:
        return app.post(
            "/api/3/action/promote_test_knock",
            json={"email": email, **data},
            headers=headers(user),
            environ_overrides={"REMOTE_ADDR": data.pop("remote", "203.0.113.9")},
        )

    def test_too_many_requests_are_answered_with_429_and_when_to_come_back(self, app: Any):
        statuses = [self.knock(app, ANA).status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        answer = self.knock(app, ANA)
        assert answer.headers["Retry-After"] == str(39 * 60 + 30)
        assert answer.json["success"] is False
        assert answer.json["error"]["__before"] == [
            "You have sent this too often. Try again in 40 minutes."
        ]

    def test_requests_that_were_refused_for_another_reason_count(self, app: Any):
        statuses = [self.knock(app, ANA, refuse=True).status_code for _ in range(3)]
        assert statuses == [409, 409, 429]

    def test_another_error_is_no_429(self, app: Any):
        answer = self.knock(app, ANA, refuse=True)
        assert (answer.status_code, "Retry-After" in answer.headers) == (409, False)

    def test_an_api_token_is_a_person(self, app: Any, freezer: Any):
        freezer.move_to("2090-03-10 10:20:30")  # CKAN dates tokens by the real clock
        user = factories.UserWithToken()
        assert [self.knock(app, user=user).status_code for _ in range(4)] == [200, 200, 200, 429]
        assert self.knock(app, user=factories.UserWithToken()).status_code == 200

    def test_invented_addresses_do_not_help(self, app: Any):
        statuses = [
            app.post(
                "/api/3/action/promote_test_knock",
                json={},
                headers={"X-Forwarded-For": f"198.51.{number}.1"},
                environ_overrides={"REMOTE_ADDR": "203.0.113.9"},
            ).status_code
            for number in range(6)
        ]
        assert statuses == [200] * 4 + [429] * 2

    def test_in_spanish(self, app: Any):
        for _ in range(2):
            self.knock(app, ANA)
        answer = app.post("/es/api/3/action/promote_test_knock", json={"email": ANA})
        assert answer.json["error"]["__before"] == [
            "Ha hecho este envío demasiadas veces. Inténtelo de nuevo en 40 minutos."
        ]


def test_an_option_below_0_is_refused():
    validate = tk.get_validator("promote_natural")
    assert (validate(0), validate(7)) == (0, 7)
    for value in (-1, "7", None):
        with pytest.raises(tk.Invalid):
            validate(value)


def test_hours_and_days_begin_with_the_clock():
    allowed(1, place="")
    rows = model.Session.execute(
        sa.select(RateCount.window_start, RateCount.expires_at).order_by(RateCount.expires_at)
    ).all()
    utc = dt.timezone.utc
    assert [tuple(row) for row in rows] == [
        (dt.datetime(2026, 3, 10, 10, tzinfo=utc), dt.datetime(2026, 3, 10, 11, tzinfo=utc)),
        (dt.datetime(2026, 3, 10, 0, tzinfo=utc), dt.datetime(2026, 3, 11, 0, tzinfo=utc)),
    ]
