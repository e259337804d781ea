"""Published contents can be talked about, and nothing else of theirs."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
import pytest

from tests.factories import STORY, act, content, institution, site_user
from tests.threads.talk import QUESTION, answer, citizen

pytestmark = pytest.mark.usefixtures("portal", "own_publishing")


def ask_about(user: dict[str, Any], subject_type: str, subject_id: str) -> dict[str, Any]:
    return act(
        user, "promote_thread_create", **QUESTION, subject_type=subject_type,
        subject_id=subject_id,
    )  # fmt: skip


def test_a_question_about_a_story_goes_to_its_institution_and_goes_with_it() -> None:
    owner, ana = institution(), citizen()
    story = content(owner.editor, owner_org=owner.name)
    thread = ask_about(ana, "content", story["name"])
    assert (thread["institution"], thread["subject"]) == (
        owner.name,
        {"type": "content", "id": story["id"], "name": story["name"], "title": story["title"],
         "kind": "story"},
    )  # fmt: skip
    assert answer(owner.editor, thread)["state"] == "answered"
    [listed] = act(
        None, "promote_thread_list", subject_type="content", subject_id=story["name"]
    )["items"]  # fmt: skip
    assert listed["id"] == thread["id"]
    act(owner.editor, "promote_content_archive", id=story["id"])
    for user in (None, ana, owner.editor, site_user()):
        assert act(user, "promote_thread_list")["items"] == []
        with pytest.raises(tk.ObjectNotFound):
            act(user, "promote_thread_show", id=thread["id"])


def test_drafts_and_contents_under_another_name_are_no_subjects() -> None:
    owner, ana = institution(), citizen()
    story = content(owner.editor, owner_org=owner.name)
    draft = act(owner.editor, "promote_content_create", **STORY, owner_org=owner.name, draft=True)
    for user in (ana, owner.editor):
        for subject_type, subject_id in (
            ("dataset", story["name"]), ("content", draft["id"]), ("content", "there-is-none"),
            ("institution", story["name"]), ("nonsense", story["name"]),
        ):  # fmt: skip
            with pytest.raises(tk.ObjectNotFound):
                ask_about(user, subject_type, subject_id)


def test_a_question_about_an_institution_goes_to_it_and_goes_with_it() -> None:
    owner, ana = institution(), citizen()
    thread = ask_about(ana, "institution", owner.name)
    assert (thread["institution"], thread["subject"]["type"]) == (owner.name, "institution")
    act(site_user(), "organization_delete", id=owner.id)
    assert act(ana, "promote_thread_list")["items"] == []
    with pytest.raises(tk.ObjectNotFound):
        act(ana, "promote_thread_show", id=thread["id"])


def test_a_story_of_no_institution_is_the_central_teams() -> None:
    story, ana = content(site_user()), citizen()  # type: ignore[arg-type] -- a name does, too
    thread = ask_about(ana, "content", story["name"])
    assert (thread["institution"], thread["is_in_queue"]) == (None, True)
    assert answer(site_user(), thread)["state"] == "answered"
