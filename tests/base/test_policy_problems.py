"""What is refused in a policy profile, and how its place and its problem are named."""
from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ckanext.promote.base.policy import PolicyError, load

OTHER = str(Path(__file__).parent / "profiles" / "nl-2030.yaml")

SLUG = "a slug of at most 60 letters a to z, digits and hyphens was expected"
TEXT = "text of 1 to 300 characters was expected"
UNSEEN = "has spaces around it or characters that cannot be seen, plain text was expected"


def content(path: str = OTHER) -> dict:
    return yaml.safe_load(Path(path).read_text(encoding="utf-8"))


def problems(folder: Path, profile: object) -> list[tuple[str, str]]:
    """Path and message of each problem of a profile, given as text or as values."""
    path = folder / "profile.yaml"
    text = profile if isinstance(profile, str) else yaml.safe_dump(profile, allow_unicode=True)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load(str(path))
    lines = [f"{path}: {problem}" for problem in caught.value.problems]
    assert str(caught.value) == "\n".join(lines)
    return [(problem.path, problem.message) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("place", "value", "path", "message"),
    [
        (["name"], "Two Words", "name", f"'Two Words' was given, {SLUG}"),
        (["name"], "a\n", "name", f"'a\\n' {UNSEEN}"),
        (["version"], 0, "version", "0 was given, a whole number from 1 was expected"),
        (["version"], "1", "version", "'1' was given, a whole number from 1 was expected"),
        (["version"], True, "version", "true was given, a whole number from 1 was expected"),
        (
            ["country"],
            "mx",
            "country",
            "'mx' was given, a country's two capital letters (ISO 3166) was expected",
        ),
        (["country"], "QQ", "country", "'QQ' is no country, a code of ISO 3166 was expected"),
        (
            ["effective_on"],
            "2015-02-30",
            "effective_on",
            "'2015-02-30' was given, a date that exists, such as 2015-12-31 was expected",
        ),
        (
            ["effective_on"],
            "2015-02-20T10:00:00",
            "effective_on",
            "'2015-02-20T10:00:00' was given, a date that exists, such as 2015-12-31 was expected",
        ),
        (
            ["bodies"],
            [],
            "bodies",
            "a list was given, a mapping with central_team, central_team_short, help_desk, "
            "portal, policy was expected",
        ),
        (["bodies", "portal", "es"], "", "bodies.portal.es", f"'' was given, {TEXT}"),
        (["bodies", "portal", "es"], " ", "bodies.portal.es", f"' ' {UNSEEN}"),
        (["bodies", "portal", "en"], "x\u202ey", "bodies.portal.en", f"'x\\u202ey' {UNSEEN}"),
        (["bodies", "portal", "en"], None, "bodies.portal.en", f"nothing was given, {TEXT}"),
        (
            ["bodies", "portal", "fr"],
            "x",
            "bodies.portal.fr",
            "is not known, one of these was expected: es, en",
        ),
        (
            ["publishing", "by"],
            "anyone",
            "publishing.by",
            "'anyone' was given, one of central_team, institutions was expected",
        ),
        (["sectors"], [], "sectors", "is empty, a list of at least one entry was expected"),
        (
            ["sectors"],
            {},
            "sectors",
            "a mapping was given, a list of at least one entry was expected",
        ),
        (
            ["sectors", 1],
            "water",
            "sectors[1]",
            "'water' was given, a mapping with slug, label was expected",
        ),
        (["sectors", 1, "slug"], "Salud", "sectors[1].slug", f"'Salud' was given, {SLUG}"),
        (["sectors", 1, "slug"], "a--b", "sectors[1].slug", f"'a--b' was given, {SLUG}"),
        (
            ["sectors", 1, "slug"],
            "water",
            "sectors[1].slug",
            "'water' is given twice, each only once was expected",
        ),
        (["sectors", 2, "label", "en"], 7, "sectors[2].label.en", f"7 was given, {TEXT}"),
        (
            ["roles", 0, "rights", 5],
            "fly",
            "roles[0].rights[5]",
            "'fly' was given, one of answer, route, commit, write, plan, appoint was expected",
        ),
        (
            ["roles", 0, "rights", 5],
            "answer",
            "roles[0].rights[5]",
            "'answer' is given twice, each only once was expected",
        ),
        (
            ["roles", 0, "duty"],
            "king",
            "roles[0].duty",
            "'king' was given, one of liaison, technical, other was expected",
        ),
        (
            ["roles", 0, "is_expected"],
            "yes",
            "roles[0].is_expected",
            "'yes' was given, true or false was expected",
        ),
        (
            ["thread_kinds", 0, "clock", "days"],
            0,
            "thread_kinds[0].clock.days",
            "0 was given, a number of days from 1 to 3650 was expected",
        ),
        (
            ["thread_kinds", 0, "clock", "unit"],
            "lunar",
            "thread_kinds[0].clock.unit",
            "'lunar' was given, one of natural, working was expected",
        ),
        (
            ["rules", 0, "days"],
            -90,
            "rules[0].days",
            "-90 was given, a number of days from 1 to 3650 was expected",
        ),
        (
            ["rules", 0, "applies_to", 0],
            "empire",
            "rules[0].applies_to[0]",
            "'empire' is no type of government, one of province, water-board was expected",
        ),
    ],
)
def test_problem_names_its_place_the_value_and_what_was_expected(
    tmp_path, place, value, path, message
):
    profile = content()
    profile["effective_on"] = "2030-01-01"
    target = profile
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = value
    assert problems(tmp_path, profile) == [(path, message)]


def test_each_missing_part_is_a_problem(tmp_path):
    found = problems(tmp_path, {"name": "x", "rules": [{"slug": "a", "label": {"es": "A"}}]})
    assert [path for path, _ in found] == [
        "version",
        "country",
        "effective_on",
        "bodies",
        "publishing",
        "sectors",
        "axes",
        "user_group_classes",
        "government_types",
        "roles",
        "content_kinds",
        "channels",
        "thread_kinds",
        "topics",
        "rules[0].label.en",
        "rules[0].source",
    ]
    assert found[5] == ("sectors", "is missing, a list of at least one entry was expected")
    assert found[-2] == ("rules[0].label.en", f"is missing, {TEXT}")


def test_all_problems_are_told_at_once(tmp_path):
    text = (
        Path(OTHER)
        .read_text(encoding="utf-8")
        .replace("version: 3", "version: three")
        .replace("slug: mobility", "slug: water")
        .replace("en: Climate", "")
        .replace("applies_to: [province]", "applies_to: [empire]\n    applies_to: [moon]")
    )
    assert [path for path, _ in problems(tmp_path, text)] == [
        "rules[0].applies_to",
        "version",
        "sectors[1].slug",
        "axes[0].label.en",
        "rules[0].applies_to[0]",
    ]


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        ("", "", "is empty, a mapping was expected"),
        ("# nothing", "", "is empty, a mapping was expected"),
        ("a: &x [1]\nb: *x", "line 2, column 4", "an alias (*) stands here"),
        ("a: [1", "line 1, column 6", "expected ',' or ']'"),
        ("a: !!python/object/apply:os.system [ls]", "line 1, column 4", "constructor for the tag"),
        ("a: !!timestamp 2015-02-30", "line 1, column 4", "constructor for the tag"),
        ("a: !!bool perhaps", "", "valid YAML was expected"),
        ("a: !!int x", "", "valid YAML was expected"),
        ("? [1]\n: 2", "line 1, column 3", "found unhashable key"),
        ("a: 1\n---\nb: 1", "line 2, column 1", "found another document"),
        ("a: \x07", "", "special characters are not allowed"),
        ("[" * 50_000, "", "is nested too deeply"),
        ("a: " + "x" * 1_000_000, "", "is too large, at most 1000000 bytes were expected"),
    ],
    ids=lambda value: value[:30],
)
def test_file_that_is_no_plain_yaml_is_refused(tmp_path, text, path, message):
    (found,) = problems(tmp_path, text)
    assert found[0] == path
    assert message in found[1]


def test_aliases_that_unfold_to_billions_are_refused(tmp_path):
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{', '.join(['*' + before] * 9)}]")
    ((path, message),) = problems(tmp_path, "\n".join(lines))
    assert (path, message.partition(",")[0]) == ("line 2, column 8", "an alias (*) stands here")


def test_file_that_is_not_utf8_is_refused(tmp_path):
    path = tmp_path / "latin.yaml"
    path.write_bytes("name: año".encode("latin-1"))
    with pytest.raises(PolicyError, match="byte 8 is not UTF-8"):
        load(str(path))


def test_words_that_yaml_guesses_about_stay_words(tmp_path):
    path = tmp_path / "no.yaml"
    text = Path(OTHER).read_text(encoding="utf-8")
    text = text.replace("country: NL", "country: NO").replace("en: Water}", "en: yes}")
    path.write_text(text.replace("es: Agua", "es: 10:30"), encoding="utf-8")
    found = load(str(path))
    assert found.country == "NO"
    assert found.choices("sectors", "en")[0] == ("water", "yes")
    assert found.choices("sectors", "es")[0] == ("water", "10:30")


def test_problem_shows_no_control_characters_of_a_key(tmp_path):
    found = problems(tmp_path, Path(OTHER).read_text(encoding="utf-8") + '"\\e[31mred": 1\n')
    assert [path for path, _ in found] == ["'\\x1b[31mred'"]
