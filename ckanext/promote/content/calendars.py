"""An event as iCalendar (RFC 5545), for the calendars of people who want to come."""
from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import ckantoolkit as tk
import icalendar

from ckanext.promote import __version__
from ckanext.promote.base import moments

MIME = "text/calendar; charset=utf-8"


def calendar(content: Mapping[str, Any], address: str) -> bytes:
    """A calendar with one entry, which takes the place of an earlier one of the same event.

    Times are in UTC, which every calendar shows in its owner's time zone.

    :param content: as promote_content_show gives it, with ``starts_at``
    :param address: of its page
    """
    changed = moments.read(f"{content['metadata_modified']}+00:00")
    entry = icalendar.Event()
    entry.add("uid", f"{content['id']}@{urlsplit(tk.config['ckan.site_url']).hostname}")
    entry.add("dtstamp", changed)
    entry.add("last-modified", changed)
    entry.add("sequence", content["version"])
    entry.add("summary", content["title"])
    entry.add("dtstart", _stored(content["starts_at"]))
    if content["ends_at"]:
        entry.add("dtend", _stored(content["ends_at"]))
    if content["place"]:
        entry.add("location", content["place"])
    entry.add("description", f"{content['summary']}\n\n{address}")
    entry.add("url", address)
    whole = icalendar.Calendar()
    whole.add("prodid", f"-//ckanext-promote//{__version__}//EN")
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    whole.add_component(entry)
    return bytes(whole.to_ical())


def _stored(value: str) -> dt.datetime:
    return dt.datetime.fromisoformat(value).astimezone(dt.timezone.utc)
