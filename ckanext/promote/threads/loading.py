"""A thread or a post for whoever acts, and what he is to it."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base import visitors
from ckanext.promote.base.access import is_lookup, not_found
from ckanext.promote.base.model import Visitor
from ckanext.promote.base.policy import Right
from ckanext.promote.people.viewer import Viewer, viewer_of
from ckanext.promote.threads import post_queries, queries, rules
from ckanext.promote.threads.model import Post, Thread

LOADED = "promote_thread"
"""Key of a context under which an action leaves what it loaded for its auth function."""

RIGHTS: dict[Right, str] = {
    "answer": rules.ANSWERER, "route": rules.ROUTER, "commit": rules.COMMITTER,
}  # fmt: skip
"""What somebody is to a thread by a right in the institution that owes the answer."""


@dataclass(frozen=True)
class Loaded:
    """A thread that its reader may see, and who he is."""

    row: Any
    """The thread with its institutions (``queries.thread``)."""
    viewer: Viewer
    visitor: Visitor | None = None
    """Who acts by the personal link of a mail."""
    post: Post | None = None
    """The post that the action is about."""

    @property
    def thread(self) -> Thread:
        """The thread itself."""
        return self.row.Thread

    @property
    def is_blocked(self) -> bool:
        """Whether he may write no more."""
        return bool(self.row.is_blocked)

    @property
    def visitor_id(self) -> str | None:
        """Id of the visitor who acts."""
        return self.visitor.id if self.visitor else None

    @property
    def relations(self) -> frozenset[str]:
        """What he is to the thread."""
        return relations(self.thread, self.viewer, self.visitor_id, self.is_blocked)

    @property
    def is_of_institution(self) -> bool:
        """Whether he writes for those who answer here."""
        return rules.may("post_internal", self.relations)

    def wrote(self, post: Post) -> bool:
        """Whether a post is his own."""
        if self.viewer.user_id is not None:
            return post.author_id == self.viewer.user_id
        return self.visitor_id is not None and post.visitor_id == self.visitor_id


def relations(
    thread: Thread, viewer: Viewer, visitor_id: str | None, is_blocked: bool
) -> frozenset[str]:
    """What somebody is to a thread; nothing when he was blocked."""
    if is_blocked:
        return frozenset()
    if viewer.user_id is None:
        is_asker = visitor_id is not None and thread.visitor_id == visitor_id
        return frozenset({rules.VISITOR, rules.ASKER} if is_asker else {rules.VISITOR})
    found = {rules.PERSON}
    asks = thread.visibility == "advice" and thread.asking_institution_id in viewer.acting_ids
    if asks or thread.author_id == viewer.user_id:
        found.add(rules.ASKER)
    for right, relation in RIGHTS.items():
        if viewer.may(right, thread.institution_id):
            found.add(relation)
    if viewer.is_central:
        found.add(rules.CENTRAL)
    return frozenset(found)


def load(context: Mapping[str, Any], reference: Any, access_token: Any = None) -> Loaded:
    """The thread that an id or number means, if this reader may see it now.

    :raises ObjectNotFound: when it is missing, not for this reader, or the link does not do
    """
    return _load(context, reference, access_token, None)


def load_for_action(context: Any, data: Mapping[str, Any], key: str = "id") -> Loaded:
    """As ``load``, for the auth function to find.

    :param key: of the input, which names the thread
    """
    context.setdefault("session", model.Session)
    loaded = load(context, data.get(key), data.get("access_token"))
    context[LOADED] = loaded
    return loaded


def load_post(context: Any, data: Mapping[str, Any], key: str = "id") -> Loaded:
    """The thread of a post, with the post, if the reader may see both.

    :raises ObjectNotFound: when it is missing or not for this reader
    """
    context.setdefault("session", model.Session)
    reference = data.get(key)
    post = post_queries.post(model.Session, reference) if is_lookup(reference) else None
    if post is None:
        raise not_found()
    loaded = _load(context, post.thread_id, data.get("access_token"), post)
    if not may_read(loaded, post):
        raise not_found()
    context[LOADED] = loaded
    return loaded


def may_read(loaded: Loaded, post: Post) -> bool:
    """Whether a post is there for a reader, be it as a tombstone."""
    if post.is_internal and not loaded.is_of_institution:
        return False
    if post.state in (rules.PENDING, rules.HELD):
        return loaded.viewer.can_moderate or loaded.wrote(post)
    return True


def _load(
    context: Mapping[str, Any], reference: Any, access_token: Any, post: Post | None
) -> Loaded:
    if not is_lookup(reference):
        raise not_found()
    visitor, thread_id = _visitor_of(access_token)
    # Who shows a link acts as the one to whom it was mailed, whatever his session says.
    viewer = Viewer() if visitor else viewer_of(context)
    row = queries.thread(
        model.Session, viewer, reference, visitor.id if visitor else None
    )
    if row is None or (visitor is not None and row.Thread.id != thread_id):
        raise not_found()
    return Loaded(row, viewer, visitor, post)


def _visitor_of(access_token: Any) -> tuple[Visitor | None, str | None]:
    """The visitor of a personal link, and the id of the one thread that it is for."""
    if not access_token:
        return None, None
    visitor, token = visitors.read_token(model.Session, access_token, "access")
    if token.subject_type != "thread":
        raise tk.ObjectNotFound
    return visitor, token.subject_id
