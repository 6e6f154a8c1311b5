"""The keeper: a dashboard folds what triggers wrote, whatever becomes of it, and nothing else."""

import contextlib
import json
import random
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from support import ours
from support.events import Events
from support.lives import Lives, counts
from support.proxy import Proxy
from support.waiting import wait_until

X = ("attempts", "rollup", "gauge", "names", "delta", "state")
PYTHON = ("jobs", "dead_letter_jobs", "workers", "task_registry", "recurring_jobs", "migrations")


def unfolded(database) -> int:
    return database.value("SELECT count(*) FROM soniq_x_delta")


def folded(database) -> None:
    wait_until(lambda: unfolded(database) == 0, "all is folded")


def gauges(database) -> dict[str, int]:
    """What the folded numbers say, in the shape of counts()."""
    found = dict(database.rows("SELECT status, sum(n) FROM soniq_x_gauge GROUP BY status"))
    live = ("queued", "processing", "done", "cancelled")
    told = {name: int(found.get(name) or 0) for name in (*live, "dead_letter")}
    return told | {"total": sum(told[name] for name in live)}


def ever(database, column: str, kind="queue") -> int:
    """What the counters say of all names."""
    return database.value(
        f"SELECT coalesce(sum(r.{column}), 0) FROM soniq_x_rollup AS r"
        " JOIN soniq_x_names AS n ON n.id = r.name_id WHERE r.span = 0 AND n.kind = %s",
        kind,
    )


def minutes(database, column: str) -> int:
    return database.value(
        f"SELECT coalesce(sum(r.{column}), 0) FROM soniq_x_rollup AS r"
        " JOIN soniq_x_names AS n ON n.id = r.name_id WHERE r.span = 1 AND n.kind = 'queue'"
    )


def keepers(database) -> int:
    return database.value(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'soniq keeper'"
        " AND datname = current_database()"
    )


def said(server) -> list[str]:
    return [line for line in server.child.stderr().splitlines() if " keeper: " in line]


def live_a_while(database, seed: int, lives=60) -> dict[str, int]:
    """Jobs of all fates, one statement at a time; what became of them."""
    dice = random.Random(seed)
    play = Lives(database)
    ends = dict.fromkeys(("arrived", "done", "failed", "cancelled"), 0)
    for _ in range(lives):
        job = play.enqueue(dice.choice(("mail", "pay", f"q{seed}")), dice.choice(("a", "b")))
        ends["arrived"] += 1
        fate = dice.choice(("wait", "done", "fail", "cancel", "gone"))
        if fate == "cancel":
            play.cancel(job)
            ends["cancelled"] += 1
        if fate in ("done", "fail", "gone"):
            play.claim(job)
        if fate == "fail":
            play.fail(job)
            ends["failed"] += 1
        if fate in ("done", "gone"):
            play.done(job)
            ends["done"] += 1
        if fate == "gone":
            play.delete(job)
    return ends


def summed(all_ends) -> dict[str, int]:
    total: dict[str, int] = {}
    for ends in all_ends:
        for name, n in ends.items():
            total[name] = total.get(name, 0) + n
    return total


def test_what_happens_is_folded_within_seconds(backend):
    with ours.Dashboard(backend.url) as server:
        folded(backend)
        before = {name: ever(backend, name) for name in ("arrived", "done", "failed", "cancelled")}
        ends = live_a_while(backend, 1)
        began = time.monotonic()
        folded(backend)
        assert time.monotonic() - began < 15
        assert gauges(backend) == counts(backend)
        for name, n in ends.items():
            assert ever(backend, name) - before[name] == n, name
        assert server.get("/api/stats") == counts(backend)
        assert said(server) == []


def test_it_rests_while_nothing_happens_until_a_page_hears_of_something(pg_sample):
    with ours.Dashboard(pg_sample.url) as server, Events(server.port) as stream:
        folded(pg_sample)
        stream.take(3)
        time.sleep(14)  # after ten turns of nothing; now it looks every 15 seconds
        live_a_while(pg_sample, 1, lives=5)
        began = time.monotonic()
        folded(pg_sample)
        assert time.monotonic() - began < 10


def test_two_at_once_count_everything_once(backend):
    with ours.Dashboard(backend.url), ours.Dashboard(backend.url):
        folded(backend)
        before = {name: ever(backend, name) for name in ("arrived", "done", "failed", "cancelled")}
        with ThreadPoolExecutor(3) as pool:
            ends = summed(pool.map(lambda n: live_a_while(backend, n, 40), range(3)))
        folded(backend)
        assert gauges(backend) == counts(backend)
        for name, n in ends.items():
            assert ever(backend, name) - before[name] == n, name


MANY = {
    # a statement writes a row for each queue and name
    "postgresql": """
        INSERT INTO soniq_jobs (id, job_name, args, status, queue)
        SELECT gen_random_uuid(), 'many.' || i % 120, '{}', 'queued', 'many.' || i / 120
        FROM generate_series(0, 11999) AS i""",
    "sqlite": """
        INSERT INTO soniq_jobs (id, job_name, args, status, queue)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
        SELECT lower(hex(randomblob(16))), 'many.' || i % 7, '{}', 'queued', 'many' FROM n""",
}


def test_killed_in_the_middle_nothing_is_lost_or_counted_twice(backend):
    ours.ok("history", "--fold", url=backend.url)
    before = ever(backend, "arrived"), minutes(backend, "arrived")
    rows = backend.value("SELECT count(*) FROM soniq_jobs")
    survived, dice = 0, random.Random(7)
    for _ in range(5):
        backend.execute(MANY[backend.kind])
        waiting = unfolded(backend)
        server = ours.Dashboard(backend.url)
        wait_until(lambda waiting=waiting: unfolded(backend) < waiting, "folding has begun")
        time.sleep(dice.random() / 4)
        server.child.kill()
        server.http.close()
        survived += unfolded(backend) > 0
    assert survived > 0
    print(f"killed with something left to fold: {survived} of 5")
    ours.ok("history", "--fold", url=backend.url)
    new = backend.value("SELECT count(*) FROM soniq_jobs") - rows
    assert unfolded(backend) == 0
    assert gauges(backend) == counts(backend)
    assert ever(backend, "arrived") - before[0] == new
    assert minutes(backend, "arrived") - before[1] == new


def test_switched_off_numbers_are_exact_all_the_same(backend):
    with ours.Dashboard(backend.url, history_keeper="false") as server:
        live_a_while(backend, 2)
        waiting = unfolded(backend)
        assert waiting > 0
        answer = server.http.get("/api/stats")
        assert answer.json() == counts(backend)
        assert answer.headers["soniq-kind"] == "exact"
        assert "soniq_keeper_up" not in server.http.get("/metrics").text
        if backend.kind == "postgresql":
            assert keepers(backend) == 0
        assert unfolded(backend) == waiting
        assert said(server) == []


@contextlib.contextmanager
def role(database, *grants):
    """A URL for a role with these rights alone."""
    name = f"role_{uuid.uuid4().hex[:8]}"
    database.execute(f"CREATE ROLE {name} LOGIN")
    for grant in grants:
        database.execute(f"GRANT {grant} TO {name}")
    yield database.server.url(database.name, name)
    database.execute(f"DROP OWNED BY {name}")
    database.execute(f"DROP ROLE {name}")


def on(tables, *rights) -> str:
    return f"{', '.join(rights)} ON {', '.join(f'soniq_{table}' for table in tables)}"


READS = on(PYTHON, "SELECT")
READS_X = on([f"x_{table}" for table in X], "SELECT")
KEEPS_X = on([f"x_{table}" for table in X], "SELECT", "INSERT", "UPDATE", "DELETE")


@pytest.mark.parametrize("grants", [(READS,), (READS, READS_X)], ids=["none", "reads"])
def test_a_role_without_rights_serves_and_says_once_that_it_does_not_keep(pg_sample, grants):
    with role(pg_sample, *grants) as url, ours.Dashboard(url) as server:
        wait_until(lambda: said(server), "the log says it")
        live_a_while(pg_sample, 3, 10)
        waiting = unfolded(pg_sample)
        for _ in range(3):
            assert server.get("/api/stats", again=time.time()) == counts(pg_sample)
        (line,) = said(server)
        assert "the history is not kept by this dashboard: " in line and "soniq_x_" in line
        assert "password" not in line and url not in line
        assert unfolded(pg_sample) == waiting > 0
        wait_until(lambda: keepers(pg_sample) == 0, "no connection is held for nothing")
        metrics = server.http.get("/metrics").text
        assert "\nsoniq_keeper_up 0\n" in metrics


def test_rights_on_our_own_tables_are_enough_and_nothing_else_is_written(pg_sample):
    with role(pg_sample, READS, KEEPS_X) as url, ours.Dashboard(url) as server:
        live_a_while(pg_sample, 4, 20)
        folded(pg_sample)
        assert gauges(pg_sample) == counts(pg_sample)
        assert said(server) == []


def test_without_a_history_it_is_quiet(pg_database):
    ours.ok("setup", "--minimal", url=pg_database.url)
    with ours.Dashboard(pg_database.url) as server:
        (line,) = wait_until(lambda: said(server), "the log says it")
        assert " INFO keeper: no history is kept: " in line and "soniq setup" in line
        wait_until(lambda: keepers(pg_database) == 0, "no connection is held for nothing")
        assert server.get("/api/stats")["total"] == 0


def test_others_are_told(pg_sample):
    with ours.Dashboard(pg_sample.url), pg_sample.connect() as listener:
        folded(pg_sample)
        listener.execute("LISTEN soniq_x_change")
        Lives(pg_sample).run()
        (told,) = listener.notifies(timeout=30, stop_after=1)
        assert told.channel == "soniq_x_change"


def test_a_connection_that_is_ended_is_made_again(pg_sample):
    with ours.Dashboard(pg_sample.url) as server:
        for number in range(3):
            wait_until(lambda: keepers(pg_sample) == 1, "it is connected")
            pg_sample.rows(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'soniq keeper' AND datname = current_database()"
            )
            live_a_while(pg_sample, number, 5)
            folded(pg_sample)
        assert gauges(pg_sample) == counts(pg_sample)
        assert len(said(server)) <= 6


def test_a_database_that_is_away_is_said_once_and_so_is_its_return(pg_sample):
    name = pg_sample.name
    with ours.Dashboard(pg_sample.url) as server, pg_sample.server.connect() as admin:
        folded(pg_sample)
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )
        wait_until(lambda: told(server, "failures_total") >= 3, "it has tried three times")
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        wait_until(lambda: told(server, "up") == 1, "it keeps it again")
        away, back = said(server)
        assert " WARNING keeper: the history is not kept by this dashboard: " in away
        assert " INFO keeper: the history is kept" in back


def test_it_ends_within_a_second_while_the_database_says_nothing(pg_sample):
    with Proxy(pg_sample) as proxy:
        server = ours.Dashboard(proxy.url)
        server.wait()
        wait_until(lambda: keepers(pg_sample) == 1, "it is connected")
        folded(pg_sample)
        proxy.freeze()
        turns = told(server, "turns_total")
        began = time.monotonic()
        while told(server, "turns_total") == turns and time.monotonic() - began < 3:
            time.sleep(0.2)  # until it sits in a turn that does not end
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 4
        server.http.close()
        proxy.thaw()


def told(server, name: str) -> int:
    """A number of the keeper's at /metrics, also while the database is away."""
    for line in server.http.get("/metrics", params={"at": time.time()}).text.splitlines():
        if line.startswith(f"soniq_keeper_{name} "):
            return int(line.split()[1])
    raise AssertionError(f"soniq_keeper_{name} is not told")


def test_writers_of_a_file_do_not_wait_for_it(lite):
    """A backlog is folded while somebody writes, who would rather fail than wait for long."""
    for _ in range(3):
        lite.execute(MANY["sqlite"])
    longest = 0.0
    with ours.Dashboard(lite.url), lite.connect() as writer:
        writer.execute("PRAGMA busy_timeout = 5000")
        number = 0
        while unfolded(lite) > 0:
            began = time.monotonic()
            writer.execute(
                "INSERT INTO soniq_jobs (id, job_name, args) VALUES (?, 'quick', ?)",
                (f"quick-{number}", json.dumps({})),
            )
            longest = max(longest, time.monotonic() - began)
            number += 1
            time.sleep(0.005)
            if number % 50:
                continue
            writer.execute("DELETE FROM soniq_jobs WHERE job_name = 'quick'")
    print(f"{number} writes, the longest took {longest * 1000:.0f} ms")
    assert number > 20
    assert longest < 3
    ours.ok("history", "--fold", url=lite.url)
    assert gauges(lite) == counts(lite)
