"""Dates, tags, authors, datasets, addresses: every way in which sources write them."""
from __future__ import annotations

from typing import Any

import pytest

from ckanext.promote.importers import addresses, values


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2015-02-03", "2015-02-03"),
        ("2015-10-29 16:31:00 -0600", "2015-10-29"),
        ("2015-10-29T23:59:59-06:00", "2015-10-29"),
        ("2016-03-05 08:015:00 -0600", "2016-03-05"),
        ("2015/2/3", "2015-02-03"),
        ("03/02/2015", "2015-02-03"),
        ("3 de febrero de 2015", "2015-02-03"),
        ("Martes 3 de Febrero del 2015", "2015-02-03"),
        ("February 3, 2015", "2015-02-03"),
        ("3 Feb 2015", "2015-02-03"),
        ("2015-02-31", ""),
        ("9999-99-99", ""),
        ("pronto", ""),
        ("", ""),
        (None, ""),
        (2015, ""),
    ],
)
def test_a_date_is_its_day_as_it_was_written(given: Any, expected: str):
    assert values.date_of(given) == expected


def test_the_name_of_a_post_has_its_date():
    assert values.date_of_path("_posts/a/2015-08-07- x.md") == "2015-08-07"
    assert values.date_of_path("_posts/2015-08-07-a/x.md") == ""


@pytest.mark.parametrize(
    ("given", "tags", "changed"),
    [
        (["Datos Abiertos", "trámites"], ["Datos Abiertos", "trámites"], []),
        ("salud, educación", ["salud", "educación"], []),
        ("datos abiertos", ["datos abiertos"], []),
        ("[a1, b2]", ["a1", "b2"], []),
        (["Salud", "salud", "SALUD "], ["Salud"], []),
        (["a, b y c"], ["a b y c"], ["a, b y c"]),
        (["x", "", None, "¿?"], [], ["x", "¿?"]),
        ([{"name": "mapas"}, 2015], ["mapas", "2015"], []),
        (["TIC's"], ["TICs"], ["TIC's"]),
        (["a &amp; b"], ["a b"], ["a & b"]),
        (None, [], []),
        ("", [], []),
    ],
)
def test_tags_are_such_as_ckan_takes(given: Any, tags: list[str], changed: list[str]):
    assert values.tags_of(given) == (tags, changed)


def test_there_are_at_most_30_tags_and_none_is_longer_than_100():
    tags, changed = values.tags_of([f"tag {number}" for number in range(40)])
    assert (len(tags), len(changed)) == (30, 10)
    assert [len(tag) for tag in values.tags_of(["word " * 50])[0]] == [99]


@pytest.mark.parametrize(
    ("given", "authors"),
    [
        (("Secretaría de Medio Ambiente y Recursos Naturales",),) * 2,
        (("Instituto de Geografía, IEG",),) * 2,
        (("Ana Pérez y Luz Gómez | IEG",), ("Ana Pérez", "Luz Gómez", "IEG")),
        (("Ana Pérez, Eric Magar, Michael P. McDonald",),
         ("Ana Pérez", "Eric Magar", "Michael P. McDonald")),
        (("Data4", ["data4"]), ("Data4",)),
        (("A", ["B", {"name": "C"}]), ("A", "B", "C")),
        ((None, None), ()),
    ],
)  # fmt: skip
def test_authors_are_people_or_organizations_each_once(given: Any, authors: tuple[str, ...]):
    assert values.authors_of(*given)[0] == list(authors)


@pytest.mark.parametrize(
    ("given", "names", "elsewhere", "left"),
    [
        (["a-b", "c-d", "a-b"], ["a-b", "c-d"], [], []),
        ("a-b, c-d", ["a-b", "c-d"], [], []),
        ("a-b c-d\ne-f", ["a-b", "c-d", "e-f"], [], []),
        (["Mortalidad Materna"], ["mortalidad-materna"], [], []),
        ([{"name": "a-b"}, {"title": "Rain", "url": "https://x.example/r"}], ["a-b"],
         [{"title": "Rain", "url": "https://x.example/r"}], []),
        (["http://p.example/dataset/a-b", "http://p.example/#/conjuntos/c-d"], ["a-b", "c-d"],
         [], []),
        (["N/A", None, ""], [], [], []),
        (["javascript:alert(1)", "?", {"a": 1}], [], [], ["javascript:alert(1)"]),
        (None, [], [], []),
    ],
)  # fmt: skip
def test_datasets_are_names_or_elsewhere(given: Any, names: Any, elsewhere: Any, left: Any):
    assert values.datasets_of(given) == (names, elsewhere, left)


@pytest.mark.parametrize(
    ("given", "rows", "left"),
    [
        ([{"title": "A", "url": "http://a.example/x"}],
         [{"title": "A", "url": "http://a.example/x"}], []),
        ({"title": "A", "url": "www.a.example"},
         [{"title": "A", "url": "http://www.a.example"}], []),
        ({"A": "https://a.example"}, [{"title": "A", "url": "https://a.example"}], []),
        ("https://www.a.example/x", [{"title": "a.example", "url": "https://www.a.example/x"}], []),
        ([{"title": "A", "url": "javascript:x"}], [], [{"title": "A", "url": "javascript:x"}]),
        ([{"title": "A"}], [], [{"title": "A"}]),
        (None, [], []),
    ],
)  # fmt: skip
def test_external_datasets_have_title_and_address(given: Any, rows: Any, left: Any):
    assert values.external_of(given) == (rows, left)


@pytest.mark.parametrize(
    ("given", "links", "left"),
    [
        ({"web": "http://a.example", "appleStore": None, "playStore": "NA"},
         {"web": "http://a.example"}, {}),
        ({"appleStore": "https://itunes.apple.com/id1", "playStore": "https://play.google.com/x"},
         {"ios": "https://itunes.apple.com/id1", "android": "https://play.google.com/x"}, {}),
        ({"windowsPhone": "https://w.example/a", "blackberry": "https://b.example/a"},
         {"windows": "https://w.example/a", "other": "https://b.example/a"}, {}),
        ({"Google Play": "https://p.example/a", "Sitio web": "www.a.example"},
         {"android": "https://p.example/a", "web": "http://www.a.example"}, {}),
        (["https://apps.apple.com/x", "https://a.example"],
         {"ios": "https://apps.apple.com/x", "web": "https://a.example"}, {}),
        ([{"name": "android", "url": "https://p.example/a"}, {"web": "https://a.example"}],
         {"android": "https://p.example/a", "web": "https://a.example"}, {}),
        ("https://a.example", {"web": "https://a.example"}, {}),
        ({"github": "https://g.example/a"}, {"source": "https://g.example/a"}, {}),
        ({"web": "javascript:alert(1)"}, {}, {"web": "javascript:alert(1)"}),
        ({"a": "https://a.example", "b": "https://b.example"},
         {"other": "https://a.example"}, {"b": "https://b.example"}),
        ({"web": ["https://a.example", "https://b.example"]},
         {"web": "https://a.example"}, {"web": "https://b.example"}),
        (None, {}, {}),
        ({}, {}, {}),
    ],
)  # fmt: skip
def test_links_are_sorted_by_platform(given: Any, links: Any, left: Any):
    assert addresses.links_of(given) == (links, left)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://a.example/x?y=1#z", "https://a.example/x?y=1#z"),
        (" http://a.example ", "http://a.example"),
        ("//a.example/x", "https://a.example/x"),
        ("https://a.example/x y", "https://a.example/x%20y"),
        ("ftp://a.example", ""),
        ("data:text/html,x", ""),
        ("https://u:p@a.example", ""),
        ("http://", ""),
        ("http://[::1", ""),
        ("/relative/page.html", ""),
        ("one.two three", ""),
        (5, ""),
    ],
)
def test_an_address_can_be_linked_or_is_none(given: Any, expected: str):
    assert addresses.address_of(given) == expected
