"""Every action on conversations as every role in every state, through the HTTP API."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import ckan.plugins as p
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories, helpers

from ckanext.promote.base.model import Event
from ckanext.promote.threads import model as threads_model
from ckanext.promote.threads import moderation_model
from tests.factories import Institution, act, headers, institution
from tests.permissions_threads import THREAD_ROLES, THREAD_TABLE, ThreadRow
from tests.threads.talk import aged, answer, ask, citizen, dataset, day, posts

LIMITS = [
    f"limits.{who}.{per}" for who in ("user", "visitor", "network") for per in ("hour", "day")
]

# CKAN takes all options back before each test: they cannot be set for the module's world.
pytestmark = [
    pytest.mark.ckan_config("ckanext.promote.central_team", "central"),
    *(pytest.mark.ckan_config(f"ckanext.promote.{name}", 0) for name in LIMITS),
]

LINKS = "https://a.example https://b.example https://c.example https://d.example"


@dataclass
class World:
    """A portal with one person of each role, kept for all tests of this module."""

    app: Any
    institution: Institution
    other: Institution
    central: Institution
    citizen: dict[str, Any]
    asker: dict[str, Any]
    blocked: dict[str, Any]
    sysadmin: dict[str, Any]
    public: dict[str, Any]
    private: dict[str, Any]
    kept: dict[str, dict[str, str]] = field(default_factory=dict)

    def user(self, role: str) -> dict[str, Any] | None:
        """The person of a role."""
        return {
            "visitor": None, "citizen": self.citizen, "asker": self.asker,
            "other_editor": self.other.editor, "editor": self.institution.editor,
            "admin": self.institution.admin, "central_editor": self.central.editor,
            "sysadmin": self.sysadmin, "blocked": self.blocked,
        }[role]  # fmt: skip

    def things(self, state: str, is_fresh: bool) -> dict[str, str]:
        """Ids of what is there in a state; the same for all who may not change it."""
        if state in self.kept and not is_fresh:
            return self.kept[state]
        made = self.made(state)
        if not is_fresh:
            self.kept[state] = made
        return made

    def made(self, state: str) -> dict[str, str]:
        """A thread in a state, with what belongs to it."""
        if state == "advice":
            return {"thread": ask(self.institution.editor, self.public, kind="advice")["id"]}
        if state in ("pending", "decided"):
            return self.waiting(is_decided=state == "decided")
        about = dataset(self.institution) if state == "private" else self.public
        thread = ask(self.asker, about, kind="comment" if state == "comment" else "question")
        reply = act(self.asker, "promote_post_create", thread_id=thread["id"], body="More.")
        [first, _] = posts(self.asker, thread)
        found = {"thread": thread["id"], "post": reply["id"], "first": first["id"]}
        return {**found, **self.moved(state, found, about)}

    def waiting(self, is_decided: bool) -> dict[str, str]:
        """A thread that waits, or waited, for a moderator."""
        thread = ask(self.asker, self.public, body=LINKS)
        [item] = [each for each in act(self.sysadmin, "promote_moderation_list", limit=100)
                  ["items"] if each["thread"]["id"] == thread["id"]]  # fmt: skip
        if is_decided:
            act(self.sysadmin, "promote_moderation_decide", id=item["id"], decision="approve")
        return {"thread": thread["id"], "item": item["id"], "first": item["post"]["id"]}

    def moved(self, state: str, found: dict[str, str], about: dict[str, Any]) -> dict[str, str]:
        """Bring an open thread into a state; what more there is then."""
        editor, thread = self.institution.editor, {"id": found["thread"]}
        if state in ("promised", "kept"):
            promise = answer(editor, thread, outcome="possible", due_on=day(9))["commitment"]
            if state == "kept":
                act(editor, "promote_commitment_keep", id=promise["id"], dataset=about["name"])
            return {"commitment": promise["id"]}
        if state == "answered":
            return {"official": answer(editor, thread)["post_id"]}
        why = "A person is named."
        steps: dict[str, tuple[Any, str, dict[str, Any]]] = {
            "private": (editor, "package_patch", {"id": about["id"], "private": True}),
            "waiting": (editor, "promote_thread_clarify", {**thread, "body": "Which column?"}),
            "closed": (self.sysadmin, "promote_thread_close", thread),
            "hidden": (self.sysadmin, "promote_post_hide", {"id": found["first"], "reason": why}),
            "hidden post": (
                self.sysadmin, "promote_post_hide", {"id": found["post"], "reason": why}
            ),
        }  # fmt: skip
        if state in steps:
            user, action, data = steps[state]
            act(user, action, **data)
        return {}

    def template(self) -> str:
        """Id of an answer template of the institution."""
        return act(
            self.institution.editor, "promote_answer_template_create", title="Weekly",
            institution=self.institution.name, body="Every week.",
        )["id"]  # fmt: skip

    def post(self, action: str, role: str, data: Any) -> Any:
        """What the action API answers to a role."""
        return self.app.post(
            f"/api/3/action/{action}", json=data, headers=headers(self.user(role))
        )


@pytest.fixture(scope="module")
def world(reset_db: Any, migrate_db_for: Any) -> Iterator[World]:
    p.load_all()
    reset_db()
    if not sa.inspect(model.meta.engine).has_table("promote_thread"):
        migrate_db_for("promote")
    app, owner = helpers._get_test_app(), institution()
    made = World(
        app, owner, institution(), institution(name="central"), citizen(), citizen(), citizen(),
        aged(factories.SysadminWithToken()), dataset(owner), dataset(owner, private=True),
    )  # fmt: skip
    for each in (made.other.editor, made.institution.editor):
        aged(each)
    act(made.sysadmin, "promote_area_create", institution=owner.name, name="hydrology")
    act(made.sysadmin, "promote_user_block", user=made.blocked["name"], reason="Advertising.")
    yield made
    p.unload_all()


def filled(world: World, value: Any, things: dict[str, str]) -> Any:
    """Input with the things that its ``{names}`` stand for."""
    if isinstance(value, dict):
        return {key: filled(world, each, things) for key, each in value.items()}
    if not isinstance(value, str) or not value.startswith("{"):
        return value
    names = {
        "institution": world.institution.name, "other": world.other.name,
        "dataset": world.public["name"], "private": world.private["name"],
        "user": world.citizen["name"], "soon": day(5), "today": day(0), **things,
    }  # fmt: skip
    return names[value[1:-1]]


TABLES = (
    threads_model.Thread, threads_model.Post, threads_model.ThreadClock, threads_model.Supporter,
    threads_model.Follower, threads_model.Commitment, moderation_model.Report,
    moderation_model.ModerationItem, moderation_model.UserBlock, moderation_model.AnswerTemplate,
    Event,
)  # fmt: skip


def stored() -> list[Any]:
    """Everything that a refused call must leave as it is."""
    model.Session.remove()
    return [
        sorted(map(repr, model.Session.execute(sa.select(table.__table__)))) for table in TABLES
    ]


def things_of(world: World, row: ThreadRow, is_fresh: bool) -> dict[str, str]:
    """What the row's input names, in its state."""
    text = str(row.data)
    if "{template}" in text:
        return {"template": world.template()}
    if any(name in text for name in ("{thread}", "{post}", "{first}", "{official}", "{item}",
                                     "{commitment}")):  # fmt: skip
        return world.things(row.state.partition(",")[0], is_fresh)
    return {}


CASES = [(row, role) for row in THREAD_TABLE for role in THREAD_ROLES]


@pytest.mark.parametrize(
    ("row", "role"), CASES, ids=[f"{row.action}-{row.state}-{role}" for row, role in CASES]
)
def test_each_role_may_do_what_the_table_says(world: World, row: ThreadRow, role: str) -> None:
    expected = row.expected(role)
    data = filled(world, row.data, things_of(world, row, is_fresh=expected == 200))
    before = stored()
    reply = world.post(row.action, role, data)
    assert reply.status_code == expected, reply.body
    if row.action == "promote_user_block" and expected == 200:
        for user in (world.citizen, world.asker):
            act(world.sysadmin, "promote_user_unblock", user=user["name"])
    if expected != 200:
        assert stored() == before
        error = reply.json["error"]
        assert error.get("message", "").strip() or set(error) - {"__type"}


HOSTILE: list[Any] = [None, [], {}, "", "\x00", "\ud800", "x" * 50_001, -1, True, [[["a"]]]]
FIRST_ROWS = {row.action: row for row in reversed(THREAD_TABLE)}


@pytest.mark.parametrize("action", sorted(FIRST_ROWS))
def test_hostile_input_is_refused_and_breaks_nothing(world: World, action: str) -> None:
    row = FIRST_ROWS[action]
    data = filled(world, row.data, things_of(world, row, is_fresh=True))
    keys = {*data, "limit", "cursor"} if action.endswith("_list") else {*data}
    for key in keys:
        for value in HOSTILE:
            reply = world.post(action, "sysadmin", {**data, key: value})
            assert reply.status_code in (200, 400, 403, 404, 409), (key, value, reply.body)


CLAIMS = (
    "author_id", "visitor_id", "institution_id", "state", "is_official", "is_hidden", "hops",
    "created_at", "official_post_id", "user_id", "registered_by", "posts_count", "verdict",
)  # fmt: skip


@pytest.mark.parametrize(
    "action", ["promote_thread_create", "promote_post_create", "promote_thread_update"]
)
def test_nothing_that_a_caller_claims_is_taken(world: World, action: str) -> None:
    row = FIRST_ROWS[action]
    data = filled(world, row.data, things_of(world, row, is_fresh=True))
    before = stored()
    for key in CLAIMS:
        reply = world.post(action, "asker", {**data, key: world.sysadmin["id"]})
        assert (reply.status_code, set(reply.json["error"])) == (409, {key, "__type"})
    assert stored() == before
