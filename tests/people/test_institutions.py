"""What the policy knows of an institution: said by the central team, read by everybody."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories

from ckanext.promote.base.model import Event
from ckanext.promote.people.model import InstitutionFacts
from tests.factories import Institution, act, headers, institution, site_user

pytestmark = pytest.mark.usefixtures("portal")
PAGE = "/promote/people/water-office"


@pytest.fixture
def owner() -> Institution:
    return institution(name="water-office", title="Water office")


def update(**data: Any) -> dict[str, Any]:
    return act(site_user(), "promote_institution_update", institution="water-office", **data)


def shown() -> tuple[str, str, str | None]:
    found = act(None, "promote_institution_show", institution="water-office")
    return found["government_type"], found["government_type_label"], found["subject_since"]


def changes() -> list[list[str]]:
    rows = model.Session.query(Event).filter_by(name="institution.update").order_by(Event.id)
    return [row.data["changed"] for row in rows]


def test_nobody_has_said_anything_at_first(owner: Institution) -> None:
    assert shown() == ("", "", None)


def test_what_is_given_changes_and_empty_text_takes_away(owner: Institution) -> None:
    update(government_type="state")
    assert shown() == ("state", "State", None)
    done = update(subject_since="2026-01-01")
    assert (done["government_type"], done["subject_since"]) == ("state", "2026-01-01")
    assert done["permissions"] == {"appoint": True, "update": True}
    update(government_type="municipal", subject_since="2026-02-01")
    update(government_type="municipal")
    assert shown() == ("municipal", "Municipal", "2026-02-01")
    update(government_type="", subject_since="")
    assert shown() == ("", "", None)
    assert changes() == [
        ["government_type"], ["subject_since"], ["government_type", "subject_since"],
        ["government_type", "subject_since"],
    ]  # fmt: skip
    assert model.Session.query(InstitutionFacts).count() == 1


@pytest.mark.parametrize(
    ("data", "field"),
    [({"government_type": "kingdom"}, "government_type"),
     ({"subject_since": "soon"}, "subject_since"),
     ({"subject_since": "1812-03-19"}, "subject_since"), ({"title": "Other"}, "title")],
)  # fmt: skip
def test_what_is_wrong_is_named_and_nothing_is_stored(
    owner: Institution, data: dict[str, str], field: str
) -> None:
    with pytest.raises(tk.ValidationError) as caught:
        update(**data)
    assert list(caught.value.error_dict) == [field]
    assert (shown(), changes()) == (("", "", None), [])


def test_only_the_central_team_says_it(owner: Institution) -> None:
    for user in (None, factories.User(), owner.admin):
        with pytest.raises(tk.NotAuthorized):
            act(user, "promote_institution_update", institution="water-office",
                government_type="state")  # fmt: skip
    assert shown() == ("", "", None)


def test_it_is_said_on_a_page_and_everybody_reads_it(owner: Institution, app: Any) -> None:
    def page(path: str, user: Any = None, **kwargs: Any) -> BeautifulSoup:
        return BeautifulSoup(app.get(path, headers=headers(user), **kwargs).body, "html.parser")

    central = factories.SysadminWithToken()
    place = f"{PAGE}/facts"
    for user in (None, owner.admin):
        assert page(PAGE, user).select(f"a[href='{place}']") == []
        app.get(place, headers=headers(user), status=403)
        app.post(place, headers=headers(user), data={"government_type": "state"}, status=403)
    assert page(PAGE, central).select_one(f"a[href='{place}']") is not None
    form = {"government_type": "state", "subject_since": "soon"}
    again = app.post(place, headers=headers(central), data=form, status=400)
    again = BeautifulSoup(again.body, "html.parser")
    assert again.select_one("#field-subject_since")["value"] == "soon"
    assert again.select_one("#field-government_type option[selected]")["value"] == "state"
    assert shown() == ("", "", None)
    app.post(place, headers=headers(central), data={**form, "subject_since": "2026-01-01"})
    said = " ".join(page(PAGE).select_one(".promote-meta").text.split())
    assert said == "State Bound by the policy since January 1, 2026"
    app.get("/promote/people/nobody/facts", headers=headers(central), status=404)
