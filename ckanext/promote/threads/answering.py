"""Official answers, and what they lead to. Called in an action's transaction: no commits."""
from __future__ import annotations

import datetime as dt
from typing import Any

import ckantoolkit as tk
import sqlalchemy as sa

from ckanext.promote.base import markdown
from ckanext.promote.base.access import load_institution
from ckanext.promote.base.model import utc_now
from ckanext.promote.people.viewer import Viewer
from ckanext.promote.threads import (
    authors,
    clocks,
    journal,
    post_queries,
    posting,
    promises,
    queries,
    routing,
    rules,
    words,
)
from ckanext.promote.threads.loading import Loaded
from ckanext.promote.threads.model import Post, Thread
from ckanext.promote.threads.posting import Text


def check_answer(context: Any, loaded: Loaded, data: dict[str, Any]) -> dict[str, Any]:
    """What an answer names, as columns of its post.

    :raises ValidationError: when something is missing, not asked for, or not there
    """
    given = [name for name in rules.OUTCOME_FIELDS if data.get(name) is not None]
    problems = rules.outcome_problems(data["outcome"], given)
    if problems:
        raise tk.ValidationError(words.answer_errors(problems))
    columns: dict[str, Any] = {"outcome": data["outcome"]}
    if "due_on" in data:
        columns["due_on"] = data["due_on"]
    if "legal_basis" in data:
        columns["legal_basis"] = data["legal_basis"]
    if "dataset" in data:
        columns["dataset_id"] = promises.public_dataset(data["dataset"])
    if "institution" in data:
        columns["to_institution_id"] = institution_named(data["institution"])
    if "duplicate_of" in data:
        columns["duplicate_of"] = _answered_elsewhere(context, loaded.thread, data["duplicate_of"])
    return columns


def institution_named(reference: str) -> str:
    """Id of an institution.

    :raises ValidationError: when there is none
    """
    try:
        return load_institution(reference).id
    except tk.ObjectNotFound:
        raise words.wrong(
            "institution", tk._("There is no such institution. Check its name.")
        ) from None


def _answered_elsewhere(context: Any, thread: Thread, reference: str) -> str:
    """Id of the thread that everybody may read, and that is not this one."""
    row = queries.thread(context["session"], Viewer(), reference)
    if row is None or row.Thread.id == thread.id:
        raise words.wrong(
            "duplicate_of",
            tk._("There is no other conversation of this number that everybody can read."),
        )
    return row.Thread.id


def answer(
    context: Any, loaded: Loaded, thread: Thread, data: dict[str, Any], columns: dict[str, Any]
) -> Post:
    """Write an official answer into a locked thread.

    :raises Refused: when its state does not allow it
    """
    session, now = context["session"], utc_now()
    outcome = rules.OUTCOMES[data["outcome"]]
    target = rules.after(thread.state, outcome.step)
    author = authors.of_user(
        context, loaded.viewer, thread.institution_id, loaded.row.institution_title or ""
    )
    text = Text(data["body"], is_official=True)
    post = posting.add(context, thread, author, text, outcome.step)
    for name, value in columns.items():
        setattr(post, name, value)
    if outcome.step == rules.ROUTE:
        session.flush()
        _record_answer(context, thread, post)
        routing.hand_on(context, loaded, thread, columns.get("to_institution_id"), data["body"])
        return post
    if outcome.stops:
        _supersede(session, thread, post)
        thread.state = target
        thread.outcome = data["outcome"]
        thread.official_post_id = post.id
        thread.duplicate_of = columns.get("duplicate_of")
        thread.answered_at = now
        thread.first_answered_at = thread.first_answered_at or now
        thread.resolved_at = (thread.resolved_at or now) if outcome.resolves else None
        thread.is_in_queue = False
        clocks.end(session, thread, now)
        promises.replace(session, thread, post if outcome.is_promise else None, now)
    session.flush()
    _record_answer(context, thread, post)
    return post


def _record_answer(context: Any, thread: Thread, post: Post) -> None:
    journal.record(
        context, "thread.answer", thread, post=post, outcome=post.outcome,
        due_on=post.due_on.isoformat() if post.due_on else None,
    )  # fmt: skip


def _supersede(session: Any, thread: Thread, post: Post) -> None:
    """Mark the answers before as corrected by a new one."""
    session.execute(
        sa.update(Post)
        .where(
            Post.thread_id == thread.id,
            Post.is_official,
            Post.id != post.id,
            Post.outcome.in_([name for name, each in rules.OUTCOMES.items() if each.stops]),
        )
        .values(is_superseded=True)
        .execution_options(**queries.UNSEEN)
    )


def clarify(context: Any, loaded: Loaded, thread: Thread, body: str) -> Post:
    """Ask back: the clock stands still, once.

    :raises Refused: when it was asked before, or the state does not allow it
    """
    session, now = context["session"], utc_now()
    target = rules.after(thread.state, rules.CLARIFY)
    if queries.was_paused(session, thread.id):
        raise rules.Refused("paused")
    author = authors.of_user(
        context, loaded.viewer, thread.institution_id, loaded.row.institution_title or ""
    )
    text = Text(body, is_official=True, is_clarification=True)
    post = posting.add(context, thread, author, text, rules.CLARIFY)
    thread.state = target
    clocks.pause(session, thread, now)
    session.flush()
    journal.record(context, "thread.clarify", thread, post=post)
    return post


def close(context: Any, loaded: Loaded, thread: Thread, reason: str) -> None:
    """End a thread.

    :raises Refused: when an answer is still owed, or the state does not allow it
    """
    target = rules.after(thread.state, rules.CLOSE)
    relations = loaded.relations
    if not rules.may_close(relations, thread.state):
        raise rules.Refused("owed")
    if rules.ASKER in relations:
        by = "asker"
    else:
        by = "central" if rules.CENTRAL in relations else "institution"
    shut(context["session"], thread, target, by, utc_now())
    journal.record(context, "thread.close", thread, reason=reason, by=by)


def shut(session: Any, thread: Thread, state: str, by: str, now: dt.datetime) -> None:
    """Set what a closed thread has."""
    thread.state = state
    thread.closed_at = now
    thread.closed_by = by
    thread.is_in_queue = False
    clocks.end(session, thread, now)


def reopen(
    context: Any, thread: Thread, step: str, name: str, reason: str, **data: Any
) -> None:
    """Open a thread again, with a clock from now.

    :raises Refused: when the state does not allow it
    """
    session, now = context["session"], utc_now()
    target = rules.after(thread.state, step)
    reset(thread, target)
    session.flush()
    clocks.start(session, thread, "reopen", now)
    journal.record(context, name, thread, reason=reason, **data)


def reset(thread: Thread, state: str) -> None:
    """Set what a thread has that waits for an answer once more; the first answer stays."""
    thread.state = state
    thread.resolved_at = thread.closed_at = thread.closed_by = None
    thread.reopened_count += 1
    thread.is_in_queue = thread.institution_id is None and thread.visibility == "public"


def withdraw(context: Any, thread: Thread, reason: str) -> None:
    """Take a question back. Where nobody else wrote, nobody sees it any more.

    :raises Refused: when it was answered
    """
    session = context["session"]
    was_pending = thread.state == rules.PENDING
    target = rules.after(thread.state, rules.WITHDRAW)
    shut(session, thread, target, "withdrawn", utc_now())
    if was_pending or not post_queries.has_others(session, thread):
        thread.is_hidden = True
    if was_pending:
        posting.close_items(session, post_queries.first(session, thread.id).id)
    session.flush()
    journal.record(context, "thread.withdraw", thread, reason=reason)


def judge(context: Any, thread: Thread, helpful: bool, reason: str) -> None:
    """Note the asker's verdict: yes closes, no with a reason opens again, once.

    :raises Refused: when there is no answer yet, or it was opened again before
    """
    session, now = context["session"], utc_now()
    if thread.official_post_id is None:
        raise rules.Refused("unanswered")
    if not helpful:
        if thread.objections_count:
            raise rules.Refused("reopened")
        rules.after(thread.state, rules.OBJECT)
        _note_verdict(thread, False, reason, now)
        thread.objections_count += 1
        reopen(context, thread, rules.OBJECT, "thread.verdict", reason, helpful=False)
        return
    promised = thread.resolved_at is None and thread.state == rules.ANSWERED
    target = rules.after(thread.state, rules.ACCEPT_PROMISE if promised else rules.ACCEPT)
    _note_verdict(thread, True, reason, now)
    if target == rules.CLOSED and thread.state != rules.CLOSED:
        shut(session, thread, target, "verdict", now)
    journal.record(context, "thread.verdict", thread, reason=reason, helpful=True)


def _note_verdict(thread: Thread, helpful: bool, reason: str, now: dt.datetime) -> None:
    thread.verdict = helpful
    thread.verdict_reason = reason
    thread.verdict_at = now


def turn(context: Any, thread: Thread, kind: str) -> None:
    """Make another kind of a thread, such as a question of a comment; its clock starts then.

    :raises Refused: when it was answered, or waits
    """
    session, now = context["session"], utc_now()
    if thread.first_answered_at is not None:
        raise rules.Refused("answered")
    thread.state = rules.after(thread.state, rules.TURN)
    before, thread.kind = thread.kind, kind
    running = queries.running_clock(session, thread.id)
    if running is None or clocks.terms_of(thread) is None:
        clocks.end(session, thread, now)
        session.flush()
        clocks.start(session, thread, "shown", now)
    journal.record(context, "thread.turn", thread, before=before)


def index(session: Any, thread: Thread) -> None:
    """Let the search find a thread by its words as they are now."""
    first = post_queries.first(session, thread.id)
    thread.search = queries.search_vector(thread.title, markdown.render(first.body).plain)
