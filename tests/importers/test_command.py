"""The command ``ckan promote import``: what it prints and how it ends."""
from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from ckan.cli.cli import ckan
from ckan.tests import factories

pytestmark = pytest.mark.usefixtures("portal")

GOOD = {"kind": "news", "source_path": "a.md", "front_matter": {"title": "A"}, "body": "Text"}


LOGGED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} ")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A good line and a broken one."""
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps(GOOD) + "\n{broken\n")
    return file


def call(cli: Any, *arguments: str | Path) -> Any:
    # Older versions of click put both streams into one, unless this is said.
    cli.mix_stderr = False
    return cli.invoke(ckan, ["promote", "import", *(str(each) for each in arguments)])


def printed(result: Any) -> list[str]:
    """Lines on stdout, without those that CKAN's log writes there in tests."""
    return [line for line in result.stdout.splitlines() if not LOGGED.match(line)]


def test_the_last_line_has_the_totals(cli: Any, path: Path):
    result = call(cli, path, "--contact", "a@example.org")
    assert result.exit_code == 0, result.output
    assert printed(result)[-1] == "1 created, 0 updated, 0 unchanged, 1 refused"
    again = call(cli, path)
    assert printed(again)[-1] == "0 created, 0 updated, 1 unchanged, 1 refused"


def test_a_refused_record_is_a_line_and_what_was_filled_in_is_listed(cli: Any, path: Path):
    lines = printed(call(cli, path, "--contact", "a@example.org"))
    assert lines[0].startswith("refused: a.jsonl:2: line: It is not valid JSON")
    filled_in = "It has none; a@example.org was filled in (--contact). Confirm it."
    assert f"  contact_email (1): {filled_in}" in lines


def test_with_json_each_record_is_an_object_on_stdout(cli: Any, path: Path):
    result = call(cli, path, "--contact", "a@example.org", "--json")
    first, second = (json.loads(line) for line in printed(result))
    assert list(first) == ["record", "result", "name", "field", "reason", "notes"]
    assert (first["record"], first["result"], first["name"]) == ("a.md", "created", "a-content")
    assert [note["field"] for note in first["notes"]] == ["published_on", "contact_email"]
    assert (second["record"], second["result"], second["field"]) == ("a.jsonl:2", "refused", "line")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["/nowhere/a.jsonl"], "There is no file or folder '/nowhere/a.jsonl'. Check the path."),
        (["--contact", "nobody"], "--contact: 'nobody' is not an e-mail address."),
        (["--user", "nobody"], "--user: there is no user 'nobody'."),
    ],
)
def test_what_cannot_start_ends_with_one_sentence(
    cli: Any, path: Path, arguments: list[str], sentence: str
):
    source = [] if arguments[0].startswith("/") else [path]
    result = call(cli, *source, *arguments)
    assert (result.exit_code, result.stderr.strip(), printed(result)) == (1, sentence, [])


def test_somebody_else_can_act(cli: Any, path: Path):
    user = factories.User()["name"]
    result = call(cli, path, "--contact", "a@example.org", "--user", user)
    assert printed(result)[-1] == "0 created, 0 updated, 0 unchanged, 2 refused"
