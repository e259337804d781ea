"""The mails to people without an account: plain text, in their language."""
from __future__ import annotations

import ckantoolkit as tk

from ckanext.promote.base import active_policy, confirming, mail
from ckanext.promote.base.model import Visitor
from ckanext.promote.threads import rules
from ckanext.promote.threads.model import Thread


def _portal_name() -> str:
    return str(tk.config.get("ckan.site_title") or tk.config.get("ckan.site_url"))


def ask_to_confirm_text(visitor: Visitor, secret: str) -> None:
    """Mail the link that confirms a question or a reply.

    :raises MailFailed: when the mail server does not take it
    """
    # No word of the text: anybody can type somebody's address, and write what he likes.
    body = tk._(
        "Somebody, probably you, wrote in a conversation on {portal} with this e-mail address.\n\n"
        "Open this link within two days to confirm it:\n{url}\n\n"
        "If it was not you, do nothing: it is not shown to anybody."
    ).format(portal=_portal_name(), url=confirming.url_of(secret, active_policy.language()))
    mail.send(visitor.email, tk._("Confirm what you wrote"), body + "\n")


def tell_link(visitor: Visitor, thread: Thread, url: str) -> None:
    """Mail the personal link, with which he goes on with the conversation.

    :raises MailFailed: when the mail server does not take it
    """
    number = rules.number_of(thread.year, thread.number)
    body = tk._(
        "Thank you. Your text in the conversation {number} was received.\n\n"
        "With this link you read the answer, explain what you mean, say whether it helped, and "
        "withdraw what you asked. It is for you alone, and works for a year:\n{url}"
    ).format(number=number, url=url)
    subject = tk._("Your conversation {number}").format(number=number)
    mail.send(visitor.email, subject, body + "\n")


def personal_url(thread: Thread, secret: str, language: str = "") -> str:
    """The whole address of a thread's page, for one visitor.

    :param language: in which he reads it; that of the request when it is left out
    """
    return f"{page_url(thread.id, language)}?access_token={secret}"


def page_url(thread_id: str, language: str = "") -> str:
    """The whole address of a thread's page."""
    locale = language or active_policy.language()
    return str(tk.h.url_for(f"/feedback/{thread_id}", locale=locale, _external=True))
