"""``ckan promote import-people``: what a table makes, what it is refused for, and twice is once."""
from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.cli.cli import ckan
from ckan.tests import factories

from ckanext.promote.base.model import Event
from ckanext.promote.importers import people, people_source
from ckanext.promote.people.model import Appointment, InstitutionFacts
from tests import counting
from tests.factories import Institution, act, institution, site_user

pytestmark = pytest.mark.usefixtures("portal")

LOGGED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} ")
HEAD = "institution,title,government_type,subject_since,role,user,person,email,from,to,letter\n"
LINE = "water-office,Water office,federal,2015-07-06,liaison,,Ana P.,,2026-01-01,,\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


def call(cli: Any, file: Path, content: str | bytes, *options: str) -> tuple[int, list[str]]:
    """Exit code, and the lines on stdout without those of CKAN's log."""
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    cli.mix_stderr = False
    result = cli.invoke(ckan, ["promote", "import-people", str(file), *options])
    model.Session.remove()
    return result.exit_code, [
        line for line in result.output.splitlines() if line and not LOGGED.match(line)
    ]


def stored() -> list[str]:
    tables = (model.Group, InstitutionFacts, Appointment, Event)
    return [
        repr(sorted(map(repr, model.Session.execute(sa.select(each.__table__))))) for each in tables
    ]


def appointments() -> list[tuple[Any, ...]]:
    return [
        (each["institution"], each["role"], each["person"], each["from_date"], each["to_date"])
        for each in act(None, "promote_appointment_list", state="all", limit=100)["items"]
    ]


def totals(institutions: tuple[int, int, int], made: tuple[int, int, int]) -> str:
    words = ("created", "updated", "unchanged")
    one, other = (
        ", ".join(f"{n} {word}" for n, word in zip(counts, words, strict=True))
        for counts in (institutions, made)
    )
    return f"institutions: {one}; appointments: {other}"


def test_institutions_types_and_appointments_are_made_and_twice_is_once(
    cli: Any, file: Path
) -> None:
    code, lines = call(cli, file, HEAD + LINE)
    assert (code, lines[-1]) == (0, totals((1, 0, 0), (1, 0, 0)))
    group = model.Group.get("water-office")
    assert (group.title, group.type) == ("Water office", "organization")
    assert group.is_organization
    assert act(None, "organization_show", id="water-office")["title"] == "Water office"
    listed = act(None, "promote_appointment_list", institution="water-office")
    assert listed["institution"]["government_type"] == "federal"
    assert listed["institution"]["subject_since"] == "2015-07-06"
    assert appointments() == [("water-office", "liaison", "Ana P.", "2026-01-01", None)]
    before = stored()
    assert call(cli, file, HEAD + LINE) == (0, [totals((0, 0, 1), (0, 0, 1))])
    assert stored() == before
    names = model.Session.execute(sa.select(Event.name).order_by(Event.id)).scalars().all()
    assert names == ["appointment.create", "institution.create"]


def test_nobody_becomes_a_member_of_what_was_made(cli: Any, file: Path) -> None:
    call(cli, file, HEAD + LINE)
    assert model.Session.execute(sa.select(model.Member)).first() is None


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(cli: Any, file: Path) -> None:
    before = stored()
    code, lines = call(cli, file, HEAD + LINE, "--dry-run")
    assert (code, lines) == (
        0, ["dry run, nothing was written; it would be:", totals((1, 0, 0), (1, 0, 0))],
    )  # fmt: skip
    assert stored() == before


def test_what_changed_in_the_table_changes_and_empty_cells_say_nothing(
    cli: Any, file: Path
) -> None:
    call(cli, file, HEAD + LINE.replace(",,\n", ",2026-12-31,https://a.example/l.pdf\n"))
    changed = LINE.replace("federal", "Estatal").replace("2015-07-06", "")
    assert call(cli, file, HEAD + changed)[1] == [totals((0, 1, 0), (0, 0, 1))]
    listed = act(None, "promote_appointment_list", institution="water-office")
    assert listed["institution"]["government_type"] == "state"
    assert listed["institution"]["subject_since"] == "2015-07-06"
    [item] = listed["items"]
    assert (item["to_date"], item["letter_url"]) == ("2026-12-31", "https://a.example/l.pdf")
    later = changed.replace(",,\n", ",2026-11-30,\n")
    assert call(cli, file, HEAD + later)[1] == [totals((0, 0, 1), (0, 1, 0))]


def test_what_was_ended_on_the_portal_stays_so(cli: Any, file: Path) -> None:
    call(cli, file, HEAD + LINE)
    [item] = act(None, "promote_appointment_list")["items"]
    act(site_user(), "promote_appointment_end", id=item["id"], reason="Left.")
    assert call(cli, file, HEAD + LINE)[1] == [totals((0, 0, 1), (0, 0, 1))]
    code, lines = call(cli, file, HEAD + LINE.replace(",,\n", ",2030-01-01,\n"))
    assert code == 1
    assert lines[0].startswith("line 2: role: This appointment was ended")


def test_a_hand_over_in_one_table_works_in_any_order(cli: Any, file: Path) -> None:
    call(cli, file, HEAD + LINE)
    new = LINE.replace("Ana P.", "Eva R.").replace("2026-01-01", "2026-03-01")
    old = LINE.replace(",,\n", ",2026-02-28,\n")
    assert call(cli, file, HEAD + new + old)[1] == [totals((0, 0, 1), (1, 1, 0))]


class TestAccounts:
    def test_an_address_finds_an_account_and_is_stored_and_said_nowhere(
        self, cli: Any, file: Path
    ) -> None:
        user = factories.User(fullname="Ana P.", email="ana.secret@example.org")
        line = LINE.replace("Ana P.,,", ",Ana.Secret@example.org,")
        other = LINE.replace("liaison,,Ana P.,,", "data-administrator,,Eva R.,eva.x@example.org,")
        code, lines = call(cli, file, HEAD + line + other)
        assert code == 0, lines
        rows = {each.role: each for each in model.Session.execute(sa.select(Appointment)).scalars()}
        assert rows["liaison"].user_id == user["id"]
        assert rows["liaison"].person == "Ana P."
        assert rows["data-administrator"].user_id is None
        said = " ".join([*lines, *stored()]).lower()
        assert "ana.secret" not in said
        assert "eva.x" not in said

    def test_an_unknown_address_without_a_person_is_refused_without_saying_it(
        self, cli: Any, file: Path
    ) -> None:
        line = LINE.replace("Ana P.,,", ",nobody.here@example.org,")
        code, lines = call(cli, file, HEAD + line)
        assert lines[0] == (
            "line 2: person: No account has this address. Give the person's name, or name a user."
        )
        assert "nobody.here" not in " ".join(lines)

    def test_a_person_who_gets_an_account_later_keeps_the_appointment(
        self, cli: Any, file: Path
    ) -> None:
        call(cli, file, HEAD + LINE)
        user = factories.User(fullname="Ana P.", email="ana@example.org")
        line = LINE.replace("Ana P.,,", "Ana P.,ana@example.org,")
        assert call(cli, file, HEAD + line)[1] == [totals((0, 0, 1), (0, 1, 0))]
        row = model.Session.execute(sa.select(Appointment)).scalars().one()
        assert row.user_id == user["id"]
        assert call(cli, file, HEAD + line)[1] == [totals((0, 0, 1), (0, 0, 1))]


@pytest.fixture
def owner() -> Institution:
    factories.Group(name="a-group")
    return institution(name="air-office")


ROW = "air-office,,federal,,liaison,,Ana P.,,2026-01-01,,\n"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (ROW.replace("air-office", "none"), "title: There is no organization “none”. Give its"),
        (ROW.replace("air-office", "No Name"), "institution: “No Name” is no name of an organiz"),
        (ROW.replace("air-office", "a-group"), "institution: “a-group” is a group or was deleted"),
        (ROW.replace("federal", "empire"), "government_type: “empire” is not one of the choices."),
        (ROW.replace("federal,", "federal,soon"), "subject_since: “soon” is not a date that can"),
        (ROW.replace("liaison", "king"), "role: “king” is not one of the choices. Use one of: li"),
        (ROW.replace("liaison", "central"), "role: This role is held in the organization of the"),
        (ROW.replace("liaison", ""), "role: There is person, and no role. Say which role it is."),
        (ROW.replace("Ana P.", ""), "person: Name a user or a person."),
        (ROW.replace("Ana P.", "a@example.org"), "person: Write the person's name, without an e-"),
        (ROW.replace("liaison,", "liaison,nobody"), "user: There is no user “nobody”. Check the"),
        (ROW.replace("2026-01-01", ""), "from: Give the first day of the appointment, like 2026"),
        (ROW.replace("2026-01-01", "2026-13-01"), "from: “2026-13-01” is not a date that can be"),
        (ROW.replace("2026-01-01,", "2026-01-01,2025-01-01"), "to: The last day is before the"),
        (ROW.replace(",,\n", ",,not-an-address\n"), "letter: “not-an-address” is not an address"),
        (ROW.replace("Ana P.", "Eva R."), "role: Somebody holds this role here on one of these"),
        (ROW.replace(",,\n", ",2026-05-01,\n"), "to: Line 2 says something else of this appoint"),
        (ROW.replace("federal", "state"), "government_type: Line 2 says something else of this"),
    ],
)
def test_a_problem_names_line_column_and_remedy_and_nothing_is_written(
    cli: Any, file: Path, owner: Institution, line: str, problem: str
) -> None:
    before = stored()
    code, lines = call(cli, file, HEAD + ROW + LINE + line)
    assert code == 1
    assert len(lines) == 2, lines
    assert lines[0].startswith(f"line 4: {problem}")
    assert lines[1] == "nothing was written, 1 problems"
    assert stored() == before


def test_all_problems_are_told_in_the_order_of_the_lines(
    cli: Any, file: Path, owner: Institution
) -> None:
    lines = [ROW.replace("liaison", "king"), ROW.replace("federal", "empire"), ROW]
    code, said = call(cli, file, HEAD + "".join(lines))
    assert [each.partition(": ")[0] for each in said[:-1]] == ["line 2", "line 3"]
    assert code == 1


class TestFiles:
    GOOD = (HEAD + LINE).replace("Water office", "Comisión del Agua").replace("Ana P.", "Íñigo Ñ.")

    @pytest.mark.parametrize(
        "content",
        [
            GOOD.encode("utf-8"),
            GOOD.encode("utf-8-sig"),
            GOOD.encode("cp1252"),
            GOOD.encode("utf-16"),
            GOOD.replace(",", ";").encode("utf-8-sig"),
            GOOD.replace(",", "\t").encode("utf-16"),
            GOOD.replace("\n", "\r\n").encode(),
            ("\n\n" + GOOD + ",,,,,,,,,,\n\n").encode(),
            GOOD.replace("2026-01-01", "01/01/2026").encode(),
            GOOD.replace(
                HEAD.strip(),
                "Institución,Título,Tipo de gobierno,Sujeta desde,Rol,Usuario,Persona,Correo,"
                "Desde,Hasta,Oficio",
            ).replace("federal", "Federal").replace("liaison", "Enlace de datos abiertos").encode(),
        ],
        ids=["utf-8", "bom", "cp1252", "utf-16", "semicolons", "tabs", "crlf", "empty-lines",
             "excel-dates", "spanish"],
    )  # fmt: skip
    def test_tables_of_any_spreadsheet_are_read(
        self, cli: Any, file: Path, content: bytes
    ) -> None:
        code, lines = call(cli, file, content)
        assert (code, lines[-1]) == (0, totals((1, 0, 0), (1, 0, 0))), lines
        assert model.Group.get("water-office").title == "Comisión del Agua"
        assert appointments() == [("water-office", "liaison", "Íñigo Ñ.", "2026-01-01", None)]

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            (b"", "There is nothing in the file."),
            (HEAD.encode(), "There is nothing in the file."),
            (b"PK\x03\x04rest", "This is a spreadsheet, not CSV."),
            (b"institution\n\x81\x8d\n", "The file is neither UTF-8 nor Windows-1252."),
            (b"institution\na\x00b\n", "The file is neither UTF-8 nor Windows-1252."),
            (b"institution,color\na,b\n", "line 1: there is no column “color”."),
            (b"institution,role,rol\na,b,c\n", "line 1: the column role is there twice."),
            (b"title\na\n", "line 1: the column institution is missing."),
            (b"institution,title\na,b,c\n", "line 2: it has more cells than there are columns."),
            (b'institution,title\na,"b\n', "line 2: this is not CSV"),
            (b'institution,title\na,"b" c\n', "line 2: this is not CSV"),
            (b"institution,title\na," + b"x" * 6000, "line 2: title has more than 5000"),
        ],
    )
    def test_what_cannot_be_read_is_a_sentence(
        self, cli: Any, file: Path, content: bytes, sentence: str
    ) -> None:
        file.write_bytes(content)
        with pytest.raises(people_source.SourceError) as caught:
            people_source.lines_of(str(file))
        assert str(caught.value).startswith(sentence)
        assert call(cli, file, content)[0] == 1

    def test_a_file_that_is_not_there_is_a_sentence(self, cli: Any, tmp_path: Path) -> None:
        with pytest.raises(people_source.SourceError, match=r"cannot be read: No such file"):
            people_source.lines_of(str(tmp_path / "none.csv"))


def test_three_hundred_institutions_in_one_table_cost_a_bounded_number_of_statements_a_line(
    file: Path,
) -> None:
    roles = ("liaison", "data-administrator", "transparency-liaison")
    users = {number: factories.User() for number in range(3)}
    text = HEAD + "".join(
        f"office-{n},Office {n},municipal,2020-01-01,{role},"
        f"{users[n]['name'] if n in users else ''},Person {n},,2026-01-01,,\n"
        for n in range(300) for role in roles
    )  # fmt: skip
    file.write_text(text)
    for done, most in (("created", 12), ("unchanged", 1)):
        report = people.Report()
        context = {"user": site_user(), "session": model.Session, "ignore_auth": True}
        lines = people_source.lines_of(str(file))
        with counting.counting() as counts:
            numbers = list(people.run(context, lines, report))
        assert sorted(numbers) == [line.number for line in lines]
        assert report.problems == []
        assert report.institutions == {done: 300}
        assert report.appointments == {done: 900}
        assert len(counts.sql) <= most * 900 + 20
        model.Session.remove()
    unchanged = len(counts.sql)
    assert unchanged <= 10
