"""Write versions of contents. Called inside an action's transaction: nothing here commits."""
from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import ckantoolkit as tk
from ckan.lib.munge import munge_title_to_name

from ckanext.promote.base import events, files, uploads
from ckanext.promote.base.access import acting_user_id
from ckanext.promote.base.images import Image
from ckanext.promote.base.model import new_id, utc_now
from ckanext.promote.content import document_file, queries, review_queries, rules
from ckanext.promote.content.model import Content, ContentVersion
from ckanext.promote.content.prepare import Prepared
from ckanext.promote.content.registry import ActiveType

PUBLISHING = "promote_publishing"
"""Key of a context in which a package is written from this version, and its number is kept."""
REVIEWED = "promote_reviewed"
"""Key of a context of our own actions, which have decided already who may write the package."""
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{1,99}")


def add_pending(
    context: Mapping[str, Any],
    active: ActiveType,
    new: Prepared,
    before: ContentVersion | None,
    *,
    state: str,
    content_id: str = "",
    name: str = "",
    author_id: str | None = None,
    visitor_id: str | None = None,
) -> ContentVersion:
    """Make a text that is not published the newest version. Flushes.

    :param before: the version that was the newest, locked; None for a new content
    :param content_id: of the content, when it has no version yet
    """
    session = context["session"]
    made = ContentVersion(
        content_id=before.content_id if before else content_id or new_id(),
        number=(before.number if before else 0) + 1,
        type=active.key,
        name=name or (before.name if before else ""),
        author_id=before.author_id if before else author_id,
        visitor_id=before.visitor_id if before else visitor_id,
        package_id=before.package_id if before else None,
    )
    if before is not None:
        _succeed(session, before, made)
    _store_private_images(context, new, made.content_id)
    document_file.store(context, made.content_id, new.document, new.values)
    made.state = state
    made.title = new.values.get("title") or ""
    made.institution_id = new.values.get("owner_org") or None
    made.values = {**new.values, "datasets": new.dataset_ids}
    made.html = new.html
    made.changed_at = utc_now()
    made.changed_by = acting_user_id(context)
    session.add(made)
    session.flush()
    return made


def _succeed(session: Any, before: ContentVersion, made: ContentVersion) -> None:
    """A text takes the place of another; a draft that nobody but its writers saw goes."""
    if before.state == rules.SUBMITTED and made.state in (None, rules.SUBMITTED):
        for kept in ("submitted_at", "due_at", "taken_at", "taken_by", "is_for_advice"):
            setattr(made, kept, getattr(before, kept))
    if before.state == rules.DRAFT:
        session.delete(before)
    else:
        before.is_newest = False
    session.flush()


def next_published_number(session: Any, content_id: str) -> int:
    """The number of a text that is published past the review; one on its way moves up."""
    newest = review_queries.newest_locked(session, content_id)
    if newest is None or newest.state not in rules.PENDING:
        return review_queries.highest_number(session, content_id) + 1
    number: int = newest.number
    newest.number = number + 1
    session.flush()
    return number


def record_published(context: Mapping[str, Any], row: Content, package: Any, new: Prepared) -> None:
    """Keep a published text as a version. Flushes."""
    session = context["session"]
    session.flush()  # CKAN's session does not by itself, and the links are read here
    publishing: ContentVersion | None = context.get(PUBLISHING)
    newest = review_queries.newest_locked(session, row.id)
    version = publishing
    if version is None:
        is_newest = newest is None or newest.state not in rules.PENDING
        if newest is not None and is_newest:
            newest.is_newest = False
            session.flush()
        version = ContentVersion(
            content_id=row.id,
            number=row.version,
            is_newest=is_newest,
            type=row.type,
            author_id=newest.author_id if newest else None,
            visitor_id=newest.visitor_id if newest else None,
            is_minor=bool(context.get("promote_is_minor")),
            state=rules.PUBLISHED,
            decided_at=utc_now(),
            decided_by=acting_user_id(context),
            changed_by=acting_user_id(context),
        )
        session.add(version)
    version.package_id = row.id
    version.name = package.name
    version.title = package.title or package.name
    version.institution_id = package.owner_org or None
    version.values = {**new.values, "datasets": queries.linked_ids(session, row.id)}
    version.html = new.html
    session.flush()
    review_queries.hang_on_package(session, row.id)


def decide(
    context: Mapping[str, Any], version: ContentVersion, state: str, reason: str = ""
) -> None:
    """Note who ended a version's way, how and why."""
    version.state = state
    version.decided_at = utc_now()
    version.decided_by = acting_user_id(context)
    version.reason = reason
    version.taken_at = version.taken_by = None


def record(
    context: Mapping[str, Any], name: str, version: ContentVersion, reason: str = ""
) -> None:
    """An event about a version that is not everybody's to read."""
    events.record(
        context,
        name,
        ("content", version.content_id),
        institution_id=version.institution_id,
        scope=events.Scope.INSTITUTION,
        reason=reason,
        data={"type": version.type, "version": version.number},
    )


def draft_name(session: Any, raw: Mapping[str, Any], new: Prepared, content_id: str | None) -> str:
    """The slug that a text will have: the one that was asked for, else made from the title.

    :raises ValidationError: when the wish cannot be fulfilled
    """
    wish = raw.get("name")
    if not wish:
        base = munge_title_to_name(new.values.get("title") or new.declaration.name)
        base = base[: rules.NAME_MAX]
        return rules.free_name(base, queries.names_like(session, base))
    if not NAME.fullmatch(str(wish)) or wish in rules.RESERVED_NAMES:
        message = tk._(
            "The name “{name}” cannot be used: 2 to 100 lower-case letters a to z, digits, - and _."
        )
        raise tk.ValidationError({"name": [message.format(name=str(wish)[:80])]})
    if review_queries.is_name_taken(session, str(wish), content_id):
        message = tk._("The name “{name}” is taken. Choose another, or leave it out.")
        raise tk.ValidationError({"name": [message.format(name=str(wish)[:80])]})
    return str(wish)


def _store_private_images(context: Mapping[str, Any], new: Prepared, content_id: str) -> None:
    if new.cover:
        new.values["cover_url"] = _private(context, new.cover, content_id)
    for entry, image in zip(new.values.get("screenshots") or [], new.screenshots, strict=False):
        if image:
            entry["url"] = _private(context, image, content_id)


def _private(context: Mapping[str, Any], image: Image, content_id: str) -> str:
    made = files.save(
        context["session"],
        "image",
        image.data,
        extension=image.extension,
        filename=f"image.{image.extension}",
        subject=("content", content_id),
        created_by=acting_user_id(context),
    )
    return uploads.private_name(made, image.extension)
