"""The README's sections for those who leave: taking the plugin out, putting it back, its tables."""
from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ckanext.promote.portal import existing_readme
from ckanext.promote.portal.console import step
from ckanext.promote.portal.existing_compare import Answer, differences, look
from ckanext.promote.portal.existing_contents import ARCHIVED, PUBLISHED
from ckanext.promote.portal.existing_pages import API, Page, as_datasets
from ckanext.promote.portal.existing_portal import Snapshot
from ckanext.promote.portal.existing_proof import PATHS, Proof, failures, statuses
from ckanext.promote.portal.existing_readme import Part

VERSION_TABLE = "promote_alembic_version"
SEARCH = Page("", f"{API}package_search")
NAMES = Page("", f"{API}package_list")
COUNTS = Page("", f"{API}organization_list?all_fields=true&include_dataset_count=true")


class Leaving:
    """The sections, done on a portal where the plugin is on and contents are written."""

    def __init__(self, proof: Proof, readme: str) -> None:
        """Take what was seen so far, and the README."""
        self.proof = proof
        self.portal = proof.portal
        self.checks = proof.checks
        self.out = existing_readme.read(readme, existing_readme.TAKE_OUT)
        self.back = existing_readme.read(readme, existing_readme.PUT_BACK)
        self.drop = existing_readme.read(readme, existing_readme.DROP)
        self.plugins = self.portal.option("ckan.plugins")
        self.names = [name for names in PUBLISHED.values() for name in names]

    def take_out(self) -> None:
        """Without the plugin all pages answer, and what stays is what the README says."""
        tables = self.portal.tables()
        first, *rest = self.out.steps
        words = self.follow([first])
        said = f"Detached {len(self.names) + 1} contents, "
        self.checks.same("all contents become datasets", words.count(said), 1)
        detached = self.proof.look_again("while the plugin is still on")
        self.all_answer("while the plugin is still on all pages answer as before", detached)
        self.follow(rest)
        self.checks.same("the plugin is out", self.portal.option("ckan.plugins"),
                         self.plugins_without())  # fmt: skip
        now = self.proof.look_again("without the plugin")
        self.all_answer("without the plugin all pages of CKAN answer as before", now)
        self.contents_answer("so do CKAN's pages of the contents")
        paths = PATHS.values()
        ours = {now[page]["status"] for page in self.proof.pages if page.path in paths}
        self.checks.same("our own are gone", ours, {404})
        self.checks.same("the tables stay", self.portal.tables(), tables)
        pictures = self.portal.storage / self.out.only_code("storage/.*")
        self.checks.same("so do the pictures", any(pictures.rglob("*.png")), True)
        before = self.proof.before
        added = set(result(now[NAMES])) - set(result(before[NAMES]))
        self.checks.same("the contents are listed as datasets", added, set(self.names))
        found = result(now[SEARCH])["count"] - result(before[SEARCH])["count"]
        self.checks.same("and found", found, len(self.names))
        counted = sum(each["package_count"] for each in result(now[COUNTS]))
        had = sum(each["package_count"] for each in result(before[COUNTS]))
        with_institution = len(self.names) - len(PUBLISHED["news"])
        self.checks.same("and counted", counted - had, with_institution)

    def put_back(self) -> None:
        """With the plugin again all is as it was, to the letter."""
        self.follow(self.back.steps)
        now = self.proof.look_again("with the plugin again")
        problems = []
        for page in self.proof.pages:
            then = look(page.path, self.proof.written[page], [])
            found = differences(then, look(page.path, now[page], []))
            problems += ["\n".join([str(page), *found])] if found else []
        self.checks.none("put back, all pages are as they were with contents", problems)

    def drop_tables(self) -> None:
        """The tables go by the README's command, all pages answer, and they can be made again."""
        tables = self.portal.tables()
        self.follow(self.drop.steps)
        self.checks.same("the plugin is out again", self.portal.option("ckan.plugins"),
                         self.plugins_without())  # fmt: skip
        left = {name for name in self.portal.tables() if name.startswith("promote_")}
        self.checks.same("its tables can be dropped, but for one", left, {VERSION_TABLE})
        rows = self.portal.query("SELECT * FROM promote_alembic_version")
        self.checks.same("which is empty", rows, [])
        self.checks.same("CKAN's own are as they were", self.portal.schema(), self.proof.schema)
        now = self.proof.look_again("without the tables")
        self.all_answer("without the tables all pages of CKAN answer as before", now)
        self.contents_answer("so do CKAN's pages of the contents")
        purged, _ = self.portal.call("boss", "dataset_purge", id=self.names[0])
        gone = self.portal.visit([Page("boss", f"/dataset/{self.names[0]}")])
        self.checks.same("dataset_purge removes one", [purged, *statuses(gone)], [200, 404])
        self.portal.set({"ckan.plugins": self.plugins})
        self.portal.must(self.proof.readme.steps[2].block("sh"))
        self.checks.same("they can be made again", self.portal.tables(), tables)
        again = self.proof.look_again("with new tables")
        self.all_answer("and all pages of CKAN answer as before", again)

    # --- Steps ---

    def follow(self, steps: Sequence[Part]) -> str:
        """Do what steps say, in their order, and agree to what is asked; give what was said."""
        words = ""
        for part in steps:
            if "remove promote from ckan.plugins" in part.text.lower():
                self.portal.set({"ckan.plugins": self.plugins_without()})
            if "add promote to ckan.plugins" in part.text.lower():
                self.portal.set({"ckan.plugins": self.plugins})
            for _, command in part.blocks:
                with step(f"$ {command}"):
                    words += self.portal.must(command, "y\n")
        return words

    def plugins_without(self) -> str:
        """Give the list of plugins without ours."""
        return " ".join(name for name in self.plugins.split() if name != "promote")

    # --- Checks ---

    def all_answer(self, title: str, now: Snapshot) -> None:
        """Check that CKAN's pages have the statuses that they had in the beginning."""
        before = self.proof.before
        self.checks.none(title, [
            f"{now[page]['status']} and not {before[page]['status']}: {page}"
            for page in self.proof.foreign() if now[page]["status"] != before[page]["status"]
        ])  # fmt: skip

    def contents_answer(self, title: str) -> None:
        """Check CKAN's pages of datasets for the contents."""
        pages = as_datasets([*self.names, ARCHIVED])
        found = self.portal.visit(pages)
        unread = [f"{found[page]['status']} {page}" for page in pages
                  if page.path in {f"/dataset/{name}" for name in self.names}
                  and found[page]["status"] != 200]  # fmt: skip
        self.checks.none(title, [*failures(found), *unread])


def result(answer: Answer) -> Any:
    """Give what an answer of the API holds."""
    return json.loads(answer["body"])["result"]
