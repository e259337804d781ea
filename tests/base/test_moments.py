"""Moments: read with and without an offset, in the portal's time zone, never guessed."""
from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ckanext.promote.base import helpers, moments

MEXICO = ZoneInfo("America/Mexico_City")
NEW_YORK = ZoneInfo("America/New_York")  # with summer time, which Mexico gave up


@pytest.mark.parametrize(
    ("given", "in_utc"),
    [
        ("2026-03-15T10:00", "2026-03-15T16:00:00+00:00"),
        ("2026-03-15 10:00", "2026-03-15T16:00:00+00:00"),
        ("2026-03-15T10:00:30", "2026-03-15T16:00:30+00:00"),
        ("2026-03-15T10:00:30.999999", "2026-03-15T16:00:30+00:00"),
        ("2026-03-15T10:00Z", "2026-03-15T10:00:00+00:00"),
        ("2026-03-15T10:00z", "2026-03-15T10:00:00+00:00"),
        ("2026-03-15T10:00:00+00:00", "2026-03-15T10:00:00+00:00"),
        ("2026-03-15T10:00 -06:00", "2026-03-15T16:00:00+00:00"),
        ("2026-03-15T10:00+0530", "2026-03-15T04:30:00+00:00"),
        ("2026-03-15T23:30-06", "2026-03-16T05:30:00+00:00"),
        ("2024-02-29T00:00", "2024-02-29T06:00:00+00:00"),
    ],
)
def test_a_moment_is_read_in_its_offset_or_in_the_zone(given: str, in_utc: str):
    assert moments.parse(given, MEXICO).isoformat() == in_utc


@pytest.mark.parametrize(
    "given",
    ["", "soon", "2026-03-15", "10:00", "15/03/2026 10:00", "2026-3-15T10:00", "2026-03-15T10",
     "2026-13-01T10:00", "2026-02-29T10:00", "2026-03-15T24:00", "2026-03-15T10:60",
     "2026-03-15T10:00+25:00", "2026-03-15T10:00 CST", "2026-03-15T10:00[America/Mexico_City]",
     "٢٠٢٦-03-15T10:00", "0000-01-01T00:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59-06:00",
     "2026-03-15T10:00\n", "20260315T1000"],
)  # fmt: skip
def test_what_is_no_moment_is_refused(given: str):
    with pytest.raises(moments.NoMoment):
        moments.parse(given, MEXICO)


def test_an_hour_that_no_clock_shows_is_refused_and_one_that_comes_twice_is_the_first():
    with pytest.raises(moments.NoMoment):
        moments.parse("2026-03-08T02:30", NEW_YORK)
    twice = moments.parse("2026-11-01T01:30", NEW_YORK)
    assert twice.isoformat() == "2026-11-01T05:30:00+00:00"


@pytest.mark.usefixtures("with_plugins")
@pytest.mark.parametrize(
    ("option", "name"),
    [("UTC", "UTC"), ("America/Mexico_City", "America/Mexico_City")],
)
def test_the_zone_is_that_of_the_portal(
    option: str, name: str, ckan_config: Any, monkeypatch: Any
):
    monkeypatch.setitem(ckan_config, "ckan.display_timezone", option)
    assert moments.portal_zone() == ZoneInfo(name)


@pytest.mark.usefixtures("with_plugins")
def test_the_zone_can_be_that_of_the_server(ckan_config: Any, monkeypatch: Any):
    monkeypatch.setitem(ckan_config, "ckan.display_timezone", "server")
    now = dt.datetime.now(dt.timezone.utc)
    assert now.astimezone(moments.portal_zone()).utcoffset() == now.astimezone().utcoffset()


@pytest.mark.usefixtures("with_plugins")
def test_a_form_shows_the_local_time_and_what_was_typed_stays(
    ckan_config: Any, monkeypatch: Any
):
    monkeypatch.setitem(ckan_config, "ckan.display_timezone", "America/Mexico_City")
    assert moments.local("2026-03-15T16:00:00+00:00") == "2026-03-15T10:00"
    assert moments.local("2026-03-15T10:00") == "2026-03-15T10:00"
    assert moments.local("soon") == "soon"


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "shown"),
    [
        ("2026-03-15T16:00:00+00:00", "", "March 15, 2026, 10:00 AM (Mexico City time)"),
        ("2026-03-15T16:00:00+00:00", "2026-03-15T19:30:00+00:00",
         "March 15, 2026, 10:00 AM – 1:30 PM (Mexico City time)"),
        ("2026-03-15T16:00:00+00:00", "2026-03-17T01:00:00+00:00",
         "March 15, 2026, 10:00 AM – March 16, 2026, 7:00 PM (Mexico City time)"),
        ("soon", "", "soon"),
    ],
)  # fmt: skip
def test_people_read_from_when_to_when_with_the_zone(
    starts_at: str, ends_at: str, shown: str, app: Any, ckan_config: Any, monkeypatch: Any
):
    monkeypatch.setitem(ckan_config, "ckan.display_timezone", "America/Mexico_City")
    with app.flask_app.test_request_context(environ_overrides={"CKAN_LANG": "en"}):
        read = helpers.promote_period(starts_at, ends_at)
    assert read.replace("\u202f", " ").replace("\xa0", " ") == shown


@pytest.mark.parametrize(
    ("size", "shown"),
    [(0, "1 kB"), (1_499, "1 kB"), (1_500, "2 kB"), (999_999, "1000 kB"),
     (9_994_000, "9994 kB"), (10_000_000, "10 MB"), (19_600_000, "20 MB")],
)  # fmt: skip
def test_people_read_how_large_a_file_is(size: int, shown: str):
    assert helpers.promote_size(size) == shown
