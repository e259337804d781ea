"""What an e-mail address looks like."""
from __future__ import annotations

import re

import ckantoolkit as tk

from ckanext.promote.base.text import clean_line

EMAIL = re.compile(r"[^@\s<>\"'(),:;\\\[\]]{1,64}@(?=.{4,253}$)([\w-]{1,63}\.)+[\w-]{2,63}")
"""What a browser's e-mail field accepts, with a dot in the domain."""


def problem_of(value: str) -> str:
    """Why a text is no e-mail address, as a translated sentence; empty when it is one."""
    if EMAIL.fullmatch(value) and value.isprintable():
        return ""
    return tk._("“{value}” is not an e-mail address. Write it like name@example.org.").format(
        value=value[:80]
    )


def one_form(value: str) -> str:
    """An address in the one form in which it is looked up: in lower case, no blanks around."""
    return clean_line(value).lower()
