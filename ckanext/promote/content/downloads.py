"""The counter in front of an app's addresses: who is sent where, and who counts.

Each visitor counts once a day and platform. Who that was is kept as a hash with the day's salt,
and goes with it; programs that say that they are programs do not count, and are sent on all the
same.
"""
from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

import ckantoolkit as tk
from ckan import model
from sqlalchemy.exc import SQLAlchemyError

from ckanext.promote.base.model import commit, utc_now
from ckanext.promote.base.network import client_address, who_hash
from ckanext.promote.content import download_queries, loading
from ckanext.promote.content.cleaning_values import Wrong, clean_address
from ckanext.promote.content.description import ContentType
from ckanext.promote.content.vocabulary import PLATFORMS

log = logging.getLogger(__name__)

PAGE = "download"
"""What a content type has among its ``pages`` when its addresses are counted."""
KEPT_PLATFORMS = frozenset(name for name, _ in PLATFORMS)

ROBOT = re.compile(
    r"(?<!cu)bots?\b|crawl|spider|slurp|archiver|preview|externalhit|externalagent|whatsapp/|"
    r"embedly|mediapartners|feedfetcher|google-read-aloud|googleother|google-inspectiontool|"
    r"lighthouse|headlesschrome|pingdom|uptime|monitoring|link.?check|validator|ckanext-promote",
    re.IGNORECASE,
)
"""How programs call themselves that read the web for themselves. Programs that people download
with (curl, wget) are none of them, and Cubot makes phones."""


def are_counted(declaration: ContentType) -> bool:
    """Whether the addresses of a type's contents are counted."""
    return PAGE in declaration.pages


def target(reference: str, package_type: str, platform: str) -> tuple[str, str] | None:
    """Id of a published app and its address for a platform; None when there is none.

    The address comes from the database alone, and is checked once more.
    """
    if platform not in KEPT_PLATFORMS:
        return None
    found = loading.find(reference)
    if found is None or found.active.package_type != package_type or not found.is_public:
        return None
    try:
        return found.id, clean_address((found.row.data.get("links") or {}).get(platform) or "")
    except Wrong:
        return None


def is_counted(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a request is a person's: no look ahead, and no program's that says so."""
    ahead = " ".join(headers.get(name, "") for name in ("Purpose", "Sec-Purpose", "X-Moz"))
    is_ahead = "prefetch" in ahead.lower() or "preview" in ahead.lower()
    return method == "GET" and not is_ahead and not ROBOT.search(headers.get("User-Agent", ""))


def count(content_id: str, platform: str, agent: str) -> None:
    """Count a download by who asks now, once a day. Commits.

    A counter that cannot be written keeps nobody from his app.
    """
    session = model.Session
    if tk.current_user.is_authenticated:
        who = ("user", tk.current_user.id)
    else:
        who = ("visitor", client_address(), agent)
    try:
        digest = who_hash("download", content_id, platform, *who)
        download_queries.count(session, content_id, platform, utc_now().date(), digest)
        commit({"session": session})
    except SQLAlchemyError:
        session.rollback()
        log.exception("A download of %s for %s was not counted", content_id, platform)


def total(session: Any, declaration: ContentType, content_id: str) -> int | None:
    """All downloads of a content; None when those of its type are not counted."""
    if not are_counted(declaration):
        return None
    return sum(row.count for row in download_queries.totals_of(session, content_id))


def by_platform(session: Any, content_id: str, links: Mapping[str, str]) -> dict[str, Any]:
    """The downloads of a content in all, by platform, and the day of the first one.

    :param links: its addresses now; platforms without a download are there with 0
    """
    rows = download_queries.totals_of(session, content_id)
    counts = {**dict.fromkeys(links, 0), **{row.platform: row.count for row in rows}}
    first = min((row.since for row in rows), default=None)
    return {
        "total": sum(counts.values()),
        "platforms": counts,
        "since": first.isoformat() if first else None,
    }


def forget(session: Any) -> int:
    """Delete who was counted before today; how many there were. Commits nothing."""
    return download_queries.forget_downloaders_before(session, utc_now().date())
