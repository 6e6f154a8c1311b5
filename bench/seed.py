"""seed -- a database as the one that the numbers are about: `./dev bench seed N [URL]`.

N jobs over 30 days: 95 % done, 3 % queued and half of those scheduled, 0.12 % processing, 1.9 %
cancelled; 20 queues, 60 names, arguments of 190 bytes, an error in 1 %; a dead letter for each
hundred jobs, at most 100,000; and, where the history is set up, 30 days of it.  What is processing
stands at the end of the table, where its claim has put it.

Without an URL it makes a PostgreSQL of its own, says what came of it, and takes it away when you
press Enter (at once where nobody could).  A database that is given must hold no jobs.
"""

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import measure  # noqa: F401  (makes `support` known)
import psycopg
from psycopg import sql

from support import ours
from support.pg import Server

FOLDER = Path(measure.__file__).parent
CLAIM = "UPDATE soniq_jobs SET status = 'processing' WHERE status = 'processing'"
CHUNK = 500_000
DEAD_MOST = 100_000

WORKERS = """
INSERT INTO soniq_workers (id, hostname, pid, queues, concurrency, status, last_heartbeat,
                           started_at, version)
SELECT ('00000000-0000-4000-8000-00000000000' || i)::uuid, 'host-' || i, 1000 + i, '{}', 100,
       'active', now(), now() - interval '1 day', '0.1.0'
  FROM generate_series(1, 8) i
"""
REGISTRY = """
INSERT INTO soniq_task_registry (task_name, worker_id, last_seen_at)
SELECT 'app.tasks.task_' || lpad(k::text, 2, '0'),
       '00000000-0000-4000-8000-00000000000' || w, now()
  FROM generate_series(0, 59) k, generate_series(1, 8) w
"""
INDEXES = """
SELECT c.relname, pg_get_indexdef(i.indexrelid)
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
 WHERE i.indrelid = 'soniq_jobs'::regclass AND NOT i.indisprimary ORDER BY 1
"""


@dataclass
class Seeded:
    """What was made, and what it took."""

    jobs: int
    dead: int
    seconds: float
    heap_mb: float
    index_mb: float

    def __str__(self) -> str:
        return (
            f"{self.jobs:,} jobs and {self.dead:,} dead letters in {self.seconds:.0f} s; "
            f"soniq_jobs: {self.heap_mb:,.0f} MB and {self.index_mb:,.0f} MB of indexes"
        )


def script(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text()


def run_script(connection, name: str, values: dict) -> None:
    """Its statements, each with those of the values that it names."""
    text = "\n".join(line.split("--")[0] for line in script(name).splitlines())
    for statement in filter(str.strip, text.split(";")):
        psycopg.ClientCursor(connection).execute(statement, values)


def has(connection, table: str) -> bool:
    return connection.execute("SELECT to_regclass(%s) IS NOT NULL", (table,)).fetchone()[0]


def triggers(connection, verb: str) -> None:
    for table in ("soniq_jobs", "soniq_dead_letter_jobs"):
        connection.execute(
            sql.SQL("ALTER TABLE {} {} TRIGGER USER").format(sql.Identifier(table), sql.SQL(verb))
        )


def fill(connection, n: int, say) -> int:
    """All rows in one transaction: a run that is killed leaves nothing."""
    until = connection.execute("SELECT date_trunc('second', now())").fetchone()[0]
    dead = max(1, min(n // 100, DEAD_MOST))
    triggers(connection, "DISABLE")
    indexes = connection.execute(INDEXES).fetchall()
    for name, _ in indexes:
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    connection.execute("ALTER TABLE soniq_jobs DROP CONSTRAINT soniq_jobs_pkey")
    connection.execute("TRUNCATE soniq_jobs")  # rows then need no log where wal_level is minimal
    connection.execute(WORKERS)
    connection.execute(REGISTRY)
    for first in range(1, n + 1, CHUNK):
        last = min(first + CHUNK - 1, n)
        run_script(connection, "fill", {"first": first, "last": last, "n": n, "until": until})
        say(f"{last:,} rows")
    connection.execute(CLAIM)
    connection.execute("SET LOCAL maintenance_work_mem = '1GB'")
    connection.execute("ALTER TABLE soniq_jobs ADD PRIMARY KEY (id)")
    for name, definition in indexes:
        connection.execute(definition)
        say(name)
    run_script(connection, "fill_dead", {"dead": dead, "until": until})
    triggers(connection, "ENABLE")
    return dead


def fill_history(connection, say=lambda _: None) -> None:
    until = connection.execute("SELECT date_trunc('minute', now())").fetchone()[0]
    run_script(connection, "fill_history", {"until": until})
    for table in ("soniq_x_rollup", "soniq_x_names", "soniq_x_state", "soniq_x_delta"):
        connection.execute(f"VACUUM ANALYZE {table}")
    say("history")


def seed(url: str, n: int, say=lambda _: None) -> Seeded:
    """Fill an empty database of Soniq; one without tables is set up (without the history)."""
    t0 = time.monotonic()
    with psycopg.connect(url, autocommit=True) as connection:
        if not has(connection, "soniq_jobs"):
            ours.ok("setup", "--minimal", url=url)
        if connection.execute("SELECT EXISTS (SELECT FROM soniq_jobs)").fetchone()[0]:
            raise SystemExit("seed: there are jobs in this database already; give an empty one")
        with connection.transaction():
            dead = fill(connection, n, say)
        if has(connection, "soniq_x_rollup"):
            fill_history(connection, say)
        connection.execute("VACUUM ANALYZE soniq_jobs, soniq_dead_letter_jobs")
        heap, index = connection.execute(
            "SELECT pg_table_size('soniq_jobs') / 1e6, pg_indexes_size('soniq_jobs') / 1e6"
        ).fetchone()
    return Seeded(n, dead, time.monotonic() - t0, float(heap), float(index))


def say(text: str) -> None:
    print(f"  {text}", flush=True)


def main(arguments: list[str]) -> None:
    n = int(arguments[0].replace("_", "")) if arguments else 10_000
    if len(arguments) > 1:
        print(seed(arguments[1], n, say))
        return
    with Server() as server:
        database = server.create()
        ours.ok("setup", url=database.url)
        print(seed(database.url, n, say))
        print(f"it is at  {database.url}")
        if sys.stdin.isatty():
            input("Enter takes it away: ")


if __name__ == "__main__":
    main(sys.argv[1:])
