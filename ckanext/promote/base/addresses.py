"""What an address on the web looks like that people may link."""
from __future__ import annotations

import re
from urllib.parse import urlsplit

import ckantoolkit as tk

_UNSAFE = re.compile(r"[\s<>\"\\]")


def problem_of_link(value: str) -> str:
    """Why a text is no web address, as a translated sentence; empty when it is one.

    http or https, with a host and without user or password.
    """
    try:
        parts = urlsplit(value)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        parts, host = None, None
    if parts is None or parts.scheme.lower() not in ("http", "https") or not host:
        return tk._(
            "“{value}” is not an address that can be linked. Write it whole, beginning with "
            "https:// or http://."
        ).format(value=value[:80])
    if "@" in parts.netloc or _UNSAFE.search(value):
        return tk._(
            "The address “{value}” has a user name, blanks or quotes in it. Remove them."
        ).format(value=value[:80])
    return ""
