"""What the pages of datasets, institutions and contents show of their conversations."""
from __future__ import annotations

from typing import Any

import pytest
from babel.dates import format_date
from ckan import model

from ckanext.promote.base.model import utc_now
from ckanext.promote.feedback import helpers
from ckanext.promote.threads.figuring import compute_all
from tests.factories import Institution, act, content, institution
from tests.feedback.pages import get
from tests.threads.talk import answer, ask, citizen, dataset, day

pytestmark = pytest.mark.usefixtures("portal", "own_publishing")


@pytest.fixture
def owner() -> Institution:
    made = institution(name="water-office", title="Water office")
    dataset(made, name="leaks", title="Leaks")
    return made


def block(app: Any, path: str) -> Any:
    return get(app, path).select_one(".promote-block-talk")


def test_a_dataset_shows_what_is_open_answered_and_promised(app: Any, owner: Institution) -> None:
    ana = citizen()
    empty = block(app, "/dataset/leaks")
    assert "Nobody has asked yet." in empty.text
    assert [each["href"] for each in empty.select(".btn")] == ["/dataset/leaks/feedback/new"]
    answered, promised, opened = (
        ask(ana, {"name": "leaks"}, title=title) for title in ("Answered", "Promised", "Open")
    )
    answer(owner.editor, answered)
    answer(owner.editor, promised, outcome="will_publish", due_on=day(9))
    ask(ana, dataset(owner), title="Of another dataset")
    for path in ("/dataset/leaks", "/es/dataset/leaks"):
        shown = [each["href"].rpartition("/")[2] for each in block(app, path).select("li a")]
        assert shown == [each["id"] for each in (promised, promised, answered, opened)]
    assert "1 question waits for an answer." in block(app, "/dataset/leaks").text
    links = block(app, "/es/dataset/leaks").select(".btn")
    assert [each["href"] for each in links] == [
        "/es/dataset/leaks/feedback/new", "/es/dataset/leaks/feedback",
    ]  # fmt: skip


def test_a_dataset_says_how_fast_its_institution_answers_when_it_answered_enough(
    app: Any, owner: Institution
) -> None:
    def said() -> list[str]:
        found = block(app, "/dataset/leaks").select(".promote-speed")
        return [" ".join(each.text.split()) for each in found]

    ana = citizen()
    answer(owner.editor, ask(ana, {"name": "leaks"}))
    assert said() == []
    today = format_date(utc_now(), format="long", locale="en")
    compute_all(model.Session, utc_now())
    model.Session.commit()
    assert said() == [
        "Water office has fewer than 10 answers in twelve months: too few to say how fast it "
        f"answers. Answers: 1. As of {today}."
    ]
    for number in range(9):
        answer(owner.editor, ask(ana, {"name": "leaks"}, title=f"Question {number}"))
    compute_all(model.Session, utc_now())
    model.Session.commit()
    assert said() == [
        "Water office answers half of the questions within a day. On time: 100%. "
        f"Answers: 10. As of {today}."
    ]


def test_an_institution_shows_what_it_owes_of_what_everybody_may_read(
    app: Any, owner: Institution
) -> None:
    ana = citizen()
    ask(ana, {"name": "leaks"}, title="About leaks")
    act(owner.editor, "promote_thread_create", subject_type="institution", kind="advice",
        subject_id=owner.name, title="About the law", body="May we?")  # fmt: skip
    hidden = dataset(owner, name="secret")
    ask(ana, {"name": "secret"}, title="About secrets")
    act(owner.editor, "package_patch", id=hidden["id"], private=True)
    shown = block(app, "/organization/water-office")
    assert [each.text for each in shown.select("li a")] == ["About leaks"]
    assert shown.select_one(".btn")["href"] == "/organization/water-office/feedback/new"


def test_a_content_leads_to_its_questions(app: Any, owner: Institution) -> None:
    content(owner.editor, name="queues", owner_org=owner.name)
    links = block(app, "/story/queues").select(".btn")
    assert [each["href"] for each in links] == [
        "/story/queues/feedback/new", "/story/queues/feedback",
    ]  # fmt: skip
    get(app, links[0]["href"], citizen())


def test_an_institution_says_how_many_questions_there_are(app: Any, owner: Institution) -> None:
    ana = citizen()
    for title in ("Who?", "When?"):
        ask(ana, {"name": "leaks"}, title=title)
    shown = block(app, "/organization/water-office")
    assert "2 questions wait for an answer." in shown.text
    assert shown.select(".btn")[1].text == "All questions and answers: 2"


def test_more_than_a_thousand_are_not_counted(with_request_context: Any) -> None:
    assert (helpers.promote_counted(1000), helpers.promote_counted(1001)) == (
        "1000", "more than 1000",
    )  # fmt: skip


def test_the_menu_leads_to_all_questions(app: Any, owner: Institution) -> None:
    for path, label in (("/about", "Questions"), ("/es/about", "Preguntas")):
        links = get(app, path).select(".masthead a[href$='/feedback']")
        assert [each["href"] for each in links] == [path.replace("/about", "/feedback")]
        assert links[0].text in (label, "Questions")


@pytest.mark.ckan_config("ckanext.promote.features", ["content", "feedback"])
def test_without_conversations_there_are_no_pages_of_them(app: Any, owner: Institution) -> None:
    for path in ("/feedback", "/dataset/leaks/feedback", "/promote/moderation"):
        get(app, path, status=404)
    for path in ("/dataset/leaks", "/organization/water-office"):
        assert block(app, path) is None
