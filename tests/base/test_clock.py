"""Terms in days: their ends, their warnings, what is left of them, and one pause."""
from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import pytz

from ckanext.promote.base import active_policy, clock
from ckanext.promote.base.clock import Calendar, after_pause, days_left, due, warnings
from ckanext.promote.base.policy import PolicyError, load

MEXICO = pytz.timezone("America/Mexico_City")
BRIDGE = dt.date(2026, 5, 4)
"""A day on which the profile says that offices are closed."""

CALENDAR = Calendar(MEXICO, "MX", frozenset({BRIDGE}))
UTC = Calendar(dt.timezone.utc, "MX")


def at(text: str, calendar: Calendar = CALENDAR) -> dt.datetime:
    """A moment of the calendar's zone, which has one offset on that day."""
    naive = dt.datetime.fromisoformat(text)
    zone = calendar.zone
    return zone.localize(naive) if hasattr(zone, "localize") else naive.replace(tzinfo=zone)


def end_of(day: str, calendar: Calendar = CALENDAR) -> dt.datetime:
    return at(f"{day} 23:59:59", calendar)


@pytest.mark.parametrize(
    ("start", "days", "unit", "last"),
    [
        ("2026-03-02 09:00", 0, "natural", "2026-03-02"),
        ("2026-03-02 09:00", 1, "natural", "2026-03-03"),
        ("2026-03-02 00:00", 1, "natural", "2026-03-03"),
        ("2026-03-02 23:59:59", 1, "natural", "2026-03-03"),
        ("2026-02-27 09:00", 3, "natural", "2026-03-02"),
        ("2028-02-28 09:00", 1, "natural", "2028-02-29"),
        ("2026-12-31 09:00", 1, "natural", "2027-01-01"),
        ("2026-01-01 09:00", 365, "natural", "2027-01-01"),
        # Monday to Friday
        ("2026-03-02 09:00", 1, "working", "2026-03-03"),
        ("2026-03-02 09:00", 4, "working", "2026-03-06"),
        ("2026-03-02 09:00", 5, "working", "2026-03-09"),
        ("2026-03-06 09:00", 1, "working", "2026-03-09"),
        ("2026-03-07 09:00", 1, "working", "2026-03-09"),  # a Saturday
        ("2026-03-08 09:00", 1, "working", "2026-03-09"),  # a Sunday
        ("2026-03-08 09:00", 0, "working", "2026-03-08"),
        # public holidays of Mexico: 16 March (the third Monday), 1 May, 25 December, 1 January
        ("2026-03-13 09:00", 1, "working", "2026-03-17"),
        ("2026-12-24 09:00", 1, "working", "2026-12-28"),
        ("2026-12-31 09:00", 1, "working", "2027-01-04"),
        # 1 May is a Friday, 4 May closed by the profile
        ("2026-04-30 09:00", 1, "working", "2026-05-05"),
        ("2026-04-30 09:00", 20, "working", "2026-06-01"),
        # the change of the federal government, every six years
        ("2030-09-30 09:00", 1, "working", "2030-10-02"),
    ],
)
def test_a_term_ends_with_its_last_day(start: str, days: int, unit: clock.Unit, last: str):
    ended = due(at(start), days, unit, CALENDAR)
    assert ended == end_of(last)
    assert ended.tzinfo is not None
    assert CALENDAR.day_of(ended).isoformat() == last


def test_the_day_of_the_start_is_that_of_the_portal_not_of_utc():
    late = dt.datetime(2026, 3, 3, 4, 30, tzinfo=dt.timezone.utc)  # 22:30 of the day before
    assert due(late, 1, "natural", CALENDAR) == end_of("2026-03-03")
    assert due(late, 1, "natural", UTC) == end_of("2026-03-04", UTC)


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="an aware datetime was expected"):
        due(dt.datetime(2026, 3, 2), 1, "natural", CALENDAR)  # noqa: DTZ001 -- what is refused


def test_weekends_are_those_of_the_country():
    thursday = dt.datetime(2026, 3, 5, 9, tzinfo=dt.timezone.utc)
    israel = Calendar(dt.timezone.utc, "IL")
    assert due(thursday, 1, "working", israel) == end_of("2026-03-08", UTC)
    assert due(thursday, 1, "working", UTC) == end_of("2026-03-06", UTC)


@pytest.mark.parametrize("country", ["", "ZZ"])
def test_without_known_holidays_monday_to_friday_are_working_days(country: str):
    nowhere = Calendar(dt.timezone.utc, country, frozenset({dt.date(2026, 5, 4)}))
    thursday = dt.datetime(2026, 4, 30, 9, tzinfo=dt.timezone.utc)
    assert due(thursday, 1, "working", nowhere) == end_of("2026-05-01", UTC)
    assert due(thursday, 2, "working", nowhere) == end_of("2026-05-05", UTC)


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        # clocks go back at midnight: 23:59:59 comes twice, and the later one ends the day
        ("America/Havana", "2026-10-31", "2026-11-01T03:59:59+00:00"),
        ("America/Asuncion", "2023-03-25", "2023-03-26T03:59:59+00:00"),
        # clocks go forward at midnight, and in the night
        ("America/Asuncion", "2023-09-30", "2023-10-01T03:59:59+00:00"),
        ("Europe/Madrid", "2026-03-28", "2026-03-28T22:59:59+00:00"),
        ("Europe/Madrid", "2026-03-29", "2026-03-29T21:59:59+00:00"),
        ("America/Tijuana", "2026-03-08", "2026-03-09T06:59:59+00:00"),
    ],
)
def test_a_day_ends_where_clocks_change_too(zone: str, day: str, expected: str):
    place = Calendar(pytz.timezone(zone), "MX")
    noon_before = dt.datetime.fromisoformat(f"{day}T16:00:00+00:00") - dt.timedelta(days=1)
    ended = due(noon_before, 1, "natural", place)
    assert ended == dt.datetime.fromisoformat(expected)
    assert (ended + dt.timedelta(seconds=1)).astimezone(place.zone).date() > place.day_of(ended)


@pytest.mark.parametrize(
    ("start", "days", "unit", "before", "expected"),
    [
        ("2026-03-02 09:00", 10, "natural", (3, 1), ["2026-03-09", "2026-03-11"]),
        ("2026-03-02 09:00", 10, "natural", (1, 1), ["2026-03-11"]),
        ("2026-03-02 09:00", 10, "natural", (), []),
        ("2026-03-02 09:00", 3, "natural", (3, 2), ["2026-03-03"]),  # not before it began
        ("2026-03-02 09:00", 1, "natural", (5,), []),
        ("2026-03-02 09:00", 6, "working", (1,), ["2026-03-09"]),
        ("2026-03-10 09:00", 5, "working", (1,), ["2026-03-17"]),  # due on the 18th
        ("2026-03-10 09:00", 5, "working", (2,), ["2026-03-13"]),  # weekend and holiday between
    ],
)
def test_warnings_come_with_the_first_moment_of_their_days(
    start: str, days: int, unit: clock.Unit, before: tuple[int, ...], expected: list[str]
):
    due_at = due(at(start), days, unit, CALENDAR)
    found = warnings(at(start), due_at, before, unit, CALENDAR)
    assert found == [at(f"{day} 00:00:00") for day in expected]


@pytest.mark.parametrize(
    ("now", "last", "unit", "expected"),
    [
        ("2026-03-02 09:00", "2026-03-05", "natural", 3),
        ("2026-03-05 00:00", "2026-03-05", "natural", 0),
        ("2026-03-05 23:59", "2026-03-05", "natural", 0),
        ("2026-03-06 00:01", "2026-03-05", "natural", -1),
        ("2026-03-02 09:00", "2026-03-09", "working", 5),
        ("2026-03-07 09:00", "2026-03-09", "working", 1),
        ("2026-03-13 09:00", "2026-03-17", "working", 1),
        ("2026-03-09 09:00", "2026-03-09", "working", 0),
        ("2026-03-08 09:00", "2026-03-06", "working", 0),  # a weekend is not late
        ("2026-03-09 09:00", "2026-03-06", "working", -1),
        ("2026-03-17 09:00", "2026-03-13", "working", -1),
    ],
)
def test_the_days_that_are_left(now: str, last: str, unit: clock.Unit, expected: int):
    assert days_left(at(now), end_of(last), unit, CALENDAR) == expected


def test_what_is_left_at_the_start_is_the_term():
    for unit in ("natural", "working"):
        for days in (1, 5, 20, 200):
            start = at("2026-03-06 09:00")
            due_at = due(start, days, unit, CALENDAR)
            assert days_left(start, due_at, unit, CALENDAR) == days


def test_a_term_is_overdue_after_its_last_second_and_not_before():
    due_at = due(at("2026-03-02 09:00"), 1, "natural", CALENDAR)
    assert not clock.is_overdue(due_at, due_at)
    assert clock.is_overdue(due_at + dt.timedelta(seconds=1), due_at)


@pytest.mark.parametrize(
    ("paused", "resumed", "unit", "expected"),
    [
        # due on 12 March
        ("2026-03-04 09:00", "2026-03-07 09:00", "natural", "2026-03-15"),
        ("2026-03-04 09:00", "2026-03-04 20:00", "natural", "2026-03-12"),
        ("2026-03-12 09:00", "2026-03-20 09:00", "natural", "2026-03-20"),
        ("2026-03-13 09:00", "2026-03-20 09:00", "natural", "2026-03-12"),  # was over
        ("2026-03-04 09:00", "2026-03-06 09:00", "working", "2026-03-17"),
        ("2026-03-04 09:00", "2026-03-08 09:00", "working", "2026-03-17"),
        ("2026-03-04 09:00", "2026-03-03 09:00", "natural", "2026-03-12"),  # clocks disagree
    ],
)
def test_a_pause_keeps_the_days_that_were_left(
    paused: str, resumed: str, unit: clock.Unit, expected: str
):
    due_at = end_of("2026-03-12")
    found = after_pause(due_at, at(paused), at(resumed), unit, CALENDAR)
    assert found == end_of(expected)


def test_the_version_of_a_calendar_names_country_library_and_own_days():
    country, library, own = CALENDAR.version.split("/")
    assert (country, own != "0") == ("MX", True)
    assert UTC.version == f"MX/{library}/0"
    assert Calendar().version == f"-/{library}/0"


def profile(folder: Path, closed: str) -> str:
    other = Path(__file__).parent / "profiles" / "nl-2030.yaml"
    path = folder / "profile.yaml"
    path.write_text(f"{other.read_text('utf-8')}\nclosed_days: {closed}\n", "utf-8")
    return str(path)


def test_a_profile_names_the_days_on_which_offices_are_closed(tmp_path: Path):
    assert load("mx-2015").closed_days == ()
    closed = load(profile(tmp_path, "[2030-05-03, 2030-12-27]")).closed_days
    assert closed == (dt.date(2030, 5, 3), dt.date(2030, 12, 27))


def test_a_closed_day_that_is_no_date_is_refused(tmp_path: Path):
    with pytest.raises(PolicyError) as caught:
        load(profile(tmp_path, "[2030-02-30]"))
    assert [problem.path for problem in caught.value.problems] == ["closed_days[0]"]


@pytest.mark.usefixtures("with_plugins")
@pytest.mark.ckan_config("ckan.display_timezone", "America/Mexico_City")
def test_the_days_of_the_portal_are_those_of_its_time_zone_and_profile():
    calendar = active_policy.calendar()
    assert calendar == Calendar(MEXICO, "MX", frozenset())
    assert due(at("2026-03-13 20:00"), 1, "working", calendar) == end_of("2026-03-17")
