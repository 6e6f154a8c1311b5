"""`soniq setup` of ours and of the Python project, in every order and at once: one schema."""

import psycopg
import pytest

from support import catalog, ours
from support.python_soniq import FIVE, OLD, RELEASES
from support.waiting import wait_until

AT_ONCE = 20
# What Python's setup says when another one makes the bookkeeping table in the same moment: it
# makes that table before it takes the lock.
PYTHON_RACE = ("pg_type_typname_nsp_index", "pg_class_relname_nsp_index", "already exists")


@pytest.fixture(scope="session")
def wanted(pg):
    """The schema that each release makes by itself in an empty database."""
    schemas = {}
    for release in RELEASES:
        database = pg.create()
        release.setup(database.url)
        schemas[release] = catalog.snapshot(database)
        assert [version for version, _ in catalog.migrations(database)] == list(release.migrations)
        database.drop()
    return schemas


def our_setup(database, *options) -> ours.Result:
    return ours.ok("setup", *options, "--database-url", database.url)


def assert_schema(database, schema, versions) -> None:
    """What both projects share is as Python makes it; that of the history stands beside it."""
    got = catalog.snapshot(database)
    different = catalog.differences(catalog.without_history(got), schema)
    assert not different, "\n".join(different)
    assert ("soniq_jobs", "soniq_x_change") in [x[:2] for x in got["triggers"]]
    assert [version for version, _ in catalog.migrations(database)] == list(versions)


def assert_bookkeeping(database) -> None:
    """What the Python tool reads and writes in it."""
    names = dict(catalog.migrations(database))
    assert [names[version] for version in FIVE] == [
        "core", "dead_letter", "scheduler", "webhooks", "logs"
    ]  # fmt: skip
    assert database.value("SELECT count(*) FROM soniq_migrations WHERE applied_at IS NULL") == 0
    assert database.value("SELECT count(*) FROM soniq_migrations WHERE checksum IS NOT NULL") == 0


def test_ours_alone_is_the_schema_of_0_0_3(pg_database, wanted):
    our_setup(pg_database)
    assert_schema(pg_database, wanted[OLD], FIVE)
    assert_bookkeeping(pg_database)


def test_minimal_is_the_schema_and_nothing_else(pg_database, wanted):
    our_setup(pg_database, "--minimal")
    assert catalog.differences(catalog.snapshot(pg_database), wanted[OLD]) == []
    assert_bookkeeping(pg_database)


def test_ours_then_python(pg_database, release, wanted):
    our_setup(pg_database)
    release.setup(pg_database.url)
    assert_schema(pg_database, wanted[release], release.migrations)
    assert_bookkeeping(pg_database)


def test_python_then_ours(pg_database, release, wanted):
    release.setup(pg_database.url)
    rows = pg_database.rows("SELECT * FROM soniq_migrations ORDER BY id")
    our_setup(pg_database)
    assert_schema(pg_database, wanted[release], release.migrations)
    assert pg_database.rows("SELECT * FROM soniq_migrations ORDER BY id") == rows


def test_ours_twice_changes_nothing(pg_database):
    our_setup(pg_database)
    before = catalog.snapshot(pg_database)
    rows = pg_database.rows("SELECT * FROM soniq_migrations ORDER BY id")
    our_setup(pg_database)
    assert catalog.snapshot(pg_database) == before
    assert pg_database.rows("SELECT * FROM soniq_migrations ORDER BY id") == rows


def test_ours_fills_in_lost_bookkeeping(pg_database, wanted):
    """Tables that are there without their rows, as after a restore of the tables alone."""
    our_setup(pg_database)
    pg_database.execute("DELETE FROM soniq_migrations WHERE version >= '0003'")
    our_setup(pg_database)
    assert_schema(pg_database, wanted[OLD], FIVE)


def test_setup_keeps_the_rows(world):
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    contents = [f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {table} t"
                for (table,) in world.rows(tables)]  # fmt: skip
    before = [world.rows(query) for query in contents]
    our_setup(world)
    assert [world.rows(query) for query in contents] == before


def test_twenty_of_ours_at_once(pg_database, wanted):
    children = [ours.start("setup", "--database-url", pg_database.url) for _ in range(AT_ONCE)]
    codes = [child.wait(120) for child in children]
    assert codes == [0] * AT_ONCE, "\n".join(child.said() for child in children)
    assert_schema(pg_database, wanted[OLD], FIVE)
    assert_bookkeeping(pg_database)


def test_both_at_once(pg_database, release, wanted):
    theirs = [release.start(pg_database.url, "setup") for _ in range(2)]
    own = [ours.start("setup", "--database-url", pg_database.url) for _ in range(4)]
    for child in own:
        assert child.wait(120) == 0, child.said()
    for child in theirs:
        if child.wait(120) != 0:
            assert any(sign in child.stdout() for sign in PYTHON_RACE), child.said()
            release.setup(pg_database.url)
    assert_schema(pg_database, wanted[release], release.migrations)
    assert_bookkeeping(pg_database)


def test_a_table_that_appears_in_the_same_moment(pg_database, wanted):
    """Python makes the bookkeeping table without the lock; ours must live with that."""
    with psycopg.connect(pg_database.url) as other:
        other.execute(
            """CREATE TABLE soniq_migrations (id SERIAL PRIMARY KEY,
                   version VARCHAR(255) NOT NULL UNIQUE, name TEXT NOT NULL,
                   applied_at TIMESTAMP DEFAULT NOW(), checksum TEXT)"""
        )
        other.execute("CREATE INDEX idx_soniq_migrations_version ON soniq_migrations (version)")
        child = ours.start("setup", "--database-url", pg_database.url)
        wait_until(lambda: _waits_for_lock(pg_database) or not child.running, "setup waits for it")
        other.commit()
    assert child.wait(60) == 0, child.said()
    assert_schema(pg_database, wanted[OLD], FIVE)


def _waits_for_lock(database) -> bool:
    query = """SELECT count(*) FROM pg_stat_activity
               WHERE datname = current_database() AND wait_event_type = 'Lock'"""
    return database.value(query) > 0


ADD_JOB = "INSERT INTO soniq_jobs (id, job_name, args) VALUES (gen_random_uuid(), 'a', '{}')"
ADD_DEAD = """
    INSERT INTO soniq_dead_letter_jobs (id, job_name, args, queue, priority, max_attempts, attempts,
        dead_letter_reason, original_created_at, moved_to_dead_letter_at)
    VALUES (gen_random_uuid(), 'a', '{}', 'q', 1, 1, 1, 'x', now(), now())
"""


@pytest.mark.parametrize("options", [(), ("--remove-history",)], ids=["set up", "removed"])
def test_writers_wait_for_a_moment_only(pg_database, options):
    """One that holds the table keeps us waiting, and not those that come behind us."""
    our_setup(pg_database, *([] if options else ["--minimal"]))
    with psycopg.connect(pg_database.url) as holder, pg_database.connect() as other:
        holder.execute(ADD_JOB)
        child = ours.start("setup", *options, "--database-url", pg_database.url)
        wait_until(lambda: _waits_for_lock(pg_database) or not child.running, "setup waits")
        other.execute("SET statement_timeout = '4s'")
        for _ in range(3):
            other.execute(ADD_JOB)
        # It asks who holds the lock when it was not had: the holder stays until that is told.
        wait_until(
            lambda: "waits for process" in child.stdout() or not child.running,
            "setup says for whom it waits",
        )
        assert child.running, child.said()
        holder.commit()
    assert child.wait(60) == 0, child.said()


@pytest.mark.parametrize("options", [(), ("--remove-history",)], ids=["set up", "removed"])
@pytest.mark.parametrize("order", [(ADD_DEAD, ADD_JOB), (ADD_JOB, ADD_DEAD)], ids=["dead", "job"])
def test_no_writer_is_met_in_a_deadlock(pg_database, options, order):
    """A worker has written one of the tables, and goes on to the other while we wait for it."""
    our_setup(pg_database, *([] if options else ["--minimal"]))
    with psycopg.connect(pg_database.url) as worker:
        worker.execute("SET deadlock_timeout = '10ms'")
        worker.execute("SET statement_timeout = '10s'")
        worker.execute(order[0])
        child = ours.start("setup", *options, "--database-url", pg_database.url)
        wait_until(lambda: _waits_for_lock(pg_database) or not child.running, "setup waits")
        worker.execute(order[1])
        worker.commit()
    assert child.wait(60) == 0, child.said()


# The key of the migration lock, from its definition; see docs/compatibility.md.
MIGRATION_LOCK = -3170183739012905038


def test_setup_waits_for_the_lock_of_the_other(pg_database, release):
    """Who holds the lock that Python takes is waited for, and Python waits for it too."""
    with pg_database.connect() as holder:
        holder.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        own = ours.start("setup", "--database-url", pg_database.url)
        theirs = release.start(pg_database.url, "setup")
        # Theirs waits inside the server; ours asks again and again, on a connection that stays.
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        wait_until(lambda: pg_database.value(waiting) == 1, "theirs waits for the lock")
        asking = """SELECT count(*) FROM pg_stat_activity
                     WHERE query LIKE '%pg_try_advisory_lock%' AND application_name = 'soniq'"""
        wait_until(lambda: pg_database.value(asking) == 1, "ours asks for the lock")
        assert own.running and theirs.running
        assert pg_database.value("SELECT to_regclass('soniq_jobs') IS NULL")
    assert own.wait(60) == 0, own.said()
    assert theirs.wait(60) == 0, theirs.said()
    assert [version for version, _ in catalog.migrations(pg_database)] == list(release.migrations)


def test_setup_makes_a_missing_database(pg, wanted):
    url = pg.url("not_there_yet")
    ours.ok("setup", "--database-url", url)
    with psycopg.connect(url) as connection:
        assert connection.info.encoding == "utf-8"
    database = pg.create(template="not_there_yet")
    assert_schema(database, wanted[OLD], FIVE)


# --- migrate-status ---


def our_status(database) -> tuple[list[str], list[str]]:
    """Versions applied and pending, as `migrate-status --json` has them."""
    rows = ours.ok("migrate-status", "--json", "--database-url", database.url).json()
    applied = [row["version"] for row in rows if row["applied_at"] is not None]
    return applied, [row["version"] for row in rows if row["applied_at"] is None]


def python_status(release, database) -> tuple[list[str], list[str]]:
    """The same of the Python tool's text: `  ✅ 0001` and `  ⏳ 0003_scheduler`."""
    said = release.run(database.url, "migrate-status")
    assert said.returncode == 0, said.stdout
    lines = [line.split() for line in said.stdout.splitlines()]
    marked = [line for line in lines if len(line) == 2 and line[0] in "✅⏳"]
    return tuple([what[:4] for mark, what in marked if mark == wanted] for wanted in "✅⏳")


def test_status_before_and_after(pg_database):
    assert our_status(pg_database) == ([], list(FIVE))
    assert pg_database.value("SELECT to_regclass('soniq_migrations') IS NULL"), "looking made it"
    our_setup(pg_database)
    assert our_status(pg_database) == (list(FIVE), [])


def test_status_agrees(pg_database, release):
    """On what is applied; Python also counts the migrations that only it has as pending."""
    our_setup(pg_database)
    applied, pending = python_status(release, pg_database)
    assert (applied, []) == our_status(pg_database)
    assert pending == [version for version in release.migrations if version not in FIVE]
    release.setup(pg_database.url)
    applied, pending = python_status(release, pg_database)
    assert (applied, pending) == our_status(pg_database)
    assert applied == list(release.migrations)


def test_status_of_half_a_schema(pg_database):
    our_setup(pg_database)
    pg_database.execute("DELETE FROM soniq_migrations WHERE version = '0004'")
    assert our_status(pg_database) == (["0001", "0002", "0003", "0005"], ["0004"])
    assert python_status(OLD, pg_database) == our_status(pg_database)
