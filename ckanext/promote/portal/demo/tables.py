"""Tables of the demonstration, made from short descriptions; the same description, the same rows.

A description has ``over`` (the axes: every combination is a row), ``columns`` and ``fix`` (rows
whose values are set, because a story quotes them). Every value is drawn from a generator that is
seeded with the table's name, the column and the row, so neither the order of columns nor that of
tables changes a figure. Nothing here knows CKAN.
"""
from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import json
import math
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.promote.portal.demo.labels import label
from ckanext.promote.portal.demo.places import CITIES, STATES, WORDS, City

Row = dict[str, Any]

DEFAULT_NOISE = 0.06


class BadTable(ValueError):
    """A description that cannot be followed; the message names the table and what is wrong."""


@dataclass(frozen=True)
class Column:
    """A column: ``id`` in the file, ``label`` for people, ``type`` as the DataStore calls it."""

    id: str
    label: str
    type: str


@dataclass(frozen=True)
class Table:
    """Rows in the order of the axes, each with a value for every column."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def csv_bytes(self) -> bytes:
        """The table as CSV (RFC 4180, UTF-8, header first)."""
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, [column.id for column in self.columns])
        writer.writeheader()
        writer.writerows(self.rows)
        return text.getvalue().encode("utf-8")

    def geojson_bytes(self, where: Mapping[str, Any]) -> bytes:
        """The places of the rows that ``where`` fits, as GeoJSON (RFC 7946), with their labels."""
        features = [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [row["longitud"], row["latitud"]]},
                "properties": {
                    column.label: row[column.id]
                    for column in self.columns if column.id not in ("latitud", "longitud")
                },
            }
            for row in self.rows
            if all(row[key] == value for key, value in where.items())
        ]  # fmt: skip
        collection = {"type": "FeatureCollection", "features": features}
        return json.dumps(collection, ensure_ascii=False, default=str).encode("utf-8")


@dataclass(frozen=True)
class _Cell:
    """Where a value goes: the table's name, the row's entity and its step in time."""

    table: str
    entity: str
    number: int
    step: int
    row: Row

    def of_entity(self, column: str) -> random.Random:
        return random.Random(f"{self.table}|{column}|{self.entity}")

    def of_row(self, column: str) -> random.Random:
        return random.Random(f"{self.table}|{column}|{self.entity}|{self.step}")

    def city(self) -> City:
        """The row's city: the axis if it is one, else one that the entity always gets."""
        found = self.row.get("_city")
        return found if found is not None else self.of_entity("_city").choice(CITIES)


def build(name: str, spec: Mapping[str, Any]) -> Table:
    """Make the table that ``spec`` describes; raises BadTable naming what does not fit."""
    rows = []
    numbers: dict[str, int] = {}
    for row, entity, step in _axis_rows(name, spec["over"]):
        number = numbers.setdefault(entity, len(numbers))
        _fill(_Cell(name, entity, number, step, row), spec["columns"], DRAWN)
        rows.append(row)
    if "in_order_of" in spec:
        _put_in_order(rows, spec["in_order_of"])
    for change in spec.get("fix", ()):
        _fix(name, rows, change)
    for row in rows:
        _fill(_Cell(name, "", 0, 0, row), spec["columns"], DERIVED)
    ids = _column_ids(spec)
    finished = tuple({key: row[key] for key in ids} for row in rows)
    return Table(tuple(Column(key, label(key), _type(finished, key)) for key in ids), finished)


def _axis_rows(name: str, axes: list[dict[str, Any]]) -> Iterator[tuple[Row, str, int]]:
    """Each combination of the axes: its values, the name of its entity, its step in time."""
    values = [list(_axis_values(name, axis)) for axis in axes]
    for combination in itertools.product(*values):
        row: Row = {}
        entity, step = [], 0
        for cells, place in combination:
            row.update(cells)
            if isinstance(place, int):
                step = place
            else:
                entity.append(place)
        yield row, "|".join(entity), step


Place = int | str
"""Where a value of an axis stands: its position in time, or the name of an entity."""


def _axis_values(name: str, axis: Mapping[str, Any]) -> Iterator[tuple[Row, Place]]:
    """Pairs of cells and place."""
    if "years" in axis:
        first, last = axis["years"]
        for year in range(first, last + 1):
            yield {axis["id"]: year}, year - first
    elif "months" in axis:
        for position, month in enumerate(_months(*axis["months"])):
            yield {axis["id"]: month}, position
    elif "cities" in axis:
        for city in sorted(random.Random(name).sample(CITIES, axis["cities"])):
            cells = {"entidad": city.state, "municipio": city.name, "_city": city}
            yield cells, f"{city.name}, {city.state}"
    elif "rows" in axis:
        for number in range(1, axis["rows"] + 1):
            yield {}, str(number)
    else:
        for value in _axis_names(name, axis):
            yield {axis["id"]: value}, str(value)


def _axis_names(name: str, axis: Mapping[str, Any]) -> list[str]:
    if "states" in axis:
        return list(STATES)
    names = list(axis.get("values", ()))
    if "names" in axis:
        names += unique_names(f"{name}|{axis['id']}", axis["names"], axis["count"] - len(names))
    if not names or len(set(names)) < len(names):
        raise BadTable(f"{name}: axis {axis.get('id')} has no values, or one twice")
    return names


def unique_names(seed: str, pattern: str, count: int) -> list[str]:
    """``count`` different names from ``pattern``, whose ``{word}`` are keys of places.WORDS."""
    keys = [key for key in WORDS if f"{{{key}}}" in pattern]
    choices = [
        pattern.format(**dict(zip(keys, words, strict=True)))
        for words in itertools.product(*(WORDS[key] for key in keys))
    ]
    if len(choices) < count:
        raise BadTable(f"{seed}: {pattern!r} gives {len(choices)} names, {count} are wanted")
    return random.Random(seed).sample(choices, count)


def _months(first: str, last: str) -> list[str]:
    """Months as YYYY-MM, both ends included."""
    start, end = (int(text[:4]) * 12 + int(text[5:]) - 1 for text in (first, last))
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in range(start, end + 1)]


def _fill(cell: _Cell, columns: list[dict[str, Any]], makers: Mapping[str, Maker]) -> None:
    for column in columns:
        for kind in makers.keys() & column.keys():
            made = makers[kind](cell, column)
            cell.row.update(made if isinstance(made, dict) else {column["id"]: made})


def _put_in_order(rows: list[Row], column: str) -> None:
    """Deal the column's values out again, smallest first: folios follow their dates."""
    for row, value in zip(rows, sorted(row[column] for row in rows), strict=True):
        row[column] = value


def _fix(name: str, rows: list[Row], change: Mapping[str, Any]) -> None:
    """Set the values of the rows that ``where`` fits: one a row, in the order of the rows."""
    where, values = change["where"], change["set"]
    found = [row for row in rows if all(row.get(key) == value for key, value in where.items())]
    for key, cells in values.items():
        if key not in rows[0] or len(cells) != len(found) or not found:
            raise BadTable(f"{name}: {where} fits {len(found)} rows, not the {len(cells)} of {key}")
        for row, value in zip(found, cells, strict=True):
            row[key] = value


def _column_ids(spec: Mapping[str, Any]) -> list[str]:
    ids: list[str] = []
    for part in [*spec["over"], *spec["columns"]]:
        if "cities" in part or "city" in part:
            ids += ["entidad", "municipio"]
        elif "point" in part:
            ids += ["latitud", "longitud"]
        elif "id" in part and not part.get("hidden"):
            ids.append(part["id"])
    return ids


def _type(rows: tuple[Row, ...], key: str) -> str:
    value = rows[0][key]
    if isinstance(value, int):
        return "int"
    if isinstance(value, float):
        return "numeric"
    return "date" if isinstance(value, dt.date) else "text"


# --- kinds of columns: each takes the cell and the column's description, and gives the value

Maker = Callable[[_Cell, Mapping[str, Any]], Any]


def _scale(cell: _Cell, column: Mapping[str, Any], kind: str) -> float:
    """A size that an entity keeps: even on a logarithmic scale, growing by ``trend`` a step.

    With ``of: state`` or ``of: city`` the size is for each thousand people who live there.
    """
    low, high = column[kind]
    base = math.exp(cell.of_entity(column["id"]).uniform(math.log(low), math.log(high)))
    noise = column.get("noise", DEFAULT_NOISE)
    grown = base * (1 + column.get("trend", 0)) ** cell.step * _factor(cell, column)
    season = 1 + column.get("season", 0) * math.sin((cell.step % 12) / 12 * math.tau)
    return grown * season * cell.of_row(column["id"]).uniform(1 - noise, 1 + noise)


def _factor(cell: _Cell, column: Mapping[str, Any]) -> float:
    """What the row's other values do to the size: ``times: {column: {value: factor}}``."""
    factor = 1.0
    for key, factors in column.get("times", {}).items():
        factor *= factors[cell.row[key]]
    if column.get("of") == "state":
        factor *= STATES[cell.row["entidad"]]
    elif column.get("of") == "city":
        factor *= cell.city().people
    return factor


def _rounded(value: float, decimals: int) -> float:
    """The value with so many decimals, plus nothing so that -0.0 is never written."""
    return round(value) if decimals == 0 else round(value, decimals) + 0.0


def _count(cell: _Cell, column: Mapping[str, Any]) -> int:
    return max(0, round(_scale(cell, column, "count")))


def _amount(cell: _Cell, column: Mapping[str, Any]) -> float:
    return _rounded(_scale(cell, column, "amount"), column.get("decimals", 2))


def _rate(cell: _Cell, column: Mapping[str, Any]) -> float:
    """A value between two bounds that moves by ``trend`` a step and never leaves ``limits``."""
    low, high = column["rate"]
    noise = column.get("noise", (high - low) * DEFAULT_NOISE)
    value = cell.of_entity(column["id"]).uniform(low, high) + column.get("trend", 0) * cell.step
    value += cell.of_row(column["id"]).uniform(-noise, noise)
    floor, ceiling = column.get("limits", (0, math.inf))
    value = min(max(value * _factor(cell, column), floor), ceiling)
    return _rounded(value, column.get("decimals", 1))


def _part(cell: _Cell, column: Mapping[str, Any]) -> int:
    """A whole number that is a share of another column, the share being a rate."""
    share = _rate(cell, {"limits": (0, 0.99), **column, "rate": column["share"], "decimals": 6})
    return round(cell.row[column["part"]] * share)


def _share_of(cell: _Cell, column: Mapping[str, Any]) -> float:
    """A measure that is a share of another column, the share being a rate."""
    share = _rate(cell, {**column, "rate": column["share"], "decimals": 6})
    return _rounded(cell.row[column["share_of"]] * share, column.get("decimals", 1))


def _pick(cell: _Cell, column: Mapping[str, Any]) -> Any:
    source = cell.of_entity if column.get("constant") else cell.of_row
    return source(column["id"]).choice(column["pick"])


def _map(cell: _Cell, column: Mapping[str, Any]) -> Any:
    return column["to"][cell.row[column["map"]]]


def _code(cell: _Cell, column: Mapping[str, Any]) -> str:
    return column["code"].format(cell.number + 1)


def _date(cell: _Cell, column: Mapping[str, Any]) -> dt.date:
    """A day between two, both included, in the months ``season`` (first, last) of any year."""
    first, last = (dt.date.fromisoformat(str(text)) for text in column["date"])
    source = cell.of_row(column["id"])
    start, end = column.get("season", (1, 12))
    while True:
        date = first + dt.timedelta(days=source.randint(0, (last - first).days))
        if start <= date.month <= end:
            return date


def _city(cell: _Cell, column: Mapping[str, Any]) -> Row:
    city = cell.city()
    return {"entidad": city.state, "municipio": city.name}


def _point(cell: _Cell, column: Mapping[str, Any]) -> Row:
    """Latitude and longitude near the row's city, or near ``[latitude, longitude]``."""
    near, source = column["point"], cell.of_entity("point")
    latitude, longitude = cell.city()[2:4] if near == "city" else near
    spread = column.get("spread", 0.03)
    return {
        "latitud": round(latitude + source.uniform(-spread, spread), 5),
        "longitud": round(longitude + source.uniform(-spread, spread), 5),
    }


def _of(change: Callable[..., float], kind: str) -> Maker:
    """A column computed from others; ``decimals`` is 1 unless told."""

    def make(cell: _Cell, column: Mapping[str, Any]) -> float:
        value = change(*(cell.row[key] for key in column[kind]))
        return _rounded(value, column.get("decimals", 1))

    return make


DRAWN: dict[str, Maker] = {
    "count": _count, "amount": _amount, "rate": _rate, "part": _part, "share_of": _share_of,
    "pick": _pick, "map": _map, "code": _code, "date": _date, "city": _city, "point": _point,
}
DERIVED: dict[str, Maker] = {
    "percent": _of(lambda part, whole: 100 * part / whole if whole else 0.0, "percent"),
    "ratio": _of(lambda part, whole: part / whole if whole else 0.0, "ratio"),
    "sum": _of(lambda *parts: sum(parts), "sum"),
    "minus": _of(lambda whole, part: whole - part, "minus"),
    "drop": _of(lambda before, after: 100 * (before - after) / before if before else 0.0, "drop"),
    "rise": _of(lambda low, high: 100 * (high - low) / low if low else 0.0, "rise"),
    "plus_percent": _of(lambda base, percent: base * (1 + percent / 100), "plus_percent"),
}
