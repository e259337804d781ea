"""Policy profiles: what the packaged one holds, what another may hold, what is refused and how."""
from __future__ import annotations

import datetime as dt
import os
import re
from pathlib import Path

import pytest

import ckanext.promote
from ckanext.promote.base import policy
from ckanext.promote.base.policy import Label, PolicyError, load

PACKAGE = Path(ckanext.promote.__path__[0])
PROFILES = Path(__file__).parent / "profiles"
OTHER = str(PROFILES / "nl-2030.yaml")

RIGHTS = {"answer", "route", "commit", "write", "plan", "appoint"}


# The packaged profile


def test_default_profile_has_the_vocabularies_of_the_policy():
    found = load("mx-2015")
    assert (found.name, found.country, found.publishing.by) == ("mx-2015", "MX", "central_team")
    assert found.effective_on == dt.date(2015, 7, 6)
    slugs = {
        name: " ".join(entry.slug for entry in found.entries(name)) for name in policy.VOCABULARIES
    }
    assert slugs == {
        "sectors": "salud geoespacial seguridad-y-justicia energia-y-medio-ambiente educacion "
        "economia cultura-y-turismo finanzas-y-contrataciones infraestructura "
        "desarrollo-sostenible gobiernos-locales otros",
        "axes": "crecimiento-economico servicios-publicos transparencia-y-rendicion-de-cuentas "
        "eficiencia-gubernamental colaboracion-ciudadana",
        "user_group_classes": "institution government society",
        "government_types": "federal state municipal autonomous",
        "roles": "liaison data-administrator communication-liaison transparency-liaison "
        "participation-liaison central",
        "tool_kinds": "map chart table budget dashboard other",
        "event_kinds": "mesa dataton reto-publico datos-para-el-desarrollo consulta encuesta otro",
        "channels": "redes-sociales correo portal-institucional herramientas apps eventos "
        "seccion-impacto seccion-herramientas mesas-redondas",
        "thread_kinds": "question problem request idea comment advice",
        "topics": "priority structure quality meaning use availability",
        "report_reasons": "spam offensive personal-data off-topic impersonation other",
        "rules": "",
    }


def test_only_the_third_class_of_users_is_told_apart_by_axis():
    assert [each.by_axis for each in load("mx-2015").user_group_classes] == [False, False, True]


def test_rights_come_from_the_fixed_set_and_the_central_role_has_all():
    rights = {role.slug: set(role.rights) for role in load("mx-2015").roles}
    assert set().union(*rights.values()) == RIGHTS
    assert rights["central"] == RIGHTS


def test_each_institution_is_to_have_a_liaison_and_a_data_administrator_one_each():
    found = load("mx-2015")
    expected = [each.slug for each in found.roles if each.is_expected]
    assert expected == ["liaison", "data-administrator"]
    assert [each.slug for each in found.roles if each.one_per_institution] == expected
    assert [each.slug for each in found.roles if each.only_central_team] == ["central"]
    assert found.roles_for("liaison") == ("liaison",)
    assert found.roles_for("technical") == ("data-administrator",)


def test_a_role_is_found_by_slug_duty_and_right():
    found = load("mx-2015")
    assert found.roles_with("commit") == ("liaison", "central")
    assert found.rights_of("transparency-liaison") == {"answer", "route"}
    assert (found.role("king"), found.rights_of("king")) == (None, frozenset())


def test_where_no_role_has_a_duty_those_who_answer_have_it():
    found = load(OTHER)
    assert found.roles_for("liaison") == found.roles_for("technical") == ("steward",)


def test_every_packaged_profile_is_valid():
    names = [path.stem for path in policy.PACKAGED.glob("*.yaml")]
    assert names == ["mx-2015"]
    assert [load(name).name for name in names] == names


# Another profile


def test_profile_of_another_country_is_as_good():
    found = load(OTHER)
    assert (found.name, found.country, found.publishing.by) == ("nl-2030", "NL", "institutions")
    assert found.choices("sectors", "en") == [
        ("water", "Water"),
        ("mobility", "Mobility"),
        ("farming", "Farming"),
    ]
    assert found.bodies.central_team_short.get("es") == "ODP"
    assert found.thread_kinds[0].clock == policy.Clock(
        days=14, unit="working", warn_before=(3, 1), escalate_after=(7,)
    )
    assert found.thread_kinds[1].clock is None
    assert (found.rules[0].days, found.rules[0].applies_to) == (90, ("province",))


def test_labels_fall_back_from_locale_to_language_to_english():
    label = Label(es="Agua", en="Water")
    asked = ["es", "es_MX", "es-419", "ES", "en", "en_GB", "pt_BR", "nl", ""]
    assert [label.get(lang) for lang in asked] == ["Agua"] * 4 + ["Water"] * 5


def test_helpers_give_labels_and_know_what_there_is():
    found = load(OTHER)
    assert found.sector_label("water", "es_MX") == "Agua"
    assert found.sector_label("salud", "es_MX") == "salud"
    assert found.label("tool_kinds", "map", "en") == "Map"
    assert found.has("sectors", "water")
    assert not found.has("sectors", "map")
    assert found.choices("event_kinds", "es") == [("meetup", "Encuentro")]


def test_unknown_vocabulary_is_named_with_those_there_are():
    with pytest.raises(KeyError, match="no vocabulary 'planets'; there are: sectors, axes"):
        load(OTHER).choices("planets", "en")


def test_profile_does_not_change():
    with pytest.raises(AttributeError):
        load(OTHER).name = "x"


# Loading


def test_same_file_is_read_once_and_again_when_it_changes(tmp_path):
    path = tmp_path / "profile.yaml"
    path.write_text(Path(OTHER).read_text(encoding="utf-8"), encoding="utf-8")
    first = load(str(path))
    assert load(str(path)) is first
    path.write_text(path.read_text(encoding="utf-8").replace("Water", "Wetness"), encoding="utf-8")
    os.utime(path, (1, 1))
    assert load(str(path)).sector_label("water", "en") == "Wetness"


def test_invalid_profile_is_read_again_once_it_is_repaired(tmp_path):
    path = tmp_path / "profile.yaml"
    path.write_text("name: x", encoding="utf-8")
    with pytest.raises(PolicyError):
        load(str(path))
    path.write_text(Path(OTHER).read_text(encoding="utf-8"), encoding="utf-8")
    assert load(str(path)).name == "nl-2030"


def test_unknown_name_is_answered_with_the_names_there_are():
    with pytest.raises(PolicyError) as caught:
        load("mx-1810")
    assert str(caught.value) == (
        "mx-1810: is no profile, one of mx-2015, or the path of a file was expected"
    )


@pytest.mark.parametrize("path", ["/nowhere/x.yaml", "./x.yaml", "a\x00b.yaml", "", str(PROFILES)])
def test_file_that_cannot_be_read_is_a_problem(path):
    with pytest.raises(PolicyError) as caught:
        load(path)
    assert [problem.path for problem in caught.value.problems] == [""]
    assert "cannot be read" in str(caught.value)


def test_file_with_a_byte_order_mark_is_read(tmp_path):
    path = tmp_path / "profile.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + Path(OTHER).read_bytes())
    assert load(str(path)).name == "nl-2030"


# The words stay in the profile

LOCAL_WORDS = re.compile(
    r"CEDN|Escuadr[oó]n|datos\.gob\.mx|Presidencia|Estrategia Digital", re.IGNORECASE
)


def test_no_code_or_template_names_a_body_of_one_country():
    own = [PACKAGE / "policies", PACKAGE / "portal" / "demo"]
    found = [
        f"{path.relative_to(PACKAGE)}:{number}"
        for path in sorted(PACKAGE.rglob("*"))
        if path.suffix in {".py", ".html", ".txt", ".js", ".css", ".yaml"}
        if not any(folder in path.parents for folder in own)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if LOCAL_WORDS.search(line)
    ]
    assert found == []
