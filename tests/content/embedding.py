"""Datasets with views, tools that show them, and a portal that allows some hosts."""
from __future__ import annotations

from typing import Any

import pytest
from ckan.tests import factories

from tests.factories import Institution, content, institution

HOSTS = ["maps.example.org", ".data.example.org"]
PAGE = {"url": "https://maps.example.org/rain", "title": "Rain", "height": 400}


@pytest.fixture
def owner() -> Institution:
    return institution(name="water-office")


@pytest.fixture
def allowed(ckan_config: Any, monkeypatch: Any) -> None:
    """A portal whose operator allows some hosts."""
    monkeypatch.setitem(ckan_config, "ckanext.promote.embed.hosts", HOSTS)


def dataset(owner: Institution, name: str = "leaks", **fields: Any) -> dict[str, Any]:
    return factories.Dataset(
        name=name, title=name.title(), owner_org=owner.id,
        resources=[{"url": f"https://a.example/{name}.zip", "format": "ZIP", "name": "Plan"}],
        **fields,
    )  # fmt: skip


def view(package: dict[str, Any], title: str = "Map of leaks", kind: str = "image_view") -> str:
    more = {"page_url": "https://evil.example"} if kind == "webpage_view" else {}
    made = factories.ResourceView(
        resource_id=package["resources"][0]["id"], view_type=kind, title=title, **more
    )
    return made["id"]


def tool(owner: Institution, entries: Any, **fields: Any) -> dict[str, Any]:
    return content(
        owner.editor, type="tool", title="Leaks", name="leaks-tool", owner_org=owner.id,
        tool_kind="map", embeds=entries, **fields,
    )  # fmt: skip
