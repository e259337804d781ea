"""People without an account: known by an e-mail address that they confirm, acting by a link.

The secret of a link is told once, in a mail; only its SHA-256 is stored. A ``confirm`` link is used
once, within two days. An ``access`` link lets its visitor act on one subject for a year, until it
is revoked. Nothing here commits, and nothing here answers differently for an address that is known
already.
"""
from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import Any, Literal

import ckantoolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from ckanext.promote.base import emails
from ckanext.promote.base.model import Visitor, VisitorToken, new_id, utc_now

Purpose = Literal["confirm", "access"]
TokenProblem = Literal["unknown", "expired", "used", "revoked"]

LIFETIMES: dict[Purpose, dt.timedelta] = {
    "confirm": dt.timedelta(hours=48),
    "access": dt.timedelta(days=365),
}
REMEMBERED = dt.timedelta(days=30)
"""How long an expired link is still told from one that never was."""

UNSEEN = {"synchronize_session": False}
"""For statements whose rows nobody reads again in this session, or reads anew."""


class BadToken(tk.ObjectNotFound):
    """A link that does not do. ``problem`` says why, the message too; whose it was is not told."""

    def __init__(self, problem: TokenProblem) -> None:
        sentences = {
            "unknown": tk._("This link is not known here. Check that its address is whole."),
            "expired": tk._("This link has expired. Send your text again to get a new one."),
            "used": tk._("This link was used already. Nothing more has to be done."),
            "revoked": tk._("This link was withdrawn and works no more."),
        }
        super().__init__(sentences[problem])
        self.problem = problem


def find_or_make(
    session: Any, email: Any, *, name: str = "", language: str = "es", privacy_version: str = ""
) -> Visitor:
    """The visitor of an e-mail address, made if there is none. Two statements, known or not.

    Until the address is confirmed, the last one who gave it says name and language; afterwards
    they stay, since anybody can type somebody's address.

    :raises ValidationError: on ``author_email``, when it is no e-mail address
    """
    address = emails.one_form(email) if isinstance(email, str) else ""
    problem = emails.problem_of(address)
    if problem:
        raise tk.ValidationError({"author_email": [problem]})
    said = {"name": name, "language": language, "privacy_version": privacy_version}
    made = insert(Visitor).values(id=new_id(), email=address, created_at=utc_now(), **said)
    session.execute(
        made.on_conflict_do_update(
            index_elements=["email"], set_=said, where=Visitor.confirmed_at.is_(None)
        )
    )
    found = sa.select(Visitor).where(Visitor.email == address)
    # The row may have been read before it was changed.
    return session.execute(found.execution_options(populate_existing=True)).scalar_one()


def block(session: Any, visitor: Visitor) -> None:
    """Let a visitor write no more, and none of his links work."""
    visitor.blocked_at = utc_now()
    session.flush()


def unblock(session: Any, visitor: Visitor) -> None:
    """Let a visitor write again; links that have not expired work again."""
    visitor.blocked_at = None
    session.flush()


def is_blocked(visitor: Visitor) -> bool:
    """Whether a visitor was blocked. He gets the same answers as others, and no mail."""
    return visitor.blocked_at is not None


def make_token(
    session: Any, visitor: Visitor, purpose: Purpose, subject: tuple[str, str]
) -> str:
    """The secret of a new link: 43 characters that fit into a URL.

    :param subject: type and id of what it confirms or gives access to
    """
    secret = secrets.token_urlsafe(32)
    now = utc_now()
    token = VisitorToken(
        digest=digest_of(secret),
        visitor_id=visitor.id,
        purpose=purpose,
        subject_type=subject[0],
        subject_id=subject[1],
        created_at=now,
        expires_at=now + LIFETIMES[purpose],
    )
    session.add(token)
    session.flush()
    return secret


def read_token(session: Any, secret: Any, purpose: Purpose) -> tuple[Visitor, VisitorToken]:
    """The visitor and the token of a link that works now. One statement; changes nothing.

    The token has ``subject_type`` and ``subject_id``.

    :raises BadToken: ``unknown`` (also: for another purpose, of a blocked visitor), ``used``,
        ``revoked`` or ``expired``
    """
    if not isinstance(secret, str) or not 20 <= len(secret) <= 200:
        raise BadToken("unknown")
    row = session.execute(
        sa.select(Visitor, VisitorToken)
        .join(VisitorToken, VisitorToken.visitor_id == Visitor.id)
        .where(VisitorToken.digest == digest_of(secret), VisitorToken.purpose == purpose)
        .execution_options(populate_existing=True)
    ).first()
    if row is None or is_blocked(row.Visitor):
        raise BadToken("unknown")
    token = row.VisitorToken
    if token.used_at is not None:
        raise BadToken("used")
    if token.revoked_at is not None:
        raise BadToken("revoked")
    if token.expires_at <= utc_now():
        raise BadToken("expired")
    return row.Visitor, token


def use_token(session: Any, secret: Any) -> tuple[Visitor, VisitorToken]:
    """Use a ``confirm`` link up, and take its visitor's address as confirmed.

    Of two that use it at once, one succeeds: the other waits for him, and finds it used.

    :raises BadToken: as ``read_token``
    """
    visitor, token = read_token(session, secret, "confirm")
    now = utc_now()
    used = session.execute(
        sa.update(VisitorToken)
        .where(VisitorToken.digest == token.digest, VisitorToken.used_at.is_(None))
        .values(used_at=now)
        .execution_options(**UNSEEN)
    )
    if used.rowcount != 1:
        raise BadToken("used")
    session.execute(
        sa.update(Visitor)
        .where(Visitor.id == visitor.id, Visitor.confirmed_at.is_(None))
        .values(confirmed_at=now)
        .execution_options(**UNSEEN)
    )
    session.refresh(visitor)
    session.refresh(token)
    return visitor, token


def revoke_tokens(
    session: Any, visitor_id: str, subject: tuple[str, str] | None = None
) -> int:
    """Let a visitor's links work no more: those to one subject, or all. How many there were."""
    statement = sa.update(VisitorToken).where(
        VisitorToken.visitor_id == visitor_id, VisitorToken.revoked_at.is_(None)
    )
    if subject is not None:
        statement = statement.where(
            VisitorToken.subject_type == subject[0], VisitorToken.subject_id == subject[1]
        )
    done = session.execute(statement.values(revoked_at=utc_now()).execution_options(**UNSEEN))
    return done.rowcount


def sent_sentence() -> str:
    """What everybody is told who gave an address, whether it is known, blocked, or new."""
    hours = int(LIFETIMES["confirm"].total_seconds() // 3600)
    return tk._(
        "We have sent a message to the address that you gave. Open the link in it within {hours} "
        "hours to confirm that it was you. If nothing arrives, look among unwanted mail, and check "
        "that the address was right."
    ).format(hours=hours)


def forget_old_tokens(session: Any) -> int:
    """Delete links long expired, and addresses that were never confirmed and have none left."""
    long_ago = utc_now() - REMEMBERED
    old = sa.delete(VisitorToken).where(VisitorToken.expires_at < long_ago)
    never_confirmed = sa.delete(Visitor).where(
        Visitor.confirmed_at.is_(None),
        Visitor.blocked_at.is_(None),
        Visitor.created_at < long_ago,
        ~sa.exists().where(VisitorToken.visitor_id == Visitor.id),
    )
    done = session.execute(old.execution_options(**UNSEEN))
    session.execute(never_confirmed.execution_options(**UNSEEN))
    return done.rowcount


def digest_of(secret: str) -> str:
    """What of a secret is stored: its SHA-256, in hexadecimal."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
