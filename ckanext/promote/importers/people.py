"""Institutions, their types of government and their appointments, from a table.

All lines are checked first, in one transaction; with a problem in any of them nothing is written.
The same table again changes nothing. Addresses only serve to find accounts: none is stored, and
none is in a message.
"""
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ckan.plugins as p
import ckantoolkit as tk
from ckan import model

from ckanext.promote.base import events
from ckanext.promote.base.access import acting_user_id
from ckanext.promote.base.model import commit, utc_now
from ckanext.promote.importers import people_cells as cells
from ckanext.promote.importers.people_cells import Wrong
from ckanext.promote.importers.people_known import Known, load
from ckanext.promote.importers.people_source import Line
from ckanext.promote.people import appointing
from ckanext.promote.people.model import Appointment, InstitutionFacts

NAME = re.compile(r"[a-z0-9_-]{2,100}")
COLUMNS = {"from_date": "from", "to_date": "to", "letter_url": "letter", "id": "role"}
"""The column of a field of an appointment, where it has another name."""
OF_APPOINTMENTS = ("user", "person", "email", "from", "to", "letter")


@dataclass(frozen=True)
class Problem:
    """What keeps a table from being imported."""

    line: int
    column: str
    reason: str


@dataclass
class Report:
    """What was done, or would have been; with problems, nothing."""

    institutions: Counter[str] = field(default_factory=Counter)
    appointments: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)

    def totals(self) -> str:
        """Counts of what was created, updated and unchanged, in a line."""
        return "; ".join(
            f"{name}: " + ", ".join(f"{counts[word]} {word}" for word in DONE)
            for name, counts in (
                ("institutions", self.institutions), ("appointments", self.appointments),
            )
        )  # fmt: skip


DONE = ("created", "updated", "unchanged")


def run(
    context: dict[str, Any], lines: Sequence[Line], report: Report, is_dry: bool = False
) -> Iterator[int]:
    """Import the lines; gives the number of each as soon as it is looked at.

    The last step writes all of it, or nothing: exhaust the iterator, then read the report.
    """
    importing = _Import(context, load(context["session"], lines), report)
    for line in lines:
        importing.institution(line)
    # What ends or moves comes before what takes its place, wherever it stands in the table.
    for line in sorted(lines, key=lambda each: importing.is_new(each)):
        importing.appointment(line)
        yield line.number
    importing.finish(is_dry)


class _Import:
    """One run: what is known, what was made, and what is wrong."""

    def __init__(self, context: dict[str, Any], known: Known, report: Report) -> None:
        self.context, self.known, self.report = context, known, report
        self.session = context["session"]
        self.made: list[Any] = []
        self.said: dict[str, dict[str, tuple[str, int]]] = {}
        """What lines said of an institution, by column: the value, and the first line."""
        self.changed: dict[str, str] = {}
        self.seen: dict[str, tuple[dict[str, Any], int]] = {}
        """What lines said of an appointment, by its id, and the first line."""

    def institution(self, line: Line) -> None:
        """Make or update the institution of a line."""
        name = line.cells["institution"]
        try:
            group = self._group(line, name)
            values = {
                "government_type": cells.government_type(line.cells["government_type"]),
                "subject_since": cells.day("subject_since", line.cells["subject_since"]),
            }
            self._agree(line, name)
        except Wrong as err:
            self._problem(line, err.column, err.reason)
            return
        given = {key: value for key, value in values.items() if value}
        facts = self.known.facts.get(group.id)
        if facts is None and given:
            facts = InstitutionFacts(id=group.id, government_type="")
            self.known.facts[group.id] = facts
            self.session.add(facts)
        is_changed = False
        for key, value in given.items():
            is_changed = is_changed or getattr(facts, key) != value
            setattr(facts, key, value)
        if is_changed and facts is not None:
            facts.changed_at, facts.changed_by = utc_now(), acting_user_id(self.context)
        before = self.changed.get(name, "unchanged")
        self.changed[name] = "updated" if is_changed and before == "unchanged" else before

    def _group(self, line: Line, name: str) -> Any:
        group = self.known.groups.get(name)
        if group is not None:
            if not group.is_organization or group.state != model.State.ACTIVE:
                raise Wrong("institution", f"“{name[:80]}” is a group or was deleted. Use another "
                                           "name, or restore the organization.")  # fmt: skip
            return group
        if not NAME.fullmatch(name):
            raise Wrong("institution", f"“{name[:80]}” is no name of an organization: 2 to 100 of "
                                       "a to z, 0 to 9, - and _, as in its address.")  # fmt: skip
        title = line.cells["title"]
        if not title:
            raise Wrong("title", f"There is no organization “{name}”. Give its title to make it, "
                                 "or correct the name.")  # fmt: skip
        group = model.Group(name=name, title=title[:500], type="organization")
        group.is_organization = True
        self.session.add(group)
        self.session.flush()
        self.known.groups[name] = group
        self.made.append(group)
        self.changed[name] = "created"
        return group

    def _agree(self, line: Line, name: str) -> None:
        """Refuse two values of one institution."""
        for column in ("title", "government_type", "subject_since"):
            value = line.cells[column]
            first, number = self.said.setdefault(name, {}).setdefault(column, (value, line.number))
            if value and not first:
                self.said[name][column] = (value, line.number)
            elif value and value != first:
                raise Wrong(column, f"Line {number} says something else of this institution. Keep "
                                    "one of the two.")  # fmt: skip

    def is_new(self, line: Line) -> bool:
        """Whether a line means an appointment that is not there yet, as far as it can be read."""
        try:
            wanted = self._wanted(line)
        except Wrong:
            return False
        return wanted is not None and self._match(wanted) is None

    def appointment(self, line: Line) -> None:
        """Make or update the appointment of a line."""
        if line.cells["institution"] not in self.known.groups:
            return  # its problem is told already
        try:
            wanted = self._wanted(line)
            if wanted is None:
                return
            row = self._match(wanted)
            done = self._create(wanted) if row is None else self._update(row, wanted)
            row = row or self._match(wanted)
            if row is not None:
                self._refuse_other(line, row, wanted)
        except Wrong as err:
            self._problem(line, err.column, err.reason)
        except tk.ValidationError as err:
            for name, sentences in err.error_dict.items():
                listed = sentences if isinstance(sentences, list) else [sentences]
                self._problem(line, COLUMNS.get(name, name), " ".join(map(str, listed)))
        else:
            self.report.appointments[done] += 1

    def _wanted(self, line: Line) -> dict[str, Any] | None:
        """What a line says of an appointment; nothing, when it has none."""
        given = line.cells
        if not given["role"]:
            lone = next((each for each in OF_APPOINTMENTS if given[each]), None)
            if lone:
                raise Wrong("role", f"There is {lone}, and no role. Say which role it is.")
            return None
        user = cells.user(self.known, given)
        if not given["from"]:
            raise Wrong("from", "Give the first day of the appointment, like 2026-03-15.")
        group = self.known.groups.get(given["institution"])
        return {
            "place": group,
            "role": cells.role(given["role"]),
            "user": user,
            "person": given["person"],
            "from_date": cells.day("from", given["from"]),
            "to_date": cells.day("to", given["to"]),
            "letter_url": given["letter"],
        }

    def _match(self, wanted: Mapping[str, Any]) -> Appointment | None:
        if wanted["place"] is None:
            return None
        key = (wanted["place"].id, wanted["role"], wanted["from_date"].isoformat())
        found = self.known.appointments.get(key, [])
        if wanted["user"] is not None:
            by_user = [each for each in found if each.user_id == wanted["user"].id]
            if by_user:
                return by_user[0]
        name = wanted["person"].lower()
        return next(
            (each for each in found if each.user_id is None and each.person.lower() == name), None
        )

    def _create(self, wanted: Mapping[str, Any]) -> str:
        user = wanted["user"]
        data = {key: value for key, value in wanted.items() if value and key != "place"}
        data["user"] = user.id if user else None
        self.known.remember(appointing.appoint(self.context, wanted["place"], data))
        return "created"

    def _update(self, row: Appointment, wanted: Mapping[str, Any]) -> str:
        # An empty cell says nothing: what was written on the portal stays.
        given = {key: wanted[key] for key in ("person", "to_date", "letter_url") if wanted[key]}
        data: dict[str, Any] = dict(given)
        if wanted["user"] is not None:
            data["user_id"] = wanted["user"].id
        if row.ended_at is not None and row.to_date == given.get("to_date", row.to_date):
            return "unchanged"
        return "updated" if appointing.change(self.context, row, data) else "unchanged"

    def _refuse_other(self, line: Line, row: Appointment, wanted: Mapping[str, Any]) -> None:
        said = {key: wanted[key] for key in ("to_date", "letter_url") if wanted[key]}
        first, number = self.seen.setdefault(row.id, (said, line.number))
        other = next((key for key in said if said[key] != first.get(key)), None)
        if other:
            raise Wrong(COLUMNS[other], f"Line {number} says something else of this appointment. "
                                        "Keep one of the two.")  # fmt: skip

    def _problem(self, line: Line, column: str, reason: str) -> None:
        self.report.problems.append(Problem(line.number, column, reason))

    def finish(self, is_dry: bool) -> None:
        """Write it all, or nothing."""
        self.report.problems.sort(key=lambda each: each.line)
        self.report.institutions.update(self.changed.values())
        if is_dry or self.report.problems:
            self.session.rollback()
            return
        for name, done in self.changed.items():
            if done != "unchanged":
                group = self.known.groups[name]
                events.record(
                    self.context, f"institution.{done.removesuffix('d')}",
                    ("institution", group.id), institution_id=group.id,
                )  # fmt: skip
        for group in self.made:
            for plugin in p.PluginImplementations(p.IOrganizationController):
                plugin.create(group)
        commit(self.context)
