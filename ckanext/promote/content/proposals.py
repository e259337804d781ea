"""What is proposed: a draft, made once however often the request comes.

People with an account keep drafts. A visitor sends a whole proposal with his name and address, and
it reaches the review when he has opened the link in the mail.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import ckantoolkit as tk
from ckan import model
from sqlalchemy.exc import IntegrityError

from ckanext.promote.base import emails, idempotency, limits, mail, text, tokens, visitors
from ckanext.promote.base.model import commit
from ckanext.promote.content import drafts, package_input, proposal_mail, review_queries
from ckanext.promote.content.model import ContentVersion
from ckanext.promote.content.registry import ActiveType

CREATE = "content.create"
FORM = "submission"
"""The name of the form, as `promote_form_token_show` wants it; it is about no subject."""
NAME_MAX = 200
PERSON_KEYS = ("author_name", "author_email", "form_token", "privacy_version", tokens.HONEYPOT)


@dataclass(frozen=True)
class Given:
    """What a create was asked for: the content, and who says that he is its author."""

    content: dict[str, Any]
    person: dict[str, Any] = field(default_factory=dict)
    is_draft: bool = False


def split(data_dict: Mapping[str, Any], is_visitor: bool) -> Given:
    """Tell the content's fields from what is said of its author, and from ``draft``.

    For people with an account there is nothing to say of the author: such keys are unknown then.
    """
    content = {key: value for key, value in data_dict.items() if key != "draft"}
    person = {key: content.pop(key, None) for key in PERSON_KEYS} if is_visitor else {}
    return Given(content, person, str(data_dict.get("draft")).strip().lower() in ("true", "1"))


def create_once(context: Any, active: ActiveType, raw: Mapping[str, Any]) -> ContentVersion:
    """Make a draft and commit; the same request again gives the content that was made.

    :raises ValidationError: with a sentence for each wrong field; nothing is stored
    """
    context.setdefault("session", model.Session)
    if not raw.get("owner_org"):
        limits.count(context, CREATE)  # an institution's people write as much as they have to say
    made = _earlier(context, raw)
    if made is not None:
        return made
    try:
        made = drafts.begin(context, active, raw)
        idempotency.remember(context, CREATE, raw, made.content_id)
        commit(context)
    except IntegrityError:
        # Somebody else's request won: the same one, or one with the same name.
        model.Session.rollback()
        made = _earlier(context, raw)
        if made is None:
            raise tk.ValidationError(
                {"name": [tk._("This name was taken a moment ago. Send it again.")]}
            ) from None
    except tk.ValidationError:
        model.Session.rollback()
        raise
    return made


def create_by_visitor(context: Any, active: ActiveType, given: Given) -> ContentVersion:
    """Make a visitor's proposal, mail him the link that confirms it, and commit.

    The mail goes out before the commit: when the server does not take it, nothing is stored, and
    the same form can be sent again.

    :raises ValidationError: with a sentence for each wrong field; nothing is stored
    :raises RateLimited: when this person or network sent too many
    """
    context.setdefault("session", model.Session)
    session, person = context["session"], given.person
    email = person.get("author_email")
    limits.count(context, CREATE, who=email if isinstance(email, str) else "")
    tokens.check_honeypot(person)
    name = _name_of(person)
    raw = dict(given.content)
    if name and not raw.get("authors"):
        raw["authors"] = [name]
    try:
        tokens.check(context, person.get("form_token"), FORM, "")
        _refuse_problems(person, name, drafts.problems_of(context, active, raw))
        visitor = visitors.find_or_make(
            session, email, name=name, language=proposal_mail.language(),
            privacy_version=str(person.get("privacy_version") or "")[:40],
        )  # fmt: skip
        made = drafts.begin(context, active, raw, visitor)
        if not visitors.is_blocked(visitor):
            secret = visitors.make_token(session, visitor, "confirm", ("content", made.content_id))
            proposal_mail.ask_to_confirm(visitor, secret)
        commit(context)
    except mail.MailFailed:
        session.rollback()
        raise tk.ValidationError({"author_email": [mail.failed_sentence()]}) from None
    except (tk.ValidationError, IntegrityError):
        session.rollback()
        raise
    return made


def _name_of(person: Mapping[str, Any]) -> str:
    """The name that a visitor gives himself; empty when it cannot be one."""
    value = person.get("author_name")
    name = text.clean_line(value) if isinstance(value, str) else ""
    return name if len(name) <= NAME_MAX else ""


def _refuse_problems(
    person: Mapping[str, Any], name: str, problems: dict[str, list[str]]
) -> None:
    """Say at once all that is wrong with a proposal: with the content, and with its author."""
    if not name:
        message = tk._("Give your name or your initials, at most {max} characters.")
        problems["author_name"] = [message.format(max=NAME_MAX)]
    email = person.get("author_email")
    problem = emails.problem_of(emails.one_form(email) if isinstance(email, str) else "")
    if problem:
        problems["author_email"] = [problem]
    package_input.refuse(problems)


def content_of(access_token: str) -> str:
    """Id of the content that a personal link leads to.

    :raises ObjectNotFound: with a sentence, when the link does not do
    """
    _, token = visitors.read_token(model.Session, access_token, "access")
    if token.subject_type != "content":
        raise tk.ObjectNotFound
    return str(token.subject_id)


def _earlier(context: Any, raw: Mapping[str, Any]) -> ContentVersion | None:
    earlier = idempotency.earlier_result(context, CREATE, raw)
    if earlier is None:
        return None
    found = review_queries.newest_locked(model.Session, earlier)
    if found is None:
        idempotency.forget(context, CREATE, raw)
    return found
