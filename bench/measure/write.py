"""What the history costs those who write jobs: the same work with its triggers and without."""

import itertools
import statistics
import time
import uuid

from measure.machine import cpu_of
from support import ours

WORKER = str(uuid.UUID(int=7))
ARGS = '{"user_id": 12345, "path": "/a/b/c", "note": "%s"}' % ("n" * 140)
KEPT = 200_000  # jobs that are done already
TRIGGERS = (
    ("soniq_jobs", "soniq_x_appear"),
    ("soniq_jobs", "soniq_x_change"),
    ("soniq_jobs", "soniq_x_go"),
)
OUR_INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE indexname LIKE 'soniq_x_jobs%'"

FILL = """
INSERT INTO soniq_jobs (id, job_name, args, status, queue, created_at, updated_at, expires_at,
                        result, attempts)
SELECT gen_random_uuid(), 'app.task_' || i %% 60, %s::jsonb, 'done', 'queue_' || i %% 20,
       now() - interval '2 days', now() - interval '2 days', now() + interval '9 days', 'true', 1
  FROM generate_series(1, %s) i
"""
ENQUEUE = """
INSERT INTO soniq_jobs (id, job_name, args, status, queue, priority, max_attempts, created_at,
                        updated_at)
SELECT id, name, args::jsonb, 'queued', queue, 100, 3, now(), now()
  FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[]) AS u (id, name, args, queue)
"""
CLAIM = """
UPDATE soniq_jobs SET status = 'processing', attempts = coalesce(attempts, 0) + 1,
       worker_id = %s::uuid, updated_at = now()
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM soniq_jobs
                          WHERE status = 'queued'
                            AND (scheduled_at IS NULL OR scheduled_at <= now())
                          ORDER BY priority, scheduled_at NULLS FIRST, created_at
                            FOR UPDATE SKIP LOCKED LIMIT %s))
RETURNING id
"""
COMPLETE = """
UPDATE soniq_jobs AS j SET status = 'done', result = u.result::jsonb, updated_at = now(),
       expires_at = now() + interval '300 s'
  FROM unnest(%s::uuid[], %s::text[]) AS u (id, result)
 WHERE j.id = u.id AND j.status = 'processing' AND j.worker_id = %s::uuid
"""


def array(texts) -> str:
    return "{" + ",".join(texts) + "}"


class Work:
    """Batches of jobs through one connection: enqueued, claimed, completed; each commits."""

    def __init__(self, database, names: int, batch: int):
        self.connection = database.connect()
        for setting in ("plan_cache_mode = force_generic_plan", "jit = off"):
            self.connection.execute(f"SET {setting}")
        self.names, self.batch = names, batch

    def turn(self) -> None:
        cursor, batch = self.connection.cursor(), range(self.batch)
        columns = (
            array(str(uuid.uuid4()) for _ in batch),
            array(f"app.task_{i % self.names}" for i in batch),
            [ARGS] * self.batch,
            array(f"queue_{i % min(self.names, 20)}" for i in batch),
        )
        cursor.execute(ENQUEUE, columns, prepare=True)
        cursor.execute(CLAIM, (WORKER, self.batch), prepare=True)
        claimed = array(str(row[0]) for row in cursor.fetchall())
        cursor.execute(COMPLETE, (claimed, ['{"ok": true}'] * self.batch, WORKER), prepare=True)

    def measure(self, turns: int) -> tuple[float, float]:
        """Microseconds a job: of the backend's processor, and of time."""
        pid = self.connection.info.backend_pid
        for _ in range(6):
            self.turn()
        cpu, t0 = cpu_of(pid), time.monotonic()
        for _ in range(turns):
            self.turn()
        jobs = turns * self.batch
        return (cpu_of(pid) - cpu) / jobs * 1e6, (time.monotonic() - t0) / jobs * 1e6


def triggers(connection, verb: str) -> None:
    for table, name in TRIGGERS:
        connection.execute(f"ALTER TABLE {table} {verb} TRIGGER {name}")


def tidy(connection) -> None:
    """Every round begins with the same table."""
    triggers(connection, "DISABLE")
    connection.execute("DELETE FROM soniq_jobs WHERE created_at > now() - interval '1 day'")
    connection.execute("TRUNCATE soniq_x_delta, soniq_x_attempts")
    connection.execute("VACUUM soniq_jobs")


def compare(database, variants: dict, shape: tuple[int, int, int], rounds: int) -> dict:
    """The variants by turns, in both orders; for each: median cost, and ratios to the first."""
    names, batch, turns = shape
    found = {name: [] for name in variants}
    with database.connect() as connection:
        for i in range(rounds):
            for name in sorted(variants, reverse=i % 2 == 1):
                tidy(connection)
                variants[name](connection)
                found[name].append(Work(database, names, batch).measure(turns))
    base = found[sorted(variants)[0]]
    pairs = {
        name: [[a / b for a, b in zip(one, other)] for one, other in zip(rows, base)]
        for name, rows in found.items()
    }
    middle = lambda rows, i: statistics.median(row[i] for row in rows)  # noqa: E731
    return {
        name: (middle(rows, 0), middle(rows, 1), middle(pairs[name], 0), middle(pairs[name], 1))
        for name, rows in found.items()
    }


def prepare(server):
    database = server.create()
    ours.ok("setup", url=database.url)
    with database.connect() as connection:
        triggers(connection, "DISABLE")
        connection.execute(
            "INSERT INTO soniq_workers (id, hostname, pid) VALUES (%s, 'bench', 1)", (WORKER,)
        )
        connection.execute(FILL, (ARGS, KEPT))
        connection.execute("ALTER TABLE soniq_jobs SET (autovacuum_enabled = off)")
        connection.execute("VACUUM ANALYZE soniq_jobs")
    return database


WITHOUT = {
    "python's schema": [],
    "+ claim": ["soniq_x_jobs_claim"],
    "+ claim, wait": ["soniq_x_jobs_claim", "soniq_x_jobs_wait"],
    "+ claim, wait, created": ["soniq_x_jobs_claim", "soniq_x_jobs_wait", "soniq_x_jobs_created"],
}


def index_costs(database, rounds: int) -> list[str]:
    """Processor time of batched work with more and more of our indexes, without triggers."""
    with database.connect() as connection:
        definitions = dict(connection.execute(OUR_INDEXES).fetchall())
    steps = [*WITHOUT, "all"]

    def variant(kept):
        def use(connection):
            for name, definition in definitions.items():
                connection.execute(f"DROP INDEX IF EXISTS {name}")
                if kept is None or name in kept:
                    connection.execute(definition)

        return use

    variants = {f"{i} {name}": variant(WITHOUT.get(name)) for i, name in enumerate(steps)}
    # The claim sorts what is queued where its index is missing: hardly anything is, here.
    found = compare(database, variants, (60, 100, 60), rounds)
    return [
        f"| {name[2:]} | {cpu:.1f} | {ratio:.2f} | {ratio_time:.2f} |"
        for name, (cpu, _, ratio, ratio_time) in found.items()
    ]


def costs(database, rounds: int) -> list[str]:
    variants = {
        "0 without": lambda connection: None,
        "1 with": lambda connection: triggers(connection, "ENABLE"),
    }
    shapes = itertools.product((60, 3), ((100, 60), (1, 400)))
    lines = []
    for names, (batch, turns) in shapes:
        found = compare(database, variants, (names, batch, turns), rounds)
        (cpu0, time0, _, _), (cpu1, time1, cpu_ratio, time_ratio) = found.values()
        goal = "1.15" if batch == 100 else "-"
        lines.append(
            f"| {batch} a statement, {names} names | {cpu0:.1f} | {cpu1:.1f} | {cpu_ratio:.2f} "
            f"| {time0:.0f} | {time1:.0f} | **{time_ratio:.2f}** | {goal} |"
        )
    return lines


def section(server, rounds: int) -> list[str]:
    database = prepare(server)
    lines = [
        "### What the history costs those who write",
        "",
        "Jobs are enqueued (`unnest`), claimed and completed (as arrays), each in its own "
        f"durable commit, on one connection, beside {KEPT:,} jobs that are done; with the "
        f"triggers and without them, by turns, {rounds} rounds, equal indexes (all of ours). "
        "Microseconds a job: processor time of the backend, and time.",
        "",
        "| work | cpu without | with | ratio | time without | with | ratio | goal |",
        "|---|---|---|---|---|---|---|---|",
        *costs(database, rounds),
        "",
        "What the indexes of ours add, without triggers (100 a statement, 60 names):",
        "",
        "| indexes | cpu µs a job | ratio | time ratio |",
        "|---|---|---|---|",
        *index_costs(database, rounds),
    ]
    database.drop()
    return lines
