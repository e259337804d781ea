"""Hand a thread on: to another institution, to the central queue, to an area."""
from __future__ import annotations

import datetime as dt
from typing import Any

import ckantoolkit as tk

from ckanext.promote.base.model import utc_now
from ckanext.promote.threads import clocks, journal, rules, words
from ckanext.promote.threads.loading import Loaded
from ckanext.promote.threads.model import Thread


def hand_on(
    context: Any, loaded: Loaded, thread: Thread, institution_id: str | None, reason: str
) -> None:
    """Let another institution owe the answer, with a clock of its own; the old one ends.

    After two hops the central team decides, whatever an institution wishes.

    :raises Refused: when the state does not allow it
    :raises ValidationError: when it is there already, or the thread is advice
    """
    session, now = context["session"], utc_now()
    target = rules.after(thread.state, rules.ROUTE)
    if thread.visibility == "advice":
        raise words.wrong("institution", tk._("Advice is always given by the central team."))
    by_central = loaded.viewer.is_central
    wanted = rules.next_institution(institution_id, thread.hops, by_central)
    if wanted == thread.institution_id:
        raise words.wrong(
            "institution", tk._("The conversation is there already. Name another institution.")
        )
    before = thread.institution_id
    clocks.end(session, thread, now)
    thread.state = target
    thread.institution_id = wanted
    thread.is_in_queue = wanted is None
    thread.area_id = thread.area_due_on = None
    if not by_central:
        thread.hops += 1
    session.flush()
    clocks.start(session, thread, "route" if wanted else "triage", now)
    journal.record(
        context, "thread.route", thread, reason=reason, before=before, after=wanted,
        hops=thread.hops,
    )  # fmt: skip


def give_to_area(
    context: Any, thread: Thread, area_id: str | None, due_on: dt.date | None
) -> None:
    """Let an area of the institution prepare the answer, until an inner date.

    :raises Refused: when the state does not allow it
    """
    thread.state = rules.after(thread.state, rules.ASSIGN)
    thread.area_id, thread.area_due_on = area_id, due_on
    journal.record(
        context, "thread.assign", thread, area=area_id,
        due_on=due_on.isoformat() if due_on else None,
    )  # fmt: skip
