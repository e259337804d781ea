"""Making the virtual environment, and saying what keeps it from being made."""
from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from ckanext.promote.portal import bootstrap

NAMES = ("launch.py", "bootstrap.py")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with nothing but what a start needs before anything is installed."""
    portal = tmp_path / "ckanext" / "promote" / "portal"
    portal.mkdir(parents=True)
    for name in NAMES:
        shutil.copy(Path(bootstrap.__file__).with_name(name), portal)
    for name in ("pyproject.toml", "setup.py"):
        shutil.copy(bootstrap.ROOT / name, tmp_path)
    return tmp_path


def launch(project: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run launch.py of a project, with none of the variables that this run was given."""
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "TMPDIR")}
    # Outside of any environment, as somebody who has just cloned the project.
    python = str(Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info[1]}")
    return subprocess.run(
        [python, str(project / "ckanext/promote/portal/launch.py"), *arguments],
        env={**kept, **variables}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def complete(project: Path, release: str = "2.12.0") -> Path:
    """Give a project an environment that looks complete."""
    venv = project / (".venv" if release == "2.12.0" else f".venv-{release[:4]}")
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(sys.executable)
    program = (
        f"import sys; sys.path.insert(0, {str(project / 'ckanext/promote/portal')!r});"
        "import bootstrap, json; from pathlib import Path;"
        f"print(json.dumps(bootstrap.wanted_stamp(Path({str(venv)!r}), {release!r})))"
    )
    stamp = subprocess.check_output([sys.executable, "-c", program], text=True)
    (venv / bootstrap.STAMP).write_text(stamp)
    return venv


def test_missing_tools_are_named_with_the_packages_that_bring_them(project: Path, tmp_path: Path):
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    done = launch(project, PATH=str(nothing))
    assert done.returncode == 1
    assert done.stderr.startswith("This machine lacks a C compiler (cc or gcc) and make")
    assert "apt-get install gcc libc6-dev make" in done.stderr
    assert "dnf install gcc make" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (project / ".venv").exists()


@pytest.mark.skipif(not shutil.which("cc"), reason="refused before, for want of a compiler")
def test_an_unreachable_registry_is_one_sentence(project: Path):
    headers = Path(sysconfig.get_path("include")) / "Python.h"
    if not headers.exists():
        pytest.skip("refused before, for want of Python.h")
    variables = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_NO_CACHE_DIR": "1",
        "PIP_CONFIG_FILE": os.devnull, "NO_PROXY": "127.0.0.1",
    }  # fmt: skip
    done = launch(project, **variables)
    assert done.returncode == 1
    assert done.stderr.startswith("The package registry cannot be reached")
    assert done.stderr.count("\n") == 1
    assert (project / ".venv" / bootstrap.MARKER).exists()


def test_an_unknown_version_of_ckan_is_refused(project: Path):
    done = launch(project, CKAN="2.10")
    expected = "CKAN=2.10 is not a version this project runs on: use CKAN=2.12 or CKAN=2.11.\n"
    assert (done.returncode, done.stderr) == (1, expected)


@pytest.mark.parametrize(("ckan", "release"), [("2.12", "2.12.0"), ("2.11", "2.11.6")])
def test_a_complete_environment_runs_the_command_at_once(project: Path, ckan: str, release: str):
    complete(project, release)
    done = launch(project, "-c", "print('ran')", CKAN=ckan)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ran\n", "")


def test_a_changed_pyproject_makes_an_environment_incomplete(project: Path):
    complete(project)
    with (project / "pyproject.toml").open("a") as file:
        file.write("# another line\n")
    nothing = project / "nothing"
    nothing.mkdir()
    # Without a compiler, it gets no further than the wish to install.
    assert launch(project, PATH=str(nothing)).returncode == 1


def test_a_copied_environment_is_not_taken_for_its_original(project: Path, tmp_path: Path):
    stamp = json.loads((complete(project) / bootstrap.STAMP).read_text())
    copy = tmp_path / "copy" / ".venv"
    copy.mkdir(parents=True)
    (copy / bootstrap.STAMP).write_text(json.dumps(stamp))
    assert bootstrap.is_complete(copy, "2.12.0") is False


def test_an_interrupted_environment_is_removed_and_a_whole_one_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(sys.executable)
    bootstrap.remove_if_broken(venv)
    assert venv.exists()
    (venv / bootstrap.MARKER).touch()
    bootstrap.remove_if_broken(venv)
    assert not venv.exists()
    assert capsys.readouterr().out == ".venv is incomplete: making it afresh\n"


def test_the_reason_of_a_failure_is_read_from_its_own_part_of_the_log(tmp_path: Path):
    log = tmp_path / "log"
    log.write_text("Max retries exceeded\n")
    begins_at = log.stat().st_size
    with log.open("a") as file:
        file.write("error: command 'gcc' failed\n")
    assert bootstrap.failure("Installing", log, begins_at) == (
        f"Installing failed; {log} has the whole story, which ends:\n  error: command 'gcc' failed"
    )


def test_a_wheel_makes_no_package_of_the_namespace_of_ckans_extensions(tmp_path: Path):
    folder = tmp_path / "lib" / "python3.11" / "site-packages" / "ckanext"
    (folder / "geoview").mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "geoview" / "__init__.py").touch()
    for _ in range(2):
        bootstrap.keep_namespace(tmp_path)
    assert sorted(path.name for path in folder.rglob("*")) == ["__init__.py", "geoview"]
    assert not (folder / "__init__.py").exists()
