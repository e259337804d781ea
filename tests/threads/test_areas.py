"""A thread in the hands of an area: one of the institution that owes the answer, and no other."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
import pytest
from ckan.tests import factories

from tests.factories import Institution, act, appointed, institution
from tests.threads.talk import ask, citizen, dataset, day

pytestmark = pytest.mark.usefixtures("portal")


NOTHING = (None, None, None)


def shown(thread: dict[str, Any]) -> tuple[Any, ...]:
    return thread["area"], thread["area_name"], thread["area_due_on"]


def area(owner: Institution, name: str) -> dict[str, Any]:
    return act(owner.admin, "promote_area_create", institution=owner.name, name=name)


def test_a_thread_is_given_to_an_area_by_name_or_id_and_taken_back() -> None:
    owner = institution(name="water-office")
    made = area(owner, "Hydrology")
    thread = ask(owner.editor, dataset(owner))
    for reference in ("Hydrology", made["id"]):
        given = act(
            owner.editor, "promote_thread_assign", id=thread["id"], area=reference, due_on=day(5)
        )
        assert shown(given) == (made["id"], "Hydrology", day(5))
    back = act(owner.editor, "promote_thread_assign", id=thread["id"])
    assert shown(back) == NOTHING


def test_only_those_who_answer_read_which_area_has_it() -> None:
    owner, ana = institution(name="water-office"), citizen()
    made = area(owner, "Hydrology")
    thread = ask(ana, dataset(owner))
    act(owner.editor, "promote_thread_assign", id=thread["id"], area="Hydrology", due_on=day(5))

    def seen_by(user: Any) -> tuple[Any, ...]:
        return shown(act(user, "promote_thread_show", id=thread["id"]))

    for user in (owner.editor, appointed(owner), factories.Sysadmin()):
        assert seen_by(user) == (made["id"], "Hydrology", day(5))
    for user in (None, ana, owner.member, institution().admin):
        assert seen_by(user) == NOTHING


def test_an_area_that_was_removed_has_nothing_any_more() -> None:
    owner = institution(name="water-office")
    made = area(owner, "Hydrology")
    thread = ask(owner.editor, dataset(owner))
    act(owner.editor, "promote_thread_assign", id=thread["id"], area="Hydrology", due_on=day(5))
    act(owner.admin, "promote_area_delete", id=made["id"])
    assert shown(act(owner.editor, "promote_thread_show", id=thread["id"])) == NOTHING


def test_the_area_of_another_institution_is_refused_and_nothing_changes() -> None:
    owner, other = institution(name="water-office"), institution(name="health-office")
    theirs = area(other, "Hospitals")
    thread = ask(owner.editor, dataset(owner))
    for reference in (theirs["id"], "Hospitals", "nobody"):
        with pytest.raises(tk.ValidationError) as refused:
            act(owner.editor, "promote_thread_assign", id=thread["id"], area=reference)
        assert refused.value.error_dict == {
            "area": ["This institution has no such area. Choose one of its own."]
        }
    assert act(owner.editor, "promote_thread_show", id=thread["id"])["area"] is None
