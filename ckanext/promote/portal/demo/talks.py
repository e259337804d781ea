"""The conversations of the demonstration, read from their file."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ckanext.promote.portal.demo.loading import unwrapped

FOLDER = Path(__file__).parent
ASKED = ("kind", "topic", "title", "wanted_formats")


@dataclass(frozen=True)
class Talk:
    """One conversation: what is asked, and what happens then, in order."""

    dataset: str
    days_ago: int
    asked: dict[str, Any]
    """What ``promote_thread_create`` takes, the subject apart."""
    steps: tuple[dict[str, Any], ...]
    by: str = ""
    """Key of the person who asks; nobody's of what the institution registers."""
    source: str = ""
    received: int = 0
    """Days between the question elsewhere and its registration."""
    name: str = ""
    """Of who asked elsewhere."""

    @property
    def title(self) -> str:
        """Its title, by which it is known."""
        return self.asked["title"]


def load_talks() -> tuple[dict[str, str], tuple[Talk, ...]]:
    """People's names by key, and the conversations, the oldest first."""
    read = _read("conversations.yaml")
    talks = sorted(map(_talk, read["conversations"]), key=lambda talk: -talk.days_ago)
    return read["people"], tuple(talks)


def load_contacts() -> dict[str, str]:
    """By institution, the name of who answers for it."""
    return {entry["name"]: entry["contact_name"] for entry in _read("institutions.yaml")}


def _read(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


def _talk(entry: dict[str, Any]) -> Talk:
    asked = {key: entry[key] for key in ASKED if key in entry}
    return Talk(
        dataset=entry["dataset"],
        days_ago=entry["ago"],
        asked={**asked, "body": unwrapped(entry["body"])},
        steps=tuple(_step(each) for each in entry["steps"]),
        by=entry.get("by", ""),
        source=entry.get("source", ""),
        received=entry.get("received", 0),
        name=entry.get("name", ""),
    )


def _step(entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry, "text": unwrapped(entry["text"])} if "text" in entry else entry
