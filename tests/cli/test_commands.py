"""Commands that look: what they say is what the rows say, on both databases."""

import contextlib
import json
import re
import sqlite3
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from support import ours, sample
from support.python_soniq import FIVE
from support.sqlite_world import SqliteDatabase

STATUSES = ("queued", "processing", "done", "cancelled")


def counts(database) -> dict[str, int]:
    """By status, as the rows have it."""
    found = dict(database.rows("SELECT status, count(*) FROM soniq_jobs GROUP BY status"))
    return {status: found.get(status, 0) for status in STATUSES} | {
        "total": sum(found.values()),
        "dead_letter": database.value("SELECT count(*) FROM soniq_dead_letter_jobs"),
    }


# --- status ---


def test_status_counts(shown):
    told = ours.ok("status", "--json", url=shown.url).json()
    assert told["stats"] == counts(shown)
    assert told["kind"] == "exact"
    assert (told["workers_active"], told["workers_stale"]) == (1, 1)
    assert "jobs" not in told
    assert "queues" not in told


def test_status_begins_with_what_is_wrong(shown):
    told = ours.ok("status", "--json", url=shown.url).json()
    codes = [verdict["code"] for verdict in told["verdicts"]]
    # The sample: a third of what ended died, a worker went silent, nobody registered pay.charge.
    assert {"workers_stale", "dead_letters_new", "names_unregistered"} <= set(codes)
    levels = ["bad", "warn", "info"]
    ranks = [levels.index(verdict["level"]) for verdict in told["verdicts"]]
    assert ranks == sorted(ranks)
    assert told["all_clear"] is None
    said = ours.ok("status", url=shown.url).stdout
    for verdict in told["verdicts"]:
        assert f"  {verdict['next']}\n" in said
        if verdict["command"]:
            assert f"\n  $ {verdict['command']}\n" in said
    assert said.index("gone silent") < said.index("Queue Statistics")


def test_status_of_more_workers_than_it_reads(tmp_path):
    path = tmp_path / "new.db"
    ours.ok("setup", "--minimal", url=path)
    with contextlib.closing(sqlite3.connect(path)) as file, file:
        file.executemany(
            "INSERT INTO soniq_workers (id, hostname, pid, status, last_heartbeat)"
            " VALUES (?, 'host', ?, 'active', ?)",
            [(str(uuid.uuid4()), n, int(time.time() * 1e6)) for n in range(501)],
        )
    assert "Workers: at least 500 active" in ours.ok("status", url=path).stdout
    assert ours.ok("status", "--json", url=path).json()["workers_kind"] == "capped"


def test_status_of_all_well(tmp_path):
    path = tmp_path / "new.db"
    ours.ok("setup", "--minimal", url=path)
    told = ours.ok("status", "--json", url=path).json()
    assert told["verdicts"] == []
    rests = "no worker is running, and none is needed; nothing waits; "
    rests += "no dead letters in the last hour"
    assert told["all_clear"] == rests
    assert f"[OK] All clear: {rests}\n" in ours.ok("status", url=path).stdout


def test_status_in_words(shown):
    said = ours.ok("status", url=shown.url).stdout
    for name, n in counts(shown).items():
        title = "Total Jobs" if name == "total" else name.replace("_", " ").title()
        assert f"  {title:12} {n}\n" in said
    assert "Workers: 1 active, 1 stale (use 'soniq inspect' for details)" in said
    assert "[WARNING] 60 jobs in dead-letter queue" in said
    assert "Recent Jobs" not in said


def test_status_of_queues_and_jobs(shown):
    told = ours.ok("status", "--jobs", "--verbose", "--json", url=shown.url).json()
    assert {row["queue"] for row in told["queues"]} == set(sample.QUEUES)
    order = "ORDER BY created_at DESC, id DESC LIMIT 10"
    newest = [str(row[0]) for row in shown.rows(f"SELECT id FROM soniq_jobs {order}")]
    assert [row["id"] for row in told["jobs"]] == newest
    said = ours.ok("status", "-jv", url=shown.url).stdout
    assert "Recent Jobs (10):" in said
    for word in (*newest, *sample.QUEUES):
        assert word in said


def test_status_of_nothing(tmp_path):
    path = tmp_path / "new.db"
    ours.ok("setup", url=path)
    said = ours.ok("status", "--jobs", "--verbose", url=path).stdout
    assert "[INFO] No jobs found" in said
    assert "Workers: None running" in said
    assert "Queues (0):" in said
    assert ours.ok("status", "--json", url=path).json()["stats"]["total"] == 0


# --- inspect ---


def test_inspect(shown):
    told = ours.ok("inspect", "--json", url=shown.url).json()
    assert told["health"] == "degraded"
    by_host = {worker["hostname"]: worker for worker in told["workers"]}
    assert by_host["host-1"]["stale"] is False
    assert by_host["host-2"]["stale"] is True
    assert by_host["host-1"]["cpu_percent"] == 12.5
    assert len(told["schedules"]) == 2
    stale = ours.ok("inspect", "--json", "--stale", url=shown.url).json()
    assert [worker["hostname"] for worker in stale["workers"]] == ["host-2"]


def test_inspect_in_words(shown):
    said = ours.ok("inspect", url=shown.url).stdout
    assert "Health: DEGRADED\nActive Workers: 1\nStale Workers: 1\n" in said
    assert "  host-1:101  [active]\n     Queues: all queues\n     Concurrency: 4\n" in said
    assert "  host-2:102  [stale]\n     Queues: default, mail\n" in said
    assert "     CPU: 12.5%\n     Memory: 81.0 MB\n" in said
    assert "host-3" not in said.split("Recurring")[0]
    assert "  Total: 2 (2 active, 0 paused)" in said
    assert "report.build" not in said
    assert "report.build" in ours.ok("inspect", "--schedules", url=shown.url).stdout
    assert "host-1" not in ours.ok("inspect", "--stale", url=shown.url).stdout


def test_inspect_cleans_up_and_says_so(backend):
    status = "SELECT status FROM soniq_workers WHERE hostname = 'host-2'"
    assert backend.value(status) == "active"
    said = ours.ok("inspect", "--cleanup", url=backend.url).stdout
    assert "[OK] Cleaned up 1 stale worker records; 0 jobs are queued again" in said
    assert "Health: HEALTHY" in said
    assert backend.value(status) == "stopped"
    again = ours.ok("inspect", "--cleanup", url=backend.url).stdout
    assert "[INFO] No stale workers found" in again
    assert len(ours.ok("inspect", "--cleanup", "--json", url=backend.url).json()["workers"]) == 3


# --- job ---


def test_a_job(shown):
    job_id = sample.job_id(10)  # done, with an error of an attempt before
    told = ours.ok("job", "--json", job_id, url=shown.url).json()
    assert told["id"] == job_id
    assert told["status"] == sample.STATUSES[10 % 4]
    assert told["args"]["n"] == 10
    said = ours.ok("job", job_id.upper().replace("-", ""), url=shown.url).stdout
    assert f"id                       {job_id}\n" in said
    assert "\nlast_error:\n  ValueError: number 10\n" in said
    assert "9007199254740993" in said
    assert f"\nWhat can be done:\n  soniq job delete {job_id}\n" in said
    assert "job cancel" not in said
    assert told["why"]["answer"] == "ended"
    assert [reason["code"] for reason in told["why"]["reasons"]] == ["done"]
    assert re.search(r"\nwhy \(ended\):\n\[INFO\] It was done .* ago\n  After 1 of 3 ", said)


def test_a_job_that_waits(shown):
    """Queued on a queue that only one worker serves, behind others."""
    job_id = sample.job_id(4)
    told = ours.ok("job", "--json", job_id, url=shown.url).json()
    assert told["why"]["answer"] in ("waits", "stuck")
    said = ours.ok("job", job_id, url=shown.url).stdout
    assert f"\nwhy ({told['why']['answer']}):\n" in said
    for reason in told["why"]["reasons"]:
        assert reason["title"].split(",")[0] in said
    assert f"  soniq job cancel {job_id}\n  soniq job delete {job_id}\n" in said


def test_a_key_is_not_told(shown):
    said = ours.ok("job", sample.job_id(4), url=shown.url, dashboard_api_key="s3cret-s3cret-s3cret")
    assert "s3cret" not in said.stdout


def test_lineage(backend):
    dead_id = sample.dead_id(7)
    assert ours.ok("job", "--json", dead_id, url=backend.url).json()["lineage"] == []
    said = ours.ok("dead-letter", "replay", dead_id, url=backend.url).stdout
    new = said.split()[-1]
    (replay,) = ours.ok("job", "--json", dead_id, url=backend.url).json()["lineage"]
    assert (replay["id"], replay["relation"], replay["status"]) == (new, "replay", "queued")
    assert replay["is_certain"] is True
    (origin,) = ours.ok("job", "--json", new, url=backend.url).json()["lineage"]
    assert (origin["id"], origin["relation"]) == (dead_id, "origin")
    assert re.search(
        rf"lineage \(1\):\n.*\nreplay +{new} +queued ",
        ours.ok("job", dead_id, url=backend.url).stdout,
    )


def test_a_dead_letter(shown):
    dead_id = sample.dead_id(1)
    told = ours.ok("job", "--json", dead_id, url=shown.url).json()
    assert (told["kind"], told["status"]) == ("dead_letter", "dead_letter")
    said = ours.ok("job", dead_id, url=shown.url).stdout
    assert f"  soniq dead-letter replay {dead_id}\n" in said
    assert f"  soniq dead-letter delete {dead_id}\n" in said


def test_a_job_that_is_not_there(shown):
    for more in ([], ["--json"]):
        result = ours.run("job", "00000000-0000-4000-8000-000000000000", *more, url=shown.url)
        assert (result.code, result.stdout) == (4, "")
        assert "there is no job 00000000-0000-4000-8000-000000000000" in result.stderr


# --- health, ready, config ---


def test_health_and_ready(shown):
    told = ours.ok("health", "--json", url=shown.url).json()
    assert told["status"] in ("healthy", "degraded")
    assert told["queue_backlog"] == counts(shown)["queued"]
    assert ours.ok("health", url=shown.url).stdout == f"{told['status']}\n"
    assert ours.ok("ready", url=shown.url).stdout == "ready\n"
    assert ours.ok("ready", "--json", url=shown.url).json() == {"status": "ready"}


def test_a_backlog_is_degraded_and_still_exit_0(lite):
    lite.execute(
        """INSERT INTO soniq_jobs (id, job_name, args)
           WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001)
           SELECT 'x' || i, 'a', '{}' FROM n"""
    )
    assert ours.ok("health", url=lite.url).stdout == "degraded\n"


def test_config_says_where_each_value_came_from(tmp_path):
    (tmp_path / ".env").write_text("SONIQ_DASHBOARD_PORT=7001\nSONIQ_QUEUES=a,b\n")
    rows = ours.ok(
        "config", "--json", "--database-url", "x.db", cwd=tmp_path, queues="c", log_level="debug"
    ).json()
    told = {row["environment"]: (row["value"], row["source"]) for row in rows}
    assert told["SONIQ_DATABASE_URL"] == ("x.db", "flag")
    assert told["SONIQ_QUEUES"] == ("c", "environment")
    assert told["SONIQ_LOG_LEVEL"][1] == "environment"
    assert told["SONIQ_DASHBOARD_PORT"] == ("7001", "file")
    assert told["SONIQ_DASHBOARD_HOST"] == ("127.0.0.1", "default")
    for name in ("SONIQ_DASHBOARD_PORT", "dashboard.port"):
        (row,) = ours.ok("config", "--json", name, cwd=tmp_path).json()
        assert row["value"] == "7001"
        assert "7001" in ours.ok("config", name, cwd=tmp_path).stdout


# --- setup ---


@contextlib.contextmanager
def place(kind, request, tmp_path):
    """Where no database is yet."""
    if kind == "sqlite":
        yield SqliteDatabase(tmp_path / "new.db")
        return
    database = request.getfixturevalue("pg").create()
    database.drop()
    yield database
    database.drop()


@pytest.fixture(params=["postgresql", "sqlite"])
def nowhere(request, tmp_path):
    with place(request.param, request, tmp_path) as database:
        yield database


def test_setup_makes_the_database_and_its_tables(nowhere):
    said = ours.ok("setup", url=nowhere.url).stdout
    assert "[OK] Created " in said
    assert "  Found 5 core migrations\n  Applied:\n    - 0001_core\n" in said
    assert "[OK] Applied 5 migrations successfully\n" in said
    assert re.search(r"^    - index the jobs by age \.\.\. \d+ (us|ms|s)$", said, re.MULTILINE)
    assert re.search(r"\[OK\] Set up the history in \d+ steps\n$", said)
    again = ours.ok("setup", url=nowhere.url).stdout
    assert "  Core schema is already up to date\n" in again
    assert "[OK] Database setup completed (no migrations needed)\n" in again
    assert again.endswith("[OK] History is up to date\n")
    assert ours.ok("setup", "--json", url=nowhere.url).json() == {
        "made_database": False,
        "applied": [],
        "history": [],
    }


def test_a_minimal_setup_is_without_history(nowhere):
    said = ours.ok("setup", "--minimal", url=nowhere.url).stdout
    assert said.endswith("[OK] Applied 5 migrations successfully\n")
    assert ours.ok("setup", "--dry-run", "--json", url=nowhere.url).json()["history"]


def test_the_history_is_removed_again(nowhere):
    made = ours.ok("setup", "--json", url=nowhere.url).json()["history"]
    assert {"steps", "01_tables", "index_claim"} <= {step["name"] for step in made}
    assert all(step["took_ms"] >= 0 for step in made)
    told = ours.ok("setup", "--remove-history", "--dry-run", url=nowhere.url).stdout
    assert "DROP TABLE IF EXISTS soniq_x_delta;\n" in told
    said = ours.ok("setup", "--remove-history", url=nowhere.url).stdout
    assert re.search(r"\[OK\] Removed the history in \d+ steps\n$", said)
    again = ours.ok("setup", "--remove-history", url=nowhere.url).stdout
    assert again.endswith("[OK] There is no history to remove\n")
    assert ours.ok("ready", url=nowhere.url)


@pytest.mark.parametrize(
    "options",
    [
        ("--minimal", "--optimize"),
        ("--minimal", "--remove-history"),
        ("--optimize", "--remove-history", "--dry-run"),
    ],
    ids=" ".join,
)
def test_setup_refuses_what_contradicts(nowhere, options):
    refused = ours.run("setup", *options, url=nowhere.url)
    assert refused.code == 2
    assert all(option in refused.stderr for option in options[:2])
    assert ours.run("ready", url=nowhere.url).code != 0


def test_setup_as_one_document(nowhere):
    told = ours.ok("setup", "--json", url=nowhere.url).json()
    assert told["made_database"] is True
    assert [row["version"] for row in told["applied"]] == list(FIVE)


def test_many_setups_at_once(nowhere):
    """Each migration is applied once, and all of them succeed."""
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: ours.ok("setup", "--json", url=nowhere.url), range(4)))
    applied = [row["version"] for result in done for row in result.json()["applied"]]
    assert sorted(applied) == list(FIVE)
    assert sum(result.json()["made_database"] for result in done) == 1
    assert ours.ok("ready", url=nowhere.url)


def test_a_dry_run_of_setup_writes_nothing(pg_database):
    said = ours.ok("setup", "--dry-run", url=pg_database.url).stdout
    assert "Dry run: would apply 5 migrations" in said
    assert "    - 0005_logs\n" in said
    assert "\n-- 0005: logs\n" in said and "\nCREATE TABLE IF NOT EXISTS soniq_jobs (" in said
    assert "\n-- index_claim: " in said and "\nCREATE INDEX CONCURRENTLY IF NOT EXISTS " in said
    told = ours.ok("setup", "--dry-run", "--json", url=pg_database.url).json()
    assert [row["version"] for row in told["applied"]] == list(FIVE)
    *_, index, count = told["history"]
    assert index["sql"].startswith("DROP INDEX CONCURRENTLY IF EXISTS soniq_x_jobs_")
    assert ";\nCREATE INDEX CONCURRENTLY" in index["sql"]
    assert (count["name"], count["sql"]) == ("count", None)
    assert "\n-- count: count the jobs\n" in said
    assert "noted where it is done, in soniq_migrations and soniq_x_steps" in said
    assert pg_database.value("SELECT count(*) FROM pg_class WHERE relname LIKE 'soniq%%'") == 0


def test_the_sql_of_a_dry_run_can_be_run(pg_database):
    """By hand, in the order in which it stands."""
    told = ours.ok("setup", "--dry-run", url=pg_database.url).stdout
    for step in re.split(r"^-- \w+: .*$", told, flags=re.MULTILINE)[1:]:
        # What is done beside running work is no part of a transaction, not even of several at once.
        alone = "CONCURRENTLY" in step
        for statement in step.split(";\n") if alone else [step]:
            if statement.strip():
                pg_database.execute(statement)
    steps = ours.ok("setup", "--json", url=pg_database.url).json()["history"]
    assert not [step for step in steps if step["name"].startswith("index_")]


def test_migrate_status(pg_database):
    before = ours.ok("migrate-status", url=pg_database.url).stdout
    assert "Applied: 0\nPending: 5\nStatus: Migrations pending\n" in before
    assert "  0003_scheduler\n" in before
    assert "Run 'soniq setup' to apply pending migrations" in before
    ours.ok("setup", url=pg_database.url)
    after = ours.ok("migrate-status", url=pg_database.url).stdout
    assert "Applied: 5\nPending: 0\nStatus: Up to date\n" in after
    rows = ours.ok("migrate-status", "--json", url=pg_database.url).json()
    assert [row["version"] for row in rows] == list(FIVE)
    assert all(row["is_known"] and row["applied_at"] for row in rows)


# --- databases that the Python project filled ---

LOOKS = [
    ["status", "--jobs", "--verbose"], ["inspect", "--schedules"], ["types"], ["timeline"],
    ["migrate-status"], ["health"],
    ["ready"], ["setup"], ["setup", "--dry-run"], ["dead-letter", "list", "--limit", "1000"],
    ["dead-letter", "replay", "--all", "--dry-run"], ["dead-letter", "cleanup", "--dry-run"],
    ["dead-letter", "export", "--output", "-"],
]  # fmt: skip


def test_databases_of_the_python_project(world):
    for arguments in LOOKS:
        assert ours.ok(*arguments, url=world.url).stdout
        json.loads(ours.ok(*arguments, "--json", url=world.url).stdout)
    assert ours.ok("status", "--json", url=world.url).json()["stats"] == counts(world)
    dead = ours.ok("dead-letter", "list", "--limit", "1000", "--json", url=world.url).json()
    assert len(dead) == counts(world)["dead_letter"]
    for job in dead[:3]:
        told = ours.ok("job", "--json", job["id"], url=world.url).json()
        assert told["job_name"] == job["job_name"]
