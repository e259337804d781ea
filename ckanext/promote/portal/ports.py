"""Which TCP ports are asked for, free, or taken and by whom."""
from __future__ import annotations

import errno
import socket
from collections.abc import Mapping

import psutil

from ckanext.promote.portal.console import PortalError

LOOPBACK = "127.0.0.1"
DEFAULT_WEB_PORT = 5000


def web_port(environ: Mapping[str, str]) -> int:
    """Give the port that the variable PORT asks for."""
    wanted = environ.get("PORT") or str(DEFAULT_WEB_PORT)
    if not wanted.isascii() or not wanted.isdigit() or not 1 <= int(wanted) <= 65535:
        raise PortalError(f"PORT={wanted} is not a port: give a number from 1024 to 65535.")
    return int(wanted)


def require_bindable(host: str, port: int) -> None:
    """Refuse a port that another program listens on, or an address that is not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            probe.listen()
    except OSError as error:
        raise PortalError(bind_failure(host, port, error)) from error


def bind_failure(host: str, port: int, error: OSError) -> str:
    """Say in one sentence why an address cannot be listened on, and what to do."""
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else DEFAULT_WEB_PORT + 1
        return (
            f"Port {port} is already in use{listener(port)}: stop that program, or choose another"
            f" port with make portal PORT={other}."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than yours: choose one above 1023 with PORT=5000."
    return f"HOST={host} cannot be listened on ({error.strerror}): leave HOST out, or use 0.0.0.0."


def listener(port: int) -> str:
    """Name the program that listens on a port, as far as this user may know it."""
    try:
        for connection in psutil.net_connections("tcp"):
            is_listener = connection.status == psutil.CONN_LISTEN and connection.pid
            # psutil gives an empty tuple for what has no address.
            if is_listener and tuple(connection.laddr)[1:2] == (port,):
                return f" by {psutil.Process(connection.pid).name()} (pid {connection.pid})"
    except psutil.Error:
        pass
    return ""


def free_port(preferred: int | None = None) -> int:
    """Give a free port of the loopback address: the preferred one where it is free."""
    for candidate in (preferred or 0, 0):
        with socket.socket() as probe:
            try:
                probe.bind((LOOPBACK, candidate))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise PortalError(f"No port is free on {LOOPBACK}.")
