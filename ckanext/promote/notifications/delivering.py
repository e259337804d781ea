"""Send the mails that are due, each in transactions of its own; none is open while it is sent."""
from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import ckantoolkit as tk
from ckan import model
from flask_babel import force_locale

from ckanext.promote.base import active_policy, mail, subject, visitors
from ckanext.promote.base.model import commit, utc_now
from ckanext.promote.notifications import fanout, queries, rules, texts
from ckanext.promote.notifications.queries import Taken
from ckanext.promote.people.viewer import Viewer, forget_viewers, viewer_of
from ckanext.promote.threads import post_queries, thread_mail
from ckanext.promote.threads import queries as thread_queries
from ckanext.promote.threads import rules as thread_rules

log = logging.getLogger(__name__)

GIVES_UP_AFTER = 20
"""Failures one after the other: the mail server is away, and the rest waits for the next round."""


@dataclass
class Round:
    """What a round did."""

    sent: int = 0
    settled: int = 0
    """There was nothing to tell any more."""
    failed: int = 0
    given_up: int = 0


@dataclass(frozen=True)
class Message:
    """A mail as it goes out."""

    recipient: str
    subject: str
    body: str


def run() -> Round:
    """Note the mails of what happened, and send what is due. Leaves no transaction open."""
    while _in_transaction(lambda session: fanout.note_mails(session, utc_now())):
        pass
    done, in_a_row = Round(), 0
    while in_a_row < GIVES_UP_AFTER:
        taken = _in_transaction(lambda session: queries.take(session, utc_now()))
        if taken is None:
            break
        in_a_row = 0 if _send(taken, done) else in_a_row + 1
    return done


def _send(taken: Taken, done: Round) -> bool:
    """Send one mail, or note when to try again; whether it is done with."""
    try:
        message = _in_transaction(lambda session: _message(session, taken))
        if message is not None:
            mail.send(message.recipient, message.subject, message.body)
    except Exception as err:  # noqa: BLE001 -- one mail must not hold up the others
        # The text of an error may have an address in it.
        _put_off(taken, type(err).__name__, done)
        return False
    _in_transaction(lambda session: queries.settle(session, taken.id))
    if message is None:
        done.settled += 1
    else:
        done.sent += 1
    return True


def _put_off(taken: Taken, problem: str, done: Round) -> None:
    now = utc_now()
    until = rules.next_try(taken.tries, now)
    _in_transaction(lambda session: queries.put_off(session, taken.id, until, now))
    done.failed += 1
    if until is None:
        done.given_up += 1
        log.error(
            "mail %s (%s) was given up after %s tries: %s",
            taken.id, taken.kind, taken.tries, problem,
        )  # fmt: skip


def _in_transaction(do: Any) -> Any:
    """Do something and commit; the session is new afterwards."""
    try:
        made = do(model.Session)
        commit({"session": model.Session})
    except BaseException:
        model.Session.rollback()
        raise
    finally:
        model.Session.remove()
    return made


def _message(session: Any, taken: Taken) -> Message | None:
    """The mail, if its reader may still see what it tells, and it still is so."""
    forget_viewers()
    if taken.visitor_id:
        return _to_visitor(session, taken)
    return _to_user(session, taken)


def _to_user(session: Any, taken: Taken) -> Message | None:
    user = queries.user(session, taken.user_id or "")
    if user is None:
        return None
    viewer = viewer_of({"user": user.name, "auth_user_obj": user, "session": session})
    row = _readable(session, viewer, taken, None)
    if row is None:
        return None
    if taken.kind == rules.OWED and not _owes(viewer, row.Thread):
        return None
    language = str(tk.config.get("ckan.locale_default") or "en")
    with force_locale(language):
        url = thread_mail.page_url(taken.thread_id, language)
        return _written(session, taken, row, user.email, language, url)


def _to_visitor(session: Any, taken: Taken) -> Message | None:
    visitor = queries.visitor(session, taken.visitor_id or "")
    if visitor is None:
        return None
    row = _readable(session, Viewer(), taken, visitor.id)
    if row is None:
        return None
    with force_locale(visitor.language):
        secret = visitors.make_token(session, visitor, "access", ("thread", taken.thread_id))
        url = thread_mail.personal_url(row.Thread, secret, visitor.language)
        return _written(
            session, taken, row, visitor.email, visitor.language, url, is_personal=True
        )


def _readable(session: Any, viewer: Viewer, taken: Taken, visitor_id: str | None) -> Any:
    """The thread with its institutions, if it is for this reader now, and for others, too."""
    row = thread_queries.thread(session, viewer, taken.thread_id, visitor_id)
    if row is None or row.Thread.is_hidden or row.Thread.state == thread_rules.PENDING:
        return None
    return row


def _owes(viewer: Viewer, thread: Any) -> bool:
    return fanout.is_owed(thread) and viewer.may("answer", thread.institution_id)


def _written(
    session: Any, taken: Taken, row: Any, recipient: str, language: str, url: str,
    is_personal: bool = False,
) -> Message | None:  # fmt: skip
    event, thread = queries.event(session, taken.event_id), row.Thread
    post = None
    if taken.kind == rules.ANSWERED and event.name != "commitment.keep":
        post = post_queries.post(session, event.data.get("post_id") or "")
        if post is None or post.state != thread_rules.VISIBLE or post.is_superseded:
            return None
    key = (thread.subject_type, thread.subject_id)
    about = subject.rows(session, [key]).get(key)
    title = (post.institution_title if post else "") or row.institution_title
    found = texts.About(
        event=event, thread=thread, post=post, url=url, language=language,
        institution_title=title or _central(language),
        subject_title=about.title if about else "–", is_personal=is_personal,
    )  # fmt: skip
    write = texts.owed if taken.kind == rules.OWED else texts.answered
    line, body = write(found)
    return Message(recipient, line, body)


def _central(language: str) -> str:
    return active_policy.get().bodies.central_team.get(language)
