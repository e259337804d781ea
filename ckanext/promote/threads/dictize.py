"""What clients and templates get of conversations: plain dicts with ISO dates, no rows."""
from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from ckan import model

from ckanext.promote.base import active_policy, clock
from ckanext.promote.base.subject import SubjectRow
from ckanext.promote.threads import rules, words
from ckanext.promote.threads.loading import Loaded
from ckanext.promote.threads.model import Commitment, Post, Thread


def iso(value: dt.datetime | dt.date | None) -> str | None:
    """A moment or date as text."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.timezone.utc).isoformat()
    return value.isoformat() if value else None


def summary(
    row: Any,
    subject: SubjectRow | None,
    now: dt.datetime,
    own: tuple[Collection[str], Collection[str]] = ((), ()),
) -> dict[str, Any]:
    """A thread as it stands in lists (``queries.threads``).

    :param own: ids of the threads that the reader supports, and of those that he follows
    """
    thread = row.Thread
    return {
        "id": thread.id,
        "number": rules.number_of(thread.year, thread.number),
        "kind": thread.kind,
        "topic": thread.topic,
        "title": thread.title,
        "subject": subject.shown() if subject else None,
        "state": thread.state,
        "is_hidden": thread.is_hidden,
        "outcome": thread.outcome,
        "institution": row.institution,
        "institution_title": row.institution_title,
        "asking_institution": row.asking,
        "asking_institution_title": row.asking_title,
        "visibility": thread.visibility,
        "is_in_queue": thread.is_in_queue,
        "due_at": iso(thread.due_at),
        "is_overdue": thread.due_at is not None and clock.is_overdue(now, thread.due_at),
        "first_answered_at": iso(thread.first_answered_at),
        "resolved_at": iso(thread.resolved_at),
        "answered_at": iso(thread.answered_at),
        "posts_count": thread.posts_count,
        "supporters_count": thread.supporters_count,
        "commitment": commitment(row.Commitment) if row.Commitment else None,
        "author": author_of_thread(row),
        "source": thread.source,
        "received_on": iso(thread.received_on),
        "is_supported": thread.id in own[0],
        "is_followed": thread.id in own[1],
        "created_at": iso(thread.created_at),
        "last_activity_at": iso(thread.last_activity_at),
    }


def author_of_thread(row: Any) -> dict[str, Any]:
    """Who asked; no name for an account that was deleted."""
    is_gone = row.Thread.author_id is not None and row.author_state != model.State.ACTIVE
    return {
        "name": "" if is_gone else row.Thread.author_name,
        "is_gone": is_gone,
        "is_visitor": row.Thread.visitor_id is not None,
    }


def whole(
    loaded: Loaded,
    subject: SubjectRow | None,
    hops: list[Any],
    promise: Commitment | None,
    now: dt.datetime,
    own: tuple[Collection[str], Collection[str]],
    official: Any | None,
) -> dict[str, Any]:
    """A thread with everything that its page shows, other posts apart.

    :param official: the row of the official answer that counts
    """
    thread, relations = loaded.thread, loaded.relations
    may_see_verdict = rules.ASKER in relations or loaded.is_of_institution
    return {
        **summary(loaded.row, subject, now, own),
        "commitment": commitment(promise) if promise else None,
        "wanted_formats": list(thread.wanted_formats or []),
        "official_post_id": thread.official_post_id,
        "official_answer": post(official, loaded) if official else None,
        "duplicate_of": thread.duplicate_of,
        **_area(loaded),
        "hops": [hop(each, now) for each in hops],
        "hops_count": thread.hops,
        "closed_at": iso(thread.closed_at),
        "closed_by": thread.closed_by,
        "reopened_count": thread.reopened_count,
        "verdict": {
            "helpful": thread.verdict,
            "reason": thread.verdict_reason if may_see_verdict else "",
            "at": iso(thread.verdict_at),
        },
        "is_mine": rules.ASKER in relations,
        "permissions": permissions_of(loaded),
    }


def _area(loaded: Loaded) -> dict[str, str | None]:
    """The area that has a thread, and its inner date, for those who answer; gone with the area."""
    thread, name = loaded.thread, loaded.row.area
    if name is None or not loaded.is_of_institution:
        return {"area": None, "area_name": None, "area_due_on": None}
    return {"area": thread.area_id, "area_name": name, "area_due_on": iso(thread.area_due_on)}


def permissions_of(loaded: Loaded) -> dict[str, bool]:
    """What the reader can do with a thread now."""
    thread, relations = loaded.thread, loaded.relations
    found = rules.permissions(relations, thread.state)
    found["close"] = found["close"] and rules.may_close(relations, thread.state)
    found["verdict"] = found["verdict"] and thread.official_post_id is not None
    return found


def hop(row: Any, now: dt.datetime) -> dict[str, Any]:
    """The time of one institution, or of the central team."""
    each, calendar = row.ThreadClock, active_policy.calendar()
    until = each.ended_at or now
    return {
        "institution": row.name,
        "institution_title": row.title,
        "cause": each.cause,
        "started_at": iso(each.started_at),
        "due_at": iso(each.due_at),
        "unit": each.unit,
        "warn_at": [iso(moment) for moment in each.warn_at],
        "escalate_at": [iso(moment) for moment in each.escalate_at],
        "calendar_version": each.calendar_version,
        "paused_at": iso(each.paused_at),
        "pause_until": iso(each.pause_until),
        "ended_at": iso(each.ended_at),
        "is_late": each.paused_at is None and clock.is_overdue(until, each.due_at),
        "age_days": (calendar.day_of(until) - calendar.day_of(each.started_at)).days,
        "days_left": clock.days_left(until, each.due_at, each.unit, calendar),
    }


def commitment(promise: Commitment) -> dict[str, Any]:
    """A promised date."""
    return {
        "id": promise.id,
        "outcome": promise.outcome,
        "due_on": iso(promise.due_on),
        "state": promise.state,
        "made_at": iso(promise.made_at),
        "decided_at": iso(promise.decided_at),
    }


def listed_commitment(row: Any) -> dict[str, Any]:
    """A promised date with its thread (``promises.promised``)."""
    return {
        **commitment(row.Commitment),
        "thread_id": row.Thread.id,
        "number": rules.number_of(row.Thread.year, row.Thread.number),
        "title": row.Thread.title,
        "institution": row.institution,
        "institution_title": row.institution_title,
        "dataset": row.dataset,
    }


def receipt(thread: Thread) -> dict[str, Any]:
    """What a visitor gets before he has confirmed."""
    return {
        "id": thread.id,
        "number": rules.number_of(thread.year, thread.number),
        "state": thread.state,
    }


def post(row: Any, loaded: Loaded) -> dict[str, Any]:
    """A post for a reader: the text of one that is out of sight is its author's and moderators'."""
    each: Post = row.Post
    is_own = loaded.wrote(each)
    is_gone = each.state in (rules.HIDDEN, rules.DELETED)
    sees = each.state != rules.DELETED and (not is_gone or is_own or loaded.viewer.can_moderate)
    return {
        "id": each.id,
        "thread_id": each.thread_id,
        "seq": each.seq,
        "depth": rules.depth((each.k1, each.k2, each.k3)),
        "reply_to": each.parent_id,
        "reply_to_seq": row.parent_seq,
        "reply_to_author": _author_of_parent(row),
        "state": each.state,
        "hidden_reason": each.hidden_reason if sees else "",
        "author": _author_of_post(row, sees),
        "is_official": each.is_official,
        "is_internal": each.is_internal,
        "is_clarification": each.is_clarification,
        "is_superseded": each.is_superseded,
        "is_mine": is_own,
        "body": each.body if sees else "",
        "html": each.html if sees else "",
        **(_answer(row) if sees else {"outcome": None}),
        "created_at": iso(each.created_at),
        "edited_at": iso(each.edited_at),
        "permissions": _post_permissions(each, loaded, is_own),
    }


def _author_of_post(row: Any, sees: bool) -> dict[str, Any]:
    each: Post = row.Post
    is_gone = each.author_id is not None and row.author_state != model.State.ACTIVE
    return {
        "name": each.author_name if sees and (each.is_official or not is_gone) else "",
        "is_gone": is_gone,
        "is_visitor": each.visitor_id is not None,
        "institution": row.institution,
        "institution_title": each.institution_title,
        "role": each.role,
        "role_label": words.role_label(each.role),
    }


def _author_of_parent(row: Any) -> str:
    """Whom a post answers; nothing where that text, or who wrote it, is gone."""
    is_there = row.parent_state == rules.VISIBLE
    is_gone = row.parent_author_state not in (None, model.State.ACTIVE)
    return row.parent_author if is_there and not is_gone else ""


def _answer(row: Any) -> dict[str, Any]:
    """What an official answer says beside its text."""
    each: Post = row.Post
    is_shown = row.dataset_state == model.State.ACTIVE and not row.dataset_private
    return {
        "outcome": each.outcome,
        "due_on": iso(each.due_on),
        "dataset": row.dataset if is_shown else None,
        "dataset_title": (row.dataset_title or row.dataset) if is_shown else None,
        "legal_basis": each.legal_basis,
        "to_institution": row.to_institution,
        "to_institution_title": row.to_institution_title,
        "duplicate_of": each.duplicate_of,
    }


def _post_permissions(each: Post, loaded: Loaded, is_own: bool) -> dict[str, bool]:
    relations = loaded.relations
    writes = bool(relations) and is_own and not each.is_official

    def can(step: str) -> bool:
        return not rules.POST_STEPS[step][each.state].startswith("!")

    return {
        "update": writes and can("edit") and _may_still_change(each, loaded.thread),
        "delete": writes and can("delete") and each.seq != 1,
        "hide": rules.may("moderate", relations) and can("hide") and not each.is_official,
        "restore": rules.may("moderate", relations) and can("restore"),
        "appeal": bool(relations) and is_own and can("appeal"),
        "report": can("report") and rules.may("report", relations) and not is_own,
        "reply": can("reply") and rules.permissions(relations, loaded.thread.state)["post"],
        "block": rules.may("moderate", relations) and not is_own and not each.institution_id
        and bool(each.author_id or each.visitor_id),
    }


def _may_still_change(each: Post, thread: Thread) -> bool:
    """Not in a closed thread, and not the question once it was answered."""
    is_answered = each.seq == 1 and thread.first_answered_at is not None
    return thread.state != rules.CLOSED and not is_answered


def written(each: Post, loaded: Loaded, institution: str | None) -> dict[str, Any]:
    """A post that its author has just written: nothing has to be looked up for it."""
    row = _Row(each, institution)
    return post(row, loaded)


class _Row:
    """What ``post_queries.posts`` gives of a post that names nothing."""

    author_state = model.State.ACTIVE
    dataset = dataset_title = dataset_state = to_institution = to_institution_title = None
    parent_seq = parent_state = parent_author = parent_author_state = None
    dataset_private = True

    def __init__(self, each: Post, institution: str | None) -> None:
        self.Post = each
        self.institution = institution if each.institution_id else None


def queued(row: Any) -> dict[str, Any]:
    """Something that a moderator has to look at (``moderating.queue``)."""
    item, each = row.ModerationItem, row.Post
    return {
        "id": item.id,
        "cause": item.cause,
        "state": item.state,
        "text": item.text,
        "reports_count": item.reports_count,
        "reasons": sorted(row.reasons or []),
        "opened_at": iso(item.opened_at),
        "decided_at": iso(item.decided_at),
        "reason": item.reason,
        "post": {
            "id": each.id, "seq": each.seq, "state": each.state, "body": each.body,
            "html": each.html, "author_name": each.author_name, "author": row.author,
            "is_official": each.is_official, "is_visitor": each.visitor_id is not None,
            "created_at": iso(each.created_at),
        },
        "thread": {
            "id": row.Thread.id, "title": row.Thread.title, "state": row.Thread.state,
            "number": rules.number_of(row.Thread.year, row.Thread.number),
        },
    }  # fmt: skip


def blocked(row: Any) -> dict[str, Any]:
    """Somebody who may write no more (``blocking.blocked``)."""
    is_visitor = row.kind == "visitor"
    return {
        "user": None if is_visitor else row.user,
        "visitor": row.id if is_visitor else None,
        "name": row.name or "",
        "reason": row.reason,
        "by": row.by,
        "at": iso(row.at),
    }


def template(row: Any) -> dict[str, Any]:
    """An answer template."""
    return {
        "id": row.id, "title": row.title, "body": row.body, "outcome": row.outcome,
        "changed_at": iso(row.changed_at),
    }  # fmt: skip


def given_of(data: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Those of the named filters that were given."""
    return {name: data[name] for name in names if data.get(name) not in (None, "")}
