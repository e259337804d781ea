"""What the accounts of the demonstration have under way: by their own hands, and once."""
from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from ckan.tests import factories, helpers

from ckanext.promote.portal import accounts, demo, seed
from ckanext.promote.portal.seed_reviews import seed_reviews

WANTED = demo.load()
REVIEWS = [each for each in demo.load_reviews() if each.writer != "liaison2"]
STORY = "siete-horas-de-ventaja"
USED = {name for each in REVIEWS for name in each.content.get("datasets", ())}
SMALL = dataclasses.replace(
    WANTED,
    institutions=tuple(
        each for each in WANTED.institutions if each.name in ("instituto-del-agua", demo.CENTRAL)
    ),
    datasets=tuple(
        each for each in WANTED.datasets
        if each.name in USED | {"niveles-de-rios-por-estacion", "avisos-de-crecida"}
    ),
    contents=tuple(each for each in WANTED.contents if each["name"] == STORY),
)  # fmt: skip


def test_every_writer_is_an_account_and_every_motif_is_drawn() -> None:
    names = {each.name for each in accounts.ACCOUNTS}
    assert {each.writer for each in demo.load_reviews()} <= names
    assert {each.step for each in demo.load_reviews()} == {"draft", "submit", "return"}


@pytest.mark.usefixtures("portal", "with_request_context")
def test_it_is_under_way_once_and_by_its_writers(tmp_path: Path, monkeypatch, ckan_config) -> None:
    monkeypatch.setitem(ckan_config, "ckanext.promote.central_team", demo.CENTRAL)
    seed.seed(helpers.call_action("get_site_user")["name"], demo=SMALL)
    accounts.create_all(tmp_path / "accounts.json")
    members = {name: demo.MEMBERSHIPS[name] for name in ("central", "liaison")}
    accounts.apply_memberships(tmp_path / "accounts.json", members)
    assert seed_reviews(REVIEWS, [STORY]) == 4
    assert seed_reviews(REVIEWS, [STORY]) == 0
    everything = {"user": factories.Sysadmin()["name"], "ignore_auth": False}
    waiting = helpers.call_action("promote_review_list", everything, state="pending")["items"]
    assert [(each["name"], each["review_state"], each["is_new"]) for each in waiting] == [
        ("la-pipa-que-llega-cuando-toca", "submitted", True),
        ("cuando-pasa-la-pipa", "submitted", True),
        (STORY, "submitted", False),
        ("nuevas-estaciones-en-la-cuenca-alta", "draft", True),
    ]
    shown = helpers.call_action("promote_impact_show", {"user": "", "ignore_auth": False})
    assert [each["name"] for each in shown["featured"]] == [STORY]
    assert shown["total"] == 1
