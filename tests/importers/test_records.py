"""Reading sources: what a record is, and that a bad one stops no other."""
from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ckanext.promote.importers.records import Record, Refused, SourceError, count, read
from ckanext.promote.importers.source import MAX_BYTES

GOOD = {"kind": "news", "source_path": "a.md", "front_matter": {"title": "A"}, "body": "Text"}


def lines(tmp_path: Path, *given: Any) -> list[Record | Refused]:
    """What is read from a file with these lines (bytes as they are, objects as JSON)."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(
        b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in given)
    )
    found = list(read(path))
    assert count(path) == len(found)
    return found


def folder(tmp_path: Path, **files: str | bytes) -> list[Record | Refused]:
    """What is read from a folder with these files (``__`` in a name stands for ``/``)."""
    for name, text in files.items():
        path = tmp_path / (name.replace("__", "/") + ".md")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = list(read(tmp_path))
    assert count(tmp_path) == len(found)
    return found


def one(found: list[Record | Refused]) -> Any:
    assert len(found) == 1
    return found[0]


def front(tmp_path: Path, yaml: str) -> Any:
    """The front matter of a file with this YAML, or what is said against it."""
    found = one(folder(tmp_path, a=f"---\n{yaml}\n---\nText\n"))
    return found.front_matter if isinstance(found, Record) else found


def test_a_line_is_a_record_with_its_place(tmp_path: Path):
    found = one(lines(tmp_path, GOOD))
    assert (found.where, found.source_key, found.kind) == ("a.jsonl:1", "a.md", "news")
    assert (found.front_matter, found.body) == ({"title": "A"}, "Text")


def test_a_line_with_the_keys_of_a_content_stays_as_it_is(tmp_path: Path):
    found = one(lines(tmp_path, {"type": "story", "name": "a", "title": "A"}))
    assert found.content == {"type": "story", "name": "a", "title": "A"}
    assert found.source_key == "story:a"


def test_a_byte_order_mark_and_empty_lines_are_no_records(tmp_path: Path):
    found = lines(tmp_path, b"\xef\xbb\xbf" + json.dumps(GOOD).encode(), b"", b"  \r", GOOD)
    assert [type(each) for each in found] == [Record, Record]
    assert found[1].where == "a.jsonl:4"


BAD_LINES = {
    "cut off": (b'{"kind": "news", "front_m', "line"),
    "no object": (b"[1, 2]", "line"),
    "a text": (b'"news"', "line"),
    "not UTF-8": (b'{"kind": "news", "body": "\xe9"}', "line"),
    "NaN": (b'{"kind": "news", "front_matter": {"a": NaN}}', "line"),
    "a number without end": (b'{"a": ' + b"9" * 5000 + b"}", "line"),
    "nested without end": (b"[" * 200_000, "line"),
    "too long": (b'{"body": "' + b"x" * MAX_BYTES + b'"}', "line"),
    "no front matter": ({"kind": "news", "body": "Text"}, "front_matter"),
    "front matter is a list": ({**GOOD, "front_matter": ["a"]}, "front_matter"),
    "body is a list": ({**GOOD, "body": ["a"]}, "body"),
    "kind is a number": ({**GOOD, "kind": 3}, "kind"),
    "NUL in the body": ({**GOOD, "body": "a\0b"}, "body"),
    "lone surrogate in a tag": (
        b'{"kind": "news", "front_matter": {"tags": ["\\ud800"]}}', "front_matter",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_LINES)
def test_a_bad_line_is_refused_alone_with_field_and_reason(case: str, tmp_path: Path):
    line, field = BAD_LINES[case]
    found = lines(tmp_path, GOOD, line, GOOD)
    assert [type(each) for each in found] == [Record, Refused, Record]
    assert (found[1].where, found[1].field) == ("a.jsonl:2", field)
    assert found[1].reason.endswith(".")


def test_a_folder_is_read_before_the_folders_in_it(tmp_path: Path):
    text = "---\ntitle: A\n---\nText\n"
    found = folder(tmp_path, b=text, a__c=text, _site__x=text)
    assert [each.where for each in found] == ["b.md", "a/c.md"]


def test_a_record_has_the_same_key_and_digest_from_a_line_and_from_a_file(tmp_path: Path):
    data = {"title": "A", "date": "2015-02-03", "featured": False, "tags": ["a", "b"]}
    line = one(
        lines(tmp_path, {**GOOD, "source_path": "_posts/x/a.md", "front_matter": data, "body": "T"})
    )
    site = tmp_path / "site"
    text = "---\ntitle: A\ndate: 2015-02-03\nfeatured: false\ntags: [a, b]\n---\n\nT\n"
    whole = one(folder(site, _posts__x__a=text.replace("\n", "\r\n")))
    part = one(list(read(site / "_posts" / "x")))
    assert whole.source_key == part.source_key == line.source_key == "_posts/x/a.md"
    assert whole.digest == part.digest == line.digest


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("title: A", {"title": "A"}),
        ("", {}),
        ("date: 2015-10-29 16:31:00 -0600", {"date": "2015-10-29 16:31:00 -0600"}),
        ("date: 2016-03-05 08:015:00 -0600", {"date": "2016-03-05 08:015:00 -0600"}),
        ("date: 2015-02-31", {"date": "2015-02-31"}),
        ("title: No", {"title": "No"}),
        ("version: 1.10", {"version": "1.10"}),
        ("title: 12:30", {"title": "12:30"}),
        ("zip: 06600", {"zip": "06600"}),
        ("published: false", {"published": False}),
        ("links:", {"links": None}),
        ("links: ~", {"links": None}),
        ("tags:\n  - a\n  - b", {"tags": ["a", "b"]}),
        ("links:\n  web: https://a.example", {"links": {"web": "https://a.example"}}),
        ("title: >\n  A long\n  title", {"title": "A long title"}),
        ("when: !!timestamp 2015-02-03", {"when": "2015-02-03"}),
        ("a: 1\na: 2", {"a": 2}),
    ],
)
def test_front_matter_is_plain_data_as_it_was_typed(yaml: str, expected: Any, tmp_path: Path):
    assert front(tmp_path, yaml) == expected


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("title: Datos: abiertos", {"title": "Datos: abiertos"}),
        ("title: A\nlinks:\n\tweb: https://a.example", None),
        ("title:\tA", {"title": "A"}),
        ("title: @handle", {"title": "@handle"}),
        ("title: *important*", {"title": "*important*"}),
        ("title: 100% open\nnote: %d", {"title": "100% open", "note": "%d"}),
        ('title: "A" and "B"', {"title": '"A" and "B"'}),
        ("title: 'It's open'", {"title": "'It's open'"}),
        ("img: {{ site.url }}/a.png", {"img": "{{ site.url }}/a.png"}),
        ("tags: [a, b]\ntitle: A: B", {"tags": ["a", "b"], "title": "A: B"}),
        ("x:\n  - title: A: B\n    url: c", {"x": [{"title": "A: B", "url": "c"}]}),
    ],
)
def test_front_matter_that_is_nearly_yaml_is_put_right_with_a_note(
    yaml: str, expected: Any, tmp_path: Path
):
    found = one(folder(tmp_path, a=f"---\n{yaml}\n---\nText\n"))
    expected = expected or {"title": "A", "links": {"web": "https://a.example"}}
    assert found.front_matter == expected
    assert "front_matter" in [note.field for note in found.notes] or "\t" in yaml


def test_a_key_that_is_there_twice_is_noted(tmp_path: Path):
    found = one(folder(tmp_path, a="---\ntitle: A\ntitle: B\n---\n"))
    assert [note.field for note in found.notes] == ["title"]


BAD_FILES: dict[str, tuple[str | bytes, str]] = {
    "no front matter": ("# A title\n", "front_matter"),
    "empty": ("", "front_matter"),
    "no end": ("---\ntitle: A\n", "front_matter"),
    "a list": ("---\n- a\n---\n", "front_matter"),
    "broken": ("---\ntitle: [a, b\nx\n---\n", "front_matter"),
    "an object of Python": ("---\na: !!python/object/apply:os.abort []\n---\n", "front_matter"),
    "binary": ("---\na: !!binary aGk=\n---\n", "a"),
    "aliases": ("---\na: &a [x]\nb: *a\nc: [*a, *a]\n---\n", "front_matter"),
    "nested without end": ("---\na: " + "[" * 5000 + "\n---\n", "front_matter"),
    "nested too deep": ("---\na: " + "[" * 30 + "]" * 30 + "\n---\n", "a"),
    "a long front matter": ("---\na: " + "x" * 200_000 + "\n---\n", "front_matter"),
    "not UTF-8": (b"---\ntitle: Educaci\xf3n\n---\n", "file"),
    "NUL": ("---\ntitle: A\n---\na\0b", "file"),
    "control character": ("---\ntitle: A\x07\n---\n", "front_matter"),
    "too large": ("---\ntitle: A\n---\n" + "x" * MAX_BYTES, "file"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_is_refused_alone_with_field_and_reason(case: str, tmp_path: Path):
    text, field = BAD_FILES[case]
    good = "---\ntitle: A\n---\n"
    found = folder(tmp_path, a=good, b=text, c=good)
    assert [type(each) for each in found] == [Record, Refused, Record]
    assert (found[1].where, found[1].field) == ("b.md", field)
    assert found[1].reason.endswith(".")


def test_a_byte_order_mark_and_old_line_ends_are_read(tmp_path: Path):
    found = one(folder(tmp_path, a="\ufeff---\r\ntitle: A\r\n---\r\nOne\r\rTwo\r\n"))
    assert (found.front_matter, found.body) == ({"title": "A"}, "One\n\nTwo")


def test_links_out_of_the_folder_are_refused_and_not_read(tmp_path: Path):
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (outside / "secret.md").write_text("---\ntitle: Secret\n---\n")
    (inside / "a.md").symlink_to(outside / "secret.md")
    (inside / "b.md").symlink_to(inside / "b.md")
    (inside / "c.md").symlink_to(outside / "gone.md")
    (inside / "folder").symlink_to(outside)
    found = list(read(inside))
    assert [(each.where, type(each)) for each in found] == [
        ("folder", Refused), ("a.md", Refused), ("b.md", Refused), ("c.md", Refused),
    ]  # fmt: skip


def test_a_pipe_called_like_a_file_is_refused(tmp_path: Path):
    os.mkfifo(tmp_path / "a.md")
    assert one(list(read(tmp_path))).field == "file"


def test_one_markdown_file_is_a_source(tmp_path: Path):
    (tmp_path / "a.md").write_text("---\ntitle: A\n---\n")
    assert one(list(read(tmp_path / "a.md"))).front_matter == {"title": "A"}


def test_a_source_that_is_not_there_is_one_sentence(tmp_path: Path):
    with pytest.raises(SourceError, match=r"There is no file or folder .*none"):
        read(tmp_path / "none")


def test_a_source_that_is_no_file_is_one_sentence(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceError, match="neither a file nor a folder"):
        read(tmp_path / "pipe")


def test_an_empty_folder_has_no_records(tmp_path: Path):
    assert list(read(tmp_path)) == []
