"""Marks for the extractor."""
from __future__ import annotations


def N_(message: str) -> str:
    """Mark a text for translation where it is declared; it is translated where it is shown."""
    return message
