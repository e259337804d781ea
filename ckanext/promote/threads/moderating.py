"""Reports, the moderators' queue, appeals. Called in an action's transaction: no commits."""
from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import ckantoolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.promote.base import active_policy
from ckanext.promote.base.access import acting_user_id
from ckanext.promote.base.events import Scope
from ckanext.promote.base.model import new_id, utc_now
from ckanext.promote.people.viewer import Viewer
from ckanext.promote.threads import journal, post_queries, posting, queries, rules, words
from ckanext.promote.threads.model import Post, Thread
from ckanext.promote.threads.moderation_model import ModerationItem, Report

DECISIONS = {"approve": "approved", "reject": "rejected"}


def report(
    context: Any, thread: Thread, post: Post, who: str, reason: str, text: str
) -> bool:
    """Note that somebody thinks a post should be looked at; whether he had not yet said so.

    Enough reports of signed-in people take a post out of sight until a moderator has looked, but
    no official answer.

    :raises Refused: when the post is out of sight already
    """
    session, now = context["session"], utc_now()
    rules.post_after(post.state, "report")
    made = (
        insert(Report)
        .values(id=new_id(), post_id=post.id, who=who, reason=reason, text=text, at=now)
        .on_conflict_do_nothing(constraint="promote_report_once")
        .returning(Report.id)
    )
    if session.execute(made).first() is None:
        return False
    _queue_report(session, post, now)
    journal.record(context, "report.create", thread, post=post, scope=Scope.CENTRAL, cause=reason)
    most = active_policy.get().conversations.hide_after_reports
    may_go = bool(most) and not post.is_official and who.startswith("user:")
    if may_go and _people_who_reported(session, post.id) >= most:
        take_out_of_sight(context, thread, post, "reported")
    return True


def _queue_report(session: Any, post: Post, now: dt.datetime) -> None:
    made = insert(ModerationItem).values(
        id=new_id(), post_id=post.id, thread_id=post.thread_id, cause="reported", state="open",
        reports_count=1, opened_at=now, text="", reason="",
    )  # fmt: skip
    session.execute(
        made.on_conflict_do_update(
            index_elements=["post_id"],
            index_where=sa.text("state = 'open'"),
            set_={"reports_count": ModerationItem.reports_count + 1},
        )
    )


def _people_who_reported(session: Any, post_id: str) -> int:
    """How many people with an account reported a post since a moderator last looked at it."""
    looked = (
        sa.select(sa.func.max(ModerationItem.decided_at))
        .where(ModerationItem.post_id == post_id)
        .scalar_subquery()
    )
    statement = sa.select(sa.func.count()).where(
        Report.post_id == post_id,
        Report.who.like("user:%"),
        Report.at > sa.func.coalesce(looked, sa.text("'-infinity'::timestamptz")),
    )
    return int(session.execute(statement).scalar_one())


def take_out_of_sight(context: Any, thread: Thread, post: Post, cause: str) -> None:
    """Hold a post back that was shown, until a moderator has looked."""
    session = context["session"]
    was_counted = post.state == rules.VISIBLE and not post.is_internal
    post.state = rules.post_after(post.state, "hold")
    posting.open_item(session, post, cause)
    posting.conceal(session, thread, post)
    session.flush()
    if was_counted:
        post_queries.count(session, thread.id, -1)
    journal.record(context, "post.hold", thread, post=post, scope=Scope.CENTRAL, cause=cause)


def decide(context: Any, item: ModerationItem, thread: Thread, approve: bool, reason: str) -> Post:
    """Show a post of the queue, or keep it out of sight.

    :raises Refused: when it was decided before, or the post is gone
    """
    session = context["session"]
    if item.state != "open":
        raise rules.Refused("running")
    post = post_queries.locked_post(session, item.post_id)
    if approve:
        if post.state == rules.DELETED:
            raise rules.Refused("deleted")
        if post.state != rules.VISIBLE:
            posting.restore(context, thread, post)
    elif post.state != rules.HIDDEN:
        if post.is_official:
            raise rules.Refused("official")
        posting.hide(context, thread, post, reason)
    item.state = DECISIONS["approve" if approve else "reject"]
    item.decided_at = utc_now()
    item.decided_by = acting_user_id(context)
    item.reason = reason
    journal.record(
        context, "moderation.decide", thread, post=post, scope=Scope.CENTRAL, reason=reason,
        decision=item.state, cause=item.cause,
    )  # fmt: skip
    return post


def appeal(context: Any, thread: Thread, post: Post, text: str) -> None:
    """Ask the moderators to look again at a hidden post, once at a time.

    :raises Refused: when it is not hidden
    """
    rules.post_after(post.state, "appeal")
    if not posting.open_item(context["session"], post, "appeal", text):
        raise words.wrong("id", tk._("The moderators are looking at it already."))
    journal.record(context, "post.appeal", thread, post=post, scope=Scope.CENTRAL)


def item_of(session: Any, item_id: str) -> ModerationItem | None:
    """A piece of the queue."""
    return session.get(ModerationItem, item_id)


def item_locked(session: Any, item_id: str) -> ModerationItem:
    """A piece of the queue as it is now, kept from others."""
    statement = (
        sa.select(ModerationItem)
        .where(ModerationItem.id == item_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.execute(statement).scalar_one()


def queue(viewer: Viewer, filters: Mapping[str, Any]) -> Any:
    """What waits for a moderator, oldest first, with its post and thread."""
    reasons = (
        sa.select(sa.func.array_agg(sa.distinct(Report.reason)))
        .where(Report.post_id == Post.id)
        .scalar_subquery()
    )
    readable = queries.visible(viewer)
    return (
        sa.select(
            ModerationItem, Post, Thread, reasons.label("reasons"),
            model.User.name.label("author"),
        )
        .join(Post, Post.id == ModerationItem.post_id)
        .join(Thread, Thread.id == ModerationItem.thread_id)
        .outerjoin(model.User, model.User.id == Post.author_id)
        .where(readable, *(getattr(ModerationItem, key) == filters[key] for key in filters))
    )  # fmt: skip


def oldest(statement: Any, cursor: tuple[dt.datetime, str] | None) -> Any:
    """In the order of the queue, after a row."""
    if cursor is not None:
        key = sa.tuple_(ModerationItem.opened_at, ModerationItem.id)
        statement = statement.where(key > sa.tuple_(*map(sa.literal, cursor)))
    return statement.order_by(ModerationItem.opened_at, ModerationItem.id)
