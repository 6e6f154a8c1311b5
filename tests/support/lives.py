"""Jobs that live through their states, by the statements that a worker runs; on both databases."""

import itertools
import uuid


class Lives:
    """Enqueue, claim, end jobs of one database. Each call is a statement of its own."""

    def __init__(self, database):
        self.database = database
        now = "now()"
        if database.kind == "sqlite":
            now = "(CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000)"
        self.now = now
        self._ids = (str(uuid.uuid4()) for _ in itertools.count())

    def enqueue(self, queue="mail", name="mail.send") -> str:
        job = next(self._ids)
        self.database.execute(
            "INSERT INTO soniq_jobs (id, job_name, args, status, attempts, max_attempts, queue,"
            f" priority, created_at, updated_at) VALUES (%s, %s, '{{}}', 'queued', 0, 3, %s, 100,"
            f" {self.now}, {self.now})",
            job, name, queue,
        )  # fmt: skip
        return job

    def _set(self, job: str, what: str, *values) -> None:
        changed = self.database.execute(
            f"UPDATE soniq_jobs SET {what}, updated_at = {self.now} WHERE id = %s", *values, job
        )
        assert changed == 1

    def claim(self, job: str) -> None:
        self._set(job, "status = 'processing', attempts = attempts + 1")

    def done(self, job: str) -> None:
        self._set(job, "status = 'done', worker_id = NULL")

    def fail(self, job: str, error="ValueError: no") -> None:
        """Put back, for another attempt."""
        self._set(job, "status = 'queued', last_error = %s", error)

    def cancel(self, job: str) -> None:
        self._set(job, "status = 'cancelled'")

    def delete(self, job: str) -> None:
        assert self.database.execute("DELETE FROM soniq_jobs WHERE id = %s", job) == 1

    def run(self, queue="mail", name="mail.send") -> str:
        """Enqueued, claimed, done."""
        job = self.enqueue(queue, name)
        self.claim(job)
        self.done(job)
        return job


def begin_earlier(database) -> None:
    """As if the history had been there for half an hour: rates are of minutes."""
    shift = "interval '30 minutes'" if database.kind == "postgresql" else "1800000000"
    assert database.execute(f"UPDATE soniq_x_state SET since = since - {shift}") == 1


def counts(database) -> dict[str, int]:
    """By status, as the rows have it; the dead letters too."""
    found = dict(database.rows("SELECT status, count(*) FROM soniq_jobs GROUP BY status"))
    names = ("queued", "processing", "done", "cancelled")
    return {name: found.get(name, 0) for name in names} | {
        "total": sum(found.values()),
        "dead_letter": database.value("SELECT count(*) FROM soniq_dead_letter_jobs"),
    }
