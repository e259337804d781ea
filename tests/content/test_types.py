"""Which types there are: options, other names and paths, types of other plugins, clashes."""
from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckantoolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan.config.middleware import make_app
from promote_test_plugins import RECIPE

from ckanext.promote.content import registry
from ckanext.promote.content.description import ContentType, Field
from tests.factories import STORY, act, content, headers, institution


@pytest.mark.usefixtures("portal")
class TestActions:
    def test_the_list_of_types_is_the_option(self):
        listed = act(None, "promote_content_type_list")
        assert [(each["type"], each["path"]) for each in listed] == [
            ("story", "/story"), ("app", "/app"), ("tool", "/tool"), ("news", "/news"),
            ("event", "/event"), ("presentation", "/presentation"), ("study", "/study"),
            ("material", "/material"),
        ]  # fmt: skip

    def test_a_type_tells_what_a_create_takes(self):
        shown = act(None, "promote_content_type_show", type="tool")
        by_name = {field["name"]: field for field in shown["fields"]}
        assert by_name["title"]["required"] is True
        assert "map" in [choice["value"] for choice in by_name["tool_kind"]["choices"]]
        assert [column["name"] for column in by_name["external_datasets"]["columns"]] == [
            "title", "url",
        ]  # fmt: skip

    def test_an_unknown_type_is_not_found_and_not_created(self):
        with pytest.raises(tk.ObjectNotFound):
            act(None, "promote_content_type_show", type="poem")
        owner = institution()
        with pytest.raises(tk.ValidationError) as caught:
            content(owner.editor, owner_org=owner.name, type="poem")
        assert list(caught.value.error_dict) == ["type"]


@pytest.mark.usefixtures("portal")
@pytest.mark.ckan_config("ckanext.promote.types", ["story", "app:portal_app:apps"])
@pytest.mark.ckan_config("ckanext.promote.menu", ["app", "tool", "story"])
def test_a_type_can_have_another_package_type_and_path(app: Any):
    owner = institution()
    made = content(owner.editor, owner_org=owner.name, type="app")
    assert made["url"] == f"http://test.ckan.net/apps/{made['name']}"
    assert act(None, "package_show", id=made["id"])["type"] == "portal_app"
    app.get(f"/apps/{made['name']}", status=200)
    app.get("/app", status=404)
    app.get("/tool", status=404)
    menu = BeautifulSoup(app.get("/about").body, "html.parser").select(".navbar-nav a")
    ours = [a["href"] for a in menu if a["href"] in ("/story/", "/apps/", "/tool/", "/impact")]
    assert ours == ["/apps/", "/story/"]


@pytest.mark.parametrize(
    ("types", "sentence"),
    [
        (["poem"], "there is no content type 'poem'"),
        (["story", "story"], "the package type 'story' is there twice"),
        (["story:dataset"], "'dataset' cannot be a package type"),
        (["story:story:a/b"], "'a/b' cannot be a path"),
        (["story:tale:x", "app:app:x"], "the path 'x' is there twice"),
    ],
)
def test_types_that_cannot_work_are_one_sentence(types: list[str], sentence: str):
    with pytest.raises(registry.WrongTypes, match="ckanext.promote.types") as caught:
        registry._resolve(tuple(types), ())
    assert sentence in str(caught.value)


FOUR = ["story", "app", "tool", "news"]
LINE = "ckanext.promote.types = "
INTO_INI = "Write this into your ckan.ini"
THEN_ATTACH = f"{INTO_INI}, and run `ckan promote attach` if there are contents"


@pytest.mark.parametrize(
    ("plugin", "sentence"),
    [
        (
            "promote_test_other_apps",
            "The package type 'app' belongs to OtherAppsPlugin. "
            f"{THEN_ATTACH}: {LINE}story app:promote_app:promote-app tool news",
        ),
        (
            "promote_test_app_pages",
            "The path /app belongs to their_apps.index. "
            f"{INTO_INI}: {LINE}story app:app:promote-app tool news",
        ),
    ],
)
def test_a_name_that_another_extension_owns_is_one_sentence_at_start(
    plugin: str, sentence: str, ckan_config: Any, monkeypatch: Any
):
    monkeypatch.setitem(ckan_config, "ckan.plugins", f"promote {plugin}")
    monkeypatch.setitem(ckan_config, "ckanext.promote.types", FOUR)
    with pytest.raises(registry.WrongTypes) as caught:
        make_app(ckan_config)
    p.unload_all()
    assert str(caught.value) == sentence
    # What it says is enough.
    line = sentence.partition(LINE)[2]
    monkeypatch.setitem(ckan_config, "ckanext.promote.types", line.split())
    make_app(ckan_config)
    p.unload_all()


def refused(refuse: Any, taken: Any) -> str:
    """The sentence of a refusal."""
    with pytest.raises(registry.WrongTypes) as caught:
        refuse(taken)
    return str(caught.value)


@pytest.mark.ckan_config("ckan.plugins", "promote promote_test_recipes")
@pytest.mark.usefixtures("with_plugins")
class TestClashes:
    def test_nothing_is_refused_when_nothing_of_ours_is_taken(self):
        registry.refuse_taken({"dataset": "A", "harvest": "B"})
        registry.refuse_taken_paths([("/", "home.index"), ("/story/<id>", "story.read")])

    @pytest.mark.ckan_config("ckanext.promote.types", ["news", "app:portal_app:apps", "tool::maps"])
    def test_a_line_mends_all_types_and_leaves_the_others_as_they_are_configured(self):
        assert refused(registry.refuse_taken, {"portal_app": "A", "news": "B", "x": "C"}) == (
            "The package type 'news' belongs to B and the package type 'portal_app' belongs to A. "
            f"{THEN_ATTACH}: {LINE}news:promote_news:promote-news app:promote_app:apps tool::maps"
        )

    @pytest.mark.ckan_config("ckanext.promote.types", ["story:tale:tool", "news"])
    def test_the_path_of_a_package_type_is_taken_with_it(self):
        assert refused(registry.refuse_taken, {"news": "A", "tool": "B"}) == (
            "The package type 'news' belongs to A. "
            f"{THEN_ATTACH}: {LINE}story:tale:promote-story news:promote_news:promote-news"
        )

    @pytest.mark.ckan_config("ckanext.promote.types", FOUR)
    def test_a_line_mends_all_paths(self):
        rules = [("/app/list", "theirs.list"), ("/app/<id>", "theirs.read"), ("/news", "press.all")]
        assert refused(registry.refuse_taken_paths, rules) == (
            "The path /app belongs to theirs.list and the path /news belongs to press.all. "
            f"{INTO_INI}: {LINE}story app:app:promote-app tool news:news:promote-news"
        )

    @pytest.mark.ckan_config("ckanext.promote.types", FOUR)
    def test_the_type_of_another_plugin_is_in_the_line_when_it_needs_a_name(self):
        assert refused(registry.refuse_taken, {"recipe": "A"}) == (
            "The package type 'recipe' belongs to A. "
            f"{THEN_ATTACH}: {LINE}story app tool news recipe:promote_recipe:promote-recipe"
        )

    @pytest.mark.ckan_config("ckanext.promote.types", ["story", "app:promote_app_2:promote-app-2"])
    def test_the_names_that_it_gives_are_free(self):
        taken = {"story": "A", "promote_story": "B", "promote-story": "C", "promote_app_2": "D"}
        assert refused(registry.refuse_taken, taken) == (
            "The package type 'story' belongs to A and the package type 'promote_app_2' belongs "
            f"to D. {THEN_ATTACH}: "
            f"{LINE}story:promote_story_2:promote-story-2 app:promote_app:promote-app-2"
        )


@pytest.mark.parametrize(
    "declaration",
    [{"name": "Two words"}, {"fields": (Field("title", "x", "line"),)}],
)
def test_a_declaration_that_cannot_work_is_refused(declaration: dict[str, Any]):
    values = {key: getattr(RECIPE, key) for key in RECIPE.__dataclass_fields__}
    with pytest.raises(ValueError, match="Content type"):
        ContentType(**{**values, **declaration})


@pytest.mark.ckan_config("ckan.plugins", "promote promote_test_recipes")
@pytest.mark.usefixtures("portal", "own_publishing")
def test_the_type_of_another_plugin_has_form_list_page_and_api(app: Any):
    owner = institution()
    form = BeautifulSoup(
        app.get("/recipe/new", headers=headers(owner.editor)).body, "html.parser"
    )
    assert form.select_one("textarea[name=code]") is not None
    refused = {"do": "publish", "owner_org": owner.name}
    app.post("/recipe/new", data=refused, headers=headers(owner.editor), status=400)
    app.post(
        "/recipe/new",
        data={
            "do": "publish", "title": "Count leaks", "summary": "In five lines.",
            "code": "print(1)", "steps": "*Run* it.", "owner_org": owner.name,
            "contact_email": STORY["contact_email"],
        },
        headers=headers(owner.editor),
    )  # fmt: skip
    shown = act(None, "promote_content_show", id="count-leaks")
    assert (shown["type"], shown["code"]) == ("recipe", "print(1)")
    assert shown["rendered"]["steps"] == "<p><em>Run</em> it.</p>\n"
    page = BeautifulSoup(app.get("/recipe/count-leaks").body, "html.parser")
    assert page.select_one("#part-steps").text == "Steps"
    assert len(BeautifulSoup(app.get("/recipe").body, "html.parser").select(".promote-card")) == 1
    assert act(None, "package_search")["count"] == 0
