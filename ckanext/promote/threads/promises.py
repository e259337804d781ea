"""Promised dates: made by an answer, kept by a dataset, missed by the calendar."""
from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import ckantoolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.orm import aliased

from ckanext.promote.base import catalogue, subject
from ckanext.promote.base.model import utc_now
from ckanext.promote.people.viewer import Viewer
from ckanext.promote.threads import clocks, journal, queries, rules, words
from ckanext.promote.threads.model import Commitment, Post, Thread


def public_dataset(reference: str) -> str:
    """Id of the dataset of a name or id that everybody may read.

    :raises ValidationError: when there is none
    """
    try:
        row = subject.load({"model": model, "user": ""}, "dataset", reference)
    except tk.ObjectNotFound:
        raise words.wrong(
            "dataset",
            tk._("There is no dataset of this name that everybody can read. Publish it first."),
        ) from None
    return row.id


def replace(session: Any, thread: Thread, post: Post | None, now: dt.datetime) -> None:
    """Put what a new answer promises in the place of what an older one did."""
    session.execute(
        sa.update(Commitment)
        .where(Commitment.thread_id == thread.id, Commitment.state == "open")
        .values(state="replaced", decided_at=now)
        .execution_options(**queries.UNSEEN)
    )
    if post is not None:
        session.add(
            Commitment(
                thread_id=thread.id, post_id=post.id, institution_id=thread.institution_id,
                outcome=post.outcome, due_on=post.due_on, state="open", made_at=now,
            )  # fmt: skip
        )


def keep(context: Any, kept: Commitment, thread: Thread, dataset_id: str) -> None:
    """Note the dataset that keeps a promise: the thread is resolved and closed.

    :raises Refused: when the thread is not shown yet
    """
    session, now = context["session"], utc_now()
    thread.state = rules.after(thread.state, rules.KEEP)
    kept.state = "kept"
    kept.kept_dataset_id = dataset_id
    kept.decided_at = now
    thread.resolved_at = now
    thread.closed_at, thread.closed_by = now, "kept"
    thread.outcome = "published"
    thread.is_in_queue = False
    clocks.end(session, thread, now)
    session.flush()
    journal.record(
        context, "commitment.keep", thread, commitment=kept.id, dataset=dataset_id,
        due_on=kept.due_on.isoformat(),
    )  # fmt: skip


def miss(context: Mapping[str, Any], broken: Commitment, thread: Thread) -> None:
    """Note that a promised day went by: the thread is open again, and late."""
    session, now = context["session"], utc_now()
    broken.state = "missed"
    broken.decided_at = now
    thread.state = rules.after(thread.state, rules.MISS)
    thread.resolved_at = thread.closed_at = thread.closed_by = None
    thread.reopened_count += 1
    clocks.end(session, thread, now)
    session.flush()
    clocks.start_missed(session, thread, broken.made_at, broken.due_on)
    journal.record(
        context, "commitment.miss", thread, commitment=broken.id,
        due_on=broken.due_on.isoformat(),
    )  # fmt: skip


def promised(viewer: Viewer, filters: Mapping[str, Any]) -> Any:
    """Promises of threads that a viewer may read, soonest first; replaced ones are left out."""
    dataset = aliased(model.Package)
    readable = catalogue.readable_package(viewer, dataset)
    statement = (
        sa.select(
            Commitment,
            Thread,
            queries.Institution.name.label("institution"),
            queries.Institution.title.label("institution_title"),
            dataset.name.label("dataset"),
        )
        .join(Thread, Thread.id == Commitment.thread_id)
        .outerjoin(queries.Institution, queries.Institution.id == Commitment.institution_id)
        .outerjoin(dataset, sa.and_(dataset.id == Commitment.kept_dataset_id, readable))
        .where(queries.visible(viewer), Commitment.state != "replaced")
    )
    if "state" in filters:
        statement = statement.where(Commitment.state == filters["state"])
    if "institution_id" in filters:
        statement = statement.where(Commitment.institution_id == filters["institution_id"])
    if "dataset_id" in filters:
        statement = statement.where(
            Thread.subject_type == "dataset", Thread.subject_id == filters["dataset_id"]
        )
    return statement


def after_day(statement: Any, cursor: tuple[dt.date, str] | None) -> Any:
    """In the order of the list, after a row."""
    if cursor is not None:
        key = sa.tuple_(Commitment.due_on, Commitment.id)
        statement = statement.where(key > sa.tuple_(*map(sa.literal, cursor)))
    return statement.order_by(Commitment.due_on, Commitment.id)


def promise(session: Any, commitment_id: str) -> Commitment | None:
    """A promise, whoever asks."""
    return session.get(Commitment, commitment_id)


def locked_promise(session: Any, commitment_id: str) -> Commitment:
    """A promise as it is now, kept from others until the end of the transaction."""
    statement = (
        sa.select(Commitment)
        .where(Commitment.id == commitment_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.execute(statement).scalar_one()
