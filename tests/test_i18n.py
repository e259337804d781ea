"""Every text of ours is in both languages, and the catalogues are those of the sources."""
from __future__ import annotations

import re
from pathlib import Path

import pytest

from ckanext.promote.base.policy import load
from tests import i18n_helpers as i18n

LANGUAGES = ("en", "es")


def test_the_template_has_the_texts_of_the_sources(tmp_path: Path):
    """Run `make i18n` and translate what is new."""
    found = {message.id for message in i18n.extract(tmp_path / "now.pot")}
    assert {message.id for message in i18n.messages(i18n.TEMPLATE)} == found


def test_the_spanish_catalogue_has_the_messages_of_the_template_and_no_others():
    spanish = i18n.catalog(i18n.SPANISH)
    expected = {message.id for message in i18n.messages(i18n.TEMPLATE)}
    assert {message.id for message in spanish if message.id} == expected
    assert [message.id for message in spanish if message.id and message.fuzzy] == []
    assert list(spanish.obsolete) == []


def test_every_message_is_translated_whole():
    for message in i18n.messages(i18n.SPANISH):
        assert all(text.strip() for text in i18n.translations(message)), message.id
        for text in i18n.translations(message):
            assert text not in i18n.texts(message) or text in i18n.SAME, text


def test_translations_keep_placeholders_spaces_and_final_stops():
    for message in i18n.messages(i18n.SPANISH):
        singular, *plural = i18n.texts(message)
        for number, text in enumerate(i18n.translations(message)):
            wanted = plural[0] if number and plural else singular
            assert _placeholders(text) == _placeholders(wanted), text
            assert (text[-1] == ".", text == text.strip()) == (wanted[-1] == ".", True), text
            assert re.search("[\"'«»]", re.sub("<[^>]+>", "", text)) is None, text


def _placeholders(text: str) -> list[str]:
    return sorted(i18n.PLACEHOLDER.findall(text))


def test_plural_forms_are_those_of_ckans_catalogue():
    """CKAN puts all catalogues into one, and the last one's plural rule counts for all of them."""
    header = i18n.core_catalog("es").info()["plural-forms"]
    ours = i18n.catalog(i18n.SPANISH)
    assert ours.plural_forms.rstrip(";") == header.rstrip(";")
    for message in ours:
        if message.pluralizable:
            assert len(i18n.translations(message)) == ours.num_plurals, message.id


def test_texts_that_ckan_has_too_are_translated_as_ckan_does():
    """Ours would take the place of CKAN's on every page of the portal."""
    for message in i18n.messages(i18n.SPANISH):
        theirs = i18n.core_text(i18n.texts(message)[0], "es")
        if theirs != i18n.texts(message)[0]:
            assert i18n.translations(message)[0] == theirs


def test_the_compiled_catalogue_is_the_spanish_one():
    """Run `make i18n`."""
    compiled, source = (
        {i18n.texts(message): i18n.translations(message) for message in i18n.messages(path)}
        for path in (i18n.SPANISH.with_suffix(".mo"), i18n.SPANISH)
    )
    assert compiled == source


def test_labels_of_the_packaged_policy_differ_between_the_languages():
    alike = [
        (place, label.es)
        for place, label in i18n.policy_labels(load("mx-2015"))
        if label.es == label.en and label.es not in i18n.SAME
    ]
    assert alike == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("text", "is_explained"),
    [
        ("Historia Qqqtitle, 15 de marzo de 2026", {"es": True, "en": False}),
        ("Story Qqqtitle, March 15, 2026", {"es": False, "en": True}),
        ("3 results", {"es": False, "en": True}),
        ("Edit Historia", {"es": False, "en": False}),
        ("Nobody wrote this anywhere", {"es": False, "en": False}),
    ],
)
def test_what_is_left_over_is_what_the_language_does_not_have(
    language: str, text: str, is_explained: dict[str, bool]
):
    assert (i18n.left_over(text, language) == "") is is_explained[language]
