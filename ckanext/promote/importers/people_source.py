"""A table of people as institutions keep it: CSV of any spreadsheet, in one of three encodings."""
from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from ckanext.promote.importers.source import SourceError

MAX_BYTES = 20 * 2**20
MAX_CELL = 5_000
NAMES = {
    "institution": ("institution", "institucion", "organization", "organizacion"),
    "title": ("title", "titulo", "nombre"),
    "government_type": ("government_type", "type_of_government", "tipo_de_gobierno"),
    "subject_since": ("subject_since", "sujeta_desde", "obligada_desde"),
    "role": ("role", "rol", "designacion"),
    "user": ("user", "usuario"),
    "person": ("person", "persona"),
    "email": ("email", "e_mail", "correo", "correo_electronico"),
    "from": ("from", "desde"),
    "to": ("to", "hasta"),
    "letter": ("letter", "oficio"),
}
"""Columns, and how their heads may be written, in lower case and without accents."""

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class Line:
    """A line of the table with its number in the file; of a cell over several lines, the last."""

    number: int
    cells: dict[str, str]


def lines_of(path: str) -> list[Line]:
    """The lines of a CSV file that are not empty.

    :raises SourceError: with what is wrong, and what to do
    """
    text = _decoded(path)
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: list[Line] = []
    columns: list[str] = []
    try:
        for cells in reader:
            values = [each.strip() for each in cells]
            if not any(values):
                continue
            if not columns:
                columns = _columns(values, reader.line_num)
                continue
            found.append(_line(columns, values, reader.line_num))
    except csv.Error as err:
        raise SourceError(
            f"line {reader.line_num}: this is not CSV ({err}). "
            "Save the table as CSV once more; a quotation mark inside a cell is written twice."
        ) from err
    if not found:
        raise SourceError(
            "There is nothing in the file. Its first line has the names of the columns: "
            f"{', '.join(NAMES)}."
        )
    return found


def _decoded(path: str) -> str:
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as err:
        raise SourceError(f"{path} cannot be read: {err.strerror}.") from err
    if len(data) > MAX_BYTES:
        raise SourceError("The file has more than 20 MB. Divide it.")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise SourceError("This is a spreadsheet, not CSV. Save it as “CSV UTF-8” and try again.")
    encodings = [name for bom, name in _BOMS if data.startswith(bom)] or ["utf-8", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise SourceError(
        "The file is neither UTF-8 nor Windows-1252. Save it as “CSV UTF-8” and try again."
    )


def _columns(heads: list[str], number: int) -> list[str]:
    names = {spelt: name for name, spellings in NAMES.items() for spelt in spellings}
    while heads and not heads[-1]:
        heads.pop()
    found = [names.get(_plain(each), "") for each in heads]
    unknown = [head for head, name in zip(heads, found, strict=True) if not name]
    if unknown:
        raise SourceError(
            f"line {number}: there is no column “{unknown[0][:60]}”. "
            f"The columns are: {', '.join(NAMES)}."
        )
    twice = [name for name in found if found.count(name) > 1]
    if twice:
        raise SourceError(f"line {number}: the column {twice[0]} is there twice. Keep one of them.")
    if "institution" not in found:
        raise SourceError(f"line {number}: the column institution is missing. Add it.")
    return found


def _plain(head: str) -> str:
    decomposed = unicodedata.normalize("NFD", head.casefold())
    letters = "".join(each for each in decomposed if not unicodedata.combining(each))
    return re.sub(r"[\W_]+", "_", letters).strip("_")


def _line(columns: list[str], values: list[str], number: int) -> Line:
    if any(values[len(columns) :]):
        raise SourceError(
            f"line {number}: it has more cells than there are columns. Put text with commas or "
            "semicolons in quotation marks."
        )
    long = [name for name, value in zip(columns, values, strict=False) if len(value) > MAX_CELL]
    if long:
        raise SourceError(f"line {number}: {long[0]} has more than {MAX_CELL} characters.")
    cells = dict.fromkeys(NAMES, "")
    cells.update(zip(columns, values, strict=False))
    return Line(number, cells)
