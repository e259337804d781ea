"""Render again what an older renderer made."""
from __future__ import annotations

from ckanext.promote.base import markdown


def rendered_again(source: str, html: str) -> str:
    """The HTML of a text, made now; what there was, when the text is refused by now."""
    try:
        return markdown.render(source).html if source else ""
    except markdown.MarkdownTooComplex:
        return html
