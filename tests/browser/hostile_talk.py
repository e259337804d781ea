"""A thousand texts that try to become more than text, and conversations that are full of them."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.tests import factories

from ckanext.promote.base.markdown import render
from ckanext.promote.base.model import utc_now
from ckanext.promote.threads.model import Post, Thread
from ckanext.promote.threads.moderation_model import ModerationItem
from tests.browser import seeds
from tests.browser.hostile import TEXTS
from tests.factories import act
from tests.threads.talk import aged, answer, ask, day

FRAMES: tuple[str, ...] = (
    "{}", "**{}**", "> {}", "- {}", "`{}`", "[{}](https://a.example/)", "![{}](https://a.example/)",
    "<https://a.example/{}>", "https://a.example/?q={}", "| a | b |\n|---|---|\n| {} | b |",
    "```\n{}\n```", "[a]: https://a.example/ '{}'\n[a]", "<b>{}", '<a href="{}', "&quot;>{}",
    "\\{}", "a\n\n    {}\n\nb",
)  # fmt: skip
"""What a text can stand in."""


def payloads() -> list[str]:
    """Each text in each frame, once."""
    framed = (frame.replace("{}", text) for frame in FRAMES for text in TEXTS)
    return list(dict.fromkeys(map(_readable, framed)))


def _readable(text: str) -> str:
    """The text, with a word after it when nothing of it would be seen: such a text is refused."""
    return text if render(text).plain.strip() else f"{text}\n\nSo."


def packed(texts: Sequence[str], size: int) -> list[str]:
    """The texts in lines of so many characters at most, as many in each as there is room for."""
    lines, line = [], ""
    for text in (" ".join(each.split())[:size] for each in texts):
        if line and len(line) + 1 + len(text) > size:
            lines.append(line)
            line = ""
        line = f"{line} {text}" if line else text
    return [*lines, line]


def in_turn(values: Sequence[Any]) -> Iterator[Any]:
    while True:
        yield from values


@dataclass
class World:
    """Conversations about one dataset: every text of theirs is hostile."""

    texts: list[str]
    editor: dict[str, Any] = field(default_factory=dict)
    central: dict[str, Any] = field(default_factory=dict)
    ana: dict[str, Any] = field(default_factory=dict)
    long: list[str] = field(default_factory=list)
    """Threads with fifty posts each: the bodies of their posts are all the texts."""
    titled: list[str] = field(default_factory=list)
    """Threads whose titles together are all the texts."""
    posts: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def made(cls) -> World:
        world = cls(payloads())
        world.people()
        world.threads()
        world.answers()
        world.rewrite()
        world.queue()
        return world

    def people(self) -> None:
        self.editor = seeds.person(name="editor")
        self.central = aged(seeds.person(name="central", sysadmin=True))
        self.ana = aged(seeds.person(name="ana"))
        factories.Organization(
            name="office", image_url="", title=self.texts[3],
            users=[{"name": "editor", "capacity": "admin"}],
        )  # fmt: skip
        factories.Dataset(name="data", owner_org="office", title=self.texts[4],
                          maintainer=self.texts[5])  # fmt: skip
        act(self.editor, "promote_area_create", institution="office", name=self.texts[6][:150])
        lines = packed(self.texts, 190)
        for number, line in enumerate(lines[:40]):
            act(self.editor, "promote_answer_template_create", institution="office",
                title=f"{number} {line}", body="\n\n".join(self.texts[number::40]))  # fmt: skip

    def threads(self) -> None:
        """A thread for each line of titles; the first ones get all bodies as posts."""
        bodies = in_turn(self.texts)
        for line in packed(self.texts, 200):
            made = ask(self.central, {"name": "data"}, title=line.ljust(3, "."), body=next(bodies))
            self.titled.append(made["id"])
        waiting = list(self.texts)
        for thread in self.titled:
            if not waiting:
                break
            now, waiting = waiting[:49], waiting[49:]
            self.long.append(thread)
            self.posts[thread] = [
                act(self.central, "promote_post_create", thread_id=thread, body=text)["id"]
                for text in now
            ]

    def answers(self) -> None:
        """Official answers of all sorts, and promises, in the newest threads and the long ones."""
        texts = in_turn(packed(self.texts, 1_900))
        for number, thread in enumerate([*self.long, *self.titled[-12:]]):
            more: dict[str, Any] = (
                {"outcome": "declined", "legal_basis": next(texts)} if number % 2
                else {"outcome": "possible", "due_on": day(9)}
            )  # fmt: skip
            answer(self.editor, {"id": thread}, body=next(texts), **more)

    def rewrite(self) -> None:
        """Names, reasons and sources past the forms, as long as their columns' rules allow."""
        names, reasons = in_turn([each[:100] for each in self.texts]), in_turn(
            packed(self.texts, 1_900))  # fmt: skip
        short = in_turn(packed(self.texts, 200))
        rows = model.Session.execute(sa.select(Post.id).order_by(Post.created_at, Post.id)).all()
        hidden = {each for posts in self.posts.values() for each in posts[::3]}
        for row in rows:
            hides = row.id in hidden
            state = {"state": "hidden", "hidden_reason": next(reasons)} if hides else {}
            values = {"author_name": next(names), "institution_title": next(short), **state}
            model.Session.execute(sa.update(Post).where(Post.id == row.id).values(**values))
        for thread in self.titled:
            model.Session.execute(sa.update(Thread).where(Thread.id == thread).values(
                author_name=next(names), source=next(short), verdict=False, verdict_at=utc_now(),
                verdict_reason=next(reasons), wanted_formats=[next(names), next(names)],
                author_id=None,
            ))  # fmt: skip
        model.Session.commit()

    def queue(self) -> None:
        """What waits for a moderator, and what was decided."""
        texts = in_turn(packed(self.texts, 1_900))
        found = [(thread, post) for thread in self.long for post in self.posts[thread]]
        for number, (thread, post) in enumerate(found[:80]):
            is_open = number % 2 == 0
            model.Session.add(ModerationItem(
                post_id=post, thread_id=thread, cause="appeal", text=next(texts), reports_count=0,
                reason="" if is_open else next(texts), state="open" if is_open else "rejected",
                opened_at=utc_now(), decided_at=None if is_open else utc_now(),
            ))  # fmt: skip
        model.Session.commit()
