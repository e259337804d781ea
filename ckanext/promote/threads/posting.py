"""Write posts, and let them be seen. Called in an action's transaction: nothing here commits."""
from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ckantoolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm.attributes import set_committed_value

from ckanext.promote.base import markdown
from ckanext.promote.base.events import Scope
from ckanext.promote.base.model import new_id, utc_now
from ckanext.promote.threads import clocks, journal, post_queries, queries, rules, words
from ckanext.promote.threads.authors import Author
from ckanext.promote.threads.loading import Loaded, may_read
from ckanext.promote.threads.model import Post, Thread
from ckanext.promote.threads.moderation_model import ModerationItem


@dataclass(frozen=True)
class Text:
    """What a post says, and where."""

    body: str
    state: str = rules.VISIBLE
    cause: str = ""
    """Why it is held."""
    parent: Post | None = None
    is_internal: bool = False
    is_official: bool = False
    is_clarification: bool = False
    post_id: str = ""
    """Its id, where it has to be known before."""

    @property
    def is_counted(self) -> bool:
        """Whether everybody may read it."""
        return self.state == rules.VISIBLE and not self.is_internal


def add(
    context: Mapping[str, Any], thread: Thread, author: Author, text: Text, step: str
) -> Post:
    """Put a post into a thread, at the place that is next. Flushes what is not shown at once.

    :raises Refused: when the thread's state, as it is now, does not allow the step
    """
    session, now = context["session"], utc_now()
    place = post_queries.next_seq(session, thread.id, text.is_counted, now)
    rules.after(place.state, step)
    set_committed_value(thread, "state", place.state)
    post = made(thread, author, text, place.last_seq, now)
    session.add(post)
    if text.state != rules.VISIBLE:
        session.flush()
    if text.state == rules.HELD:
        hold(context, thread, post, text.cause)
    return post


def made(thread: Thread, author: Author, text: Text, seq: int, now: dt.datetime) -> Post:
    """A row of a post, rendered; not added."""
    parent = (text.parent.k1, text.parent.k2, text.parent.k3) if text.parent else None
    k1, k2, k3 = rules.order_key(seq, parent)
    return Post(
        id=text.post_id or new_id(),
        thread_id=thread.id,
        seq=seq,
        parent_id=text.parent.id if text.parent else None,
        k1=k1,
        k2=k2,
        k3=k3,
        body=text.body,
        html=markdown.render(text.body).html,
        renderer_version=markdown.RENDERER_VERSION,
        state=text.state,
        is_internal=text.is_internal,
        is_official=text.is_official,
        is_clarification=text.is_clarification,
        created_at=now,
        shown_at=now if text.state == rules.VISIBLE else None,
        **author.columns(),
    )


def hold(context: Mapping[str, Any], thread: Thread, post: Post, cause: str) -> None:
    """Let a moderator look at a post before others see it."""
    open_item(context["session"], post, cause)
    journal.record(context, "post.hold", thread, post=post, scope=Scope.CENTRAL, cause=cause)


def open_item(session: Any, post: Post, cause: str, text: str = "") -> bool:
    """Put a post into the moderators' queue; whether it was not there."""
    made = insert(ModerationItem).values(
        id=new_id(), post_id=post.id, thread_id=post.thread_id, cause=cause, state="open",
        text=text, reports_count=0, opened_at=utc_now(), reason="",
    )  # fmt: skip
    kept = made.on_conflict_do_nothing(
        index_elements=["post_id"], index_where=sa.text("state = 'open'")
    )
    return session.execute(kept.returning(ModerationItem.id)).first() is not None


def parent_of(loaded: Loaded, session: Any, data: Mapping[str, Any]) -> Post | None:
    """The post that another answers.

    :raises ValidationError: when it is not there for this reader, in this thread
    """
    if not data.get("reply_to"):
        return None
    parent = post_queries.post(session, data["reply_to"])
    if parent is None or parent.thread_id != loaded.thread.id or not may_read(loaded, parent):
        raise words.wrong(
            "reply_to", tk._("There is no such text in this conversation. Answer another one.")
        )
    if parent.is_internal and not data.get("internal"):
        raise words.wrong("reply_to", tk._("Answer an internal note with an internal note."))
    rules.post_after(parent.state, "reply")
    return parent


def is_by_asker(thread: Thread, post: Post) -> bool:
    """Whether who asked wrote a post."""
    if post.author_id is not None:
        return post.author_id == thread.author_id
    return post.visitor_id is not None and post.visitor_id == thread.visitor_id


def tell(context: Mapping[str, Any], thread: Thread, post: Post, is_asker: bool) -> None:
    """What follows from a post that others see now: its event, and the clock that goes on.

    The thread is locked, by its caller or by the place that the post took.
    """
    journal.record_for_author(context, "post.create", thread, post)
    if is_asker and not post.is_internal and thread.state == rules.WAITING:
        thread.state = rules.after(thread.state, rules.ASKER_REPLY)
        clocks.resume(context["session"], thread, utc_now())
        journal.record_for_author(context, "thread.resume", thread, post)


def release(context: Mapping[str, Any], thread: Thread, post: Post) -> None:
    """Let everybody see a post that waited, and tell what was kept back till now."""
    session = context["session"]
    post.state, post.shown_at = rules.VISIBLE, utc_now()
    if post.seq == 1:
        thread.is_hidden = False
        show_thread(context, thread, post)
    else:
        tell(context, thread, post, is_by_asker(thread, post))
    session.flush()
    if not post.is_internal:
        post_queries.count(session, thread.id, 1)
    queries.change(session, thread.id, last_activity_at=utc_now())


def show_thread(context: Mapping[str, Any], thread: Thread, post: Post) -> None:
    """Let everybody see a thread: its clock starts now, or on the day when it was received."""
    now = utc_now()
    thread.state = rules.after(thread.state, rules.CONFIRM)
    thread.shown_at = now
    started_at = clocks.start_of(thread.received_on) if thread.received_on else now
    cause = "triage" if thread.is_in_queue else "shown"
    clocks.start(context["session"], thread, cause, started_at)
    journal.record_for_author(context, "thread.create", thread, post, source=thread.source)


def edit(context: Mapping[str, Any], thread: Thread, post: Post, body: str) -> None:
    """Change the text of a post."""
    post.state = rules.post_after(post.state, "edit")
    post.body = body
    rendered = markdown.render(body)
    post.html, post.renderer_version = rendered.html, markdown.RENDERER_VERSION
    post.edited_at = utc_now()
    if post.seq == 1:
        thread.search = queries.search_vector(thread.title, rendered.plain)
    journal.record(context, "post.update", thread, post=post)


def delete(context: Mapping[str, Any], thread: Thread, post: Post) -> None:
    """Take a text away for good; a tombstone keeps its place."""
    session, was_counted = context["session"], _is_counted(post)
    post.state = rules.post_after(post.state, "delete")
    post.body = post.html = ""
    session.flush()
    if was_counted:
        post_queries.count(session, thread.id, -1)
    close_items(session, post.id)
    journal.record(context, "post.delete", thread, post=post)


def hide(context: Mapping[str, Any], thread: Thread, post: Post, reason: str) -> None:
    """Take a post out of sight; its author can appeal. What began a thread takes it along."""
    session, was_counted = context["session"], _is_counted(post)
    post.state = rules.post_after(post.state, "hide")
    post.hidden_reason = reason
    conceal(session, thread, post)
    session.flush()
    if was_counted:
        post_queries.count(session, thread.id, -1)
    journal.record(
        context, "post.hide", thread, post=post, scope=Scope.INSTITUTION, reason=reason
    )


def restore(context: Mapping[str, Any], thread: Thread, post: Post) -> None:
    """Show a hidden post again; what never was shown is released with what it has to tell."""
    post.state = rules.post_after(post.state, "restore")
    post.hidden_reason = ""
    if post.shown_at is None:
        release(context, thread, post)
        return
    reveal(context["session"], thread, post)
    context["session"].flush()
    if not post.is_internal:
        post_queries.count(context["session"], thread.id, 1)
    journal.record(context, "post.restore", thread, post=post)


def conceal(session: Any, thread: Thread, post: Post) -> None:
    """Take a thread out of sight with its first text, unless it has an official answer.

    Nobody owes an answer to what he cannot see: its clock ends.
    """
    if post.seq == 1 and thread.official_post_id is None:
        thread.is_hidden = True
        clocks.end(session, thread, utc_now())


def reveal(session: Any, thread: Thread, post: Post) -> None:
    """Show a thread again with its first text; whoever owes the answer has his whole time."""
    if post.seq != 1 or not thread.is_hidden:
        return
    thread.is_hidden = False
    if thread.state == rules.WAITING:
        thread.state = rules.after(thread.state, rules.RESUME)
    if thread.state == rules.OPEN:
        clocks.start(session, thread, "shown", utc_now())


def close_items(session: Any, post_id: str, state: str = "rejected") -> None:
    """Take a post that was decided elsewhere out of the moderators' queue."""
    session.execute(
        sa.update(ModerationItem)
        .where(ModerationItem.post_id == post_id, ModerationItem.state == "open")
        .values(state=state, decided_at=utc_now())
        .execution_options(**queries.UNSEEN)
    )


def _is_counted(post: Post) -> bool:
    return post.state == rules.VISIBLE and not post.is_internal
