"""Cleaning of plain text: what stays, what goes, what is refused."""
from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.promote.base import text

ODD = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "a é\n\r\t\u0301\u0323\u0344\u0f73\u200c\u200d\u202e\u2066\u200b\u2028\u2800\ufeff"
            "\u212a\u05d0\u0928\u093f\ufe0f\u00a0\u1100\u1161\U0001f468\x00\ud800\ufffe\U000e0041"
        ),
    ),
    max_size=40,
)

BIDI_CONTROLS = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def marks_in_a_row(value: str) -> int:
    longest = run = 0
    for char in value:
        run = run + 1 if unicodedata.category(char)[0] == "M" else 0
        longest = max(longest, run)
    return longest


def test_nul_is_forbidden_and_the_reason_says_so():
    assert text.has_forbidden("a\x00b") == text.NUL_REASON


@pytest.mark.parametrize("value", ["\ud800", "a\udfffb", "\udc00\ud800"])
def test_half_of_a_surrogate_pair_is_forbidden(value):
    assert text.has_forbidden(value) == text.SURROGATE_REASON


@pytest.mark.parametrize("value", ["", "Educación", "line\nline\tx", "\U0001f600", "\u202e"])
def test_text_that_can_be_kept_has_no_reason_against_it(value):
    assert text.has_forbidden(value) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("  two   words \n", "two words"),
        ("tab\there\r\nand line", "tab here and line"),
        ("bell\x07 and escape\x1b[0m", "bell and escape[0m"),
        ("\u202egpj.exe\u202c", "gpj.exe"),
        ("pay\u200bpal\u2060 \ufeff\xad", "paypal"),
        ("p\u200daypal\u200d", "paypal"),
        ("fin\u2028otra\u2029y\x85más", "fin otra y más"),
        ("e\u0301", "é"),
        ("\u2800 \u3164", ""),
        ("\u0301\u0301a", "a"),
        ("tag\U000e0041\U000e007f", "tag"),
        ("bad\ufffe\U0010ffff\ufdd0", "bad"),
        ("12\u00a0000", "12 000"),
    ],
)
def test_line_is_one_clean_line(value, expected):
    assert text.clean_line(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "Ñandú, pingüino — «así»",
        "Việt Nam",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian needs its joiners
        "\u0915\u094d\u200d\u0937",  # so does Hindi
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",  # and a family in emoji
        "\u2764\ufe0f",
    ],
)
def test_real_words_stay_as_they_are(value):
    assert text.clean_line(value) == value
    assert text.clean_block(value) == value


def test_block_keeps_lines_and_the_spaces_within_them():
    typed = "\r\n \r\n    code\r\nhard  \rbreak\n\n\nend \n\t\n"
    assert text.clean_block(typed) == "    code\nhard  \nbreak\n\n\nend"


def test_block_of_spaces_is_empty():
    assert text.clean_block(" \n\t \n\u00a0") == ""


def test_piled_up_marks_are_cut_to_four():
    assert text.clean_line("x" + "\u0302" * 500 + "y") == "x" + "\u0302" * 4 + "y"


def test_joiners_do_not_let_marks_pile_up():
    cleaned = text.clean_line("\u05d0" + "\u0302\u0302\u0302\u0302\u200d" * 50 + "\u05d0")
    assert cleaned.count("\u0302") == 4


def test_marks_that_would_have_to_be_sorted_take_no_time_to_speak_of():
    # Canonical ordering of a run this long takes seconds when it is not cut first.
    cleaned = text.clean_line("a" + "\u0301\u0328" * 100_000)
    assert cleaned == "ą\u0328\u0301\u0301"


@given(ODD)
def test_cleaning_twice_changes_nothing(value):
    for clean in (text.clean_line, text.clean_block, text.clean_fragment):
        once = clean(value)
        assert clean(once) == once


@given(ODD)
def test_clean_text_is_normal_bounded_and_visible(value):
    for clean in (text.clean_line, text.clean_block):
        cleaned = clean(value)
        assert unicodedata.normalize("NFC", cleaned) == cleaned
        assert marks_in_a_row(cleaned) <= text.MAX_MARKS
        assert text.has_forbidden(cleaned) is None
        categories = {unicodedata.category(char) for char in cleaned if char not in "\n\t"}
        assert not {"Cc", "Cs"} & categories
        assert not BIDI_CONTROLS & set(cleaned)
    assert "\n" not in text.clean_line(value)
