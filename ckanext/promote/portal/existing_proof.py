"""The README's section for portals that exist, done step by step, each followed by its checks."""
from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path

from ckanext.promote.portal import existing_readme, existing_venv
from ckanext.promote.portal.console import step
from ckanext.promote.portal.existing_checks import Checks
from ckanext.promote.portal.existing_compare import differences, look, menu_paths
from ckanext.promote.portal.existing_contents import (
    APP_OF_OTHERS,
    ARCHIVED,
    LINKED,
    PUBLISHED,
    TRIAL,
    Writing,
    as_sent,
    writings,
)
from ckanext.promote.portal.existing_pages import Page, all_pages, as_datasets, of_type
from ckanext.promote.portal.existing_portal import SCHEMAS, Portal, Snapshot

MOST_PACKAGES = 10
PATHS = {kind: f"/{kind}" for kind in PUBLISHED}
# What the README says that CKAN keeps for packages of every type.
KEPT_FOR_ALL = re.compile(
    r"/activity/|activity_list|^/dashboard/$|^/ckan-admin/(activities|trash)$|/tag_(list|show)"
)
COUNTED_FOR_ALL = re.compile(r'[+-]\s*("number_created_packages": )?\d+,?')


class Proof:
    """The portal, the section and what was seen so far."""

    def __init__(self, portal: Portal, readme: str, checks: Checks) -> None:
        """Take the portal, which has to be made before anything is done."""
        self.portal = portal
        self.readme = existing_readme.read(readme, existing_readme.INSTALL)
        self.checks = checks
        self.pages: list[Page] = []
        self.before: Snapshot = {}
        self.written: Snapshot = {}
        self.menu: list[str] = []
        self.schema = ""

    # --- The numbered steps ---

    def look_before(self) -> None:
        """Look at all pages of the portal as it was."""
        self.pages = all_pages(self.portal.filled)
        with step(f"Looking at {len(self.pages)} pages and answers"):
            self.before = self.portal.visit(self.pages)
        self.schema = self.portal.schema()

    def install(self, wheel: Path, bare: existing_venv.Versions) -> None:
        """Step 1: pip, with the wheel in place of the name, which is not published yet."""
        text = self.readme.steps[0]
        command = text.block("sh").replace(existing_venv.PROJECT, shlex.quote(str(wheel)))
        before = existing_venv.installed(self.portal.venv)
        with step(f"$ {text.block('sh')}"):
            self.portal.must(command)
        after = existing_venv.installed(self.portal.venv)
        changed = [f"{name} {version}: {after.get(name)}"
                   for name, version in before.items() if after.get(name) != version]  # fmt: skip
        self.checks.none("pip leaves what was installed at its version", changed)
        brought = existing_venv.brought_to(bare, self.portal.venv)
        number, names = existing_readme.number_of_packages(text.text)
        self.checks.same("it brings the packages that the README names", brought, names)
        self.checks.same("they are as many as the README says", len(brought), number)
        self.checks.same(f"they are {MOST_PACKAGES} at most", len(brought) <= MOST_PACKAGES, True)

    def switch_on(self) -> None:
        """Steps 2 to 4: the plugin, its tables, a restart."""
        _, plugins = existing_readme.option(self.readme.steps[1].block("ini"))
        present = self.portal.option("ckan.plugins")
        self.portal.set({"ckan.plugins": existing_readme.with_rest(plugins, present)})
        tables = self.portal.tables()
        command = self.readme.steps[2].block("sh")
        with step(f"$ {command}"):
            self.portal.must(command)
        new = self.portal.tables() - tables
        others = sorted(name for name in new if not name.startswith("promote_"))
        self.checks.none("all new tables are promote_*", others if new else ["no new table"])
        self.checks.same("CKAN's own tables are as they were", self.portal.schema(), self.schema)
        now = self.look_again("with the plugin")
        entries = existing_readme.menu_entries(self.readme.steps[3].text)
        self.menu = menu_paths(now[Page("", "/")]["body"], entries)
        self.checks.same("the menu has the entries that the README names", len(self.menu),
                         len(entries))  # fmt: skip
        self.compare("all pages are the same but for these entries", self.before, now)
        self.none_has_blocks(now, set())
        lists = [Page("", path) for path in PATHS.values()]
        self.answers("the lists of contents answer", lists)

    def write_contents(self) -> None:
        """Step 4: those who may write do, those who may publish do, others may not."""
        given = writings(self.portal.filled["dataset"])
        with step(f"Writing {len(given)} contents"):
            refused = self.write(Writing(who, TRIAL) for who in ("member", ""))
            answers = self.write(given)
            self.publish([each for each in given if each.who != "boss"])
            archived = self.portal.call("boss", "promote_content_archive", id=ARCHIVED)
        self.checks.same("members and visitors may not write", refused, [403, 403])
        self.checks.same("sysadmins, admins and editors may", answers, [200] * len(given))
        self.checks.same("and archive", archived[0], 200)
        forms = self.portal.visit([Page("editor", f"{path}/new") for path in PATHS.values()])
        self.checks.same("editors get the forms", statuses(forms), [200] * len(PATHS))

    def follow_recommendations(self) -> None:
        """Step 5: the options and the line of cron do what it says; then all is as before them."""
        text = self.readme.steps[4]
        without = self.portal.ini.read_text("utf-8")
        signed_in = [page for page in self.pages if page.who == "boss"]
        has_pictures = any("gravatar.com" in self.before[page]["body"] for page in signed_in)
        self.checks.same("CKAN loads pictures from another site", has_pictures, True)
        before = self.write([Writing("central", TRIAL)])
        central, _ = existing_readme.option(text.only_code(r"ckanext\.promote\..*"))
        gravatar, value = existing_readme.option(text.only_code(r"ckan\.gravatar.*"))
        self.portal.set({central: "hacienda", gravatar: value})
        after = self.write([Writing("central", TRIAL)])
        self.checks.same("the central team may write for everybody", [*before, *after], [403, 200])
        with step("Looking at the sysadmin's pages"):
            now = self.portal.visit(signed_in)
        loading = [str(page) for page in now if "gravatar" in now[page]["body"]]
        self.checks.none("no page loads pictures from another site any more", loading)
        purged = self.portal.call("boss", "dataset_purge", id=TRIAL["name"])
        self.checks.same("a content can be purged", purged[0], 200)
        _, _, command = text.only_code(r".* promote tick").partition(" * * * * ")
        with step(f"$ {command}"):
            self.portal.must(command)
        self.portal.ini.write_text(without, "utf-8")

    def look_with_contents(self) -> None:
        """The portal with contents: our blocks, our pages, and nothing else."""
        self.written = self.look_again("with contents")
        self.compare("all pages are the same but for the menu and the blocks",
                     self.before, self.written)  # fmt: skip
        self.none_has_blocks(self.written, LINKED)
        pages = [page for kind, path in PATHS.items() for page in of_type(path, PUBLISHED[kind])]
        self.answers("the contents' pages answer", pages)
        names = [name for names in PUBLISHED.values() for name in names]
        asked = self.portal.visit(as_datasets([*names, ARCHIVED]))
        self.checks.none("CKAN's pages of datasets do not fail on contents", failures(asked))
        story = Page("", f"/story/{PUBLISHED['story'][0]}")
        body = self.portal.visit([story])[story]["body"]
        found = re.findall(r'<img[^>]*src="([^"]*promote/[^"]*)"', body)
        pictures = self.portal.visit([Page("", address) for address in found])
        types = {dict(answer["headers"]).get("Content-Type") for answer in pictures.values()}
        self.checks.same("its picture is shown", types, {"image/png"})

    def meet_a_clash(self) -> None:
        """The paragraph on clashes, with apps that scheming has; then the portal is as before."""
        without = self.portal.ini.read_text("utf-8")
        schema = self.portal.folder / "app.yaml"
        schema.write_text(APP_OF_OTHERS)
        self.portal.set({SCHEMAS: f"{self.portal.option(SCHEMAS)} file://{schema}"})
        paragraph = self.readme.paragraph("does not start")
        entry = paragraph.only_code("app:.*")
        attach = paragraph.only_code(r"ckan -c .*")
        code, words = self.portal.run(self.readme.steps[2].block("sh"))
        said = [text for text in words.splitlines() if "'app'" in text]
        self.checks.same("a clash stops CKAN, with one sentence", (code, len(said)), (1, 1))
        option, value = existing_readme.option(said[-1].rpartition(": ")[2])
        kinds = ["app" if each == entry else each for each in value.split()]
        self.checks.same("it ends with the line that the README tells of", (option, kinds),
                         ("ckanext.promote.types", list(PATHS)))  # fmt: skip
        self.portal.set({option: value})
        self.portal.must(attach)
        path = f"/{entry.split(':')[2]}/"
        pages = ["/", "/app/", path, f"{path}{PUBLISHED['app'][0]}", "/story/", "/dataset/"]
        self.answers("with that line both have their apps", [Page("", each) for each in pages])
        self.portal.ini.write_text(without, "utf-8")
        self.portal.must(attach)

    def publish(self, drafts: Sequence[Writing]) -> None:
        """Have the authors send what they wrote, and the sysadmin publish it."""
        pages = [Page("", f"/{each.fields['type']}/{each.fields['name']}") for each in drafts]
        unseen = self.portal.visit(pages)
        self.checks.same("what editors write is not published", set(statuses(unseen)), {404})
        sent = [(each.who, "submit", each.fields["name"]) for each in drafts]
        published = [("boss", "publish", each.fields["name"]) for each in drafts]
        answers = self.portal.calls([
            (who, f"promote_content_{verb}", {"id": name}) for who, verb, name in sent + published
        ])  # fmt: skip
        wrong = [str(answer) for status, answer in answers if status != 200]
        self.checks.none("until somebody publishes it who may", wrong)

    # --- Looking and comparing ---

    def write(self, given: Iterable[Writing]) -> list[int]:
        """Have people create contents; give the statuses."""
        wanted = [(each.who, "promote_content_create", as_sent(each.fields)) for each in given]
        return [status for status, _ in self.portal.calls(wanted)]

    def look_again(self, what: str) -> Snapshot:
        """Start CKAN and look at all pages."""
        with step(f"Looking at all pages {what}"):
            return self.portal.visit(self.pages)

    def answers(self, title: str, pages: Sequence[Page]) -> None:
        """Check that pages answer 200, once redirections to them are followed."""
        found = self.portal.visit(pages)
        wrong = [f"{answer['status']} {page}" for page, answer in found.items()
                 if answer["status"] not in (200, 301, 308)]  # fmt: skip
        self.checks.none(title, wrong)

    def compare(self, title: str, before: Snapshot, after: Snapshot) -> None:
        """Check that pages differ by our nodes alone, or as the README says."""
        problems, told = [], []
        for page in self.foreign():
            now = look(page.path, after[page], self.menu)
            found = differences(look(page.path, before[page], []), now)
            changed = [line for line in found if re.match(r"[+-]|\.\.\.", line)]
            if not found:
                continue
            is_count = all(COUNTED_FOR_ALL.fullmatch(line) for line in changed)
            if after is self.written and (is_count or KEPT_FOR_ALL.search(page.path)):
                told.append(str(page))
            else:
                problems.append("\n".join([str(page), *found]))
        self.checks.none(title, problems)
        if told:
            self.checks.note(f"{len(told)} more differ as the README says", told)

    def none_has_blocks(self, snapshot: Snapshot, expected: set[str]) -> None:
        """Check that the menu is on every page, and a block on just those paths."""
        problems = []
        for page in self.foreign():
            answer = snapshot[page]
            ours = look(page.path, answer, self.menu).ours
            path = page.path.partition("?")[0].replace("/es/", "/", 1)
            blocks = 1 if answer["status"] == 200 and path in expected else 0
            menu = len(self.menu) if "navbar-nav" in answer["body"] else 0
            wanted = {"menu": menu, "block": blocks, "style": blocks}
            found = {kind: ours[kind] for kind in wanted}
            if found != wanted:
                problems.append(f"{page} has {found} and not {wanted}")
        self.checks.none("menu and blocks are where they belong", problems)

    def foreign(self) -> list[Page]:
        """Give the pages that are not ours."""
        return [page for page in self.pages if page.path.rstrip("/") not in PATHS.values()]


def statuses(snapshot: Snapshot) -> list[int]:
    """Give the statuses of answers."""
    return [answer["status"] for answer in snapshot.values()]


def failures(snapshot: Snapshot) -> list[str]:
    """Give the answers that are CKAN's failures."""
    return [f"{answer['status']} {page}" for page, answer in snapshot.items()
            if answer["status"] >= 500]  # fmt: skip
