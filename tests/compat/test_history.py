"""The real Python Soniq on a database with our history: it does as it does without, and all that
it did is in the history."""

import json
from collections import Counter

import pytest

from support import catalog, ours, pydash
from support.python_soniq import NEW, OLD
from support.soniq_world import SETTINGS, build, drain

QUEUE = "history"
MAIL = ["mail.send", {"to": "a@example.org", "subject": "x"}, {"queue": QUEUE}]
CHARGE = ["pay.charge", {"order": 7}, {"queue": QUEUE}]

# What is the same in two worlds; their ids and moments are not.
JOBS = """
    SELECT job_name, queue, status, attempts, max_attempts, priority, unique_job, dedup_key,
        args_hash, scheduled_at IS NULL, expires_at IS NULL, result IS NULL,
        left(last_error, 30), count(*)
    FROM soniq_jobs GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
"""
DEAD = """
    SELECT job_name, queue, priority, attempts, max_attempts, dead_letter_reason,
        resurrection_count, left(last_error, 30), count(*)
    FROM soniq_dead_letter_jobs GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""
TRUTH = """
    SELECT queue, job_name, status, count(*) FROM soniq_jobs GROUP BY 1, 2, 3
    UNION ALL
    SELECT queue, job_name, 'dated', count(*) FROM soniq_jobs
    WHERE status = 'queued' AND scheduled_at IS NOT NULL GROUP BY 1, 2, 3
    UNION ALL
    SELECT queue, job_name, 'dead_letter', count(*) FROM soniq_dead_letter_jobs GROUP BY 1, 2
"""
# What was counted at setup, and then, as nothing has folded it, what came minus what went.
COUNTED = """
    SELECT queue, job_name, status, sum(n) FROM (
        SELECT q.name AS queue, t.name AS job_name, status, n FROM soniq_x_gauge
        JOIN soniq_x_names q ON q.id = queue_id JOIN soniq_x_names t ON t.id = type_id
        UNION ALL
        SELECT queue, job_name, CASE outcome WHEN 'dated' THEN outcome ELSE becomes END, n
        FROM soniq_x_delta WHERE becomes IS NOT NULL
        UNION ALL
        SELECT CASE WHEN is_moved THEN old_queue ELSE queue END,
            CASE WHEN is_moved THEN old_name ELSE job_name END,
            CASE outcome WHEN 'dated' THEN outcome ELSE was END, -n
        FROM soniq_x_delta WHERE was IS NOT NULL) d
    WHERE status IS NOT NULL GROUP BY 1, 2, 3 HAVING sum(n) <> 0
"""
OUTCOMES = "SELECT job_name, outcome, count(*) FROM soniq_x_attempts GROUP BY 1, 2"
LOST = "SELECT count(*) FROM soniq_x_delta WHERE outcome LIKE '!%%'"


def set_up(database) -> None:
    ours.ok("setup", url=database.url)


@pytest.fixture(params=[OLD, NEW], ids=str, scope="module")
def release(request):
    return request.param


@pytest.fixture(scope="module")
def lived(worlds, release, tmp_path_factory):
    """A world that began with the history, and the runs of handlers in it."""
    runs = tmp_path_factory.mktemp("runs") / "runs"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORLD_RUNS", str(runs))
        world = build(worlds.server, release, set_up)
    lines = runs.read_text(encoding="utf-8").splitlines()
    yield world, [line.split(" ", 2) for line in lines]
    world.drop()


@pytest.fixture
def database(pg_database, release):
    release.setup(pg_database.url)
    set_up(pg_database)
    return pg_database


def enqueue(release, url, *jobs, **settings) -> list[str]:
    return release.script(url, "world_enqueue", json.dumps(jobs), **SETTINGS, **settings).split()


def counted_as_true(database) -> None:
    assert Counter(database.rows(COUNTED)) == Counter(database.rows(TRUTH))
    assert database.value(LOST) == 0


# --- the whole world ---


def test_python_does_as_it_does_without(lived, worlds, release):
    world, _ = lived
    plain = worlds.copy(release)
    for query in (JOBS, DEAD):
        assert Counter(world.rows(query)) == Counter(plain.rows(query))
    plain.drop()


def test_every_job_is_counted(lived):
    counted_as_true(lived[0])


def test_every_run_is_an_attempt(lived):
    """Each run of a handler, and those that ended before the handler was called."""
    world, runs = lived
    kept = Counter(world.rows("SELECT job_id::text, attempt FROM soniq_x_attempts"))
    ran = Counter((job, int(attempt)) for job, attempt, _ in runs)
    assert ran - kept == Counter()
    names = dict(world.rows("SELECT job_id::text, job_name FROM soniq_x_attempts"))
    never_called = Counter(names[job] for job, _ in (kept - ran).elements())
    # Unknown names, and the two whose arguments are not what they should be.
    assert never_called == {"gone.handler": 4, "mail.send": 2}


def test_attempts_ended_as_they_did(lived):
    world, _ = lived
    outcomes = {}
    for name, outcome, n in world.rows(OUTCOMES):
        outcomes.setdefault(name, {})[outcome] = n
    assert outcomes["mail.checked"] == {"done": 80}
    assert outcomes["net.fetch"] == {"done": 30, "failed": 30}
    assert outcomes["doomed.only"] == {"dead": 7}
    assert outcomes["slow.step"] == {"dead": 3}
    assert outcomes["net.later"] == {"failed": 3}
    assert outcomes["net.throttled"] == {"snoozed": 3}
    assert outcomes["gone.handler"] == {"dead": 4}
    # Three were replayed, and failed again.
    assert outcomes["pay.charge"] == {"failed": 2 * 15, "dead": 15}


def test_attempts_know_when_and_why(lived):
    world, _ = lived
    odd = """SELECT count(*) FROM soniq_x_attempts
             WHERE started_at IS NULL OR worker_id IS NULL OR NOT ended_at >= started_at
                OR NOT started_at >= created_at OR NOT wait_us >= 0 OR attempt < 1"""
    assert world.value(odd) == 0
    error = "SELECT DISTINCT outcome, error LIKE %s FROM soniq_x_attempts WHERE job_name = %s"
    assert Counter(world.rows(error, "%card declined%", "pay.charge")) == {
        ("failed", True): 1,
        ("dead", True): 1,
    }
    assert world.rows(error, "%", "mail.checked") == [("done", None)]


def test_python_still_finds_its_schema(lived, release):
    world, _ = lived
    before = catalog.snapshot(world)
    release.setup(world.url)
    said = release.run(world.url, "migrate-status")
    assert said.returncode == 0 and "0001" in said.stdout
    assert "Pending: 0" in said.stdout or "⏳" not in said.stdout
    assert catalog.snapshot(world) == before


def test_the_python_dashboard_answers_as_ever(lived, worlds, release):
    world, _ = lived
    plain = worlds.copy(release)
    numbers = []
    for database in (world, plain):
        with pydash.serve(release, database) as client:
            answer = client.get("/api/stats")
            assert answer.status_code == 200, answer.text
            numbers.append(answer.json())
    assert numbers[0] == numbers[1]
    plain.drop()


# --- one thing each ---


def test_jobs_of_a_transaction(database, release):
    """A job that was rolled back never was."""
    job = release.script(database.url, "world_transaction", **SETTINGS).strip()
    assert database.rows("SELECT id::text FROM soniq_jobs") == [(job,)]
    counted_as_true(database)
    assert database.value("SELECT sum(n) FROM soniq_x_delta") == 1


def test_a_role_that_may_nothing_of_ours(database, release):
    """Producers and workers need no rights on our tables."""
    role = "worker_" + database.name
    rights = "SELECT, INSERT, UPDATE, DELETE"
    database.execute(f"CREATE ROLE {role} LOGIN")
    for (table,) in database.rows(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE %s",
        "soniq_x%",
    ):
        database.execute(f"GRANT {rights} ON {table} TO {role}")
    database.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
    weak = database.server.url(database.name, user=role)
    (mail,) = enqueue(release, weak, MAIL)
    enqueue(release, weak, CHARGE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(database), "url", property(lambda _: weak))
        drain(release, database, QUEUE, workers=1)
    assert database.row("SELECT status FROM soniq_jobs WHERE id = %s", mail) == ("done",)
    assert Counter(dict(database.rows(
        "SELECT outcome, count(*) FROM soniq_x_attempts GROUP BY 1"
    ))) == {"done": 1, "failed": 2, "dead": 1}  # fmt: skip
    counted_as_true(database)
    database.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


@pytest.mark.parametrize("table", ["soniq_x_delta", "soniq_x_attempts"])
def test_work_goes_on_without_our_tables(database, release, table):
    database.execute(f"DROP TABLE {table}")
    (mail,) = enqueue(release, database.url, MAIL)
    drain(release, database, QUEUE, workers=1)
    assert database.row("SELECT status FROM soniq_jobs WHERE id = %s", mail) == ("done",)
    assert "soniq_x" not in str(database.rows("SELECT last_error FROM soniq_jobs"))
    if table == "soniq_x_attempts":
        assert database.value(LOST) > 0, "nobody would know that something was not counted"
        database.execute("DELETE FROM soniq_x_delta WHERE outcome LIKE '!%'")
    set_up(database)
    enqueue(release, database.url, MAIL)
    counted_as_true(database)


def test_truncate_leaves_a_mark(database, release):
    enqueue(release, database.url, MAIL, MAIL)
    database.execute("TRUNCATE soniq_jobs, soniq_dead_letter_jobs CASCADE")
    assert database.value("SELECT count(*) FROM soniq_x_delta WHERE outcome = '!truncate'") == 2
    enqueue(release, database.url, MAIL)
    assert database.value("SELECT count(*) FROM soniq_jobs") == 1


def test_it_goes_while_workers_run(database, release):
    """Set up and removed beside a busy worker: no job is lost, none fails for it."""
    jobs = enqueue(release, database.url, *[MAIL] * 150)
    child = release.start(
        database.url, "worker", "--concurrency", "4", "--queues", QUEUE, **SETTINGS
    )
    try:
        for _ in range(3):
            ours.ok("setup", "--remove-history", url=database.url)
            set_up(database)
        assert child.running, child.said()
    finally:
        child.stop()
    drain(release, database, QUEUE, workers=1)
    statuses = database.rows("SELECT status, last_error, count(*) FROM soniq_jobs GROUP BY 1, 2")
    assert statuses == [("done", None, len(jobs))]
