"""Conversations for the tests, made through the actions."""
from __future__ import annotations

import datetime as dt
from typing import Any

from ckan import model
from ckan.tests import factories

from ckanext.promote.base.model import Event, utc_now
from tests.factories import Institution, act, institution

QUESTION: dict[str, Any] = {
    "kind": "question", "topic": "meaning", "title": "What does column 7 mean?",
    "body": "The dictionary says *nothing* about it.",
}  # fmt: skip


def citizen(**fields: Any) -> dict[str, Any]:
    """Somebody whose account is not new."""
    return aged(factories.UserWithToken(**fields))


def aged(user: dict[str, Any], days: int = 100) -> dict[str, Any]:
    """The same user, with an account that was made so many days ago."""
    row = model.User.get(user["name"])
    assert row is not None
    row.created = (utc_now() - dt.timedelta(days=days)).replace(tzinfo=None)
    model.Session.commit()
    return user


def dataset(owner: Institution, **fields: Any) -> dict[str, Any]:
    """A dataset of an institution."""
    return factories.Dataset(owner_org=owner.id, **fields)


def ask(user: dict[str, Any] | None, about: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A thread about a dataset."""
    data = {**QUESTION, "subject_type": "dataset", "subject_id": about["name"], **fields}
    return act(user, "promote_thread_create", **data)


def answer(user: dict[str, Any] | str, thread: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """An official answer: explained, unless it says otherwise."""
    data = {"outcome": "explained", "body": "It is the width in cm.", **fields}
    return act(user, "promote_thread_answer", id=thread["id"], **data)


def posts(user: dict[str, Any] | str | None, thread: dict[str, Any], **fields: Any) -> list[Any]:
    """The first page of a thread's posts."""
    return act(user, "promote_post_list", thread_id=thread["id"], **fields)["items"]


def event_names(thread: dict[str, Any]) -> list[str]:
    """What happened to a thread, in order."""
    model.Session.remove()
    rows = model.Session.query(Event).filter_by(subject_type="thread", subject_id=thread["id"])
    return [row.name for row in rows.order_by(Event.id)]


def day(number: int) -> str:
    """The date so many days from today."""
    return (utc_now().date() + dt.timedelta(days=number)).isoformat()


__all__ = ["QUESTION", "aged", "answer", "ask", "citizen", "dataset", "day", "event_names",
           "institution", "posts"]  # fmt: skip
