"""What is not published is nowhere: every page and every read action, as everybody else.

A word is planted in each state, in every field that takes text. Then every GET route and every
reading action is asked, by people who have no part in the contents, and the word must not be in
any answer; but it must be in the answers for those who have one, else this test would see nothing.
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from ckan import logic, model
from ckan.tests import factories
from jinja2 import TemplateNotFound

from tests.factories import STORY, Institution, act, content, headers, institution, png

pytestmark = [
    pytest.mark.ckan_config("ckan.plugins", "activity promote"),
    pytest.mark.ckan_config("ckanext.promote.central_team", "coordination"),
]

STATES = ("draft", "submitted", "returned", "change", "archived", "proposal")
OTHERS = ("visitor", "citizen", "member", "other_editor")
SKIPPED_PREFIXES = ("/webassets", "/static", "/base", "/_debug", "/testing", "/user/reset")
UNKNOWN = {"logic_function", "resource_id", "token", "view_id"}
"""Arguments that have no value here."""
SIGNS_OUT = ("/user/_logout", "/user/logout", "/user/logged_out", "/user/logged_out_redirect")


def word_of(state: str) -> str:
    return f"qq{state}zz"


@dataclass
class World:
    """A portal with a word in each state, and people."""

    owner: Institution
    other: Institution
    central: Institution
    citizen: dict[str, Any]
    ids: dict[str, str] = field(default_factory=dict)

    def user(self, role: str) -> dict[str, Any] | None:
        return {
            "visitor": None, "citizen": self.citizen, "member": self.owner.member,
            "other_editor": self.other.editor, "editor": self.owner.editor,
            "central": self.central.editor,
        }[role]  # fmt: skip

    def names(self) -> list[str]:
        """Id of one half of the contents, name of the other."""
        found = []
        for place, (state, content_id) in enumerate(self.ids.items()):
            name = f"name-{state}" if state != "proposal" else content_id
            found.append(name if place % 2 else content_id)
        return found


def texts(state: str) -> dict[str, Any]:
    word = word_of(state)
    return {
        **STORY, "title": f"Title {word}", "summary": f"Summary {word}.", "body": f"Body {word}.",
        "background": f"Background {word}.", "authors": [f"Author {word}"],
        "contact_name": f"Contact {word}", "contact_email": f"{word}@example.org",
        "cover_alt": f"Picture {word}", "tags": [{"name": f"tag {word}"}],
        "value": [{"figure": "1", "unit": word, "what": word}],
        "external_datasets": [{"title": word, "url": f"https://{word}.example/"}],
    }  # fmt: skip


@pytest.fixture
def world(clean_db: Any, migrate_db_for: Any, app: Any, portal: Any) -> World:
    migrate_db_for("activity")
    owner = institution(name="water-office")
    made = World(owner, institution(), institution(name="coordination"), factories.UserWithToken())
    factories.Dataset(name="leaks", owner_org=owner.id, tags=[{"name": "water"}])
    for state in STATES[:3]:
        fields = {**texts(state), "name": f"name-{state}", "owner_org": owner.name,
                  "datasets": ["leaks"], "cover_upload": png()}  # fmt: skip
        made.ids[state] = act(owner.editor, "promote_content_create", **fields)["id"]
    for state in ("submitted", "returned"):
        act(owner.editor, "promote_content_submit", id=made.ids[state])
    act(made.central.editor, "promote_content_return", id=made.ids["returned"],
        reason=f"Because {word_of('returned')}.")  # fmt: skip
    public = {**STORY, "owner_org": owner.name, "datasets": ["leaks"]}
    changed = content(owner.editor, **public, name="name-change")
    made.ids["change"] = changed["id"]
    change = texts("change")
    minor = {"contact_name", "contact_email", "cover_alt"}
    act(owner.editor, "promote_content_update", id=changed["id"], cover_upload=png(),
        **{key: each for key, each in change.items() if key not in {*minor, "type"}},
        cover_alt="A picture")  # fmt: skip
    archived = content(owner.editor, **{**texts("archived"), "owner_org": owner.name,
                       "datasets": ["leaks"]}, name="name-archived")  # fmt: skip
    made.ids["archived"] = archived["id"]
    act(owner.editor, "promote_content_archive", id=archived["id"])
    proposal = act(factories.UserWithToken(), "promote_content_create", **texts("proposal"))
    made.ids["proposal"] = proposal["id"]
    return made


def routes(app: Any) -> Iterator[Any]:
    for rule in app.flask_app.url_map.iter_rules():
        is_skipped = rule.rule.startswith(SKIPPED_PREFIXES) or rule.rule in SIGNS_OUT
        if "GET" in (rule.methods or ()) and not is_skipped:
            yield rule


def paths(app: Any, world: World) -> list[str]:
    """Every GET route, with what its arguments can be about the contents."""
    found: list[str] = []
    fixed = {
        "package_type": "story", "group_type": "group", "object_type": "package", "ver": "3",
        "api_version": "3", "locale": "en", "type": "story", "platform": "web", "user": "x",
    }  # fmt: skip
    for rule in routes(app):
        names = set(rule.arguments) - set(rule.defaults or {})
        free = names - fixed.keys()
        if "<path" in rule.rule or rule.endpoint.endswith("changes_multiple") or UNKNOWN & names:
            continue
        references = ["water-office", "leaks", *world.names()] if free else [""]
        for reference in references:
            values = {name: fixed.get(name, reference) for name in names}
            path = rule.rule
            for name, value in values.items():
                converter = next(
                    (part for part in (f"<{name}>", f"<string:{name}>", f"<int:{name}>",
                                       f"<uuid:{name}>") if part in path), ""
                )  # fmt: skip
                path = path.replace(converter, value) if converter else path
            if "<" not in path:
                found.append(path)
    words = [
        f"{path}?q={word_of(state)}"
        for path in ("/story", "/app", "/dataset", "/", "/organization/water-office",
                     "/impact/featured", "/promote/review")
        for state in STATES
    ]  # fmt: skip
    feeds = ["/feeds/dataset.atom", "/feeds/organization/water-office.atom",
             "/feeds/tag/water.atom"]  # fmt: skip
    versions = [
        f"/story/{name}?version={version}"
        for name in world.names() for version in ("pending", "1", "2", "published")
    ]  # fmt: skip
    return list(dict.fromkeys([*found, *words, *feeds, *versions]))


def calls(world: World) -> list[tuple[str, dict[str, Any]]]:
    """Every action that reads, with what could bring a content to light."""
    logic.get_action("package_show")
    reading = sorted(
        name for name, action in logic._actions.items()
        if getattr(action, "side_effect_free", False)
        or name.rpartition("_")[2] in ("show", "list", "search", "autocomplete", "history")
    )  # fmt: skip
    asked: list[tuple[str, dict[str, Any]]] = []
    for name in reading:
        asked.append((name, {}))
        asked += [(name, {"id": reference}) for reference in world.names()]
        asked += [(name, {"q": word_of(state)}) for state in STATES[:2]]
    searches = [
        {"fq": "dataset_type:story"}, {"q": "*:*", "include_drafts": True},
        {"include_deleted": True, "fq": "dataset_type:story"}, {"fq": "+state:(draft OR deleted)"},
        {"include_private": True, "include_drafts": True, "fq": "dataset_type:(story OR app)"},
        {"fq": "dataset_type:story", "facet.field": '["tags","vocab_promote_org"]'},
    ]  # fmt: skip
    asked += [("package_search", data) for data in searches]
    asked += [("promote_content_list", {"type": "story"}),
              ("promote_dataset_content_list", {"dataset": "leaks"}),
              ("promote_review_list", {"mine": True, "state": "pending"}),
              ("user_show", {"id": world.owner.editor["name"], "include_datasets": True}),
              ("user_show", {"id": world.owner.editor["name"], "include_num_followers": True}),
              ("package_activity_list", {"id": world.ids["archived"]}),
              ("organization_activity_list", {"id": "water-office"}),
              ("tag_list", {"all_fields": True}), ("tag_autocomplete", {"q": "tag"}),
              ("organization_show", {"id": "water-office", "include_datasets": True})]  # fmt: skip
    asked += [
        ("promote_content_show", {"id": name, "version": version})
        for name in world.names() for version in ("pending", "1", "2")
    ]  # fmt: skip
    return asked


OURS = ("/story", "/app", "/promote", "/impact")
"""Where everybody is sent; to the rest of CKAN only the visitor and the member, who see most."""


def body_of(app: Any, path: str, user: dict[str, Any] | None) -> str:
    """The body of a page; nothing where one of core's breaks on what it is asked."""
    try:
        return app.get(path, headers=headers(user), follow_redirects=False).body
    except (logic.NotFound, logic.NotAuthorized, logic.ValidationError, TemplateNotFound):
        assert not path.startswith(OURS)
        return ""


def told(body: str) -> list[str]:
    return [state for state in STATES if word_of(state) in body]


@pytest.mark.parametrize("role", OTHERS)
def test_no_page_tells_what_is_not_published(world: World, app: Any, role: str) -> None:
    leaks = []
    everywhere = role in ("visitor", "member")
    for path in paths(app, world):
        if not everywhere and not path.startswith(OURS):
            continue
        # A page may repeat the reader's own words.
        body = body_of(app, path, world.user(role))
        for state in STATES:
            if f"q={word_of(state)}" in path:
                body = body.replace(word_of(state), "")
        leaks += [f"{path}: {state}" for state in told(body)]
    assert not leaks, "\n".join(leaks)


@pytest.mark.parametrize("role", OTHERS)
def test_no_action_tells_what_is_not_published(world: World, app: Any, role: str) -> None:
    leaks = []
    for name, data in calls(world):
        answer = app.post(
            f"/api/3/action/{name}", json=data, headers=headers(world.user(role))
        )
        body = answer.body
        for state in STATES:
            if data.get("q") == word_of(state):
                body = body.replace(word_of(state), "")
        leaks += [f"{name} {data}: {state}" for state in told(body)]
    assert not leaks, "\n".join(leaks)


def test_those_who_have_a_part_in_it_see_it(world: World, app: Any) -> None:
    for state in ("draft", "submitted", "returned", "change", "archived"):
        for role in ("editor", "central"):
            version = {"version": "pending"} if state == "change" else {}
            answer = app.post(
                "/api/3/action/promote_content_show", json={"id": world.ids[state], **version},
                headers=headers(world.user(role)),
            )  # fmt: skip
            assert told(answer.body) == [state], (state, role)
    queue = app.get("/promote/review", headers=headers(world.user("central")))
    assert told(queue.body) == ["submitted"]


def test_files_of_what_is_not_published_are_for_those_concerned_alone(
    world: World, app: Any
) -> None:
    shown = act(world.owner.editor, "promote_content_show", id=world.ids["submitted"])
    path = shown["cover_url"].split("test.ckan.net")[1]
    assert app.get(path, headers=headers(world.user("editor"))).status_code == 200
    for role in OTHERS:
        assert app.get(path, headers=headers(world.user(role))).status_code == 404
    name = path.rpartition("/")[2]
    for folder in ("/uploads/promote/", "/uploads/", "/uploads/promote_private/"):
        for each in (name, name.removeprefix("private-")):
            assert app.get(f"{folder}{each}", headers={}).status_code == 404


def test_the_index_and_core_tables_know_nothing_of_it(world: World, app: Any) -> None:
    for state in ("draft", "submitted", "returned", "proposal"):
        assert model.Package.get(world.ids[state]) is None
        found = act(None, "package_search", q=word_of(state), fq="dataset_type:(story OR dataset)")
        assert found["count"] == 0
        tags = model.Session.query(model.Tag).filter(model.Tag.name.contains(word_of(state)))
        assert tags.count() == 0
