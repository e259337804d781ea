"""The policy profile: what a country, a year or a body decides, as data (design §5).

A profile is a YAML file in ``policies/``, or of the operator's own. This module says what stands
in it. Pure: no CKAN; which profile is on is ``base.active_policy``'s business. Labels are in
Spanish and English; terms are whole days.
"""
from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from babel import Locale
from msgspec import Meta

from ckanext.promote.base.strict_yaml import Problem, Reading, build, read

__all__ = ["Policy", "PolicyError", "Problem", "load"]

PACKAGED = Path(__file__).parent.parent / "policies"
LANGUAGES = ("es", "en")

_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")

Slug = Annotated[
    str,
    Meta(
        pattern=rf"^{_SLUG.pattern}\Z",
        max_length=60,
        description="a slug of at most 60 letters a to z, digits and hyphens",
    ),
]
Words = Annotated[
    str, Meta(min_length=1, max_length=300, description="text of 1 to 300 characters")
]
Country = Annotated[
    str, Meta(pattern=r"^[A-Z]{2}\Z", description="a country's two capital letters (ISO 3166)")
]
Day = Annotated[dt.date, Meta(description="a date that exists, such as 2015-12-31")]
Days = Annotated[int, Meta(ge=1, le=3_650, description="a number of days from 1 to 3650")]
FieldName = Annotated[
    str,
    Meta(
        pattern=r"^[a-z][a-z0-9_]{1,49}\Z",
        description="the name of a field: lower-case letters, digits and _",
    ),
]
Version = Annotated[int, Meta(ge=1, description="a whole number from 1")]

SOME = Meta(min_length=1, description="a list of at least one entry")

Right = Literal["answer", "route", "commit", "write", "plan", "appoint"]


class _Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Values that do not change and know no other keys."""


class Label(_Shape, frozen=True):
    """A text in both languages."""

    es: Words
    en: Words

    def get(self, lang: str) -> str:
        """The text for a language or locale: ``es_MX`` gives Spanish, an unknown one English."""
        language = re.split(r"[_-]", lang, maxsplit=1)[0].lower()
        return getattr(self, language if language in LANGUAGES else "en")


class Entry(_Shape, frozen=True):
    """One choice of a vocabulary: the slug is stored, the label is shown."""

    slug: Slug
    label: Label


class Bodies(_Shape, frozen=True):
    """Names of those whom the pages speak of."""

    central_team: Label
    central_team_short: Label
    help_desk: Label
    portal: Label
    policy: Label


class Role(Entry, frozen=True):
    """What a person can be appointed to, and what this allows in the institution."""

    rights: tuple[Right, ...]
    duty: Literal["liaison", "technical", "other"] = "other"
    """Who is first addressed: for the institution, or for how its data are made."""
    is_expected: bool = False
    """Whether each institution is to have somebody in it: else its page calls the post vacant."""
    one_per_institution: bool = False
    only_central_team: bool = False
    """Held in the organization of the central team alone."""


class UserGroupClass(Entry, frozen=True):
    """A class of users; ``by_axis`` when its groups are told apart by strategic axis."""

    by_axis: bool = False


class Clock(_Shape, frozen=True):
    """The term for an answer, in days; warnings before it ends, escalations after."""

    days: Days
    unit: Literal["natural", "working"]
    warn_before: tuple[Days, ...] = ()
    escalate_after: tuple[Days, ...] = ()


class ThreadKind(Entry, frozen=True):
    """What sort of word a thread is; without a clock, nobody owes an answer in a term."""

    clock: Clock | None = None
    is_advice: bool = False
    """Asked by an institution, answered by the central team, read by the two alone."""
    has_formats: bool = False
    """Whether it names the formats that are wanted."""


class Conversations(_Shape, frozen=True):
    """How conversations go: who gets them first, what waits how long, why one is reported."""

    triage: Literal["direct", "central"] = "direct"
    """Whether a thread goes to its institution at once, or through the central team's queue."""
    triage_clock: Clock | None = None
    """The central team's own time, for what is in its queue."""
    pause_max_days: Days = 15
    """How long the clock stands still for a clarification, in the unit of the thread's clock."""
    close_after_days: Days = 30
    """Natural days after an answer, when nobody says anything any more."""
    hide_after_reports: Annotated[
        int, Meta(ge=0, le=1_000, description="a number from 0 (never) to 1000")
    ] = 5
    """After so many reports of signed-in people a post waits for a moderator."""
    least_answers: Annotated[
        int, Meta(ge=1, le=1_000, description="a number from 1 to 1000")
    ] = 10
    """Under so many answers, an institution's median and shares say nothing, and are not shown."""
    report_reasons: tuple[Entry, ...] = ()


class ContentKinds(_Shape, frozen=True):
    """Kinds that contents of some types have."""

    tool_kinds: Annotated[tuple[Entry, ...], SOME]
    event_kinds: Annotated[tuple[Entry, ...], SOME]


class Reason(Entry, frozen=True):
    """A usual reason for a return: its text goes to the author, who reads what to do."""

    text: Label


class Specification(Entry, frozen=True):
    """What a reviewer looks at; for contents of some types, or of all."""

    types: tuple[Slug, ...] = ()


class Publishing(_Shape, frozen=True):
    """Who makes public what has been submitted, in which term, and by what it is judged."""

    by: Literal["central_team", "institutions"]
    clock: Clock | None = None
    minor_fields: tuple[FieldName, ...] = ()
    """Fields whose changes need no review."""
    reasons: tuple[Reason, ...] = ()
    checklist: tuple[Specification, ...] = ()


class Rule(Entry, frozen=True):
    """An obligation: the article or step it comes from, its term, whom it binds (empty: all)."""

    source: Label
    is_on: bool = True
    days: Days | None = None
    applies_to: tuple[Slug, ...] = ()


class Policy(_Shape, frozen=True):
    """A whole profile."""

    name: Slug
    version: Version
    country: Country
    effective_on: Day
    bodies: Bodies
    publishing: Publishing
    sectors: Annotated[tuple[Entry, ...], SOME]
    axes: Annotated[tuple[Entry, ...], SOME]
    user_group_classes: Annotated[tuple[UserGroupClass, ...], SOME]
    government_types: Annotated[tuple[Entry, ...], SOME]
    roles: Annotated[tuple[Role, ...], SOME]
    content_kinds: ContentKinds
    channels: Annotated[tuple[Entry, ...], SOME]
    thread_kinds: Annotated[tuple[ThreadKind, ...], SOME]
    topics: Annotated[tuple[Entry, ...], SOME]
    rules: tuple[Rule, ...] = ()
    conversations: Conversations = Conversations()
    closed_days: tuple[Day, ...] = ()
    """No working days, beside weekends and the public holidays of the country."""

    def role(self, slug: str) -> Role | None:
        """The role of a slug; none when this profile does not have it (any more)."""
        return next((each for each in self.roles if each.slug == slug), None)

    def rights_of(self, slug: str) -> frozenset[Right]:
        """What a role allows; nothing when this profile does not have it."""
        role = self.role(slug)
        return frozenset(role.rights) if role else frozenset()

    def roles_with(self, right: Right) -> tuple[str, ...]:
        """Slugs of the roles that have a right, in the profile's order."""
        return tuple(each.slug for each in self.roles if right in each.rights)

    def roles_for(self, duty: Literal["liaison", "technical"]) -> tuple[str, ...]:
        """Slugs of the roles that have a duty; where none is marked, of those that answer."""
        marked = tuple(each.slug for each in self.roles if each.duty == duty)
        return marked or self.roles_with("answer")

    def entries(self, vocabulary: str) -> tuple[Entry, ...]:
        """The entries of a vocabulary, by its name in ``VOCABULARIES``."""
        if vocabulary not in VOCABULARIES:
            raise KeyError(f"no vocabulary {vocabulary!r}; there are: {', '.join(VOCABULARIES)}")
        place = VOCABULARIES[vocabulary].split(".")
        return getattr(getattr(self, place[0]) if len(place) > 1 else self, place[-1])

    def choices(self, vocabulary: str, lang: str) -> list[tuple[str, str]]:
        """Slug and label of each entry, in the profile's order."""
        return [(entry.slug, entry.label.get(lang)) for entry in self.entries(vocabulary)]

    def has(self, vocabulary: str, slug: str) -> bool:
        """Whether a vocabulary has an entry of this slug."""
        return any(entry.slug == slug for entry in self.entries(vocabulary))

    def label(self, vocabulary: str, slug: str, lang: str) -> str:
        """The label of a slug; the slug itself when this profile does not have it (any more)."""
        return dict(self.choices(vocabulary, lang)).get(slug, slug)

    def thread_kind(self, slug: str | None) -> ThreadKind | None:
        """A kind of threads; None when this profile does not have it (any more)."""
        return next((kind for kind in self.thread_kinds if kind.slug == slug), None)

    def sector_label(self, slug: str, lang: str) -> str:
        """The label of a sector; the slug itself when there is none."""
        return self.label("sectors", slug, lang)


# Name of each vocabulary, and its place in the file.
VOCABULARIES = {
    "sectors": "sectors",
    "axes": "axes",
    "user_group_classes": "user_group_classes",
    "government_types": "government_types",
    "roles": "roles",
    "tool_kinds": "content_kinds.tool_kinds",
    "event_kinds": "content_kinds.event_kinds",
    "channels": "channels",
    "thread_kinds": "thread_kinds",
    "topics": "topics",
    "report_reasons": "conversations.report_reasons",
    "rules": "rules",
}


class PolicyError(ValueError):
    """A profile that cannot be used: a line ``FILE: path.in.the.file: what`` for each problem."""

    def __init__(self, source: str, problems: list[Problem]) -> None:
        super().__init__("\n".join(f"{source}: {problem}" for problem in problems))
        self.source = source
        self.problems = problems


def load(name_or_path: str) -> Policy:
    """The profile of a packaged name (``mx-2015``) or of a file; read again when it changes.

    :raises PolicyError: with all problems, when it is missing or not valid
    """
    path = Path(name_or_path)
    if _SLUG.fullmatch(name_or_path):
        path = PACKAGED / f"{name_or_path}.yaml"
        if not path.is_file():
            packaged = ", ".join(sorted(each.stem for each in PACKAGED.glob("*.yaml")))
            message = f"is no profile, one of {packaged}, or the path of a file was expected"
            raise PolicyError(name_or_path, [Problem("", message)])
    try:
        status = path.stat()
    except (OSError, ValueError) as err:
        message = f"cannot be read ({err}), the path of a YAML file was expected"
        raise PolicyError(name_or_path, [Problem("", message)]) from err
    return _load(str(path.resolve()), name_or_path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=16)
def _load(path: str, source: str, changed_ns: int, size: int) -> Policy:
    reading = Reading()
    content = read(Path(path), reading)
    unread = content is None and bool(reading.problems)
    policy = None if unread else build(Policy, content, reading)
    if policy is not None:
        _cross_check(policy, reading)
    if policy is None or reading.problems:
        raise PolicyError(source, reading.problems)
    return policy


def _cross_check(policy: Policy, reading: Reading) -> None:
    """What no single value shows. Parts that have a problem already are None here."""
    if policy.country and policy.country not in Locale("en").territories:
        reading.wrong(
            "country", f"{policy.country!r} is no country, a code of ISO 3166 was expected"
        )
    known = [entry.slug for entry in policy.government_types or () if entry]
    for number, rule in enumerate(policy.rules or ()):
        for position, slug in enumerate(rule.applies_to or () if rule else ()):
            if slug and slug not in known:
                reading.wrong(
                    f"rules[{number}].applies_to[{position}]",
                    f"{slug!r} is no type of government, one of {', '.join(known)} was expected",
                )
