"""A private PostgreSQL for the tests: its own files, its own socket, never as root."""

import contextlib
import glob
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import psycopg
from psycopg import sql

from support.paths import BUILD
from support.processes import end_with_parent

START_SECONDS = 60
STOP_SECONDS = 30
LEFT_BEHIND_SECONDS = 24 * 3600
# A path to a Unix socket may have 107 bytes on Linux, so it cannot be below build/.
SOCKET_PARENT = "/tmp"


class NoPostgres(RuntimeError):
    """The programs of a PostgreSQL server are not on this machine."""


def bin_directory() -> Path:
    """Where initdb and postgres are; Debian keeps them out of PATH."""
    places = []
    if shutil.which("pg_config"):
        found = subprocess.run(
            ["pg_config", "--bindir"], capture_output=True, text=True, check=True
        )
        places.append(found.stdout.strip())
    versions = glob.glob("/usr/lib/postgresql/*/bin")
    places += sorted(versions, key=lambda path: -float(Path(path).parent.name))
    if shutil.which("initdb"):
        places.append(os.path.dirname(shutil.which("initdb")))
    for place in places:
        if all(os.access(f"{place}/{name}", os.X_OK) for name in ("initdb", "postgres")):
            return Path(place)
    raise NoPostgres("no initdb and postgres found: install the package postgresql")


def free_port() -> int:
    """A port that no process of this test run is given but the caller's, each having its share."""
    share = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
    shares = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        # The kernel gives odd ones only, and even ones to who connects.
        if port // 2 % shares == share:
            return port


@dataclass(frozen=True)
class Account:
    """Whom the server runs as; PostgreSQL refuses to be root."""

    name: str
    uid: int
    gid: int

    @staticmethod
    def choose() -> "Account":
        if os.geteuid() != 0:
            own = pwd.getpwuid(os.geteuid())
            return Account(own.pw_name, own.pw_uid, own.pw_gid)
        for name in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                entry = pwd.getpwnam(name)
                return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
        raise NoPostgres("root needs an account postgres or nobody to run the server as")

    def own(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid)

    def popen(self, command, **options) -> subprocess.Popen:
        if os.geteuid() == 0:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        # SIGINT is a fast shutdown.
        options["preexec_fn"] = lambda: end_with_parent(signal.SIGINT)
        return subprocess.Popen(command, **options)

    def reaches(self, path: Path) -> bool:
        """May this account enter the directory, all its parents included?"""
        probe = self.popen(["test", "-x", str(path)], stderr=subprocess.DEVNULL)
        return probe.wait() == 0


def _sweep(parent: Path) -> None:
    """Remove what test runs left behind that were killed long ago."""
    for old in parent.glob("cluster-*"):
        idle = time.time() - old.stat().st_mtime
        if idle > LEFT_BEHIND_SECONDS and not (old / "data" / "postmaster.pid").exists():
            shutil.rmtree(old, ignore_errors=True)


class Server:
    """One cluster. `with Server() as pg:` starts and stops it."""

    def __init__(self, tcp: bool = False, **settings):
        """settings: of PostgreSQL, over those below."""
        self.bin = bin_directory()
        self.account = Account.choose()
        self.port = free_port() if tcp else 5432
        self.tcp = tcp
        self.settings = settings
        self.directory: Path | None = None
        self.socket_directory: Path | None = None
        self._process: subprocess.Popen | None = None
        self._numbers = itertools.count(1)

    def __enter__(self) -> "Server":
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_) -> None:
        self.close()

    # --- life ---

    def start(self) -> None:
        """Make the cluster if there is none, and wait until it answers."""
        if self.directory is None:
            self._make_directories()
            self._initdb()
        listen = "127.0.0.1" if self.tcp else ""
        settings = {
            "listen_addresses": listen,
            "port": self.port,
            "unix_socket_directories": self.socket_directory,
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "wal_level": "minimal",
            "max_wal_senders": 0,
            "max_connections": 200,
            "shared_buffers": "64MB",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
        } | self.settings
        command = [str(self.bin / "postgres"), "-D", str(self.directory / "data")]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with open(self.directory / "log", "ab") as log:
            self._process = self.account.popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.directory
            )
        self._wait_until_it_answers()

    def stop(self) -> None:
        """Fast shutdown; the cluster stays and can be started again."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait(STOP_SECONDS)

    def close(self) -> None:
        """Stop, and remove every file."""
        self.stop()
        for directory in (self.directory, self.socket_directory):
            if directory is not None:
                shutil.rmtree(directory, ignore_errors=True)
        self.directory = self.socket_directory = None

    def _make_directories(self) -> None:
        parent = BUILD / "pg"
        parent.mkdir(parents=True, exist_ok=True)
        _sweep(parent)
        # A checkout below a home directory is often closed to the account of the server.
        if not self.account.reaches(parent):
            parent = Path(tempfile.gettempdir())
        self.directory = Path(tempfile.mkdtemp(prefix="cluster-", dir=parent))
        self.socket_directory = Path(tempfile.mkdtemp(prefix="soniq-", dir=SOCKET_PARENT))
        for directory in (self.directory, self.socket_directory):
            self.account.own(directory)
        # Other accounts, such as the user who runs the tests, come in through the socket.
        self.socket_directory.chmod(0o755)

    def _initdb(self) -> None:
        command = [str(self.bin / "initdb"), "-D", str(self.directory / "data")]
        command += ["--username=postgres", "--auth=trust", "--encoding=UTF8"]
        command += ["--locale=C.UTF-8", "--no-sync"]
        process = self.account.popen(
            command, cwd=self.directory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        said, _ = process.communicate()
        if process.returncode != 0:
            raise RuntimeError(f"initdb failed:\n{said.decode(errors='replace')}")

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            if self._process.poll() is not None:
                raise RuntimeError(f"PostgreSQL did not start:\n{self.log()}")
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.05)

    def log(self) -> str:
        return (self.directory / "log").read_text(errors="replace")

    # --- databases ---

    def url(self, database: str, user: str = "postgres") -> str:
        """An URL that libpq and asyncpg both understand."""
        if self.tcp:
            return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"
        return f"postgresql://{user}@/{database}?host={self.socket_directory}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(self.url(database), autocommit=True)

    def free_name(self, prefix: str = "db") -> str:
        """A name that no database of this server has had."""
        return f"{prefix}_{next(self._numbers)}"

    def create(self, template: str = "template1", name: str | None = None) -> "Database":
        """A new database; from a template it is a copy, which takes milliseconds."""
        name = name or self.free_name()
        statement = "CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'"
        with self.connect() as connection:
            # Since 15 a copy goes through the WAL, which takes five times as long, unless told.
            if connection.info.server_version >= 150000:
                statement += " STRATEGY file_copy"
            names = sql.Identifier(name), sql.Identifier(template)
            connection.execute(sql.SQL(statement).format(*names))
        return Database(self, name)


@dataclass(frozen=True)
class Database:
    """One database of a server."""

    kind: ClassVar[str] = "postgresql"
    server: Server
    name: str

    @property
    def url(self) -> str:
        return self.server.url(self.name)

    def connect(self, **options) -> psycopg.Connection:
        return psycopg.connect(self.url, autocommit=True, **options)

    def rows(self, query: str, *parameters) -> list[tuple]:
        with self.connect() as connection:
            return connection.execute(query, parameters or None).fetchall()

    def row(self, query: str, *parameters) -> tuple:
        (row,) = self.rows(query, *parameters)
        return row

    def value(self, query: str, *parameters):
        (value,) = self.row(query, *parameters)
        return value

    def execute(self, query: str, *parameters) -> int:
        """Run a statement; how many rows it touched."""
        with self.connect() as connection:
            return connection.execute(query, parameters or None).rowcount

    def drop(self) -> None:
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        with self.server.connect() as connection:
            connection.execute(statement.format(sql.Identifier(self.name)))
