"""The tables of the bench."""
from __future__ import annotations

import operator
import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from ckanext.promote.portal.console import say

Numbers = tuple[int, int, int]
"""SQL statements, Solr requests, Redis commands."""
RESAMPLES = 1000
OWN_LOAD = 1.5
"""Processes that want to run while the bench measures: a CKAN, and the server it waits for."""


@dataclass(frozen=True)
class Count:
    """What a page costs beside another one, and how many statements more it may cost."""

    name: str
    role: str
    stock: Numbers
    ours: Numbers
    limit: int

    @property
    def difference(self) -> Numbers:
        """Ours less stock's."""
        sql, solr, redis = map(operator.sub, self.ours, self.stock)
        return sql, solr, redis

    @property
    def is_met(self) -> bool:
        """Whether the target is met; Solr and Redis may never be asked more."""
        sql, solr, redis = self.difference
        return sql <= self.limit and solr <= 0 and redis <= 0


@dataclass(frozen=True)
class Times:
    """Milliseconds of two pages that were asked for in turns: as many of each, in order."""

    name: str
    stock: list[float]
    ours: list[float]
    limit: float | None

    @property
    def ratios(self) -> list[float]:
        """Ours to stock's, of neighbours: what slowed the machine down for a while met both."""
        return list(map(operator.truediv, self.ours, self.stock))

    @property
    def ratio(self) -> float:
        """The median of the ratios."""
        return median(self.ratios)

    @property
    def interval(self) -> tuple[float, float]:
        """Where the ratio lies with 95 in 100, by resampling."""
        chance = random.Random(1)  # noqa: S311 -- resampling, no secret
        ratios = self.ratios
        found = [median(chance.choices(ratios, k=len(ratios))) for _ in range(RESAMPLES)]
        cuts = quantiles(found, n=40)
        return cuts[0], cuts[-1]

    @property
    def is_met(self) -> bool:
        """Whether the target is met; what has none is only told."""
        return self.limit is None or self.ratio <= self.limit


@dataclass(frozen=True)
class Reading:
    """What an action asks of the database, and the milliseconds of that, a value each time."""

    name: str
    sql: int
    most_sql: int
    times: list[float]
    most_ms: float | None

    @property
    def is_met(self) -> bool:
        """Whether both targets are met, time by its median."""
        in_time = self.most_ms is None or median(self.times) <= self.most_ms
        return self.sql <= self.most_sql and in_time


def print_all(
    counts: Sequence[Count], times: Sequence[Times], readings: Sequence[Reading],
    load: float, cores: int,
) -> None:  # fmt: skip
    """Print the tables and how many targets are met.

    :param load: mean number of processes that wanted to run in the last minutes, the bench's too
    """
    say()
    say("What a page asks of the servers: SQL / Solr / Redis")
    table(
        ("page", "as", "stock", "ours", "difference", "allowed", ""),
        [
            (c.name, c.role, shown(c.stock), shown(c.ours), shown(c.difference, "+d"),
             f"{c.limit:+d} / 0 / 0", verdict(c.is_met))
            for c in counts
        ],
    )  # fmt: skip
    say()
    say("Time of a page for a visitor, in milliseconds, asked for in turns")
    table(
        ("page", "n", "stock median", "p95", "ours median", "p95", "ratio", "95 %", "target", ""),
        [time_row(each) for each in times],
    )
    say()
    say("What an action asks of the database for a visitor, and milliseconds that PostgreSQL needs")
    table(
        ("action", "SQL", "allowed", "median", "p95", "target", ""),
        [reading_row(each) for each in readings],
    )
    if load > cores + OWN_LOAD:
        say(f"The machine was busy: {load:.1f} processes for {cores} processors. "
            "Measure again before you trust the times.")  # fmt: skip
    targets = [*counts, *readings, *(each for each in times if each.limit is not None)]
    met = sum(each.is_met for each in targets)
    say()
    say(f"{met} of {len(targets)} targets met.")


def time_row(each: Times) -> tuple[str, ...]:
    """A line of the table of times."""
    low, high = each.interval
    target = f"{each.limit:.2f}" if each.limit is not None else "-"
    return (
        each.name, str(len(each.ours)),
        f"{median(each.stock):.1f}", f"{p95(each.stock):.1f}",
        f"{median(each.ours):.1f}", f"{p95(each.ours):.1f}",
        f"{each.ratio:.3f}", f"{low:.3f} to {high:.3f}", target,
        verdict(each.is_met) if each.limit is not None else "",
    )  # fmt: skip


def reading_row(each: Reading) -> tuple[str, ...]:
    """A line of the table of actions."""
    if not each.times or each.most_ms is None:
        spent = ("-", "-", "-")
    else:
        spent = (f"{median(each.times):.1f}", f"{p95(each.times):.1f}", f"{each.most_ms:.0f}")
    return each.name, str(each.sql), str(each.most_sql), *spent, verdict(each.is_met)


def p95(values: Sequence[float]) -> float:
    """The value that 95 in 100 do not exceed."""
    return quantiles(values, n=20)[-1]


def shown(numbers: Numbers, form: str = "d") -> str:
    """Three numbers in a cell."""
    return " / ".join(format(number, form) for number in numbers)


def verdict(is_met: bool) -> str:
    """The last word of a line."""
    return "met" if is_met else "MISSED"


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Print rows in columns, the first to the left and the numbers to the right."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    for row in (head, *rows):
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        say("  ".join(cells).rstrip())
