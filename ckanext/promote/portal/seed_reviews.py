"""What the accounts of the demonstration have under way, and what its central team shows first.

Needs the accounts in their institutions, so it comes after `seed`. Each entry is one step of the
review through the actions, by the person who would take it; what is there, by its name, is left.
"""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ckantoolkit as tk

from ckanext.promote.portal.demo import Review, covers, load_reviews
from ckanext.promote.portal.seed import explained, upload

CENTRAL = "central"
FEATURED = (
    "siete-horas-de-ventaja", "la-receta-que-sale-completa", "agua-limpia-a-la-hora-del-recreo",
)  # fmt: skip


def seed_reviews(
    reviews: Sequence[Review] | None = None, featured: Sequence[str] = FEATURED
) -> int:
    """Bring them in; how many there were to make.

    :param reviews: what to bring in; all of the demonstration's by default
    :param featured: names of the contents that are shown first, where nothing is yet
    :raises SeedError: when an action refuses
    """
    made = 0
    for review in load_reviews() if reviews is None else reviews:
        with explained(review.name):
            made += _is_new(review) and bool(_bring(review))
    if not _call(CENTRAL, "promote_featured_list")["items"]:
        with explained("featured"):
            _call(CENTRAL, "promote_featured_update", items=list(featured))
    return made


def _bring(review: Review) -> str:
    """Write the text as its writer, and take it as far as its entry says; its id."""
    data: dict[str, Any] = dict(review.content)
    if review.motif:
        picture = covers.cover(review.motif, data["sector"])
        data["cover_upload"] = upload(picture, f"{review.name}.png", "image/png")
    if review.of:
        content_id = _call(review.writer, "promote_content_update", id=review.of, **data)["id"]
    else:
        content_id = _call(review.writer, "promote_content_create", draft=True, **data)["id"]
    if review.step != "draft":
        _call(review.writer, "promote_content_submit", id=content_id)
    if review.step == "return":
        _call(CENTRAL, "promote_content_return", id=content_id, reason=review.reason)
    return str(content_id)


def _is_new(review: Review) -> bool:
    """Whether nothing is under way, or published, by this name."""
    try:
        shown = _call(CENTRAL, "promote_content_show", id=review.name)
    except tk.ObjectNotFound:
        return True
    return bool(review.of) and not shown.get("pending_version") and shown["version"] == 1


def _call(user: str, action: str, **data: Any) -> Any:
    """Call an action as an account, with its access check."""
    return tk.get_action(action)({"user": user}, data)
