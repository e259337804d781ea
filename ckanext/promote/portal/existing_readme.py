"""What the README tells operators of portals that exist: commands, lines, words, in their order.

Only what the README says is done: a command that is not there is not run. Each section is read by
its heading, and ends with the next heading of any level.
"""
from __future__ import annotations

import re
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ckanext.promote.portal.console import PortalError

INSTALL = "On a portal that exists"
TAKE_OUT = "To take it out again"
PUT_BACK = "To put it back"
DROP = "To drop its tables, too"
# The text that stands for what an operator has there already.
REST = "…"
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass
class Part:
    """One step or paragraph: its text on one line, code in it, and fenced blocks by language."""

    text: str = ""
    code: list[str] = field(default_factory=list)
    blocks: list[tuple[str, str]] = field(default_factory=list)

    def block(self, language: str) -> str:
        """Give its only block of a language."""
        found = [text for info, text in self.blocks if info == language]
        if len(found) != 1:
            raise PortalError(f"README: one block of {language} is expected after: {self.text!r}")
        return found[0]

    def only_code(self, pattern: str) -> str:
        """Give its only piece of code that matches."""
        return only_code([self], pattern)


@dataclass(frozen=True)
class Section:
    """A section, read: its numbered steps, and the paragraphs around them."""

    steps: list[Part]
    paragraphs: list[Part]

    @property
    def commands(self) -> list[str]:
        """The commands of its steps, in their order."""
        return [text for part in self.steps for info, text in part.blocks if info == "sh"]

    def only_code(self, pattern: str) -> str:
        """Give the only piece of code in its steps that matches."""
        return only_code(self.steps, pattern)

    def paragraph(self, word: str) -> Part:
        """Give the only paragraph that has a word."""
        found = [part for part in self.paragraphs if word in part.text]
        if len(found) != 1:
            raise PortalError(f"README: one paragraph with {word!r} is expected, not {len(found)}.")
        return found[0]


def only_code(parts: list[Part], pattern: str) -> str:
    """Give the only piece of code that matches."""
    found = [code for part in parts for code in part.code if re.fullmatch(pattern, code)]
    if len(found) != 1:
        texts = " ".join(part.text for part in parts)
        raise PortalError(f"README: one `{pattern}` is expected, not {len(found)}, in: {texts!r}")
    return found[0]


def read(text: str, heading: str) -> Section:
    """Read one section of a README."""
    tokens = section_tokens(MarkdownIt().parse(text), heading)
    steps: list[Part] = []
    paragraphs: list[Part] = []
    depth = 0
    for token in tokens:
        if token.type == "list_item_open":
            depth += 1
            if depth == 1:
                steps.append(Part())
        elif token.type == "list_item_close":
            depth -= 1
        elif token.type == "inline":
            if not depth:
                paragraphs.append(Part())
            add_inline((steps if depth else paragraphs)[-1], token)
        elif token.type == "fence" and depth:
            steps[-1].blocks.append((token.info, token.content.strip()))
    return Section(steps, paragraphs)


def section_tokens(tokens: list[Token], heading: str) -> list[Token]:
    """Give what stands between a heading and the next one."""
    heads = [place for place, token in enumerate(tokens) if token.type == "heading_open"]
    for place, following in zip(heads, [*heads[1:], len(tokens)], strict=True):
        if tokens[place + 1].content == heading:
            return tokens[place + 3 : following]
    raise PortalError(f"README: there is no section {heading!r}.")


def add_inline(part: Part, token: Token) -> None:
    """Add a paragraph's text and code to a part."""
    children = token.children or []
    part.code += [child.content for child in children if child.type == "code_inline"]
    words = [" " if child.type == "softbreak" else child.content for child in children]
    part.text = f"{part.text} {''.join(words)}".strip()


# --- Words that are promises ---


def with_rest(line: str, present: str) -> str:
    """Put what is there now in place of the dots: `ckan.plugins = … promote`."""
    return line.replace(REST, present, 1)


def option(line: str) -> tuple[str, str]:
    """Split a line of a configuration into its name and its value."""
    name, equals, value = line.partition("=")
    if not equals:
        raise PortalError(f"README: {line!r} is no line of a configuration.")
    return name.strip(), value.strip()


def number_of_packages(text: str) -> tuple[int, set[str]]:
    """Give how many packages a text says that it brings, and which: `brings two packages: a, b`."""
    found = re.search(r"brings (\w+) packages: ([^.]+)\.", text)
    if not found or found[1] not in NUMBERS:
        raise PortalError(f"README: no number of packages (in words) and their names in {text!r}")
    names = re.split(r",\s*(?:and\s+)?|\s+and\s+", found[2])
    return NUMBERS.index(found[1]), {name.strip().lower() for name in names}


def menu_entries(text: str) -> list[str]:
    """Give the entries that a text says the menu has: `The menu now has A, B and C;`."""
    found = re.search(r"[Tt]he menu now has ([^;.]+)[;.]", text)
    if not found:
        raise PortalError(f"README: the entries of the menu are not in {text!r}")
    return [name.strip() for name in re.split(r",|\band\b", found[1]) if name.strip()]
