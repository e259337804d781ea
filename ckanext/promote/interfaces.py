"""What other extensions can bring: content types of their own."""
from __future__ import annotations

from typing import TYPE_CHECKING

from ckan.plugins import Interface

if TYPE_CHECKING:
    from ckanext.promote.content.description import ContentType


class IPromote(Interface):
    """Extend ckanext-promote from another plugin."""

    def promote_content_types(self) -> list[ContentType]:
        """Content types to add to ours. A name that is taken is an error at start.

        They are on as soon as the plugin is loaded; the option ``ckanext.promote.types`` may
        name them to choose another package type or path.
        """
        return []
