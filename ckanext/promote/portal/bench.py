"""What our pages cost beside CKAN's own: `make bench`.

Two CKANs on the same servers, one without the plugin and one with it, each in a process of its
own. Statements are counted; times are taken in turns (A-B-B-A) and compared pair by pair, so that
what else the machine does meets both. Prints tables with the targets of the design; a target that
is missed is marked and is no error.
"""
from __future__ import annotations

import argparse
import itertools
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ckanext.promote.portal import bench_rendering, bench_threads, bench_writers, settings
from ckanext.promote.portal import bench_report as report
from ckanext.promote.portal.bench_process import Worker
from ckanext.promote.portal.bench_report import Count, Reading, Times
from ckanext.promote.portal.console import PortalError, say, step

ROOT = Path(__file__).resolve().parents[3]
REAL_DATASETS = ROOT.parent / "shared" / "data" / "datosgobmx-2015" / "datasets.csv"
SERVERS = ("CKAN_SQLALCHEMY_URL", "CKAN_SOLR_URL", "CKAN_REDIS_URL")
REQUESTS = 200
WARM_UP = 10
BLOCK = 2
"""Requests for one page before it is the other's turn: short, for what else the machine does."""
BATCH = 200
"""Datasets or contents that are loaded before the next line tells how many there are."""

THREADS = 100_000
DATASET_PAGE = bench_threads.DATASET_PAGE
CONTENT_PAGE = "/story/bench-story"
ORGANIZATION_PAGE = "/organization/bench-institution"
ROLES = ("visitor", "citizen", "editor")
OTHER_PAGES = (
    "/", "/dataset", "/dataset?q=agua", "/organization", "/group", "/about", "/user/login",
    "/feeds/dataset.atom", "/api/3/action/package_show?id=bench-dataset",
    "/api/3/action/package_search?q=agua", "/api/3/action/organization_list?all_fields=true",
)  # fmt: skip
FORMS = ("/dataset/new", "/dataset/edit/bench-dataset", "/dataset/groups/bench-dataset")


Call = tuple[Worker, str, tuple[Any, ...]]
"""A worker, one of its functions, and all arguments but the last."""


@dataclass
class Bench:
    """The CKANs, the tokens of the people, and what was found."""

    loader: Worker
    """Loads and measures nothing: whoever loaded has more in memory, and is slower ever after."""
    ours: Worker
    stock: Worker
    requests: int
    tokens: dict[str, str] = field(default_factory=dict)
    stock_counts: dict[tuple[str, str], report.Numbers] = field(default_factory=dict)
    counts: list[Count] = field(default_factory=list)
    times: list[Times] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)

    def run(self, source: str | None, threads: int) -> None:
        """Load and measure, in the order in which the contents grow."""
        self.load_datasets(source)
        pages = [(page, role) for page in (DATASET_PAGE, ORGANIZATION_PAGE, *OTHER_PAGES)
                 for role in ROLES]  # fmt: skip
        pages += [(page, "editor") for page in FORMS]
        with step("Counting on the portal without the plugin"):
            for page, role in pages:
                self.stock_counts[page, role] = self.count(self.stock, page, role)
        self.grow(0)
        self.grow(10)
        self.grow(200)
        with step("Counting on CKAN's other pages"):
            for page, role in pages[len(ROLES) :]:
                limit = 2 if page == ORGANIZATION_PAGE else 0
                self.compare(page, page, role, limit)
        self.content_page()
        self.lists()
        bench_threads.measure(self, threads)

    def load_datasets(self, source: str | None) -> None:
        """People and datasets."""
        with step(f"Loading {'the datasets of a real portal' if source else 'made-up datasets'}"):
            self.tokens = self.loader.ask("people")
            loaded, refused = 0, 0
            for first in itertools.count(0, BATCH):
                more, not_taken = self.loader.ask("datasets", source, first, BATCH)
                loaded, refused = loaded + more, refused + not_taken
                say(f"    {loaded} datasets, {refused} refused by CKAN")
                if more + not_taken < BATCH:
                    break

    def grow(self, contents: int) -> None:
        """Measure the dataset page with so many linked contents of all four types."""
        with step(f"Adding contents up to {contents}"):
            self.loader.ask("contents", contents)
        with step(f"The dataset page with {contents} contents"):
            for role in ROLES:
                self.compare(f"{DATASET_PAGE}, {contents} contents", DATASET_PAGE, role, 4)
            self.race(f"dataset page, {contents} contents", DATASET_PAGE, DATASET_PAGE, 1.10)

    def content_page(self) -> None:
        """A content with ten datasets beside the stock dataset page."""
        with step("A content with ten datasets"):
            for role in ROLES:
                ours = self.count(self.ours, CONTENT_PAGE, role)
                stock = self.stock_counts[DATASET_PAGE, role]
                about = self.stock_counts["/about", role]
                self.counts.append(Count(f"{CONTENT_PAGE} : stock {DATASET_PAGE}", role, stock,
                                         ours, int(0.6 * stock[0]) - stock[0]))  # fmt: skip
                self.counts.append(Count(f"{CONTENT_PAGE} : /about", role, about, ours, 16))
            self.race("content page : stock dataset page", DATASET_PAGE, CONTENT_PAGE, None)

    def lists(self) -> None:
        """A list of 200 contents beside stock's list of 200 datasets."""
        with step("Lists of 200"):
            self.loader.ask("stories", 200)
            self.ours.ask("set", "ckanext.promote.page_size", 200)
            self.stock.ask("set", "ckan.datasets_per_page", 200)
            # Without the plugin CKAN knows no page for contents, which it would list here.
            self.stock.ask("set", "ckan.search.show_all_types", "false")
            for role in ROLES:
                stock = self.count(self.stock, "/dataset", role)
                ours = self.count(self.ours, "/story", role)
                name = "/story of 200 : stock /dataset of 200"
                self.counts.append(Count(name, role, stock, ours, 4))
            self.race("list of 200 : stock list of 200", "/dataset", "/story", None)

    def count(self, worker: Worker, page: str, role: str) -> report.Numbers:
        """SQL, Solr and Redis of a page."""
        sql, solr, redis = worker.ask("count", page, self.tokens.get(role))
        return sql, solr, redis

    def compare(self, name: str, page: str, role: str, limit: int) -> None:
        """Note what a page costs more than stock's."""
        ours = self.count(self.ours, page, role)
        self.counts.append(Count(name, role, self.stock_counts[page, role], ours, limit))

    def race(
        self, name: str, stock_page: str, our_page: str, limit: float | None,
        *, of_ours: bool = False,
    ) -> None:  # fmt: skip
        """Time two pages in turns, as a visitor: one of stock's (or of ours) and one of ours."""
        first = self.ours if of_ours else self.stock
        self.race_calls(name, limit, (first, "times", (stock_page, None)),
                        (self.ours, "times", (our_page, None)))  # fmt: skip

    def race_calls(self, name: str, limit: float | None, *arms: Call) -> None:
        """Time two calls in turns; each takes how often as its last argument."""
        for worker, function, arguments in arms:
            worker.ask(function, *arguments, WARM_UP)
        found: tuple[list[float], list[float]] = ([], [])
        for block in range(-(-self.requests // BLOCK)):
            for arm in ((0, 1), (1, 0))[block % 2]:
                worker, function, arguments = arms[arm]
                found[arm].extend(worker.ask(function, *arguments, BLOCK))
        self.times.append(Times(name, *found, limit))


@contextmanager
def workers(folder: Path) -> Iterator[tuple[Worker, Worker, Worker]]:
    """One that loads, and the two that are measured: with the plugin, without it."""
    ini = write_ini(folder, "promote")
    with (
        Worker(ini, folder) as loader,
        Worker(ini, folder) as ours,
        Worker(write_ini(folder, ""), folder) as stock,
    ):
        yield loader, ours, stock


def write_ini(folder: Path, plugins: str) -> Path:
    """Write the options of one CKAN; the other's are the same but for the plugins."""
    path = folder / f"{plugins or 'stock'}.ini"
    first = folder / "promote.ini"
    if path == first:
        settings.write(path, folder / "storage")
    values = {"ckan.plugins": plugins, "ckan.views.default_views": "", "ckan.locale_default": "en"}
    if not os.environ.get("CKAN_SITE_URL"):
        values["ckan.site_url"] = "http://bench.example"
    text = settings.with_options(first.read_text(encoding="utf-8"), values)
    settings.replace_file(path, text)
    return path


def prepare_database(folder: Path) -> None:
    """Make the tables, where nothing is that anybody could miss."""
    ini = write_ini(folder, "promote")
    with Worker(ini, folder) as worker:
        if worker.ask("package_count"):
            database = urlsplit(os.environ["CKAN_SQLALCHEMY_URL"]).path.strip("/")
            if not database.endswith("_test"):
                raise PortalError(
                    f"The database {database!r} holds packages, and the bench needs an empty one. "
                    "Name another in CKAN_SQLALCHEMY_URL, or none: then it brings its own."
                )
            worker.ask("empty")
    program = str(Path(sys.executable).with_name("ckan"))
    with (folder / "upgrade.log").open("wb") as log:
        code = subprocess.call([program, "-c", str(ini), "db", "upgrade"], stdout=log, stderr=log)
    if code:
        raise PortalError(f"The tables were not made:\n{(folder / 'upgrade.log').read_text()}")


def main(arguments: list[str]) -> None:
    """Measure and print; what is missed is printed, too."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--requests", type=int, default=REQUESTS, help="timed, for each page")
    parser.add_argument("--datasets", type=Path, default=REAL_DATASETS, help="a CSV file")
    parser.add_argument("--threads", type=int, default=THREADS, help="conversations, of five posts")
    parser.add_argument("--writers", action="store_true", help="only fifty who write at once")
    options = parser.parse_args(arguments)
    missing = [name for name in SERVERS if not os.environ.get(name)]
    if missing:
        raise PortalError(f"{', '.join(missing)} is not set: run it with `make bench`.")
    source = str(options.datasets) if options.datasets.is_file() else None
    if source is None:
        say(f"{options.datasets} is not there: the datasets are made up.")
    with tempfile.TemporaryDirectory(prefix="promote-bench-") as name:
        folder = Path(name)
        with step("Making the tables"):
            prepare_database(folder)
        if options.writers:
            bench_writers.run(write_ini(folder, "promote"), folder)
            return
        with workers(folder) as three:
            bench = Bench(*three, max(options.requests, BLOCK))
            bench.run(source, options.threads)
    load, cores = os.getloadavg()[1], os.cpu_count() or 1
    bench_rendering.print_table()
    report.print_all(bench.counts, bench.times, bench.readings, load, cores)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except PortalError as error:
        sys.exit(str(error))
