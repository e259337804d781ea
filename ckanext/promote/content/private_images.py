"""Images that lie outside the public folder: who may read the text may see them."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base import files, uploads
from ckanext.promote.base.access import not_found


def readable(context: dict[str, Any], name: str) -> tuple[Path, str]:
    """Where the image of a name lies, and its MIME type, for a reader who may see it.

    :raises ObjectNotFound: when it is missing, or not for this reader
    """
    row = files.find(model.Session, uploads.private_id(name))
    if row is None or row.kind != "image" or row.extension not in uploads.MIME:
        raise not_found()
    if row.subject_type != "content":
        raise not_found()
    # Its history is for those who have a part in the content; so are texts on their way.
    tk.check_access("promote_content_history", context, {"id": row.subject_id})
    path = files.path(row)
    if not path.is_file():
        raise not_found()
    return path, uploads.MIME[row.extension]
