"""A dataset that is made private, or deleted, takes its conversations along, on every surface."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ckan import model

from ckanext.promote.base.model import utc_now
from ckanext.promote.threads.figuring import compute_all
from tests import walking
from tests.factories import act, headers
from tests.postbox import receiving
from tests.surfaces import Surfaces
from tests.test_swapped_ids import stored

MARK, WORD = "xilofonito", "marimbita"
"""The texts have both words; one is looked for, the other is what lists are asked for."""
LIMITS = [
    f"limits.{who}.{per}" for who in ("user", "visitor", "network") for per in ("hour", "day")
]
pytestmark = [
    pytest.mark.usefixtures("portal", "own_publishing"),
    pytest.mark.ckan_config("ckanext.promote.central_team", "central"),
    *(pytest.mark.ckan_config(f"ckanext.promote.{name}", 0) for name in LIMITS),
]
STRANGERS = ("visitor", "citizen", "asker", "other liaison", "liaison", "central")
"""Who may not read a private dataset. The asker wrote it; the liaison is no member of CKAN's."""
INSIDERS = ("member", "editor", "sysadmin")


@pytest.fixture
def world(app: Any, ckan_config: Any, monkeypatch: Any) -> Iterator[Surfaces]:
    with receiving() as postbox:
        for name, value in {**postbox.options, "ckanext.promote.form.min_seconds": 0}.items():
            monkeypatch.setitem(ckan_config, name, value)
        yield Surfaces.made(app, postbox, f"{MARK} {WORD}", "people.example")


def places_with_mark(app: Any, world: Surfaces, role: str) -> list[str]:
    """What shows a text of the conversations to a role."""
    answers = world.answers(app, role, WORD, types=("story",))
    return [asked for asked, _, text in answers if MARK in text]


def test_they_are_gone_at_once_for_strangers_and_there_for_the_institution(
    app: Any, world: Surfaces
) -> None:
    assert set(world.reads()) == set(walking.actions(reading=True))
    assert len(places_with_mark(app, world, "visitor")) > 25
    act(world.users["editor"], "package_patch", id="leaks", private=True)
    compute_all(model.Session, utc_now())
    model.Session.commit()
    assert {role: places_with_mark(app, world, role) for role in STRANGERS} == dict.fromkeys(
        STRANGERS, []
    )
    assert refused_writes(app, world) == []
    for role in INSIDERS:
        for path in (
            f"/feedback/{world.ids['thread']}", "/dataset/leaks/feedback.csv?kind=question",
            "/feedback?kind=question", f"/feedback.atom?q={WORD}", "/dataset/leaks",
        ):  # fmt: skip
            assert MARK in app.get(path, headers=headers(world.users[role])).body, (role, path)
    act(world.users["sysadmin"], "package_delete", id="leaks")
    all_of_them = ("asker", "editor", "sysadmin")
    assert {role: places_with_mark(app, world, role) for role in all_of_them} == dict.fromkeys(
        all_of_them, []
    )
    assert refused_writes(app, world) == []


def refused_writes(app: Any, world: Surfaces) -> list[tuple[str, str, int]]:
    """Writes that are answered otherwise than what is missing; all of them change nothing."""
    ids, found = world.ids, []
    one, post = {"id": ids["thread"]}, {"id": ids["post"]}
    link = {"access_token": ids["access"]}
    writes: list[tuple[str, dict[str, Any]]] = [
        ("promote_thread_create", {"subject_type": "dataset", "subject_id": "leaks",
                                   "kind": "question", "title": "Why?!", "body": "Why?"}),
        ("promote_post_create", {"thread_id": ids["thread"], "body": "More."}),
        ("promote_thread_support", one), ("promote_thread_follow", one),
        ("promote_thread_withdraw", {"id": ids["visited"]}),
        ("promote_thread_verdict", {**one, "helpful": True}),
        ("promote_post_update", {**post, "body": "More."}), ("promote_post_delete", post),
        ("promote_post_appeal", {"id": ids["hidden"], "text": "More."}),
        ("promote_report_create", {"post_id": ids["post"], "reason": "spam"}),
    ]  # fmt: skip
    writes += [
        (name, {**data, **link}) for name, data in writes
        if name not in ("promote_thread_create", "promote_report_create")
    ]  # fmt: skip
    before = stored()
    for role in STRANGERS:
        user = headers(world.users[role])
        for name, data in writes:
            status = app.post(f"/api/3/action/{name}", json=data, headers=user).status_code
            found += [(role, name, status)] if status != 404 else []
        for path in world.writing_pages():
            answer = app.post(path, data={"body": "More."}, headers=user, follow_redirects=False)
            found += [(role, path, answer.status_code)] if answer.status_code != 404 else []
    assert stored() == before
    return found
