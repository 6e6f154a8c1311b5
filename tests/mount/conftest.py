"""Fixtures of the mounts' tests: each through every mount."""

import pytest

from support import ours
from support.mounts import MOUNTS
from support.sample import Samples


@pytest.fixture(scope="session")
def samples(pg, tmp_path_factory):
    return Samples(pg, tmp_path_factory.mktemp("mounts"))


@pytest.fixture(params=MOUNTS, scope="module")
def kind(request):
    return MOUNTS[request.param]


@pytest.fixture(scope="module")
def still(samples):
    """The sample, for tests that change nothing."""
    database = samples.copy("sqlite")
    yield database
    database.drop()


@pytest.fixture
def lite(samples):
    database = samples.copy("sqlite")
    yield database
    database.drop()


@pytest.fixture
def pg_sample(samples):
    database = samples.copy("postgresql")
    yield database
    database.drop()


@pytest.fixture(scope="module")
def shown(kind, still, tmp_path_factory):
    """One mounted dashboard on rows that stand still, for all tests that only look."""
    with kind(still.url, folder=tmp_path_factory.mktemp("mount"), write=True) as mount:
        yield mount


@pytest.fixture(scope="module")
def binary(still):
    """`soniq dashboard` on the same rows."""
    with ours.Dashboard(still.url, write=True) as server:
        yield server


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
