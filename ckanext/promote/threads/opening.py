"""Begin threads: by people with an account, by visitors, by an institution for somebody."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base import active_policy, markdown, subject
from ckanext.promote.base.model import Visitor, new_id, utc_now
from ckanext.promote.base.policy import ThreadKind
from ckanext.promote.base.subject import SubjectRow
from ckanext.promote.people.viewer import Viewer, viewer_of
from ckanext.promote.threads import authors, newcomers, posting, queries, rules, words
from ckanext.promote.threads.authors import Author
from ckanext.promote.threads.model import Follower, Post, Thread
from ckanext.promote.threads.posting import Text

ASKED = "promote_asked"
"""Key of a context under which the action leaves what is asked, for the auth function."""


@dataclass(frozen=True)
class Asked:
    """A thread that somebody wants to begin: about what, and of which kind."""

    subject: SubjectRow
    kind: ThreadKind
    viewer: Viewer
    is_blocked: bool

    @property
    def institution_id(self) -> str | None:
        """Who will owe the answer; None is the central team."""
        if self.kind.is_advice or active_policy.get().conversations.triage == "central":
            return None
        return self.subject.institution_id


def read(context: Any, data: Mapping[str, Any]) -> Asked:
    """What is asked, if the reader may see what it is about.

    :raises ObjectNotFound: when the subject is missing, or not for this reader
    :raises ValidationError: when there is no such kind or topic
    """
    context.setdefault("session", model.Session)
    policy = active_policy.get()
    kind = policy.thread_kind(data["kind"])
    errors: dict[str, list[str]] = {}
    if kind is None:
        errors["kind"] = [_no_such(policy.choices("thread_kinds", "en"))]
    check_topic(data.get("topic"), errors)
    if data.get("wanted_formats") and kind is not None and not kind.has_formats:
        errors["wanted_formats"] = [tk._("This kind of conversation names no formats.")]
    if kind is None or errors:
        raise tk.ValidationError(errors)
    row = subject.load(context, data["subject_type"], data["subject_id"])
    viewer = viewer_of(context)
    asked = Asked(row, kind, viewer, queries.is_blocked(context["session"], viewer.user_id))
    context[ASKED] = asked
    return asked


def check_topic(topic: str | None, errors: dict[str, list[str]]) -> None:
    """Note when a topic is none of the profile's."""
    policy = active_policy.get()
    if topic and not policy.has("topics", topic):
        errors["topic"] = [_no_such(policy.choices("topics", "en"))]


def _no_such(choices: list[tuple[str, str]]) -> str:
    names = ", ".join(slug for slug, _ in choices)
    return tk._("There is no such choice. Choose one of: {names}").format(names=names)


def by_user(context: Any, asked: Asked, data: Mapping[str, Any]) -> Thread:
    """Begin a thread for whoever is signed in. Flushes.

    :raises RateLimited: when a new account writes too much
    """
    title = asked.subject.title if asked.subject.institution_id else ""
    owner = asked.subject.institution_id if asked.kind.is_advice else asked.institution_id
    author = authors.of_user(context, asked.viewer, owner, title)
    acts = bool(author.role)
    cause = "" if acts else newcomers.cause_to_hold(context, data["title"], data["body"])
    return _begin(context, asked, data, author, rules.HELD if cause else rules.VISIBLE, cause)


def by_visitor(
    context: Any, asked: Asked, data: Mapping[str, Any], visitor: Visitor, thread_id: str
) -> Thread:
    """Begin a thread that waits until its author has opened the link in the mail. Flushes."""
    author = Author(None, visitor.id, authors.checked_name(data.get("author_name")))
    return _begin(context, asked, data, author, rules.PENDING, "", thread_id)


def _begin(
    context: Any, asked: Asked, data: Mapping[str, Any], author: Author, state: str, cause: str,
    thread_id: str = "",
) -> Thread:  # fmt: skip
    session = context["session"]
    thread = _thread(asked, data, author, thread_id or new_id())
    thread.year = active_policy.calendar().day_of(thread.created_at).year
    thread.number = queries.next_number(session, thread.year)
    session.add(thread)
    session.flush()
    post = _first_post(thread, author, data, state)
    session.add(post)
    session.flush()
    if state == rules.VISIBLE:
        posting.show_thread(context, thread, post)
        thread.posts_count = 1
    elif state == rules.HELD:
        posting.hold(context, thread, post, cause)
    if not thread.registered_by:
        queries.add_to(
            session, Follower, thread_id=thread.id, who=author.who, user_id=author.user_id,
            visitor_id=author.visitor_id, at=thread.created_at,
        )  # fmt: skip
    session.flush()
    return thread


def _thread(asked: Asked, data: Mapping[str, Any], author: Author, thread_id: str) -> Thread:
    now = utc_now()
    is_registered = "source" in data
    is_advice = asked.kind.is_advice
    return Thread(
        id=thread_id,
        kind=asked.kind.slug,
        topic=data.get("topic"),
        title=data["title"],
        subject_type=asked.subject.type,
        subject_id=asked.subject.id,
        institution_id=asked.institution_id,
        asking_institution_id=asked.subject.institution_id if is_advice else None,
        visibility="advice" if is_advice else "public",
        is_in_queue=asked.institution_id is None and not is_advice,
        state=rules.PENDING,
        author_id=None if is_registered else author.user_id,
        visitor_id=author.visitor_id,
        author_name=_asker_name(data, author),
        registered_by=author.user_id if is_registered else None,
        source=data.get("source"),
        received_on=data.get("received_on"),
        wanted_formats=data.get("wanted_formats") or [],
        last_seq=1,
        search=queries.search_vector(data["title"], markdown.render(data["body"]).plain),
        last_activity_at=now,
        created_at=now,
    )


def _first_post(thread: Thread, author: Author, data: Mapping[str, Any], state: str) -> Post:
    if thread.registered_by:
        # The words are somebody else's; who wrote them down is kept with the thread.
        author = Author(None, None, thread.author_name)
    return posting.made(thread, author, Text(data["body"], state), 1, thread.created_at)


def _asker_name(data: Mapping[str, Any], author: Author) -> str:
    if "source" not in data:
        return author.name
    return authors.checked_name(data["author_name"]) if data.get("author_name") else ""


def check_registered(asked: Asked, data: Mapping[str, Any]) -> None:
    """What an institution registers for somebody has a source and the day when it came.

    :raises ValidationError: when one of the two is missing, or they are out of place
    """
    if ("source" in data) != ("received_on" in data):
        missing = "received_on" if "source" in data else "source"
        raise words.wrong(missing, tk._("Say both where this came from and when it was received."))
    if "source" in data and asked.kind.is_advice:
        raise words.wrong("source", tk._("Advice is not asked on behalf of somebody else."))
    if "source" not in data and asked.viewer.user_id is not None and data.get("author_name"):
        raise words.wrong("author_name", tk._("You write under the name of your account."))
