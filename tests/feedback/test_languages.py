"""Each page of the conversations speaks one language, the reader's."""
from __future__ import annotations

from typing import Any

import pytest
from ckan.tests import factories

from tests.factories import Institution, act, content
from tests.i18n_helpers import PATHS, Reader, quiet_institution
from tests.static.package import hold
from tests.threads.talk import aged, answer, ask, citizen, dataset, day, posts

ALL = (
    "corrected", "will_publish", "possible", "published", "partly_published",
    "not_available", "declined", "duplicate", "acknowledged",
)  # fmt: skip


@pytest.fixture
def owner(portal: Any, own_publishing: None) -> Institution:
    made = quiet_institution()
    dataset(made, name="qqqdata", title="Qqqdata", maintainer="Qqqmaintainer", notes="Qqq.",
            resources=[])  # fmt: skip
    return made


@pytest.fixture
def ana() -> dict[str, Any]:
    return citizen(name="qqqana", fullname="Qqqana")


def readers(app: Any, user: dict[str, Any] | None) -> list[Reader]:
    return [Reader(app, language, user) for language in PATHS]


def done(found: list[Reader]) -> None:
    hold([each for reader in found for each in reader.strange])


def question(user: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return ask(user, {"name": "qqqdata"}, **{"title": "Qqqtitle", "body": "Qqqbody", **fields})


def test_the_page_of_a_conversation_in_its_states(app: Any, owner: Any, ana: Any) -> None:
    found = [*readers(app, None), *readers(app, owner.editor), *readers(app, ana)]
    first = question(ana, kind="request", wanted_formats=["CSV"])
    path = f"/feedback/{first['id']}"
    for step in range(6):
        for reader in found:
            reader.page(path)
            reader.page(f"{path}?reply={posts(None, first)[0]['id']}") if step == 1 else None
        if step == 0:
            post = act(owner.editor, "promote_post_create", thread_id=first["id"], body="Qqq",
                       reply_to=posts(None, first)[0]["id"])  # fmt: skip
            act(owner.editor, "promote_post_create", thread_id=first["id"], body="Qqq",
                internal=True)  # fmt: skip
            act(owner.editor, "promote_post_update", id=post["id"], body="Qqq qqq")
            gone = act(ana, "promote_post_create", thread_id=first["id"], body="Qqq")
            act(ana, "promote_post_delete", id=gone["id"])
            hidden = act(ana, "promote_post_create", thread_id=first["id"], body="Qqq")
            central = aged(factories.SysadminWithToken(fullname="Qqqcentral"))
            act(central, "promote_post_hide", id=hidden["id"], reason="Qqq.")
        elif step == 1:
            act(owner.editor, "promote_thread_clarify", id=first["id"], body="Qqq?")
        elif step == 2:
            answer(owner.editor, first, outcome="will_publish", due_on=day(9), body="Qqq.")
        elif step == 3:
            answer(owner.editor, first, body="Qqq.")
        elif step == 4:
            act(ana, "promote_thread_verdict", id=first["id"], helpful=True)
    done(found)


def test_every_outcome_and_every_form_of_a_step(app: Any, owner: Any, ana: Any) -> None:
    found = [*readers(app, owner.editor), *readers(app, ana), *readers(app, None)]
    editors, askers = found[:2], found[2:4]
    thread, more = question(ana), {"due_on": day(9), "dataset": "qqqdata", "legal_basis": "Qqq.",
                                   "duplicate_of": question(ana)["number"]}  # fmt: skip
    path, first = f"/feedback/{thread['id']}", posts(None, thread)[0]["id"]
    for reader in editors:
        for step in ("answer", "clarify", "route", "assign", "note", "update"):
            reader.page(f"{path}/{step}")
            reader.page(f"{path}/{step}", {"due_on": "qqq", "kind": "advice"}, status=400)
        reader.page(f"{path}/post/{first}/report")
    for reader in askers:
        for step in ("reply", "close", "withdraw", "update"):
            reader.page(f"{path}/{step}")
        reader.page(f"{path}/post/{first}/edit")
    for reader in found[4:]:
        reader.page(f"{path}/reply", {"body": "Qqq"}, status=400)
        reader.page(f"{path}/support", {})
    for outcome in ALL:
        needs = {"will_publish": "due_on", "possible": "due_on", "published": "dataset",
                 "declined": "legal_basis", "duplicate": "duplicate_of"}.get(outcome)  # fmt: skip
        each = question(ana)
        answer(owner.editor, each, outcome=outcome, body="Qqq.",
               **({needs: more[needs]} if needs else {}))  # fmt: skip
        for reader in editors:
            reader.page(f"/feedback/{each['id']}")
    for reader in askers:
        reader.page(f"/feedback/{each['id']}/reply", {"body": "Qqq"})
    done(found)


def test_asking_and_what_is_like_it(app: Any, owner: Any, ana: Any) -> None:
    found = [*readers(app, None), *readers(app, owner.editor), *readers(app, ana)]
    content(owner.editor, name="qqqstory", title="Qqqstory", owner_org=owner.name)
    for reader in found:
        for place in ("dataset/qqqdata", f"organization/{owner.name}", "story/qqqstory"):
            reader.page(f"/{place}/feedback/new")
        reader.page("/dataset/qqqdata/feedback/new", {"kind": "question", "title": "q"},
                    status=400)  # fmt: skip
        thread = question(ana)
        reader.page("/dataset/qqqdata/feedback/new", {"title": "Qqqtitle", "body": "Qqqbody"})
        act(ana, "promote_thread_withdraw", id=thread["id"])
    for reader in found[2:4]:
        reader.page(f"/promote/advice/new?institution={owner.name}")
    done(found)


def test_lists_blocks_and_promises(app: Any, owner: Any, ana: Any) -> None:
    found = [*readers(app, None), *readers(app, owner.editor)]
    paths = ("/feedback", "/dataset/qqqdata/feedback", f"/organization/{owner.name}/feedback",
             "/feedback/promises", "/feedback?overdue=1", "/dataset/qqqdata",
             f"/organization/{owner.name}")  # fmt: skip
    for asked in range(3):
        for reader in found:
            for path in paths:
                reader.page(path)
        thread = question(ana)
        if asked:
            answer(owner.editor, thread, outcome="possible", due_on=day(9), body="Qqq.")
    done(found)


def test_moderation_and_templates(app: Any, owner: Any, ana: Any) -> None:
    central = aged(factories.SysadminWithToken(fullname="Qqqcentral"))
    moderators, editors = readers(app, central), readers(app, owner.editor)
    templates = f"/promote/templates/{owner.name}"
    for reader in moderators:
        reader.page("/promote/moderation")
        question(factories.UserWithToken(name=f"qqq{reader.language}", fullname="Qqqnew"))
        [first] = posts(None, question(ana))
        act(owner.editor, "promote_report_create", post_id=first["id"], reason="spam")
        reader.page("/promote/moderation")
        [item, *_] = act(central, "promote_moderation_list")["items"]
        reader.page(f"/promote/moderation/{item['id']}", {"decision": "reject"}, status=400)
        reader.page(f"/promote/moderation/{item['id']}", {"decision": "approve"})
        reader.page("/promote/moderation?state=approved")
        reader.page("/promote/moderation/account/qqquser")
        reader.page(f"/promote/moderation/account/{ana['name']}", {"do": "block"}, status=400)
    for reader in editors:
        reader.page(templates)
        reader.page(f"{templates}/new")
        reader.page(f"{templates}/new", {"title": "Q"}, status=400)
        reader.page(f"{templates}/new", {"title": f"Qqq{reader.language}", "body": "Qqq."})
        [made, *_] = act(owner.editor, "promote_answer_template_list",
                         institution=owner.name)["items"]  # fmt: skip
        reader.page(f"{templates}/{made['id']}/edit")
        reader.page(f"{templates}/{made['id']}/delete")
        reader.page(f"{templates}/{made['id']}/delete", {})
    done(moderators + editors)
