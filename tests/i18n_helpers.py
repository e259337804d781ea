"""The catalogues of texts, and what is left of a page when every text of one language is taken out.

What is left has to be nothing: a word of the other language, or one that no catalogue knows, stays.
"""
from __future__ import annotations

import gettext
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import babel.dates
import ckan
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup, Comment, Tag
from ckan import model
from ckan.model.license import LicenseRegister

from ckanext.promote.base.policy import VOCABULARIES, Policy, load
from ckanext.promote.content import vocabulary
from ckanext.promote.content.registry import BUILT_IN
from tests.factories import TYPES, Institution, headers, institution

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "ckanext" / "promote"
DOMAIN = "ckanext-promote"
TEMPLATE = PACKAGE / "i18n" / f"{DOMAIN}.pot"
SPANISH = PACKAGE / "i18n" / "es" / "LC_MESSAGES" / f"{DOMAIN}.po"
CORE_FOLDER = Path(ckan.__file__).parent / "i18n"

SAME = frozenset(
    {
        "Android", "CEDN", "Federal", "Idea", "Linux", "Material", "Maya",
        "Municipal", "Sector", "Web",
        "Windows", "datos.gob.mx", "macOS", "{label}: {message}",
    }
)  # fmt: skip
"""What is written alike in both languages."""

CORE = (
    "Access denied", "Access denied: %s", "Not found", "Missing value",
    "That URL is already in use.", "That name cannot be used",
    "Must be at least %s characters long",
    "Name must be a maximum of %i characters long",
    'Name "%s" length is less than minimum %s', 'Name "%s" length is more than maximum %s',
    "Must be purely lowercase alphanumeric (ascii) characters and these symbols: -_",
)  # fmt: skip
"""CKAN's own sentences that our actions can answer with; translated where CKAN's catalogue is."""

CODE = re.compile(
    r"\bq(?:qq\w*)?\b|\b(?:Atom|CKAN|CSV|JSON|ODP|PDF|PPTX|UTC|MB|kB|example|cover_upload)\b"
    r"|\w+://",
    re.IGNORECASE,
)
"""What tests type begins with qqq; the rest is spelt alike in every language."""

PLACEHOLDER = re.compile(r"\{\w*\}|%\(\w+\)s|%[sid]")
PATHS = {"en": "", "es": "/es"}
LINK = "https://qqqhost.example/qqq"
ATTRIBUTES = ("title", "alt", "aria-label", "placeholder", "data-label")


def texts(message: Message) -> tuple[str, ...]:
    """The English texts of a message: one, or singular and plural."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def translations(message: Message) -> tuple[str, ...]:
    """The translations of a message: one, or one for each plural form."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def catalog(path: Path) -> Catalog:
    """A catalogue, from its .po, .pot or .mo."""
    with path.open("rb") as file:
        return read_mo(file) if path.suffix == ".mo" else read_po(file, locale="es")


def messages(path: Path) -> list[Message]:
    """The messages of a catalogue, without its header."""
    return [message for message in catalog(path) if message.id]


def extract(target: Path) -> list[Message]:
    """The messages in the sources now, with the configuration that `make i18n` uses."""
    CommandLineInterface().run(
        ["pybabel", "-q", "extract", "-F", str(ROOT / "babel.cfg"), "-o", str(target), str(PACKAGE)]
    )
    return messages(target)


def core_catalog(language: str) -> gettext.NullTranslations:
    """CKAN's own catalogue, as CKAN loads it; an empty one for English."""
    return gettext.translation("ckan", CORE_FOLDER, [language], fallback=True)


def core_text(msgid: str, language: str) -> str:
    """What CKAN's own catalogue makes of a text; the text itself where it has nothing."""
    return core_catalog(language).gettext(msgid)


def policy_labels(profile: Policy) -> Iterator[Any]:
    """Every text in two languages that a profile has, with its place."""
    for name in VOCABULARIES:
        for entry in profile.entries(name):
            yield f"{name}.{entry.slug}", entry.label
            if hasattr(entry, "source"):
                yield f"{name}.{entry.slug}.source", entry.source
    for name in profile.bodies.__struct_fields__:
        yield f"bodies.{name}", getattr(profile.bodies, name)


@lru_cache(maxsize=2)
def _known(language: str) -> re.Pattern[str]:
    """Every text of a language, cut at its placeholders, the longest first."""
    whole = [text for m in messages(SPANISH) for text in _of_language(m, language)]
    whole += [getattr(label, language) for _, label in policy_labels(load("mx-2015"))]
    whole += [core_text(msgid, language) for msgid in CORE]
    whole += [core_text(each.title, language) for each in LicenseRegister().licenses]
    pieces = {
        re.sub(r"^\W+|\W+$", "", piece)
        for text in whole
        for piece in PLACEHOLDER.split(re.sub(r"<[^>]+>", "", text))
    }
    ordered = sorted((piece for piece in pieces if piece), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, ordered))})(?!\w)")


def _of_language(message: Message, language: str) -> tuple[str, ...]:
    return texts(message) if language == "en" else translations(message)


@lru_cache(maxsize=2)
def _code_words(is_compound: bool) -> re.Pattern[str]:
    """Names of fields and words of vocabularies, as the API spells them.

    :param is_compound: those that no sentence has (published_on, gobiernos-locales), or the others
    """
    words = {each.name for each in BUILT_IN}
    for declaration in BUILT_IN:
        for field in declaration.all_fields:
            words |= {field.name, *(column.name for column in field.columns)}
    words |= {slug for entries in vocabulary.CLOSED.values() for slug, _ in entries}
    words |= {e.slug for name in VOCABULARIES for e in load("mx-2015").entries(name)}
    chosen = [word for word in words if bool(re.search("[-_]", word)) is is_compound]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(chosen)))})(?![\w-])")


@lru_cache(maxsize=2)
def _dates(language: str) -> re.Pattern[str]:
    months = "|".join(babel.dates.get_month_names("wide", locale=language).values())
    if language == "es":
        return re.compile(rf"\b\d{{1,2}} de (?:{months}) de \d{{4}}\b")
    return re.compile(rf"\b(?:{months}) \d{{1,2}}, \d{{4}}\b|\b\d{{1,2}}:\d{{2}}\s[AP]M\b")


def left_over(text: str, language: str, with_code: bool = False) -> str:
    """What of a text no catalogue of the language explains; empty when all of it is explained.

    :param with_code: whether names of fields and slugs may stand in it (answers of the API)
    """
    rest = " ".join(text.split())
    patterns = [_dates(language), _known(language), CODE]
    if with_code:
        patterns = [_code_words(True), *patterns, _code_words(False)]
    for pattern in patterns:
        rest = pattern.sub("·", rest)
    return rest if re.search(r"[^\W\d_]", rest) else ""


def texts_of(part: Tag) -> Iterator[str]:
    """The texts that a reader of a part of a page sees or hears."""
    for string in part.find_all(string=True):
        is_shown = string.parent.name not in ("script", "style") and not isinstance(string, Comment)
        if is_shown and string.strip():
            yield str(string)
    for tag in [part, *part.find_all(True)]:
        names = (*ATTRIBUTES, "value") if _is_button(tag) else ATTRIBUTES
        yield from (str(tag[name]) for name in names if tag.get(name))


def _is_button(tag: Tag) -> bool:
    return tag.name == "input" and tag.get("type") in ("submit", "button", "reset")


def our_parts(page: BeautifulSoup) -> list[Tag]:
    """What of a page is ours: main part, blocks, entries of the menu, breadcrumb, messages."""
    found = page.select(".promote")
    for entry in page.select(".main-navbar a[href], header nav a[href]"):
        if str(entry["href"]).rstrip("/").rpartition("/")[2] in TYPES:
            found.append(entry)
    if page.select(".promote:not(.promote-block)"):
        found += page.select("title, .toolbar .breadcrumb li:not(.home)")
    return found + page.select(".flash-messages .alert")


def sentences(error: Any) -> Iterator[str]:
    """The texts in the error of an answer of the API."""
    if isinstance(error, Mapping):
        for key, value in error.items():
            if key != "__type":
                yield from sentences(value)
    elif isinstance(error, (list, tuple)):
        for value in error:
            yield from sentences(value)
    else:
        yield str(error)


def quiet_institution() -> Institution:
    """An institution whose names, and those of its people, are words that tests typed."""
    made = institution(title="Qqqinstitution")
    for user in (made.admin, made.editor, made.member):
        model.User.get(user["name"]).fullname = "Qqqperson"
    model.Session.commit()
    return made


class Reader:
    """Somebody who reads pages and answers in one language, and notes what is not in it."""

    def __init__(self, app: Any, language: str, user: dict[str, Any] | None = None) -> None:
        self.app = app
        self.language = language
        self.user = user
        self.strange: list[str] = []
        self.read = 0

    def page(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> BeautifulSoup:
        """Open a page, or send a form to it, and read our parts of it."""
        send = {"headers": headers(self.user), **kwargs}
        address = PATHS[self.language] + path
        answer = (
            self.app.get(address, **send)
            if data is None
            else self.app.post(address, data=data, **send)
        )
        page = BeautifulSoup(answer.body, "html.parser")
        assert page.html["lang"] == self.language
        parts = our_parts(page)
        assert parts, path
        self.note(path, [text for part in parts for text in texts_of(part)])
        return page

    def refused(self, path: str, status: int, data: dict[str, Any] | None = None) -> None:
        """Open a page, or send a form to it, that is refused, and read why."""
        send = {"headers": headers(self.user), "status": status}
        address = PATHS[self.language] + path
        answer = (
            self.app.get(address, **send)
            if data is None
            else self.app.post(address, data=data, **send)
        )
        self.refusal(path, answer.body)

    def refusal(self, path: str, body: str) -> None:
        """Read the sentence of an error page. Its heading, HTTP's word for it, is CKAN's."""
        found = BeautifulSoup(body, "html.parser").select_one("article .module-content")
        said = [str(text) for text in found.find_all(string=True, recursive=False) if text.strip()]
        assert said, path
        self.note(path, said)

    def call(self, action: str, data: dict[str, Any], case: str = "") -> None:
        """Call an action that refuses, and read the sentences of the error."""
        answer = self.app.post(
            f"{PATHS[self.language]}/api/3/action/{action}", json=data, headers=headers(self.user)
        )
        case = f"{action} {case or data}"
        assert answer.json["success"] is False, case
        assert answer.status_code in (400, 403, 404, 409), case
        self.note(case, list(sentences(answer.json["error"])), with_code=True)

    def note(self, where: str, texts: list[str], with_code: bool = False) -> None:
        """Read texts."""
        self.read += len(texts)
        for text in texts:
            if rest := left_over(text, self.language, with_code):
                self.strange.append(f"{where}: {rest!r} in {text.strip()[:200]!r}")
