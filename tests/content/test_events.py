"""Events: their dates, the order of their list, what people see and put into their calendars."""
from __future__ import annotations

import datetime as dt
from typing import Any

import ckantoolkit as tk
import icalendar
import pytest
from bs4 import BeautifulSoup

from ckanext.promote.content import schedule
from tests.factories import TYPES, act, content, headers, institution

pytestmark = pytest.mark.usefixtures("portal", "own_publishing")

PAST = "2026-03-15T10:00:00+00:00"


@pytest.fixture(autouse=True)
def zone(ckan_config: Any, monkeypatch: Any) -> None:
    monkeypatch.setitem(ckan_config, "ckan.display_timezone", "America/Mexico_City")


@pytest.fixture
def owner() -> Any:
    return institution(name="water-office", title="Water office")


def event(owner: Any, **fields: Any) -> dict[str, Any]:
    return content(
        owner.editor,
        **{"type": "event", "owner_org": owner.name, "event_kind": "mesa", "starts_at": PAST,
           **fields},
    )  # fmt: skip


def from_now(**distance: float) -> str:
    """A moment at a distance from now, to the second."""
    moment = dt.datetime.now(dt.timezone.utc) + dt.timedelta(**distance)
    return moment.replace(microsecond=0).isoformat()


def soup(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.body, "html.parser")


def test_an_event_keeps_all_its_fields_with_moments_in_utc(owner: Any):
    made = event(
        owner,
        starts_at="2026-03-15T10:00",
        ends_at="2026-03-15T13:00-06:00",
        place="Library of Real de Encinos",
        url="https://register.example/table",
        result="We **agreed** on three things.",
    )
    shown = act(None, "promote_content_show", id=made["name"])
    assert {key: shown[key] for key in ("starts_at", "ends_at", "place", "url", "is_past")} == {
        "starts_at": "2026-03-15T16:00:00+00:00", "ends_at": "2026-03-15T19:00:00+00:00",
        "place": "Library of Real de Encinos", "url": "https://register.example/table",
        "is_past": True,
    }  # fmt: skip
    assert shown["event_kind"] == "mesa"
    assert shown["rendered"]["result"] == "<p>We <strong>agreed</strong> on three things.</p>\n"
    package = act(None, "package_show", id=made["id"])
    assert (package["starts_at"], package["url"]) == (shown["starts_at"], shown["url"])


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"starts_at": ""}, "starts_at"),
        ({"event_kind": ""}, "event_kind"),
        ({"event_kind": "magic"}, "event_kind"),
        ({"starts_at": "soon"}, "starts_at"),
        ({"starts_at": "2026-03-15"}, "starts_at"),
        ({"starts_at": "0001-01-01T00:00:00+00:00"}, "starts_at"),
        ({"starts_at": "1989-12-31T10:00:00+00:00"}, "starts_at"),
        ({"starts_at": "9999-12-31T23:59:59-06:00"}, "starts_at"),
        ({"starts_at": "2099-01-01T00:00:00+00:00"}, "starts_at"),
        ({"starts_at": ["2026-03-15T10:00"]}, "starts_at"),
        ({"starts_at": True}, "starts_at"),
        ({"ends_at": "2026-03-15T09:59:59+00:00"}, "ends_at"),
        ({"ends_at": "later"}, "ends_at"),
        ({"place": "x" * 301}, "place"),
        ({"url": "javascript:alert(1)"}, "url"),
    ],
)
@pytest.mark.parametrize("action", ["promote_content_create", "package_create"])
def test_bad_dates_name_the_field(owner: Any, fields: dict[str, Any], field: str, action: str):
    data = {
        "type": "event", "title": "A table", "summary": "Come.", "owner_org": owner.name,
        "contact_email": "a@example.org", "event_kind": "mesa", "starts_at": PAST, **fields,
    }  # fmt: skip
    with pytest.raises(tk.ValidationError) as caught:
        act(owner.admin, action, **data)
    assert list(caught.value.error_dict) == [field]


def test_an_event_may_end_when_it_begins(owner: Any):
    made = event(owner, ends_at=PAST)
    assert act(None, "promote_content_show", id=made["id"])["ends_at"] == PAST


def test_the_type_tells_in_which_time_zone_moments_are_read():
    fields = act(None, "promote_content_type_show", type="event")["fields"]
    by_name = {field["name"]: field for field in fields}
    assert (by_name["starts_at"]["form"], by_name["starts_at"]["time_zone"]) == (
        "moment", "America/Mexico_City",
    )  # fmt: skip
    assert "mesa" in [choice["value"] for choice in by_name["event_kind"]["choices"]]


@pytest.mark.parametrize(
    ("values", "over"),
    [
        # In Mexico City, the day of the first ends at six in the morning in UTC.
        ({"starts_at": "2026-03-15T16:00:00+00:00"}, "2026-03-16T06:00:00+00:00"),
        ({"starts_at": "2026-03-15T05:00:00+00:00"}, "2026-03-15T06:00:00+00:00"),
        ({"starts_at": PAST, "ends_at": "2026-03-17T10:00:00+00:00"}, "2026-03-17T10:00:00+00:00"),
    ],
)
def test_an_event_is_over_at_its_end_or_with_its_day(values: dict[str, str], over: str):
    ends = schedule.ends(values)
    assert ends is not None
    assert ends.isoformat() == over


def test_without_dates_nothing_is_over():
    assert schedule.ends({"starts_at": None}) is None
    assert schedule.facts({})["is_past"] is False


def make_five(owner: Any) -> None:
    for title, starts_at, ends_at in (
        ("Long ago", PAST, ""),
        ("Next month", from_now(days=30), ""),
        ("Yesterday", from_now(days=-2), from_now(days=-1)),
        ("Tomorrow", from_now(days=1), ""),
        ("Now", from_now(hours=-1), from_now(hours=1)),
    ):
        event(owner, title=title, starts_at=starts_at, ends_at=ends_at)


def test_the_list_begins_with_what_is_coming_the_nearest_first(app: Any, owner: Any):
    make_five(owner)
    page = soup(app.get("/event"))
    assert [a.text for a in page.select(".promote-card-title a")] == [
        "Now", "Tomorrow", "Next month", "Yesterday", "Long ago",
    ]  # fmt: skip
    assert page.select_one("#field-sort option[selected]")["value"] == "date"
    over = [card.select_one(".promote-badge") is not None for card in page.select(".promote-card")]
    assert over == [False, False, False, True, True]
    titles = soup(app.get("/event?sort=title")).select(".promote-card-title a")
    assert [a.text for a in titles] == ["Long ago", "Next month", "Now", "Tomorrow", "Yesterday"]


def test_other_types_have_no_such_order(app: Any, owner: Any):
    content(owner.editor, owner_org=owner.name)
    page = soup(app.get("/story?sort=date"))
    assert page.select_one("#field-sort option[selected]")["value"] == "newest"
    assert page.select_one("#field-sort option[value=date]") is None


def test_pages_and_cards_say_when_and_where(app: Any, owner: Any):
    name = event(
        owner, starts_at="2026-03-15T10:00", ends_at="2026-03-15T13:00", place="Library"
    )["name"]
    for page in (soup(app.get(f"/event/{name}")), soup(app.get("/event"))):
        when = page.select_one(".promote-when")
        assert when.time["datetime"] == "2026-03-15T16:00:00+00:00"
        assert when.time.text.replace("\u202f", " ") == (
            "March 15, 2026, 10:00 AM – 1:00 PM (Mexico City time)"
        )
        assert [span.text for span in when.select("span")] == ["Library", "Over"]


def test_cards_have_dates_and_those_of_other_types_do_not(owner: Any):
    event(owner, place="Library")
    content(owner.editor, owner_org=owner.name)
    by_type = {each["type"]: each for each in act(None, "promote_content_list")["items"]}
    dates = {key: by_type["event"][key] for key in ("starts_at", "ends_at", "place", "is_past")}
    assert dates == {"starts_at": PAST, "ends_at": "", "place": "Library", "is_past": True}
    assert "starts_at" not in by_type["story"]


def test_the_form_takes_local_time_and_gives_it_back(app: Any, owner: Any):
    form = {
        "do": "publish", "title": "A table", "summary": "Come.", "owner_org": owner.name,
        "contact_email": "a@example.org", "event_kind": "mesa", "starts_at": "2026-03-15T10:00",
        "ends_at": "2026-03-15T13:00",
    }  # fmt: skip
    page = soup(app.get("/event/new", headers=headers(owner.editor)))
    field = page.select_one("#field-starts_at")
    assert (field["type"], field["aria-required"]) == ("datetime-local", "true")
    zone = page.select_one(f"#{field['aria-describedby'].split()[0]}").text
    assert zone == "Time zone: America/Mexico_City"
    app.post("/event/new", data=form, headers=headers(owner.editor))
    shown = act(owner.editor, "promote_content_show", id="a-table")
    assert shown["starts_at"] == "2026-03-15T16:00:00+00:00"
    page = soup(app.get("/event/edit/a-table", headers=headers(owner.editor)))
    assert page.select_one("#field-starts_at")["value"] == "2026-03-15T10:00"
    wrong = {**form, "ends_at": "2026-03-14T13:00"}
    page = soup(app.post("/event/new", data=wrong, headers=headers(owner.editor), status=400))
    assert page.select_one("#field-ends_at")["value"] == "2026-03-14T13:00"
    assert page.select_one("#field-ends_at-error").text == (
        "This is earlier than “Begins”. Change one of the two."
    )


def calendar_of(response: Any) -> Any:
    [entry] = icalendar.Calendar.from_ical(response.get_data()).walk("VEVENT")
    return entry


def test_an_event_goes_into_peoples_calendars(app: Any, owner: Any):
    made = event(
        owner,
        title="Mesa: agua, sol; y\\o más",
        summary="Ven.\nTrae tus preguntas.",
        starts_at="2026-03-15T10:00",
        ends_at="2026-03-15T13:00",
        place="Calle 5, Real de Encinos",
    )
    page = soup(app.get(f"/event/{made['name']}"))
    address = page.find("a", string="Add to my calendar")["href"]
    assert address == f"/event/{made['name']}/event.ics"
    answer = app.get(address)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={made['name']}.ics"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    entry = calendar_of(answer)
    assert entry["UID"] == f"{made['id']}@test.ckan.net"
    assert entry["SUMMARY"] == "Mesa: agua, sol; y\\o más"
    assert entry["LOCATION"] == "Calle 5, Real de Encinos"
    assert entry["DTSTART"].dt == dt.datetime(2026, 3, 15, 16, tzinfo=dt.timezone.utc)
    assert entry["DTEND"].dt == dt.datetime(2026, 3, 15, 19, tzinfo=dt.timezone.utc)
    assert entry["URL"] == made["url"]
    assert entry["DESCRIPTION"] == f"Ven.\nTrae tus preguntas.\n\n{made['url']}"
    assert entry["DTSTAMP"].dt.tzinfo is not None


def test_a_changed_event_takes_the_place_of_the_first_in_calendars(app: Any, owner: Any):
    made = event(owner)
    first = calendar_of(app.get(f"/event/{made['name']}/event.ics"))
    assert (first.get("DTEND"), first.get("LOCATION")) == (None, None)
    again = calendar_of(app.get(f"/event/{made['name']}/event.ics"))
    assert again.to_ical() == first.to_ical()
    act(owner.admin, "promote_content_update", id=made["id"], place="Online")
    second = calendar_of(app.get(f"/event/{made['name']}/event.ics"))
    assert second["UID"] == first["UID"]
    assert second["SEQUENCE"] == first["SEQUENCE"] + 1


@pytest.mark.parametrize("text", ["a\r\nATTACH:https://evil.example", "a\x0bb", "é" * 90])
def test_a_hostile_title_stays_one_line_of_text(app: Any, owner: Any, text: str):
    made = event(owner, name="table", title=text)
    answer = app.get(f"/event/{made['name']}/event.ics")
    entry = calendar_of(answer)
    assert entry["SUMMARY"] == act(None, "promote_content_show", id="table")["title"]
    assert "ATTACH" not in entry
    assert max(len(line) for line in answer.get_data().split(b"\r\n")) <= 75


def test_only_a_published_event_has_a_calendar(app: Any, owner: Any):
    story = content(owner.editor, owner_org=owner.name)["name"]
    made = event(owner)
    for path in (f"/story/{story}/event.ics", f"/event/{story}/event.ics", "/event/none/event.ics"):
        app.get(path, status=404)
    act(owner.admin, "promote_content_archive", id=made["id"])
    for user in (None, owner.admin):
        app.get(f"/event/{made['name']}/event.ics", headers=headers(user), status=404)


def test_the_menu_does_not_grow_with_the_types(app: Any):
    menu = [a["href"] for a in soup(app.get("/about")).select(".navbar-nav a")]
    assert menu[-2:] == ["/impact", "/feedback"]
    assert not {f"/{each}/" for each in TYPES} & set(menu)
