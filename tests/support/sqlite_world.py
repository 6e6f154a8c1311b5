"""A SQLite database of ours, with the same rows as one on PostgreSQL."""

import contextlib
import json
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from support import ours
from support.pg import Database

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# Workers before the jobs that refer to them.
TABLES = (
    "soniq_workers",
    "soniq_jobs",
    "soniq_task_registry",
    "soniq_dead_letter_jobs",
    "soniq_recurring_jobs",
)
JSON_COLUMNS = {"args", "result", "queues", "metadata", "tags", "job_kwargs"}


def microseconds(moment: datetime) -> int:
    span = moment - EPOCH
    return (span.days * 86400 + span.seconds) * 1_000_000 + span.microseconds


@dataclass(frozen=True)
class SqliteDatabase:
    """One file; asked like a Database on PostgreSQL, so statements may serve both."""

    kind: ClassVar[str] = "sqlite"
    path: Path

    @property
    def url(self) -> str:
        return str(self.path)

    @contextlib.contextmanager
    def connect(self):
        # Statements are transactions of their own, as with the other database's autocommit.
        connection = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        # Columns can hold bytes that are no text.
        connection.text_factory = lambda text: text.decode("utf-8", "replace")
        try:
            yield connection
        finally:
            connection.close()

    def rows(self, query: str, *parameters) -> list[tuple]:
        with self.connect() as connection:
            return connection.execute(query.replace("%s", "?"), parameters).fetchall()

    def row(self, query: str, *parameters) -> tuple:
        (row,) = self.rows(query, *parameters)
        return row

    def value(self, query: str, *parameters):
        (value,) = self.row(query, *parameters)
        return value

    def execute(self, query: str, *parameters) -> int:
        """Run a statement; how many rows it touched."""
        with self.connect() as connection:
            return connection.execute(query.replace("%s", "?"), parameters).rowcount

    def script(self, statements: str) -> None:
        with self.connect() as connection:
            connection.executescript(statements)

    def columns(self, table: str) -> list[str]:
        return [row[1] for row in self.rows(f"PRAGMA table_info({table})")]

    def copy(self, path: Path) -> "SqliteDatabase":
        """A copy of a database that nobody has open."""
        shutil.copyfile(self.path, path)
        return SqliteDatabase(path)

    def drop(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)


def create(path: Path) -> SqliteDatabase:
    """An empty one, made by `soniq setup`."""
    ours.ok("setup", url=str(path))
    return SqliteDatabase(path)


def copy_rows(source: Database, target: SqliteDatabase) -> None:
    """All of Soniq's rows, in the types that ours has for them in SQLite."""
    for table in TABLES:
        names = target.columns(table)
        rows = source.rows(f"SELECT {', '.join(names)} FROM {table}")
        marks = ", ".join("?" * len(names))
        with target.connect() as connection:
            connection.execute("BEGIN")
            connection.executemany(
                f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})",
                [[_value(n, v) for n, v in zip(names, row, strict=True)] for row in rows],
            )
            connection.execute("COMMIT")


def _value(name: str, value):
    if value is None:
        return None
    if name in JSON_COLUMNS:
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, datetime):
        return microseconds(value)
    if isinstance(value, UUID):
        return str(value)
    return value
