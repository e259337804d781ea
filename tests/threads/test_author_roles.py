"""As what somebody answers: his role at that moment, by its name, kept with what he wrote."""
from __future__ import annotations

from typing import Any

import pytest
from ckan.tests import factories

from tests.factories import Institution, act, appointed, institution
from tests.feedback.pages import get
from tests.people.appointing import appoint
from tests.threads.talk import answer, ask, citizen, dataset, posts

pytestmark = pytest.mark.usefixtures("portal")


@pytest.fixture
def owner() -> Institution:
    return institution(name="water-office", title="Water office")


@pytest.fixture
def thread(owner: Institution) -> dict[str, Any]:
    return ask(citizen(), dataset(owner))


def role_of(thread: dict[str, Any]) -> tuple[str, str]:
    """Slug and name of the role in the answer that counts."""
    author = act(None, "promote_thread_show", id=thread["id"])["official_answer"]["author"]
    return author["role"], author["role_label"]


@pytest.mark.parametrize(
    ("role", "label"),
    [
        ("liaison", "Open data liaison"),
        ("data-administrator", "Data administrator"),
        ("transparency-liaison", "Transparency liaison"),
    ],
)
def test_who_is_appointed_answers_as_what_he_is(
    owner: Institution, thread: dict[str, Any], role: str, label: str
) -> None:
    answer(appointed(owner, role=role), thread)
    assert role_of(thread) == (role, label)


def test_it_stays_when_he_is_it_no_more(owner: Institution, thread: dict[str, Any]) -> None:
    liaison = appointed(owner)
    answer(liaison, thread)
    act(owner.admin, "promote_appointment_end", id=liaison["appointment"]["id"], reason="Moved.")
    assert role_of(thread) == ("liaison", "Open data liaison")


def test_who_has_two_roles_answers_by_the_first_that_lets_him(
    owner: Institution, thread: dict[str, Any]
) -> None:
    user = appointed(owner, role="communication-liaison")
    for role in ("transparency-liaison", "data-administrator"):
        appoint(owner, role=role, user=user["name"], person="Ana P.")
    answer(user, thread)
    assert role_of(thread) == ("data-administrator", "Data administrator")


def test_an_appointment_counts_before_membership(
    owner: Institution, thread: dict[str, Any]
) -> None:
    appoint(owner, user=owner.editor["name"], person="Ana P.")
    answer(owner.editor, thread)
    assert role_of(thread) == ("liaison", "Open data liaison")


def test_without_an_appointment_that_answers_he_acts_for_the_institution(
    owner: Institution, thread: dict[str, Any]
) -> None:
    appoint(owner, user=owner.editor["name"], person="Ana P.", role="communication-liaison")
    answer(owner.editor, thread)
    assert role_of(thread) == ("editor", "for the institution")


def test_the_central_team_answers_as_itself(owner: Institution, thread: dict[str, Any]) -> None:
    answer(factories.Sysadmin(), thread)
    assert role_of(thread) == ("central", "Central team")


def test_a_role_that_no_profile_has_any_more_is_shown_as_it_is_kept(
    owner: Institution, thread: dict[str, Any], ckan_config: Any, monkeypatch: Any
) -> None:
    answer(appointed(owner), thread)
    monkeypatch.setitem(ckan_config, "ckanext.promote.policy", "tests/base/profiles/nl-2030.yaml")
    assert role_of(thread) == ("liaison", "liaison")


def test_the_page_and_every_post_say_it_in_the_readers_language(
    app: Any, owner: Institution, thread: dict[str, Any]
) -> None:
    liaison = appointed(owner)
    answer(liaison, thread)
    act(liaison, "promote_post_create", thread_id=thread["id"], body="More to come.")
    assert [each["author"]["role"] for each in posts(None, thread)] == ["", "liaison", "liaison"]
    for path, said in (("", "Open data liaison"), ("/es", "Enlace de Datos Abiertos")):
        page = get(app, f"{path}/feedback/{thread['id']}")
        heads = [page.select_one(".promote-official .promote-post-head span"),
                 page.select_one("#post-3 .promote-post-head span")]  # fmt: skip
        assert [each.text for each in heads] == [f"{said}: Water office"] * 2
