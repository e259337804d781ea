"""The people who write at once in the bench, and what is there afterwards. Runs inside CKAN."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.promote.threads.model import Post, Thread

OFFICE, DATA = "bench-office", "bench-data"


def writers(count: int) -> tuple[str, list[str]]:
    """The id of a thread, and the tokens of so many citizens who will write in it."""
    tokens = []
    for number in range(count):
        name = f"bench-writer-{number}"
        _act("user_create", name=name, email=f"{name}@example.org",
             password="bench-password")  # fmt: skip  # noqa: S106 -- gone with the servers
        tokens.append(_act("api_token_create", user=name, name="bench")["token"])
    _act("organization_create", name=OFFICE, title="Office")
    _act("package_create", name=DATA, title="Data", owner_org=OFFICE)
    thread = tk.get_action("promote_thread_create")(
        {"user": "bench-writer-0"}, {
            "subject_type": "dataset", "subject_id": DATA, "kind": "comment",
            "title": "Everybody writes here", "body": "Go.",
        },
    )  # fmt: skip
    # The account is new, and its first text waits for a moderator where nobody says otherwise.
    for each in _act("promote_moderation_list")["items"]:
        _act("promote_moderation_decide", id=each["id"], decision="approve")
    return str(thread["id"]), tokens


def written(thread_id: str) -> dict[str, Any]:
    """What is stored of a thread: ids of what came after its first text, and the counts."""
    model.Session.remove()
    rows = model.Session.execute(
        sa.select(Post.id, Post.seq, Post.state).where(Post.thread_id == thread_id)
    ).all()
    thread = model.Session.execute(sa.select(Thread).where(Thread.id == thread_id)).scalar_one()
    return {
        "ids": [row.id for row in rows if row.seq > 1],
        "visible": sum(row.state == "visible" for row in rows),
        "numbers": len({row.seq for row in rows}),
        "highest": max(row.seq for row in rows),
        "posts_count": thread.posts_count,
        "last_seq": thread.last_seq,
    }


def _act(action: str, /, **data: Any) -> Any:
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return tk.get_action(action)({"user": site_user, "ignore_auth": True}, data)
