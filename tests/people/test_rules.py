"""When an appointment is in force: both its days count."""
from __future__ import annotations

import datetime as dt

import pytest

from ckanext.promote.people import rules

TODAY = dt.date(2026, 3, 15)
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("begins", "ends", "expected"),
    [
        (0, None, "current"), (0, 0, "current"), (-9, 0, "current"), (-9, 9, "current"),
        (1, None, "future"), (1, 9, "future"), (-9, -1, "past"), (-1, -1, "past"),
    ],
)  # fmt: skip
def test_an_appointment_is_in_force_from_its_first_day_to_its_last(
    begins: int, ends: int | None, expected: str
) -> None:
    last = None if ends is None else TODAY + ends * DAY
    assert rules.standing(TODAY + begins * DAY, last, TODAY) == expected


@pytest.mark.parametrize(
    ("begins", "ends", "ended", "expected"),
    [
        (5, 5, 0, "withdrawn"), (0, 0, -1, "withdrawn"), (-5, -5, -6, "withdrawn"),
        (5, 9, 0, "future"), (0, 0, 0, "current"), (-5, -5, 0, "past"), (5, 5, None, "future"),
    ],
)  # fmt: skip
def test_what_was_ended_before_its_only_day_was_withdrawn(
    begins: int, ends: int, ended: int | None, expected: str
) -> None:
    ended_on = None if ended is None else TODAY + ended * DAY
    found = rules.standing(TODAY + begins * DAY, TODAY + ends * DAY, TODAY, ended_on)
    assert found == expected


def test_a_period_has_its_days_in_order() -> None:
    found = [rules.is_period(TODAY, last) for last in (None, TODAY, TODAY + DAY, TODAY - DAY)]
    assert found == [True, True, True, False]


@pytest.mark.parametrize(
    ("day", "expected"),
    [("1989-12-31", False), ("1990-01-01", True), ("2046-12-31", True), ("2047-01-01", False)],
)
def test_a_day_far_away_is_a_slip_of_the_pen(day: str, expected: bool) -> None:
    assert rules.is_usable(dt.date.fromisoformat(day), TODAY) == expected
