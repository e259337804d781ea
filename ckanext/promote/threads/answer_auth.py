"""Who may answer, route, close and judge: the rules' table."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.promote.people.viewer import viewer_of
from ckanext.promote.threads import access, rules
from ckanext.promote.threads.access import AuthResult


@tk.auth_allow_anonymous_access
def promote_thread_answer(context: Any, data_dict: Any) -> AuthResult:
    """The people of the institution that owes the answer; to promise a date is a right apart."""
    viewer_of(context)
    answer = access.in_thread(context, data_dict, "answer")
    outcome = rules.OUTCOMES.get(str((data_dict or {}).get("outcome")))
    if answer["success"] and outcome is not None and outcome.is_promise:
        return access.in_thread(context, data_dict, "promise")
    if answer["success"] and outcome is not None and outcome.step == rules.ROUTE:
        return access.in_thread(context, data_dict, "route")
    return answer


@tk.auth_allow_anonymous_access
def promote_thread_clarify(context: Any, data_dict: Any) -> AuthResult:
    """The people of the institution that owes the answer."""
    viewer_of(context)
    return access.in_thread(context, data_dict, "clarify")


@tk.auth_allow_anonymous_access
def promote_thread_assign(context: Any, data_dict: Any) -> AuthResult:
    """Who may route for the institution that owes the answer."""
    viewer_of(context)
    return access.in_thread(context, data_dict, "assign")


@tk.auth_allow_anonymous_access
def promote_thread_route(context: Any, data_dict: Any) -> AuthResult:
    """Who may route for the institution that owes the answer."""
    viewer_of(context)
    return access.in_thread(context, data_dict, "route")


@tk.auth_allow_anonymous_access
def promote_thread_close(context: Any, data_dict: Any) -> AuthResult:
    """Who asked; the institution that answers; the central team."""
    viewer_of(context)
    return access.in_thread(context, data_dict, "close")


@tk.auth_allow_anonymous_access
def promote_thread_reopen(context: Any, data_dict: Any) -> AuthResult:
    """Who asked; the institution that answers; the central team."""
    viewer_of(context)
    return access.in_thread(context, data_dict, "reopen")


@tk.auth_sysadmins_check
@tk.auth_allow_anonymous_access
def promote_thread_withdraw(context: Any, data_dict: Any) -> AuthResult:
    """Who asked, and nobody in his place: system administrators are asked, too."""
    viewer_of(context)
    return access.in_thread(context, data_dict, "withdraw")


@tk.auth_sysadmins_check
@tk.auth_allow_anonymous_access
def promote_thread_verdict(context: Any, data_dict: Any) -> AuthResult:
    """Who asked, and nobody in his place: system administrators are asked, too."""
    viewer_of(context)
    return access.in_thread(context, data_dict, "verdict")


@tk.auth_allow_anonymous_access
def promote_commitment_list(context: Any, data_dict: Any = None) -> AuthResult:
    """Everybody: the list has the promises of threads that this reader may see."""
    return access.YES


@tk.auth_allow_anonymous_access
def promote_commitment_keep(context: Any, data_dict: Any) -> AuthResult:
    """Who may promise dates for the institution that promised."""
    viewer = viewer_of(context)
    loaded = context.get("promote_promise_thread")
    if loaded is None:
        return access.hidden() if viewer.user_id else access.refused(viewer)
    return access.in_loaded(loaded, "keep")
