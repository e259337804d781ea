"""Render the texts of published contents again. Nothing here commits."""
from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ckanext.promote.base.markdown import RENDERER_VERSION
from ckanext.promote.base.rendering import rendered_again
from ckanext.promote.content import registry
from ckanext.promote.content.description import ContentType
from ckanext.promote.content.model import Content

AT_ONCE = 100
"""Contents in one run: they are long."""


def render_contents(session: Any) -> int:
    """Render contents whose HTML an older renderer made. How many there were.

    Past the session: nothing of what a content says is changed, and its index entry stays. Contents
    of types that are switched off wait for them.
    """
    types = {each.key: each.declaration for each in registry.active_types()}
    stale = (
        sa.select(Content.id, Content.type, Content.data, Content.html)
        .where(Content.renderer_version < RENDERER_VERSION, Content.type.in_(list(types)))
        .order_by(Content.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    rows = session.execute(stale).all()
    for row in rows:
        values = {"html": _html(types[row.type], row), "renderer_version": RENDERER_VERSION}
        changed = sa.update(Content).where(Content.id == row.id).values(**values)
        session.execute(changed.execution_options(synchronize_session=False))
    return len(rows)


def _html(declaration: ContentType, row: Any) -> dict[str, str]:
    return {
        field.name: rendered_again(source, row.html.get(field.name, ""))
        for field in declaration.markdown_fields
        if (source := row.data.get(field.name))
    }
