"""An institution's answer templates, as pages."""
from __future__ import annotations

from typing import Any

import pytest

from tests.factories import Institution, act, institution
from tests.feedback.pages import filled, get, send, soup
from tests.threads.talk import citizen

pytestmark = pytest.mark.usefixtures("clean_db")
PLACE = "/promote/templates/water-office"


@pytest.fixture
def owner() -> Institution:
    return institution(name="water-office", title="Water office")


def test_a_template_is_written_changed_and_deleted(app: Any, owner: Institution) -> None:
    page = get(app, f"{PLACE}/new", owner.editor)
    form = filled(page, title="Width", body="It is the width.", outcome="explained")
    again = soup(send(app, f"{PLACE}/new", owner.editor, 400, **{**form, "title": "W"}))
    assert again.select_one("#field-title-error") is not None
    assert again.select_one("#field-body").text.strip() == "It is the width."
    send(app, f"{PLACE}/new", owner.editor, **form)
    [item] = get(app, PLACE, owner.editor).select(".promote-threads > li")
    edit, delete = (each["href"] for each in item.select("a"))
    again = send(app, edit, owner.editor, 400, **filled(get(app, edit, owner.editor), body=""))
    assert soup(again).select_one("#field-body-error") is not None
    form = filled(get(app, edit, owner.editor), title="Breadth", outcome="")
    send(app, edit, owner.editor, **form)
    [kept] = act(owner.editor, "promote_answer_template_list", institution=owner.name)["items"]
    assert (kept["title"], kept["body"]) == ("Breadth", "It is the width.")
    assert kept["outcome"] is None
    assert "Breadth" in get(app, delete, owner.editor).h1.text
    send(app, delete, owner.editor)
    assert "There is no template yet." in get(app, PLACE, owner.editor).text
    get(app, edit, owner.editor, 404)


def test_templates_are_for_the_institutions_people_alone(app: Any, owner: Institution) -> None:
    made = act(owner.editor, "promote_answer_template_create", institution=owner.name,
               title="Width", body="It is the width.")  # fmt: skip
    other = institution(name="archive")
    below = ("", "/new", f"/{made['id']}/edit", f"/{made['id']}/delete")
    for path in (f"{PLACE}{each}" for each in below):
        for user in (citizen(), owner.member, other.editor):
            get(app, path, user, 403)
        if path != PLACE:
            send(app, path, other.editor, 403, title="Mine", body="Mine.")
    swapped = f"/promote/templates/archive/{made['id']}/edit"
    get(app, swapped, other.editor, 404)
    send(app, swapped, other.editor, 404, title="Mine", body="Mine.")
