"""Fixtures of the mounts' tests: each through every mount, and through what stands in front of
`soniq dashboard`."""

import os

import pytest

from support import ours
from support.fronts import FRONTS
from support.mounts import PROGRAMS

MANY, WIDE = 19_760, 5000  # with those of the sample, 20,000
FILL = """
    WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < %s)
    INSERT INTO soniq_jobs (id, job_name, args, status, attempts, max_attempts, queue, priority,
        created_at, updated_at, last_error)
    SELECT printf('%08x-0000-4000-8000-00000000%04x', n, %s), 'wide.' || n, '{}', 'done', 1, 3,
        'wide', 100, 1790000000000000 - n, 1790000000000000 - n,
        replace(hex(zeroblob(%s)), '00', 'x') FROM s
"""


@pytest.fixture(params=[*PROGRAMS, *FRONTS], scope="module")
def kind(request):
    return (PROGRAMS | FRONTS)[request.param]


@pytest.fixture
def program():
    """Of tests of what only a program around the dashboard has or does."""


def is_of_programs(test) -> bool:
    return "program" in getattr(test, "fixturenames", ())


def pytest_collection_modifyitems(items):
    """Behind a front is no program."""
    items[:] = [
        one for one in items if not (is_of_programs(one) and one.callspec.params["kind"] in FRONTS)
    ]


@pytest.fixture(scope="module")
def shown(kind, still, tmp_path_factory):
    """One mounted dashboard on rows that stand still, for all tests that only look."""
    folder, names = tmp_path_factory.mktemp("mount"), "jobs.example.com"
    with kind(still.url, folder=folder, write=True, dashboard_allowed_hosts=names) as mount:
        yield mount


@pytest.fixture(scope="module")
def binary(still):
    """`soniq dashboard` on the same rows."""
    with ours.Dashboard(still.url, write=True) as server:
        yield server


@pytest.fixture(scope="module")
def writer(kind, samples, tmp_path_factory):
    """One that may write, for tests of which each has rows of its own; its panel waits for the
    pipe `tapes`."""
    folder = tmp_path_factory.mktemp("writer")
    tapes = folder / "tapes"
    os.mkfifo(tapes)
    # A sanitizer makes numbers dear, and what is dear is seldom made anew.
    more = {"dashboard_database_budget": "100"}
    if kind.name in PROGRAMS:
        more["archive"] = tapes
    with (
        samples.lent("sqlite") as database,
        kind(database.url, folder=folder, write=True, **more) as mount,
    ):
        mount.database, mount.tapes = database, tapes
        yield mount


@pytest.fixture(scope="module")
def many(samples):
    """So many rows, with errors so wide that no kernel holds all of them back."""
    with samples.lent("sqlite") as database:
        for rows, width in ((MANY - WIDE, 20), (WIDE, 8000)):
            database.execute(FILL, rows, width, width)
        yield database


@pytest.fixture(scope="module")
def exporter(kind, many, tmp_path_factory):
    """Its memory is looked at: a sanitizer that keeps what was freed would be measured instead."""
    folder, options = tmp_path_factory.mktemp("exporter"), os.environ.get("ASAN_OPTIONS", "")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASAN_OPTIONS", f"{options}:quarantine_size_mb=1")
        mount = kind(many.url, folder=folder)
    with mount:
        mount.database = many
        yield mount


@pytest.fixture
def mount(kind, tmp_path):
    """mount(url, write=True, ...): one of the test's own, which has to end well."""
    started = []

    def start(url, **options):
        started.append(kind(url, folder=tmp_path, **options))
        started[-1].wait()
        return started[-1]

    yield start
    for each in started:
        if each.child.running:
            each.stop()
