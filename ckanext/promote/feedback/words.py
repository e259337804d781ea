"""What people read of conversations: states, outcomes, roles, in the reader's language."""
from __future__ import annotations

import ckantoolkit as tk

from ckanext.promote.base import active_policy
from ckanext.promote.base.i18n import N_

CLOSED_BY = {
    "asker": N_("Closed by who asked."),
    "institution": N_("Closed by the institution."),
    "central": N_("Closed by the central team."),
    "withdrawn": N_("Withdrawn by who asked."),
    "verdict": N_("Closed: the answer helped."),
    "silence": N_("Closed, since nobody wrote after the answer."),
    "kept": N_("Closed: the promise was kept."),
}
PROMISES = {
    "open": N_("Promised"),
    "kept": N_("Kept"),
    "missed": N_("Missed"),
    "replaced": N_("Replaced by a later answer"),
}
CAUSES = {
    "newcomer": N_("First text of a new account"),
    "suspicious": N_("Looks like advertising"),
    "reported": N_("Reported"),
    "appeal": N_("Its author objects"),
}
DECIDED = {
    "open": N_("Waiting"),
    "approved": N_("Shown"),
    "rejected": N_("Hidden"),
}
HOPS = {
    "shown": N_("received"),
    "triage": N_("in the queue of the central team"),
    "route": N_("handed on"),
    "reopen": N_("opened again"),
    "commitment": N_("promise missed"),
}
FIELDS = {
    "kind": N_("What is it?"),
    "topic": N_("What is it about?"),
    "title": N_("Your question in one line"),
    "body": N_("Text"),
    "outcome": N_("What comes of it?"),
    "due_on": N_("Date"),
    "dataset": N_("Dataset"),
    "legal_basis": N_("Legal basis"),
    "institution": N_("Institution"),
    "duplicate_of": N_("Number of the other conversation"),
    "reason": N_("Reason"),
    "helpful": N_("It helped"),
    "text": N_("Text"),
    "area": N_("Area"),
    "author_name": N_("Your name or initials"),
    "author_email": N_("Your e-mail address"),
    "form_token": N_("This form"),
    "wanted_formats": N_("Formats that you would like"),
    "source": N_("Where it came from"),
    "received_on": N_("Received on"),
    "user": N_("Account"),
}
"""What a field is called in the summary of a form that was refused."""


def said(labels: dict[str, str], name: str | None) -> str:
    """The words for a name; the name itself when there are none."""
    return tk._(labels[name]) if name in labels else name or ""


def field_labels() -> dict[str, str]:
    """What each field is called."""
    return {name: tk._(label) for name, label in FIELDS.items()}


def central_team() -> str:
    """What the policy profile calls the central team."""
    return active_policy.get().bodies.central_team.get(active_policy.language())


def choices(vocabulary: str) -> list[tuple[str, str]]:
    """Slugs and labels of one of the policy profile's vocabularies."""
    return active_policy.get().choices(vocabulary, active_policy.language())


def report_reasons() -> list[tuple[str, str]]:
    """Why a text can be reported: the profile's reasons, and another one in any case."""
    found = choices("report_reasons")
    has_other = any(slug == "other" for slug, _ in found)
    return found if has_other else [*found, ("other", tk._("Another reason"))]


def kinds() -> list[tuple[str, str]]:
    """The kinds that everybody may choose: advice has a form of its own."""
    return [
        (kind.slug, kind.label.get(active_policy.language()))
        for kind in active_policy.get().thread_kinds
        if not kind.is_advice
    ]


def advice_kind() -> str:
    """The kind in which institutions ask the central team; nothing when the profile has none."""
    kinds_ = active_policy.get().thread_kinds
    return next((kind.slug for kind in kinds_ if kind.is_advice), "")
