"""``ckan promote policy``: what it prints, and its exit codes."""
from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from ckanext.promote.cli.policy import policy as command

OTHER = str(Path(__file__).parents[1] / "base" / "profiles" / "nl-2030.yaml")


def test_command_says_that_a_profile_is_valid():
    done = CliRunner().invoke(command, ["validate", OTHER])
    assert done.exit_code == 0
    assert done.output == (
        f"{OTHER}: ok, nl-2030 version 3, 3 sectors, 1 axes, 1 user group classes, "
        "2 government types, 1 roles, 1 tool kinds, 1 event kinds, 1 channels, 2 thread kinds, "
        "1 topics, 0 report reasons, 1 rules\n"
    )


def test_command_takes_the_name_of_a_packaged_profile():
    done = CliRunner().invoke(command, ["validate", "mx-2015"])
    assert done.exit_code == 0
    assert done.output.startswith("mx-2015: ok, mx-2015 version 1, 12 sectors, 5 axes,")


def test_command_prints_a_line_for_each_problem_and_fails(tmp_path):
    path = tmp_path / "bad.yaml"
    text = Path(OTHER).read_text(encoding="utf-8")
    path.write_text(text.replace("NL", "nl").replace("slug: map", "slug: Map"), encoding="utf-8")
    done = CliRunner().invoke(command, ["validate", str(path)])
    assert done.exit_code == 1
    assert done.output.splitlines() == [
        f"{path}: country: 'nl' was given, "
        "a country's two capital letters (ISO 3166) was expected",
        f"{path}: content_kinds.tool_kinds[0].slug: 'Map' was given, "
        "a slug of at most 60 letters a to z, digits and hyphens was expected",
    ]
