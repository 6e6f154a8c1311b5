"""Fixtures of the command line's tests: each on both databases."""

import pytest

from support.sample import Samples

KINDS = ("postgresql", "sqlite")


@pytest.fixture(scope="session")
def samples(pg, tmp_path_factory):
    return Samples(pg, tmp_path_factory.mktemp("cli"))


@pytest.fixture(params=KINDS)
def backend(request, samples):
    """A database of one's own with the sample's rows; .kind says which."""
    database = samples.copy(request.param)
    yield database
    database.drop()


@pytest.fixture(params=KINDS, scope="module")
def shown(request, samples):
    """The same for all tests of a module, for tests that change nothing."""
    database = samples.copy(request.param)
    yield database
    database.drop()


@pytest.fixture
def lite(samples):
    database = samples.copy("sqlite")
    yield database
    database.drop()
