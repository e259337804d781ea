"""Who moderates, who may be blocked by whom, whose answer templates are whose."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.promote.people.viewer import viewer_of
from ckanext.promote.threads import access
from ckanext.promote.threads.access import AuthResult


@tk.auth_allow_anonymous_access
def promote_moderation_list(context: Any, data_dict: Any = None) -> AuthResult:
    """The moderators."""
    viewer_of(context)
    return access.moderates(context)


@tk.auth_allow_anonymous_access
def promote_moderation_decide(context: Any, data_dict: Any) -> AuthResult:
    """The moderators."""
    viewer_of(context)
    return access.moderates(context)


@tk.auth_allow_anonymous_access
def promote_user_block(context: Any, data_dict: Any) -> AuthResult:
    """The moderators."""
    viewer_of(context)
    return access.moderates(context)


@tk.auth_allow_anonymous_access
def promote_user_unblock(context: Any, data_dict: Any) -> AuthResult:
    """The moderators."""
    viewer_of(context)
    return access.moderates(context)


@tk.auth_allow_anonymous_access
def promote_user_block_list(context: Any, data_dict: Any = None) -> AuthResult:
    """The moderators."""
    viewer_of(context)
    return access.moderates(context)


@tk.auth_allow_anonymous_access
def promote_answer_template_create(context: Any, data_dict: Any) -> AuthResult:
    """Who may answer for the institution."""
    return _for_its_people(context)


@tk.auth_allow_anonymous_access
def promote_answer_template_update(context: Any, data_dict: Any) -> AuthResult:
    """Who may answer for the institution."""
    return _for_its_people(context)


@tk.auth_allow_anonymous_access
def promote_answer_template_delete(context: Any, data_dict: Any) -> AuthResult:
    """Who may answer for the institution."""
    return _for_its_people(context)


@tk.auth_allow_anonymous_access
def promote_answer_template_list(context: Any, data_dict: Any) -> AuthResult:
    """Who may answer for the institution."""
    return _for_its_people(context)


def _for_its_people(context: Any) -> AuthResult:
    """By the institution that the action found; without one, nobody but the central team."""
    viewer_of(context)
    return access.for_institution(context, "answer", context.get("promote_template_institution"))
