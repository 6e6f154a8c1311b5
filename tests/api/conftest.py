"""Fixtures of the API's tests: each on both databases."""

import pytest

from support.echo import Echo
from support.sample import Samples
from support.served import KEY, SERVED, Served, cookie_of, sign_in
from support.wire import Wire

KINDS = ("postgresql", "sqlite")


@pytest.fixture(scope="session")
def samples(pg, tmp_path_factory):
    return Samples(pg, tmp_path_factory.mktemp("sample"))


@pytest.fixture
def start():
    """start(option=value, ...): a toy server of one's own."""
    started = []

    def begin(**options):
        started.append(Echo(**options))
        return started[-1]

    yield begin
    for echo in started:
        echo.stop()


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
def pg_sample(samples):
    database = samples.copy("postgresql")
    yield database
    database.drop()


@pytest.fixture
def lite_sample(samples):
    database = samples.copy("sqlite")
    yield database
    database.drop()


@pytest.fixture(scope="module")
def still(samples):
    """SQLite serves as well: what is refused never gets as far as a database."""
    database = samples.copy("sqlite")
    yield database
    database.drop()


@pytest.fixture(scope="module", params=SERVED, ids=str)
def served(request, still):
    """(how it is served, the running server, a session's cookie)."""
    with request.param.start(still.url) as server:
        wire = Wire(server.port)
        cookie = None
        if request.param.key:
            answer = wire.ask(*sign_in(KEY))
            assert answer.status == 200, answer.text
            cookie = cookie_of(answer)
        yield request.param, wire, cookie
        wire.close()


@pytest.fixture
def keyed(still):
    with Served("keyed", key=KEY, write=True).start(still.url) as server:
        wire = Wire(server.port)
        yield server, wire
        wire.close()


@pytest.fixture
def writer(lite_sample):
    with Served("write", write=True).start(lite_sample.url) as server:
        yield server
