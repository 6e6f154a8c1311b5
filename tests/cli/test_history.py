"""soniq history, and what the history adds to the other commands."""

import re
import sqlite3
import uuid

import pytest

from support import ours
from support.lives import Lives, begin_earlier, counts

TABLES = {f"soniq_x_{name}" for name in ("attempts", "rollup", "gauge", "names", "delta", "state")}


def told(database, *arguments) -> dict:
    return ours.ok("history", "--json", *arguments, url=database.url).json()


def stats(database) -> dict:
    answer = ours.ok("status", "--json", url=database.url).json()
    return answer["stats"] | {"kind": answer["kind"]}


def right(database) -> dict:
    return counts(database) | {"kind": "exact"}


def test_what_there_is(backend):
    seen = told(backend)
    assert seen["state"] == "ok" and seen["missing"] is None and seen["since"]
    assert seen["unfolded"] > 0 and seen["oldest_unfolded_at"] and not seen["unfolded_is_capped"]
    assert {table["name"] for table in seen["tables"]} == TABLES
    assert seen["bytes"] == sum(table["bytes"] for table in seen["tables"]) > 0
    assert seen["attempts_retention_seconds"] == 7 * 86400
    assert seen["attempts_max"] == 5_000_000
    assert seen["retention_seconds"] == 366 * 86400
    said = ours.ok("history", url=backend.url).stdout
    assert "[OK] The history of this database is whole\n" in said
    assert re.search(r"  Not yet folded   \d+ changes, the oldest of ", said)
    assert "  Attempts kept    7 d, at most 5000000\n" in said
    assert re.search(r"^soniq_x_attempts +\S.* +\d.* k?B$", said, re.M)


def test_it_folds_until_nothing_is_left(backend):
    assert stats(backend) == right(backend)
    lives = Lives(backend)
    for _ in range(20):
        lives.run()
    waiting = told(backend)["unfolded"]
    seen = told(backend, "--fold")
    assert seen["folded"] == waiting
    assert seen["unfolded"] == 0 and seen["folded_at"]
    assert backend.value("SELECT count(*) FROM soniq_x_delta") == 0
    assert stats(backend) == right(backend)
    again = ours.ok("history", "--fold", url=backend.url).stdout
    assert "[OK] Folded 0 changes\n" in again and "  Not yet folded   nothing\n" in again


def test_it_counts_anew(backend):
    told(backend, "--fold")
    assert backend.execute("UPDATE soniq_x_gauge SET n = n + 7 WHERE status = 'queued'") > 0
    assert stats(backend)["queued"] > counts(backend)["queued"]
    seen = told(backend, "--recount")
    assert seen["recounted_at"] and seen["recount_due"] is None
    assert stats(backend) == right(backend)
    said = ours.ok("history", "--recount", url=backend.url).stdout
    assert "[OK] Counted all jobs anew\n" in said
    assert re.search(r"  Counts           exact, last counted anew (now|\S+ \S+ ago)\n", said)


def test_a_database_without_one(nothing):
    assert told(nothing)["state"] == "absent"
    assert "[INFO] This database has no history" in ours.ok("history", url=nothing.url).stdout
    for option in ("--fold", "--recount"):
        result = ours.run("history", option, url=nothing.url)
        assert result.code not in (0, 2) and "soniq setup" in result.stderr, result


@pytest.fixture(params=["postgresql", "sqlite"])
def nothing(request, tmp_path):
    """Python's tables alone."""
    from support.sqlite_world import SqliteDatabase

    if request.param == "sqlite":
        database = SqliteDatabase(tmp_path / "minimal.db")
    else:
        database = request.getfixturevalue("pg_database")
    ours.ok("setup", "--minimal", url=database.url)
    yield database


def test_one_that_is_not_whole(backend):
    backend.execute("DROP TABLE soniq_x_attempts")
    seen = told(backend)
    assert seen["state"] == "broken" and "soniq_x_attempts" in seen["missing"]
    said = ours.ok("history", url=backend.url).stdout
    assert "[WARNING] The history is not whole" in said and "soniq setup mends it" in said


@pytest.fixture
def reader(samples):
    """A database, and a URL of it for a role that may read Python's tables alone."""
    database = samples.copy("postgresql")
    role = f"reader_{uuid.uuid4().hex[:8]}"
    database.execute(f"CREATE ROLE {role} LOGIN")
    for table in (
        "jobs",
        "dead_letter_jobs",
        "workers",
        "task_registry",
        "recurring_jobs",
        "migrations",
    ):
        database.execute(f"GRANT SELECT ON soniq_{table} TO {role}")
    yield database, role, database.server.url(database.name, role)
    database.execute(f"DROP OWNED BY {role}")
    database.execute(f"DROP ROLE {role}")
    database.drop()


def test_a_role_without_rights(reader):
    database, role, url = reader
    seen = ours.ok("history", "--json", url=url).json()
    assert seen["state"] == "forbidden" and "soniq_x_delta" in seen["missing"]
    assert "GRANT SELECT ON soniq_x_" in ours.ok("history", url=url).stdout
    assert ours.ok("status", "--json", url=url).json()["stats"] == counts(database)
    for table in TABLES:
        database.execute(f"GRANT SELECT ON {table} TO {role}")
    assert ours.ok("history", "--json", url=url).json()["state"] == "ok"
    result = ours.run("history", "--fold", url=url)
    assert result.code not in (0, 2) and "soniq_x_" in result.stderr, result


# --- what others show of it ---


def test_attempts_of_a_job_also_when_it_is_gone(backend):
    lives = Lives(backend)
    job = lives.enqueue()
    lives.claim(job)
    lives.fail(job, "ValueError: the first\nline two")
    lives.claim(job)
    lives.done(job)
    said = ours.ok("job", job, url=backend.url).stdout
    assert "\nattempts (2):\n" in said
    assert re.search(r"^ +1  failed .*ValueError: the first", said, re.M)
    assert re.search(r"^ +2  done ", said, re.M)
    seen = ours.ok("job", "--json", job, url=backend.url).json()
    assert seen["kind"] == "job"
    assert [row["outcome"] for row in seen["attempts_history"]] == ["failed", "done"]
    lives.delete(job)
    gone = ours.ok("job", "--json", job, url=backend.url).json()
    assert (gone["kind"], gone["status"], gone["id"]) == ("history", "done", job)
    assert (gone["job_name"], gone["queue"], gone["attempts"]) == ("mail.send", "mail", 2)
    assert gone["attempts_history"] == seen["attempts_history"]
    said = ours.ok("job", job, url=backend.url).stdout
    assert "[INFO] The row of this job is gone" in said and "\nattempts (2):\n" in said


def test_times_and_rates_of_queues(backend):
    begin_earlier(backend)
    lives = Lives(backend)
    for _ in range(30):
        lives.run("fresh")
    ours.ok("history", "--fold", url=backend.url)
    rows = ours.ok("status", "--verbose", "--json", url=backend.url).json()["queues"]
    (row,) = (row for row in rows if row["queue"] == "fresh")
    assert row["arrived_per_minute"] > 0 and row["finished_per_minute"] > 0
    assert row["wait_p95_ms"] is not None and row["run_p50_ms"] is not None
    said = ours.ok("status", "--verbose", url=backend.url).stdout
    assert "Rates of the last 10 minutes, times of the last hour:\n" in said
    assert re.search(r"^fresh +[\d.]+ +[\d.]+ +\S+ +[\d.]+ m?s", said.split("Rates")[1], re.M)
    top = ours.ok("top", url=backend.url).stdout
    line = re.search(r"^fresh +.*$", top, re.M).group()
    ready, change, running, arrived, finished = line.split()[1:6]
    assert (ready, change, running) == ("0", "-", "0")
    assert float(arrived) > 0 and float(finished) > 0


def test_rows_that_are_cleaned_away_do_not_lower_the_rate(backend):
    """What top shows as finished is what was finished, though no row of it is left."""
    begin_earlier(backend)
    lives = Lives(backend)
    for _ in range(30):
        lives.delete(lives.run("swept"))
    for _ in range(15):
        lives.enqueue("swept")
    ours.ok("history", "--fold", url=backend.url)
    top = ours.ok("top", url=backend.url).stdout
    line = re.search(r"^swept +.*$", top, re.M).group()
    arrived, finished = map(float, line.split()[4:6])
    assert arrived > finished > 0


def test_without_a_history_times_are_left_out(nothing):
    Lives(nothing).run()
    said = ours.ok("status", "--verbose", url=nothing.url).stdout
    assert "mail" in said and "Rates of the last" not in said
    row = ours.ok("status", "--verbose", "--json", url=nothing.url).json()["queues"][0]
    assert row["wait_p95_ms"] is None and row["arrived_per_minute"] is None


def test_a_table_of_a_file_that_was_dropped_by_hand_is_made_anew(lite):
    """No trigger of SQLite can do without it (docs/history.md)."""
    done = "UPDATE soniq_jobs SET status = 'done' WHERE status = 'queued'"
    lite.execute("DROP TABLE soniq_x_delta")
    with pytest.raises(sqlite3.OperationalError, match="soniq_x_delta"):
        lite.execute(done)
    assert "soniq_x_delta" in ours.ok("history", "--json", url=lite.url).json()["missing"]
    ours.ok("setup", url=lite.url)
    lite.execute(done)
    kept = ours.ok("history", "--json", url=lite.url).json()
    assert kept["state"] == "ok" and kept["hole_at"] is not None
