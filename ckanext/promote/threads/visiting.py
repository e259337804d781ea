"""What people without an account write: it waits until they open the link in the mail."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import ckantoolkit as tk
from ckan import model
from sqlalchemy.exc import IntegrityError

from ckanext.promote.base import (
    active_policy,
    emails,
    idempotency,
    limits,
    mail,
    tokens,
    visitors,
)
from ckanext.promote.base.model import Visitor, commit, new_id
from ckanext.promote.threads import (
    authors,
    opening,
    post_queries,
    posting,
    rules,
    thread_mail,
    words,
)
from ckanext.promote.threads.authors import Author
from ckanext.promote.threads.loading import Loaded
from ckanext.promote.threads.model import Post, Thread
from ckanext.promote.threads.opening import Asked
from ckanext.promote.threads.posting import Text

WRITE = "post.create"
THREAD_FORM = "thread"
POST_FORM = "post"

Made = TypeVar("Made", Thread, Post)


def begin(context: Any, asked: Asked, data: Mapping[str, Any]) -> Thread:
    """Keep a visitor's thread until he confirms it, and commit.

    The mail goes out before the commit: when the server does not take it, nothing is stored, and
    the same form can be sent again.

    :raises ValidationError: with a sentence for each wrong field; nothing is stored
    :raises RateLimited: when this person or network sent too many
    """
    thread_id = new_id()

    def make(visitor: Visitor) -> Thread:
        return opening.by_visitor(context, asked, data, visitor, thread_id)

    made = _once(context, data, (THREAD_FORM, data["subject_id"]), ("thread", thread_id), make)
    if made is not None:
        return made
    found = model.Session.get(Thread, _earlier(context, "thread", data) or "")
    if found is None:
        raise tk.ObjectNotFound
    return found


def reply(context: Any, loaded: Loaded, data: Mapping[str, Any]) -> Post:
    """Keep a visitor's reply until he confirms it, and commit.

    :raises ValidationError: with a sentence for each wrong field; nothing is stored
    :raises RateLimited: when this person or network sent too many
    """
    post_id = new_id()

    def make(visitor: Visitor) -> Post:
        author = Author(None, visitor.id, authors.checked_name(data.get("author_name")))
        parent = posting.parent_of(loaded, model.Session, data)
        text = Text(data["body"], rules.PENDING, parent=parent, post_id=post_id)
        return posting.add(context, loaded.thread, author, text, rules.REPLY)

    made = _once(context, data, (POST_FORM, data["thread_id"]), ("post", post_id), make)
    if made is not None:
        return made
    found = post_queries.post(model.Session, _earlier(context, "post", data) or "")
    if found is None:
        raise tk.ObjectNotFound
    return found


def _once(
    context: Any,
    data: Mapping[str, Any],
    form: tuple[str, str],
    subject: tuple[str, str],
    make: Callable[[Visitor], Made],
) -> Made | None:
    """Make it; None when the same request was made before."""
    email = data.get("author_email")
    limits.count(context, WRITE, who=email if isinstance(email, str) else "")
    tokens.check_honeypot(data)
    if _earlier(context, subject[0], data) is not None:
        return None
    try:
        tokens.check(context, data.get("form_token"), *form)
        visitor = _visitor(data)
        made = make(visitor)
        if not visitors.is_blocked(visitor):
            secret = visitors.make_token(model.Session, visitor, "confirm", subject)
            thread_mail.ask_to_confirm_text(visitor, secret)
        idempotency.remember(context, f"visitor.{subject[0]}", data, subject[1])
        commit(context)
    except mail.MailFailed:
        model.Session.rollback()
        raise tk.ValidationError({"author_email": [mail.failed_sentence()]}) from None
    except rules.Refused as err:
        model.Session.rollback()
        raise words.not_now(err) from err
    except IntegrityError:
        model.Session.rollback()
        if _earlier(context, subject[0], data) is None:
            raise
        return None
    except BaseException:
        model.Session.rollback()
        raise
    return made


def _earlier(context: Any, kind: str, data: Mapping[str, Any]) -> str | None:
    return idempotency.earlier_result(context, f"visitor.{kind}", data)


def _visitor(data: Mapping[str, Any]) -> Visitor:
    """The person of a form.

    :raises ValidationError: with all that is wrong with name and address
    """
    errors: dict[str, list[str]] = {}
    name = ""
    try:
        name = authors.checked_name(data.get("author_name"))
    except tk.ValidationError as err:
        errors["author_name"] = err.error_dict["author_name"]  # type: ignore[assignment] -- ours
    address = data.get("author_email")
    problem = emails.problem_of(emails.one_form(address) if isinstance(address, str) else "")
    if problem:
        errors["author_email"] = [problem]
    if errors:
        raise tk.ValidationError(errors)
    return visitors.find_or_make(
        model.Session, address, name=name, language=active_policy.language(),
        privacy_version=str(data.get("privacy_version") or "")[:40],
    )  # fmt: skip
