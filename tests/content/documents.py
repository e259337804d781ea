"""Contents with a document, for the tests: made, changed, looked at."""
from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.base.document_files import upload
from tests.factories import act, content

SITE = "http://test.ckan.net"


def made(owner: Any, kind: str = "presentation", **fields: Any) -> dict[str, Any]:
    if not {"document_url", "document_upload"} & set(fields):
        fields["document_upload"] = upload()
    return content(owner.editor, type=kind, owner_org=owner.name, **fields)


def shown(name: str, user: Any = None) -> dict[str, Any]:
    return act(user, "promote_content_show", id=name)


def changed(user: Any, content_id: str, **fields: Any) -> dict[str, Any]:
    return act(user, "promote_content_update", id=content_id, **fields)


def on_disk(tmp_path: Path) -> list[Path]:
    return sorted(each for each in tmp_path.rglob("*") if each.is_file())


def path_of(address: str) -> str:
    assert address.startswith(f"{SITE}/"), address
    return address.removeprefix(SITE)
