"""Features that are off leave no page, no action and no entry; names are never taken twice."""
from __future__ import annotations

from types import ModuleType
from typing import Any

import ckantoolkit as tk
import pytest

from ckanext.promote import features
from tests.factories import content, institution


@pytest.mark.usefixtures("portal")
@pytest.mark.ckan_config("ckanext.promote.features", [])
class TestOff:
    def test_its_pages_and_actions_do_not_exist(self, app: Any):
        app.get("/story", status=404)
        app.get("/story/new", status=404)
        with pytest.raises(KeyError):
            tk.get_action("promote_content_list")

    def test_every_page_of_ckan_answers_and_has_no_entry_of_ours(self, app: Any):
        for path in ("/", "/dataset", "/organization", "/about"):
            assert 'href="/story' not in app.get(path, status=200).body


@pytest.mark.usefixtures("portal")
def test_contents_stay_out_of_the_datasets_when_the_feature_is_switched_off(
    app: Any, ckan_config: Any, monkeypatch: Any
):
    owner = institution()
    content(owner.editor, owner_org=owner.name)
    monkeypatch.setitem(ckan_config, "ckanext.promote.features", [])
    assert tk.get_action("package_search")({}, {})["count"] == 0


def test_a_name_that_two_modules_define_is_an_error(monkeypatch: Any, with_plugins: Any):
    first, second = ModuleType("first"), ModuleType("second")
    for module in (first, second):
        def promote_twice() -> None:
            """The same name in both."""

        promote_twice.__module__ = module.__name__
        module.promote_twice = promote_twice
    monkeypatch.setattr(features, "layer_modules", lambda *args: [first, second])
    with pytest.raises(features.NameTwice, match="promote_twice is defined by first and by second"):
        features.collect("action")
