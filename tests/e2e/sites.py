"""Dashboards as they are reached: which database, where mounted, what may be done."""

import contextlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from support import nginx, ours, sqlite_world
from support.pg import Database
from support.python_soniq import NEW
from support.soniq_world import Worlds
from support.sqlite_world import SqliteDatabase

KINDS = ("postgresql", "sqlite")
MOUNTS = ("direct", "nginx")
NAME = "dash.test"
KEY = "correct horse battery staple"


@dataclass(frozen=True)
class Site:
    """base ends with the slash of the mount; a key is set where there is one."""

    database: Database | SqliteDatabase
    server: ours.Dashboard
    base: str
    key: str | None = None

    @property
    def origin(self) -> str:
        parts = urlsplit(self.base)
        return f"{parts.scheme}://{parts.netloc}"


class Sources:
    """Both databases with what the Python Soniq left, made once; copy(kind) is a fresh one."""

    def __init__(self, worlds: Worlds, folder: Path):
        self.worlds, self.folder = worlds, folder
        self._lite: SqliteDatabase | None = None
        self._copies = 0

    def copy(self, kind: str) -> Database | SqliteDatabase:
        if kind == "postgresql":
            return self.worlds.copy(NEW)
        if self._lite is None:
            world = self.worlds.copy(NEW)
            self._lite = sqlite_world.create(self.folder / "world.db")
            sqlite_world.copy_rows(world, self._lite)
            world.drop()
        self._copies += 1
        return self._lite.copy(self.folder / f"copy-{self._copies}.db")


class Sites(contextlib.ExitStack):
    """Starts dashboards, alone or behind nginx; ends them all at the end."""

    def start(self, database, mount: str, *, key: str | None = None, **options) -> Site:
        if mount == "nginx":
            options["dashboard_allowed_hosts"] = NAME
        if key is not None:
            options["dashboard_api_key"] = key
        server = self.enter_context(ours.Dashboard(database.url, **options))
        if mount == "direct":
            return Site(database, server, f"{server.base}/", key)
        folder = Path(self.enter_context(tempfile.TemporaryDirectory(prefix="soniq-nginx-")))
        base = self.enter_context(nginx.in_front_of(server.port, folder))
        return Site(database, server, base.replace("127.0.0.1", NAME), key)

    def own(self, database):
        """Dropped at the end."""
        self.callback(database.drop)
        return database
