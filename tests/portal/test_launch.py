"""The Python that a start runs under."""
from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from ckanext.promote.portal import launch

FOLDER = Path(launch.__file__).parent


def launch_unsupported(path: Path) -> subprocess.CompletedProcess[str]:
    """Launch where this Python counts as unsupported and PATH is one folder."""
    program = (
        f"import sys; sys.path.insert(0, {str(FOLDER)!r}); import launch;"
        "launch.SUPPORTED = ((3, 1),); sys.argv = ['launch.py']; launch.main()"
    )
    return subprocess.run(
        [sys.executable, "-S", "-c", program], env={"PATH": str(path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_python_that_is_too_old_can_still_read_the_file():
    ast.parse((FOLDER / "launch.py").read_text(), feature_version=(3, 6))


def test_an_unsupported_python_is_refused_in_one_sentence(tmp_path: Path):
    done = launch_unsupported(tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("Python 3.10, 3.11 or 3.12 is needed, but ")
    assert "apt-get install python3 python3-venv python3-dev" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_shim_that_does_not_start_is_no_other_python(tmp_path: Path):
    shim = tmp_path / "python3.1"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    assert launch_unsupported(tmp_path).returncode == 1


def test_another_python_on_the_path_takes_over(tmp_path: Path):
    other = tmp_path / "python3.1"
    other.write_text('#!/bin/sh\n[ "$1" = -c ] || echo "taken over with $1"\n')
    other.chmod(0o755)
    done = launch_unsupported(tmp_path)
    assert (done.returncode, done.stdout) == (0, "taken over with launch.py\n")


@pytest.mark.parametrize(("command", "expected"), [(sys.executable, True), ("/no/python", False)])
def test_only_a_python_that_starts_is_supported(command: str, expected: bool):
    assert launch.is_supported(command) is expected
