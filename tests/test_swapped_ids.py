"""Every id swapped: what one institution's people may do, they may not do with another's things.

A row for each key of each action on conversations and people that names a thing. The liaison (by
appointment) and the admin of the other institution call it: on things under a public dataset, and
on the same under a private one, which are not there for them. An action or key without a row fails.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories

from ckanext.promote.threads.model import Thread
from tests import walking
from tests.factories import Institution, act, appointed, headers, institution
from tests.threads.talk import aged, answer, ask, citizen, dataset, day, posts

NAMING = frozenset({
    "id", "thread_id", "post_id", "reply_to", "at", "subject_id", "institution", "area", "user",
    "dataset", "datasets", "people", "duplicate_of", "access_token", "visitor",
})  # fmt: skip
"""Keys whose value is a thing, or a secret that stands for one."""
PLAIN = frozenset({
    "author_email", "author_name", "body", "cause", "cursor", "decision", "due_on", "followed",
    "form_token", "from_date", "helpful", "idempotency_key", "internal", "kind", "last",
    "legal_basis", "letter_upload", "letter_url", "limit", "mine", "name", "outcome", "overdue",
    "person", "privacy_version", "q", "queue", "reason", "received_on", "role", "second_subject",
    "similar", "sort", "source", "state", "subject_type", "text", "title", "to_date", "topic",
    "unanswered", "undo", "wanted_formats", "advice", "government_type", "subject_since",
})  # fmt: skip
FREE = 200
"""Everybody may, as far as he can see the thing: no institution's right is asked for."""
LIMITS = [f"limits.user.{per}" for per in ("hour", "day")]
pytestmark = [
    pytest.mark.usefixtures("portal"),
    pytest.mark.ckan_config("ckanext.promote.central_team", "central"),
    *(pytest.mark.ckan_config(f"ckanext.promote.{name}", 0) for name in LIMITS),
]


@dataclass(frozen=True)
class Swap:
    """A call with one key that names what is the first institution's.

    ``{name}`` stands for its thing, ``{own name}`` for one of the institution that calls.
    """

    action: str
    key: str
    public: int
    """The status when what it is about is public."""
    private: int
    """The status when the first institution's dataset is private."""
    data: Mapping[str, Any] = field(default_factory=dict)
    roles: tuple[str, ...] = ("liaison", "admin")


THREAD, OWN = {"id": "{thread}"}, {"id": "{own thread}"}
TEXT = {"body": "It is mine."}
EXPLAINED = {**TEXT, "outcome": "explained"}
WHY = {"reason": "It is mine."}
QUESTION = {"kind": "question", "title": "How often?", **TEXT, "subject_type": "dataset",
            "subject_id": "{dataset}"}  # fmt: skip
REGISTERED = {**QUESTION, "source": "Mail", "received_on": "{today}"}
SOON = {**TEXT, "outcome": "possible", "due_on": "{soon}"}
POST, TEMPLATE, PLACE = {"id": "{post}"}, {"id": "{template}"}, {"institution": "{institution}"}
NEW = {"role": "transparency-liaison", "person": "Eva R."}
AT_OWN = {"institution": "{own institution}"}
ADMIN = ("admin",)

SWAPS = (
    Swap("promote_thread_create", "subject_id", FREE, 404, QUESTION),
    Swap("promote_thread_create", "subject_id", 403, 404, REGISTERED),
    Swap("promote_thread_create", "subject_id", 403, 404, {**QUESTION, "kind": "advice"}),
    Swap("promote_thread_show", "id", FREE, 404, THREAD),
    Swap("promote_thread_list", "subject_id", FREE, 404,
         {"subject_type": "dataset", "subject_id": "{dataset}"}),
    Swap("promote_thread_list", "institution", FREE, FREE, PLACE),
    Swap("promote_thread_update", "id", 403, 404, {**THREAD, "topic": "quality"}),
    Swap("promote_thread_answer", "id", 403, 404, {**THREAD, **EXPLAINED}),
    Swap("promote_thread_answer", "id", 403, 404, {**THREAD, **SOON}),
    Swap("promote_thread_answer", "id", 403, 404, {**THREAD, **TEXT, "outcome": "not_ours"}),
    Swap("promote_thread_answer", "id", 403, 404, {**THREAD, **TEXT, "outcome": "acknowledged"}),
    Swap("promote_thread_answer", "dataset", FREE, 409,
         {**OWN, **TEXT, "outcome": "published", "dataset": "{dataset}"}),
    Swap("promote_thread_answer", "institution", FREE, FREE),
    Swap("promote_thread_answer", "duplicate_of", FREE, 409,
         {**OWN, **TEXT, "outcome": "duplicate", "duplicate_of": "{thread}"}),
    Swap("promote_thread_clarify", "id", 403, 404, {**THREAD, **TEXT}),
    Swap("promote_thread_assign", "id", 403, 404, {**THREAD, "area": "{own area}"}),
    Swap("promote_thread_assign", "area", 409, 409, {**OWN, "area": "{area}"}),
    Swap("promote_thread_route", "id", 403, 404, {**THREAD, **WHY, **AT_OWN}),
    Swap("promote_thread_route", "institution", FREE, FREE),
    Swap("promote_thread_close", "id", 403, 404, THREAD),
    Swap("promote_thread_reopen", "id", 403, 404, {"id": "{answered}"}),
    Swap("promote_thread_withdraw", "id", 403, 404, THREAD),
    Swap("promote_thread_verdict", "id", 403, 404, {"id": "{answered}", "helpful": True}),
    Swap("promote_thread_support", "id", FREE, 404, THREAD),
    Swap("promote_thread_follow", "id", FREE, 404, THREAD),
    Swap("promote_thread_unfollow", "id", FREE, 404, THREAD),
    Swap("promote_post_create", "thread_id", FREE, 404, {"thread_id": "{thread}", **TEXT}),
    Swap("promote_post_create", "thread_id", 403, 404,
         {"thread_id": "{thread}", **TEXT, "internal": True}),
    Swap("promote_post_create", "reply_to", 409, 409,
         {"thread_id": "{own thread}", **TEXT, "reply_to": "{post}"}),
    Swap("promote_post_list", "thread_id", FREE, 404, {"thread_id": "{thread}"}),
    Swap("promote_post_list", "at", 404, 404, {"thread_id": "{own thread}", "at": "{post}"}),
    Swap("promote_post_update", "id", 403, 404, {**POST, **TEXT}),
    Swap("promote_post_update", "id", 404, 404, {"id": "{note}", **TEXT}),
    Swap("promote_post_delete", "id", 403, 404, POST),
    Swap("promote_post_hide", "id", 403, 404, {**POST, **WHY}),
    Swap("promote_post_restore", "id", 403, 404, {"id": "{hidden}"}),
    Swap("promote_post_appeal", "id", 403, 404, {"id": "{hidden}", "text": "It is mine."}),
    Swap("promote_report_create", "post_id", FREE, 404, {"post_id": "{post}", "reason": "spam"}),
    Swap("promote_report_create", "post_id", 404, 404, {"post_id": "{note}", "reason": "spam"}),
    Swap("promote_moderation_decide", "id", 403, 403, {"id": "{item}", "decision": "approve"}),
    Swap("promote_commitment_list", "institution", FREE, FREE, PLACE),
    Swap("promote_commitment_list", "dataset", FREE, 404, {"dataset": "{dataset}"}),
    Swap("promote_commitment_keep", "id", 403, 404,
         {"id": "{commitment}", "dataset": "{own dataset}"}),
    Swap("promote_commitment_keep", "dataset", FREE, 409,
         {"id": "{own commitment}", "dataset": "{dataset}"}),
    Swap("promote_answer_template_create", "institution", 403, 403,
         {**PLACE, **TEXT, "title": "Mine"}),
    Swap("promote_answer_template_list", "institution", 403, 403, PLACE),
    Swap("promote_answer_template_update", "id", 404, 404, {**TEMPLATE, **TEXT}),
    Swap("promote_answer_template_delete", "id", 404, 404, TEMPLATE),
    Swap("promote_user_block", "user", 403, 403, {"user": "{user}", **WHY}),
    Swap("promote_user_unblock", "user", 403, 403, {"user": "{user}"}),
    Swap("promote_user_block", "post_id", 403, 403, {"post_id": "{post}", **WHY}),
    Swap("promote_user_unblock", "visitor", 403, 403, {"visitor": "{user}"}),
    Swap("promote_institution_show", "institution", FREE, FREE, PLACE),
    Swap("promote_institution_update", "institution", 403, 403,
         {**PLACE, "subject_since": "2020-01-01"}),
    Swap("promote_response_figures_show", "institution", FREE, FREE, PLACE),
    Swap("promote_appointment_create", "institution", 403, 403, {**PLACE, **NEW}),
    Swap("promote_appointment_create", "user", FREE, FREE),
    Swap("promote_appointment_create", "area", 409, 409, {**AT_OWN, **NEW, "area": "{area}"},
         ADMIN),
    Swap("promote_appointment_update", "id", 403, 403, {"id": "{appointment}", "person": "E. R."}),
    Swap("promote_appointment_update", "area", 409, 409,
         {"id": "{own appointment}", "area": "{area}"}, ADMIN),
    Swap("promote_appointment_end", "id", 403, 403, {"id": "{appointment}", **WHY}),
    Swap("promote_appointment_list", "institution", FREE, FREE, PLACE),
    Swap("promote_appointment_list", "id", FREE, FREE, {"id": "{appointment}"}),
    Swap("promote_area_create", "institution", 403, 403, {**PLACE, "name": "Mine"}),
    Swap("promote_area_create", "people", FREE, FREE),
    Swap("promote_area_create", "datasets", 409, 409,
         {**AT_OWN, "name": "Mine", "datasets": ["{dataset}"]}, ADMIN),
    Swap("promote_area_update", "id", 403, 403, {"id": "{area}", "name": "Mine"}),
    Swap("promote_area_update", "people", FREE, FREE),
    Swap("promote_area_update", "datasets", 409, 409,
         {"id": "{own area}", "datasets": ["{dataset}"]}, ADMIN),
    Swap("promote_area_delete", "id", 403, 403, {"id": "{area}"}),
    Swap("promote_area_list", "institution", FREE, FREE, PLACE),
    Swap("promote_area_list", "id", FREE, FREE, {**AT_OWN, "id": "{area}"}),
)
LINKED = frozenset({
    "promote_thread_show", "promote_thread_update", "promote_thread_close",
    "promote_thread_reopen", "promote_thread_withdraw", "promote_thread_verdict",
    "promote_thread_support", "promote_thread_follow", "promote_thread_unfollow",
    "promote_post_create", "promote_post_list", "promote_post_update", "promote_post_delete",
    "promote_post_appeal",
})  # fmt: skip
"""Actions that take a visitor's link: with an invented one, nobody gets anywhere."""


@dataclass
class World:
    """Two institutions with the same things."""

    app: Any
    first: Institution
    other: Institution
    sysadmin: dict[str, Any]
    users: dict[str, dict[str, Any]]
    things: dict[str, dict[str, Any]]
    """``public`` and ``private`` of the first institution, ``own`` of the other one."""

    @classmethod
    def made(cls, app: Any) -> World:
        first, other = institution(), institution()
        users = {"liaison": appointed(other), "admin": aged(other.admin)}
        world = cls(app, first, other, aged(factories.SysadminWithToken()), users, {})
        liaison = appointed(first)
        world.things = {
            "public": world.things_of(first, liaison),
            "private": world.things_of(first, liaison),
            "own": world.things_of(other, users["liaison"]),
        }
        act(world.sysadmin, "package_patch", id=world.things["private"]["dataset"], private=True)
        return world

    def things_of(self, owner: Institution, liaison: dict[str, Any]) -> dict[str, Any]:
        """One of each thing."""
        asker, about = citizen(), dataset(owner)
        thread, answered, promised = (ask(asker, about) for _ in range(3))
        answer(liaison, answered)
        promise = answer(liaison, promised, outcome="possible", due_on=day(9))["commitment"]
        [first] = posts(asker, thread)
        hidden, note = (
            act(user, "promote_post_create", thread_id=thread["id"], body="More.", **more)["id"]
            for user, more in ((asker, {}), (liaison, {"internal": True}))
        )
        act(self.sysadmin, "promote_post_hide", id=hidden, reason="It names a person.")
        act(citizen(), "promote_report_create", post_id=first["id"], reason="spam")
        items = act(self.sysadmin, "promote_moderation_list", limit=100)["items"]
        return {
            "institution": owner.name, "dataset": about["id"], "thread": thread["id"],
            "answered": answered["id"], "commitment": promise["id"], "post": first["id"],
            "hidden": hidden, "note": note, "item": items[-1]["id"], "user": asker["name"],
            **_people_of(owner, liaison),
        }  # fmt: skip

    def call(self, role: str, action: str, data: Any) -> Any:
        """What the action API answers."""
        path = f"/api/3/action/{action}"
        return self.app.post(path, json=data, headers=headers(self.users[role]))

    def filled(self, swap: Swap, place: str) -> dict[str, Any]:
        """The input of a call, with the things under a public or a private dataset."""
        names = {"{today}": day(0), "{soon}": day(9)}
        for key, value in self.things[place].items():
            names["{" + key + "}"] = value
        for key, value in self.things["own"].items():
            names["{own " + key + "}"] = value
        return {key: _named(names, value) for key, value in swap.data.items()}


def _people_of(owner: Institution, liaison: dict[str, Any]) -> dict[str, str]:
    """An area, a template and an appointment; the second time, those that are there."""
    found = act(owner.admin, "promote_area_list", institution=owner.name)["items"]
    area = found[0] if found else act(
        owner.admin, "promote_area_create", institution=owner.name, name="Labs"
    )  # fmt: skip
    template = act(owner.editor, "promote_answer_template_create", institution=owner.name,
                   title="Weekly", body="Weekly.")  # fmt: skip
    return {
        "area": area["id"], "template": template["id"], "appointment": liaison["appointment"]["id"],
    }  # fmt: skip


def _named(names: Mapping[str, Any], value: Any) -> Any:
    if isinstance(value, list):
        return [_named(names, each) for each in value]
    return names.get(value, value) if isinstance(value, str) else value


def stored() -> dict[str, list[str]]:
    """Every row of ours but those that count tries."""
    model.Session.remove()
    tables = Thread.__table__.metadata.tables
    return {
        name: sorted(map(repr, model.Session.execute(sa.select(table))))
        for name, table in tables.items()
        if name.startswith("promote_") and name not in ("promote_rate_count", "promote_daily_salt")
    }


def test_nothing_of_another_institution_is_changed_or_seen_by_its_id(app: Any) -> None:
    world = World.made(app)
    before = stored()
    assert len(before) > 20
    found = []
    for swap in SWAPS:
        for place, expected in (("public", swap.public), ("private", swap.private)):
            for role in swap.roles if expected != FREE else ():
                data = world.filled(swap, place)
                assert "{" not in repr(list(data.values())), data
                answer_ = world.call(role, swap.action, data)
                if answer_.status_code != expected:
                    found.append((swap.action, swap.key, place, role, answer_.status_code))
    assert found == []
    assert stored() == before


def test_the_same_calls_go_through_with_ones_own_things(app: Any) -> None:
    """Else a row could be refused for another reason, and prove nothing."""
    world = World.made(app)
    own = {name: f"{{own {name}}}" for name in world.things["own"]}
    found = []
    for swap in SWAPS:
        if swap.public != 403 or "admin" not in swap.roles:
            continue
        data = {
            key: own.get(value[1:-1], value) if isinstance(value, str) else value
            for key, value in swap.data.items()
        }
        status = world.call("admin", swap.action, world.filled(
            Swap(swap.action, swap.key, 0, 0, data), "public")).status_code  # fmt: skip
        # What is its author's, the asker's or the central team's is no admin's either.
        if status == 403 and swap.action not in NO_ADMINS:
            found.append((swap.action, swap.data))
    assert found == []


NO_ADMINS = frozenset({
    "promote_thread_withdraw", "promote_thread_verdict", "promote_post_update",
    "promote_post_delete", "promote_post_hide", "promote_post_restore", "promote_post_appeal",
    "promote_moderation_decide", "promote_user_block", "promote_user_unblock",
    "promote_institution_update",
})  # fmt: skip


def test_an_invented_link_opens_nothing(app: Any) -> None:
    world = World.made(app)
    before = stored()
    rows = {swap.action: swap for swap in reversed(SWAPS) if swap.action in LINKED}
    assert set(rows) == LINKED
    for swap in rows.values():
        for place in ("public", "private"):
            data = {**world.filled(swap, place), "access_token": "x" * 43}
            for role in ("liaison", "admin"):
                assert world.call(role, swap.action, data).status_code == 404, swap
    assert stored() == before


def test_every_key_that_names_a_thing_has_its_row(app: Any) -> None:
    taken = {name: walking.keys_of(do) for name, do in
             walking.actions("threads", "people").items()}  # fmt: skip
    expected = {(swap.action, swap.key) for swap in SWAPS}
    expected |= {(name, "access_token") for name in LINKED}
    assert {(name, key) for name, keys in taken.items() for key in keys & NAMING} == expected
    assert set().union(*taken.values()) - NAMING - PLAIN == set()
