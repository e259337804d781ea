"""The demonstration: its texts and tables (without CKAN), then what seeding does to a portal."""
from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections import Counter
from urllib.parse import urlsplit

import pytest
import yaml
from PIL import Image

from ckanext.promote.content.registry import BUILT_IN
from ckanext.promote.portal import demo
from ckanext.promote.portal.demo import covers, tables
from ckanext.promote.portal.demo.loading import FOLDER, unwrapped
from ckanext.promote.portal.demo.motifs import MOTIFS

TODAY = dt.date(2026, 11, 21)
DEMO = demo.load(TODAY)
CONTENTS = {content["name"]: content for content in DEMO.contents}
STORIES = [content for content in DEMO.contents if content["type"] == "story"]
DATASETS = {dataset.name: dataset for dataset in DEMO.datasets}
SECTIONS = ("background", "challenges", "solution", "results")
SECTORS = {
    "salud", "geoespacial", "seguridad-y-justicia", "energia-y-medio-ambiente", "educacion",
    "economia", "cultura-y-turismo", "finanzas-y-contrataciones", "infraestructura",
    "desarrollo-sostenible", "gobiernos-locales", "otros",
}  # fmt: skip
AXES = {
    "crecimiento-economico", "servicios-publicos", "transparencia-y-rendicion-de-cuentas",
    "eficiencia-gubernamental", "colaboracion-ciudadana",
}  # fmt: skip


def words(text):
    return len(re.findall(r"\w+", text))


def cells(dataset_name):
    """Every value of a dataset's CSV files, as the files spell it."""
    found = set()
    for resource in DATASETS[dataset_name].resources:
        rows = csv.reader(io.StringIO(resource.table().csv_bytes().decode("utf-8")))
        found.update(cell for row in rows for cell in row)
    return found


def named(figures):
    return [pytest.param(figure, id=figure["name"]) for figure in figures]


# --- How much there is


def test_counts_are_those_of_the_demonstration():
    assert (len(DEMO.institutions), len(DEMO.datasets), len(DEMO.contents)) == (12, 60, 47)
    kinds = Counter(content["type"] for content in DEMO.contents)
    assert kinds == {
        "story": 10, "app": 12, "tool": 8, "news": 8, "event": 3, "presentation": 2, "study": 2,
        "material": 2,
    }  # fmt: skip


def test_names_are_unique():
    names = [dataset.name for dataset in DEMO.datasets] + list(CONTENTS)
    assert len(set(names)) == 107
    assert len({institution.name for institution in DEMO.institutions}) == 12
    assert all(re.fullmatch(r"[a-z0-9-]{2,100}", name) for name in names)


def test_loading_twice_gives_the_same():
    assert demo.load(TODAY) == DEMO


def test_a_later_day_moves_the_dates_alone():
    later = demo.load(TODAY + dt.timedelta(days=30))
    undated = dict.fromkeys(("published_on", "starts_at", "ends_at"))
    assert [{**content, **undated} for content in later.contents] == [
        {**content, **undated} for content in DEMO.contents
    ]
    days = {
        dt.datetime.fromisoformat(new[key]) - dt.datetime.fromisoformat(old[key])
        for new, old in zip(later.contents, DEMO.contents, strict=True)
        for key in undated
        if key in new
    }
    assert days == {dt.timedelta(days=30)}


# --- What refers to what


def test_two_institutions_have_no_content_and_the_liaisons_have_many():
    owners = Counter(content["owner_org"] for content in DEMO.contents)
    idle = {institution.name for institution in DEMO.institutions} - set(owners)
    assert idle == {"consejo-de-justicia", "municipio-de-san-isidro-del-rio"}
    datasets = Counter(dataset.institution for dataset in DEMO.datasets)
    for account in ("liaison", "liaison2"):
        institution = demo.MEMBERSHIPS[account][0]
        assert owners[institution] >= 5
        assert datasets[institution] >= 8


def test_memberships_name_institutions():
    names = {institution.name for institution in DEMO.institutions}
    assert {organization for organization, _ in demo.MEMBERSHIPS.values()} <= names
    assert demo.MEMBERSHIPS["central"] == (demo.CENTRAL, "admin")


def test_every_reference_exists():
    institutions = {institution.name for institution in DEMO.institutions}
    assert {dataset.institution for dataset in DEMO.datasets} == institutions
    assert {content["owner_org"] for content in DEMO.contents} < institutions
    used = {name for content in DEMO.contents for name in content["datasets"]}
    assert used <= set(DATASETS)
    assert {view.dataset for views in DEMO.views.values() for view in views} <= set(DATASETS)
    assert set(DEMO.views) == {c["name"] for c in DEMO.contents if c["type"] == "tool"}


def test_sectors_and_axes_are_all_used_and_known():
    assert {content["sector"] for content in DEMO.contents} == SECTORS
    assert {content["axis"] for content in DEMO.contents} == AXES
    assert set(covers.PALETTES) == SECTORS


def test_sectors_and_axes_are_those_of_the_policy_profile():
    path = FOLDER.parents[1] / "policies" / "mx-2015.yaml"
    profile = yaml.safe_load(path.read_text(encoding="utf-8"))
    slugs = re.findall(r"[a-z]+(?:-[a-z]+)*", str(profile))
    assert set(slugs) >= SECTORS | AXES


def test_types_of_government_are_all_there():
    kinds = {institution.gov_type for institution in DEMO.institutions}
    assert kinds == {"federal", "state", "municipal", "autonomous"}


@pytest.mark.parametrize("content", named(DEMO.contents))
def test_content_has_only_keys_that_its_type_declares(content):
    declared = {each.name: each for each in BUILT_IN}[content["type"]]
    known = {field.name for field in declared.all_fields} | {"type", "name"}
    assert set(content) - known == set()


# --- Texts


@pytest.mark.parametrize("story", named(STORIES))
def test_story_has_four_sections_of_300_to_900_words(story):
    assert all(words(story[section]) > 40 for section in SECTIONS)
    assert 300 <= sum(words(story[section]) for section in SECTIONS) <= 900


@pytest.mark.parametrize("story", named(STORIES))
def test_figures_of_a_story_are_in_a_csv_of_one_of_its_datasets(story):
    found = set().union(*(cells(name) for name in story["datasets"]))
    assert len(story["value"]) >= 1
    for value in story["value"]:
        assert value["figure"].replace(",", "") in found


@pytest.mark.parametrize("story", named(STORIES))
def test_first_figure_is_told_in_the_results(story):
    assert story["value"][0]["figure"] in story["results"]


@pytest.mark.parametrize(
    ("kind", "least", "most"),
    [
        ("app", 60, 150), ("tool", 60, 150), ("news", 100, 250), ("event", 50, 150),
        ("presentation", 60, 150), ("study", 60, 200), ("material", 60, 150),
    ],
)  # fmt: skip
def test_bodies_have_the_length_of_their_kind(kind, least, most):
    lengths = {c["name"]: words(c["body"]) for c in DEMO.contents if c["type"] == kind}
    wrong = {name: length for name, length in lengths.items() if not least <= length <= most}
    assert wrong == {}


def test_summaries_are_plain_and_short():
    for content in DEMO.contents:
        assert 40 <= len(content["summary"]) <= 500
        assert not re.search(r"[*_#\n<]", content["summary"])


def test_alternative_texts_are_sentences_of_their_own():
    texts = [content["cover_alt"] for content in DEMO.contents]
    assert len(set(texts)) == 47
    assert all(40 <= len(text) <= 300 and text.endswith(".") for text in texts)


def test_notes_of_datasets_have_two_to_four_sentences():
    counts = {d.name: len(re.findall(r"[.?!](?:\s|$)", d.notes)) for d in DEMO.datasets}
    assert {name: count for name, count in counts.items() if not 2 <= count <= 4} == {}


def test_paragraphs_are_on_one_line_and_lists_are_not_joined():
    source = "Una línea\nque sigue.\n\n- primero\n  sigue\n- segundo\n\n> cita\n>\n> — quien\n"
    assert unwrapped(source) == (
        "Una línea que sigue.\n\n- primero sigue\n- segundo\n\n> cita\n>\n> — quien"
    )


# --- Details of the kinds


def test_contents_are_published_over_the_twelve_months_before_today():
    days = sorted(dt.date.fromisoformat(content["published_on"]) for content in DEMO.contents)
    assert TODAY - dt.timedelta(days=365) < days[0]
    assert days[-1] <= TODAY
    assert len({(day.year, day.month) for day in days}) == 12


def test_apps_are_at_every_stage_and_on_every_platform():
    apps = [content for content in DEMO.contents if content["type"] == "app"]
    assert {app["stage"] for app in apps} == {"planned", "in_development", "available", "retired"}
    platforms = {platform for app in apps for platform in app["links"]}
    assert platforms == {"web", "android", "ios", "windows", "macos", "linux", "other"}


def test_tools_are_of_every_kind():
    kinds = {content["tool_kind"] for content in DEMO.contents if content["type"] == "tool"}
    assert kinds == {"map", "chart", "table", "budget", "dashboard", "other"}


def test_one_event_is_coming_and_two_have_a_result():
    events = [content for content in DEMO.contents if content["type"] == "event"]
    ends = {event["name"]: dt.datetime.fromisoformat(event["ends_at"]).date() for event in events}
    past = {name for name, day in ends.items() if day < TODAY}
    assert past == {event["name"] for event in events if "result" in event}
    assert (len(events), len(past)) == (3, 2)
    assert all(event["starts_at"] < event["ends_at"] for event in events)


def test_every_address_is_in_a_reserved_domain():
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for path in FOLDER.rglob("*")
        if path.suffix in (".yaml", ".md")
    )
    hosts = {urlsplit(url).hostname for url in re.findall(r"https?://[^\s\"'}\]]+", text)}
    hosts |= {address.rpartition("@")[2] for address in re.findall(r"[\w.-]+@[\w.-]+", text)}
    assert {host for host in hosts if not host.endswith(".example")} == set()


# --- Tables


@pytest.mark.parametrize("dataset", DEMO.datasets, ids=lambda dataset: dataset.name)
def test_resources_have_20_to_200_rows_and_full_cells(dataset):
    assert 1 <= len(dataset.resources) <= 2
    for resource in dataset.resources:
        table = resource.table()
        assert table == resource.table()
        assert 20 <= len(table.rows) <= 200
        ids = [column.id for column in table.columns]
        assert len(set(ids)) == len(ids)
        assert all(list(row) == ids for row in table.rows)
        assert all(value not in ("", None) for row in table.rows for value in row.values())
        types = {column.id: column.type for column in table.columns}
        kinds = {"int": int, "numeric": float, "text": str, "date": dt.date}
        for row in table.rows:
            assert all(type(value) is kinds[types[key]] for key, value in row.items())


def test_filenames_of_resources_are_unique():
    names = [resource.filename for dataset in DEMO.datasets for resource in dataset.resources]
    assert len(set(names)) == len(names)


def test_coordinates_are_in_mexico():
    for dataset in DEMO.datasets:
        for resource in dataset.resources:
            for row in resource.table().rows:
                if "latitud" in row:
                    assert 14 < row["latitud"] < 33
                    assert -118 < row["longitud"] < -86


def test_a_further_column_changes_no_figure_of_the_others():
    spec = DATASETS["visitantes-a-museos"].resources[0].spec
    more = {"id": "talleres", "count": [2, 40]}
    wider = tables.build("a", {**spec, "columns": [more, *spec["columns"]]})
    narrow = [dict(row) for row in wider.rows]
    for row in narrow:
        row.pop("talleres")
    assert narrow == list(tables.build("a", spec).rows)


def test_a_fix_that_fits_no_row_is_named():
    spec = DATASETS["reportes-de-alumbrado-publico"].resources[0].spec
    change = {"where": {"colonia": "Nowhere"}, "set": {"reportes": [1]}}
    with pytest.raises(tables.BadTable, match="Nowhere.*fits 0 rows"):
        tables.build("a", {**spec, "fix": [change]})


@pytest.mark.parametrize(
    ("dataset", "number"), [("niveles-de-presas", 20), ("siniestros-por-tramo-carretero", 25)]
)
def test_a_map_has_the_places_of_its_rows_in_mexico(dataset, number):
    (found,) = DATASETS[dataset].maps
    features = json.loads(found.geojson())["features"]
    assert len(features) == len({str(each["geometry"]) for each in features}) == number
    for each in features:
        east, north = each["geometry"]["coordinates"]
        assert (-118 < east < -86, 14 < north < 33) == (True, True)
        assert {"Latitud", "Longitud"} & set(each["properties"]) == set()
    assert found.filename.endswith(".geojson")


def test_two_datasets_have_a_map():
    assert {each.name for each in DEMO.datasets if each.maps} == {
        "niveles-de-presas", "siniestros-por-tramo-carretero",
    }  # fmt: skip


def test_each_tool_shows_views_with_titles_of_their_own():
    titles = [view.title for views in DEMO.views.values() for view in views]
    assert len(titles) == len(set(titles))
    kinds = {view.view_type for views in DEMO.views.values() for view in views}
    assert kinds == {"geojson_view", "charts_view", "datatables_view"}


def test_what_stories_say_of_other_rows_holds():
    def rows(name):
        return DATASETS[name].resources[0].table().rows

    works = rows("intervenciones-de-seguridad-vial")
    reduced = {row["obra"]: [] for row in works}
    for row in works:
        reduced[row["obra"]].append(row["reduccion_porcentaje"])
    order = sorted(reduced, key=lambda obra: -sum(reduced[obra]) / len(reduced[obra]))
    assert (order[:2], order[-1]) == (["Isleta peatonal", "Semáforo"], "Señalización")
    air = [row for row in rows("calidad-del-aire-en-escuelas") if row["anio"] == 2022]
    assert max(air, key=lambda row: row["pm25_promedio"])["escuela"] == "Primaria Las Torres"
    survival = {
        (row["giro"], row["anio"]): row["supervivencia_porcentaje"]
        for row in rows("supervivencia-de-negocios-por-giro")
    }
    gains = {giro: survival[giro, 2025] - survival[giro, 2020] for giro, _ in survival}
    assert max(gains, key=gains.__getitem__) == "Panaderías y tortillerías"
    short = [row for row in rows("avisos-de-crecida") if row["horas_de_anticipacion"] < 2]
    assert 15 <= len(short) <= 20
    rural = [
        row
        for row in rows("recetas-surtidas-por-tipo-de-unidad")
        if (row["anio"], row["tipo_de_unidad"]) == (2025, "Centro de salud rural")
    ]
    assert max(rural, key=lambda row: row["porcentaje_surtido"])["region"] == "Sur"


# --- Pictures


def test_every_content_has_a_motif_of_its_own():
    assert set(DEMO.motifs) == set(CONTENTS)
    assert sorted(DEMO.motifs.values()) == sorted(MOTIFS)


@pytest.mark.parametrize("content", named(DEMO.contents))
def test_cover_is_a_small_png_of_1200_by_630(content):
    data = covers.cover(DEMO.motifs[content["name"]], content["sector"])
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size) == ("PNG", (1200, 630))
    assert len(data) < 200_000


def test_covers_are_the_same_at_every_run():
    assert covers.cover("kites", "salud") == covers.cover("kites", "salud")


def test_institutions_have_different_square_logos():
    logos = {covers.logo(*institution.logo) for institution in DEMO.institutions}
    assert len(logos) == 12
    for data in logos:
        with Image.open(io.BytesIO(data)) as image:
            assert image.size == (covers.LOGO_SIDE, covers.LOGO_SIDE)


# --- Seeding, with CKAN
