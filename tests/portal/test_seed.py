"""Seeding: through the actions, twice adds nothing, and other content is not touched."""
from __future__ import annotations

import dataclasses
import datetime as dt

import ckantoolkit as tk
import pytest
from ckan.tests import factories, helpers

from ckanext.promote.portal import demo, seed

DEMO = demo.load(dt.date(2026, 11, 21))
CONTENTS = {content["name"]: content for content in DEMO.contents}
DATASETS = {dataset.name: dataset for dataset in DEMO.datasets}

SMALL = dataclasses.replace(
    DEMO,
    institutions=tuple(i for i in DEMO.institutions if i.name == "instituto-del-agua"),
    datasets=tuple(
        DATASETS[name]
        for name in ("niveles-de-presas", "niveles-de-rios-por-estacion", "avisos-de-crecida")
    ),
    contents=tuple(
        CONTENTS[name]
        for name in ("siete-horas-de-ventaja", "nivel", "como-leer-los-niveles-de-las-presas")
    ),
)


def seeded():
    """The report of seeding a small part, as the site user."""
    return str(seed.seed(helpers.call_action("get_site_user")["name"], demo=SMALL))


@pytest.mark.usefixtures("portal", "with_request_context")
class TestSeed:
    def test_everything_is_there_and_published(self):
        assert seeded() == "1 institutions, 3 datasets, 3 contents: 7 created, 0 already there"
        dataset = helpers.call_action("package_show", id="niveles-de-presas")
        assert dataset["organization"]["name"] == "instituto-del-agua"
        assert [resource["format"] for resource in dataset["resources"]] == [
            "CSV", "CSV", "GeoJSON",
        ]  # fmt: skip
        assert {resource["url_type"] for resource in dataset["resources"]} == {"upload"}
        story = helpers.call_action("promote_content_show", id="siete-horas-de-ventaja")
        assert story["value"][0]["figure"] == "7.5"
        assert story["published_on"] == CONTENTS["siete-horas-de-ventaja"]["published_on"]
        assert story["cover_url"] != ""
        assert set(story["datasets"]) == {"avisos-de-crecida", "niveles-de-rios-por-estacion"}
        slides = helpers.call_action(
            "promote_content_show", id="como-leer-los-niveles-de-las-presas"
        )
        assert slides["document"]["filename"] == "niveles-de-las-presas.pdf"
        institution = helpers.call_action("organization_show", id="instituto-del-agua")
        assert institution["image_display_url"].endswith("instituto-del-agua.png")

    def test_running_it_again_adds_nothing(self):
        seeded()
        before = helpers.call_action("package_show", id="niveles-de-presas")
        assert seeded() == "1 institutions, 3 datasets, 3 contents: 0 created, 7 already there"
        assert helpers.call_action("package_show", id="niveles-de-presas") == before

    def test_an_interrupted_run_is_completed(self):
        def cut_off(name):
            if name == "niveles-de-presas":
                raise KeyboardInterrupt

        user = helpers.call_action("get_site_user")["name"]
        with pytest.raises(KeyboardInterrupt):
            seed.seed(user, cut_off, SMALL)
        dataset = helpers.call_action("package_show", id="niveles-de-presas")
        helpers.call_action("resource_delete", id=dataset["resources"][1]["id"])
        assert seeded() == "1 institutions, 3 datasets, 3 contents: 6 created, 1 already there"
        dataset = helpers.call_action("package_show", id="niveles-de-presas")
        assert len(dataset["resources"]) == 3

    def test_what_was_changed_or_deleted_is_left_alone(self):
        seeded()
        helpers.call_action("package_patch", id="niveles-de-presas", title="Presas")
        helpers.call_action("package_delete", id="avisos-de-crecida")
        assert seeded() == "1 institutions, 3 datasets, 3 contents: 0 created, 7 already there"
        assert helpers.call_action("package_show", id="niveles-de-presas")["title"] == "Presas"

    @pytest.mark.parametrize("make", [factories.Dataset, factories.Organization])
    def test_a_portal_with_other_content_is_refused(self, make):
        name = make()["name"]
        with pytest.raises(seed.SeedError, match=name) as refusal:
            seeded()
        assert refusal.value.exit_code == 1
        with pytest.raises(tk.ObjectNotFound):
            helpers.call_action("organization_show", id="instituto-del-agua")

    def test_a_user_who_may_not_is_told_so(self):
        with pytest.raises(seed.SeedError, match="is not a sysadmin of this portal"):
            seed.seed(factories.User()["name"], demo=SMALL)

    @pytest.mark.ckan_config("ckan.plugins", "promote datastore datatables_view")
    def test_resources_get_a_table_and_a_preview(self):
        seeded()
        resource = helpers.call_action("package_show", id="avisos-de-crecida")["resources"][0]
        found = helpers.call_action("datastore_search", resource_id=resource["id"], limit=1)
        assert found["total"] == 60
        assert found["fields"][2]["info"]["label"] == "Fecha"
        views = helpers.call_action("resource_view_list", id=resource["id"])
        assert [view["view_type"] for view in views] == ["datatables_view"]

    @pytest.mark.ckan_config(
        "ckan.plugins", "promote datastore datatables_view charts_view geojson_view"
    )
    def test_a_tool_shows_its_views(self):
        assert [view["view_type"] for view in self.views_of_the_tool()] == [
            "geojson_view", "charts_view",
        ]  # fmt: skip

    @pytest.mark.ckan_config("ckan.plugins", "promote geo_view")
    @pytest.mark.ckan_config("ckan.views.default_views", ["geo_view"])
    def test_the_view_that_a_map_gets_by_itself_has_a_spanish_title(self):
        seeded()
        resource = helpers.call_action("package_show", id="niveles-de-presas")["resources"][2]
        views = helpers.call_action("resource_view_list", id=resource["id"])
        assert [(view["view_type"], view["title"]) for view in views] == [("geo_view", "Mapa")]

    @pytest.mark.ckan_config("ckan.plugins", "promote geojson_view")
    def test_a_tool_goes_without_views_that_the_portal_cannot_show(self):
        assert [view["title"] for view in self.views_of_the_tool()] == ["Presas y su uso principal"]

    def views_of_the_tool(self):
        """What the map of dams shows, after seeding it twice."""
        name = "mapa-de-presas-y-acuiferos"
        water = dataclasses.replace(
            SMALL,
            datasets=(*SMALL.datasets, DATASETS["disponibilidad-de-acuiferos"]),
            contents=(CONTENTS[name],),
        )
        user = helpers.call_action("get_site_user")["name"]
        for _ in range(2):
            seed.seed(user, demo=water)
        embeds = helpers.call_action("promote_content_show", id=name)["embeds"]
        return [helpers.call_action("resource_view_show", id=each["resource_view"])
                for each in embeds]  # fmt: skip
