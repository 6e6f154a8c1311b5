"""Numbers whose meaning is ours alone, counted again from the rows.

Everything else is held by test_endpoints.py, against the Python dashboard's own answer.
"""

import pytest

from support import ours

WINDOWS = (1, 4, 24, 720)


@pytest.fixture(scope="module")
def served(worlds, release):
    database = worlds.copy(release)
    with ours.Dashboard(database.url) as dashboard:
        yield database, dashboard
    database.drop()


@pytest.mark.parametrize("hours", WINDOWS)
def test_metrics(served, hours):
    database, dashboard = served
    since = f"now() - interval '{hours} hours'"
    done, dead = database.row(
        f"""SELECT
            (SELECT count(*) FROM soniq_jobs WHERE status = 'done' AND updated_at >= {since}),
            (SELECT count(*) FROM soniq_dead_letter_jobs
             WHERE moved_to_dead_letter_at >= {since})"""
    )
    assert done > 0 and dead > 0
    got = dashboard.get("/api/metrics", hours=hours)
    assert (got["successful"], got["dead_lettered"]) == (done, dead)
    assert got["total_processed"] == done + dead
    assert got["success_rate"] == pytest.approx(100 * done / (done + dead), abs=0.0051)
    assert got["jobs_per_hour"] == (done + dead) // hours
    assert got["time_window_hours"] == hours


def test_job_types(served):
    database, dashboard = served
    rows = database.rows(
        """SELECT job_name, count(*) FILTER (WHERE live), count(*) FILTER (WHERE status = 'done'),
               count(*) FILTER (WHERE NOT live), count(*) FILTER (WHERE status = 'queued'),
               max(ended)
           FROM (
               SELECT job_name, true AS live, status,
                   CASE status WHEN 'done' THEN updated_at END AS ended
               FROM soniq_jobs WHERE created_at > now() - interval '7 days'
               UNION ALL
               SELECT job_name, false, 'dead', moved_to_dead_letter_at
               FROM soniq_dead_letter_jobs
               WHERE moved_to_dead_letter_at > now() - interval '7 days'
           ) rows GROUP BY job_name"""
    )
    wanted = {}
    for name, live, done, dead, queued, ended in rows:
        rate = round(100 * done / (done + dead), 2) if done + dead else 0
        last = ended and ended.isoformat(timespec="microseconds").replace("+00:00", "Z")
        wanted[name] = (live or dead, done, dead, queued, pytest.approx(rate, abs=0.0051), last)
    keys = ("total_count", "completed_count", "dead_letter_count", "queued_count", "success_rate",
            "last_run")  # fmt: skip
    listed = dashboard.get("/api/jobs/types")
    assert {one["job_name"]: tuple(one[key] for key in keys) for one in listed} == wanted
    totals = [one["total_count"] for one in listed]
    assert totals == sorted(totals, reverse=True)


def test_last_hour(served):
    database, dashboard = served
    processing, changed, dead = database.row(
        """SELECT (SELECT count(*) FROM soniq_jobs WHERE status = 'processing'),
               (SELECT count(*) FROM soniq_jobs WHERE updated_at > now() - interval '1 hour'),
               (SELECT count(*) FROM soniq_dead_letter_jobs
                WHERE moved_to_dead_letter_at > now() - interval '1 hour')"""
    )
    got = dashboard.get("/api/workers/stats")
    assert got["active_jobs"] == processing
    assert got["jobs_last_hour"] == changed + dead
    assert got["dead_lettered_last_hour"] == dead


def test_queues_due_and_later(served):
    database, dashboard = served
    due = "scheduled_at IS NULL OR scheduled_at <= now()"
    rows = database.rows(
        f"""SELECT queue, count(*) FILTER (WHERE {due}), count(*) FILTER (WHERE NOT ({due}))
            FROM soniq_jobs WHERE status = 'queued' GROUP BY queue"""
    )
    got = {one["queue"]: (one["ready"], one["scheduled"]) for one in dashboard.get("/api/queues")}
    waiting = {queue: (ready, later) for queue, ready, later in rows}
    assert {queue: numbers for queue, numbers in got.items() if any(numbers)} == waiting


def test_workers_are_really_read(served):
    database, dashboard = served
    workers = {worker["hostname"]: worker for worker in dashboard.get("/api/workers")}
    alive, silent = workers["alive.example"], workers["silent.example"]
    assert (alive["stale"], silent["stale"]) == (False, True)
    assert (alive["cpu_percent"], alive["memory_mb"]) == (12.5, 81)
    assert (silent["cpu_percent"], silent["memory_mb"]) == (None, None)
    assert (alive["queues"], silent["queues"]) == (["mail", "default"], [])
    for worker in (alive, silent):
        jobs = database.rows(
            "SELECT id::text FROM soniq_jobs WHERE worker_id = %s AND status = 'processing'",
            worker["id"],
        )
        assert [(job["id"],) for job in worker["current_jobs"]] == jobs
    listed = dashboard.get("/api/workers/stats")["workers"]
    wanted = database.rows("SELECT id::text FROM soniq_workers ORDER BY 1")
    assert sorted((worker["id"],) for worker in listed) == wanted
