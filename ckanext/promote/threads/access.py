"""Who may do what in a conversation: the rules' table, asked for whoever acts."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckantoolkit as tk

from ckanext.promote import config
from ckanext.promote.base.policy import Right
from ckanext.promote.people.viewer import Viewer, viewer_of
from ckanext.promote.threads import loading, opening, rules
from ckanext.promote.threads.loading import LOADED, Loaded
from ckanext.promote.threads.opening import ASKED, Asked

AuthResult = dict[str, Any]
YES: AuthResult = {"success": True}


def refused(viewer: Viewer, message: str = "") -> AuthResult:
    """The answer to somebody who may not."""
    if viewer.user_id is None:
        return {"success": False, "msg": tk._("Sign in to do this.")}
    return {"success": False, "msg": message or tk._("You may not do this in this conversation.")}


def hidden() -> AuthResult:
    """The answer about what is not there for the reader."""
    return {"success": False, "msg": tk._("There is nothing here that you can see.")}


def _blocked() -> AuthResult:
    return {
        "success": False,
        "msg": tk._("You may not write in conversations any more. The moderators decided so."),
    }


def in_thread(context: Any, data: Any, what: str, key: str = "id") -> AuthResult:
    """Whether whoever acts may do this in a thread, by what he is to it."""
    loaded = _thread_of(context, data, key)
    return in_loaded(loaded, what) if loaded else hidden()


def in_loaded(loaded: Loaded, what: str) -> AuthResult:
    """Whether he may, in what was loaded for him."""
    if loaded.is_blocked:
        return _blocked()
    if rules.may(what, loaded.relations) and _visitors_may(loaded, what):
        return YES
    if what == "follow" and loaded.visitor is not None:
        return YES  # who only replied follows, too, until his link takes him out
    return refused(loaded.viewer)


def _visitors_may(loaded: Loaded, what: str) -> bool:
    """Without account and link, as the option says; others are not asked."""
    if what != "post" or loaded.relations != {rules.VISITOR} or loaded.visitor:
        return True
    return config.feedback_who() == "anyone" and loaded.thread.visibility == "public"


def of_own_post(context: Any, data: Any) -> AuthResult:
    """Whether whoever acts wrote a post, and may still write."""
    loaded = post_of(context, data)
    if loaded is None or loaded.post is None:
        return hidden()
    if loaded.is_blocked:
        return _blocked()
    if loaded.wrote(loaded.post):
        return YES
    return refused(loaded.viewer, tk._("Only its author may do this."))


def about_post(context: Any, data: Any, what: str, key: str = "id") -> AuthResult:
    """Whether whoever acts may do this with a post, by what he is to its thread."""
    loaded = post_of(context, data, key)
    return in_loaded(loaded, what) if loaded else hidden()


def can_read(context: Any, data: Any, key: str = "id") -> AuthResult:
    """Whether a thread is there for whoever reads."""
    return YES if _thread_of(context, data, key) else hidden()


def may_begin(context: Any, data: Any) -> AuthResult:
    """Whether whoever acts may begin this thread."""
    asked = context.get(ASKED)
    if not isinstance(asked, Asked):
        if not data:
            viewer = viewer_of(context)
            return YES if _may_write_at_all(viewer) else refused(viewer)
        try:
            asked = opening.read(context, data)
        except (tk.ObjectNotFound, tk.ValidationError, KeyError):
            return hidden()
    viewer, institution_id = asked.viewer, asked.subject.institution_id
    if asked.is_blocked:
        return _blocked()
    if not _may_write_at_all(viewer):
        return refused(viewer)
    acts = institution_id is not None and viewer.may("answer", institution_id)
    if asked.kind.is_advice and not acts:
        return refused(viewer, tk._("Only an institution's people ask for advice."))
    if data.get("source") and not acts:
        return refused(viewer, tk._("Only an institution's people register what came elsewhere."))
    return YES


def for_institution(context: Any, right: Right, institution_id: str | None) -> AuthResult:
    """Whether whoever acts has a right in an institution."""
    viewer = viewer_of(context)
    if viewer.may(right, institution_id):
        return YES
    return refused(viewer, tk._("Only the people of this institution may do this."))


def central(context: Any) -> AuthResult:
    """Whether whoever acts belongs to the central team."""
    viewer = viewer_of(context)
    if viewer.is_central:
        return YES
    return refused(viewer, tk._("Only the central team may do this."))


def moderates(context: Any) -> AuthResult:
    """Whether whoever acts decides about texts and those who write them."""
    viewer = viewer_of(context)
    if viewer.can_moderate:
        return YES
    return refused(viewer, tk._("Only the central team may do this."))


def _may_write_at_all(viewer: Viewer) -> bool:
    return viewer.user_id is not None or config.feedback_who() == "anyone"


def post_of(context: Any, data: Any, key: str = "id") -> Loaded | None:
    """The post that the action loaded, or that the caller means and may see, with its thread."""
    reference = (data or {}).get(key)
    known = context.get(LOADED)
    if isinstance(known, Loaded) and known.post is not None and known.post.id == reference:
        return known
    return _found(loading.load_post, context, data, key)


def _thread_of(context: Any, data: Any, key: str) -> Loaded | None:
    reference = (data or {}).get(key)
    known = context.get(LOADED)
    if isinstance(known, Loaded):
        number = rules.number_of(known.thread.year, known.thread.number)
        if reference in (known.thread.id, number):
            return known
    return _found(loading.load_for_action, context, data, key)


def _found(load: Any, context: Any, data: Mapping[str, Any] | None, key: str) -> Loaded | None:
    try:
        return load(context, data or {}, key)
    except tk.ObjectNotFound:
        return None
