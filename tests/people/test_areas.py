"""Areas: the parts of an institution that make data, their people and datasets."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories

from ckanext.promote.base.model import Event
from ckanext.promote.people.model import Area, AreaDataset
from tests.factories import Institution, act, appointed, institution
from tests.people.appointing import appoint

pytestmark = pytest.mark.usefixtures("portal")


@pytest.fixture
def owner() -> Institution:
    return institution(name="water-office", title="Water office")


def make(owner: Institution, **fields: Any) -> dict[str, Any]:
    data = {"institution": owner.name, "name": "Labs", **fields}
    return act(owner.admin, "promote_area_create", **data)


def listed(user: Any, owner: Institution) -> list[dict[str, Any]]:
    return act(user, "promote_area_list", institution=owner.name)["items"]


def test_an_area_has_a_name_people_and_datasets(owner: Institution) -> None:
    user = factories.User(fullname="Ana P.")
    dataset = factories.Dataset(owner_org=owner.id, title="Leaks", name="leaks")
    made = make(owner, people=[user["name"]], datasets=["leaks", dataset["id"]])
    assert {**made, "id": "*"} == {
        "id": "*", "name": "Labs", "datasets": [{"name": "leaks", "title": "Leaks"}],
        "people": [{"name": user["name"], "title": "Ana P."}],
        "permissions": {"update": True, "delete": True},
    }  # fmt: skip
    assert listed(owner.admin, owner) == [made]


def test_the_public_sees_neither_people_nor_private_datasets(owner: Institution) -> None:
    names = [
        factories.Dataset(owner_org=owner.id, private=private)["name"] for private in (True, False)
    ]
    make(owner, people=[owner.editor["name"]], datasets=names)
    for user in (None, factories.User(), institution().admin):
        [seen] = listed(user, owner)
        assert [each["name"] for each in seen["datasets"]] == names[1:]
        assert "people" not in seen
        assert seen["permissions"] == {"update": False, "delete": False}
    [seen] = listed(owner.editor, owner)
    assert {each["name"] for each in seen["datasets"]} == set(names)
    # A liaison who is no member: CKAN shows him no private dataset.
    [seen] = listed(appointed(owner), owner)
    assert [each["name"] for each in seen["datasets"]] == names[1:]
    assert [each["name"] for each in seen["people"]] == [owner.editor["name"]]


def test_a_dataset_that_moves_to_another_institution_is_its_no_more(owner: Institution) -> None:
    dataset = factories.Dataset(owner_org=owner.id)
    make(owner, datasets=[dataset["name"]])
    act(factories.Sysadmin(), "package_owner_org_update", id=dataset["id"],
        organization_id=institution().id)  # fmt: skip
    assert listed(owner.admin, owner)[0]["datasets"] == []


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"name": "\u200b"}, "name", "Give the area a name of 1 to 200 characters."),
        ({"name": "x" * 201}, "name", "Give the area a name of 1 to 200 characters."),
        ({"people": ["nobody"]}, "people", "There is no user “nobody”."),
        (
            {"datasets": ["none"]},
            "datasets",
            "This institution has no dataset “none” that you can see. Check its name.",
        ),
        ({"datasets": [["a"]]}, "datasets", "A name or id is expected here."),
        ({"people": {"a": 1}}, "people", "A list of at most 500 names or ids is expected here."),
        ({"people": ["x"] * 501}, "people", "A list of at most 500 names or ids is expected here."),
    ],
)
def test_bad_input_is_a_sentence_and_stores_nothing(
    owner: Institution, fields: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(tk.ValidationError) as caught:
        make(owner, **fields)
    assert caught.value.error_dict == {field: [sentence]}
    assert model.Session.execute(sa.select(Area)).first() is None


def test_another_institutions_dataset_is_like_a_missing_one(owner: Institution) -> None:
    theirs = factories.Dataset(owner_org=institution().id)["name"]
    with pytest.raises(tk.ValidationError) as caught:
        make(owner, datasets=[theirs])
    assert theirs in caught.value.error_dict["datasets"][0]


def test_a_name_is_there_once_in_an_institution(owner: Institution) -> None:
    make(owner)
    make(institution())
    second = make(owner, name="Field work")
    for call in (
        lambda: make(owner),
        lambda: act(owner.admin, "promote_area_update", id=second["id"], name="Labs"),
    ):
        with pytest.raises(tk.ValidationError, match="has an area of this name already"):
            call()
        model.Session.rollback()
    assert [each["name"] for each in listed(None, owner)] == ["Field work", "Labs"]


def test_what_is_given_changes_and_the_rest_stays(owner: Institution) -> None:
    dataset = factories.Dataset(owner_org=owner.id)["name"]
    made = make(owner, people=[owner.editor["name"]], datasets=[dataset])
    renamed = act(owner.admin, "promote_area_update", id=made["id"], name="Laboratories")
    assert renamed == {**made, "name": "Laboratories"}
    emptied = act(owner.admin, "promote_area_update", id=made["id"], people=[], datasets=[])
    assert emptied == {**renamed, "people": [], "datasets": []}


def test_who_cannot_see_a_private_dataset_does_not_lose_it(
    owner: Institution, ckan_config: Any, monkeypatch: Any, tmp_path: Any
) -> None:
    private = factories.Dataset(owner_org=owner.id, private=True)["name"]
    made = make(owner, datasets=[private])
    monkeypatch.setitem(ckan_config, "ckanext.promote.policy", "tests/base/profiles/nl-2030.yaml")
    steward = appointed(owner, role="steward")  # may appoint, and is no member
    act(steward, "promote_area_update", id=made["id"], datasets=[])
    rows = model.Session.execute(sa.select(AreaDataset.area_id)).all()
    assert [row.area_id for row in rows] == [made["id"]]
    with pytest.raises(tk.ValidationError):
        act(steward, "promote_area_update", id=made["id"], datasets=[private])


def test_an_area_that_is_removed_leaves_its_appointments(owner: Institution) -> None:
    made = make(owner, datasets=[factories.Dataset(owner_org=owner.id)["name"]])
    held = appoint(owner, area="Labs")
    assert held["area"] == "Labs"
    assert act(owner.admin, "promote_area_delete", id=made["id"]) == {"id": made["id"]}
    [kept] = act(None, "promote_appointment_list", id=held["id"])["items"]
    assert kept["area"] is None
    names = model.Session.execute(sa.select(Event.name, Event.scope).order_by(Event.id)).all()
    assert [tuple(each) for each in names] == [
        ("area.create", "institution"), ("appointment.create", "public"),
        ("area.delete", "institution"),
    ]  # fmt: skip


def test_a_create_sent_twice_is_made_once(owner: Institution) -> None:
    first = make(owner, idempotency_key="k-1")
    assert make(owner, idempotency_key="k-1") == first
    assert len(listed(None, owner)) == 1


def test_pages_lose_no_area(owner: Institution) -> None:
    for name in ("B", "A", "C"):
        make(owner, name=name)
    data = {"institution": owner.name, "limit": 2}
    first = act(None, "promote_area_list", **data)
    second = act(None, "promote_area_list", **data, cursor=first["next"])
    assert [each["name"] for each in first["items"] + second["items"]] == ["A", "B", "C"]
    assert (first["total"], second["total"], second["next"]) == (3, 3, None)
