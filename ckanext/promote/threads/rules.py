"""The rules of conversations as tables: states, outcomes, and who may do what. Pure.

A step leads from a state to the next one, or is refused with a code; ``words.refusals`` has the
sentences. Who may take a step depends on what somebody is to the thread (``RELATIONS``).
"""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass

PENDING = "pending"
OPEN = "open"
WAITING = "waiting"
ANSWERED = "answered"
CLOSED = "closed"
STATES = (PENDING, OPEN, WAITING, ANSWERED, CLOSED)

CONFIRM = "confirm"
ANSWER = "answer"
INTERIM = "interim"
ROUTE = "route"
CLARIFY = "clarify"
REPLY = "reply"
ASKER_REPLY = "asker_reply"
RESUME = "resume"
TURN = "turn"
ASSIGN = "assign"
CLOSE = "close"
REOPEN = "reopen"
WITHDRAW = "withdraw"
ACCEPT = "accept"
ACCEPT_PROMISE = "accept_promise"
OBJECT = "object"
SILENCE = "silence"
KEEP = "keep"
MISS = "miss"

# A word with "!" is why a step is refused in that state, another one is the state that follows.
_STEPS = {
    #                pending     open         waiting      answered    closed
    CONFIRM:        "open        !shown       !shown       !shown      !shown",
    ANSWER:         "!pending    answered     answered     answered    closed",
    INTERIM:        "!pending    open         waiting      !answered   !closed",
    ROUTE:          "!pending    open         open         !answered   !closed",
    CLARIFY:        "!pending    waiting      !waiting     !answered   !closed",
    REPLY:          "!pending    open         waiting      answered    !closed",
    ASKER_REPLY:    "!pending    open         open         answered    !closed",
    RESUME:         "!running    !running     open         !running    !running",
    TURN:           "!pending    open         !waiting     !answered   !closed",
    ASSIGN:         "!pending    open         waiting      !answered   !closed",
    CLOSE:          "!pending    closed       closed       closed      !closed",
    REOPEN:         "!pending    !open        !open        open        open",
    WITHDRAW:       "closed      closed       closed       !answered   !closed",
    ACCEPT:         "!pending    !unanswered  !unanswered  closed      closed",
    ACCEPT_PROMISE: "!pending    !unanswered  !unanswered  answered    closed",
    OBJECT:         "!pending    !unanswered  !unanswered  open        open",
    SILENCE:        "!running    !running     !running     closed      !running",
    KEEP:           "!pending    closed       closed       closed      closed",
    MISS:           "!running    open         waiting      open        open",
}  # fmt: skip

STEPS: dict[str, dict[str, str]] = {
    step: dict(zip(STATES, row.split(), strict=True)) for step, row in _STEPS.items()
}


class Refused(Exception):
    """A step that the state of a thread does not allow; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def after(state: str, step: str) -> str:
    """The state that follows.

    :raises Refused: when the step is not possible in this state
    """
    target = STEPS[step][state]
    if target.startswith("!"):
        raise Refused(target[1:])
    return target


def is_possible(state: str, step: str) -> bool:
    """Whether a state allows a step."""
    return not STEPS[step][state].startswith("!")


@dataclass(frozen=True)
class Outcome:
    """What an official answer can say, and what it asks for beside a text."""

    step: str
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    is_promise: bool = False
    """Whether its date becomes a commitment; the thread is resolved when that is kept."""

    @property
    def stops(self) -> bool:
        """Whether it counts as the first official answer."""
        return self.step == ANSWER

    @property
    def resolves(self) -> bool:
        """Whether nothing more is owed after it."""
        return self.stops and not self.is_promise


OUTCOMES: dict[str, Outcome] = {
    "explained": Outcome(ANSWER),
    "corrected": Outcome(ANSWER),
    "will_publish": Outcome(ANSWER, ("due_on",), is_promise=True),
    "possible": Outcome(ANSWER, ("due_on",), is_promise=True),
    "published": Outcome(ANSWER, ("dataset",)),
    "partly_published": Outcome(ANSWER, takes=("dataset",)),
    "not_available": Outcome(ANSWER),
    "declined": Outcome(ANSWER, ("legal_basis",)),
    "not_ours": Outcome(ROUTE, takes=("institution",)),
    "duplicate": Outcome(ANSWER, ("duplicate_of",)),
    "acknowledged": Outcome(INTERIM),
}
OUTCOME_FIELDS = ("due_on", "dataset", "legal_basis", "institution", "duplicate_of")


def outcome_problems(outcome: str, given: Collection[str]) -> dict[str, str]:
    """By field of an answer, ``missing`` or ``unasked``."""
    wanted = OUTCOMES[outcome]
    problems = {name: "missing" for name in wanted.needs if name not in given}
    allowed = {*wanted.needs, *wanted.takes}
    problems.update({name: "unasked" for name in given if name not in allowed})
    return problems


MOST_HOPS = 2
"""After so many institutions that said "not ours", the central team decides."""


def next_institution(wanted: str | None, hops: int, by_central: bool) -> str | None:
    """Who is asked next: the named institution, or None for the central queue.

    :param hops: how often the thread was handed on already
    """
    return wanted if by_central or hops < MOST_HOPS else None


# --- who ---

VISITOR = "visitor"
PERSON = "person"
ASKER = "asker"
ANSWERER = "answerer"
ROUTER = "router"
COMMITTER = "committer"
CENTRAL = "central"
RELATIONS = (VISITOR, PERSON, ASKER, ANSWERER, ROUTER, COMMITTER, CENTRAL)
"""Visitor: whoever has no account. Person: whoever has one, and is not blocked. Asker: who asked.
Answerer, router, committer: who has that right in the institution that owes the answer (the
central team has, and alone where none owes it)."""

_EVERYBODY = frozenset({VISITOR, PERSON, ASKER})

MAY: Mapping[str, frozenset[str]] = {
    "post": _EVERYBODY,
    "post_internal": frozenset({ANSWERER, CENTRAL}),
    "update": frozenset({ASKER, ANSWERER, CENTRAL}),
    "answer": frozenset({ANSWERER, CENTRAL}),
    "promise": frozenset({COMMITTER, CENTRAL}),
    "clarify": frozenset({ANSWERER, CENTRAL}),
    "assign": frozenset({ROUTER, CENTRAL}),
    "route": frozenset({ROUTER, CENTRAL}),
    "close": frozenset({ASKER, ANSWERER, CENTRAL}),
    "reopen": frozenset({ASKER, ANSWERER, CENTRAL}),
    "withdraw": frozenset({ASKER}),
    "verdict": frozenset({ASKER}),
    "support": _EVERYBODY,
    "follow": frozenset({PERSON, ASKER}),
    "keep": frozenset({COMMITTER, CENTRAL}),
    "report": _EVERYBODY,
    "moderate": frozenset({CENTRAL}),
}

STEP_OF = {
    "post": REPLY, "answer": ANSWER, "clarify": CLARIFY, "assign": ASSIGN, "route": ROUTE,
    "close": CLOSE, "reopen": REOPEN, "withdraw": WITHDRAW, "verdict": OBJECT,
}  # fmt: skip
"""The step that decides whether a state allows what somebody may do."""


def may(what: str, relations: Collection[str]) -> bool:
    """Whether somebody who is this to a thread may do that."""
    return not MAY[what].isdisjoint(relations)


def permissions(relations: Collection[str], state: str) -> dict[str, bool]:
    """What somebody can do now, by what he is to the thread and by its state."""
    found: dict[str, bool] = {}
    for what in MAY:
        possible = what not in STEP_OF or is_possible(state, STEP_OF[what])
        found[what] = possible and may(what, relations)
    return found


def may_close(relations: Collection[str], state: str) -> bool:
    """Whether somebody may close a thread: an institution not while it owes the answer."""
    if ASKER in relations or CENTRAL in relations:
        return True
    return ANSWERER in relations and state == ANSWERED


# --- posts ---

HELD = "held"
VISIBLE = "visible"
HIDDEN = "hidden"
DELETED = "deleted"
POST_STATES = (PENDING, HELD, VISIBLE, HIDDEN, DELETED)

_POST_STEPS = {
    #          pending   held      visible   hidden     deleted
    "confirm": "visible  !held     !shown    !hidden    !deleted",
    "hold":    "held     held      held      !hidden    !deleted",
    "release": "!pending visible   visible   visible    !deleted",
    "hide":    "hidden   hidden    hidden    !hidden    !deleted",
    "restore": "!pending visible   !shown    visible    !deleted",
    "edit":    "pending  held      visible   !hidden    !deleted",
    "delete":  "deleted  deleted   deleted   deleted    !deleted",
    "appeal":  "!pending !held     !shown    hidden     !deleted",
    "report":  "!pending !held     visible   !hidden    !deleted",
    "reply":   "!pending !held     visible   visible    visible",
}  # fmt: skip

POST_STEPS: dict[str, dict[str, str]] = {
    step: dict(zip(POST_STATES, row.split(), strict=True)) for step, row in _POST_STEPS.items()
}


def post_after(state: str, step: str) -> str:
    """The state of a post that follows.

    :raises Refused: when the step is not possible in this state
    """
    target = POST_STEPS[step][state]
    if target.startswith("!"):
        raise Refused(target[1:])
    return target


def order_key(seq: int, parent: tuple[int, int, int] | None) -> tuple[int, int, int]:
    """Where a post stands: under the post that it answers, at most three deep.

    :param parent: the order key of that post
    """
    if parent is None:
        return seq, 0, 0
    root, reply, _ = parent
    return (root, seq, 0) if reply == 0 else (root, reply, seq)


def depth(key: tuple[int, int, int]) -> int:
    """0 for a post that answers none, 1 and 2 below."""
    return (key[1] > 0) + (key[2] > 0)


# --- words ---

NUMBER = re.compile(r"(\d{4})-(\d{1,9})")


def number_of(year: int, number: int) -> str:
    """A thread's public number."""
    return f"{year}-{number:05d}"


def number_parts(text: str) -> tuple[int, int] | None:
    """Year and number of a public number; None for another text."""
    found = NUMBER.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else None


OFFICIAL_WORDS = (
    "respuesta oficial", "official answer", "official response", "respuesta institucional",
    "moderacion", "moderador", "moderator", "administrador del portal", "equipo central",
    "central team",
)  # fmt: skip
"""What nobody may call himself, in folded form (``folded``)."""

_ALIKE: dict[int, int | str] = {
    **str.maketrans(
        "авекмнорстухѕіјԁԛԝһӏαβγδεζηικλνορςστυχωøđłı",
        "abekmhopctyxsijdqwhlabydezniklvopsstuxwodli",
    ),
    ord("æ"): "ae",
    ord("œ"): "oe",
}
"""Letters of other alphabets that look like one of ours, and those that accents leave."""
_NO_WORD = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """A name for comparing: lower case, no accents, nothing but words with a blank between.

    Letters that look alike are the same: nobody calls himself official in Cyrillic.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    return _NO_WORD.sub(" ", letters.translate(_ALIKE)).strip()


def has_words(text: str, words: str) -> bool:
    """Whether folded words stand in a folded text, as whole words."""
    return f" {words} " in f" {text} "


def has_all(text: str, words: str) -> bool:
    """Whether all of some folded words stand in a folded text, in whatever order."""
    return set(words.split()) <= set(text.split())


def is_same(one: str, other: str) -> bool:
    """Whether two folded names are written alike, blanks apart."""
    return one.replace(" ", "") == other.replace(" ", "")
