"""`soniq setup` ended by SIGKILL at each of its steps: the next run goes on from there."""

import time

import pytest

from support import catalog, ours

ROWS = """
    INSERT INTO soniq_jobs (id, job_name, args, queue, status, last_error)
    SELECT gen_random_uuid(), 'job.' || i % 7, '{}', 'q' || i % 5,
        (ARRAY['queued', 'done', 'cancelled'])[1 + i % 3], 'Error: ' || md5(i::text)
    FROM generate_series(1, 20000) i
"""
# The tables of Python, those of the history, the indexes: what a run says before each step.
STEP = "    - "


@pytest.fixture(scope="module")
def plain(pg):
    """Only what Python has too, with some rows: what the indexes are built of."""
    database = pg.create()
    ours.ok("setup", "--minimal", url=database.url)
    database.execute(ROWS)
    yield database
    database.drop()


@pytest.fixture(scope="module")
def whole(pg, plain):
    """The same with all that there is, set up in one go."""
    database = pg.create(template=plain.name)
    ours.ok("setup", "--optimize", url=database.url)
    yield database
    database.drop()


def kill_at(step: int, database, *options) -> int:
    """Let it begin so many steps, then kill it; how many it had begun."""
    child = ours.start("setup", *options, url=database.url)

    def begun() -> int:
        return child.stdout().count(STEP)

    # Tight, for the next step is a millisecond away.
    while begun() < step and child.running:
        time.sleep(0.0005)
    child.kill()
    return begun()


def steps_of(database, *options) -> int:
    told = ours.ok("setup", "--dry-run", "--json", *options, url=database.url)
    return len(told.json()["history"])


def assert_same(database, wanted) -> None:
    different = catalog.differences(catalog.snapshot(database), catalog.snapshot(wanted))
    assert not different, "\n".join(different)


def test_setting_up_goes_on(pg, plain, whole):
    n_steps = steps_of(plain, "--optimize")
    assert n_steps > 10
    for step in range(1, n_steps + 1):
        database = pg.create(template=plain.name)
        begun = kill_at(step, database, "--optimize")
        assert begun >= step
        ours.ok("setup", "--optimize", url=database.url)
        assert_same(database, whole)
        assert steps_of(database, "--optimize") == 0
        counted = "SELECT sum(n) FROM soniq_x_gauge"
        assert database.value(counted) == 20000, f"killed at step {step}"
        database.drop()


def test_one_that_is_killed_again_and_again(pg, plain, whole):
    database = pg.create(template=plain.name)
    for _ in range(12):
        kill_at(2, database, "--optimize")
    ours.ok("setup", "--optimize", url=database.url)
    assert_same(database, whole)
    database.drop()


def test_removing_goes_on(pg, plain, whole):
    n_steps = steps_of(whole, "--remove-history")
    assert n_steps > 10
    for step in range(1, n_steps + 1):
        database = pg.create(template=whole.name)
        kill_at(step, database, "--remove-history")
        ours.ok("setup", "--remove-history", url=database.url)
        assert_same(database, plain)
        database.drop()


def test_removed_half_way_and_set_up_again(pg, plain, whole):
    for step in (2, 6, 10):
        database = pg.create(template=whole.name)
        kill_at(step, database, "--remove-history")
        ours.ok("setup", "--optimize", url=database.url)
        assert_same(database, whole)
        database.drop()
