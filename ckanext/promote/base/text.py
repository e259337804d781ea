"""Clean text that people typed: what cannot be seen, and what would disturb its neighbours, goes.

Pure: no CKAN. Where text has a language of its own (Markdown), ``base.markdown`` uses this.

Unicode's own words for what happens here: normal form C (UAX #15), bidirectional formatting
characters (UAX #9), default ignorable code points and noncharacters (UAX #44).
"""
from __future__ import annotations

import re
import unicodedata

from ckanext.promote.base.i18n import N_

MAX_MARKS = 4

NUL_REASON = N_("The text has a NUL character. Remove it.")
SURROGATE_REASON = N_("The text has half of a surrogate pair. Send it as valid UTF-8.")

_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Controls but for tab and newline, bidi controls, fillers, soft hyphens, byte order marks, tags,
# shorthand and musical controls, noncharacters. Variation selectors count as marks.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b"
    "\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0"
    "\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
    + "".join(chr(plane << 16 | last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
# A joiner shapes emoji and the scripts of Persia and India; between Latin letters, at an end or
# beside a space it only hides something from a reader or a filter.
_JOINERS = re.compile("([\u200c\u200d])[\u200c\u200d]+")
_STRAY_JOINER = re.compile("(?<![^\x00-\x7f\\s])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f\\s])")
_BLANK_BRAILLE = "\u2800"
_JOINER_CHARS = frozenset("\u200c\u200d")
_SPACES = re.compile("\\s+")
_EMPTY_FIRST_LINES = re.compile("\\A(?:[^\\S\n]*\n)+")


def has_forbidden(value: str) -> str | None:
    """Why a text has to be refused as it is, as a msgid; None when it may be cleaned and kept.

    PostgreSQL cannot store a NUL, and nothing can encode half a surrogate pair. Both come from
    programs rather than from people, who are told instead of being guessed at.
    """
    if "\x00" in value:
        return NUL_REASON
    if _SURROGATE.search(value):
        return SURROGATE_REASON
    return None


def clean_line(value: str) -> str:
    """One line: no controls, no line ends, one space between words, none around; NFC.

    What ``has_forbidden`` refuses is dropped here, should it ever come this far.
    """
    return _SPACES.sub(" ", clean_fragment(value.replace(_BLANK_BRAILLE, " "))).strip()


def clean_block(value: str) -> str:
    r"""Lines of text as typed, ``\n`` between them: no controls, no empty lines around; NFC.

    Spaces within stay, because Markdown reads them.
    """
    lines = clean_fragment(value)
    return _EMPTY_FIRST_LINES.sub("", lines).rstrip()


def clean_fragment(value: str) -> str:
    """A piece of a text: spaces and newlines stay; the rest as in ``clean_block``.

    A piece starts without combining marks, so that none can pile up on what stands before it.
    """
    if value.isascii() and value.isprintable():
        return value
    lines = _INVISIBLE.sub("", _LINE_END.sub("\n", value))
    if lines.isascii():
        return lines
    # Marks are limited before, too: to bring a long run of them into order takes quadratic time.
    composed = unicodedata.normalize("NFC", _limit_marks(lines))
    joined = _STRAY_JOINER.sub("", _JOINERS.sub(r"\1", composed))
    return _limit_marks(unicodedata.normalize("NFC", joined))


def _limit_marks(value: str) -> str:
    kept: list[str] = []
    marks = MAX_MARKS
    for char in value:
        if unicodedata.category(char)[0] == "M":
            marks += 1
            if marks > MAX_MARKS:
                continue
        elif char not in _JOINER_CHARS:
            marks = MAX_MARKS if char.isspace() else 0
        kept.append(char)
    return "".join(kept)
