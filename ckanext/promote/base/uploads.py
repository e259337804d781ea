"""Published images: written by CKAN's uploader, so that a portal's storage plugin serves them.

Only images that ``base.images`` decoded and wrote anew come here, under a name of our making.
"""
from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import ckantoolkit as tk
from ckan.lib import uploader
from werkzeug.datastructures import FileStorage

from ckanext.promote import config
from ckanext.promote.base.images import Image
from ckanext.promote.base.model import new_id

FOLDER = "promote"
PRIVATE = "private-"
"""What names of files outside the public folder begin with; see ``base.files``."""
MIME = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}


def save_image(image: Image) -> str:
    """Store an image; gives the name under which it is found."""
    name = f"{new_id()}.{image.extension}"
    storage = FileStorage(
        io.BytesIO(image.data), filename=name, content_type=MIME[image.extension]
    )
    data: dict[str, Any] = {"image_url": "", "image_upload": storage}
    upload = uploader.get_uploader(FOLDER)
    upload.update_data_dict(data, "image_url", "image_upload", "clear_upload")
    upload.upload(config.image_max_megabytes() + 1)
    return str(data["image_url"])


def private_name(file_id: str, extension: str) -> str:
    """The name of a private file, in the place of a public one's."""
    return f"{PRIVATE}{file_id}.{extension}"


def private_id(name: Any) -> str:
    """The id of the private file that a name means; empty for every other name."""
    if not isinstance(name, str) or not name.startswith(PRIVATE):
        return ""
    return name.removeprefix(PRIVATE).partition(".")[0]


def image_address(name: str) -> str:
    """The absolute address of a stored image; empty when there is none."""
    if not name:
        return ""
    if name.startswith(PRIVATE):
        return str(tk.h.url_for("promote_review.private_file", name=name, _external=True))
    return str(tk.h.url_for_static(f"uploads/{FOLDER}/{name}", qualified=True, locale="default"))


def image_name(address: Any) -> str:
    """The stored name in an address of ours, or in a bare name."""
    if not isinstance(address, str):
        return ""
    return urlsplit(address).path.rpartition("/")[2]


def is_upload(value: Any) -> bool:
    """Whether a value is a file that was sent (an empty file field of a form is none)."""
    return hasattr(value, "stream") and bool(getattr(value, "filename", ""))


def uploads_of(data: Mapping[str, Any], key: str) -> list[Any]:
    """The files under a key: none, one, or several."""
    value = data.get(key)
    values = value if isinstance(value, (list, tuple)) else [value]
    return [each for each in values if is_upload(each)]
