"""Whether a visitor's text looks like advertising: many links, or shouting. Pure: no CKAN.

What is suspicious is held back until somebody has read it; nothing is refused for it.
"""
from __future__ import annotations

import re

MOST_LINKS = 3
SHORT_TEXT_LETTERS = 40
SHOUTED_SHARE = 0.7

_LINK = re.compile(r"\b(?:https?|ftp)\s*:\s*//|(?<![/\w])www\.", re.IGNORECASE)
"""Where a link begins, in whatever markup; ``https://www.`` is one."""


def links_in(text: str) -> int:
    """How many links a text has."""
    return len(_LINK.findall(text))


def is_shouted(text: str) -> bool:
    """Whether most of a text is in capital letters; a few words may be (INEGI, CURP)."""
    letters = [char for char in text if char.isalpha() and char.lower() != char.upper()]
    if len(letters) < SHORT_TEXT_LETTERS:
        return False
    return sum(char.isupper() for char in letters) > SHOUTED_SHARE * len(letters)


def is_suspicious(*texts: str) -> bool:
    """Whether somebody should read these texts of one visitor before they are shown."""
    return sum(map(links_in, texts)) > MOST_LINKS or any(map(is_shouted, texts))
