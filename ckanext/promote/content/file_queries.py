"""SQL about the private files of contents: values in, rows out, each for one purpose."""
from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ckanext.promote.base.model import PrivateFile
from ckanext.promote.content.model import Content, ContentVersion


def named_ids(session: Any, prefix: str) -> set[str]:
    """Ids of the files that a published text or any version of it still names.

    Each file is looked for in the texts of its own content alone.

    :param prefix: what the name of a private file begins with, before its id
    """
    name = sa.func.concat(prefix, PrivateFile.id)
    in_text = sa.exists().where(
        Content.id == PrivateFile.subject_id,
        sa.func.strpos(sa.cast(Content.data, sa.Text), name) > 0,
    )
    in_version = sa.exists().where(
        ContentVersion.content_id == PrivateFile.subject_id,
        sa.func.strpos(sa.cast(ContentVersion.values, sa.Text), name) > 0,
    )
    statement = sa.select(PrivateFile.id).where(
        PrivateFile.subject_type == "content", sa.or_(in_text, in_version)
    )
    return set(session.execute(statement).scalars())
