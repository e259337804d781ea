"""Records of events, and of what has a document: dates, places, addresses; nothing gets lost."""
from __future__ import annotations

from typing import Any

import pytest

from ckanext.promote.importers import values
from tests.importers.vocabulary import mapped, noted


@pytest.mark.parametrize(
    ("given", "moment", "has_time"),
    [
        ("2016-05-03 10:00:00 -0500", "2016-05-03T10:00-0500", True),
        ("2016-05-03T10:00:00Z", "2016-05-03T10:00Z", True),
        ("2016-05-03T10:00:30.5-05:00", "2016-05-03T10:00-05:00", True),
        ("2016-05-03 9:30", "2016-05-03T09:30", True),
        ("3 de mayo de 2016, 18:30", "2016-05-03T18:30", True),
        ("2016-05-03", "2016-05-03T00:00", False),
        ("2016-05-03 25:00", "2016-05-03T00:00", False),
        ("10:00", "", False),
        ("soon", "", False),
        (None, "", False),
    ],
)
def test_a_moment_is_read_as_it_is_written(given: Any, moment: str, has_time: bool):
    assert values.moment_of(given) == (moment, has_time)


def test_an_event_has_its_dates_place_and_site():
    content = mapped(
        kind="evento", fecha_inicio="2016-05-03 10:00", fecha_fin="2016-05-04 18:00",
        sede="Xalapa", url="https://a.example", event_kind="Datatón", date="2016-04-20",
    )  # fmt: skip
    del content["summary"]
    assert content == {
        "type": "event", "title": "A title", "body": "A text.", "event_kind": "dataton",
        "starts_at": "2016-05-03T10:00", "ends_at": "2016-05-04T18:00", "place": "Xalapa",
        "url": "https://a.example", "published_on": "2016-04-20",
    }  # fmt: skip


def test_an_event_that_has_a_date_alone_takes_place_on_that_day():
    content = mapped(kind="event", date="2016-05-03", location={"lat": 19})
    assert (content["starts_at"], content["published_on"]) == ("2016-05-03T00:00", "2016-05-03")
    assert content["event_kind"] == "otro"
    assert content["unmapped"] == {"location": {"lat": 19}}
    assert "starts_at" in noted(kind="event", date="2016-05-03")
    assert "starts_at" not in noted(kind="event", date="2016-05-03 10:00")


def test_what_is_no_moment_is_kept():
    content = mapped(kind="event", start="soon", date="2016-05-03 10:00")
    assert content["starts_at"] == "2016-05-03T10:00"
    assert content["unmapped"] == {"start": "soon", "date": "2016-05-03 10:00"}


@pytest.mark.parametrize(
    ("front", "address", "unmapped"),
    [
        ({"pdf": "https://a.example/a.pdf"}, "https://a.example/a.pdf", {}),
        ({"url": "https://a.example/a"}, "https://a.example/a", {}),
        (
            {"documento": "files/a.pdf", "link": "https://a.example/a"}, "https://a.example/a",
            {"documento": "files/a.pdf"},
        ),
        ({"file": "files/a.pdf"}, None, {"file": "files/a.pdf"}),
    ],
)  # fmt: skip
def test_a_study_has_the_address_of_its_document(
    front: dict[str, Any], address: str | None, unmapped: dict[str, Any]
):
    content = mapped(kind="estudio", **front)
    assert content["type"] == "study"
    assert content.get("document_url") == address
    assert content.get("unmapped", {}) == unmapped


def test_other_types_are_read_as_before():
    content = mapped(kind="news", start="2016-05-03", pdf="https://a.example/a.pdf")
    assert content["unmapped"] == {"start": "2016-05-03", "pdf": "https://a.example/a.pdf"}
