"""``ckan promote render``: what an older version rendered is rendered again, all of it, once."""
from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.cli.cli import ckan

from ckanext.promote.base.markdown import RENDERER_VERSION
from ckanext.promote.content import rendering
from ckanext.promote.content.model import Content
from ckanext.promote.threads.model import Post
from tests.factories import act, content, institution
from tests.threads.talk import ask, citizen, dataset, posts

pytestmark = pytest.mark.usefixtures("portal")


def test_old_html_is_made_again_in_batches_and_twice_is_once(
    cli: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(rendering, "AT_ONCE", 2)
    owner = institution()
    made = [content(owner.admin, title=f"Story {n}", owner_org=owner.name) for n in range(3)]
    thread = ask(citizen(), dataset(owner), body="It *leaks*.")
    before = {row.id: row.html for row in model.Session.query(Content)}
    model.Session.execute(sa.update(Content).values(html={"body": "old"}, renderer_version=0))
    model.Session.execute(sa.update(Post).values(html="old", renderer_version=0))
    model.Session.commit()
    done = cli.invoke(ckan, ["promote", "render"])
    assert done.exit_code == 0, done.output
    lines = [line for line in done.output.splitlines() if line.endswith((" ...", " rendered"))]
    assert lines == [
        "contents: 2 ...", "contents: 3 ...", "contents: 3 rendered",
        "posts: 1 ...", "posts: 1 rendered",
    ]  # fmt: skip
    model.Session.remove()
    assert {row.id: row.html for row in model.Session.query(Content)} == before
    assert {row.renderer_version for row in model.Session.query(Content)} == {RENDERER_VERSION}
    [post] = posts(None, thread)
    assert "<em>leaks</em>" in post["html"]
    assert act(None, "package_show", id=made[0]["id"])["title"] == "Story 0"
    again = cli.invoke(ckan, ["promote", "render"]).output
    assert "contents: 0 rendered\nposts: 0 rendered" in again
