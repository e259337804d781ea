"""The page of one conversation: what it shows to whom, and each step in it."""
from __future__ import annotations

from typing import Any

import pytest
from ckan import model

from ckanext.promote.threads.model import Thread
from tests.factories import Institution, act, appointed, institution
from tests.feedback.pages import filled, get, led_to, send, soup, steps, texts
from tests.threads.talk import answer, ask, citizen, dataset, day, posts

pytestmark = pytest.mark.usefixtures("clean_db")


@pytest.fixture
def owner() -> Institution:
    return institution(name="water-office", title="Water office")


@pytest.fixture
def ana() -> dict[str, Any]:
    return citizen(fullname="Ana P.")


@pytest.fixture
def thread(owner: Institution, ana: dict[str, Any]) -> dict[str, Any]:
    return ask(ana, dataset(owner, name="leaks", title="Leaks", maintainer="Data desk"))


def facts(page: Any) -> dict[str, str]:
    names = [each.text for each in page.select(".promote-facts dt")]
    return dict(zip(names, (" ".join(each.text.split()) for each in page.select(
        ".promote-facts dd")), strict=True))  # fmt: skip


def test_the_page_says_where_it_stands(app: Any, thread: dict[str, Any]) -> None:
    page = get(app, f"/feedback/{thread['id']}")
    assert page.h1.text == "What does column 7 mean?"
    assert page.select_one(".promote-state").text == "Open"
    assert page.select_one(".promote-lead a")["href"] == "/dataset/leaks"
    shown = facts(page)
    assert shown["Number"] == thread["number"]
    assert shown["Who answers"] == "Water office"
    assert shown["Technical contact"] == "Data desk maintains the dataset"
    assert shown["Time of each"] == "Water office: received, 0 days"
    assert "Answer due by" in shown
    [post] = page.select(".promote-post")
    assert (post["id"], post.em.text) == ("post-1", "nothing")
    by_number = get(app, f"/feedback/{thread['number']}")
    assert by_number.h1.text == page.h1.text


def test_a_maintainers_address_is_not_shown(app: Any, owner: Institution, ana: Any) -> None:
    about = dataset(owner, maintainer="ana@example.org")
    page = get(app, f"/feedback/{ask(ana, about)['id']}")
    assert "Technical contact" not in facts(page)
    assert "ana@example.org" not in str(page)


def test_without_a_maintainer_who_is_appointed_is_named_by_role(
    app: Any, owner: Institution, ana: Any
) -> None:
    about = dataset(owner, maintainer="ana@example.org")
    thread = ask(ana, about)
    liaison = appointed(owner)
    shown = facts(get(app, f"/feedback/{thread['id']}"))
    person = liaison["appointment"]["person"]
    assert shown["Technical contact"] == f"{person} Open data liaison"
    appointed(owner, role="data-administrator", person="Eva R.")
    page = get(app, f"/feedback/{thread['id']}")
    assert facts(page)["Technical contact"] == "Eva R. Data administrator"
    assert "@" not in facts(page)["Technical contact"]


def test_a_conversation_about_no_dataset_has_no_technical_contact(
    app: Any, owner: Institution, ana: Any
) -> None:
    appointed(owner, role="data-administrator")
    thread = ask(ana, {"name": owner.name}, subject_type="institution")
    assert "Technical contact" not in facts(get(app, f"/feedback/{thread['id']}"))


def test_the_area_that_has_it_is_for_the_institution_to_read(
    app: Any, owner: Institution, ana: Any, thread: dict[str, Any]
) -> None:
    act(owner.admin, "promote_area_create", institution=owner.name, name="Hydrology")
    path = f"/feedback/{thread['id']}"
    send(app, f"{path}/assign", owner.editor, area="Hydrology", due_on=day(5))
    page = get(app, path, owner.editor)
    said = facts(page)["Area that has it"]
    assert said.startswith("Hydrology inner date: ")
    assert page.select_one(f".promote-facts time[datetime='{day(5)}']") is not None
    for user in (None, ana, institution().editor):
        page = get(app, path, user)
        assert "Area that has it" not in facts(page)
        assert "Hydrology" not in str(page)
    send(app, f"{path}/assign", owner.editor, area="Hydrology")
    assert facts(get(app, path, owner.editor))["Area that has it"] == "Hydrology"


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("visitor", {"support"}),
        ("citizen", {"support", "follow"}),
        ("asker", {"unfollow", "update", "withdraw", "close"}),
        ("editor", {"support", "follow", "clarify", "route", "assign", "note", "update"}),
        ("other", {"support", "follow"}),
    ],
)
def test_buttons_are_those_of_the_readers_permissions(
    app: Any, owner: Institution, ana: Any, thread: dict[str, Any], role: str, offered: set[str]
) -> None:
    user = {
        "visitor": None, "citizen": citizen(), "asker": ana, "editor": owner.editor,
        "other": institution().editor,
    }[role]  # fmt: skip
    page = get(app, f"/feedback/{thread['id']}", user)
    assert steps(page) == offered
    answers = page.select(f"a[href='/feedback/{thread['id']}/answer']")
    assert len(answers) == (role == "editor")


def test_a_question_is_answered_with_what_its_outcome_asks_for(
    app: Any, owner: Institution, thread: dict[str, Any]
) -> None:
    path = f"/feedback/{thread['id']}/answer"
    page = get(app, path, owner.editor)
    assert page.select_one(".promote-panel em").text == "nothing"
    form = filled(page, outcome="will_publish", body="In *spring*.")
    again = send(app, path, owner.editor, 400, **form)
    assert texts(again) == ["Date: Give the date for which it is promised."]
    assert soup(again).select_one("#field-body").text.strip() == "In *spring*."
    assert soup(again).select_one("#field-outcome option[selected]")["value"] == "will_publish"
    assert soup(again).select_one("#field-due_on-error") is not None
    done = send(app, path, owner.editor, **{**form, "due_on": day(30)})
    assert done.headers["Location"].endswith(f"/feedback/{thread['id']}")
    page = get(app, f"/feedback/{thread['id']}")
    official = page.select_one(".promote-official")
    assert official.h2.text == "Official answer"
    assert official.select_one(".promote-outcome time")["datetime"] == day(30)
    assert official.em.text == "spring"
    assert facts(page)["First answer"] == "on the same day"
    assert facts(page)["Promise"].endswith("Promised")
    assert [each.get("id") for each in page.select(".promote-post")] == ["post-1", None]


def test_answers_are_refused_to_others_on_the_page_as_in_the_action(
    app: Any, ana: Any, thread: dict[str, Any]
) -> None:
    path = f"/feedback/{thread['id']}/answer"
    for user in (ana, institution().editor):
        get(app, path, user, 403)
        send(app, path, user, 403, outcome="explained", body="Yes.")
    login = app.get(path, follow_redirects=False)
    assert login.headers["Location"].endswith(f"/user/login?came_from={path}")
    send(app, path, None, 403, outcome="explained", body="Yes.")
    assert act(None, "promote_thread_show", id=thread["id"])["state"] == "open"


def test_a_template_fills_in_the_answer(
    app: Any, owner: Institution, thread: dict[str, Any]
) -> None:
    made = act(owner.editor, "promote_answer_template_create", institution=owner.name,
               title="Width", body="It is the **width**.", outcome="explained")  # fmt: skip
    page = get(app, f"/feedback/{thread['id']}/answer", owner.editor)
    [link] = page.select(".promote-more-fields a")
    page = get(app, link["href"], owner.editor)
    assert link["href"].endswith(f"template={made['id']}")
    assert page.select_one("#field-body").text.strip() == "It is the **width**."
    assert page.select_one("#field-outcome option[selected]")["value"] == "explained"


def test_replies_say_whom_they_answer_and_lead_to_their_place(
    app: Any, ana: Any, thread: dict[str, Any]
) -> None:
    [first] = posts(None, thread)
    path = f"/feedback/{thread['id']}"
    page = get(app, f"{path}?reply={first['id']}", ana)
    assert page.select_one("#write").text == "Your reply to Ana P."
    done = send(app, f"{path}/reply", ana, **filled(page, body="Please."))
    assert done.headers["Location"].endswith(f"{path}#post-2")
    post = get(app, path).select_one("#post-2")
    assert "promote-post-1" in post["class"]
    assert post.find("a", string="reply to Ana P.")["href"] == f"{path}#post-1"


def test_a_text_that_is_refused_comes_back(app: Any, ana: Any, thread: dict[str, Any]) -> None:
    path = f"/feedback/{thread['id']}/reply"
    again = soup(send(app, path, ana, 400, body="<b>" + "x" * 10_000))
    assert again.select_one("#field-body-error") is not None
    assert again.select_one("#field-body").text.strip() == "<b>" + "x" * 10_000


def test_too_many_texts_are_429_with_the_time_to_wait(
    app: Any, owner: Institution, ana: Any, thread: dict[str, Any], ckan_config: Any,
    monkeypatch: Any,
) -> None:  # fmt: skip
    monkeypatch.setitem(ckan_config, "ckanext.promote.limits.user.hour", 2)
    send(app, f"/feedback/{thread['id']}/reply", ana, body="Two.")
    again = send(app, f"/feedback/{thread['id']}/reply", ana, 429, body="Three.")
    assert int(again.headers["Retry-After"]) > 0
    assert "Try again in" in texts(again)[0]
    assert soup(again).select_one("#field-body").text.strip() == "Three."


def test_a_closed_conversation_takes_no_text_and_says_so(
    app: Any, ana: Any, thread: dict[str, Any]
) -> None:
    path = f"/feedback/{thread['id']}"
    send(app, f"{path}/close", ana)
    again = send(app, f"{path}/reply", ana, 409, body="More.")
    assert texts(again) == ["This conversation is closed. Open it again to go on with it."]
    assert get(app, path, ana).select("#reply-field-body") == []


def test_the_steps_of_an_institution(
    app: Any, owner: Institution, ana: Any, thread: dict[str, Any]
) -> None:
    path, other = f"/feedback/{thread['id']}", institution(name="archive", title="Archive")
    send(app, f"{path}/note", owner.editor, body="Ask Luis.")
    assert "Ask Luis." in str(get(app, path, owner.editor))
    assert "Ask Luis." not in str(get(app, path, ana))
    send(app, f"{path}/clarify", owner.editor, body="Which year?")
    page = get(app, path, ana)
    assert page.select_one(".promote-state").text == "Clarification requested"
    send(app, f"{path}/reply", ana, body="The year 2020.")
    again = send(app, f"{path}/route", owner.editor, 400, institution="archive")
    assert texts(again)[0].startswith("Reason: ")
    assert soup(again).select_one("#field-institution option[selected]")["value"] == "archive"
    send(app, f"{path}/route", owner.editor, institution="archive", reason="Theirs.")
    page = get(app, path)
    assert facts(page)["Who answers"] == "Archive"
    ages = [each.text for each in page.select(".promote-hops li")]
    assert ages == ["Water office: received, 0 days", "Archive: handed on, 0 days"]
    send(app, f"{path}/route", other.editor, institution="", reason="Nobody's.")
    assert "looks for the institution" in facts(get(app, path))["Who answers"]


def test_a_comment_becomes_a_question(app: Any, owner: Institution, ana: Any) -> None:
    thread = ask(ana, dataset(owner), kind="comment")
    path = f"/feedback/{thread['id']}"
    assert "Answer due by" not in facts(get(app, path))
    send(app, f"{path}/update", owner.editor, kind="question")
    assert "Answer due by" in facts(get(app, path))


def test_the_asker_judges_and_no_needs_its_reason(
    app: Any, owner: Institution, ana: Any, thread: dict[str, Any]
) -> None:
    path = f"/feedback/{thread['id']}"
    answer(owner.editor, thread)
    assert get(app, path, owner.editor).select(".promote-verdict") == []
    assert len(get(app, path, ana).select(".promote-verdict button[name=helpful]")) == 2
    again = send(app, f"{path}/verdict", ana, 400, helpful="false")
    assert texts(again) == ["Reason: Say what is missing, so that it can be answered."]
    send(app, f"{path}/verdict", ana, helpful="false", reason="The unit.")
    page = get(app, path, ana)
    assert page.select_one(".promote-state").text == "Open"
    assert page.select(".promote-verdict") == []
    answer(owner.editor, thread)
    assert len(get(app, path, ana).select(".promote-verdict button[value=true]")) == 1
    send(app, f"{path}/verdict", ana, helpful="true")
    assert get(app, path, ana).select(".promote-verdict") == []
    page = get(app, path)
    assert page.select_one(".promote-state").text == "Closed"
    assert facts(page)["Who asked says"] == "The answer helped."
    send(app, f"{path}/verdict", citizen(), 403, helpful="true")


def test_a_promise_is_kept_by_naming_the_dataset(
    app: Any, owner: Institution, thread: dict[str, Any]
) -> None:
    answer(owner.editor, thread, outcome="will_publish", due_on=day(3))
    dataset(owner, name="more-leaks")
    path = f"/feedback/{thread['id']}"
    assert "keep" in steps(get(app, path, owner.editor))
    page = get(app, f"{path}/keep", owner.editor)
    again = send(app, f"{path}/keep", owner.editor, 400, **filled(page, dataset="nothing"))
    assert soup(again).select_one("#field-dataset")["value"] == "nothing"
    address = "https://data.example/es/dataset/more-leaks?x=1"
    send(app, f"{path}/keep", owner.editor, **filled(page, dataset=address))
    assert facts(get(app, path))["Promise"].endswith("Kept")


def test_me_too_and_follow_are_one_tap_and_taken_back(
    app: Any, thread: dict[str, Any]
) -> None:
    eva, path = citizen(), f"/feedback/{thread['id']}"
    send(app, f"{path}/support", eva)
    send(app, f"{path}/support", None)
    send(app, f"{path}/follow", eva)
    page = get(app, path, eva)
    assert facts(page)["Me too"] == "2 people"
    assert {"unsupport", "unfollow"} <= steps(page)
    send(app, f"{path}/unsupport", eva)
    send(app, f"{path}/unfollow", eva)
    assert {"support", "follow"} <= steps(get(app, path, eva))


def test_one_corrects_and_deletes_ones_own_text_and_no_others(
    app: Any, ana: Any, thread: dict[str, Any]
) -> None:
    post = act(ana, "promote_post_create", thread_id=thread["id"], body="Wrnog.")
    path = f"/feedback/{thread['id']}"
    place = f"{path}/post/{post['id']}"
    page = get(app, f"{place}/edit", ana)
    assert page.select_one("#field-body").text.strip() == "Wrnog."
    send(app, f"{place}/edit", citizen(), 403, body="Mine.")
    send(app, f"{place}/edit", ana, **filled(page, body="Wrong."))
    assert "corrected" in get(app, path).select_one("#post-2").text
    send(app, f"{place}/delete", citizen(), 403)
    send(app, f"{place}/delete", ana)
    gone = get(app, path).select_one("#post-2")
    assert gone.select_one(".promote-tombstone").text == "This text was deleted by its author."
    assert "Wrong." not in str(gone)


def test_fifty_texts_are_a_page_and_a_new_one_is_found_on_its_page(
    app: Any, owner: Institution, thread: dict[str, Any]
) -> None:
    [first] = posts(None, thread)
    for number in range(52):
        more = {"reply_to": first["id"]} if number % 2 else {}
        made = act(owner.editor, "promote_post_create", thread_id=thread["id"],
                   body=f"Text {number}", **more)  # fmt: skip
    path = f"/feedback/{thread['id']}"
    page = get(app, path)
    assert len(page.select(".promote-post")) == 50
    following, last = page.select(".promote-pages a")
    assert len(get(app, following["href"]).select(".promote-post")) == 3
    assert len(get(app, last["href"]).select(".promote-post")) == 50
    done = send(app, f"{path}/reply", owner.editor, body="The last one")
    page = get(app, led_to(done))
    assert page.select(".promote-post")[0]["id"] == "post-54"
    assert made["seq"] == 53


def test_what_is_not_for_the_reader_is_not_there(
    app: Any, owner: Institution, ana: Any, thread: dict[str, Any]
) -> None:
    act(owner.editor, "package_patch", id="leaks", private=True)
    for path in ("", "/reply", "/support"):
        get(app, f"/feedback/{thread['id']}{path}", ana, 404)
        send(app, f"/feedback/{thread['id']}{path or '/close'}", ana, 404, body="x")
    get(app, f"/feedback/{thread['id']}", owner.editor)
    get(app, "/feedback/nothing", None, 404)
    get(app, f"/feedback/{thread['id']}/dance", owner.editor, 404)


def test_a_withdrawn_question_leaves_nobody_at_a_missing_page(
    app: Any, ana: Any, thread: dict[str, Any]
) -> None:
    done = send(app, f"/feedback/{thread['id']}/withdraw", ana)
    get(app, led_to(done), ana)
    model.Session.remove()
    assert model.Session.get(Thread, thread["id"]).closed_by == "withdrawn"
