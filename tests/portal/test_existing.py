"""The proof of the README's sections for portals that exist: what it reads, compares and counts."""
from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from ckanext.promote.portal import bootstrap, existing_readme, existing_venv
from ckanext.promote.portal.console import PortalError
from ckanext.promote.portal.existing_checks import Checks
from ckanext.promote.portal.existing_compare import Answer, differences, look, menu_paths
from ckanext.promote.portal.existing_contents import PUBLISHED, as_sent, writings
from ckanext.promote.portal.existing_pages import Page, all_pages, walk

README = """\
# A project
## On a portal that exists

1. Install it. It brings two packages: Six, and seven.
   ```sh
   pip install project
   ```
2. Add `it` to `ckan.plugins`:
   ```ini
   ckan.plugins = … it
   ```
3. Restart. The menu now has Stories and
   Apps; more text.

A paragraph with `code = 1`.

### Next

1. Another.
"""
MENU = ["/story", "/app"]
ENTRIES = '<li><a href="/story/">Stories</a></li><li><a href="/app/">Apps</a></li>'
BLOCK = '<section class="promote promote-block"><h2>Made with it</h2></section>'
SHEET = '<link rel="stylesheet" href="/webassets/promote/1234_style.css">'


def page(body: str = "", *, entries: str = "", head: str = "") -> str:
    """A page as CKAN's layout has it."""
    return (
        f"<html><head><title>T</title>{head}</head><body><header><ul class='navbar-nav ms-auto'>"
        f"<li><a href='/dataset/'>Datasets</a></li>{entries}</ul></header>{body}</body></html>"
    )


def answer(body: str, status: int = 200, kind: str = "text/html; charset=utf-8") -> Answer:
    """What came for an address."""
    return {"status": status, "headers": [["Content-Type", kind]], "body": body}


def difference(path: str, before: Answer, after: Answer) -> list[str]:
    """What differs between a look without the plugin and one with it."""
    return differences(look(path, before, []), look(path, after, MENU))


# --- The README ---


def test_a_section_is_read_by_its_heading_and_ends_with_the_next():
    section = existing_readme.read(README, "On a portal that exists")
    assert [part.blocks for part in section.steps] == [
        [("sh", "pip install project")], [("ini", "ckan.plugins = … it")], [],
    ]  # fmt: skip
    assert [part.text for part in section.paragraphs] == ["A paragraph with code = 1."]
    assert section.commands == ["pip install project"]
    assert section.paragraph("paragraph").only_code("code.*") == "code = 1"


def test_a_section_that_is_not_there_is_named():
    with pytest.raises(PortalError, match="no section 'Nowhere'"):
        existing_readme.read(README, "Nowhere")


def test_a_step_without_its_command_is_named():
    section = existing_readme.read(README, "On a portal that exists")
    with pytest.raises(PortalError, match="one block of sh is expected after: 'Restart"):
        section.steps[2].block("sh")


def test_the_promises_of_a_step_are_read_from_its_words():
    first, _, last = existing_readme.read(README, "On a portal that exists").steps
    assert existing_readme.number_of_packages(first.text) == (2, {"six", "seven"})
    assert existing_readme.menu_entries(last.text) == ["Stories", "Apps"]


def test_the_dots_of_a_line_stand_for_what_is_there():
    name, value = existing_readme.option("ckan.plugins = … it")
    assert (name, existing_readme.with_rest(value, "a b")) == ("ckan.plugins", "a b it")


def test_the_readme_has_what_the_proof_does():
    text = (bootstrap.ROOT / "README.md").read_text("utf-8")
    install = existing_readme.read(text, existing_readme.INSTALL)
    assert len(install.steps) == 5
    cron = install.steps[4].only_code(r".* promote tick")
    assert cron.partition(" * * * * ")[2] == "ckan -c ckan.ini promote tick"
    ckan = "ckan -c ckan.ini"
    leaving = (existing_readme.TAKE_OUT, existing_readme.PUT_BACK, existing_readme.DROP)
    assert [existing_readme.read(text, heading).commands for heading in leaving] == [
        [f"{ckan} promote detach"], [f"{ckan} promote attach"],
        [f"{ckan} promote detach", f"{ckan} db downgrade -p promote"],
    ]  # fmt: skip


# --- Comparing ---


def test_menu_block_and_stylesheet_of_ours_are_no_difference():
    before = answer(page("<main>Text</main>"))
    after = answer(page(f"<main>Text</main> {BLOCK}", entries=ENTRIES, head=SHEET))
    assert difference("/dataset/x", before, after) == []
    assert look("/dataset/x", after, MENU).ours == {"menu": 2, "block": 1, "style": 1}


def test_entries_in_another_language_are_ours_too():
    after = answer(page(entries=ENTRIES.replace('"/', '"/es/')))
    assert difference("/es/about", answer(page()), after) == []


@pytest.mark.parametrize("path", ["/", "/dataset/", "/dataset/x/resource/y", "/user/x"])
def test_a_block_on_a_page_that_has_none_is_a_difference(path: str):
    assert difference(path, answer(page()), answer(page(BLOCK))) != []


def test_the_entries_of_the_menu_are_found_by_their_names():
    body = page(entries=f'{ENTRIES}<li><a href="/impact">\n Impact </a></li>')
    assert menu_paths(body, ["Stories", "Impact", "Events"]) == ["/story", "/impact"]


def test_a_stylesheet_without_a_block_is_a_difference():
    assert difference("/dataset/x", answer(page()), answer(page(head=SHEET))) != []


def test_anything_else_is_a_difference():
    before = answer(page("<p class='a'>One</p>"))
    for body in ("<p class='b'>One</p>", "<p class='a'>Two</p>", "<p class='a'>One</p><hr>"):
        assert difference("/dataset/x", before, answer(page(body))) != []
    assert difference("/dataset/x", before, answer(before["body"], status=500)) != []
    other = {**before, "headers": [*before["headers"], ["Content-Security-Policy", "x"]]}
    assert difference("/dataset/x", before, other) != []


def test_what_changes_with_every_look_is_no_difference():
    def body(token: str, ago: str, space: str) -> str:
        field = f'<input type="hidden" name="_csrf_token" value="{token}">'
        meta = f'<meta name="_csrf_token" content="{token}">'
        return page(f"<form>{field}</form>{space}<p>{ago}</p>", head=meta)

    before = answer(body("a", "1 minute ago", ""))
    assert difference("/about", before, answer(body("b", "3 hours ago", "\n  "))) == []


def test_answers_of_the_api_are_compared_by_value():
    def said(**values: object) -> Answer:
        return answer(json.dumps({"result": values}), kind="application/json;charset=utf-8")

    before = said(count=1, last_active="2026")
    assert difference("/api/3/action/user_show", before, said(count=1, last_active="2027")) == []
    assert difference("/api/3/action/user_show", before, said(count=2, last_active="2026")) != []
    assert difference("/api/3/action/user_show", before, said(last_active="2026", count=1)) == []
    with_ours = said(ckan_version="2.12", extensions=["promote"])
    without = said(ckan_version="2.12", extensions=[])
    assert difference("/api/3/action/status_show", without, with_ours) == []


# --- Pages ---

FILLED = {
    "dataset": "wells", "resources": {"CSV": "r1", "GeoJSON": "r2", "TXT": "r3"}, "views": ["v1"],
    "routes": [["dataset.read", "/dataset/<id>"]],
}  # fmt: skip


def test_every_rule_with_known_arguments_is_walked_with_an_id_of_its_kind():
    routes = [
        ("dataset.read", "/dataset/<id>"), ("organization.about", "/organization/about/<id>"),
        ("feeds.group", "/feeds/group/<string:id>.atom"), ("activity.user_activity", "/u/<id>"),
        ("x.y", "/x/<unknown>"), ("user.logout", "/user/_logout"),
    ]  # fmt: skip
    assert walk(routes, {"dataset": "wells"}) == [
        "/dataset/wells", "/organization/about/agua", "/feeds/group/clima.atom", "/u/editor",
    ]  # fmt: skip


def test_pages_are_asked_for_once_with_all_words_filled_in():
    pages = all_pages(FILLED)
    assert len(pages) == len(set(pages))
    assert [page for page in pages if "{" in page.path] == []
    assert Page("boss", "/dataset/wells") in pages


# --- Contents ---


def test_every_type_is_written_and_one_more_that_is_archived():
    written = [each.fields["name"] for each in writings("wells")]
    assert sorted(written) == sorted([*sum(PUBLISHED.values(), ()), "taken-back"])


def test_a_content_with_a_picture_is_sent_as_a_form_of_texts():
    first, second, *_ = (as_sent(each.fields) for each in writings("wells"))
    assert first["cover_upload"][:2] == ["well.png", "image/png"]
    assert first["datasets"] == '["wells", "camas-001"]'
    assert second["datasets"] == ["wells"]


# --- The environment and the wheel ---


def test_what_a_project_brings_is_all_that_it_needs_without_extras():
    needs = {
        "project": ["a>=1", 'b; extra == "more"', 'c; python_version < "3"', "D_d"],
        "a": ["e"], "b": [], "c": [], "d-d": ["a"], "e": ["project"],
    }  # fmt: skip
    assert existing_venv.closure("project", needs) == {"project", "a", "d-d", "e"}


def test_files_that_a_wheel_lacks_or_has_too_many_are_named(tmp_path: Path):
    tree = tmp_path / "tree"
    for name in ("ckanext/promote/a.py", "ckanext/promote/i18n/a.mo", "tests/t.py"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("")
    wheel = tmp_path / "a.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in ("ckanext/promote/a.py", "tests/t.py", "a-1.dist-info/METADATA"):
            archive.writestr(name, "")
    assert existing_venv.differences(wheel, tree) == [
        "missing: ckanext/promote/i18n/a.mo", "too many: tests/t.py",
    ]  # fmt: skip


# --- The table ---


def test_many_problems_are_not_all_printed(capsys: pytest.CaptureFixture[str]):
    Checks().none("one", [f"problem {number}" for number in range(100)])
    lines = capsys.readouterr().out.splitlines()
    assert [line.strip() for line in lines[-2:]] == ["problem 39", "... and 60 more"]


def test_the_exit_code_tells_whether_all_checks_held(capsys: pytest.CaptureFixture[str]):
    checks = Checks()
    assert checks.print_table() == 1
    checks.same("one", 1, 1)
    assert checks.print_table() == 0
    checks.none("two", ["a problem"])
    assert checks.print_table() == 1
    assert capsys.readouterr().out.endswith("2 checks, 1 failed, 0 s\n")
