"""Fixtures of the API's tests: each on both databases."""

import pytest

from support.echo import Echo
from support.served import KEY, SERVED, Served, cookie_of, sign_in
from support.wire import Wire


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
def writer(lite):
    with Served("write", write=True).start(lite.url) as server:
        yield server
