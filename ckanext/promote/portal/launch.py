"""Run a command in the project's own environment: `python3 launch.py ARGUMENT...`.

Chooses the Python, lets bootstrap.py make the environment, and becomes that environment's
`python ARGUMENT...`. Without the __future__ import and other new syntax, so that a Python that
is too old (3.6 and later) can still read the file and say so.
"""
import os
import subprocess
import sys

SUPPORTED = ((3, 10), (3, 11), (3, 12))


def is_supported(command: str) -> bool:
    """Say whether `command` starts a Python that CKAN and the embedded servers work with."""
    test = f"import sys; sys.exit(sys.version_info[:2] not in {SUPPORTED!r})"
    try:
        # A version manager's shim can be on the PATH and still refuse to start.
        with open(os.devnull, "w") as silence:
            return subprocess.call([command, "-c", test], stdout=silence, stderr=silence) == 0
    except OSError:
        return False


def other_python() -> str:
    """Give the name of the newest supported Python on the PATH, or an empty text."""
    for major, minor in reversed(SUPPORTED):
        name = f"python{major}.{minor}"
        if is_supported(name):
            return name
    return ""


def main() -> None:
    """Hand over to bootstrap.py, under another Python where this one does not do."""
    if sys.version_info[:2] not in SUPPORTED:
        name = other_python()
        if name:
            os.execvp(name, [name, *sys.argv])
        sys.exit(
            f"Python 3.10, 3.11 or 3.12 is needed, but {sys.executable} is"
            f" {sys.version_info[0]}.{sys.version_info[1]}, and no python3.12, python3.11 or"
            " python3.10 on the PATH works: install one (Debian 12, Ubuntu: apt-get install python3"
            " python3-venv python3-dev; Fedora: dnf install python3.12 python3.12-devel)."
        )
    import bootstrap  # noqa: PLC0415 -- a Python refused above could not read its syntax

    sys.exit(bootstrap.main(sys.argv[1:]))


if __name__ == "__main__":
    main()
