"""From a record to a content: every front matter key, and where what has no field goes."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ckanext.promote.importers.mapping import NOT_PUBLISHED, institution_texts, to_content
from ckanext.promote.importers.matching import fold
from ckanext.promote.importers.records import Record, read
from ckanext.promote.importers.source import Problem
from tests.importers.vocabulary import FIELDS, VOCABULARY, mapped, noted, record

BODY = "A text that is long enough to be a summary of what the page says."


def test_a_story_without_sections_keeps_its_text_whole_and_is_marked():
    content = mapped(BODY)
    assert content == {
        "type": "story",
        "title": "A title",
        "summary": BODY,
        "body": BODY,
        "sections_pending": True,
    }


def test_a_story_with_four_sections_is_complete():
    text = "Intro.\n\n## Antecedentes\nA\n\n## Retos\nB\n\n## Solución\nC\n\n## Resultados\nD"
    content = mapped(text)
    names = ("body", "background", "challenges", "solution", "results")
    assert [content[name] for name in names] == ["Intro.", "A", "B", "C", "D"]
    assert "sections_pending" not in content


def test_a_section_that_is_too_long_for_its_field_stays_in_the_body():
    text = "## Resultados\n\n" + "word " * 5000
    content = mapped(text)
    assert content["body"] == text.strip()
    assert "results" not in content


def test_other_types_are_not_cut_into_sections():
    text = "## Resultados\n\nA"
    assert mapped(text, kind="news") == {
        "type": "news", "title": "A title", "summary": "A", "body": text,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("front", "summary"),
    [
        ({"excerpt": "An *excerpt*  &amp; more"}, "An excerpt & more"),
        ({"description": "<p>Described</p>"}, "Described"),
        ({"tagline": "Short"}, BODY),
        ({"tagline": "word " * 20}, ("word " * 20).strip()),
        ({"excerpt": None}, BODY),
        ({}, BODY),
    ],
)
def test_the_summary_is_the_teaser_or_the_first_paragraph(front: Any, summary: str):
    assert mapped(f"# Heading\n\n*By: Ana*\n\n{BODY}\n\nMore.", **front)["summary"] == summary


def test_a_summary_has_at_most_500_characters_and_ends_with_a_word():
    summary = mapped("word " * 300)["summary"]
    assert summary.endswith("word…")
    assert len(summary) <= 500


def test_without_any_text_the_title_is_the_summary():
    assert mapped("")["summary"] == "A title"


def test_the_text_before_the_mark_is_the_summary():
    lead = "#### What happened in all of the country last year\n\n<!--more-->\n\n"
    assert mapped(lead + BODY)["summary"] == "What happened in all of the country last year"


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ("  A &amp; B  ", "A & B"),
        ("<b>Bold</b>", "Bold"),
        (2015, "2015"),
        ("word " * 60, "word " * 38 + "word…"),
    ],
)
def test_a_title_is_one_line_of_plain_text(given: Any, title: str):
    content = mapped(title=given)
    assert content["title"] == title
    assert ("unmapped" in content) == (len(str(given)) > 200)


@pytest.mark.parametrize(
    ("body", "path", "title"),
    [
        ("# From the text\n\nMore", "", "From the text"),
        ("More", "_posts/2015-02-03-de-la-ruta.md", "De la ruta"),
    ],
)
def test_a_missing_title_is_taken_from_the_text_or_the_file(body: str, path: str, title: str):
    assert mapped(body, path=path, title=None)["title"] == title
    assert "title" in noted(body, path=path, title=None)


def test_a_record_without_any_title_is_refused():
    with pytest.raises(Problem) as caught:
        mapped(title="")
    assert caught.value.field == "title"


@pytest.mark.parametrize(
    ("front", "sector"),
    [
        ({"category": "seguridad-y-justicia"}, "seguridad-y-justicia"),
        ({"category": "finanzas y contrataciones"}, "finanzas-y-contrataciones"),
        ({"category": "EDUCACIÓN"}, "educacion"),
        ({"category": "Economia"}, "economia"),
        ({"category": "Medio ambiente"}, "energia-y-medio-ambiente"),
        ({"category": "Seguridad"}, "seguridad-y-justicia"),
        ({"category": "geografía"}, "geoespacial"),
        ({"category": "otras"}, "otros"),
        ({"categories": ["noticias", "Salud"]}, "salud"),
        ({"category": "noticias", "category_title": "Salud"}, "salud"),
        ({"category": "Gobierno"}, None),
        ({"category": "y"}, None),
        ({"category": None}, None),
        ({"category": 7}, None),
    ],
)
def test_a_category_becomes_one_of_the_sectors(front: Any, sector: str | None):
    assert mapped(**front).get("sector") == sector


def test_a_folder_tells_the_sector_when_nothing_else_does():
    assert mapped(path="_posts/impacto/historias/salud/a.md")["sector"] == "salud"


def test_a_category_that_is_no_sector_is_kept_and_noted():
    assert mapped(category="Inventos")["unmapped"] == {"category": "Inventos"}
    assert noted(category="Inventos") == ["sector", "published_on"]


def test_the_name_of_a_type_as_category_is_kept_without_a_note():
    assert mapped(category="Noticias")["unmapped"] == {"category": "Noticias"}
    assert noted(category="Noticias") == ["published_on"]


@pytest.mark.parametrize(
    ("front", "path", "date", "kept"),
    [
        ({"date": "2015-02-03"}, "", "2015-02-03", None),
        ({"date": "2015-02-03 10:00:00 -0600"}, "", "2015-02-03", "2015-02-03 10:00:00 -0600"),
        ({}, "_posts/2014-11-20-a.md", "2014-11-20", None),
        ({"date": "pronto"}, "_posts/2014-11-20-a.md", "2014-11-20", "pronto"),
        ({"date": "pronto"}, "", None, "pronto"),
        ({"date": "9999-12-31"}, "", "9999-12-31", None),
    ],
)
def test_the_date_is_the_day_and_its_time_is_kept(front: Any, path: str, date: Any, kept: Any):
    content = mapped(path=path, **front)
    assert content.get("published_on") == date
    assert content.get("unmapped", {}).get("date") == kept


@pytest.mark.parametrize(
    ("path", "front", "kind"),
    [
        ("_posts/herramientas/apps/a.md", {"sub_section": "herramientas", "layout": "app"}, "app"),
        ("_posts/herramientas/gov_apps/a.md", {}, "app"),
        ("_posts/herramientas/herramientas/a.md", {"layout": "app"}, "tool"),
        ("_posts/impacto/avances/a.md", {"sub_section": "noticias"}, "news"),
        ("_posts/impacto/historias/salud/a.md", {"sub_section": "casos-de-uso"}, "story"),
        ("_posts/impacto/casos-de-uso/a.md", {}, "story"),
        ("_apps/a.md", {}, "app"),
        ("a.md", {"sub_section": "casos-de-uso"}, "story"),
        ("a.md", {"category": "Noticias"}, "news"),
        ("a.md", {"section": "herramientas"}, "tool"),
        ("a.md", {"layout": "app"}, "app"),
        ("a.md", {"layout": "post"}, "news"),
        ("_posts/2015-01-01-a.md", {}, "news"),
    ],
)
def test_the_place_of_a_file_tells_its_type(path: str, front: Any, kind: str):
    assert mapped(kind="", path=path, **front)["type"] == kind


@pytest.mark.parametrize(
    ("said", "kind"), [("Historia", "story"), ("APPS", "app"), ("herramienta", "tool")]
)
def test_what_a_record_says_of_its_type_counts_first(said: str, kind: str):
    assert mapped(kind=said, path="_posts/noticias/a.md")["type"] == kind


@pytest.mark.parametrize("kind", ["material", "poem", ""])
def test_a_type_that_the_portal_has_not_is_refused(kind: str):
    with pytest.raises(Problem, match="story, app, tool, news") as caught:
        mapped(kind=kind)
    assert caught.value.field == "kind"


def test_the_links_of_an_app_are_by_platform_and_the_rest_is_kept():
    content = mapped(
        kind="app",
        links={"web": "https://a.example", "playStore": "NA", "appleStore": "javascript:x"},
        permalink="/a.html",
    )
    assert content["links"] == {"web": "https://a.example"}
    assert content["unmapped"] == {
        "links": {"appleStore": "javascript:x"},
        "permalink": "/a.html",
    }


@pytest.mark.parametrize(
    ("front", "url", "unmapped"),
    [
        ({"links": {"web": "https://a.example"}, "permalink": "https://b.example"},
         "https://a.example", {"permalink": "https://b.example"}),
        ({"permalink": "https://b.example", "iframe_src": "https://c.example"},
         "https://b.example", {"iframe_src": "https://c.example"}),
        ({"permalink": "/b.html", "iframe_src": "https://c.example"},
         "https://c.example", {"permalink": "/b.html", "iframe_src": "https://c.example"}),
    ],
)  # fmt: skip
def test_a_tool_is_where_its_link_its_permalink_or_its_frame_says(
    front: Any, url: str, unmapped: Any
):
    content = mapped(kind="tool", **front)
    assert (content["url"], content["unmapped"]) == (url, unmapped)


def test_links_of_a_story_are_kept():
    assert mapped(links={"web": "https://a.example"})["unmapped"] == {
        "links": {"web": "https://a.example"}
    }


def test_a_tool_is_of_the_kind_it_says_or_other():
    assert mapped(kind="tool", tool_kind="Mapa")["tool_kind"] == "map"
    assert mapped(kind="tool")["tool_kind"] == "other"


@pytest.mark.parametrize(
    "front",
    [
        {"contact_email": "ana@a.example", "contact_name": "Ana"},
        {"contact": {"name": "Ana", "email": "ana@a.example"}},
        {"correo": "mailto:ana@a.example", "contacto": "Ana"},
    ],
)
def test_a_contact_of_the_source_is_a_confirmed_one(front: Any):
    content = mapped(**front)
    assert (content["contact_email"], content["contact_name"]) == ("ana@a.example", "Ana")
    assert content["is_contact_confirmed"] is True


def test_what_is_no_address_is_no_contact_and_kept():
    content = mapped(contact_email="call us")
    assert "contact_email" not in content
    assert content["unmapped"] == {"contact_email": "call us"}


def test_an_unpublished_page_is_marked():
    assert mapped(published=False)[NOT_PUBLISHED] is True
    assert mapped(published="no")[NOT_PUBLISHED] is True
    assert NOT_PUBLISHED not in mapped(published=True)


def test_what_has_no_field_is_kept_and_what_says_nothing_goes():
    content = mapped(layout="post", featured=False, weight=0, tags=None, x="", y=[], z={})
    assert content["unmapped"] == {"layout": "post", "featured": False, "weight": 0}


def test_keys_that_are_called_as_our_fields_are_these_fields():
    content = mapped(kind="app", developer="Ana", app_version="1.10", stage="Disponible")
    assert (content["developer"], content["app_version"], content["stage"]) == (
        "Ana", "1.10", "available",
    )  # fmt: skip


def test_a_word_that_a_vocabulary_has_not_is_kept():
    assert mapped(kind="app", stage="beta")["unmapped"] == {"stage": "beta"}


def test_a_record_with_our_keys_stays_as_it_is():
    given = {"type": "story", "name": "a", "title": "A", "value": [{"figure": "1"}], "odd": 1}
    content, _ = to_content(Record("x:1", "k", kind="story", content=given), VOCABULARY)
    assert content == {
        "type": "story", "name": "a", "title": "A", "value": [{"figure": "1"}],
        "unmapped": {"odd": 1},
    }  # fmt: skip


def in_folder(root: Path, **front: Any) -> Record:
    """A record of an app in a folder."""
    return Record("x.md", "k", "x.md", "app", {"title": "A", **front}, root=root)


def test_an_image_in_the_folder_becomes_the_cover(tmp_path: Path):
    picture = tmp_path / "assets" / "img" / "a.png"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"x")
    (tmp_path / "s.png").symlink_to("/etc/hostname")
    content, notes = to_content(in_folder(tmp_path, featured_img="a.png"), VOCABULARY)
    assert (content["cover_upload"], content["cover_alt"]) == (picture, "A")
    assert "cover_alt" in [note.field for note in notes]
    for named in ("../secret.png", "s.png", "/etc/passwd", "https://a.example/a.png", "gone.png"):
        content, _ = to_content(in_folder(tmp_path, grid_img=named), VOCABULARY)
        assert content["unmapped"]["grid_img"] == named


def test_screenshots_in_the_folder_are_uploads_and_the_rest_is_kept(tmp_path: Path):
    for number in range(8):
        (tmp_path / f"{number}.png").write_bytes(b"x")
    named = [f"{number}.png" for number in range(8)] + ["gone.png"]
    content, _ = to_content(in_folder(tmp_path, screenshots=named), VOCABULARY)
    assert [path.name for path in content["screenshots_upload"]] == named[:6]
    assert content["screenshots"][0] == {"url": "", "alt": "A (1)"}
    assert content["unmapped"]["screenshots"] == ["6.png", "7.png", "gone.png"]


def test_the_clearest_word_on_the_institution_comes_first():
    source = record(author="Ana", institution="IEG")
    assert institution_texts(source) == ["IEG", "Ana"]


def test_all_real_records_become_contents_and_lose_nothing(shared_data: Path):
    records = list(read(shared_data / "datosgobmx-2016" / "content.jsonl"))
    assert len(records) == 85
    kinds = []
    for source in records:
        assert isinstance(source, Record)
        content, _ = to_content(source, VOCABULARY)
        kinds.append(content["type"])
        assert content["type"] == source.kind
        assert set(content) - {"type", NOT_PUBLISHED} <= FIELDS[content["type"]]
        assert content["title"]
        assert 20 <= len(content["summary"]) <= 500
        assert content["published_on"]
        assert content["authors"]
        assert _is_kept(source, content), source.where
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "story": 12, "app": 51, "tool": 4, "news": 18,
    }  # fmt: skip


def _is_kept(source: Record, content: dict[str, Any]) -> bool:
    """Whether every word of the front matter is in the content; a sector is a slug there."""
    stack: list[Any] = [value for key, value in source.front_matter.items() if key != "category"]
    said: set[str] = set()
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
        elif isinstance(item, str) and item not in ("NA", "N/A"):
            said.update(fold(item).split())
    kept = set(fold(json.dumps(content, ensure_ascii=False)).split())
    return said - kept <= {"y"}


def test_the_same_real_records_as_files_have_the_same_types_keys_and_digests(
    shared_data: Path, tmp_path: Path
):
    lines = list(read(shared_data / "datosgobmx-2016" / "content.jsonl"))
    for line in lines:
        assert isinstance(line, Record)
        path = tmp_path / line.source_path
        path.parent.mkdir(parents=True, exist_ok=True)
        front = "\n".join(
            f"{key}: {json.dumps(value, ensure_ascii=False)}"
            for key, value in line.front_matter.items()
        )
        path.write_text(f"---\n{front}\n---\n\n{line.body}\n", encoding="utf-8")
    files = [each for each in read(tmp_path) if isinstance(each, Record)]
    assert {each.source_key: each.digest for each in files} == {
        each.source_key: each.digest for each in lines if isinstance(each, Record)
    }
    for each in files:
        by_line = next(line for line in lines if line.source_key == each.source_key)
        assert to_content(each, VOCABULARY)[0] == to_content(by_line, VOCABULARY)[0]
