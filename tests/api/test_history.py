"""What the API tells from the history, against what the test itself did."""

import copy
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import pytest
import schemathesis
from schemathesis.specs.openapi.checks import (
    response_headers_conformance,
    response_schema_conformance,
)

from support import ours
from support.description import description
from support.events import Events
from support.waiting import wait_until

CHECKS = [response_schema_conformance, response_headers_conformance]
schema = schemathesis.openapi.from_dict(copy.deepcopy(description()))
GONE = ("soniq_x_rollup", "soniq_x_gauge", "soniq_x_attempts", "soniq_x_state")
NOBODY = "00000000-0000-4000-8000-00000000dead"


@dataclass
class Work:
    """Jobs on their ways, moved by statements like those of workers; and what became of them."""

    database: object
    done: list = field(default_factory=list)
    dead: list = field(default_factory=list)
    running: list = field(default_factory=list)
    waiting: list = field(default_factory=list)

    def at(self, seconds: float):
        moment = datetime.now(timezone.utc) + timedelta(seconds=seconds)
        if self.database.kind == "sqlite":
            return round(moment.timestamp() * 1e6)
        return moment

    def put(self, queue: str, name: str) -> str:
        job = str(uuid.uuid4())
        self.database.execute(
            "INSERT INTO soniq_jobs (id, job_name, args, queue, status, created_at, updated_at) "
            "VALUES (%s, %s, '{}', %s, 'queued', %s, %s)",
            job, name, queue, self.at(-10), self.at(-10),
        )  # fmt: skip
        return job

    def change(self, job: str, changes: str, seconds: float, *values) -> None:
        self.database.execute(
            f"UPDATE soniq_jobs SET {changes}, updated_at = %s WHERE id = %s",
            *values, self.at(seconds), job,
        )  # fmt: skip

    def claim(self, job: str) -> None:
        self.change(job, "status = 'processing', attempts = attempts + 1", -4)

    def fail(self, job: str) -> None:
        self.claim(job)
        self.change(job, "status = 'queued', last_error = %s", -3, "ValueError: no")

    def finish(self, job: str) -> None:
        self.claim(job)
        self.change(job, "status = 'done', result = '1'", 0)
        self.database.execute("DELETE FROM soniq_jobs WHERE id = %s", job)
        self.done.append(job)

    def bury(self, job: str) -> None:
        self.claim(job)
        self.database.execute(
            "INSERT INTO soniq_dead_letter_jobs (id, job_name, args, queue, priority, "
            "max_attempts, attempts, last_error, dead_letter_reason, original_created_at, "
            "moved_to_dead_letter_at) SELECT id, job_name, args, queue, 1, 1, 1, 'boom', "
            "'max_retries_exceeded', created_at, %s FROM soniq_jobs WHERE id = %s",
            self.at(0), job,
        )  # fmt: skip
        self.database.execute("DELETE FROM soniq_jobs WHERE id = %s", job)
        self.dead.append(job)


def worked(database) -> Work:
    """8 done (2 of them at the second try), 2 dead, 1 running, 3 waiting; alone in their queue."""
    for table in ("soniq_jobs", "soniq_dead_letter_jobs"):
        database.execute(f"DELETE FROM {table}")
    # In SQLite's sample as well: then the two are alike.
    ours.ok("setup", "--remove-history", url=database.url)
    ours.ok("setup", url=database.url)
    work = Work(database)
    jobs = [work.put("crates", "pack") for _ in range(14)]
    for job in jobs[:2]:
        work.fail(job)
    for job in jobs[:8]:
        work.finish(job)
    for job in jobs[8:10]:
        work.bury(job)
    work.claim(jobs[10])
    work.running.append(jobs[10])
    work.waiting += jobs[11:]
    return work


@pytest.fixture(scope="module")
def work(shown):
    return worked(shown)


@pytest.fixture(scope="module")
def server(work):
    with ours.Dashboard(work.database.url) as running:
        yield running


def asked(server, path: str, *, parts=None, **query):
    """An answer that is 200 and as the description has it."""
    case = schema[path]["GET"].Case(path_parameters=parts or {}, query=query)
    answer = case.call(base_url=server.base)
    assert answer.status_code == 200, answer.content
    case.validate_response(answer, checks=CHECKS)
    return answer


def folded(server):
    """What the keeper has summed up by now is all that happened."""
    wait_until(
        lambda: asked(server, "/api/metrics").json()["successful"] == 8, "the keeper", seconds=60
    )


def test_counts(server):
    answer = asked(server, "/api/stats")
    assert answer.json() == {
        "total": 4, "queued": 3, "processing": 1, "done": 0, "cancelled": 0, "dead_letter": 2,
    }  # fmt: skip
    # Of all rows; or of a fold ago, where the snapshot was made in one.
    assert answer.headers["soniq-kind"][0] in ("exact", "cached")


def test_queue(server):
    folded(server)
    (queue,) = asked(server, "/api/queues").json()
    expected = {"queue": "crates", "queued": 3, "processing": 1, "dead_letter": 2, "ready": 3}
    assert expected.items() <= queue.items()
    assert queue["run_p50_ms"] is not None
    assert queue["wait_p50_ms"] <= queue["wait_p95_ms"] <= queue["wait_p99_ms"]
    # There are no rates of less than a minute.
    assert (queue["arrived_per_minute"] is None) == (queue["forecast"] == "unknown")


def test_metrics(server):
    folded(server)
    answer = asked(server, "/api/metrics", hours=24)
    metrics = answer.json()
    expected = {
        "successful": 8, "dead_lettered": 2, "total_processed": 10, "success_rate": 80.0,
        "arrived": 14, "failed": 2, "cancelled": 0,
    }  # fmt: skip
    assert expected.items() <= metrics.items()
    # Nothing is known of before the history was set up.
    assert answer.headers["soniq-covered-from"] == [metrics["covered_from"]]
    assert metrics["avg_run_ms"] > 0
    with Events(server.port, "/api/events?topics=metrics") as stream:
        told = stream.next().data
    assert told["covered_from"] == told["data"]["covered_from"] == metrics["covered_from"]


@pytest.mark.parametrize("bucket", ["minute", "10m", "hour", "day"])
def test_timeline(server, bucket):
    folded(server)
    for query in ({}, {"queue": "crates"}, {"job_name": "pack"}):
        spans = asked(server, "/api/jobs/timeline", bucket=bucket, **query).json()
        sums = {k: sum(s[k] for s in spans) for k in ("total_jobs", "completed", "dead_letter")}
        assert sums == {"total_jobs": 14, "completed": 8, "dead_letter": 2}
        assert sum(s["started"] for s in spans) == 13
        assert sum(s["failed"] for s in spans) == 2
        hours = [s["hour"] for s in spans]
        assert hours == sorted(set(hours))
    spans = asked(server, "/api/jobs/timeline", bucket=bucket, queue="nowhere").json()
    assert sum(s["total_jobs"] for s in spans) == 0


@pytest.mark.parametrize("hours", [1, 24, 8784])
def test_timeline_of_all_as_one(server, hours):
    folded(server)
    metrics = asked(server, "/api/metrics").json()
    for query in ({}, {"queue": "crates"}, {"job_name": "pack"}):
        (whole,) = asked(server, "/api/jobs/timeline", bucket="all", hours=hours, **query).json()
        expected = {"total_jobs": 14, "completed": 8, "dead_letter": 2, "started": 13, "failed": 2}
        assert expected.items() <= whole.items()
        times = {key: whole[key] for key in whole if "_p" in key and key.endswith("_ms")}
        assert len(times) == 6 and times.items() <= metrics.items()
    query = {"bucket": "all", "hours": hours, "queue": "nowhere"}
    (whole,) = asked(server, "/api/jobs/timeline", **query).json()
    assert (whole["total_jobs"], whole["run_p50_ms"]) == (0, None)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"bucket": "minute", "hours": 49}, "bucket"),
        ({"bucket": "10m", "hours": 337}, "bucket"),
        ({"bucket": "hour", "hours": 3001}, "bucket"),
        ({"bucket": "week"}, "bucket"),
        ({"hours": 8785}, "hours"),
        ({"queue": "a", "job_name": "b"}, "job_name"),
    ],
)
def test_timeline_that_is_refused(server, query, parameter):
    answer = server.http.get("/api/jobs/timeline", params=query)
    assert answer.status_code == 422
    assert answer.json()["parameter"] == parameter


def test_types(server):
    folded(server)
    (kind,) = asked(server, "/api/jobs/types").json()
    expected = {
        "job_name": "pack", "total_count": 14, "completed_count": 8, "dead_letter_count": 2,
        "queued_count": 3, "arrived_count": 14, "failed_count": 2, "success_rate": 80.0,
    }  # fmt: skip
    assert expected.items() <= kind.items()


def test_last_hour(server):
    folded(server)
    health = asked(server, "/api/system/health").json()
    assert (health["queue_backlog"], health["jobs_processed_last_hour"]) == (3, 10)
    stats = asked(server, "/api/workers/stats").json()
    assert (stats["active_jobs"], stats["completed_last_hour"]) == (1, 8)
    assert stats["dead_lettered_last_hour"] == 2


def attempts_of(server, job: str, path="/api/jobs/{job_id}") -> tuple[dict, list[str]]:
    (name,) = (piece.strip("{}") for piece in path.split("/") if piece.startswith("{"))
    found = asked(server, path, parts={name: job}).json()
    return found, [attempt["outcome"] for attempt in found["attempts_history"]]


def test_job_whose_row_is_gone(server, work):
    found, outcomes = attempts_of(server, work.done[0])
    expected = {"kind": "history", "status": "done", "job_name": "pack", "queue": "crates"}
    assert expected.items() <= found.items()
    assert (found["args"], found["allowed_actions"]) == (None, [])
    assert outcomes == ["failed", "done"]
    first, last = found["attempts_history"]
    assert (first["attempt"], first["error"]) == (1, "ValueError: no")
    assert (last["attempt"], last["error"]) == (2, None)
    assert last["ended_at"] and last["run_ms"] >= 0
    answer = server.http.get(f"/api/jobs/{NOBODY}")
    assert answer.status_code == 404


def test_attempts_of_rows_that_are_there(server, work):
    found, outcomes = attempts_of(server, work.running[0])
    assert (found["kind"], outcomes) == ("job", ["running"])
    (attempt,) = found["attempts_history"]
    assert attempt["ended_at"] is None and attempt["run_ms"] is None
    assert attempts_of(server, work.waiting[0])[1] == []
    found, outcomes = attempts_of(server, work.dead[0])
    assert (found["kind"], outcomes) == ("dead_letter", ["dead"])
    path = "/api/dead-letter/{dead_letter_id}"
    found, outcomes = attempts_of(server, work.dead[0], path)
    assert outcomes == ["dead"]
    assert found["attempts_history"][0]["error"] == "boom"


def test_of_very_many_attempts_the_newest_are_told(backend):
    work = Work(backend)
    job = work.put("crates", "pack")
    for _ in range(201):
        work.fail(job)
    with ours.Dashboard(backend.url) as server:
        answer = server.http.get(f"/api/jobs/{job}")
    told = answer.json()["attempts_history"]
    assert (len(told), told[-1]["attempt"]) == (200, 201)
    assert answer.headers["Soniq-Kind"] == "capped"


@pytest.mark.parametrize("table", GONE)
def test_half_a_history_is_none(backend, table):
    """What there is of the tables alone is told; nothing fails."""
    work = worked(backend)
    backend.execute(f"DROP TABLE {table}")
    with ours.Dashboard(backend.url) as server:
        stats = asked(server, "/api/stats").json()
        assert (stats["queued"], stats["processing"], stats["dead_letter"]) == (3, 1, 2)
        (queue,) = asked(server, "/api/queues").json()
        assert (queue["queued"], queue["forecast"], queue["run_p50_ms"]) == (3, None, None)
        metrics = asked(server, "/api/metrics").json()
        assert (metrics["dead_lettered"], metrics["arrived"]) == (2, None)
        spans = asked(server, "/api/jobs/timeline").json()
        assert sum(s["total_jobs"] for s in spans) == 4
        assert spans[-1]["started"] is None
        assert asked(server, "/api/jobs/types").json()[0]["arrived_count"] is None
        assert attempts_of(server, work.running[0])[1] == []
        assert server.http.get(f"/api/jobs/{work.done[0]}").status_code == 404
        answer = server.http.get("/api/jobs/timeline", params={"queue": "crates"})
        assert (answer.status_code, answer.json()["parameter"]) == (422, "queue")
        assert "soniq setup" in answer.json()["detail"]
