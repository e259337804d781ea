"""The rules of conversations, cell by cell: whoever changes one has to change it here, too."""
from __future__ import annotations

from itertools import product

import pytest

from ckanext.promote.threads import rules, words
from ckanext.promote.threads.rules import Refused

P, O, W, A, C = rules.STATES  # noqa: E741 -- as in the table

EXPECTED: dict[str, dict[str, str]] = {
    P: {
        "confirm": O, "answer": "pending", "interim": "pending", "route": "pending",
        "clarify": "pending", "reply": "pending", "asker_reply": "pending", "resume": "running",
        "turn": "pending", "assign": "pending", "close": "pending", "reopen": "pending",
        "withdraw": C, "accept": "pending", "accept_promise": "pending", "object": "pending",
        "silence": "running", "keep": "pending", "miss": "running",
    },
    O: {
        "confirm": "shown", "answer": A, "interim": O, "route": O, "clarify": W, "reply": O,
        "asker_reply": O, "resume": "running", "turn": O, "assign": O, "close": C,
        "reopen": "open", "withdraw": C, "accept": "unanswered", "accept_promise": "unanswered",
        "object": "unanswered", "silence": "running", "keep": C, "miss": O,
    },
    W: {
        "confirm": "shown", "answer": A, "interim": W, "route": O, "clarify": "waiting",
        "reply": W, "asker_reply": O, "resume": O, "turn": "waiting", "assign": W, "close": C,
        "reopen": "open", "withdraw": C, "accept": "unanswered", "accept_promise": "unanswered",
        "object": "unanswered", "silence": "running", "keep": C, "miss": W,
    },
    A: {
        "confirm": "shown", "answer": A, "interim": "answered", "route": "answered",
        "clarify": "answered", "reply": A, "asker_reply": A, "resume": "running",
        "turn": "answered", "assign": "answered", "close": C, "reopen": O,
        "withdraw": "answered", "accept": C, "accept_promise": A, "object": O, "silence": C,
        "keep": C, "miss": O,
    },
    C: {
        "confirm": "shown", "answer": C, "interim": "closed", "route": "closed",
        "clarify": "closed", "reply": "closed", "asker_reply": "closed", "resume": "running",
        "turn": "closed", "assign": "closed", "close": "closed", "reopen": O,
        "withdraw": "closed", "accept": C, "accept_promise": C, "object": O,
        "silence": "running", "keep": C, "miss": O,
    },
}  # fmt: skip
"""By state and step: the state that follows, or the code of the refusal."""

REFUSING = {(P, step) for step in EXPECTED[P]} - {(P, "confirm"), (P, "withdraw")} | {
    (O, "confirm"), (O, "resume"), (O, "reopen"), (O, "accept"), (O, "accept_promise"),
    (O, "object"), (O, "silence"),
    (W, "confirm"), (W, "clarify"), (W, "turn"), (W, "reopen"), (W, "accept"),
    (W, "accept_promise"), (W, "object"), (W, "silence"),
    (A, "confirm"), (A, "interim"), (A, "route"), (A, "clarify"), (A, "resume"), (A, "turn"),
    (A, "assign"), (A, "withdraw"),
    (C, "confirm"), (C, "interim"), (C, "route"), (C, "clarify"), (C, "reply"),
    (C, "asker_reply"), (C, "resume"), (C, "turn"), (C, "assign"), (C, "close"),
    (C, "withdraw"), (C, "silence"),
}  # fmt: skip
"""Where the word above is a refusal: some codes are called as states are."""


def test_every_step_is_expected_in_every_state() -> None:
    assert set(rules.STEPS) == set(EXPECTED[P]) == set(EXPECTED[C])
    assert all(set(row) == set(rules.STATES) for row in rules.STEPS.values())


@pytest.mark.parametrize(("state", "step"), list(product(rules.STATES, rules.STEPS)))
def test_a_step_leads_where_the_table_says(state: str, step: str) -> None:
    expected = EXPECTED[state][step]
    if (state, step) in REFUSING:
        with pytest.raises(Refused) as err:
            rules.after(state, step)
        assert err.value.code == expected
        assert not rules.is_possible(state, step)
    else:
        assert rules.after(state, step) == expected
        assert rules.is_possible(state, step)


OUTCOMES = {
    # outcome: (step, needs, takes, is promise, stops, resolves)
    "explained": ("answer", (), (), False, True, True),
    "corrected": ("answer", (), (), False, True, True),
    "will_publish": ("answer", ("due_on",), (), True, True, False),
    "possible": ("answer", ("due_on",), (), True, True, False),
    "published": ("answer", ("dataset",), (), False, True, True),
    "partly_published": ("answer", (), ("dataset",), False, True, True),
    "not_available": ("answer", (), (), False, True, True),
    "declined": ("answer", ("legal_basis",), (), False, True, True),
    "not_ours": ("route", (), ("institution",), False, False, False),
    "duplicate": ("answer", ("duplicate_of",), (), False, True, True),
    "acknowledged": ("interim", (), (), False, False, False),
}


def test_outcomes_ask_for_what_they_need_and_stop_what_they_stop() -> None:
    assert {
        name: (each.step, each.needs, each.takes, each.is_promise, each.stops, each.resolves)
        for name, each in rules.OUTCOMES.items()
    } == OUTCOMES


@pytest.mark.parametrize(
    ("outcome", "field"), list(product(rules.OUTCOMES, rules.OUTCOME_FIELDS))
)
def test_a_field_is_missing_taken_or_not_asked_for(outcome: str, field: str) -> None:
    _, needs, takes, *_ = OUTCOMES[outcome]
    missing = dict.fromkeys(needs, "missing")
    assert rules.outcome_problems(outcome, []) == missing
    given = rules.outcome_problems(outcome, [field])
    rest = {name: why for name, why in missing.items() if name != field}
    assert given == (rest if field in needs + takes else {**rest, field: "unasked"})


MAY = {
    #                 vis per ask ans rou com cen
    "post":          "+   +   +   -   -   -   -",
    "post_internal": "-   -   -   +   -   -   +",
    "update":        "-   -   +   +   -   -   +",
    "answer":        "-   -   -   +   -   -   +",
    "promise":       "-   -   -   -   -   +   +",
    "clarify":       "-   -   -   +   -   -   +",
    "assign":        "-   -   -   -   +   -   +",
    "route":         "-   -   -   -   +   -   +",
    "close":         "-   -   +   +   -   -   +",
    "reopen":        "-   -   +   +   -   -   +",
    "withdraw":      "-   -   +   -   -   -   -",
    "verdict":       "-   -   +   -   -   -   -",
    "support":       "+   +   +   -   -   -   -",
    "follow":        "-   +   +   -   -   -   -",
    "keep":          "-   -   -   -   -   +   +",
    "report":        "+   +   +   -   -   -   -",
    "moderate":      "-   -   -   -   -   -   +",
}  # fmt: skip
"""By what somebody is to a thread, one thing at a time; an answerer is a person, too."""


@pytest.mark.parametrize(("what", "relation"), list(product(MAY, rules.RELATIONS)))
def test_who_may_do_what(what: str, relation: str) -> None:
    expected = MAY[what].split()[rules.RELATIONS.index(relation)] == "+"
    assert rules.may(what, {relation}) is expected
    assert rules.may(what, set()) is False


def test_every_thing_that_may_be_done_is_expected() -> None:
    assert set(MAY) == set(rules.MAY)


POSSIBLE = {
    "post": {O, W, A}, "answer": {O, W, A, C}, "clarify": {O}, "assign": {O, W},
    "route": {O, W}, "close": {O, W, A}, "reopen": {A, C}, "withdraw": {P, O, W},
    "verdict": {A, C},
}  # fmt: skip
"""The states in which it is possible; what is not here is possible in each."""


@pytest.mark.parametrize(("state", "relation"), list(product(rules.STATES, rules.RELATIONS)))
def test_permissions_join_who_and_when(state: str, relation: str) -> None:
    assert rules.permissions({relation}, state) == {
        what: rules.may(what, {relation}) and state in POSSIBLE.get(what, set(rules.STATES))
        for what in MAY
    }


@pytest.mark.parametrize(("state", "relation"), list(product(rules.STATES, rules.RELATIONS)))
def test_an_institution_closes_what_it_has_answered_alone(state: str, relation: str) -> None:
    expected = relation in ("asker", "central") or (relation == "answerer" and state == A)
    assert rules.may_close({relation}, state) is expected


@pytest.mark.parametrize(
    ("wanted", "hops", "by_central", "expected"),
    [
        ("b", 0, False, "b"), ("b", 1, False, "b"), ("b", 2, False, None), ("b", 9, False, None),
        (None, 0, False, None), ("b", 2, True, "b"), ("b", 9, True, "b"), (None, 2, True, None),
    ],
)  # fmt: skip
def test_after_two_hops_the_central_team_decides(
    wanted: str | None, hops: int, by_central: bool, expected: str | None
) -> None:
    assert rules.next_institution(wanted, hops, by_central) == expected


POSTS: dict[str, dict[str, str]] = {
    "pending": {"confirm": "visible", "hold": "held", "release": "!pending", "hide": "hidden",
                "restore": "!pending", "edit": "pending", "delete": "deleted",
                "appeal": "!pending", "report": "!pending", "reply": "!pending"},
    "held": {"confirm": "!held", "hold": "held", "release": "visible", "hide": "hidden",
             "restore": "visible", "edit": "held", "delete": "deleted", "appeal": "!held",
             "report": "!held", "reply": "!held"},
    "visible": {"confirm": "!shown", "hold": "held", "release": "visible", "hide": "hidden",
                "restore": "!shown", "edit": "visible", "delete": "deleted", "appeal": "!shown",
                "report": "visible", "reply": "visible"},
    "hidden": {"confirm": "!hidden", "hold": "!hidden", "release": "visible", "hide": "!hidden",
               "restore": "visible", "edit": "!hidden", "delete": "deleted", "appeal": "hidden",
               "report": "!hidden", "reply": "visible"},
    "deleted": dict.fromkeys(
        ["confirm", "hold", "release", "hide", "restore", "edit", "delete", "appeal", "report"],
        "!deleted",
    ) | {"reply": "visible"},
}  # fmt: skip


@pytest.mark.parametrize(("state", "step"), list(product(rules.POST_STATES, rules.POST_STEPS)))
def test_a_post_goes_where_the_table_says(state: str, step: str) -> None:
    expected = POSTS[state][step]
    if expected.startswith("!"):
        with pytest.raises(Refused) as err:
            rules.post_after(state, step)
        assert f"!{err.value.code}" == expected
    else:
        assert rules.post_after(state, step) == expected


def test_every_refusal_has_a_sentence() -> None:
    tables = [*rules.STEPS.values(), *rules.POST_STEPS.values()]
    codes = {cell[1:] for row in tables for cell in row.values() if cell.startswith("!")}
    assert codes - set(words.REFUSALS) == set()
    assert {name for each in rules.OUTCOMES.values() for name in each.needs} == set(words.NEEDS)


@pytest.mark.parametrize(
    ("seq", "parent", "key", "depth"),
    [
        (7, None, (7, 0, 0), 0),
        (8, (7, 0, 0), (7, 8, 0), 1),
        (9, (7, 8, 0), (7, 8, 9), 2),
        (10, (7, 8, 9), (7, 8, 10), 2),
    ],
)
def test_replies_stand_under_what_they_answer_at_most_three_deep(
    seq: int, parent: tuple[int, int, int] | None, key: tuple[int, int, int], depth: int
) -> None:
    assert rules.order_key(seq, parent) == key
    assert rules.depth(key) == depth


def test_numbers_are_read_as_they_are_written() -> None:
    assert rules.number_of(2026, 142) == "2026-00142"
    assert rules.number_parts("2026-00142") == (2026, 142)
    assert rules.number_parts(rules.number_of(2026, 1_234_567)) == (2026, 1_234_567)
    for text in ("2026", "2026-", "x2026-1", "2026-1x", "4a9a4a2c-9f44-4d0c-a3ab-3b1f3a6f0d11"):
        assert rules.number_parts(text) is None


def test_names_are_compared_by_their_words() -> None:
    assert rules.folded("  ✔ Respuesta   OFICIAL ") == "respuesta oficial"
    assert rules.has_words(rules.folded("la Respuesta-Oficial de Ana"), "respuesta oficial")
    assert not rules.has_words(rules.folded("Respuestas oficiales"), "respuesta oficial")
