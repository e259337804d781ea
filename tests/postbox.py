"""A mail server that takes everything and keeps it, so that tests read what people would get."""
from __future__ import annotations

import contextlib
import email
import re
from collections.abc import Iterator
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from ckanext.promote.portal.ports import free_port


class Postbox:
    """What came: the messages in their order."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.got: list[Any] = []
        self.refused: set[str] = set()
        """Addresses of which it takes no mail."""

    @property
    def options(self) -> dict[str, Any]:
        """The options by which a portal sends its mail here."""
        return {
            "smtp.server": f"127.0.0.1:{self.port}", "smtp.starttls": False, "smtp.user": "",
            "smtp.mail_from": "portal@example.org",
        }  # fmt: skip

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refused:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 -- aiosmtpd's name
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        self.got.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    def link(self, path: str) -> str:
        """The path, from ``path`` on, of the link in the newest message."""
        found = re.search(rf"https?://\S*?({path}\S+)", self.got[-1].get_content())
        assert found is not None
        return found[1]


@contextlib.contextmanager
def receiving() -> Iterator[Postbox]:
    """A server on a free port, as long as the block lasts."""
    box = Postbox(free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
