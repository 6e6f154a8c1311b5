"""A small database in every state, written with SQL: for tests that need rows, not Python's."""

import contextlib
import time

from support import ours, sqlite_world
from support.pg import Database, Server

QUEUES = ("default", "mail", "очередь ☃")
STATUSES = ("queued", "processing", "done", "cancelled")
JOBS = 240
DEAD = 60

WORKERS = """
    INSERT INTO soniq_workers (id, hostname, pid, queues, concurrency, status, last_heartbeat,
        started_at, version, metadata)
    SELECT format('00000000-0000-4000-8000-0000000f000%s', n)::uuid, 'host-' || n, 100 + n,
        CASE n WHEN 1 THEN '{}' ELSE ARRAY['default', 'mail'] END, 4,
        CASE n WHEN 3 THEN 'stopped' ELSE 'active' END,
        now() - CASE n WHEN 2 THEN interval '2 hours' ELSE interval '0' END,
        now() - interval '5 hours', '0.2.0', '{"cpu_percent": 12.5, "memory_mb": 81}'
    FROM generate_series(1, 3) n
"""
JOBS_OF_ALL_KINDS = """
    INSERT INTO soniq_jobs (id, job_name, args, status, attempts, max_attempts, queue, priority,
        scheduled_at, expires_at, last_error, result, producer_id, created_at, updated_at,
        worker_id)
    SELECT format('00000000-0000-4000-8000-00000001%%s', to_char(n, 'FM0000'))::uuid,
        (ARRAY['mail.send', 'report.build', 'pay.charge'])[1 + n %% 3],
        jsonb_build_object('n', n, 'to', 'a@example.org', 'big', 9007199254740993),
        status, CASE status WHEN 'queued' THEN 0 ELSE 1 END, 3,
        (%s::text[])[1 + n %% 3], 100,
        CASE WHEN status = 'queued' AND n %% 8 = 0 THEN now() + interval '1 hour' END,
        CASE status WHEN 'done' THEN now() + interval '1 day' END,
        CASE WHEN n %% 5 = 0 THEN 'ValueError: number ' || n END,
        CASE status WHEN 'done' THEN '{"ok": true}'::jsonb END, 'sample',
        now() - n * interval '1 minute',
        now() - n * interval '1 minute' + interval '5 seconds',
        CASE status WHEN 'processing' THEN '00000000-0000-4000-8000-0000000f0001'::uuid END
    FROM (SELECT n, (%s::text[])[1 + n %% 4] AS status FROM generate_series(1, %s) n) kinds
"""
DEAD_LETTERS = """
    INSERT INTO soniq_dead_letter_jobs (id, job_name, args, queue, priority, max_attempts, attempts,
        last_error, dead_letter_reason, original_created_at, moved_to_dead_letter_at,
        resurrection_count, tags, created_at)
    SELECT format('00000000-0000-4000-8000-00000002%%s', to_char(n, 'FM0000'))::uuid, 'pay.charge',
        jsonb_build_object('order', n), (%s::text[])[1 + n %% 3], 100, 3, 3,
        'TimeoutError: order ' || n, 'max_retries_exceeded', now() - n * interval '2 minutes',
        now() - n * interval '1 minute', 0, NULL, now()
    FROM generate_series(1, %s) n
"""
REGISTRY = """
    INSERT INTO soniq_task_registry (task_name, worker_id, last_seen_at)
    SELECT name, '00000000-0000-4000-8000-0000000f0001', now()
    FROM unnest(ARRAY['mail.send', 'report.build']) name
"""
SCHEDULES = """
    INSERT INTO soniq_recurring_jobs (id, job_name, schedule_type, schedule_value, job_kwargs,
        next_run)
    SELECT format('00000000-0000-4000-8000-0000000e000%s', n)::uuid, 'report.build',
        CASE n WHEN 1 THEN 'cron' ELSE 'interval' END, CASE n WHEN 1 THEN '0 4 * * *' ELSE '60' END,
        '{"of": "yesterday"}', now() + interval '1 hour'
    FROM generate_series(1, 2) n
"""


def job_id(number: int) -> str:
    """Number n has the status STATUSES[n % 4]."""
    return f"00000000-0000-4000-8000-00000001{number:04}"


# Of "TimeoutError: order 1", which all dead letters died of.
SIGNATURE = "e62699ed86fc2748"


def dead_id(number: int) -> str:
    return f"00000000-0000-4000-8000-00000002{number:04}"


def worker_id(number: int) -> str:
    """The first has jobs in hand, the second is stale, the third has stopped."""
    return f"00000000-0000-4000-8000-0000000f{number:04}"


def fill(database: Database) -> None:
    database.execute(WORKERS)
    database.execute(JOBS_OF_ALL_KINDS, list(QUEUES), list(STATUSES), JOBS)
    database.execute(DEAD_LETTERS, list(QUEUES), DEAD)
    database.execute(REGISTRY)
    database.execute(SCHEDULES)


class Samples:
    """Both databases with equal rows, made once; copy(kind) is a fresh one."""

    def __init__(self, server: Server, folder):
        self.server, self.folder = server, folder
        self.pg = server.create(name=server.free_name("sample"))
        ours.ok("setup", url=self.pg.url)
        fill(self.pg)
        self.lite = sqlite_world.create(folder / "sample.db")
        sqlite_world.copy_rows(self.pg, self.lite)
        self._numbers = iter(range(1, 10**6))

    def copy(self, kind: str):
        """Whoever works in the sample works now, however long ago the sample was made."""
        if kind == "postgresql":
            copy, now = self.server.create(template=self.pg.name), "now()"
        else:
            copy = self.lite.copy(self.folder / f"copy-{next(self._numbers)}.db")
            now = str(time.time_ns() // 1000)
        copy.execute(f"UPDATE soniq_workers SET last_heartbeat = {now} WHERE id = '{worker_id(1)}'")
        return copy

    @contextlib.contextmanager
    def lent(self, kind: str):
        """A copy that goes with whoever has it."""
        copy = self.copy(kind)
        yield copy
        copy.drop()
