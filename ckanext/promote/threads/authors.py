"""Under which name somebody writes, and for whom: frozen in what he writes."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ckantoolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.promote.base import active_policy, text
from ckanext.promote.base.access import user_of
from ckanext.promote.base.model import Visitor
from ckanext.promote.people.viewer import CAPACITY_RIGHTS, Viewer
from ckanext.promote.threads import rules, words

NAME_MAX = 100


@dataclass(frozen=True)
class Author:
    """Who writes, as it is kept with the text."""

    user_id: str | None = None
    visitor_id: str | None = None
    name: str = ""
    institution_id: str | None = None
    institution_title: str = ""
    role: str = ""
    """Of an institution's people: the role of their appointment, else their capacity;
    ``central``."""

    @property
    def who(self) -> str:
        """As it stands in lists of supporters and followers."""
        return f"user:{self.user_id}" if self.user_id else f"visitor:{self.visitor_id}"

    def columns(self) -> dict[str, Any]:
        """For a row of a post."""
        return {
            "author_id": self.user_id, "visitor_id": self.visitor_id, "author_name": self.name,
            "institution_id": self.institution_id, "role": self.role,
            "institution_title": self.institution_title,
        }  # fmt: skip


def of_user(
    context: Mapping[str, Any], viewer: Viewer, institution_id: str | None, title: str
) -> Author:
    """Somebody with an account; for an institution when he may answer for it.

    :param title: of that institution
    """
    user = user_of(context)
    if user is None:
        raise tk.NotAuthorized
    name = text.clean_line(user.fullname or "")[:NAME_MAX]
    if not name or "@" in name:
        name = user.name  # some put their address there
    if viewer.may("answer", institution_id):
        if institution_id is None:
            title = central_name()
        return Author(user.id, None, name, institution_id, title, _role(viewer, institution_id))
    if name != user.name and is_reserved(name):
        name = user.name
    return Author(user.id, None, name)


def _role(viewer: Viewer, institution_id: str | None) -> str:
    """As what somebody answers for an institution."""
    if institution_id not in viewer.acting_ids:
        return "central"
    capacity = viewer.institutions.get(institution_id or "", "")
    by_membership = capacity if capacity in CAPACITY_RIGHTS else "central"
    return viewer.role_with("answer", institution_id) or by_membership


def of_visitor(visitor: Visitor) -> Author:
    """Somebody without an account, by the name that he gave."""
    return Author(None, visitor.id, visitor.name)


def checked_name(value: Any) -> str:
    """The name that somebody gives himself, cleaned.

    :raises ValidationError: when it is none, or would be taken for an institution's
    """
    name = text.clean_line(value) if isinstance(value, str) else ""
    if not name or len(name) > NAME_MAX or "@" in name:
        raise words.wrong(
            "author_name",
            tk._(
                "Give your name or your initials, at most {max} characters, and no address."
            ).format(max=NAME_MAX),
        )
    if is_reserved(name):
        raise words.wrong(
            "author_name",
            tk._("This name would be taken for an institution's. Give your own name or initials."),
        )
    return name


def is_reserved(name: str) -> bool:
    """Whether a citizen's name could be taken for an institution's, or for an official's word.

    At most one statement. Short titles count only as the whole name: people are called so.
    """
    mine = rules.folded(name)
    bodies = active_policy.get().bodies
    official = [
        *(rules.folded(getattr(body, language)) for language in ("es", "en")
          for body in (bodies.central_team, bodies.central_team_short, bodies.help_desk,
                       bodies.portal)),
    ]  # fmt: skip
    if any(rules.has_all(mine, words_) for words_ in rules.OFFICIAL_WORDS) or any(
        words_ and rules.has_words(mine, words_) for words_ in official
    ):
        return True
    rows = model.Session.execute(
        sa.select(model.Group.name, model.Group.title).where(
            model.Group.is_organization.is_(True), model.Group.state == model.State.ACTIVE
        )
    )
    for row in rows:
        for theirs in {rules.folded(row.name), rules.folded(row.title or "")} - {""}:
            has_it = " " in theirs and rules.has_words(mine, theirs)
            if has_it or rules.is_same(mine, theirs):
                return True
    return False


def central_name() -> str:
    """What the policy profile calls the central team, in the portal's language."""
    language = str(tk.config.get("ckan.locale_default") or "en")
    return active_policy.get().bodies.central_team.get(language)
