"""How often apps were downloaded. Only their pages count."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base.access import not_found
from ckanext.promote.base.schema import validated
from ckanext.promote.content import downloads, loading, schema


@tk.side_effect_free
def promote_app_download_count(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """How often an app was downloaded: each visitor once a day and platform.

    :param id: id or name of the app
    :returns: ``{"total", "platforms", "since"}``: in all, by platform, and the day of the first
        one (none before that: null)
    """
    data = validated(schema.content_reference, data_dict)
    loaded = loading.load_for_action(context, data)
    tk.check_access("promote_app_download_count", context, data)
    if loaded.row is None or not downloads.are_counted(loaded.active.declaration):
        raise not_found()
    links = loaded.row.data.get("links") or {}
    return downloads.by_platform(model.Session, loaded.id, links)
