"""Fixtures that all black-box suites share."""

import pytest
from playwright.sync_api import sync_playwright

from support import ours
from support.pg import Server
from support.python_soniq import NEW, RELEASES
from support.sample import Samples
from support.soniq_world import Worlds

KINDS = ("postgresql", "sqlite")


@pytest.fixture(scope="session")
def pg():
    """A private PostgreSQL for the whole run."""
    with Server() as server:
        yield server


@pytest.fixture
def pg_database(pg):
    """An empty UTF-8 database of one's own."""
    database = pg.create()
    yield database
    database.drop()


@pytest.fixture(scope="session")
def samples(pg, tmp_path_factory):
    """Databases with the rows of support/sample.py: samples.copy(kind) is a fresh one, and
    samples.lent(kind) one for a while."""
    return Samples(pg, tmp_path_factory.mktemp("sample"))


@pytest.fixture(params=KINDS)
def backend(request, samples):
    """A database of one's own with the sample's rows; .kind says which."""
    with samples.lent(request.param) as database:
        yield database


@pytest.fixture(params=KINDS, scope="module")
def shown(request, samples):
    """The same for all tests of a module, for tests that change nothing."""
    with samples.lent(request.param) as database:
        yield database


@pytest.fixture
def pg_sample(samples):
    with samples.lent("postgresql") as database:
        yield database


@pytest.fixture
def lite(samples):
    with samples.lent("sqlite") as database:
        yield database


@pytest.fixture(scope="module")
def still(samples):
    """For tests that change nothing, where one kind of database does."""
    with samples.lent("sqlite") as database:
        yield database


@pytest.fixture(params=RELEASES, ids=str, scope="session")
def release(request):
    """Each release of the Python Soniq that we are compared with."""
    return request.param


@pytest.fixture(scope="session")
def worlds(pg):
    """Databases filled by the Python Soniq: worlds.copy(release) is a fresh one."""
    return Worlds(pg)


@pytest.fixture
def world(worlds, release):
    """A filled database of one's own, for each release."""
    database = worlds.copy(release)
    yield database
    database.drop()


@pytest.fixture
def new_world(worlds):
    """A filled database of one's own, of the newest release only."""
    database = worlds.copy(NEW)
    yield database
    database.drop()


@pytest.fixture(scope="session")
def playwright():
    """The way to browsers; a process can have one of it."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture
def dashboard():
    """dashboard(url, write=True, ...): start ours; ended with the test, which fails if it fails."""
    started = []

    def start(url, *arguments, **options):
        server = ours.Dashboard(url, *arguments, **options)
        started.append(server)
        server.wait()
        return server

    yield start
    for server in started:
        server.http.close()
    codes = [(server, server.child.stop()) for server in started if server.child.running]
    for server, code in codes:
        ours.assert_no_report(server.child.stderr())
        assert code == 0, server.child.said()
