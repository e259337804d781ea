"""Proof that a visitor's form comes from this site, from a person, and once.

A visitor has no session, so the proof is in the form: a signed token that knows its form, its
subject and its age, and a field that only a program fills in. Nothing is stored until the form is
sent; then the token's nonce is, in the transaction of what was sent. A form that was refused may
be sent again with the same token.
"""
from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

import ckantoolkit as tk
import flask
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.dialects.postgresql import insert

from ckanext.promote import config
from ckanext.promote.base.errors import BadFormToken, FormTokenProblem
from ckanext.promote.base.model import FormNonce, utc_now

HONEYPOT = "second_subject"
"""A field that people do not see, that no browser knows how to fill, and that programs fill in."""

MAX_AGE = dt.timedelta(hours=24)


def issue(form: str, subject: str) -> str:
    """A token for a form about a subject: about 90 characters that fit into a URL."""
    issued_ms = int(utc_now().timestamp() * 1000)
    return str(_serializer(form, subject).dumps([issued_ms, secrets.token_urlsafe(16)]))


def expires_at(token: str, form: str, subject: str) -> dt.datetime:
    """When a token of ours ends.

    :raises BadFormToken: when it is none for this form and subject
    """
    return _read(token, form, subject)[0] + MAX_AGE


def check(context: Mapping[str, Any], token: Any, form: str, subject: str) -> None:
    """Accept a token, once. Its nonce is stored in the open transaction; nothing is committed.

    Ask for an earlier result by idempotency key before: a form that is sent twice is no new one.

    :param subject: the text for which the token was issued: an id or a name, as it came
    :raises BadFormToken: when it came too quickly or too late, is for another form or subject,
        or was used; the sentence says what to do
    """
    if _is_from_another_site():
        raise _refusal("wrong")
    issued_at, nonce = _read(token, form, subject)
    age = utc_now() - issued_at
    if age < dt.timedelta(seconds=config.form_min_seconds()):
        raise _refusal("quick")
    if age > MAX_AGE:
        raise _refusal("old")
    kept = insert(FormNonce).values(nonce=nonce, expires_at=issued_at + MAX_AGE)
    stored = context["session"].execute(
        kept.on_conflict_do_nothing(index_elements=["nonce"]).returning(FormNonce.nonce)
    )
    if stored.first() is None:
        raise _refusal("used")


def check_honeypot(data: Mapping[str, Any]) -> None:
    """Refuse what a program filled in.

    :raises BadFormToken: when the field that people do not see has a value
    """
    if data.get(HONEYPOT):
        raise _refusal("wrong")


def again(token: Any, form: str, subject: str, error: Exception | None = None) -> str:
    """The token for a form that comes back to be corrected: the same one while it is of use.

    A new token would have to grow old enough first, and people correct a word in a second.

    :param error: why the form comes back, if that is known
    """
    lost = isinstance(error, BadFormToken) and error.problem != "quick"
    try:
        is_fresh = _read(token, form, subject)[0] + MAX_AGE / 2 > utc_now()
    except BadFormToken:
        is_fresh = False
    return token if is_fresh and not lost else issue(form, subject)


def _is_from_another_site() -> bool:
    """Whether a browser says that the page of another site made it send this."""
    if not flask.has_request_context():
        return False
    return flask.request.headers.get("Sec-Fetch-Site") == "cross-site"


def _serializer(form: str, subject: str) -> URLSafeSerializer:
    """Signs with CKAN's key. Form and subject are not in the token, but in its signature."""
    return URLSafeSerializer(
        tk.config["SECRET_KEY"],
        salt=f"ckanext-promote form token|{len(form)}|{form}|{subject}",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )


def _read(token: Any, form: str, subject: str) -> tuple[dt.datetime, str]:
    """When a token was issued, and its nonce."""
    if not isinstance(token, str) or len(token) > 500:
        raise _refusal("wrong")
    try:
        issued_ms, nonce = _serializer(form, subject).loads(token)
    except (BadData, UnicodeError):
        raise _refusal("wrong") from None
    return dt.datetime.fromtimestamp(issued_ms / 1000, dt.timezone.utc), nonce


def _refusal(problem: FormTokenProblem) -> BadFormToken:
    sentences = {
        "quick": tk._(
            "This was sent very quickly, as programs do. Wait a few seconds and send it again."
        ),
        "old": tk._("This form was open for more than a day. Send it again."),
        "wrong": tk._("It is not certain that this form comes from this page. Send it again."),
        "used": tk._("This form was sent already. To send something new, send it again."),
    }
    return BadFormToken(problem, sentences[problem])
