"""Schemas of the actions on conversations."""
from __future__ import annotations

import ckantoolkit as tk

from ckanext.promote.base.schema import Schema, form_token, optional, paged, required


def reference() -> Schema:
    """One thread, by id or number; a visitor shows his personal link."""
    return {"id": required("promote_lookup"), "access_token": optional("promote_line")}


def visitor() -> Schema:
    """Who writes without an account."""
    return {
        "author_name": optional("promote_line"),
        "author_email": optional("promote_line"),
        "privacy_version": optional("promote_line"),
        **form_token(),
    }


def thread_create() -> Schema:
    """A new thread."""
    return {
        "subject_type": required("promote_lookup"),
        "subject_id": required("promote_lookup"),
        "kind": required("promote_lookup"),
        "topic": optional("promote_lookup"),
        "title": required("promote_thread_title"),
        "body": required("promote_post_body"),
        "wanted_formats": optional("promote_formats"),
        "source": optional("promote_line"),
        "received_on": optional("promote_past_day"),
        "idempotency_key": optional("promote_key"),
        **visitor(),
    }


def thread_list() -> Schema:
    """The filters of the list of threads."""
    return paged({
        "subject_type": optional("promote_lookup"),
        "subject_id": optional("promote_lookup"),
        "institution": optional("promote_lookup"),
        "kind": optional("promote_lookup"),
        "topic": optional("promote_lookup"),
        "state": optional("promote_lookup"),
        "outcome": optional("promote_lookup"),
        "overdue": optional("boolean_validator"),
        "unanswered": optional("boolean_validator"),
        "mine": optional("boolean_validator"),
        "followed": optional("boolean_validator"),
        "queue": optional("boolean_validator"),
        "advice": optional("boolean_validator"),
        "q": optional("promote_line"),
        "similar": optional("promote_line"),
        "sort": optional("promote_lookup"),
    })  # fmt: skip


def thread_update() -> Schema:
    """What can be changed of a thread."""
    return {
        **reference(),
        "kind": optional("promote_lookup"),
        "topic": optional("promote_lookup"),
        "title": optional("promote_thread_title"),
        "wanted_formats": optional("promote_formats"),
    }


def thread_answer() -> Schema:
    """An official answer, with what its outcome asks for."""
    return {
        "id": required("promote_lookup"),
        "outcome": required("promote_outcome"),
        "body": required("promote_post_body"),
        "due_on": optional("promote_future_day"),
        "dataset": optional("promote_lookup"),
        "legal_basis": optional("promote_paragraph"),
        "institution": optional("promote_lookup"),
        "duplicate_of": optional("promote_lookup"),
        "idempotency_key": optional("promote_key"),
    }


def thread_clarify() -> Schema:
    """A question back to who asked."""
    return {"id": required("promote_lookup"), "body": required("promote_post_body")}


def thread_assign() -> Schema:
    """An area of the institution, and its inner date; nothing gives the thread back."""
    return {
        "id": required("promote_lookup"),
        "area": optional("promote_lookup"),
        "due_on": optional("promote_future_day"),
    }


def thread_route() -> Schema:
    """Another institution, or none: the central queue."""
    return {
        "id": required("promote_lookup"),
        "institution": optional("promote_lookup"),
        "reason": required("promote_reason"),
    }


def thread_reasoned() -> Schema:
    """A thread and a reason that may be left out."""
    return {**reference(), "reason": optional("promote_reason")}


def thread_verdict() -> Schema:
    """Whether the answer helped."""
    return {
        **reference(),
        "helpful": [tk.get_validator("not_missing"), tk.get_validator("promote_answer_bool")],
        "reason": optional("promote_reason"),
    }


def thread_support() -> Schema:
    """A thread, and whether the support is taken back."""
    return {**reference(), "undo": optional("boolean_validator")}


def post_create() -> Schema:
    """A new post."""
    return {
        "thread_id": required("promote_lookup"),
        "body": required("promote_post_body"),
        "reply_to": optional("promote_lookup"),
        "internal": optional("boolean_validator"),
        "access_token": optional("promote_line"),
        "idempotency_key": optional("promote_key"),
        **visitor(),
    }


def post_list() -> Schema:
    """A page of a thread's posts."""
    return {
        "thread_id": required("promote_lookup"),
        "at": optional("promote_lookup"),
        "last": optional("boolean_validator"),
        "access_token": optional("promote_line"),
        "limit": [tk.get_validator("default")(50), tk.get_validator("promote_limit")],
        "cursor": optional("promote_line"),
    }


def post_update() -> Schema:
    """The new text of a post."""
    return {**reference(), "body": required("promote_post_body")}


def post_hide() -> Schema:
    """A post that goes out of sight, and why."""
    return {"id": required("promote_lookup"), "reason": required("promote_reason")}


def post_appeal() -> Schema:
    """A hidden post, and what its author says about it."""
    return {**reference(), "text": required("promote_paragraph")}


def report_create() -> Schema:
    """A post that should be looked at."""
    return {
        "post_id": required("promote_lookup"),
        "reason": required("promote_lookup"),
        "text": optional("promote_paragraph"),
        "idempotency_key": optional("promote_key"),
    }


def moderation_list() -> Schema:
    """The filters of the moderation queue."""
    return paged({"state": optional("promote_lookup"), "cause": optional("promote_lookup")})


def moderation_decide() -> Schema:
    """A decision about a post of the queue."""
    return {
        "id": required("promote_lookup"),
        "decision": required("promote_lookup"),
        "reason": optional("promote_reason"),
    }


def commitment_list() -> Schema:
    """The filters of the promised dates."""
    return paged({
        "institution": optional("promote_lookup"),
        "dataset": optional("promote_lookup"),
        "state": optional("promote_lookup"),
    })  # fmt: skip


def commitment_keep() -> Schema:
    """A promise and the dataset that keeps it."""
    return {"id": required("promote_lookup"), "dataset": required("promote_lookup")}


def template_create() -> Schema:
    """A text that an institution answers with."""
    return {
        "institution": required("promote_lookup"),
        "title": required("promote_thread_title"),
        "body": required("promote_post_body"),
        "outcome": optional("promote_outcome"),
        "idempotency_key": optional("promote_key"),
    }


def template_update() -> Schema:
    """What can be changed of an answer template."""
    return {
        "id": required("promote_lookup"),
        "title": optional("promote_thread_title"),
        "body": optional("promote_post_body"),
        "outcome": [tk.get_validator("ignore_missing"), tk.get_validator("promote_outcome_or_any")],
    }


def template_list() -> Schema:
    """The templates of an institution."""
    return paged({
        "institution": required("promote_lookup"),
        "outcome": optional("promote_outcome"),
    })  # fmt: skip


def user_block() -> Schema:
    """An account, or a text of somebody, and why he may write no more."""
    return {
        "user": optional("promote_lookup"),
        "post_id": optional("promote_lookup"),
        "reason": required("promote_reason"),
    }


def user_unblock() -> Schema:
    """An account, or somebody without one, who may write again."""
    return {
        "user": optional("promote_lookup"),
        "visitor": optional("promote_lookup"),
        "reason": optional("promote_reason"),
    }


def user_block_list() -> Schema:
    """Which page of those who may write no more."""
    return paged({})


def thing() -> Schema:
    """One thing by its id."""
    return {"id": required("promote_lookup")}


def figures_show() -> Schema:
    """An institution whose response figures are wanted."""
    return {"institution": required("promote_lookup")}
