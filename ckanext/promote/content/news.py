"""News: a page about something that happened."""
from __future__ import annotations

from ckanext.promote.base.i18n import N_
from ckanext.promote.content.description import ContentType

NEWS = ContentType(
    name="news",
    label=N_("News item"),
    plural=N_("News"),
    new_label=N_("New news item"),
    edit_label=N_("Edit news item"),
    purpose=N_("What is new about the data and those who publish and use them."),
    none_label=N_("No news yet."),
    heading=N_("News about these data"),
    schema_org="NewsArticle",
    body_hint=N_("about one page"),
    fields=(),
)
