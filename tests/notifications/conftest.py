"""A mail server that keeps what it gets, for the tests of the mails."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.postbox import Postbox, receiving


@pytest.fixture
def postbox(ckan_config: Any, monkeypatch: Any) -> Iterator[Postbox]:
    with receiving() as box:
        for name, value in {**box.options, "ckanext.promote.form.min_seconds": 0}.items():
            monkeypatch.setitem(ckan_config, name, value)
        yield box
