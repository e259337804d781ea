"""What the bench makes of its numbers: met or missed, and ratios of neighbours."""
from __future__ import annotations

import pytest

from ckanext.promote.portal.bench_report import Count, Reading, Times, print_all

CALM = [50.0, 51.0, 49.0, 52.0, 50.0] * 8


def count(stock: tuple[int, int, int], ours: tuple[int, int, int], limit: int) -> Count:
    return Count("/page", "visitor", stock, ours, limit)


@pytest.mark.parametrize(
    ("ours", "limit", "is_met"),
    [
        ((44, 5, 0), 4, True),
        ((45, 5, 0), 4, False),
        ((40, 6, 0), 4, False),
        ((40, 5, 1), 4, False),
        ((24, 0, 0), -16, True),
        ((25, 0, 0), -16, False),
    ],
)
def test_a_page_meets_its_target_when_no_server_is_asked_more(
    ours: tuple[int, int, int], limit: int, is_met: bool
) -> None:
    assert count((40, 5, 0), ours, limit).is_met is is_met


def test_the_ratio_is_that_of_neighbours_whatever_else_the_machine_does() -> None:
    slow_half = [3.0 if place >= 20 else 1.0 for place in range(40)]
    stock = [each * slow for each, slow in zip(CALM, slow_half, strict=True)]
    ours = [each * 1.05 for each in stock]
    times = Times("page", stock, ours, 1.10)
    assert times.ratio == pytest.approx(1.05)
    assert times.interval == (pytest.approx(1.05), pytest.approx(1.05))
    assert times.is_met is True


def test_a_ratio_beyond_its_target_is_missed_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    slow = Times("slow page", CALM, [each * 1.2 for each in CALM], 1.10)
    told = Times("page without a target", CALM, [each * 2 for each in CALM], None)
    print_all([count((40, 5, 0), (44, 5, 0), 4)], [slow, told], [], load=1.0, cores=2)
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "1 of 2 targets met."
    ends = {line.split("  ")[0]: line.split()[-1] for line in lines if "page" in line}
    assert (ends["/page"], ends["slow page"]) == ("met", "MISSED")
    assert ends["page without a target"] == "-"


@pytest.mark.parametrize(("load", "is_told"), [(3.5, False), (3.6, True)])
def test_times_of_a_busy_machine_are_not_to_be_trusted(
    load: float, is_told: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    print_all([], [Times("page", CALM, CALM, 1.10)], [], load=load, cores=2)
    sentence = "The machine was busy: 3.6 processes for 2 processors. " \
               "Measure again before you trust the times."
    assert (sentence in capsys.readouterr().out.splitlines()) is is_told


@pytest.mark.parametrize(
    ("sql", "times", "most_ms", "is_met"),
    [
        (8, [4.0, 5.0, 90.0], 5.0, True),
        (8, [4.0, 5.1, 90.0], 5.0, False),
        (9, [4.0], 5.0, False),
        (8, [], None, True),
    ],
)
def test_an_action_meets_its_target_by_statements_and_by_its_median_time(
    sql: int, times: list[float], most_ms: float | None, is_met: bool
) -> None:
    assert Reading("list", sql, 8, times, most_ms).is_met is is_met
