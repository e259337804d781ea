"""What conversations cost: lists and search of 100,000, pages of 10,000 posts, a post."""
from __future__ import annotations

from typing import Any, Protocol

from ckanext.promote.portal.bench_process import Worker
from ckanext.promote.portal.bench_report import Count, Numbers, Reading
from ckanext.promote.portal.bench_talk import COMMON, FLAT, RARE
from ckanext.promote.portal.console import say, step

DATASET_PAGE = "/dataset/bench-dataset"
LISTS: dict[str, dict[str, Any]] = {
    "all": {}, "of a kind": {"kind": "question"}, "of a topic": {"topic": "quality"},
    "of a state": {"state": "answered"}, "with an outcome": {"outcome": "explained"},
    "overdue": {"overdue": True}, "unanswered": {"unanswered": True},
    "of an institution": {"institution": "{institution}"},
    "of a dataset": {"subject_type": "dataset", "subject_id": "{dataset}"},
    "of a kind, topic and state": {"kind": "question", "topic": "quality", "state": "closed"},
}  # fmt: skip
SEARCHES = {"the most common word": COMMON, "a rare word": RARE, "two words": f"{COMMON} presa"}
DEPTH = 90_000
REPEATS = 20
LIST_MS, SEARCH_MS = 5.0, 100.0
LIST_SQL, PAGE_SQL, POST_SQL = 8, 10, 12
LAST_TO_FIRST = 1.15
POST_RATIO = 0.20


class Bench(Protocol):
    """What the bench has that these measurements use."""

    loader: Worker
    ours: Worker
    stock: Worker
    tokens: dict[str, str]
    stock_counts: dict[tuple[str, str], Numbers]
    counts: list[Count]
    readings: list[Reading]

    def count(self, worker: Worker, page: str, role: str) -> Numbers:
        """SQL, Solr and Redis of a page."""
        ...

    def compare(self, name: str, page: str, role: str, limit: int) -> None:
        """Note what a page costs more than stock's."""
        ...

    def race(
        self, name: str, stock_page: str, our_page: str, limit: float | None,
        *, of_ours: bool = False,
    ) -> None:  # fmt: skip
        """Time two pages in turns."""
        ...

    def race_calls(
        self, name: str, limit: float | None, *arms: tuple[Worker, str, tuple[Any, ...]]
    ) -> None:
        """Time two calls in turns."""
        ...


def measure(bench: Bench, threads: int) -> None:
    """Load and measure. The counts of threads and posts are the design's, unless told otherwise."""
    with step(f"Writing {threads} threads"):
        say(f"    {bench.loader.ask('threads', threads)} posts")
        numbers = bench.loader.ask("long_threads")
        names = bench.loader.ask("crowded")
    with step("Lists and search of threads"):
        for name, data in LISTS.items():
            read_list(bench, name, {key: _filled(value, names) for key, value in data.items()})
        for name, words in SEARCHES.items():
            read(bench, f"search, {name}", "promote_thread_list", {"q": words}, SEARCH_MS)
    for name, number in numbers.items():
        with step(f"The pages of {name}"):
            pages_of_thread(bench, name, number)
    posting(bench, numbers[FLAT])
    with step("The dataset page with these threads"):
        for role in ("visitor", "citizen", "editor"):
            bench.compare(f"{DATASET_PAGE}, 10,000 posts", DATASET_PAGE, role, 4)


def read_list(bench: Bench, name: str, data: dict[str, Any]) -> None:
    """A list at its beginning and far down."""
    read(bench, f"list, {name}", "promote_thread_list", data, LIST_MS)
    cursor = bench.loader.ask("deep_cursor", "promote_thread_list", data, DEPTH)
    if cursor:
        deep = {**data, "cursor": cursor}
        read(bench, f"list, {name}, its end", "promote_thread_list", deep, LIST_MS)


def read(bench: Bench, name: str, action: str, data: dict[str, Any], limit: float) -> None:
    """Note statements and time in the database of a reading action."""
    sql, times = bench.ours.ask("statement_times", action, data, REPEATS)
    bench.readings.append(Reading(name, sql, LIST_SQL, times, limit))


def pages_of_thread(bench: Bench, name: str, number: str) -> None:
    """First and last page of a thread of 10,000 posts: statements, and time beside each other."""
    first, last = f"/feedback/{number}", f"/feedback/{number}?last=1"
    for role in ("visitor", "citizen", "editor"):
        about = bench.stock_counts["/about", role]
        for page in (first, last):
            ours = bench.count(bench.ours, page, role)
            bench.counts.append(Count(f"{page} : /about", role, about, ours, PAGE_SQL))
    bench.race(f"last : first page, {name}", first, last, LAST_TO_FIRST, of_ours=True)
    bench.race(f"page of {name} : stock dataset page", DATASET_PAGE, first, None)


def posting(bench: Bench, number: str) -> None:
    """A post in a thread of 10,000 and in a new one, beside the stock dataset page."""
    with step("A post"):
        token = bench.tokens["editor"]
        new = bench.loader.ask("new_thread")
        for name, thread in (("10,000 posts", number), ("one post", new)):
            bench.ours.ask("post", thread, token, 3)
            sql = bench.ours.ask("count_post", thread, token)
            bench.readings.append(Reading(f"a post in a thread of {name}", sql, POST_SQL, [], None))
            bench.race_calls(
                f"a post among {name} : stock dataset page", POST_RATIO,
                (bench.stock, "times", (DATASET_PAGE, None)), (bench.ours, "post", (thread, token)),
            )  # fmt: skip


def _filled(value: Any, names: dict[str, str]) -> Any:
    return value.format(**names) if isinstance(value, str) else value
