"""200 images made to deceive: what becomes of them, and what memory they take."""
from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.base import deceiving_images

MOST_MEGABYTES = 100
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from Linux's /proc")
def test_two_hundred_deceiving_images_leave_nothing_and_take_little_memory(tmp_path: Path) -> None:
    lines = []
    for number, (kind, data) in enumerate(deceiving_images.files()):
        path = tmp_path / str(number)
        path.write_bytes(data)
        lines.append(f"{kind} {path}")
    ran = subprocess.run(
        [sys.executable, "-m", "tests.base.deceiving_images"],
        input="\n".join(lines), capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    answer = json.loads(ran.stdout)
    became = Counter(map(tuple, answer["outcomes"]))
    damaged = {code: became.pop(("damaged", code), 0) for code in ("kept", "damaged")}
    assert sum(damaged.values()) == 30
    assert became == {
        ("svg", "format"): 25,
        ("html", "damaged"): 30,
        ("bomb", "too_many_pixels"): 25,
        ("place", "kept"): 40,
        ("behind", "kept"): 25,
        ("text", "kept"): 15,
        ("other", "format"): 5,
        ("large", "kept"): 5,
    }
    assert answer["after"] - answer["before"] <= MOST_MEGABYTES
