"""Become another program that ends when its parent ends: `leash.py [OPTION]... -- COMMAND...`.

    --signal NAME   what the program gets when its parent dies (default SIGTERM)
    --user UID:GID  the user to become first; PostgreSQL refuses to run as root
    --after FILE    start the program only when this file exists

Run as `python -I -S leash.py`: it imports nothing but a few modules of the standard library.
"""
from __future__ import annotations

import ctypes
import os
import signal
import sys
import time

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Follow the options, then become the command."""
    divider = arguments.index("--")
    given = arguments[:divider]
    options = dict(zip(given[::2], given[1::2], strict=True))
    command = arguments[divider + 1 :]
    if "--user" in options:
        become(options["--user"])
    # After the change of user, which clears it.
    tie_to_parent(signal.Signals[options.get("--signal", "SIGTERM")])
    if "--after" in options:
        wait_for(options["--after"])
    os.execvp(command[0], command)


def become(user: str) -> None:
    """Drop root's rights for those of another user."""
    uid, gid = (int(number) for number in user.split(":"))
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    os.chdir("/")


def tie_to_parent(signum: signal.Signals) -> None:
    """Ask the kernel to send a signal to this process when its parent dies (Linux alone can)."""
    if sys.platform != "linux":
        return
    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("The process that started this one is gone.")


def wait_for(path: str) -> None:
    """Wait until a file exists."""
    while not os.path.exists(path):
        time.sleep(0.05)


if __name__ == "__main__":
    main(sys.argv[1:])
