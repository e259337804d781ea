"""Forms about people need the page's token, whatever CKAN's own check says."""
from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories

from ckanext.promote.people.model import Appointment, Area, InstitutionFacts
from tests.factories import institution
from tests.people.appointing import appoint

PASSWORD = "correct-horse-battery"  # noqa: S105 -- of a user of the test
HERE = "/promote/people/water-office"

pytestmark = [
    pytest.mark.usefixtures("portal"),
    pytest.mark.ckan_config("WTF_CSRF_ENABLED", True),
]


def token_of(response: Any, selector: str, key: str) -> str:
    page = BeautifulSoup(response.get_data(as_text=True), "html.parser")
    return page.select_one(selector)[key]


@pytest.fixture
def signed_in(app: Any) -> Any:
    """A browser of a sysadmin: it has a session cookie."""
    user, client = factories.Sysadmin(password=PASSWORD), app.test_client()
    token = token_of(client.get("/user/login"), "meta[name=_csrf_token]", "content")
    form = {"login": user["name"], "password": PASSWORD, "_csrf_token": token}
    client.post("/user/login", data=form)
    return client


def test_without_the_token_nothing_is_written_also_after_a_visitor_primed_the_page(
    app: Any, signed_in: Any
) -> None:
    owner = institution(name="water-office")
    made, visitor = appoint(owner), app.test_client()
    writes = {
        f"{HERE}/appoint": {"role": "data-administrator", "person": "Eva R."},
        f"{HERE}/edit/{made['id']}": {"person": "Eva R."},
        f"{HERE}/end/{made['id']}": {"reason": "Left."},
        f"{HERE}/area": {"name": "Labs"},
        f"{HERE}/facts": {"government_type": "state"},
    }
    for path, form in writes.items():
        visitor.get(path)
        visitor.post(path, data=form)
        assert signed_in.post(path, data=form).status_code == 400, path
    [row] = model.Session.execute(sa.select(Appointment)).scalars()
    assert (row.person, row.ended_at) == ("Ana P.", None)
    assert model.Session.execute(sa.select(Area)).first() is None
    assert model.Session.execute(sa.select(InstitutionFacts)).first() is None


def test_the_form_of_the_page_itself_is_accepted(signed_in: Any) -> None:
    institution(name="water-office")
    page = signed_in.get(f"{HERE}/appoint")
    token = token_of(page, ".promote-form input[name=_csrf_token]", "value")
    form = {"role": "liaison", "person": "Eva R.", "_csrf_token": token}
    answer = signed_in.post(f"{HERE}/appoint", data=form, follow_redirects=False)
    assert answer.status_code == 302
    assert len(model.Session.execute(sa.select(Appointment)).all()) == 1
