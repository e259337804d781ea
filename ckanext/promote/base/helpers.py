"""Template helpers that every page of ours needs. None of them asks the database."""
from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import babel.dates
import babel.numbers
import ckantoolkit as tk
from markupsafe import Markup

from ckanext.promote import SOURCE_URL, __version__, config
from ckanext.promote.base import moments


def promote_has(feature: str) -> bool:
    """Whether a feature is on."""
    return feature in config.features()


def promote_menu() -> list[str]:
    """Names of the entries that the header gets, but for those of features that are off."""
    owner = {"questions": "feedback"}
    return [name for name in config.menu() if promote_has(owner.get(name, "content"))]


def promote_about() -> dict[str, str]:
    """Version and source, for the last line of our pages."""
    return {"version": __version__, "source_url": SOURCE_URL}


def promote_date(value: str) -> str:
    """A date or moment in ISO form, written out in the reader's language."""
    try:
        date = dt.date.fromisoformat(value[:10])
    except ValueError:
        return value
    return str(babel.dates.format_date(date, format="long", locale=str(tk.h.lang())))


def promote_moment(value: str) -> str:
    """A moment in ISO form, written out in the reader's language and the portal's time zone."""
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        return value
    local = moment.astimezone(moments.portal_zone())
    return f"{promote_date(local.isoformat())}, {_time(local)}"


def promote_number(value: int) -> str:
    """A count with its thousands apart: by a space, since a point or comma means both somewhere."""
    return str(value) if value < 10_000 else f"{value:,}".replace(",", "\u202f")


def promote_percent(share: float) -> str:
    """A share from 0 to 1 as whole percent, as the reader's language writes it.

    Not in the text itself: Jinja takes its percent sign for the beginning of a placeholder.
    """
    return babel.numbers.format_percent(share, locale=str(tk.h.lang()))


def promote_period(starts_at: str, ends_at: str) -> str:
    """From one moment in ISO form to another (or none), in the reader's language.

    In the portal's time zone, which is named; the date once, when both are on the same day.
    """
    zone = moments.portal_zone()
    start, end = (moments.read(each) for each in (starts_at, ends_at or ""))
    if start is None:
        return starts_at
    start = start.astimezone(zone)
    text = f"{promote_date(start.isoformat())}, {_time(start)}"
    if end is not None:
        end = end.astimezone(zone)
        is_same_day = end.date() == start.date()
        day = "" if is_same_day else f"{promote_date(end.isoformat())}, "
        text += f" – {day}{_time(end)}"
    return f"{text} ({_zone_name(zone)})"


def _zone_name(zone: dt.tzinfo) -> str:
    """A time zone as people call it: by its city, since few know its offset."""
    # Zones without a place have themselves as their city.
    city = babel.dates.get_timezone_location(zone, locale=str(tk.h.lang()), return_city=True)
    return str(city) if "/" not in str(zone) else tk._("{city} time").format(city=city)


def _time(moment: dt.datetime) -> str:
    return str(babel.dates.format_time(moment, format="short", locale=str(tk.h.lang())))


def promote_time_zone() -> str:
    """The name of the portal's time zone."""
    return str(moments.portal_zone())


def promote_size(size: int) -> str:
    """How large a file is: in MB from 10 MB on, else in kB, which need no decimals."""
    if size >= 10 * 10**6:
        return f"{round(size / 10**6)} MB"
    return f"{promote_number(max(1, round(size / 10**3)))} kB"


def promote_host(address: str) -> str:
    """The host of an address, shown beside a link so that people see where it leads."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def promote_rendered(content: Mapping[str, Any], field: str) -> Markup:
    """The stored HTML of a Markdown field: made by ``base.markdown``, and by nothing else."""
    return Markup(content["rendered"].get(field, ""))


def promote_with(parameters: Mapping[str, str], name: str, value: str) -> dict[str, str]:
    """Parameters of an address with one more."""
    return {**parameters, name: value}


def promote_without(parameters: Mapping[str, str], name: str) -> dict[str, str]:
    """Parameters of an address without one."""
    return {key: value for key, value in parameters.items() if key != name}


def promote_field_labels(content_type: Any) -> dict[str, str]:
    """Label of each field of a content type, in the reader's language."""
    return {declared.name: tk._(declared.label) for declared in content_type.all_fields}
