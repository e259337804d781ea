"""What happens when a visitor opens the link in his mail: what he wrote is shown."""
from __future__ import annotations

import logging
from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base import confirming, linkscore, mail, visitors
from ckanext.promote.base.confirming import Confirmed
from ckanext.promote.base.model import Visitor
from ckanext.promote.people.viewer import Viewer
from ckanext.promote.threads import post_queries, posting, queries, rules, thread_mail
from ckanext.promote.threads.model import Follower, Post, Thread

log = logging.getLogger(__name__)


def confirm_thread(context: dict[str, Any], visitor: Visitor, thread_id: str) -> Confirmed:
    """Show a visitor's thread, and give him his personal link to it.

    :raises ObjectNotFound: when it is gone, or what it is about is not public any more
    """
    thread = _thread_of(visitor, thread_id)
    post = post_queries.first(model.Session, thread_id)
    if post.visitor_id != visitor.id:
        raise tk.ObjectNotFound
    return _release(context, visitor, thread, post)


def confirm_post(context: dict[str, Any], visitor: Visitor, post_id: str) -> Confirmed:
    """Show a visitor's reply, and give him his personal link to the thread.

    :raises ObjectNotFound: when it is gone, or what it is about is not public any more
    """
    post = post_queries.post(model.Session, post_id)
    if post is None or post.visitor_id != visitor.id:
        raise tk.ObjectNotFound
    thread = _thread_of(visitor, post.thread_id)
    return _release(context, visitor, thread, post)


def _thread_of(visitor: Visitor, thread_id: str) -> Thread:
    """A thread that is still there for a visitor, locked."""
    row = queries.thread(model.Session, Viewer(), thread_id, visitor.id)
    if row is None:
        raise tk.ObjectNotFound
    return queries.locked(model.Session, thread_id)


def _release(
    context: dict[str, Any], visitor: Visitor, thread: Thread, post: Post
) -> Confirmed:
    session = model.Session
    if post.state == rules.PENDING and thread.state != rules.CLOSED:
        if linkscore.is_suspicious(thread.title if post.seq == 1 else "", post.body):
            post.state = rules.post_after(post.state, "hold")
            posting.hold(context, thread, post, "suspicious")
        else:
            rules.post_after(post.state, "confirm")
            posting.release(context, thread, post)
    session.flush()
    queries.add_to(
        session, Follower, thread_id=thread.id, who=f"visitor:{visitor.id}",
        user_id=None, visitor_id=visitor.id, at=post.created_at,
    )  # fmt: skip
    secret = visitors.make_token(session, visitor, "access", ("thread", thread.id))
    url = thread_mail.personal_url(thread, secret)
    try:
        thread_mail.tell_link(visitor, thread, url)
    except mail.MailFailed:
        # The page itself has the link, and the text must not wait for a mail server.
        log.warning("the personal link of a conversation could not be mailed")
    return _said(thread, post, url)


def _said(thread: Thread, post: Post, url: str) -> Confirmed:
    number = rules.number_of(thread.year, thread.number)
    if post.state == rules.HELD:
        message = tk._(
            "Thank you. Its number is {number}. Somebody reads your text before it is shown."
        )
    else:
        message = tk._(
            "Thank you. Its number is {number}. Keep the next page's address: there you read the "
            "answer, and say whether it helped."
        )
    return {
        "title": tk._("Your text was received"),
        "message": message.format(number=number),
        "url": url,
    }


confirming.handlers["thread"] = confirm_thread
confirming.handlers["post"] = confirm_post
