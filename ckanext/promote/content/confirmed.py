"""What happens when a visitor opens the link in his mail: the proposal goes to the review."""
from __future__ import annotations

import logging
from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base import confirming, mail, visitors
from ckanext.promote.base.confirming import Confirmed
from ckanext.promote.base.model import Visitor
from ckanext.promote.content import loading, proposal_mail, review, rules, versions

log = logging.getLogger(__name__)


def confirm_content(context: dict[str, Any], visitor: Visitor, content_id: str) -> Confirmed:
    """Send a visitor's draft to the review, and give him his personal link to it.

    :raises ObjectNotFound: when it is gone
    """
    loaded = loading.load(context, content_id, visitor.id)
    if loaded.newest is None or loaded.newest.visitor_id != visitor.id:
        raise tk.ObjectNotFound
    made = loaded.newest
    if made.state == rules.DRAFT:
        versions.record(context, "content.confirm", made)
        made = review.submit(context, loaded, {})
    secret = visitors.make_token(model.Session, visitor, "access", ("content", content_id))
    url = tk.h.url_for("promote_submit.proposal", token=secret, _external=True)
    try:
        proposal_mail.tell_personal_link(visitor, made, url)
    except mail.MailFailed:
        # The page itself has the link, and the proposal must not wait for a mail server.
        log.warning("the personal link of a proposal could not be mailed")
    return {
        "title": tk._("Your proposal is in the review"),
        "message": tk._(
            "Thank you. Keep the next page's address: there you see where your proposal stands, "
            "and correct it when you are asked to."
        ),
        "url": url,
    }


confirming.handlers["content"] = confirm_content
