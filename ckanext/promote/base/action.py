"""Actions that belong to no feature."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.promote.base import schema, tokens
from ckanext.promote.base.schema import validated


@tk.side_effect_free
def promote_form_token_show(context: Any, data_dict: dict[str, Any]) -> dict[str, str]:
    """What a visitor's form needs to be sent through the API, as its page has it.

    Send ``form_token`` with the form, not before three seconds have passed (unless the portal
    says otherwise) and within a day, once. Leave the field that ``honeypot`` names empty.

    :param form: name of the form, such as ``submission``
    :param subject_id: id or name of what it is about, written as in the form; nothing if it is
        about nothing
    :returns: ``{"form_token", "expires_at", "honeypot"}``
    """
    data = validated(schema.form_token_show, data_dict)
    tk.check_access("promote_form_token_show", context, data)
    form, subject = data["form"], data.get("subject_id", "")
    token = tokens.issue(form, subject)
    return {
        "form_token": token,
        "expires_at": tokens.expires_at(token, form, subject).isoformat(),
        "honeypot": tokens.HONEYPOT,
    }
