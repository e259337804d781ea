"""What people read of the rules: why a step is refused, what an answer still needs."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.promote.base import active_policy
from ckanext.promote.base.i18n import N_
from ckanext.promote.threads.rules import Refused

REFUSALS = {
    "pending": N_("This conversation is not shown yet: it waits for confirmation or a moderator."),
    "shown": N_("This is shown already."),
    "waiting": N_("A clarification was asked already, and its answer is awaited."),
    "answered": N_("This conversation has been answered."),
    "unanswered": N_("This conversation has no answer yet."),
    "closed": N_("This conversation is closed. Open it again to go on with it."),
    "open": N_("This conversation is open."),
    "moved": N_("It was handed on to somebody else a moment ago."),
    "running": N_("Nothing has to be done here now."),
    "held": N_("This text waits for a moderator."),
    "hidden": N_("This text was hidden by a moderator."),
    "deleted": N_("This text was deleted."),
    "paused": N_("A clarification can be asked once, and it was."),
    "reopened": N_("It was opened again once already. Ask a new question instead."),
    "owed": N_("The institution owes an answer here, and cannot close it before."),
    "withdraw": N_("This text began the conversation. Withdraw the conversation instead."),
    "official": N_("An official answer stays. Correct it with a new answer."),
}

NEEDS = {
    "due_on": N_("Give the date for which it is promised."),
    "dataset": N_("Name the dataset that was published."),
    "legal_basis": N_("Name the article on which this is based."),
    "duplicate_of": N_("Give the number of the conversation that has the answer."),
}


def not_now(err: Refused) -> Any:
    """The error for a step that the state does not allow."""
    return tk.ValidationError({"state": [tk._(REFUSALS[err.code])]})


def answer_errors(problems: dict[str, str]) -> dict[str, list[str]]:
    """Sentences for what an answer's outcome still needs, or does not ask for."""
    unasked = tk._("This outcome does not take this field. Leave it out.")
    return {
        name: [unasked if problem == "unasked" else tk._(NEEDS[name])]
        for name, problem in problems.items()
    }


def wrong(field: str, message: str) -> Any:
    """An error about one field."""
    return tk.ValidationError({field: [message]})


STATES = {
    "pending": N_("Awaiting confirmation"),
    "open": N_("Open"),
    "waiting": N_("Clarification requested"),
    "answered": N_("Answered"),
    "closed": N_("Closed"),
}

OUTCOMES = {
    "explained": N_("Explained"),
    "corrected": N_("Corrected"),
    "will_publish": N_("It will be published"),
    "possible": N_("Possible"),
    "published": N_("Published"),
    "partly_published": N_("Partly published"),
    "not_available": N_("Not available"),
    "declined": N_("Declined"),
    "not_ours": N_("It belongs to another institution"),
    "duplicate": N_("Answered in another conversation"),
    "acknowledged": N_("Received"),
}

ROLES = {
    "admin": N_("for the institution"),
    "editor": N_("for the institution"),
    "central": N_("coordination"),
}
"""Of those who act without an appointment."""


def state_label(state: str) -> str:
    """What people read of a state."""
    return tk._(STATES[state])


def outcome_label(outcome: str) -> str:
    """What people read of an outcome."""
    return tk._(OUTCOMES[outcome])


def role_label(role: str) -> str:
    """As what somebody wrote: a role of the profile, or what he was to the institution."""
    profile = active_policy.get()
    if profile.role(role) is not None:
        return profile.label("roles", role, active_policy.language())
    return tk._(ROLES[role]) if role in ROLES else role
