"""bench/seed.py makes the table that the benchmarks are about."""

import importlib.util
import sys

import pytest

from support import ours
from support.paths import ROOT

N = 2000


@pytest.fixture(scope="module")
def seed():
    sys.path.insert(0, str(ROOT / "bench"))
    try:
        spec = importlib.util.spec_from_file_location("bench_seed", ROOT / "bench/seed.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules["bench_seed"] = module
        spec.loader.exec_module(module)
        return module
    finally:
        sys.path.remove(str(ROOT / "bench"))


def shares(database):
    rows = database.rows(
        "SELECT status, count(*) * 1000 / sum(count(*)) OVER () FROM soniq_jobs GROUP BY status"
    )
    return {status: round(float(share)) for status, share in rows}


def test_the_rows_are_what_it_says_they_are(seed, pg):
    database = pg.create()
    seeded = seed.seed(database.url, N)
    assert (seeded.jobs, seeded.dead) == (N, N // 100)
    found = shares(database)
    assert abs(found["done"] - 950) < 20 and abs(found["queued"] - 30) < 15, found
    assert database.value("SELECT count(DISTINCT queue) FROM soniq_jobs") == 20
    assert database.value("SELECT count(DISTINCT job_name) FROM soniq_jobs") > 40
    assert 0 < database.value("SELECT count(last_error) FROM soniq_jobs") < N // 20
    args = database.value("SELECT avg(pg_column_size(args)) FROM soniq_jobs")
    assert 130 < args < 230, args
    with pytest.raises(SystemExit, match="there are jobs"):
        seed.seed(database.url, N)


def test_two_runs_make_the_same_rows_and_every_index_again(seed, pg):
    sums, indexes = [], []
    for _ in range(2):
        database = pg.create()
        ours.ok("setup", "--minimal", url=database.url)
        before = database.rows(seed.INDEXES)
        seed.seed(database.url, N)
        indexes.append(database.rows(seed.INDEXES) == before)
        sums.append(
            database.value(
                "SELECT md5(string_agg(id || status || queue || job_name "
                "|| args, '' ORDER BY id)) FROM soniq_jobs"
            )
        )
    assert sums[0] == sums[1]
    assert indexes == [True, True]
    assert database.value("SELECT count(*) FROM pg_constraint WHERE conname = 'soniq_jobs_pkey'")


def test_where_the_history_is_set_up_it_is_filled_and_the_gauges_are_due(seed, pg):
    database = pg.create()
    ours.ok("setup", url=database.url)
    seed.seed(database.url, N)
    spans = dict(database.rows("SELECT span, count(*) FROM soniq_x_rollup GROUP BY span"))
    # 20 queues, 60 names, and all queues together.
    assert spans == {0: 1, 1: 81 * 48 * 60, 10: 81 * 14 * 144, 60: 81 * 30 * 24}
    arrived = "SELECT sum(arrived) FROM soniq_x_rollup WHERE span = 60 AND name_id "
    queues = "IN (SELECT id FROM soniq_x_names WHERE kind = 'queue')"
    assert database.value(arrived + queues) == database.value(arrived + "= 0")
    assert database.value("SELECT recount_due FROM soniq_x_state") == "seed"
    assert database.value("SELECT count(*) FROM soniq_x_delta") == 0
    with database.connect() as connection:
        connection.execute("DELETE FROM soniq_jobs WHERE status = 'cancelled'")
    assert database.value("SELECT count(*) FROM soniq_x_delta") > 0, "the triggers are off"
