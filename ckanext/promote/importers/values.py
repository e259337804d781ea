"""Single values of a source in the form that contents have: dates, tags, authors, datasets. Pure.

Each function gives what could be used and what is left over.
"""
from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Mapping
from typing import Any

from ckanext.promote.base.text import clean_line
from ckanext.promote.importers.addresses import address_of, host_of, is_nothing
from ckanext.promote.importers.matching import fold

MAX_TAGS = 30
MAX_TAG_CHARS = 100
MAX_AUTHORS = 30
MAX_LINE_CHARS = 200
MAX_ROWS = 50
MAX_ROW_TITLE_CHARS = 300
MAX_NAME_CHARS = 100

MONTHS = (
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
).split()
MONTHS_ENGLISH = (
    "january february march april may june july august september october november december"
).split()

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)")
_IN_WORDS = re.compile(r"(\d{1,2}) (?:de )?([a-z]+) (?:de |del )?(\d{4})(?!\d)")
_ENGLISH = re.compile(r"([a-z]+) (\d{1,2}) (\d{4})(?!\d)")
_IN_FILE_NAME = re.compile(r"(?:^|/)\s*(\d{4}-\d{1,2}-\d{1,2})-[^/]*$")

_TIME = re.compile(
    r"(?<![\d:])([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)? ?(Z|[+-]\d{2}:?\d{2})?(?![\d:])"
)

_NOT_IN_TAGS = re.compile(r"[^\w \-.]+")
_APOSTROPHES = re.compile(r"(?<=\w)['’´`](?=\w)")
_EMAIL = re.compile(r"[^@\s<>\"'(),:;\\\[\]]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}")
_DATASET_PAGE = re.compile(r"/(?:dataset|conjuntos?(?:-de-datos)?)/([\w-]{2,100})/?(?:[?#].*)?$")
_AUTHOR_SEPARATOR = re.compile(r"\s*[|;&\n]\s*")
_CAPITALIZED = r"[A-ZÁÉÍÓÚÑÜ](?:[\w'’-]+|\.)"
_PERSON = re.compile(rf"{_CAPITALIZED}(?: {_CAPITALIZED}){{1,4}}")


def line(value: Any, max_chars: int = MAX_LINE_CHARS) -> str:
    """A value as one line of plain text, cut between words; objects and lists give nothing."""
    if value is None or isinstance(value, (Mapping, list, bool)):
        return ""
    text = clean_line(re.sub(r"<[^<>]{1,200}>", " ", html.unescape(str(value))))
    if len(text) <= max_chars:
        return text
    cut = text[: max_chars - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:-") + "…"


def entries(value: Any, separators: str = r"[,;\n]") -> list[Any]:
    """A list from a list, or from a text with commas between the parts."""
    if value is None or value == "":
        return []
    if isinstance(value, list):
        return [entry for entry in value if entry not in (None, "")]
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("[") and text.endswith("]"):
            text = text[1:-1]
        return [part.strip(" \"'") for part in re.split(separators, text) if part.strip(" \"'")]
    return [value]


def date_of(value: Any) -> str:
    """The day of a date in ISO form, as it was written (no time zone moves it); else nothing."""
    text = str(value or "").strip()
    words = fold(text)
    found: tuple[Any, Any, Any] | None = None
    if match := _ISO.match(text):
        found = match[1], match[2], match[3]
    elif match := _DAY_FIRST.match(text):
        found = match[3], match[2], match[1]
    elif match := _IN_WORDS.search(words):
        found = match[3], _month(match[2]), match[1]
    elif match := _ENGLISH.search(words):
        found = match[3], _month(match[1]), match[2]
    if not found:
        return ""
    try:
        return dt.date(*(int(part) for part in found)).isoformat()
    except ValueError:
        return ""


def moment_of(value: Any) -> tuple[str, bool]:
    """Date and time in ISO form, with the offset if one is written; and whether there is a time.

    A date alone is its midnight; what is no date gives nothing.
    """
    date = date_of(value)
    time = _TIME.search(str(value or ""))
    if not date or not time:
        return (f"{date}T00:00" if date else ""), False
    return f"{date}T{time[1]:0>2}:{time[2]}{time[3] or ''}", True


def date_of_path(path: str) -> str:
    """The date in the name of a Jekyll post (``2015-02-03-title.md``); else nothing."""
    found = _IN_FILE_NAME.search(path)
    return date_of(found[1]) if found else ""


def _month(word: str) -> int:
    for names in (MONTHS, MONTHS_ENGLISH):
        hits = [number for number, name in enumerate(names, 1) if name[:3] == word[:3]]
        if hits and len(word) >= 3:
            return hits[0]
    return 0


def tags_of(value: Any) -> tuple[list[str], list[str]]:
    """Tags as CKAN takes them, and those of the source that had to be changed or left out."""
    tags: dict[str, str] = {}
    changed: list[str] = []
    for entry in entries(value):
        said = line(entry.get("name") if isinstance(entry, Mapping) else entry, 1000)
        tag = " ".join(_NOT_IN_TAGS.sub(" ", _APOSTROPHES.sub("", said)).split())
        if len(tag) > MAX_TAG_CHARS:
            tag = tag[:MAX_TAG_CHARS].rpartition(" ")[0] or tag[:MAX_TAG_CHARS]
        is_new = fold(tag) not in tags
        if len(fold(tag)) < 2 or len(tag) < 2 or (is_new and len(tags) >= MAX_TAGS):
            changed.append(said or str(entry)[:MAX_TAG_CHARS])
            continue
        if tag != said:
            changed.append(said)
        if is_new:
            tags[fold(tag)] = tag
    return list(tags.values()), changed


def authors_of(*values: Any) -> tuple[list[str], bool]:
    """Authors, each once, and whether all of what was said is in them."""
    authors: dict[str, str] = {}
    is_whole = True
    for value in values:
        for entry in value if isinstance(value, list) else [value]:
            said = entry.get("name") if isinstance(entry, Mapping) else entry
            is_whole = is_whole and not (isinstance(entry, Mapping) and len(entry) > 1)
            for author in _split_authors(line(said, 5000)):
                short = line(author)
                is_whole = is_whole and short == author
                authors.setdefault(fold(author), short)
    found = [author for author in authors.values() if author]
    return found[:MAX_AUTHORS], is_whole and len(found) <= MAX_AUTHORS


def _split_authors(text: str) -> list[str]:
    """People and organizations in one text. “A y B” are two only if both are people's names."""
    found: list[str] = []
    for part in _AUTHOR_SEPARATOR.split(text):
        people = re.split(r",\s+|\s+(?:y|e|and)\s+", part)
        if len(people) > 1 and all(_PERSON.fullmatch(each) for each in people):
            found.extend(people)
        elif part:
            found.append(part)
    return found


def datasets_of(value: Any) -> tuple[list[str], list[dict[str, str]], list[Any]]:
    """Names of datasets, datasets that are elsewhere, and what is neither."""
    names: dict[str, None] = {}
    elsewhere: list[dict[str, str]] = []
    left: list[Any] = []
    for entry in entries(value, r"[,;\s]+"):
        title, reference = "", entry
        if isinstance(entry, Mapping):
            title = line(entry.get("title"), MAX_ROW_TITLE_CHARS)
            keys = ("name", "id", "slug", "url", "href", "link", "title")
            reference = next((entry[key] for key in keys if entry.get(key)), None)
        page = _DATASET_PAGE.search(str(reference or ""))
        address = address_of(reference) if "/" in str(reference or "") else ""
        name = page[1] if page else _as_name(reference)
        if address and not page:
            elsewhere.append({"title": title or host_of(address), "url": address})
        elif name:
            names[name] = None
        elif not is_nothing(reference):
            left.append(entry)
    return list(names), elsewhere, left


def _as_name(reference: Any) -> str:
    """A dataset's name: as it is, or made from what may be its title."""
    if not isinstance(reference, (str, int)) or isinstance(reference, bool):
        return ""
    text = str(reference).strip()
    if re.fullmatch(r"[a-z0-9_-]{2,100}", text):
        return text
    if is_nothing(text) or "/" in text or ":" in text:
        return ""
    name = fold(text).replace(" ", "-")[:MAX_NAME_CHARS].strip("-")
    return name if re.fullmatch(r"[a-z0-9-]{2,100}", name) else ""


def external_of(value: Any) -> tuple[list[dict[str, str]], list[Any]]:
    """Datasets elsewhere with title and address, and what has no address that can be linked."""
    rows: dict[tuple[str, str], dict[str, str]] = {}
    left: list[Any] = []
    if isinstance(value, Mapping) and not {"title", "name", "url", "href", "link"} & set(value):
        value = [{"title": title, "url": address} for title, address in value.items()]
    for entry in [value] if isinstance(value, Mapping) else entries(value):
        title, given = "", entry
        if isinstance(entry, Mapping):
            title = next(
                (line(entry[k], MAX_ROW_TITLE_CHARS) for k in ("title", "name") if entry.get(k)), ""
            )
            given = next((entry[k] for k in ("url", "href", "link") if entry.get(k)), None)
        address = address_of(given)
        if address and len(rows) < MAX_ROWS:
            row = {"title": title or host_of(address), "url": address}
            rows.setdefault((row["title"], address), row)
        elif not (is_nothing(given) and not title):
            left.append(entry)
    return list(rows.values()), left


def email_of(value: Any) -> str:
    """An e-mail address, or nothing."""
    text = str(value or "").strip().removeprefix("mailto:").strip("<> ")
    return text if len(text) <= 254 and _EMAIL.fullmatch(text) else ""
