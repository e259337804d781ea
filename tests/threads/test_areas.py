"""A thread in the hands of an area: one of the institution that owes the answer, and no other."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
import pytest

from tests.factories import Institution, act, institution
from tests.threads.talk import ask, dataset, day

pytestmark = pytest.mark.usefixtures("portal")


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
        assert (given["area"], given["area_due_on"]) == (made["id"], day(5))
    back = act(owner.editor, "promote_thread_assign", id=thread["id"])
    assert (back["area"], back["area_due_on"]) == (None, None)


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
