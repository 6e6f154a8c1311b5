"""A database as the Python Soniq leaves it: a few hundred jobs in every state, made by its own
code, then set back in time so that no answer depends on when a test asks."""

import contextlib
import uuid

from support.pg import Database, Server
from support.python_soniq import Release
from support.waiting import wait_until

# No queue named "unserved": the Python worker dead-letters every name that it does not know.
QUEUES = "default,mail,reports,net,payments,doomed,slow,очередь ☃"
WORKERS = 2
SETTINGS = {
    "enqueue_validation": "none",
    "result_ttl": 30 * 86400,
    "jobs_modules": "world_jobs",
    "poll_interval": 0.2,
    "scheduler_suppress_warning": 1,
}
REGISTERED = "SELECT count(*) FROM soniq_workers WHERE status = 'active'"
CLAIMABLE = """
    SELECT count(*) FROM soniq_jobs
    WHERE queue = ANY(string_to_array(%s, ',')) AND (status = 'processing' OR
        (status = 'queued' AND (scheduled_at IS NULL OR scheduled_at <= now())))
"""


def build(server: Server, release: Release, prepare=None) -> Database:
    """The world of this release, as a database to be copied: server.create(world.name).

    prepare is called with the database before any job is in it."""
    world = server.create(name=server.free_name(f"world_{release.name}"))
    release.setup(world.url)
    if prepare:
        prepare(world)
    release.script(world.url, "world_fill", **SETTINGS)
    _invalid_rows(world)
    drain(release, world, QUEUES)
    _replay_some(release, world)
    drain(release, world, QUEUES)
    _workers(world)
    _spread_in_time(world)
    return world


@contextlib.contextmanager
def worker(release: Release, database: Database, queues: str, **settings):
    """A Python worker on those queues for as long as the block lasts; it must end with 0."""
    arguments = ["worker", "--concurrency", "8", "--queues", queues]
    child = release.start(database.url, *arguments, **(SETTINGS | settings))
    try:
        yield child
    except BaseException:
        child.kill()
        raise
    assert child.stop() == 0, child.said()


def drain(
    release: Release, database: Database, queues: str, workers: int = WORKERS, **settings
) -> None:
    """Let Python workers run until nothing on those queues is left that is due."""
    with contextlib.ExitStack() as stack:
        children = [
            stack.enter_context(worker(release, database, queues, **settings))
            for _ in range(workers)
        ]

        def drained() -> bool:
            for child in children:
                assert child.running, child.said()
            return database.value(REGISTERED) >= workers and database.value(CLAIMABLE, queues) == 0

        wait_until(drained, "the Python workers have drained the queues", seconds=120)


def _invalid_rows(world: Database) -> None:
    """What no producer should write, and the worker dead-letters as invalid_arguments."""
    for _ in range(2):
        world.execute(
            """INSERT INTO soniq_jobs (id, job_name, args, max_attempts, queue)
               VALUES (gen_random_uuid(), 'mail.send', '["not", "an object"]', 4, 'mail')"""
        )


def _replay_some(release: Release, world: Database) -> None:
    dead = world.rows(
        """SELECT id::text FROM soniq_dead_letter_jobs WHERE job_name = 'pay.charge'
           ORDER BY args LIMIT 3"""
    )
    release.script(world.url, "world_replay", *(row[0] for row in dead), **SETTINGS)


def _workers(world: Database) -> None:
    """Rows of workers that are not there: one that beats, one that went silent."""
    resources = '{"cpu_percent": 12.5, "memory_mb": 81}'
    rows = (
        ("alive.example", "0 seconds", ["mail", "default"], resources),
        ("silent.example", "2 hours", [], None),
    )
    for number, (host, age, queues, metadata) in enumerate(rows):
        worker_id = uuid.uuid4()
        world.execute(
            """INSERT INTO soniq_workers (id, hostname, pid, queues, concurrency, status,
                   last_heartbeat, started_at, version, metadata)
               VALUES (%s, %s, %s, %s, 8, 'active', now() - %s::interval,
                   now() - interval '5 hours', '1.2.3', %s)""",
            worker_id, host, 4000 + number, queues, age, metadata,
        )  # fmt: skip
        world.execute(
            """INSERT INTO soniq_jobs (id, job_name, args, status, attempts, max_attempts, queue,
                   worker_id)
               VALUES (gen_random_uuid(), 'mail.send', '{"to": "a", "subject": "b"}',
                   'processing', 1, 4, 'mail', %s)""",
            worker_id,
        )


# Each job belongs to one of these pasts, by its creation. No row is near a bound that a query
# has (5 minutes, an hour, 24 hours, 7 days).
PASTS = ("10 minutes", "3 hours", "3 hours", "5 hours", "30 hours", "9 days")
JOB_TIMES = ("created_at", "updated_at", "expires_at")
DEAD_TIMES = (
    "original_created_at",
    "moved_to_dead_letter_at",
    "last_resurrection_at",
    "created_at",
)


def _spread_in_time(world: Database) -> None:
    for table, times, order in (
        ("soniq_jobs", JOB_TIMES, "created_at"),
        ("soniq_dead_letter_jobs", DEAD_TIMES, "original_created_at"),
    ):
        # A millisecond more for each row: rows of one bulk insert are equally old, and lists of
        # equals have no order to compare.
        shifted = ", ".join(f"{time} = {time} - past + n * interval '1 ms'" for time in times)
        world.execute(
            f"""UPDATE {table} t SET {shifted}
                FROM (SELECT id, n, (%s::interval[])[1 + n %% %s] AS past
                      FROM (SELECT id, row_number() OVER (ORDER BY {order}, id) AS n
                            FROM {table}) numbered) p
                WHERE p.id = t.id""",
            list(PASTS), len(PASTS),
        )  # fmt: skip
    # Some waited so long that they were done in another hour than they were made in.
    world.execute(
        """UPDATE soniq_jobs SET created_at = created_at - interval '2 hours'
           WHERE status = 'done' AND job_name = 'report.store'"""
    )


def refresh(copy: Database) -> Database:
    """Make the moments of a fresh copy that mean "now" mean now again."""
    copy.execute("UPDATE soniq_workers SET last_heartbeat = now() WHERE hostname = 'alive.example'")
    copy.execute(
        """UPDATE soniq_jobs SET updated_at = now() WHERE id IN (SELECT id FROM soniq_jobs
           WHERE status = 'queued' ORDER BY created_at DESC, id LIMIT 3)"""
    )
    return copy


class Worlds:
    """Databases made once per session, when first asked for, and copies of them."""

    def __init__(self, server: Server):
        self.server = server
        self._made: dict[object, Database] = {}

    def copy(self, release: Release) -> Database:
        """The whole world, as this release made it."""
        return refresh(self.copy_of(release, lambda: build(self.server, release)))

    def copy_of(self, key, make) -> Database:
        """A copy of the database that make() gives; the key is what it is remembered by."""
        if key not in self._made:
            self._made[key] = make()
        return self.server.create(template=self._made[key].name)
