"""Validators for what people write in conversations."""
from __future__ import annotations

import datetime as dt
from typing import Any

import ckantoolkit as tk

from ckanext.promote.base import active_policy, markdown, text
from ckanext.promote.base.model import utc_now
from ckanext.promote.threads import rules

TITLE_MAX = 200
BODY_MAX = 10_000
FORMATS_MAX = 10


def promote_thread_title(value: Any) -> str:
    """A title: one line of 3 to 200 characters."""
    title = text.clean_line(value) if isinstance(value, str) and len(value) < 5_000 else ""
    if not 3 <= len(title) <= TITLE_MAX:
        raise tk.Invalid(
            tk._("Give a title of 3 to {max} characters.").format(max=TITLE_MAX)
        )
    return title


def promote_post_body(value: Any) -> str:
    """A text in Markdown, of 1 to 10,000 characters, that can be rendered."""
    body = text.clean_block(value) if isinstance(value, str) and len(value) < 50_000 else ""
    if not body or len(body) > BODY_MAX:
        raise tk.Invalid(
            tk._("Write a text of 1 to {max} characters.").format(max=BODY_MAX)
        )
    try:
        rendered = markdown.render(body)
    except markdown.MarkdownTooComplex as err:
        raise tk.Invalid(tk._(err.message).format(**err.params)) from err
    if not rendered.plain.strip():
        raise tk.Invalid(tk._("Write a text that can be read."))
    return body


def promote_paragraph(value: Any) -> str:
    """A short plain text, at most 2,000 characters."""
    if not isinstance(value, str) or len(value) > 2_000:
        raise tk.Invalid(tk._("A text of at most 2,000 characters is expected here."))
    return text.clean_block(value)


def _day(value: Any) -> dt.date:
    """A date, ``2026-03-15``."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        day = dt.date.fromisoformat(value.strip()) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None or not 1990 <= day.year <= 2200:
        raise tk.Invalid(tk._("A date is expected here, written like 2026-03-15."))
    return day


def promote_future_day(value: Any) -> dt.date:
    """A date after today, within five years."""
    day, today = _day(value), active_policy.calendar().day_of(utc_now())
    if not today < day <= today + dt.timedelta(days=5 * 366):
        raise tk.Invalid(tk._("A date after today is expected here, within five years."))
    return day


def promote_past_day(value: Any) -> dt.date:
    """Today, or a date of the last five years."""
    day, today = _day(value), active_policy.calendar().day_of(utc_now())
    if not today - dt.timedelta(days=5 * 366) <= day <= today:
        raise tk.Invalid(tk._("Today or a date before is expected here, within five years."))
    return day


def promote_outcome(value: Any) -> str:
    """What came of a thread."""
    if not isinstance(value, str) or value not in rules.OUTCOMES:
        raise tk.Invalid(
            tk._("There is no such outcome. Choose one of: {names}").format(
                names=", ".join(rules.OUTCOMES)
            )
        )
    return value


def promote_outcome_or_any(value: Any) -> str | None:
    """What came of a thread; nothing for any."""
    return promote_outcome(value) if value != "" else None


def promote_answer_bool(value: Any) -> bool:
    """Yes or no; nothing else is taken for either."""
    words = {"true": True, "1": True, "false": False, "0": False}
    answer = words.get(str(value).strip().lower()) if isinstance(value, (str, bool, int)) else None
    if answer is None:
        raise tk.Invalid(tk._("Answer true or false."))
    return answer


def promote_formats(value: Any) -> list[str]:
    """Formats that are wanted: at most 10 short names, a list or with commas between."""
    entries = value.split(",") if isinstance(value, str) else value
    if not isinstance(entries, (list, tuple)) or len(entries) > FORMATS_MAX:
        raise tk.Invalid(tk._("A list of at most 10 formats is expected here."))
    names = [text.clean_line(each).upper() if isinstance(each, str) else "" for each in entries]
    if not all(0 < len(each) <= 30 for each in names):
        raise tk.Invalid(tk._("Name formats shortly, such as CSV."))
    return list(dict.fromkeys(names))
