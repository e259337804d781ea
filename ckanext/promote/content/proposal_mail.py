"""The mails of a proposal, in its author's language: plain text, no address but his own."""
from __future__ import annotations

import ckantoolkit as tk

from ckanext.promote.base import confirming, mail
from ckanext.promote.base.model import Visitor
from ckanext.promote.content.model import ContentVersion


def language() -> str:
    """The language in which this reader is written to."""
    try:
        return str(tk.h.lang())
    except RuntimeError:
        return str(tk.config.get("ckan.locale_default") or "en")


def portal() -> str:
    """What this portal is called."""
    return str(tk.config.get("ckan.site_title") or tk.config.get("ckan.site_url"))


def ask_to_confirm(visitor: Visitor, secret: str) -> None:
    """Mail the link that confirms a proposal.

    :raises MailFailed: when the mail server does not take it
    """
    subject = tk._("Confirm your proposal")
    # No word of the proposal: anybody can type somebody's address, and write what he likes.
    body = tk._(
        "Somebody, probably you, proposed a content on {portal} with this e-mail address.\n\n"
        "Open this link within two days to confirm it:\n{url}\n\n"
        "If it was not you, do nothing: it is not shown to anybody."
    ).format(portal=portal(), url=confirming.url_of(secret, language()))
    mail.send(visitor.email, subject, body + "\n")


def tell_personal_link(visitor: Visitor, made: ContentVersion, url: str) -> None:
    """Mail the link with which the author follows and corrects his proposal.

    :raises MailFailed: when the mail server does not take it
    """
    subject = tk._("Your proposal “{title}” was received").format(title=made.title)
    body = tk._(
        "Thank you. Your proposal “{title}” is in the review.\n\n"
        "With this link you see where it stands, and correct it when you are asked to. It is for "
        "you alone, and works for a year:\n{url}"
    ).format(title=made.title, url=url)
    mail.send(visitor.email, subject, body + "\n")
