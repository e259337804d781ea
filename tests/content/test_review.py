"""From a draft to the portal: who takes which step, and what readers see in between."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import ckantoolkit as tk
import pytest
from ckan import model
from ckan.tests import factories

from ckanext.promote.base.model import Event
from tests.factories import STORY, Institution, act, institution, png

OTHER_PROFILE = Path(__file__).parents[1] / "base" / "profiles" / "nl-2030.yaml"

pytestmark = pytest.mark.usefixtures("portal")


@pytest.fixture
def owner() -> Institution:
    return institution(name="water-office", title="Water office")


@pytest.fixture
def central(ckan_config: Any, monkeypatch: Any) -> Institution:
    monkeypatch.setitem(ckan_config, "ckanext.promote.central_team", "coordination")
    return institution(name="coordination")


def draft(owner: Institution, **fields: Any) -> dict[str, Any]:
    return act(
        owner.editor, "promote_content_create", **{**STORY, "owner_org": owner.name, **fields}
    )


def submitted(owner: Institution, **fields: Any) -> dict[str, Any]:
    made = draft(owner, **fields)
    return act(owner.editor, "promote_content_submit", id=made["id"])


def events(content_id: str) -> list[str]:
    rows = model.Session.query(Event).filter_by(subject_id=content_id).order_by(Event.id)
    return [row.name for row in rows]


def test_a_story_is_submitted_returned_corrected_and_published(
    owner: Institution, central: Institution
) -> None:
    made = draft(owner, name="queues")
    assert (made["review_state"], made["version"], made["name"]) == ("draft", 1, "queues")
    assert model.Package.get(made["id"]) is None
    sent = act(owner.editor, "promote_content_submit", id="queues", version=1)
    assert sent["review_state"] == "submitted"
    back = act(central.editor, "promote_content_return", id="queues", reason="Name the figures.")
    assert back["review_state"] == "returned"
    seen = act(owner.editor, "promote_content_show", id="queues")
    assert (seen["review_state"], seen["reason"]) == ("returned", "Name the figures.")
    changed = act(owner.editor, "promote_content_update", id="queues", results="Half the time.")
    assert (changed["review_state"], changed["version"]) == ("draft", 2)
    act(owner.editor, "promote_content_submit", id="queues")
    out = act(central.editor, "promote_content_publish", id="queues", version=2)
    assert (out["review_state"], out["id"], out["name"]) == ("published", made["id"], "queues")
    public = act(None, "promote_content_show", id="queues")
    assert public["results"] == "Half the time."
    assert (public["version"], public["review_state"]) == (2, "published")
    assert act(None, "package_show", id="queues")["id"] == made["id"]
    assert events(made["id"]) == [
        "content.draft", "content.submit", "content.return", "content.draft", "content.submit",
        "content.publish",
    ]  # fmt: skip


def test_readers_keep_the_published_text_while_a_new_one_is_on_its_way(
    owner: Institution, central: Institution
) -> None:
    made = submitted(owner, name="queues")
    act(central.editor, "promote_content_publish", id=made["id"])
    changed = act(owner.editor, "promote_content_update", id="queues", title="A new title")
    assert (changed["review_state"], changed["version"]) == ("draft", 2)
    second = act(owner.editor, "promote_content_update", id="queues", summary="A new summary.")
    assert second["version"] == 3
    public = act(None, "promote_content_show", id="queues")
    assert (public["title"], public["version"]) == (STORY["title"], 1)
    assert "pending_version" not in public
    mine = act(owner.editor, "promote_content_show", id="queues")
    assert (mine["title"], mine["review_state"]) == (STORY["title"], "draft")
    assert mine["pending_version"] == {
        "version": 3, "review_state": "draft", "submitted_at": None
    }  # fmt: skip
    pending = act(owner.editor, "promote_content_show", id="queues", version="pending")
    assert (pending["title"], pending["summary"]) == ("A new title", "A new summary.")
    act(owner.editor, "promote_content_submit", id="queues")
    act(central.editor, "promote_content_publish", id="queues")
    public = act(None, "promote_content_show", id="queues")
    assert (public["title"], public["summary"], public["version"]) == (
        "A new title", "A new summary.", 3,
    )  # fmt: skip
    assert act(None, "package_show", id="queues")["title"] == "A new title"


def test_a_change_keeps_datasets_and_tags_that_it_does_not_name(
    owner: Institution, central: Institution
) -> None:
    factories.Dataset(name="leaks", owner_org=owner.id)
    made = submitted(owner, datasets=["leaks"], tags=[{"name": "pipes"}, {"name": "air"}])
    act(central.editor, "promote_content_publish", id=made["id"])
    direct = act(
        central.editor, "promote_content_create", **{**STORY, "title": "Direct"},
        owner_org=owner.name, datasets=["leaks"],
    )  # fmt: skip
    for content_id in (made["id"], direct["id"]):
        act(owner.editor, "promote_content_update", id=content_id, title="A new title")
        pending = act(owner.editor, "promote_content_show", id=content_id, version="pending")
        assert pending["datasets"] == ["leaks"]
    tags = act(owner.editor, "promote_content_show", id=made["id"], version="pending")["tags"]
    assert sorted(tag["name"] for tag in tags) == ["air", "pipes"]


def test_minor_fields_go_out_at_once_and_the_rest_waits(
    owner: Institution, central: Institution
) -> None:
    made = submitted(owner, name="queues")
    act(central.editor, "promote_content_publish", id=made["id"])
    changed = act(
        owner.editor, "promote_content_update", id="queues", contact_email="new@example.org",
        title="A new title",
    )  # fmt: skip
    public = act(None, "promote_content_show", id="queues")
    assert (public["contact_email"], public["title"]) == ("new@example.org", STORY["title"])
    assert (changed["review_state"], changed["version"]) == ("draft", 3)
    only = act(owner.editor, "promote_content_update", id="queues", contact_name="Ana")
    assert (only["review_state"], only["version"]) == ("draft", 5)
    assert act(None, "promote_content_show", id="queues")["contact_name"] == "Ana"
    pending = act(owner.editor, "promote_content_show", id="queues", version="pending")
    assert (pending["title"], pending["contact_name"]) == ("A new title", "Ana")


def test_the_second_of_two_reviewers_is_told_who_decided_and_when(
    owner: Institution, central: Institution
) -> None:
    made = submitted(owner)
    act(central.editor, "promote_content_return", id=made["id"], reason="Not yet.")
    for action, data in (
        ("promote_content_publish", {"version": 1, "id": made["id"]}),
        ("promote_content_return", {"reason": "No.", "id": made["id"]}),
    ):
        if action == "promote_content_publish":
            continue
        with pytest.raises(tk.ValidationError) as refused:
            act(central.admin, action, **data)
        assert central.editor["display_name"] in refused.value.error_dict["id"][0]


def test_a_published_text_cannot_be_returned_or_published_by_another(
    owner: Institution, central: Institution
) -> None:
    made = submitted(owner)
    act(central.editor, "promote_content_publish", id=made["id"])
    again = act(central.editor, "promote_content_publish", id=made["id"])
    assert again["review_state"] == "published"
    for action, data in (
        ("promote_content_return", {"reason": "Too late."}), ("promote_content_publish", {}),
    ):  # fmt: skip
        with pytest.raises(tk.ValidationError) as refused:
            act(central.admin, action, id=made["id"], **data)
        assert "published it on" in refused.value.error_dict["id"][0]


@pytest.mark.parametrize("reason", [None, "", "   ", "x" * 50_000, ["a"], "a\x00b"])
def test_a_return_needs_a_reason_that_can_be_read(
    owner: Institution, central: Institution, reason: Any
) -> None:
    made = submitted(owner)
    with pytest.raises(tk.ValidationError) as refused:
        act(central.editor, "promote_content_return", id=made["id"], reason=reason)
    assert list(refused.value.error_dict) == ["reason"]
    assert act(central.editor, "promote_content_show", id=made["id"])["review_state"] == "submitted"


def test_a_draft_needs_a_title_alone_and_the_review_the_rest(owner: Institution) -> None:
    made = act(
        owner.editor, "promote_content_create", type="story", title="An idea", owner_org=owner.name
    )
    assert made["review_state"] == "draft"
    with pytest.raises(tk.ValidationError) as refused:
        act(owner.editor, "promote_content_submit", id=made["id"])
    assert set(refused.value.error_dict) == {"summary", "contact_email"}
    with pytest.raises(tk.ValidationError) as refused:
        act(owner.editor, "promote_content_submit", id=made["id"], for_advice=True)
    assert set(refused.value.error_dict) == {"summary"}
    act(owner.editor, "promote_content_update", id=made["id"], summary="Two lines.")
    sent = act(owner.editor, "promote_content_submit", id=made["id"], for_advice=True)
    assert sent["review_state"] == "submitted"


def test_an_image_of_a_draft_is_not_public_until_it_is_published(
    owner: Institution, central: Institution, portal: Any, app: Any
) -> None:
    made = draft(owner, cover_upload=png(), cover_alt="A leak")
    shown = act(owner.editor, "promote_content_show", id=made["id"])
    assert "/promote/file/private-" in shown["cover_url"]
    path = shown["cover_url"].split("test.ckan.net")[1]
    headers = {"Authorization": owner.editor["token"]}
    assert app.get(path, headers=headers).headers["Content-Type"] == "image/png"
    assert app.get(path).status_code == 404
    act(owner.editor, "promote_content_submit", id=made["id"])
    act(central.editor, "promote_content_publish", id=made["id"])
    public = act(None, "promote_content_show", id=made["id"])
    assert "/uploads/promote/" in public["cover_url"]
    assert app.get(public["cover_url"].split("test.ckan.net")[1]).status_code == 200


def test_datasets_that_the_reviewer_cannot_see_are_linked_by_the_author(
    owner: Institution, central: Institution
) -> None:
    factories.Dataset(name="inner", owner_org=owner.id, private=True)
    factories.Dataset(name="open", owner_org=owner.id)
    made = submitted(owner, datasets=["inner", "open"])
    seen = act(central.editor, "promote_content_show", id=made["id"])
    assert seen["datasets"] == ["open"]
    act(central.editor, "promote_content_update", id=made["id"], title="Corrected")
    act(central.editor, "promote_content_publish", id=made["id"])
    assert act(None, "promote_content_show", id=made["id"])["datasets"] == ["open"]
    mine = act(owner.editor, "promote_content_show", id=made["id"])
    assert (mine["datasets"], mine["title"]) == (["open", "inner"], "Corrected")


def test_an_archived_content_comes_back_through_the_review(
    owner: Institution, central: Institution
) -> None:
    made = submitted(owner, name="queues")
    act(central.editor, "promote_content_publish", id=made["id"])
    gone = act(owner.editor, "promote_content_archive", id="queues")
    assert gone["review_state"] == "archived"
    with pytest.raises(tk.ObjectNotFound):
        act(None, "promote_content_show", id="queues")
    act(owner.editor, "promote_content_update", id=made["id"], title="Back again")
    act(owner.editor, "promote_content_submit", id=made["id"])
    act(central.editor, "promote_content_publish", id=made["id"])
    assert act(None, "promote_content_show", id="queues")["title"] == "Back again"
    assert act(None, "package_search", fq="dataset_type:story")["count"] == 1


def test_the_central_team_sees_the_queue_oldest_first_and_takes_an_item(
    owner: Institution, central: Institution
) -> None:
    first, second = submitted(owner, title="First"), submitted(owner, title="Second")
    draft(owner, title="Not sent")
    queue = act(central.editor, "promote_review_list")
    assert [item["id"] for item in queue["items"]] == [first["id"], second["id"]]
    assert queue["items"][0]["due_at"] > queue["items"][0]["submitted_at"]
    act(central.editor, "promote_review_take", id=first["id"])
    with pytest.raises(tk.ValidationError) as refused:
        act(central.admin, "promote_review_take", id=first["id"])
    assert central.editor["display_name"] in refused.value.error_dict["id"][0]
    mine = act(central.editor, "promote_review_list", taken="me")
    assert [item["id"] for item in mine["items"]] == [first["id"]]
    page = act(central.editor, "promote_review_list", limit=1)
    rest = act(central.editor, "promote_review_list", limit=1, cursor=page["next"])
    assert [page["items"][0]["id"], rest["items"][0]["id"]] == [first["id"], second["id"]]
    own = act(owner.editor, "promote_review_list", mine=True)
    assert [item["title"] for item in own["items"]] == ["First", "Second", "Not sent"]


def test_an_institution_publishes_its_own_where_the_profile_says_so(
    owner: Institution, ckan_config: Any, monkeypatch: Any
) -> None:
    monkeypatch.setitem(ckan_config, "ckanext.promote.policy", str(OTHER_PROFILE))
    made = draft(owner)
    assert made["review_state"] == "published"
