"""Every action on contents as every role, through the HTTP API: what the table says, no more."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import ckan.plugins as p
import ckantoolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckan.tests import factories, helpers

from ckanext.promote.base.model import Event
from ckanext.promote.content.model import Content, ContentDataset, ContentVersion
from tests.factories import STORY, Institution, act, content, headers, institution
from tests.permissions import ROLES, TABLE, Row
from tests.permissions_people import PEOPLE_TABLE
from tests.permissions_threads import THREAD_TABLE

# CKAN takes all options back before each test: they cannot be set for the module's world.
pytestmark = [
    pytest.mark.ckan_config("ckanext.promote.central_team", "central"),
    pytest.mark.ckan_config("ckan.auth.create_unowned_dataset", True),
]

PUBLISHED = ("published", "published, to another")


@dataclass
class World:
    """A portal with one person of each role, kept for all tests of this module."""

    app: Any
    institution: Institution
    other: Institution
    central: Institution
    citizen: dict[str, Any]
    sysadmin: dict[str, Any]
    public: dict[str, Any]
    private: dict[str, Any]
    kept: dict[str, str] = field(default_factory=dict)

    def user(self, role: str) -> dict[str, Any] | None:
        """The person of a role."""
        return {
            "visitor": None,
            "citizen": self.citizen,
            "member": self.institution.member,
            "editor": self.institution.editor,
            "admin": self.institution.admin,
            "other_editor": self.other.editor,
            "central_editor": self.central.editor,
            "sysadmin": self.sysadmin,
        }[role]

    def content(self, state: str, is_fresh: bool) -> str:
        """Id of a content in a state; the same one for all who may not change it."""
        if state in self.kept and not is_fresh:
            return self.kept[state]
        owner = {} if state == "unowned" else {"owner_org": self.institution.name}
        kind = "app" if state.endswith(" app") else "story"
        if state in ("draft", "submitted", "returned"):
            made = self.pending(state)
        else:
            made = content(self.sysadmin, type=kind, **owner)["id"]
        if state.startswith("archived"):
            act(self.sysadmin, "promote_content_archive", id=made)
        if not is_fresh:
            self.kept[state] = made
        return made

    def pending(self, state: str) -> str:
        """Id of a content of the institution that is not published."""
        editor = self.institution.editor
        made = act(editor, "promote_content_create", **STORY, owner_org=self.institution.name)["id"]
        if state != "draft":
            act(editor, "promote_content_submit", id=made)
        if state == "returned":
            act(self.sysadmin, "promote_content_return", id=made, reason="Not yet.")
        return made

    def post(self, action: str, role: str, data: dict[str, Any]) -> Any:
        """What the action API answers to a role."""
        return self.app.post(
            f"/api/3/action/{action}", json=data, headers=headers(self.user(role))
        )


@pytest.fixture(scope="module")
def world(reset_db: Any, migrate_db_for: Any) -> Iterator[World]:
    p.load_all()
    reset_db()
    if not sa.inspect(model.meta.engine).has_table("promote_content"):
        migrate_db_for("promote")
    search.clear_all()
    app, owner = helpers._get_test_app(), institution()
    yield World(
        app, owner, institution(), institution(name="central"),
        factories.UserWithToken(), factories.SysadminWithToken(),
        factories.Dataset(owner_org=owner.id), factories.Dataset(owner_org=owner.id, private=True),
    )  # fmt: skip
    p.unload_all()


def filled(world: World, value: Any, content_id: str) -> Any:
    """Input with the things that its ``{names}`` stand for."""
    if isinstance(value, dict):
        return {key: filled(world, each, content_id) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(world, each, content_id) for each in value]
    names = {
        "{content}": content_id,
        "{institution}": world.institution.name,
        "{other}": world.other.name,
        "{dataset}": world.public["name"],
        "{private}": world.private["name"],
        "{user}": world.citizen["name"],
    }
    return names.get(value, value) if isinstance(value, str) else value


def stored() -> list[Any]:
    """Everything that a refused call must leave as it is."""
    model.Session.remove()
    tables = (
        model.Package, Content, ContentDataset, ContentVersion, Event, model.Resource,
        model.PackageMember,
    )  # fmt: skip
    return [
        sorted(map(repr, model.Session.execute(sa.select(table.__table__)))) for table in tables
    ]


CASES = [(row, role) for row in TABLE for role in ROLES]


@pytest.mark.parametrize(
    ("row", "role"), CASES, ids=[f"{row.action}-{row.state}-{role}" for row, role in CASES]
)
def test_each_role_may_do_what_the_table_says(world: World, row: Row, role: str) -> None:
    expected = row.expected(role)
    content_id = ""
    if "{content}" in str(row.data):
        state = "published" if row.state in PUBLISHED else row.state
        content_id = world.content(state, is_fresh=expected == 200)
    data = filled(world, row.data, content_id)
    before = stored()
    answer = world.post(row.action, role, data)
    assert answer.status_code == expected, answer.body
    if expected != 200:
        assert stored() == before
        error = answer.json["error"]
        assert error.get("message", "").strip() or set(error) - {"__type"}


def our_actions() -> dict[str, Any]:
    """The actions that the plugin brings, CKAN's own that it surrounds among them."""
    return dict(p.get_plugin("promote").get_actions())


def test_every_action_of_ours_is_in_the_table(world: World) -> None:
    ours = {name for name in our_actions() if name.startswith("promote_")}
    rows = (*TABLE, *PEOPLE_TABLE, *THREAD_TABLE)
    assert ours == {row.action for row in rows if row.action.startswith("promote_")}


READING = ("show", "list", "count", "history")
CLOSED = sorted({
    row.action
    for row in (*TABLE, *THREAD_TABLE, *(each for each in PEOPLE_TABLE if each.is_ours))
    if row.answers.split()[0] in "-?" and row.action.rpartition("_")[2] not in READING
})  # fmt: skip
"""What visitors may not do: everything that writes."""


def test_every_writing_action_of_ours_is_closed_to_visitors(world: World) -> None:
    writing = {
        name for name, do in our_actions().items()
        if name.startswith("promote_") and not getattr(do, "side_effect_free", False)
    }  # fmt: skip
    assert writing == {name for name in CLOSED if name.startswith("promote_")}


NONSENSE: list[Any] = [{}, {"id": "there-is-none"}, {"id": ["a"]}, {"id": {}}, [], "text", None]


@pytest.mark.parametrize("action", CLOSED)
def test_a_visitor_who_sends_nonsense_writes_nothing_and_breaks_nothing(
    world: World, action: str
) -> None:
    before = stored()
    # Core looks a list up as if it were a name, and fails, for all packages.
    is_ours = action.startswith("promote_")
    for data in NONSENSE if is_ours else NONSENSE[:2]:
        assert world.post(action, "visitor", data).status_code in (400, 403, 404, 409), data
    assert stored() == before


@pytest.mark.parametrize("role", ROLES)
def test_nobody_may_change_the_state_of_a_content(world: World, role: str) -> None:
    user = world.user(role)
    content_id = world.content("published", is_fresh=False)
    with world.app.flask_app.test_request_context(), pytest.raises(tk.NotAuthorized):
        tk.check_access(
            "package_change_state", {"user": user["name"] if user else ""}, {"id": content_id}
        )


# --- What a row cannot say ---

CREATE = ("promote_content_create", "package_create")
UPDATE = ("promote_content_update", "package_update", "package_patch")


def refused(answer: Any, status: int, field: str = "") -> list[str]:
    """The sentences of a refusal; for one field, those of that field and no other."""
    assert answer.status_code == status, answer.body
    error = answer.json["error"]
    if not field:
        return [error["message"]]
    assert set(error) == {field, "__type"}
    return error[field]


@pytest.mark.parametrize("action", CREATE)
def test_an_id_in_the_body_of_a_create_is_refused(world: World, action: str) -> None:
    taken = world.content("published", is_fresh=False)
    for content_id in (taken, world.public["id"], "4a9a4a2c-9f44-4d0c-a3ab-3b1f3a6f0d11"):
        data = {**STORY, "owner_org": world.institution.name, "id": content_id}
        assert refused(world.post(action, "central_editor", data), 409, "id")[0].strip()


@pytest.mark.parametrize("action", ["package_update", "package_patch"])
def test_a_change_of_type_is_refused(world: World, action: str) -> None:
    content_id = world.content("published", is_fresh=False)
    data = {**STORY, "owner_org": world.institution.name, "id": content_id}
    for kind in ("app", "dataset"):
        answer = world.post(action, "central_editor", {**data, "type": kind})
        assert refused(answer, 409, "type") == [
            "The type of a content cannot be changed. Make a new one."
        ]


def test_a_dataset_cannot_become_a_content(world: World) -> None:
    answer = world.post("package_patch", "editor", {"id": world.public["id"], "type": "story"})
    assert answer.status_code in (200, 403, 409)
    assert model.Package.get(world.public["id"]).type == "dataset"


def test_a_resource_on_a_content_is_refused_with_what_to_do_instead(world: World) -> None:
    content_id = world.content("published", is_fresh=False)
    data = {"package_id": content_id, "url": "https://a.example", "name": "file"}
    [message] = refused(world.post("resource_create", "editor", data), 403)
    assert "Link the datasets that it uses instead." in message


@pytest.mark.parametrize("action", [*CREATE, *UPDATE])
def test_a_private_dataset_cannot_be_linked_by_who_cannot_read_it_and_is_like_a_missing_one(
    world: World, action: str
) -> None:
    """The other editor's own content, the institution's private dataset."""
    own = {**STORY, "owner_org": world.other.name}
    if action in UPDATE:
        own["id"] = content(world.other.editor, owner_org=world.other.name)["id"]
    role = "central_editor" if action.startswith("package_") else "other_editor"
    sentences = []
    for name in (world.private["name"], world.private["id"], "there-is-none"):
        answer = world.post(action, role, {**own, "datasets": [name]})
        sentences.append([each.replace(name, "*") for each in refused(answer, 409, "datasets")])
    assert sentences == [["There is no dataset “*” that you can see. Check its name."]] * 3


@pytest.mark.parametrize("action", CREATE)
@pytest.mark.parametrize(
    "claim",
    [
        {"creator_user_id": "{sysadmin}"}, {"user_id": "{sysadmin}"}, {"user": "{sysadmin}"},
        {"ignore_auth": True}, {"allow_state_change": True}, {"promote_pending_links": True},
        {"__extras": {"owner_org": "{other}"}}, {"review_state": "published"}, {"version": 7},
    ],
    ids=lambda claim: next(iter(claim)),
)  # fmt: skip
def test_nothing_that_a_caller_claims_gives_a_right(
    world: World, action: str, claim: dict[str, Any]
) -> None:
    ids = {"{sysadmin}": world.sysadmin["id"]}
    data = {**STORY, **{key: ids.get(str(value), value) for key, value in claim.items()}}
    before = stored()
    answer = world.post(action, "citizen", data)
    assert answer.status_code in (200, 403, 409)
    if answer.status_code != 200:
        assert stored() == before
    role = "central_editor" if action == "package_create" else "editor"
    answer = world.post(action, role, {**data, "owner_org": world.institution.name})
    assert answer.status_code in (200, 409), answer.body
    if answer.status_code == 200 and action == "package_create":
        package = model.Package.get(answer.json["result"]["id"])
        assert package.creator_user_id == world.central.editor["id"]
        assert package.owner_org == world.institution.id
        assert model.Session.get(Content, package.id).version == 1
    if answer.status_code == 200 and action == "promote_content_create":
        result = answer.json["result"]
        assert (result["review_state"], result["version"]) == ("draft", 1)
        assert model.Package.get(result["id"]) is None


@pytest.mark.parametrize("state", ["published", "archived"])
@pytest.mark.parametrize("action", ["bulk_update_delete", "bulk_update_private",
                                    "bulk_update_public"])  # fmt: skip
def test_a_bulk_change_with_a_content_among_the_datasets_changes_nothing(
    world: World, action: str, state: str
) -> None:
    content_id = world.content(state, is_fresh=False)
    before = stored()
    data = {"datasets": [world.public["id"], content_id], "org_id": world.institution.id}
    assert refused(world.post(action, "admin", data), 409, "datasets")[0].strip()
    assert world.post(action, "editor", data).status_code == 403
    assert stored() == before


def test_an_archived_content_that_is_changed_stays_off_the_portal(world: World) -> None:
    content_id = world.content("archived", is_fresh=True)
    for action, data, state in (
        ("promote_content_update", {"title": "Changed"}, "draft"),
        ("promote_content_archive", {}, "archived"),
    ):  # fmt: skip
        answer = world.post(action, "editor", {"id": content_id, **data})
        assert answer.json["result"]["review_state"] == state
    events = model.Session.execute(
        sa.select(Event.name).where(Event.subject_id == content_id).order_by(Event.id)
    )
    assert [row.name for row in events] == [
        "content.create", "content.archive", "content.draft", "content.archive",
    ]  # fmt: skip
    assert world.post("promote_content_show", "visitor", {"id": content_id}).status_code == 404


def test_who_left_the_institution_writes_for_it_no_more(world: World) -> None:
    """The same token, before and after; the same for an account that was deleted."""
    leaver, deleted = factories.UserWithToken(), factories.UserWithToken()
    for user in (leaver, deleted):
        act(world.sysadmin, "organization_member_create", id=world.institution.id,
            username=user["name"], role="editor")  # fmt: skip
    content_id = world.content("published", is_fresh=True)

    def patch(user: dict[str, Any], title: str) -> int:
        return world.app.post(
            "/api/3/action/promote_content_update", json={"id": content_id, "title": title},
            headers=headers(user),
        ).status_code  # fmt: skip

    assert (patch(leaver, "One"), patch(deleted, "Two")) == (200, 200)
    act(world.sysadmin, "organization_member_delete", id=world.institution.id,
        username=leaver["name"])  # fmt: skip
    act(world.sysadmin, "user_delete", id=deleted["name"])
    assert (patch(leaver, "Three"), patch(deleted, "Four")) == (403, 403)
    pending = act(world.sysadmin, "promote_content_show", id=content_id, version="pending")
    assert pending["title"] == "Two"
