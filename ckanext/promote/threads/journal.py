"""Events of conversations: who may read of what, and nothing that people wrote."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.promote.base import events
from ckanext.promote.base.events import Scope
from ckanext.promote.base.model import Event
from ckanext.promote.threads import rules
from ckanext.promote.threads.model import Post, Thread


def record(
    context: Mapping[str, Any],
    name: str,
    thread: Thread,
    *,
    post: Post | None = None,
    scope: Scope | None = None,
    reason: str = "",
    **data: Any,
) -> Event:
    """Add an event about a thread to the open transaction."""
    facts = {
        "number": rules.number_of(thread.year, thread.number), "kind": thread.kind, **data
    }  # fmt: skip
    if post is not None:
        facts.update(post_id=post.id, seq=post.seq)
        if post.is_internal and scope is None:
            scope = Scope.INSTITUTION
    return events.record(
        context,
        name,
        ("thread", thread.id),
        institution_id=thread.institution_id or thread.asking_institution_id,
        scope=scope or scope_of(thread),
        reason=reason,
        data=facts,
    )


def record_for_author(
    context: Mapping[str, Any], name: str, thread: Thread, post: Post, **data: Any
) -> None:
    """An event of what somebody wrote, told when a moderator or a link has released it."""
    event = record(context, name, thread, post=post, **data)
    event.actor_id = post.author_id


def scope_of(thread: Thread) -> Scope:
    """Who may read of a thread."""
    if thread.state == rules.PENDING or thread.is_hidden:
        return Scope.CENTRAL
    return Scope.INSTITUTION if thread.visibility == "advice" else Scope.PUBLIC
