"""Write the records of a source to the portal, through the actions, each on its own.

Running it again changes nothing: what was imported is remembered with a digest of what the source
said. The content and its import record are two commits; the idempotency key of the create leads
back to a content whose import record was never written.
"""
from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import ckantoolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib.search.common import SearchError, SearchIndexError, SolrConnectionError
from sqlalchemy.exc import DataError, IntegrityError
from werkzeug.datastructures import FileStorage

from ckanext.promote.base.model import IdempotencyKey, utc_now
from ckanext.promote.content import registry
from ckanext.promote.content.prepare import PENDING_LINKS
from ckanext.promote.importers import indexing, portal_facts, records
from ckanext.promote.importers.mapping import NOT_PUBLISHED, institution_texts, to_content
from ckanext.promote.importers.model import ImportRecord
from ckanext.promote.importers.portal_facts import Facts
from ckanext.promote.importers.source import Note, Problem, Record, Refused

log = logging.getLogger(__name__)

Result = Literal["created", "updated", "unchanged", "refused"]
RESULTS: tuple[Result, ...] = ("created", "updated", "unchanged", "refused")

ALWAYS_WRITTEN = (
    "body", "background", "challenges", "solution", "results", "sections_pending", "datasets",
    "external_datasets", "tags", "authors", "links", "unmapped",
)  # fmt: skip
"""Fields that an update empties when the source has nothing for them any more. What else the
source does not say (contact, institution, sector, cover) may have been filled in on the portal."""

IMAGES = ("cover_upload", "cover_alt", "screenshots", "screenshots_upload")
ARCHIVED = (
    "It was archived on this portal, so it was not touched. To import it anew, purge it in the "
    "trash (/ckan-admin/trash) and run the import again."
)


@dataclass(frozen=True)
class Outcome:
    """What became of one record; ``field`` and ``reason`` are there when it was refused."""

    record: str
    result: Result
    name: str = ""
    field: str = ""
    reason: str = ""
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class _Known:
    """A content that an earlier run made."""

    id: str
    name: str
    type: str
    is_active: bool
    digest: str


def run(path: str | Path, user: str, contact: str = "") -> Iterator[Outcome]:
    """Import a source; gives what became of each record, when it is done.

    :param user: name of the user who acts; he has to be allowed to publish for all institutions
    :param contact: e-mail address for the contents that have none
    :raises SourceError: when the source cannot be read
    """
    found = records.read(path)
    return _run(_Import(user, portal_facts.load(contact)), found)


def _run(started: _Import, found: Iterable[Record | Refused]) -> Iterator[Outcome]:
    with indexing.one_commit():
        yield from started.outcomes(found)


def totals(outcomes: Iterable[Outcome]) -> str:
    """The line that ends a report: ``N created, N updated, N unchanged, N refused``."""
    counted = Counter(outcome.result for outcome in outcomes)
    return ", ".join(f"{counted[result]} {result}" for result in RESULTS)


class _Import:
    """One run over a source."""

    def __init__(self, user: str, facts: Facts) -> None:
        self.user = user
        self.facts = facts
        self.seen: dict[str, tuple[str, str]] = {}

    def outcomes(self, found: Iterable[Record | Refused]) -> Iterator[Outcome]:
        for each in found:
            if isinstance(each, Refused):
                yield Outcome(each.where, "refused", field=each.field, reason=each.reason)
                continue
            shown = each.source_path or each.where
            try:
                yield self._outcome(each, shown)
            except Problem as err:
                model.Session.rollback()
                yield Outcome(shown, "refused", field=err.field, reason=err.reason)
            except (DataError, IntegrityError):
                model.Session.rollback()
                log.exception("Import of %s", shown)
                reason = "The database did not take it; the log says why."
                yield Outcome(shown, "refused", field="record", reason=reason)

    def _outcome(self, record: Record, shown: str) -> Outcome:
        self._refuse_twice(record)
        content, notes = to_content(record, self.facts.vocabulary)
        self._find_institution(record, content, notes)
        digest = _digest(record, content)
        known = _known(record.source_key)
        if known and known.digest == digest:
            return Outcome(shown, "unchanged", known.name, notes=tuple(notes))
        is_unpublished = bool(content.pop(NOT_PUBLISHED, False))
        result: Result = "created"
        if known is None:
            known = self._create(record, content, notes)
        elif known.digest or known.is_active or not is_unpublished:
            _refuse_moved(known, content)
            known = self._update(known, content, notes)
            result = "updated"
        # Else an earlier run created and archived it, and ended before it could note that.
        if is_unpublished:
            self._archive(known, notes)
        _remember(record.source_key, known.id, digest)
        return Outcome(shown, result, known.name, notes=tuple(notes))

    def _refuse_twice(self, record: Record) -> None:
        digest, where = self.seen.setdefault(record.source_key, (record.digest, record.where))
        if digest != record.digest:
            raise Problem(
                "source_path",
                f"{where} has the same one and says something else. Keep one of the two.",
            )

    def _find_institution(self, record: Record, content: dict[str, Any], notes: list[Note]) -> None:
        texts = institution_texts(record)
        name = self.facts.institutions.match(texts)
        if name:
            content["owner_org"] = name
        elif texts and "owner_org" not in content:
            notes.append(Note("owner_org", f"“{texts[0][:120]}” is no institution of this portal."))

    def _fill_in_contact(self, content: dict[str, Any], notes: list[Note]) -> None:
        if content.get("contact_email"):
            return
        address, whence = self.facts.contact_for(str(content.get("owner_org") or ""))
        if not address:
            raise Problem(
                "contact_email",
                "It has none. Give one with --contact, as contact_email of its institution, or in "
                "the option ckanext.promote.import.contact.",
            )
        content["contact_email"], content["is_contact_confirmed"] = address, False
        notes.append(
            Note("contact_email", f"It has none; {address} was filled in ({whence}). Confirm it.")
        )

    def _create(self, record: Record, content: dict[str, Any], notes: list[Note]) -> _Known:
        self._fill_in_contact(content, notes)
        content["idempotency_key"] = _new_key(record.source_key)
        made = self._act("promote_content_create", content, notes)
        return _Known(made["id"], made["name"], made["type"], is_active=True, digest="")

    def _update(self, known: _Known, content: dict[str, Any], notes: list[Note]) -> _Known:
        fields = self.facts.vocabulary.fields[content["type"]]
        empty = {name: None for name in ALWAYS_WRITTEN if name in fields and name not in content}
        given = {key: value for key, value in content.items() if key not in ("type", "name")}
        data = {**empty, **given, "id": known.id}
        made = self._act("promote_content_update", data, notes)
        return replace(known, name=made["name"])

    def _archive(self, known: _Known, notes: list[Note]) -> None:
        notes.append(
            Note("published", "Its source does not publish it; it is kept here, archived.")
        )
        if known.is_active:
            reason = "Its source does not publish it."
            data = {"id": known.id, "reason": reason}
            tk.get_action("promote_content_archive")({"user": self.user}, data)

    def _act(self, action: str, content: dict[str, Any], notes: list[Note]) -> dict[str, Any]:
        """Call an action; once more without images, if these are all that is wrong.

        :raises Problem: with the first field that is wrong
        """
        try:
            return self._call(action, content)
        except tk.ValidationError as err:
            wrong = err.error_dict
            if not set(wrong) <= {"cover_url", "cover_alt", "screenshots"} or not any(
                name in content for name in IMAGES
            ):
                raise _problem(wrong) from err
        model.Session.rollback()
        notes.append(Note("cover_url", f"An image was left out: {_problem(wrong).reason}"))
        without = {key: value for key, value in content.items() if key not in IMAGES}
        named = [path.name for path in _images(content)]
        without["unmapped"] = {**(content.get("unmapped") or {}), "images_left_out": named}
        try:
            return self._call(action, without)
        except tk.ValidationError as err:
            raise _problem(err.error_dict) from err

    def _call(self, action: str, content: dict[str, Any]) -> dict[str, Any]:
        with ExitStack() as files:
            data = _with_files(content, files)
            try:
                self._require_publisher(action, content)
                return tk.get_action(action)({"user": self.user, PENDING_LINKS: True}, data)
            except tk.NotAuthorized as err:
                reason = f"{self.user} may not publish it. Choose another user with --user."
                raise Problem("owner_org", reason) from err
            except (SearchError, SearchIndexError, SolrConnectionError) as err:
                reason = "The search index did not answer. Run the import again when it does."
                raise Problem("index", reason) from err

    def _require_publisher(self, action: str, content: Mapping[str, Any]) -> None:
        """Refuse who would leave a draft: what is imported is published.

        :raises NotAuthorized: unless the user publishes for the institution that is named
        """
        if action == "promote_content_create":
            active = registry.by_key(content["type"])
            kind = active.package_type if active else ""
            asked = {"type": kind, "owner_org": content.get("owner_org")}
            tk.check_access("package_create", {"user": self.user}, asked)


def _with_files(content: Mapping[str, Any], files: ExitStack) -> dict[str, Any]:
    """The content with open files in place of paths."""
    data = dict(content)
    for key in ("cover_upload", "screenshots_upload"):
        if key in data:
            paths = data[key] if isinstance(data[key], list) else [data[key]]
            opened = [
                FileStorage(files.enter_context(path.open("rb")), filename=path.name)
                for path in paths
            ]
            data[key] = opened if isinstance(data[key], list) else opened[0]
    return data


def _problem(errors: Mapping[str, Any]) -> Problem:
    """The first field that is wrong, and all sentences on it."""
    name, messages = next(iter(errors.items()), ("record", "It was refused."))
    return Problem(str(name), " ".join(_sentences(messages)))


def _sentences(messages: Any) -> Iterator[str]:
    if isinstance(messages, Mapping):
        for key, each in messages.items():
            yield from (f"{key}: {sentence}" for sentence in _sentences(each))
    elif isinstance(messages, (list, tuple)):
        for each in messages:
            yield from _sentences(each)
    elif messages:
        yield str(messages)


def _digest(record: Record, content: Mapping[str, Any]) -> str:
    """Of what the source says, and of what the portal now adds: institution, images."""
    names = [path.name for path in _images(content)]
    parts = [record.digest, content["type"], content.get("owner_org"), names]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _images(content: Mapping[str, Any]) -> list[Path]:
    cover = content.get("cover_upload")
    return [*([cover] if cover else []), *content.get("screenshots_upload", [])]


def _known(source_key: str) -> _Known | None:
    """The content of an earlier run; its digest is empty when that run did not end."""
    package = model.Package
    statement = (
        sa.select(package.id, package.name, package.type, package.state, ImportRecord.digest)
        .select_from(ImportRecord)
        .join(package, package.id == ImportRecord.content_id)
        .where(ImportRecord.source_key == source_key)
    )
    row = model.Session.execute(statement).first()
    if row is None:
        statement = (
            sa.select(package.id, package.name, package.type, package.state, sa.literal(""))
            .select_from(IdempotencyKey)
            .join(package, package.id == IdempotencyKey.result_id)
            .where(IdempotencyKey.key.like(_key(source_key) + "%"))
        )
        row = model.Session.execute(statement).first()
    if row is None:
        return None
    identifier, name, package_type, state, digest = row
    return _Known(identifier, name, package_type, state == model.State.ACTIVE, digest)


def _refuse_moved(known: _Known, content: Mapping[str, Any]) -> None:
    if not known.is_active:
        raise Problem("state", ARCHIVED)
    active = portal_facts.key_of_package_type(known.type)
    if active != content["type"]:
        raise Problem(
            "kind",
            f"It was imported as {active}, and the type of a content cannot be changed. Archive "
            "and purge it here, then import it again.",
        )


def _key(source_key: str) -> str:
    return f"import:{hashlib.sha256(source_key.encode()).hexdigest()[:40]}:"


def _new_key(source_key: str) -> str:
    """A key that no create had: those of contents that were purged stay used."""
    statement = sa.select(sa.func.count()).where(
        IdempotencyKey.key.like(_key(source_key) + "%")
    )
    used = model.Session.execute(statement).scalar() or 0
    return f"{_key(source_key)}{used + 1}"


def _remember(source_key: str, content_id: str, digest: str) -> None:
    row = ImportRecord(
        source_key=source_key, content_id=content_id, digest=digest, imported_at=utc_now()
    )
    model.Session.merge(row)
    model.Session.commit()
